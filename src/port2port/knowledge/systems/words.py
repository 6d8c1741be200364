"""The register in the reader's words: figures with their intervals, conditions, assessments, cards."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from port2port.knowledge.systems.comparing import Confusion, Figures, Rest
from port2port.knowledge.systems.drawing import RATES, SHARES, Scale, drawing
from port2port.knowledge.systems.intervals import Estimate, Pooled
from port2port.knowledge.systems.models import Installation, Measurement
from port2port.knowledge.systems.queries import Annex, Product, Result, Shown, table_of
from port2port.knowledge.systems.vocabulary import article_of, word
from port2port.members.data_files import label
from port2port.members.models import Organisation
from port2port.sharing.legal_basis import legal_bases
from port2port.site import words as site_words
from port2port.site.reader import language

PER_CENT = 100
SMALL, LARGE = 1, 10  # below the one, two figures; from the other on, whole numbers
FIGURES: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("precision", gettext_lazy("True among the alarms checked"), gettext_lazy("How often it is worth going to look.")),
    ("sensitivity", gettext_lazy("Seen of what was there"), gettext_lazy("Only where somebody knows what was missed.")),
    ("false_a_day", gettext_lazy("False alarms in 24 hours"), gettext_lazy("What it costs the guards.")),
)
SPREADS: dict[str, str | Promise] = {
    "alike": gettext_lazy("Sites do alike."),
    "apart": gettext_lazy("Sites differ: ask what they do differently."),
    "unknown": gettext_lazy("Too little to tell whether sites differ."),
}
ASSESSMENT_BADGES = {"done": "ok", "not_needed": "closed", "not_done": "error"}


def share_words(value: float) -> str:
    """Return a share as a whole number of per cent; what is not quite none or all does not read so."""
    per_cent = value * PER_CENT
    if 0 < per_cent < SMALL:
        return _("under %(n)d %%") % {"n": SMALL}
    return _("%(n)s %%") % {"n": site_words.number(per_cent, language(), 0)}


def rate_words(value: float) -> str:
    """Return a rate with as many figures as it bears."""
    places = 0 if value >= LARGE else 1 if value >= SMALL else 2
    return site_words.number(value, language(), places)


def interval_words(one: Estimate, write: Callable[[float], str]) -> str:
    """Return "62 % (41 % to 80 %)"."""
    return _("%(value)s (%(low)s to %(high)s)") % {
        "value": write(one.value), "low": write(one.low), "high": write(one.high),
    }  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A figure ready to be shown: its name, the value with its interval, what a next port may expect, a drawing."""

    name: str | Promise
    why: str | Promise
    text: str
    following: str = ""
    spread: str | Promise = ""
    svg: str = ""


def _way(code: str) -> tuple[Callable[[float], str], Scale]:
    return (rate_words, RATES) if code == "false_a_day" else (share_words, SHARES)


def site_figures(found: Figures) -> list[Figure]:
    """Return the figures of one site or period."""
    listed = []
    for code, name, why in FIGURES:
        estimate = getattr(found, code)
        if estimate is None:
            listed.append(Figure(name, why, _("not known")))
            continue
        write, scale = _way(code)
        text = interval_words(estimate, write)
        listed.append(Figure(name, why, text, svg=drawing(estimate, scale, says=f"{name}: {text}")))
    return listed


def product_figures(one: Product) -> list[Figure]:
    """Return the pooled figures of a product; with one site, its own, and that this is too little."""
    listed = []
    measured = [site for site in one.sites if site.site.results]
    for code, name, why in FIGURES:
        write, scale = _way(code)
        pooled: Pooled | None = getattr(one.together, code)
        if pooled is None:
            alone = [found for found in (getattr(site.figures, code) for site in measured) if found is not None]
            listed.append(_alone(name, why, alone, write, scale))
            continue
        text = interval_words(pooled.typical, write)
        following = _("a next port: %(low)s to %(high)s") % {
            "low": write(pooled.next_site.low), "high": write(pooled.next_site.high),
        }  # fmt: skip
        says = f"{name}: {text}, {following}"
        svg = drawing(pooled.typical, scale, says=says, following=pooled.next_site)
        listed.append(Figure(name, why, text, following, SPREADS[pooled.spread], svg))
    return listed


def _alone(
    name: str | Promise, why: str | Promise, alone: Sequence[Estimate], write: Callable[[float], str], scale: Scale
) -> Figure:
    if not alone:
        return Figure(name, why, _("not known"))
    text = interval_words(alone[0], write)
    following = _("one site: too little to tell what a next port may expect")
    return Figure(name, why, text, following, svg=drawing(alone[0], scale, says=f"{name}: {text}, {following}"))


def rest_words(one: Rest) -> str:
    """Return on what a comparison rests: sites measured, ports, hours."""
    if not one.measured:
        return ngettext(
            "%(n)d site, nothing measured yet", "%(n)d sites, nothing measured yet", one.sites
        ) % {"n": one.sites}  # fmt: skip
    sites = ngettext("%(n)d site measured", "%(n)d sites measured", one.measured) % {"n": one.measured}
    ports = ngettext("at %(n)d port", "at %(n)d ports", one.ports) % {"n": one.ports}
    hours = _("%(n)s hours") % {"n": site_words.number(one.hours, language())}
    return ", ".join([f"{sites} {ports}", hours])


def unchecked_words(table: Confusion, floor: float | None) -> str:
    """Return what alarms that nobody looked into leave open; "" when there are none."""
    if floor is None:
        return ""
    said = ngettext(
        "%(n)s alarm was never checked. If it was false too, %(share)s were true.",
        "%(n)s alarms were never checked. If all of them were false, %(share)s were true.",
        table.unchecked,
    )
    return said % {"n": site_words.number(table.unchecked, language()), "share": share_words(floor)}


def conditions(rows: Sequence[Measurement]) -> list[str]:
    """Return under which conditions and by what truth figures were measured, each once."""
    lights = [word("lights", row.light, language()) for row in rows if row.light]
    truths = [word("truths", row.truth, language()) for row in rows]
    return list(dict.fromkeys([*lights, *truths]))


def place_words(row: Installation, shown_port: Any) -> str:
    """Return where it stands: the facility and its port."""
    names = [row.facility.names] if row.facility is not None else []
    names += [shown_port.names] if shown_port is not None else []
    return ", ".join(label(one, language()) for one in names)


def owner_words(one: Organisation) -> str:
    """Return whose it is."""
    return label(one.names, language())


def basis_words(row: Installation) -> str:
    """Return the legal basis: of the register, as cited, or both."""
    known = {one.code: one.label(language()) for one in legal_bases()}
    return "; ".join(part for part in (known.get(row.legal_basis, row.legal_basis), row.legal_citation) if part)


def class_words(row: Installation) -> str:
    """Return the class under the AI Act with its article."""
    article = row.ai_article or article_of(row.ai_class)
    name = word("ai_classes", row.ai_class, language())
    return f"{name} ({article})" if article else name


def days_words(days: int) -> str:
    """Return how long footage is kept."""
    if days == 0:
        return _("nothing is kept")
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": site_words.number(days, language())}


def day(on: date | None) -> str:
    """Return a day, "" for none."""
    return site_words.day(on, language()) if on is not None else ""


@dataclass(frozen=True)
class Assessed:
    """An assessment: its name, its state as a word and a shape, and the day or the reason."""

    name: str
    state: str
    badge: str
    more: str


def assessments(row: Installation) -> list[Assessed]:
    """Return the assessments of an installation."""
    listed = []
    names = (("rights", _("Fundamental-rights impact assessment")), ("privacy", _("Data-protection impact assessment")))
    for field, name in names:
        state = getattr(row, field)
        more = day(getattr(row, f"{field}_on")) or getattr(row, f"{field}_reason")
        listed.append(Assessed(name, word("assessments", state, language()), ASSESSMENT_BADGES[state], more))
    return listed


@dataclass(frozen=True)
class ResultCard:
    """A result made ready for a row of a table."""

    part: Result

    @property
    def row(self) -> Measurement:
        """What was measured."""
        return self.part.row

    @property
    def period(self) -> str:
        """From which day to which."""
        first, last = day(self.row.since), day(self.row.until)
        return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}

    @property
    def conditions(self) -> str:
        """Light, weather, traffic, threshold."""
        light = word("lights", self.row.light, language()) if self.row.light else ""
        return "; ".join(part for part in (light, self.row.weather, self.row.traffic, self.row.threshold) if part)

    @property
    def truth(self) -> str:
        """How the truth was established."""
        return word("truths", self.row.truth, language())

    @property
    def unchecked(self) -> int:
        """How many alarms nobody looked into."""
        return table_of(self.row).unchecked

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return sees(self.part)


@dataclass(frozen=True)
class Card:
    """An installation made ready for a row or a page."""

    shown: Shown

    @property
    def row(self) -> Installation:
        """What is installed."""
        return self.shown.installation

    @property
    def title(self) -> str:
        """Maker and product."""
        return f"{self.row.maker} {self.row.product}"

    @property
    def href(self) -> str:
        """Where it stands."""
        return reverse("knowledge:installation", args=[self.shown.id])

    @property
    def kind(self) -> str:
        """What kind of system it is."""
        return word("kinds", self.row.kind, language())

    @property
    def where(self) -> str:
        """At which port or facility."""
        return place_words(self.row, self.shown.record.port)

    @property
    def owner(self) -> str:
        """Whose it is."""
        return owner_words(self.shown.record.owner)

    @property
    def invented(self) -> bool:
        """Whether it is the demo's."""
        return self.shown.record.provenance == "invented"

    @cached_property
    def results(self) -> list[ResultCard]:
        """What was measured there and stands."""
        return [ResultCard(one) for one in self.shown.results if not one.withdrawn]

    @cached_property
    def figures(self) -> list[Figure]:
        """What it did there."""
        return site_figures(self.shown.figures)

    @property
    def unchecked(self) -> str:
        """What alarms that nobody looked into leave open."""
        return unchecked_words(self.shown.site.table, self.shown.figures.precision_floor)

    @cached_property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return sees(self.shown)


@dataclass(frozen=True)
class ProductCard:
    """A product made ready for the comparison."""

    product: Product

    @property
    def title(self) -> str:
        """Maker and product."""
        return f"{self.product.maker} {self.product.name}"

    @property
    def href(self) -> str:
        """Where it is compared site by site."""
        return reverse("knowledge:product", args=[self.product.key])

    @property
    def kind(self) -> str:
        """What kind of system it is."""
        return word("kinds", self.product.kind, language())

    @property
    def rest(self) -> str:
        """On what its figures rest."""
        return rest_words(self.product.rest)

    @cached_property
    def figures(self) -> list[Figure]:
        """What its sites tell together."""
        return product_figures(self.product)

    @property
    def conditions(self) -> str:
        """Under which conditions they were measured."""
        return ", ".join(conditions(self.product.results))

    @property
    def invented(self) -> bool:
        """Whether all its sites are the demo's."""
        return all(site.record.provenance == "invented" for site in self.product.sites)


def annex_facts(one: Annex) -> list[tuple[str, str]]:
    """Return what a procurement annex says, as names and values."""
    row = one.row
    price = _("%(n)s euro") % {"n": site_words.number(row.price, language())} if row.price is not None else ""
    return [(_("Price"), price), (_("Contract until"), day(row.contract_until)), (_("Contract"), row.contract)]


def sees(one: Shown | Result | Annex) -> dict[str, Any]:
    """Return who sees a record, for the sees part."""
    return {
        "tlp": one.record.tlp, "audience": one.audience, "why_url": reverse("sharing:why", args=[one.record.id]),
    }  # fmt: skip
