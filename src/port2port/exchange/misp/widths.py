"""How far what came from a MISP may go here: never further than it could there. Pure.

MISP has two limits, the distribution (0 own organisation, 1 this community, 2 connected communities, 3 all, 4 a sharing
group, 5 as the event) and the TLP as a tag, of the event and of each part of it. What is made here is one record: the
narrowest of all of them counts. Who is meant by a community there is not known here, so no distribution opens anything;
what a sharing group is here, an organisation may have said (`groups`), and then such a part is TLP:AMBER at widest.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from port2port.exchange.misp.tags import tlp_of
from port2port.sharing.tlp import Tlp

INHERITED, GROUP = "5", "4"
FLOORS: Mapping[str, Tlp] = {
    "0": Tlp.AMBER_STRICT,
    "1": Tlp.GREEN,
    "2": Tlp.GREEN,
    "3": Tlp.CLEAR,
    "4": Tlp.AMBER_STRICT,
}
UNMARKED = Tlp.AMBER_STRICT
PARTS = ("Attribute", "Object", "EventReport", "ShadowAttribute")


def narrowest(event: Mapping[str, Any], known: Collection[str] = ()) -> Tlp:
    """Return the TLP under which all of an event may stand here; one without a TLP tag is AMBER+STRICT at least.

    `known`: sharing groups (uuid) that are a circle here.
    """
    own = tlp_of(names(event))
    marks = [UNMARKED if own is None else own, _floor(event, known, inherits=False)]
    for part in parts(event):
        marks.append(_floor(part, known, inherits=True))
        mark = tlp_of(names(part))
        marks += [] if mark is None else [mark]
    return max(marks)


def groups(event: Mapping[str, Any]) -> frozenset[str]:
    """Return the sharing groups to which an event, or a part of it, is limited: who is in all of them may have it all.

    Empty: no group limits it. One that cannot be read is "", and so is the event that is not for a group itself while a
    part of it is: nothing here is as narrow as both.
    """
    limited = [one for one in (event, *parts(event)) if _said(one) == GROUP]
    found = {_group(one) for one in limited}
    return frozenset(found | ({""} if limited and _said(event) != GROUP else set()))


def _group(holder: Mapping[str, Any]) -> str:
    group = holder.get("SharingGroup")
    said = group.get("uuid") if isinstance(group, dict) else None
    try:
        return str(UUID(said)) if isinstance(said, str) else ""
    except ValueError:
        return ""


def parts(event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the parts of an event: attributes, objects and their attributes, reports."""
    for name in PARTS:
        for part in listed(event, name):
            yield part
            yield from listed(part, "Attribute")
            yield from listed(part, "ShadowAttribute")


def listed(holder: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list, whatever else stands in it."""
    value = holder.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def names(holder: Mapping[str, Any]) -> list[str]:
    """Return the names of the tags of an event or a part."""
    return [one["name"] for one in listed(holder, "Tag") if isinstance(one.get("name"), str)]


def _floor(holder: Mapping[str, Any], known: Collection[str], *, inherits: bool) -> Tlp:
    """Return the widest TLP that a distribution leaves; one that cannot be read leaves the own organisation."""
    said = _said(holder, INHERITED if inherits else None)
    if inherits and said == INHERITED:
        return Tlp.CLEAR
    if said == GROUP and _group(holder) in known:
        return Tlp.AMBER
    return FLOORS.get(said, Tlp.AMBER_STRICT)


def _said(holder: Mapping[str, Any], otherwise: str | None = None) -> str:
    """Return a distribution as it is written in JSON of either kind, or nothing."""
    value = holder.get("distribution", otherwise)
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
