"""How far what came from a MISP may go here: never further than it could there. Pure.

MISP has two limits, the distribution (0 own organisation, 1 this community, 2 connected communities, 3 all, 4 a sharing
group, 5 as the event) and the TLP as a tag, of the event and of each part of it. What is made here is one record: the
narrowest of all of them counts. Who is meant by a community there is not known here, so no distribution opens anything.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from port2port.exchange.misp.tags import tlp_of
from port2port.sharing.tlp import Tlp

INHERITED = "5"
FLOORS: Mapping[str, Tlp] = {
    "0": Tlp.AMBER_STRICT,
    "1": Tlp.GREEN,
    "2": Tlp.GREEN,
    "3": Tlp.CLEAR,
    "4": Tlp.AMBER_STRICT,
}
UNMARKED = Tlp.AMBER_STRICT
PARTS = ("Attribute", "Object", "EventReport", "ShadowAttribute")


def narrowest(event: Mapping[str, Any]) -> Tlp:
    """Return the TLP under which all of an event may stand here; one without a TLP tag is AMBER+STRICT at least."""
    own = tlp_of(names(event))
    marks = [UNMARKED if own is None else own, _floor(event, inherits=False)]
    for part in parts(event):
        marks.append(_floor(part, inherits=True))
        mark = tlp_of(names(part))
        marks += [] if mark is None else [mark]
    return max(marks)


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


def _floor(holder: Mapping[str, Any], *, inherits: bool) -> Tlp:
    """Return the widest TLP that a distribution leaves; one that cannot be read leaves the own organisation."""
    value = holder.get("distribution", INHERITED if inherits else None)
    said = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if inherits and said == INHERITED:
        return Tlp.CLEAR
    return FLOORS.get(said, Tlp.AMBER_STRICT)
