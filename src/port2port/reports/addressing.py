"""From "who should know?" to circles and persons: the choices of one actor, resolved in the network."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from port2port.base import rows
from port2port.base.errors import Invalid, Problem
from port2port.members.acting import current_actor
from port2port.members.models import Circle
from port2port.members.network_data import label
from port2port.members.places import Places, Spot
from port2port.reports.defaults import CHOOSE, Choice, default_choice, default_terms, defaults
from port2port.reports.vocabulary import threat as threat_of
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import (
    Addressing,
    Reporter,
)
from port2port.sharing.tlp import Tlp


@dataclass(frozen=True)
class Offered:
    """A choice of the form, resolved for this actor."""

    code: str
    name: str
    tlp: Tlp
    addressed: tuple[UUID, ...]
    read: tuple[Circle, ...] = field(default=(), compare=False, repr=False)


def offered(who: Reporter, places: Places, *, port: str = "", only: str = "") -> list[Offered]:
    """Return the choices that can be taken by this actor for something that happened in `port`, in order.

    A relation that leads nowhere (no port, no authority) is left out. `only`: look no other choice up.
    """
    spot = places.ports.get(port if port in who.ports else who.port)
    choices = [choice for choice in defaults().choices if only in ("", choice.code)]
    slugs = {slug for choice in choices for slug in choice.circles}
    chosen = rows.select(Circle, "t.slug = any(%s) and t.closed_at is null", [list(slugs)]) if slugs else []
    circles = {c.slug: c for c in chosen}
    found = []
    for choice in choices:
        to = [_related(choice.relation, who, spot)] if choice.relation else [circles.get(s) for s in choice.circles]
        known = [circle for circle in to if circle is not None]
        if len(known) == len(to) and all(_takes(circle) for circle in known):
            ids = tuple(c.id for c in known)
            found.append(Offered(choice.code, _said(choice, known), choice.rank, ids, tuple(known)))
    return found


def _related(relation: str, who: Reporter, spot: Spot | None) -> Circle | None:
    """Return the circle that a relation leads to; the own organisation is no authority to itself."""
    if relation == "own":
        return Circle.objects.filter(kind="organisation", organisation=who.organisation).first()
    if spot is None:
        return None
    if relation == "port":
        return Circle.objects.filter(kind="port", port_id=spot.id, closed_at=None).first()
    authorities = Circle.objects.filter(
        kind="organisation", organisation__kind="port_authority", organisation__ports=spot.id, closed_at=None
    )
    return authorities.exclude(organisation=who.organisation).first()


def suggested(threat: str, who: Reporter, choices: Iterable[Offered]) -> str:
    """Return the code of the choice a report about this threat starts with; "choose" when it is not on offer."""
    wanted = default_choice(threat_of(threat), who.roles)
    codes = [choice.code for choice in choices]
    if wanted in codes:
        return wanted
    return "my-organisation" if "my-organisation" in codes else CHOOSE


def addressing_of(choice: str, choices: Iterable[Offered]) -> Addressing:
    """Return what a choice stands for. Raises Invalid naming `audience` when it is not on offer."""
    for one in choices:
        if one.code == choice:
            return Addressing(one.addressed, one.tlp, one.read)
    raise Invalid([Problem("audience", _("Choose who should know."))])


def terms_for(threat: str, who: Reporter, *, personal_data: str = "none") -> Terms:
    """Return purpose and legal basis for a report by this actor."""
    organisation = who.organisation
    return default_terms(
        threat,
        organisation_kind=organisation.kind if organisation else "",
        public=organisation.public if organisation else True,
        personal_data=personal_data,
    )


def _takes(circle: Circle) -> bool:
    return circle.id in current_actor().keys or circle.addressed_by == "everyone"


def _said(choice: Choice, circles: list[Circle]) -> str:
    """Return the choice's name; a relation says which circle it is."""
    language = get_language() or "en"
    if choice.relation in ("port", "authority"):
        return label(circles[0].names, language)
    return choice.label(language)
