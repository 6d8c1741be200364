"""Tags: TLP, PAP and the Admiralty scale as MISP's taxonomies write them, and ours for the rest. Pure.

Taxonomies `tlp` (version 9 on, TLP 2.0), `PAP` and `admiralty-scale` of the MISP project; a tag is
`namespace:predicate` or `namespace:predicate="value"` (draft-dulaunoy-misp-taxonomy-format, machine tags).
"""

import re
from collections.abc import Iterable

from port2port.exchange.stix.source import Grade
from port2port.sharing.tlp import Tlp

OURS = "port2port"
GALAXY = "port2port-modus-operandi"
COLOURS = {
    Tlp.CLEAR: "#ffffff",
    Tlp.GREEN: "#33ff00",
    Tlp.AMBER: "#ffc000",
    Tlp.AMBER_STRICT: "#ffc000",
    Tlp.RED: "#ff2b2b",
}  # FIRST, TLP 2.0: colour coding
OLD = {"white": Tlp.CLEAR}  # TLP 1
TLP_TAG = re.compile(r"\s*tlp\s*:(?P<mark>.*)", re.IGNORECASE | re.DOTALL)

Tag = dict[str, str]


def tlp_tag(tlp: Tlp) -> Tag:
    """Return the tag of a TLP mark, e.g. `tlp:amber+strict`."""
    return {"name": tlp.label.lower(), "colour": COLOURS[tlp]}


def pap_tag(pap: Tlp) -> Tag:
    """Return the tag of a permissible action, e.g. `PAP:AMBER`."""
    return {"name": f"PAP:{pap.label.removeprefix('TLP:')}", "colour": COLOURS[pap]}


def machine_tag(namespace: str, predicate: str, value: str) -> Tag:
    """Return a tag that says a value; a quote in it would end it."""
    return {"name": f'{namespace}:{predicate}="{value.replace(chr(34), chr(39))}"', "colour": "#1f6feb"}


def grade_tags(grade: Grade) -> list[Tag]:
    """Return source and information on the Admiralty scale; of another scheme nothing is said in it."""
    if grade.scheme != "admiralty":
        return []
    said = [("source-reliability", grade.source.lower()), ("information-credibility", grade.information)]
    return [machine_tag("admiralty-scale", predicate, value) for predicate, value in said if value]


def tlp_of(names: Iterable[str]) -> Tlp | None:
    """Return the narrowest TLP mark among tags, or None when there is none.

    A mark that is not known is read as AMBER+STRICT: it says that there is a limit, and not which one.
    """
    found = [_mark(match["mark"]) for name in names if (match := TLP_TAG.fullmatch(name))]
    return max(found, default=None)


def _mark(text: str) -> Tlp:
    plain = text.strip().strip('"').lower()
    try:
        return OLD[plain] if plain in OLD else Tlp.parse(plain)
    except KeyError:
        return Tlp.AMBER_STRICT
