"""What the tests of people and circles need: mail, a fresh browser, an invitation as it arrives, journal entries."""

import json
import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.test import Client

from port2port.members.acting import acting_as_system
from port2port.members.models import Invitation
from port2port.members.tasks import send_invitation

PASSWORD = "harbour lantern seven gulls"


@pytest.fixture
def outbox(db: None) -> list[Any]:
    """Mail that was sent."""
    mail.outbox = []
    return mail.outbox


@pytest.fixture
def browser(db: None) -> Callable[[], Client]:
    """A fresh browser that reads English."""

    def fresh() -> Client:
        client = Client(headers={"accept-language": "en"})
        client.cookies["django_language"] = "en"
        return client

    return fresh


@pytest.fixture
def journalled(owner: psycopg.Connection[Any]) -> Callable[[str], list[dict[str, Any]]]:
    """The journal's entries of an act, as what they say."""

    def entries(act: str) -> list[dict[str, Any]]:
        rows = owner.execute("select payload from base_journal_entry where act = %s order by id", [act]).fetchall()
        return [json.loads(row[0]) for row in rows]

    return entries


@pytest.fixture
def queued(owner: psycopg.Connection[Any]) -> Callable[[str], list[dict[str, Any]]]:
    """The arguments of the jobs of a task that wait."""

    def jobs(task: str) -> list[dict[str, Any]]:
        rows = owner.execute("select args from procrastinate_jobs where task_name = %s order by id", [task]).fetchall()
        return [row[0] for row in rows]

    return jobs


@pytest.fixture
def invited(client_for: Callable[[str], Client], outbox: list[Any]) -> Callable[..., str]:
    """`invited("new@antwerp.example", roles=[...])`: the path in the mail that an administrator's invitation sent."""

    def invite(email: str, *, roles: list[str], by: str = "admin@antwerp.demo") -> str:
        client = client_for(by)
        answer = client.post(
            "/organisation/people/invite/",
            {"name": "New Colleague", "email": email, "language": "en", "roles": roles, "facility": ""},
        )
        assert answer.status_code == 302, answer.content.decode()
        with acting_as_system("worker"):
            identifier = Invitation.objects.get(email=email, accepted_at=None, cancelled_at=None).id
        send_invitation(str(identifier))
        found = re.search(r"/invitation/[\w-]+/", outbox[-1].body)
        assert found is not None
        return found[0]

    return invite
