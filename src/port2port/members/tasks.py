"""Work that waits: invitations, reviews, housekeeping. Arguments are opaque ids; each task opens its own actor.

A mail says that something waits and links to the platform; it never says what. Addresses are looked up when it is
sent, so that whoever has left since gets none.
"""

import secrets
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate import JobContext, RetryStrategy, builtin_tasks
from procrastinate.contrib.django import app

from port2port.base import clock, journal
from port2port.members.acting import acting_as_system
from port2port.members.models import Invitation
from port2port.members.people_queries import hashed_secret
from port2port.members.queries import called
from port2port.members.rules import REVIEW_TAKES, quarter_of

MAIL = "mail"
AGAIN = RetryStrategy(max_attempts=8, exponential_wait=4)
SECRET_BYTES = 32
KEEP_FINISHED_HOURS = 24


@app.task(name="members.send_invitation", queue=MAIL, retry=AGAIN)
def send_invitation(invitation: str) -> None:
    """Make the secret of an invitation, keep its hash, send the link. Run again it makes another; the first is void."""
    at = clock.now()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with acting_as_system("worker"):
        found = (
            Invitation.objects.select_related("organisation")
            .filter(id=UUID(invitation), accepted_at=None, cancelled_at=None, expires_at__gt=at)
            .first()
        )
        if found is None:
            return
        Invitation.objects.filter(id=found.id).update(secret_hash=hashed_secret(secret))
        journal.write("invitation.sent", kind="invitation", at=at, invitation=found.id)
    with override(found.language):
        send(
            found.email,
            _("%(organisation)s invites you") % {"organisation": called(found.organisation.names)},
            _("%(organisation)s invites you to Port 2 Port, where ports warn each other.")
            % {"organisation": called(found.organisation.names)},
            _("The link works once, for seven days:"),
            f"{settings.SITE_URL}/invitation/{secret}/",
        )


@app.periodic(cron="30 4 * * *")
@app.task(name="members.open_reviews", queueing_lock="members.open_reviews")
def open_reviews(timestamp: int = 0) -> int:
    """Open the quarter's access review wherever it is not open yet: new organisations too. Returns how many."""
    today = clock.now().date()
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select members_open_reviews(%s, %s)", [quarter_of(today), today + REVIEW_TAKES])
        opened: int = cursor.fetchone()[0]
        if opened:
            journal.write("review.opened", kind="review", quarter=quarter_of(today).lower(), number=opened)
    return opened


@app.periodic(cron="17 * * * *")
@app.task(name="members.forget_requests", queueing_lock="members.forget_requests")
def forget_requests(timestamp: int) -> None:
    """Drop answers that were kept for repeated requests (idempotency keys) and are older than a day."""
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute("select idempotency_expire()")


@app.periodic(cron="47 * * * *")
@app.task(name="members.purge_jobs", queueing_lock="members.purge_jobs", pass_context=True)
async def purge_jobs(context: JobContext, timestamp: int) -> None:
    """Drop jobs that ended a day ago; failed ones stay, for whoever looks after the platform."""
    await builtin_tasks.remove_old_jobs(context, max_hours=KEEP_FINISHED_HOURS, remove_cancelled=True)


def send(email: str, subject: str, *paragraphs: str) -> None:
    """Send one mail in the active language. Raises when the mail server is down: the task is tried again."""
    EmailMessage(f"Port 2 Port: {subject}", "\n\n".join(paragraphs) + "\n", to=[email]).send()
