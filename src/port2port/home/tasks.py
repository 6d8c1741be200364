"""Work of home that waits: the weekly digest, and follows that lead nowhere. Arguments are opaque ids."""

from smtplib import SMTPRecipientsRefused
from uuid import UUID

from django.utils import timezone
from django.utils.translation import override
from procrastinate.contrib.django import app

from port2port.alerts.delivery.weekly import Outcome, claim_digest, plan_digests, settle_digest
from port2port.base.clock import now
from port2port.home.following.actions import sweep
from port2port.home.news.digest import digest_of
from port2port.home.news.mail import digest_mail
from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN, MAIL


@app.periodic(cron="25 * * * *")
@app.task(name="home.plan_digests", queue=MAIL, retry=AGAIN, queueing_lock="home.plan_digests")
def plan_weekly(timestamp: int) -> int:
    """Make and queue the digests that are due. Run again, or by two workers, it makes no second ones."""
    with acting_as_system("worker"):
        return plan_digests(at=now(), zone=timezone.get_default_timezone())


@app.task(name="home.send_digest", queue=MAIL, retry=AGAIN)
def send_digest(request: str) -> str:
    """Try once to send a digest. Returns what became of it, empty when there was nothing to send any more.

    Nothing is sent when there is nothing to say. Raises when the mail server is down: the task is tried again.
    """
    with acting_as_system("worker"):
        claimed = claim_digest(UUID(request))
    if claimed is None:
        return ""
    with override(claimed.language):
        digest = digest_of(claimed)
        outcome: Outcome = "empty" if digest.empty else "sent"
        if outcome == "sent":
            try:
                digest_mail(claimed, digest).send()
            except SMTPRecipientsRefused:
                outcome = "failed"
    with acting_as_system("worker"):
        settle_digest(claimed.id, outcome)
    return outcome


@app.periodic(cron="40 3 * * *")
@app.task(name="home.sweep_follows", queueing_lock="home.sweep_follows")
def sweep_follows(timestamp: int) -> int:
    """Take away follows of records that their person sees no more. Returns how many."""
    with acting_as_system("worker"):
        return sweep()
