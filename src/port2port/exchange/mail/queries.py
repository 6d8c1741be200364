"""Reading the address of the own organisation and what came to it, under the policy."""

from uuid import UUID

from django.conf import settings

from port2port.base.errors import NotFound
from port2port.exchange.mail.models import MailDesk, MailDraft

KIND = "mail_draft"


def desk() -> MailDesk | None:
    """Return the address of the own organisation, if it has one."""
    return MailDesk.objects.select_related("made_by").first()


def address_of(row: MailDesk) -> str:
    """Return an address in full; "" while this installation takes no mail."""
    return f"desk-{row.alias}@{settings.MAIL_IN_DOMAIN}" if settings.MAIL_IN_DOMAIN else ""


def waiting() -> int:
    """Return how many drafts wait for a person."""
    return MailDraft.objects.filter(report=None).count()


def drafts(most: int) -> list[MailDraft]:
    """Return the newest drafts: those that wait first, then those of which a report was made."""
    found = list(MailDraft.objects.filter(report=None).order_by("-came_at")[:most])
    return found + list(MailDraft.objects.exclude(report=None).order_by("-came_at")[: most - len(found)])


def draft(identifier: UUID) -> MailDraft:
    """Return one of them. Raises NotFound."""
    found = MailDraft.objects.filter(id=identifier).first()
    if found is None:
        raise NotFound(kind=KIND, record=identifier)
    return found
