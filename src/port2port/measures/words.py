"""Measures, positions and cells in the reader's words: what pages show of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel.dates import format_date
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.base.differences import Piece
from port2port.measures.adoption_models import Adoption
from port2port.measures.adoption_queries import Rest
from port2port.measures.differences import Difference
from port2port.measures.rules import FIELD_WORDS, Draft, Tally
from port2port.measures.shown import Shown, ShownObjective
from port2port.measures.vocabulary import word
from port2port.members.data_files import label
from port2port.reports import vocabulary as report_words
from port2port.sharing.models import Record
from port2port.site.reader import language
from port2port.workgroups.rules import DecisionRule
from port2port.workgroups.words import HALF

STATE_BADGES = {
    "published": "source", "draft": "closed", "consultation": "open", "agreed": "part", "in_force": "ok",
    "retired": "closed",
}  # fmt: skip
CELL_BADGES = {
    "in_place": "ok", "in_progress": "part", "planned": "open", "suspended": "error", "not_applicable": "closed",
}  # fmt: skip
STANCE_BADGES = {"agree": "ok", "reservation": "part", "object": "error", "abstain": "closed"}


@dataclass(frozen=True)
class Card:
    """A measure made ready for a row or a page."""

    shown: Shown

    @property
    def record(self) -> Record:
        """Its envelope."""
        return self.shown.record

    @property
    def title(self) -> str:
        """What it is called."""
        return self.shown.version.title

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("measures:detail", args=[self.record.id])

    @property
    def state(self) -> str:
        """Where it stands, in a word."""
        return _("Withdrawn") if self.shown.withdrawn else word("states", self.shown.measure.state, language())

    @property
    def state_badge(self) -> str:
        """The shape of its state."""
        return STATE_BADGES[self.shown.measure.state]

    @property
    def category(self) -> str:
        """What kind of measure it is."""
        return word("categories", self.shown.measure.category, language())

    @property
    def counters(self) -> list[tuple[str, str]]:
        """The modi operandi it counters, by code and name."""
        names = {one.code: one.label(language()) for one in report_words.vocabulary().modi_operandi}
        return [(code, names.get(code, code)) for code in self.shown.version.modi]

    @property
    def phases(self) -> list[str]:
        """The phases it counters, in words."""
        names = {one.code: one.label(language()) for one in report_words.vocabulary().phases}
        return [names.get(code, code) for code in self.shown.version.phases]

    @property
    def owner(self) -> str:
        """Who looks after it."""
        return label(self.record.owner.names, language())

    @property
    def where(self) -> str:
        """The port a published one is about."""
        return label(self.record.port.names, language()) if self.record.port is not None else ""

    @property
    def invented(self) -> bool:
        """Whether it is of the demo."""
        return self.record.provenance == "invented"

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {"tlp": self.record.tlp, "audience": self.shown.audience}


def objective_sees(row: ShownObjective) -> dict[str, Any]:
    """Return who sees an objective, for the sees part."""
    return {"tlp": row.record.tlp, "audience": row.audience}


def threat_word(code: str) -> str:
    """Return a threat in words; nothing for none."""
    return report_words.threat(code).label(language()) if code else ""


def cell_words(cell: Adoption) -> dict[str, Any]:
    """Return a cell as a word, a shape, and a line of details."""
    return {
        "word": word("adoption_states", cell.state, language()),
        "badge": CELL_BADGES[cell.state],
        "detail": _cell_detail(cell),
        "place": place_word(cell),
        "cell": cell,
    }


def place_word(cell: Adoption) -> str:
    """Return the facility or port of a cell, by name."""
    return label((cell.facility or cell.port).names, language())


def _cell_detail(cell: Adoption) -> str:
    day = {
        name: format_date(value, "d MMM y", language()) for name in ("due", "since") if (value := getattr(cell, name))
    }
    if cell.state == "planned":
        return _("by %(day)s") % {"day": day["due"]}
    if cell.state == "in_progress":
        until = _(", by %(day)s") % {"day": day["due"]} if "due" in day else ""
        return f"{cell.progress} %{until}"
    if cell.state == "in_place":
        since = format_date(
            cell.since, {"year": "y", "month": "MMM y"}.get(cell.since_precision, "d MMM y"), language()
        )
        covered = f", {cell.coverage} %" if cell.coverage is not None else ""
        return _("since %(day)s") % {"day": since} + covered
    return cell.reason


def rest_words(rest: Rest | None) -> str:
    """Return the unnamed rest as a sentence; "" when nothing is told to this reader at all."""
    if rest is None or not rest.others:
        return ""
    told = [
        f"{number} {word('rest_cells', cell, language())}" for cell, number in rest.cells.items() if number is not None
    ]
    if not told:
        return ngettext(
            "Of %(n)d other port nothing is told: it would be singled out.",
            "Of %(n)d other ports nothing is told: one of them would be singled out.",
            rest.others,
        ) % {"n": rest.others}
    return ngettext("Of %(n)d other port: %(told)s.", "Of %(n)d other ports: %(told)s.", rest.others) % {
        "n": rest.others, "told": ", ".join(told),
    }  # fmt: skip


def tally_words(count: Tally) -> str:
    """Return a count of positions as a line."""
    parts = [
        f"{number} {word('stances', stance, language()).lower()}"
        for stance in ("agree", "reservation", "object", "abstain")
        if (number := getattr(count, stance))
    ]
    answered = ngettext("%(met)d of %(n)d has answered", "%(met)d of %(n)d have answered", count.asked) % {
        "met": count.given, "n": count.asked,
    }  # fmt: skip
    return f"{answered}: {', '.join(parts)}" if parts else answered


def rule_words(rule: DecisionRule) -> str:
    """Return by what rule positions decide, in a few words: "consensus, half must answer"."""
    if rule.kind == "consensus" or rule.fraction is None:
        how = _("consensus")
    elif rule.fraction == 1:
        how = _("all in favour")
    else:
        how = _("%(part)s in favour") % {"part": rule.fraction}
    if not rule.quorum:
        return how
    if rule.quorum == 1:
        must = _("all must answer")
    else:
        must = _("half must answer") if rule.quorum == HALF else _("%(part)s must answer") % {"part": rule.quorum}
    return _("%(how)s, %(must)s") % {"how": how, "must": must}


def text_facts(draft: Draft) -> list[tuple[str, str]]:
    """Return what a text says besides problem and measure, as pairs; what is empty is left out by the page."""
    return [
        (str(FIELD_WORDS["effort"]), word("efforts", draft.effort, language())),
        (str(FIELD_WORDS["cost"]), word("costs", draft.cost, language())),
        (str(FIELD_WORDS["legal_basis"]), draft.legal_basis),
        (str(FIELD_WORDS["isps"]), draft.isps),
        (str(FIELD_WORDS["contact"]), draft.contact),
    ]


def text_paragraphs(draft: Draft) -> list[tuple[str, str]]:
    """Return the long parts of a text with their headings, without empty ones."""
    names = ("problem", "text", "evidence", "side_effects", "playbook")
    return [(str(FIELD_WORDS[name]), getattr(draft, name)) for name in names if getattr(draft, name).strip()]


def difference_words(found: Iterable[Difference]) -> list[dict[str, Any]]:
    """Return differences with the names of their fields."""
    return [{"word": str(FIELD_WORDS[one.field]), "pieces": _readable(one.field, one.pieces)} for one in found]


def _readable(field: str, pieces: tuple[Piece, ...]) -> list[Piece]:
    section = {"effort": "efforts", "cost": "costs"}.get(field)
    if section is None:
        return list(pieces)
    return [Piece(one.kind, word(section, one.text, language())) for one in pieces]
