"""An incident that somebody sent, read as the beginning of a report; and observables as ours. Pure.

What our own extension says is taken as it is; of any other incident the name and description, and nothing is guessed.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from port2port.exchange.stix.extensions import MARITIME
from port2port.members.data_files import LANGUAGES
from port2port.reports.observables.normal import Observable, normalised
from port2port.reports.observables.refused import Unrecognised
from port2port.reports.rules import MOST_KG, Draft
from port2port.reports.vocabulary import Vocabulary

LONGEST_TITLE, LONGEST_TEXT = 160, 10_000
# The property that holds the value, and the kind of observable that it is here.
KINDS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "shipping-container": (("number", "container"),),
    "container-seal": (("mark", "seal"),),
    "vessel": (("imo", "imo"), ("mmsi", "mmsi")),
    "ipv4-addr": (("value", "ip"),),
    "ipv6-addr": (("value", "ip"),),
    "domain-name": (("value", "domain"),),
    "url": (("value", "url"),),
    "email-addr": (("value", "email"),),
}


def said(found: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an incident says in our own extension, or nothing."""
    extensions = found.get("extensions")
    ours = extensions.get(MARITIME.id) if isinstance(extensions, dict) else None
    return ours if isinstance(ours, dict) else {}


def draft_of(found: Mapping[str, Any], *, threat: str, port: str, words: Vocabulary, at: datetime) -> Draft:
    """Return an incident as the draft of a report about a threat, in a port (UN/LOCODE), for a person to accept."""
    ours = said(found)
    modi = [code for code in _list(ours, "modi_operandi") if code in {one.code for one in words.modi_operandi}]
    title, text = _text(found, "name")[:LONGEST_TITLE], _text(found, "description")[:LONGEST_TEXT]
    return Draft(
        threat=threat,
        title=title,
        text=text or title,
        place="port",
        port=port,
        occurred_at=_moment(ours.get("occurred_at")) or _moment(found.get("created")) or at,
        occurred_precision=_one_of(_text(ours, "occurred_precision"), words.date_precisions, "day"),
        language=_text(found, "lang")[:2] if _text(found, "lang")[:2] in LANGUAGES else "en",
        nature=_one_of(_text(ours, "nature"), words.natures, "suspicious"),
        severity=_one_of(_text(ours, "severity"), words.severities, "moderate"),
        modus_operandi=modi[0] if modi else "",
        modus_operandi_also=tuple(modi[1:]),
        phase=_one_of(_text(ours, "phase"), words.phases, ""),
        substance=_one_of(_text(ours, "substance"), words.substances, ""),
        quantity_kg=_quantity(ours.get("quantity_kg")),
        source="colleague",
    )


def observables_of(objects: Iterable[Mapping[str, Any]]) -> list[Observable]:
    """Return those of these objects that are observables here; what cannot be recognised is left out."""
    made = []
    for one in objects:
        found = [(kind, _text(one, name)) for name, kind in KINDS.get(_text(one, "type"), ())]
        hashes = one.get("hashes") if _text(one, "type") == "file" else None
        found += (
            [("hash", value) for value in hashes.values() if isinstance(value, str)] if isinstance(hashes, dict) else []
        )
        for kind, value in found:
            try:
                made.append(normalised(kind, value))
            except Unrecognised:
                continue
    return made


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _quantity(value: object) -> float | None:
    """Return a quantity that a report may have; any other, however many digits it has, is none."""
    return float(value) if isinstance(value, int | float) and 0 < value <= MOST_KG else None


def _list(found: Mapping[str, Any], name: str) -> list[str]:
    value = found.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _one_of(code: str, terms: Iterable[Any], otherwise: str) -> str:
    return code if code in {term.code for term in terms} else otherwise


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(value).astimezone(UTC) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None
