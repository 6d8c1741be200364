"""Observables in the reader's words, and what was recognised made ready for the form."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.reports.observable_queries import OCCASION
from port2port.reports.observables.kinds import kind
from port2port.reports.observables.normal import Observable
from port2port.site.reader import language

NEAR: dict[str, str | Promise] = {
    "container-serial": _("same container, another check digit"),
    "subnet": _("same network"),
    "domain": _("same host"),
    "plate-misread": _("one character differs"),
}


def kind_word(code: str) -> str:
    """Return the name of a kind in the reader's language; a kind of a later version stays as it is."""
    if code == OCCASION:
        return gettext("Same place, time and method")
    try:
        return kind(code).label(language())
    except KeyError:
        return code


def near_word(tie: str) -> str | Promise:
    """Return by which weaker tie two values meet; "" when they are the same."""
    return NEAR.get(tie, tie)


def token_of(one: Observable) -> str:
    """Return how a form names an observable."""
    return f"{one.kind}|{one.value}"


@dataclass(frozen=True)
class Offer:
    """One thing that was recognised: offered with a box to tick."""

    observable: Observable
    chosen: bool
    shown: bool = False  # to the person, before the form was sent
    given: bool = False  # pasted or named for this, not found in the text

    @property
    def token(self) -> str:
        """How the form sends it back."""
        return token_of(self.observable)

    @property
    def word(self) -> str:
        """Its kind."""
        return kind_word(self.observable.kind)

    @property
    def icon(self) -> str:
        """The icon of its kind."""
        return kind(self.observable.kind).icon

    @property
    def own_only(self) -> bool:
        """Whether it leads to a person and stays within the organisation."""
        return kind(self.observable.kind).personal_data != "none"


@dataclass(frozen=True)
class Recognised:
    """What was recognised in a form, which of it is wanted, and whether the person saw what was pasted or named."""

    offers: Sequence[Offer] = ()
    kinds: Sequence[tuple[str, str]] = ()
    pasted: str = ""
    confirmed: bool = False
    problems: Sequence[Problem] = field(default_factory=list)

    @property
    def chosen(self) -> list[Observable]:
        """What is wanted, of what was shown."""
        return [offer.observable for offer in self.offers if offer.chosen and offer.shown]

    @property
    def meant(self) -> list[Observable]:
        """What is wanted by whoever could be shown nothing: a phone without a network."""
        return [offer.observable for offer in self.offers if offer.chosen and (offer.shown or offer.given)]
