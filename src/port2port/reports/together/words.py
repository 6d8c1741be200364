"""What was said, linked and answered, in the reader's words."""

from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.members.facts import facts
from port2port.members.models import Organisation
from port2port.members.network_data import label
from port2port.reports.shown import Shown
from port2port.reports.together.models import Feedback, Link
from port2port.reports.together.queries import Said
from port2port.reports.words import card
from port2port.site.reader import language

VERDICTS: dict[str, str | Promise] = {
    "used": gettext_lazy("It was used"),
    "not_used": gettext_lazy("It was not used"),
    "useful_cannot_say": gettext_lazy("It was useful; more cannot be said"),
}
LINKS: dict[str, str | Promise] = {
    "same_event": gettext_lazy("The same event"),
    "related": gettext_lazy("Related to it"),
    "duplicate": gettext_lazy("A duplicate"),
    "seen_too": gettext_lazy("Seen there too"),
}


def organisation_word(identifier: UUID | None) -> str:
    """Return what an organisation is called, or ""."""
    found = facts().organisations.get(identifier) if identifier else None
    return label_of(found) if found else ""


def label_of(organisation: Organisation) -> str:
    """Return what an organisation is called in the reader's language."""
    return label(organisation.names, language())


def link_word(link: Link, *, seen_from: UUID) -> str:
    """Return how a link is called on one of its reports: which of two was merged into the other is said."""
    if link.merged_id is None:
        return str(LINKS[link.kind])
    return _("Merged into this") if link.merged_id != seen_from else _("This was merged into it")


def said_words(said: Said, others: dict[UUID, Shown]) -> dict[str, Any]:
    """Return an update as an entry of the section: who said what, about which other report."""
    update = said.update
    other = others.get(said.other) if said.other else None
    text, href, link = update.text, "", ""
    if update.kind == "seen_too":
        text = _("Seen at another port too")
        if other is not None:
            text = _("Seen too: %(place)s") % {"place": card(other).place}
    if other is not None:
        href, link = card(other).href, other.report.title
    return {
        "id": update.id,
        "at": update.at,
        "kind": update.kind,
        "text": text,
        "who": ", ".join(name for name in (said.author, organisation_word(update.organisation_id)) if name),
        "href": href,
        "link": link,
        "withdrawn": update.withdrawn_at is not None,
        "mine": said.mine,
        "reply_to": update.reply_to_id,
        "about": organisation_word(update.about_id),
    }


def feedback_words(feedback: Feedback) -> dict[str, Any]:
    """Return the reporter's answer as it is shown."""
    return {
        "verdict": VERDICTS[feedback.verdict],
        "used": feedback.verdict != "not_used",
        "text": feedback.text,
        "who": organisation_word(feedback.organisation_id),
        "at": feedback.answered_at,
    }


def said_heading(count: int) -> str:
    """Return what the section of updates found."""
    return ngettext("%(n)d update", "%(n)d updates", count) % {"n": count} if count else _("Updates")


def linked_heading(count: int) -> str:
    """Return what the section of links found."""
    return ngettext("Linked to %(n)d report", "Linked to %(n)d reports", count) % {"n": count}
