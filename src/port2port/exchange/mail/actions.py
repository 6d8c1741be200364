"""What is done with mail that comes in: an address is made and renewed; a message waits, becomes a report, or goes."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from django.db import connection
from django.utils.translation import gettext as _

from port2port.base import journal, rows
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.exchange.inbound.actions import keeping, receiver
from port2port.exchange.mail.models import MailDesk, MailDraft
from port2port.exchange.mail.queries import KIND, draft
from port2port.exchange.mail.reading import Letter
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle
from port2port.members.people_queries import administrator
from port2port.reports.actions import Provenance, share_report
from port2port.reports.addressing import terms_for
from port2port.reports.models import Report
from port2port.reports.rules import Draft
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.rules import REASONS
from port2port.sharing.tlp import Tlp

ALIAS_BYTES = 16  # 128 bits: nobody guesses it
MOST_WAITING = 500  # drafts of an organisation; what comes beyond them is not kept


@dataclass(frozen=True)
class Said:
    """What a person says that a message is about."""

    threat: str
    port: str
    title: str
    text: str
    occurred_at: datetime
    occurred_precision: str = "minute"
    language: str = "en"


@action
def renew_address(*, at: datetime) -> MailDesk:
    """Make an address for the own organisation; one that it had takes no mail any more. Raises Refused."""
    organisation = _administered()
    values = {"alias": secrets.token_hex(ALIAS_BYTES), "made_by_id": current_actor().person, "made_at": at}
    if not MailDesk.objects.filter(organisation_id=organisation).update(**values):
        MailDesk(organisation_id=organisation, **values).save(force_insert=True)
    journal.write("mail_address.renewed", kind=KIND, at=at)
    return MailDesk.objects.get(organisation_id=organisation)


@action
def end_address(*, at: datetime) -> None:
    """Take no mail any more; drafts that came stay for their time. Raises Refused, NotFound when there is none."""
    found, _each = MailDesk.objects.filter(organisation_id=_administered()).delete()
    if not found:
        raise NotFound(kind=KIND)
    journal.write("mail_address.ended", kind=KIND, at=at)


@action
def keep_letter(address: str, letter: Letter, *, at: datetime) -> None:
    """Keep a message for whoever has this address; for nobody's, nothing happens, and nobody learns which it was.

    `address`: the part before the @. For the system alone.
    """
    alias = address.casefold().removeprefix("desk-")
    with connection.cursor() as cursor:
        message = msgspec.json.encode(letter).decode()
        cursor.execute("select exchange_mail_in(%s, %s, %s, %s)", [alias, message, at, MOST_WAITING])


def open_letter(identifier: UUID, *, at: datetime) -> MailDraft:
    """Return a draft to be read, which is written down as reading AMBER is. Raises NotFound."""
    row = draft(identifier)
    journal.write("mail.read", kind=KIND, at=at, draft=row.id)
    return row


@action
def report_letter(identifier: UUID, said: Said, *, at: datetime) -> Report:
    """Make a report of a draft, for the own organisation alone. Raises NotFound, Refused, Conflict, Invalid."""
    organisation = receiver()
    row = draft(identifier)
    if row.report_id is not None:
        raise Conflict(_("There is a report of it."))
    circle = Circle.objects.get(kind="organisation", organisation_id=organisation)
    made = share_report(
        draft=Draft(
            threat=said.threat, text=said.text, title=said.title, place="port", port=said.port,
            occurred_at=said.occurred_at, occurred_precision=said.occurred_precision, language=said.language,
            source="tip",
        ),
        to=Addressing((circle.id,), Tlp.AMBER_STRICT),
        terms=terms_for(said.threat, reporter()),
        at=at,
        provenance=Provenance(origin="mail", origin_id=str(row.id)),
    )  # fmt: skip
    MailDraft.objects.filter(id=row.id).update(report_id=made.record_id)
    journal.write("mail.reported", kind="report", record=made.record_id, at=at, draft=row.id)
    return made


@action
def throw_away(identifier: UUID, *, at: datetime) -> None:
    """Delete a draft; a report that was made of it stays. Raises NotFound, Refused."""
    receiver()
    row = draft(identifier)
    if not rows.delete(MailDraft, row.id):
        raise Refused(REASONS["no-role"], kind=KIND, record=identifier)
    journal.write("mail.thrown_away", kind=KIND, at=at, draft=identifier)


def _administered() -> UUID:
    """Return the organisation that the actor administers. Raises Refused when there is none."""
    organisation = administrator().organisation
    if organisation is None:
        raise Refused(REASONS["no-role"])
    return organisation


def forget_old_mail() -> int:
    """Delete drafts that came too long ago, for the worker. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("select exchange_mail_forget(%s)", [keeping().mail_days])
        gone: int = cursor.fetchone()[0]
    return gone
