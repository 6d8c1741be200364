"""Operations and aid in the reader's words: what pages show of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from babel.dates import format_date, format_skeleton
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.measures.operations.aid_queries import Lent, side_of
from port2port.measures.operations.models import Offer, Participation
from port2port.measures.operations.queries import Sum
from port2port.measures.operations.rules import ASKER, next_for
from port2port.measures.operations.shown import ShownAid, ShownOperation
from port2port.measures.operations.vocabulary import counted, word
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.site.reader import language

STATE_BADGES = {"planned": "open", "called_off": "closed", "running": "signal", "ended": "part", "evaluated": "ok"}
ANSWER_BADGES = {"asked": "open", "accepted": "ok", "declined": "closed"}
OFFER_BADGES = {
    "offered": "open", "declined": "closed", "taken_back": "closed", "accepted": "part", "on_way": "signal",
    "returned": "ok",
}  # fmt: skip


@dataclass(frozen=True)
class OperationCard:
    """An operation made ready for a row or a page."""

    shown: ShownOperation

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("measures:operation", args=[self.shown.id])

    @property
    def title(self) -> str:
        """What it is called."""
        return self.shown.operation.title

    @property
    def kind(self) -> str:
        """What kind of operation it is."""
        return word("kinds", self.shown.operation.kind, language())

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        if self.shown.record.withdrawn_at is not None:
            return _("Withdrawn")
        return word("states", self.shown.operation.state, language())

    @property
    def state_badge(self) -> str:
        """The shape of its state."""
        return STATE_BADGES[self.shown.operation.state]

    @property
    def window(self) -> str:
        """From when until when."""
        return window_words(self.shown.operation.starts_at, self.shown.operation.ends_at)

    @property
    def ports(self) -> str:
        """The ports at which it is."""
        names = {port_word(one.port_id) for one in self.shown.parts if one.answer != "declined"}
        return ", ".join(sorted(names))

    @property
    def owner(self) -> str:
        """Who looks after it."""
        return label(self.shown.record.owner.names, language())

    @property
    def invented(self) -> bool:
        """Whether it is of the demo."""
        return self.shown.record.provenance == "invented"

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.shown.record.tlp, "audience": self.shown.audience}


@dataclass(frozen=True)
class AidCard:
    """A request for aid made ready for a row or a page."""

    shown: ShownAid

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("measures:aid_request", args=[self.shown.id])

    @property
    def title(self) -> str:
        """How many of what."""
        return f"{self.shown.aid.amount} × {self.kind}"

    @property
    def kind(self) -> str:
        """What is asked for."""
        return word("aid_kinds", self.shown.aid.kind, language())

    @property
    def window(self) -> str:
        """From when until when."""
        return window_words(self.shown.aid.from_at, self.shown.aid.until_at)

    @property
    def where(self) -> str:
        """Port and place."""
        return ", ".join(
            part for part in (self.shown.aid.where, port_word(self.shown.record.port_id)) if part
        )  # fmt: skip

    @property
    def owner(self) -> str:
        """Who asks."""
        return label(self.shown.record.owner.names, language())

    @property
    def ours(self) -> bool:
        """Whether the own organisation asks."""
        return side_of(self.shown) == ASKER

    @property
    def still(self) -> str:
        """How many nobody has promised yet."""
        if self.shown.record.withdrawn_at is not None:
            return _("Withdrawn")
        if self.shown.aid.closed_at is not None:
            return _("No longer asked for")
        if not self.shown.missing:
            return _("All promised")
        return _("%(n)d of %(all)d still missing") % {"n": self.shown.missing, "all": self.shown.aid.amount}

    @property
    def badge(self) -> str:
        """The shape of that."""
        return "closed" if self.shown.aid.closed_at is not None else "open" if self.shown.missing else "ok"

    @property
    def invented(self) -> bool:
        """Whether it is of the demo."""
        return self.shown.record.provenance == "invented"

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.shown.record.tlp, "audience": self.shown.audience}


def port_word(port: UUID | None) -> str:
    """Return a port by name; nothing for none."""
    found = facts().ports.get(port) if port is not None else None
    return label(found.names, language()) if found is not None else ""


def day_word(day: date) -> str:
    """Return a day with its weekday."""
    return format_date(day, "EEE d MMM", language())


def window_words(start: datetime, end: datetime) -> str:
    """Return a window in words, the day once when it is the same."""
    first, last = timezone.localtime(start), timezone.localtime(end)
    begins = f"{day_word(first.date())} {first:%H:%M}"
    ends = f"{last:%H:%M}" if first.date() == last.date() else f"{day_word(last.date())} {last:%H:%M}"
    year = "" if first.year == timezone.localtime().year else f" {format_skeleton('y', first, locale=language())}"
    return f"{begins} – {ends}{year}"


def part_rows(shown: ShownOperation, mine: UUID | None) -> list[dict[str, Any]]:
    """Return who takes part, by port, with each answer."""
    rows = [
        {
            "part": one,
            "port": port_word(one.port_id),
            "who": label(one.organisation.names, language()),
            "word": word("answers", one.answer, language()),
            "badge": ANSWER_BADGES[one.answer],
            "ours": one.organisation_id == mine,
        }
        for one in shown.parts
    ]
    return sorted(rows, key=lambda row: (row["port"], row["who"]))


def amount_word(amount: Decimal) -> str:
    """Return an amount without idle zeros, with the reader's decimal sign."""
    text = f"{amount.normalize():f}"
    return text if language() == "en" else text.replace(".", ",")


def sum_rows(sums: Iterable[Sum], *, found: bool) -> list[dict[str, Any]]:
    """Return what was checked, or found, as rows: day, port, what, how many."""
    rows = []
    for one in sums:
        if one.found != found:
            continue
        kind = counted(one.kind)
        rows.append(
            {
                "day": day_word(one.day),
                "port": port_word(one.port),
                "what": kind.label(language()) if kind is not None else one.kind,
                "amount": amount_word(one.amount),
            }
        )
    return rows


def totals(sums: Iterable[Sum], *, found: bool) -> str:
    """Return the whole of it in one line: "30 containers scanned, 2 hours with dogs"."""
    whole: dict[str, Decimal] = {}
    for one in sums:
        if one.found == found:
            whole[one.kind] = whole.get(one.kind, Decimal(0)) + one.amount
    words = []
    for code, amount in whole.items():
        kind = counted(code)
        name = kind.label(language()) if kind is not None else code
        words.append(f"{name}: {amount_word(amount)}")
    return ", ".join(words)


def turn_words() -> dict[str, str]:
    """Return what one does to turn an offer, by the state it reaches."""
    return {
        "accepted": _("Accept"), "declined": _("Not needed"), "taken_back": _("Take it back"),
        "on_way": _("It is on its way"), "returned": _("It is back"),
    }  # fmt: skip


def offer_row(offer: Offer, aid: ShownAid) -> dict[str, Any]:
    """Return an offer with what the reader's side may do with it."""
    side, words = side_of(aid), turn_words()
    return {
        "offer": offer,
        "who": label(offer.organisation.names, language()),
        "word": word("offer_states", offer.state, language()),
        "badge": OFFER_BADGES[offer.state],
        "turns": [(to, words[to]) for to in next_for(offer.state, side)],
        "asks_amount": "accepted" in next_for(offer.state, side),
    }


def lent_row(lent: Lent) -> dict[str, Any]:
    """Return what is lent: who has what of whom until when."""
    lender = label(lent.offer.organisation.names, language())
    card = AidCard(lent.aid)
    return offer_row(lent.offer, lent.aid) | {
        "card": card,
        "said": _("%(n)d of %(lender)s for %(asker)s")
        % {"n": lent.offer.accepted, "lender": lender, "asker": card.owner},
        "overdue": lent.overdue,
    }


def our_ports(parts: Iterable[Participation]) -> list[tuple[str, str]]:
    """Return the ports of accepted parts as choices."""
    found = {str(one.port_id): port_word(one.port_id) for one in parts if one.answer == "accepted"}
    return sorted(found.items(), key=lambda row: row[1])
