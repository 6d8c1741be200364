"""Reminders: on home for who must act, by mail without a word of what."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from port2port.base.clock import now
from port2port.home.needs import needs_of
from port2port.workgroups import tasks, work_actions
from port2port.workgroups.rules import days_to_remind_of
from tests.workgroups.writing import CHAIR, MEMBER, SECRETARY, World, world


@pytest.fixture
def made(acting: Any, cast: Any) -> World:
    return world(acting, cast)


@pytest.fixture
def given(made: World, acting: Any, cast: Any) -> Any:
    """An action of the member that falls due on a day of which today reminds."""
    due = days_to_remind_of(timezone.localdate(now()))[0]
    with acting(CHAIR):
        return work_actions.assign(
            made.group, text="Secretword", owner=cast[MEMBER].person, due=due, language="en", item=made.item, at=now()
        ).record_id


def test_a_mail_says_that_something_waits_and_not_what(given, cast, outbox):
    tasks.send_reminder(str(cast[MEMBER].person))
    tasks.send_reminder(str(cast[SECRETARY].person))  # who has nothing to do
    (mail,) = outbox
    assert (
        mail.to == [MEMBER]
        and "Secretword" not in mail.subject + mail.body
        and "/workgroups/actions/mine/" in mail.body
    )


def test_each_owner_gets_one_and_nobody_after_it_has_ended(given, acting, cast, owner, outbox):
    assert tasks.remind(0) == 1
    queued = owner.execute(
        "select args::text from procrastinate_jobs where task_name = 'workgroups.send_reminder'"
    ).fetchall()
    assert queued == [(f'{{"person": "{cast[MEMBER].person}"}}',)]
    with acting(MEMBER):
        work_actions.end_action(given, state="dropped", outcome="Not needed.", expected=1, at=now())
    tasks.send_reminder(str(cast[MEMBER].person))
    assert outbox == [] and tasks.remind(0) == 0


def test_home_shows_what_is_due_soon_and_what_was(given, made, acting, cast):
    with acting(CHAIR):
        for days in (-1, 30):
            work_actions.assign(
                made.group, text=f"In {days}", owner=cast[MEMBER].person, language="en", item=made.item, at=now(),
                due=timezone.localdate(now()) + timedelta(days=days),
            )  # fmt: skip
    with acting(MEMBER) as actor:
        found = {need.title: need for need in needs_of(actor, now())}
        assert found["In -1"].overdue and "Secretword" in found and "In 30" not in found
    with acting(SECRETARY) as actor:
        assert "Secretword" not in {need.title for need in needs_of(actor, now())}
