"""Records as STIX objects: a report is an incident, a measure a course of action, a practice a note.

Every object of a record is seen by exactly those who see the record, so no reference leads to what is hidden: an object
refers to objects of its own record, and to what everybody knows. `modified` is put in when an object is stored.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from port2port.exchange.stix import network
from port2port.exchange.stix.extensions import CREATED, INCIDENT_CORE, MARITIME, ORIGIN, RECORD
from port2port.exchange.stix.ids import object_id
from port2port.exchange.stix.markings import (
    TLP_IDS,
    Stix,
    handling_statement,
    pap_statement,
    statement,
    terms_statement,
)
from port2port.exchange.stix.observables import observable
from port2port.exchange.stix.source import Grade, MeasureSource, PracticeSource, ReportSource, Source, Terms
from port2port.sharing.tlp import Tlp

# The Admiralty scale of STIX 2.1, appendix A, "Admiralty Credibility"; of 6 ("cannot be judged") it says nothing.
CONFIDENCE = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
OPINIONS = {"1": "strongly-agree", "2": "agree", "3": "neutral", "4": "disagree", "5": "strongly-disagree"}
CRITICALITY = {"low": 15, "moderate": 50, "high": 85, "critical": 100}  # ours: the middle of each range
DETECTED_BY = {"seen": "human-review", "colleague": "human-review", "sensor": "automated-tool"}
RECORDS = {"report": "reports", "measure": "measures", "practice": "knowledge/practices"}


@dataclass
class Made:
    """The objects of one record, while they are made."""

    terms: Terms
    marks: list[str]
    origin: Stix  # the extension that each of them carries, because each travels by itself
    objects: list[Stix] = field(default_factory=list)

    def add(self, kind: str, part: str, /, *, extensions: Stix | None = None, **properties: object) -> Stix:
        """Add an object of a type, by its part in the record, and return it."""
        made: Stix = {
            "type": kind,
            "spec_version": "2.1",
            "id": object_id(kind, self.terms.record, part),
            "created_by_ref": network.member_id(self.terms.owner),
            "created": moment(self.terms.at),
            "object_marking_refs": self.marks,
            **properties,
            "extensions": self.origin | (extensions or {}),
        }
        self.objects.append(made)
        return made

    def observe(self, found: Stix) -> None:
        """Add an observable."""
        self.objects.append(found | {"extensions": found.get("extensions", {}) | self.origin})

    def tie(self, source: Stix, kind: str, target: str) -> None:
        """Add a relationship from an object of this record to another object."""
        name = f"{source['id']} {kind} {target}"
        self.add("relationship", name, relationship_type=kind, source_ref=source["id"], target_ref=target)


def moment(at: datetime) -> str:
    """Return a moment as STIX writes it (section 2.16)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def project(source: Source, *, site: str, node: UUID) -> list[Stix]:
    """Return the STIX objects of a record, without `modified`; `site` is the address of this platform, `node` its id.

    Raises ValueError for TLP:RED, which goes to persons and to no machine.
    """
    terms = source.terms
    if terms.tlp == Tlp.RED:
        raise ValueError("TLP:RED is not projected")
    said = [pap_statement(terms.pap), terms_statement(terms.purpose, terms.legal_basis)]
    own: list[Stix] = []  # the others are the same for many, and stand with what everybody knows
    if isinstance(source, ReportSource) and source.grade is not None and source.grade.handling:
        said.append(handling_statement(source.grade.handling, source.grade.handling_text))
        own = [statement(said[-1], created=CREATED)] if source.grade.handling_text else []
    marks = [TLP_IDS[Tlp(terms.tlp)], *(statement(text, created=CREATED)["id"] for text in said)]
    made = Made(terms, marks, {ORIGIN.id: _origin(terms, node)}, own)
    match source:
        case ReportSource():
            _report(made, source, site)
        case MeasureSource():
            _measure(made, source, site)
        case PracticeSource():
            _practice(made, source, site)
    return made.objects


def _report(made: Made, source: ReportSource, site: str) -> None:
    incident = made.add(
        "incident",
        "incident",
        lang=source.language,
        name=source.title,
        description=source.text,
        labels=[source.terms.threat, *_invented(source.terms)],
        external_references=_references("report", source.terms, site, source.source_name, source.source_url),
        extensions={
            INCIDENT_CORE: _core(source),
            MARITIME.id: _maritime(source),
            RECORD.id: _record(source.terms),
        },
    )
    if source.grade is not None and source.grade.scheme == "admiralty":
        _graded(made, incident, source.grade)
    for code in source.modi:
        made.tie(incident, "uses", network.modus_id(code))
    if source.terms.port is not None:
        made.tie(incident, "targets", network.port_id(source.terms.port))
    _placed(made, incident, source)
    for seen in source.observables:
        found = observable(seen, made.marks)
        if found is not None:
            made.observe(found)
            made.tie(incident, "related-to", found["id"])


def _placed(made: Made, incident: Stix, source: ReportSource) -> None:
    """Say where it was: at a facility or port that is known, or at a point of its own."""
    if source.facility is not None:
        made.tie(incident, "located-at", network.place_id(source.facility))
        return
    if source.terms.port is not None:
        made.tie(incident, "located-at", network.place_id(source.terms.port))
    if source.place != "port" and source.lat is not None and source.lon is not None:
        name: Stix = {"name": source.place_text} if source.place_text else {}
        point = made.add(
            "location",
            "location",
            latitude=round(source.lat, network.PRECISION),
            longitude=round(source.lon, network.PRECISION),
            **name,
        )
        made.tie(incident, "located-at", point["id"])


def _graded(made: Made, incident: Stix, grade: Grade) -> None:
    """Say what it is worth, in the scheme of the standard; the 4x4 is never converted into it."""
    if grade.information not in CONFIDENCE:
        return
    incident["confidence"] = CONFIDENCE[grade.information]
    made.add(
        "opinion",
        "opinion",
        opinion=OPINIONS[grade.information],
        explanation=f"Admiralty {grade.source}{grade.information}",
        object_refs=[incident["id"]],
    )


def _core(source: ReportSource) -> Stix:
    """Return the incident core extension. What is not known to have succeeded or failed is suspected."""
    if source.nature == "near_miss":
        determination = "failed-attempt"
    elif source.nature == "incident" and source.quantity_kg:
        determination = "blocked"  # it was seized
    else:
        determination = "suspected"
    core: Stix = {
        "extension_type": "property-extension",
        "determination": determination,
        "investigation_status": source.state,
        "criticality": CRITICALITY[source.severity],
    }
    if source.source in DETECTED_BY:
        core["detection_methods"] = [DETECTED_BY[source.source]]
    return core


def _maritime(source: ReportSource) -> Stix:
    said: Stix = {
        "extension_type": MARITIME.kind,
        "nature": source.nature,
        "threat": source.terms.threat,
        "severity": source.severity,
        "occurred_at": moment(source.occurred_at),
        "occurred_precision": source.occurred_precision,
        "occurred_margin_minutes": source.occurred_margin,
        "port": source.terms.port,
        "place_kind": source.place,
        "place_text": source.place_text,
        "modi_operandi": source.modi,
        "phase": source.phase,
        "substance": source.substance,
        "quantity_kg": source.quantity_kg,
        "origin_country": source.origin_country,
    }
    if source.grade is not None and source.grade.scheme:
        said["grading"] = {
            "scheme": source.grade.scheme,
            "source": source.grade.source,
            "information": source.grade.information,
        }
    return _filled(said)


def _measure(made: Made, source: MeasureSource, site: str) -> None:
    action = made.add(
        "course-of-action",
        "course-of-action",
        lang=source.language,
        name=source.title,
        description="\n\n".join(part for part in (source.problem, source.text) if part),
        labels=[source.state, *([source.category] if source.category else []), *_invented(source.terms)],
        external_references=_references("measure", source.terms, site, source.source_name, source.source_url),
        extensions={RECORD.id: _record(source.terms)},
    )
    for code in source.modi:
        made.tie(action, "mitigates", network.modus_id(code))


def _practice(made: Made, source: PracticeSource, site: str) -> None:
    parts = (source.context, source.done, source.outcome, source.wrong, source.conditions)
    made.add(
        "note",
        "note",
        lang=source.language,
        abstract=source.title,
        content="\n\n".join(part for part in parts if part),
        object_refs=[network.modus_id(code) for code in source.modi] or [network.member_id(source.terms.owner)],
        labels=[source.topic, source.maturity, *_invented(source.terms)],
        external_references=_references("practice", source.terms, site, "", ""),
        extensions={RECORD.id: _record(source.terms)},
    )


def _origin(terms: Terms, node: UUID) -> Stix:
    return {
        "extension_type": ORIGIN.kind,
        "node": str(node),
        "record": str(terms.record),
        "keep_until": moment(terms.expires_at),
    }


def _record(terms: Terms) -> Stix:
    return {
        "extension_type": RECORD.kind,
        "purpose": terms.purpose,
        "legal_basis": terms.legal_basis,
        "pap": Tlp(terms.pap).name,
        "personal_data": "none",
        "keep_until": moment(terms.expires_at),
        "provenance": terms.provenance,
    }


def _references(kind: str, terms: Terms, site: str, name: str, url: str) -> list[Stix]:
    own = {
        "source_name": "port2port",
        "external_id": str(terms.record),
        "url": f"{site}/{RECORDS[kind]}/{terms.record}/",
    }
    if not name:
        return [own]
    return [own, {"source_name": name, "url": url} if url else {"source_name": name, "description": "Published."}]


def _invented(terms: Terms) -> list[str]:
    return ["invented"] if terms.provenance == "invented" else []


def _filled(said: Stix) -> Stix:
    return {name: value for name, value in said.items() if value not in (None, "", [])}
