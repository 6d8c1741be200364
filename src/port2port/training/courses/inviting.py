"""Mails to who is expected at a session: an invitation with its iCalendar entry, that it is called off, a reminder.

What is to be said is worked out from what was said last (`training/sql/trainers.sql`): no action has to remember it. A
try is claimed and committed, sent outside any transaction, and settled; whoever was killed in between sends the same
message id again (RFC 5322, 3.6.4). A mail carries the public name of a course, its moment and an address on the
platform: never where it is, who else comes or why it was called off.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from port2port.members.acting import action
from port2port.sharing.calendar import Entry, calendar
from port2port.site.reader import language
from port2port.site.words import day as day_word
from port2port.training.courses.words import public_name

Outcome = Literal["sent", "failed"]
CALENDAR = "text/calendar; method="
CLAIMED = "address, language, step, sequence, at, session, slug, starts_at, minutes"


@dataclass(frozen=True)
class Claimed:
    """A mail to send: where to, in which language, and of what."""

    id: UUID
    address: str
    language: str
    step: str
    sequence: int
    at: datetime
    session: UUID
    slug: str
    starts_at: datetime
    minutes: int


@action
def plan_invitations(*, at: datetime) -> int:
    """Make and queue the mails that are to be sent by now. Returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute("select training_invitations_plan(%s)", [at])
        return int(cursor.fetchone()[0])


@action
def claim_invitation(invitation: UUID) -> Claimed | None:
    """Begin a try; nothing when it was sent, is wanted no more, or something newer holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {CLAIMED} from training_invitation_claim(%s)", [invitation])
        row = cursor.fetchone()
    return Claimed(invitation, *row) if row is not None else None


@action
def settle_invitation(invitation: UUID, outcome: Outcome) -> None:
    """Write down what became of it."""
    with connection.cursor() as cursor:
        cursor.execute("select training_invitation_settle(%s, %s)", [invitation, outcome])


def invitation_mail(one: Claimed) -> EmailMultiAlternatives:
    """Return the mail in its reader's language; a reminder carries no entry, since the calendar has it."""
    with override(one.language):
        name, begins = public_name(one.slug), timezone.localtime(one.starts_at)
        when = f"{day_word(begins.date(), language())}, {begins:%H:%M}"
        url = settings.SITE_URL + reverse("training:session", args=[one.session])
        subject, says = _said(one.step)
        more = "" if one.step == "cancel" else _("Where it is, and how to say that you cannot come:") + "\n"
        mail = EmailMultiAlternatives(
            f"Port 2 Port: {subject}", f"{says}\n\n{name}\n{when}\n\n{more}{url}\n", to=[one.address],
            headers={
                "Message-ID": f"<{one.id}@{urlsplit(settings.SITE_URL).hostname}>", "Auto-Submitted": "auto-generated",
            },
        )  # fmt: skip
        if one.step != "reminder":
            method: Literal["REQUEST", "CANCEL"] = "CANCEL" if one.step == "cancel" else "REQUEST"
            body = calendar([_entry(one, name, url)], name=name, method=method, attendee=one.address)
            mail.attach_alternative(body.decode(), f"{CALENDAR}{method}")
    return mail


def _said(step: str) -> tuple[str, str]:
    return {
        "request": (_("A session for you"), _("You are expected at a session of a course.")),
        "cancel": (_("A session is off"), _("You are not expected any more at this session.")),
        "reminder": (_("A session soon"), _("A session at which you are expected is near.")),
    }[step]  # fmt: skip


def _entry(one: Claimed, name: str, url: str) -> Entry:
    return Entry(
        key=f"session-{one.session}", sequence=one.sequence, starts=one.starts_at,
        ends=one.starts_at + timedelta(minutes=one.minutes), summary=name, url=url, updated_at=one.at,
        cancelled=one.step == "cancel",
    )  # fmt: skip
