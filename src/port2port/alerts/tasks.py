"""Work of alerts that waits: who is told, one try at telling, the next of the chain. Arguments are opaque ids.

A try is three steps: claim it (counted and committed), send outside any transaction, settle it. A worker that is killed
in between leaves a job that `sharing.retry_stalled` starts again; the receiver knows the repeated id.
"""

from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django import app

from port2port.alerts.delivery import actions, senders
from port2port.alerts.delivery.reminders import Outcome, claim_reminder, plan_reminders, settle_reminder
from port2port.alerts.delivery.rules import DELIVER
from port2port.base.clock import now
from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN, MAIL


@app.task(name="alerts.plan", queue=DELIVER, retry=AGAIN)
def plan(event: str) -> int:
    """Make the notices of an alert that was shared or shared further. Run again it makes no second ones."""
    with acting_as_system("worker"):
        return actions.plan(UUID(event), at=now(), zone=timezone.get_default_timezone())


@app.task(name="alerts.deliver", queue=DELIVER, retry=AGAIN)
def deliver(request: str) -> str:
    """Try once to deliver a notice. Returns the code of what became of it, empty when there was nothing to send."""
    with acting_as_system("worker"):
        claim = actions.claim(UUID(request))
    if claim is None:
        return ""
    content = None
    if claim.form:
        with acting_as_system("worker"):
            content = actions.content_of(claim)
    outcome = senders.send(claim, at=now(), content=content)
    with acting_as_system("worker"):
        actions.settle(claim, outcome, at=now())
    return outcome.code


@app.task(name="alerts.wake", queue=DELIVER, retry=AGAIN)
def wake(request: str) -> None:
    """Queue a notice whose time has come under its receiver's lock."""
    with acting_as_system("worker"):
        actions.wake(UUID(request))


@app.periodic(cron="* * * * *")
@app.task(name="alerts.escalate", queue=DELIVER, queueing_lock="alerts.escalate")
def escalate(timestamp: int) -> int:
    """Call the next of each chain where nobody has acknowledged in time. Returns how many notices were made."""
    with acting_as_system("worker"):
        return actions.escalate(today=timezone.localdate(now(), timezone.get_default_timezone()))


@app.periodic(cron="5,15,25,35,45,55 * * * *")
@app.task(name="alerts.remind", queue=MAIL, queueing_lock="alerts.remind")
def remind(timestamp: int) -> int:
    """Make the mails about deadlines whose next step was reached. Returns how many."""
    with acting_as_system("worker"):
        return plan_reminders(at=now(), zone=timezone.get_default_timezone())


@app.task(name="alerts.send_reminder", queue=MAIL, retry=AGAIN)
def send_reminder(request: str) -> str:
    """Try once to send a mail about deadlines. Returns what became of it, empty when there was nothing to send.

    Raises when the mail server is down: the task is tried again.
    """
    with acting_as_system("worker"):
        claimed = claim_reminder(UUID(request))
    if claimed is None:
        return ""
    outcome: Outcome = "sent"
    try:
        senders.summoning_mail(claimed.id, claimed.address, claimed.language).send()
    except SMTPRecipientsRefused:
        outcome = "failed"
    with acting_as_system("worker"):
        settle_reminder(claimed.id, outcome)
    return outcome


@app.task(name="alerts.test_webhook", queue=DELIVER)
def test_webhook(request: str) -> str:
    """Send a webhook a test and note what became of it. Returns the code."""
    with acting_as_system("worker"):
        opened = actions.opened_webhook(UUID(request))
    if opened is None:
        return ""
    at = now()
    message_id = f"test-{UUID(request).hex}-{int(at.timestamp())}"
    outcome = senders.send_test(*opened, message_id=message_id, at=at)
    with acting_as_system("worker"):
        actions.note_test(UUID(request), outcome.code)
    return outcome.code
