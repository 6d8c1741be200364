"""Work of courses that waits: what is over is forgotten."""

from datetime import date
from functools import cache
from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.db import connection
from procrastinate.contrib.django import app

from port2port.base.clock import now
from port2port.members.acting import acting_as_system
from port2port.members.data_files import Entry, Reader
from port2port.members.tasks import AGAIN, MAIL
from port2port.training.courses.contents import DATA
from port2port.training.courses.inviting import (
    Outcome,
    claim_invitation,
    invitation_mail,
    plan_invitations,
    settle_invitation,
)


class Keeping(Entry, frozen=True, kw_only=True):
    """How many days what is kept."""

    version: int
    valid_from: date
    attempts: int
    open_attempts: int
    participation: int
    source: str


@cache
def keeping() -> Keeping:
    """Return how long things are kept. Raises ValueError with a line per problem."""
    reader = Reader(DATA / "course_keeping.v1.toml")
    found = reader.single("keeping", Keeping)
    reader.check_sections(("keeping",))
    reader.finish()
    return found


@app.periodic(cron="40 4 * * *")
@app.task(name="training.forget_courses", queueing_lock="training.forget_courses")
def forget_courses(timestamp: int) -> int:
    """Forget attempts, participation, sessions and enrolments whose time is over. Returns how many attempts."""
    known = keeping()
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select training_forget(%s, %s, %s)", [known.attempts, known.open_attempts, known.participation])
        return int(cursor.fetchone()[0])


@app.periodic(cron="*/5 * * * *")
@app.task(name="training.invite", queue=MAIL, queueing_lock="training.invite")
def invite(timestamp: int) -> int:
    """Make the mails to who is expected at sessions, whatever has changed since the last. Returns how many."""
    with acting_as_system("worker"):
        return plan_invitations(at=now())


@app.task(name="training.send_invitation", queue=MAIL, retry=AGAIN)
def send_invitation(invitation: str) -> str:
    """Try once to send one. Returns what became of it, empty when there was nothing to send.

    Raises when the mail server is down: the task is tried again.
    """
    with acting_as_system("worker"):
        claimed = claim_invitation(UUID(invitation))
    if claimed is None:
        return ""
    outcome: Outcome = "sent"
    try:
        invitation_mail(claimed).send()
    except SMTPRecipientsRefused:
        outcome = "failed"
    with acting_as_system("worker"):
        settle_invitation(claimed.id, outcome)
    return outcome
