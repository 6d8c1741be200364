"""Records as STIX objects: a report is an incident, a measure a course of action, a practice a note, an alert a report.

Every object of a record is seen by exactly those who see the record, so no reference leads to what is hidden: an object
refers to objects of its own record, to what everybody knows, and to another record's only where the database says that
whoever sees the one sees the other. `modified` is put in when an object is stored.
"""

from uuid import UUID

from port2port.exchange.stix import network
from port2port.exchange.stix.alerts import project_alert
from port2port.exchange.stix.extensions import CREATED, INCIDENT_CORE, MARITIME, ORIGIN, RECORD
from port2port.exchange.stix.made import Made, invented, moment, of_record, origin, references
from port2port.exchange.stix.markings import (
    TLP_IDS,
    Stix,
    handling_statement,
    pap_statement,
    statement,
    terms_statement,
)
from port2port.exchange.stix.observables import observable
from port2port.exchange.stix.source import AlertSource, Grade, MeasureSource, PracticeSource, ReportSource, Source
from port2port.members.places import Places
from port2port.sharing.tlp import Tlp

# The Admiralty scale of STIX 2.1, appendix A, "Admiralty Credibility"; of 6 ("cannot be judged") it says nothing.
CONFIDENCE = {"1": 90, "2": 70, "3": 50, "4": 30, "5": 10}
OPINIONS = {"1": "strongly-agree", "2": "agree", "3": "neutral", "4": "disagree", "5": "strongly-disagree"}
CRITICALITY = {"low": 15, "moderate": 50, "high": 85, "critical": 100}  # ours: the middle of each range
DETECTED_BY = {"seen": "human-review", "colleague": "human-review", "sensor": "automated-tool"}
NOWHERE = Places()


def project(source: Source, *, site: str, node: UUID, places: Places = NOWHERE) -> list[Stix]:
    """Return the STIX objects of a record, without `modified`; `site` is the address of this platform, `node` its id.

    `places`: what the areas of an alert may name; one that is not there stands in words only.

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
    made = Made(terms, marks, {ORIGIN.id: origin(terms, node)}, own)
    match source:
        case ReportSource():
            _report(made, source, site)
        case MeasureSource():
            _measure(made, source, site)
        case PracticeSource():
            _practice(made, source, site)
        case AlertSource():
            project_alert(made, source, site, places)
    return made.objects


def _report(made: Made, source: ReportSource, site: str) -> None:
    incident = made.add(
        "incident",
        "incident",
        lang=source.language,
        name=source.title,
        description=source.text,
        labels=[source.terms.threat, *invented(source.terms)],
        external_references=references("report", source.terms, site, source.source_name, source.source_url),
        extensions={
            INCIDENT_CORE: _core(source),
            MARITIME.id: _maritime(source),
            RECORD.id: of_record(source.terms),
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
        labels=[source.state, *([source.category] if source.category else []), *invented(source.terms)],
        external_references=references("measure", source.terms, site, source.source_name, source.source_url),
        extensions={RECORD.id: of_record(source.terms)},
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
        labels=[source.topic, source.maturity, *invented(source.terms)],
        external_references=references("practice", source.terms, site),
        extensions={RECORD.id: of_record(source.terms)},
    )


def _filled(said: Stix) -> Stix:
    return {name: value for name, value in said.items() if value not in (None, "", [])}
