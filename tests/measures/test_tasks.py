"""Reminders: each person once for each thing and date, without content."""

from datetime import timedelta
from typing import Any

from port2port.base.clock import now
from port2port.measures import tasks
from tests.measures.writing import OWNER, agreed, measure, opened, says, tells

PARTNER = "pso@northsea.demo"


def people_queued(owner: Any) -> list[str]:
    rows = owner.execute(
        "select args->>'person' from procrastinate_jobs where task_name = 'measures.send_reminder' order by id"
    ).fetchall()
    return [row[0] for row in rows]


def test_who_looks_after_a_port_is_reminded_before_a_planned_day(acting, owner, cast, outbox):
    made = agreed(acting)
    with acting(PARTNER):
        tells(made, "planned", place="BEGNE", due=(now() + timedelta(days=40)).date())
    assert tasks.remind(0) == 0
    with acting(PARTNER):
        tells(made, "planned", place="BEGNE", due=(now() + timedelta(days=5)).date())
    assert tasks.remind(0) == 1
    assert people_queued(owner) == [str(cast[PARTNER].person)]
    assert tasks.remind(0) == 0  # once
    tasks.send_reminder(str(cast[PARTNER].person))
    [sent] = outbox
    assert sent.to == [PARTNER]
    for word in ("Second look", "Ghent", "Gent", "BEGNE", "inland"):
        assert word not in sent.subject + sent.body
    with acting(PARTNER):
        tells(made, "in_place", place="BEGNE")
        tells(made, "planned", place="NLTNZ", due=(now() + timedelta(days=2)).date())
    assert tasks.remind(0) == 1  # another port, another day


def test_who_speaks_is_reminded_of_a_position_that_is_missing(acting, owner, cast):
    with acting(OWNER):
        made = measure("ports-and-police").record_id
        opened(made, days=3)
        says(made, "agree")
    assert tasks.remind(0) > 0
    queued = people_queued(owner)
    assert str(cast[PARTNER].person) in queued
    for email in (OWNER, "analyst@police.demo", "admin@antwerp.demo", "officer@outside.demo"):
        assert str(cast[email].person) not in queued, email


def test_nobody_gets_a_mail_who_was_not_reminded_or_has_left(acting, cast, owner, outbox):
    tasks.send_reminder(str(cast[PARTNER].person))
    assert outbox == []
    made = agreed(acting)
    with acting(PARTNER):
        tells(made, "planned", place="BEGNE", due=(now() + timedelta(days=5)).date())
    tasks.remind(0)
    owner.execute("update members_person set active = false where id = %s", [cast[PARTNER].person])
    tasks.send_reminder(str(cast[PARTNER].person))
    assert outbox == []
