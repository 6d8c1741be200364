"""What the API of alerts takes and gives: documented shapes. Unknown fields are refused."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from ninja import Field, Schema

from port2port.alerts import queries
from port2port.alerts.queries import Filters, Recipient
from port2port.alerts.rules import Draft, PublicLine, PublicStatement
from port2port.alerts.shown import Shown
from port2port.alerts.suppliers.names import System
from port2port.alerts.suppliers.rules import SYSTEMS_MOST
from port2port.alerts.vocabulary import templates, vocabulary
from port2port.alerts.words import texts
from port2port.base.errors import Invalid, Problem
from port2port.members.areas import Area, CircleArea, FacilityArea, PolygonArea, PortArea, StretchArea, area_to
from port2port.members.data_files import LANGUAGES
from port2port.members.places import known_places
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import AudienceIn, Language, Moment, Party, TlpName, tlp_name
from port2port.sharing.tlp import Tlp

DEFAULT_HOURS = 12


class AreaIn(Strict):
    """A place. Which fields are needed follows from `kind`."""

    kind: Literal["port", "facility", "landmark", "stretch", "polygon", "circle"] = Field(examples=["landmark"])
    port: str = Field("", description="UN/LOCODE, with kind port", examples=["BEANR"])
    facility: str = Field("", description="Facility number, with kind facility", examples=["BEANR-9901"])
    landmark: str = Field("", description="Slug of a lock or bridge, with kind landmark", examples=["kallo-lock"])
    waterway: str = Field("", description="Slug of a waterway, with kind stretch", examples=["albert-canal"])
    from_km: float | None = Field(None, description="With kind stretch")
    to_km: float | None = Field(None, description="With kind stretch; left out: a point")
    points: list[tuple[float, float]] = Field(
        [], max_length=100, description="Latitude and longitude, the first again at the end, with kind polygon"
    )
    lat: float | None = Field(None, description="Latitude (WGS 84), with kind circle")
    lon: float | None = Field(None, description="Longitude (WGS 84), with kind circle")
    km: float = Field(2.0, description="Kilometres around, with kinds landmark and circle")


class PublicIn(Strict):
    """What may be said in public, by whom, and not before when."""

    lines: dict[Language, str]
    spokesperson: str
    embargo_until: Moment | None = None


class SystemIn(Strict):
    """A supplier, and of it a product if you name one; names may be written in any way."""

    vendor: str = Field("", description="Supplier or maker; left out: the one of the CPE", examples=["Siemens"])
    product: str = Field("", description="Left out: everything of this supplier", examples=["SIMATIC S7-1500"])
    version: str = Field("", description="Read by people; it narrows nothing", examples=["before V3.1"])
    cpe: str = Field("", description="CPE 2.3 name")
    package: str = Field("", description="Package URL (purl)", examples=["pkg:pypi/requests"])

    def system(self) -> System:
        """Return it as a plain value."""
        return System(**{name: getattr(self, name) for name in System.__dataclass_fields__})


class ContentIn(Strict):
    """The content of an alert. What is left out follows from `template`, else from `event`."""

    template: str = Field("", description="Code of a template", examples=["drone_seen"])
    event: str = Field("", description="Code of an event", examples=["drone_over_port"])
    urgency: str = Field("", description="Immediate, Expected, Future, Past or Unknown (CAP 1.2)")
    severity: str = Field("", description="Extreme, Severe, Moderate, Minor or Unknown (CAP 1.2)")
    certainty: str = Field("", description="Observed, Likely, Possible, Unlikely or Unknown (CAP 1.2)")
    status: Literal["", "Actual", "Exercise", "Test"] = Field("", description="Left out: the template's, else Actual")
    instructions: list[str] = Field([], max_length=40, description="Codes of instructions, in order")
    areas: list[AreaIn] = Field([], max_length=20, description="Where; only a supplier alert may leave it out")
    valid_from: Moment | None = Field(None, description="Left out: now")
    valid_until: Moment | None = Field(None, description="Left out: as long as the template says, else 12 hours")
    language: Language = Field("en", description="Language of headline and text")
    headline: str = Field("", description="A few words of your own; they are not translated")
    text: str = Field("", description="What they should know besides; it is not translated")
    public: PublicIn | None = None


class AlertIn(ContentIn):
    """A new alert, and who must know."""

    report: UUID | None = Field(None, description="The report it is raised from")
    audience: AudienceIn | None = None
    systems: list[SystemIn] = Field(
        [], max_length=SYSTEMS_MOST,
        description="A supplier alert: it goes to whoever uses one of these, nobody learns who, and to your"
        " organisation. `audience` then holds at most a `tlp`.",
    )  # fmt: skip


class WideningIn(Strict):
    """Who else must know: these circles and persons, or a wider TLP."""

    circles: list[str] = Field([], max_length=50, description="Circles by slug or id", examples=[["all-members"]])
    persons: list[UUID] = Field([], max_length=50)
    tlp: TlpName | None = Field(None, description="Left out: stays. It cannot become stricter")


class CancellationIn(Strict):
    """Why an alert no longer applies. Of an exercise or test it holds the word of that in capitals."""

    reason: str = Field(max_length=4000, examples=["The drone was our own."])
    language: Language = "en"


class AcknowledgementIn(Strict):
    """What your desk did, if you say."""

    done: str = Field("", max_length=400, examples=["Patrol boat on its way."])


class TextOut(Schema):
    """The complete alert in one language. Of an exercise or test each text carries its word; never leave it out."""

    headline: str
    description: str
    instruction: str


class AnswerOut(Schema):
    """A desk that was reached: when it acknowledged (null: not yet) and what it did."""

    organisation: dict[str, str]
    facility: dict[str, str]
    acknowledged_at: datetime | None
    done: str


class AlertOut(Schema):
    """An alert as this token sees it. Show `texts`; `status` says whether it is real. `version` is also its ETag."""

    id: UUID
    url: str
    reference: str
    version: int
    status: str
    message: str
    state: str
    in_force: bool
    urgent: bool
    acknowledged: bool
    texts: dict[str, TextOut]
    event: str
    threat: str
    urgency: str
    severity: str
    certainty: str
    instructions: list[str]
    areas: list[dict[str, Any]]
    systems: list[dict[str, str]]
    language: str
    valid_from: datetime
    valid_until: datetime
    follows: UUID | None
    series: UUID
    report: UUID | None
    owner: Party
    tlp: str
    pap: str
    audience: list[str]
    raised_at: datetime
    kept_until: datetime
    withdrawn_at: datetime | None


class AlertWithAnswers(AlertOut):
    """One alert, with the answers that this token may see: all for who looks after it, else the own organisation's."""

    acknowledgements: list[AnswerOut]
    answered: int | None = Field(
        description="Of a supplier alert, for who looks after it: how many other organisations have acknowledged, in"
        " whole fives; else null"
    )


class AlertPage(Schema):
    """A page of a list, newest first. `next` and `previous` are addresses, or null. Counts above 1,000 say 1001."""

    items: list[AlertOut]
    next: str | None
    previous: str | None
    count: int


class FilterQuery(Schema):
    """What the list is narrowed to."""

    threat: str = Field("", description="Code of a threat")
    port: str = Field("", description="UN/LOCODE")
    state: str = Field("", description="raised (in force), updated, cancelled or expired")
    status: str = Field("", description="Actual, Exercise or Test")

    def filters(self) -> Filters:
        """Return the filters as plain values."""
        return Filters(**{name: getattr(self, name) for name in Filters.__dataclass_fields__})


def draft_from(sent: ContentIn, *, at: datetime, status: str = "") -> Draft:
    """Return what was sent as a draft. `status`: what holds when none is named. Raises Invalid for a place."""
    words = vocabulary()
    template = next((one for one in templates() if one.code == sent.template), None)
    named = sent.event or (template.event if template is not None else "")
    event = next((one for one in words.events if one.code == named), None)
    default = template if template is not None and not sent.event else event

    def code(name: str) -> str:
        return str(getattr(sent, name) or (getattr(default, name) if default is not None else ""))

    start = sent.valid_from or at
    hours = template.valid_hours if template is not None else DEFAULT_HOURS
    public = sent.public
    draft = Draft(
        event=named,
        urgency=code("urgency"),
        severity=code("severity"),
        certainty=code("certainty"),
        status="Actual",
        instructions=tuple(sent.instructions) or (default.instructions if default is not None else ()),
        language=sent.language,
        areas=areas_from(sent.areas),
        valid_from=start,
        valid_until=sent.valid_until or start + timedelta(hours=hours),
        headline=sent.headline,
        text=sent.text,
        template=sent.template,
        public=PublicStatement(
            tuple(PublicLine(language, text) for language, text in public.lines.items()),
            public.spokesperson,
            public.embargo_until,
        )
        if public is not None
        else None,
    )
    chosen = sent.status or status or (template.status if template is not None else "Actual")
    return replace(draft, status=chosen)  # type: ignore[arg-type]  # refused by the rules when it is none


def areas_from(sent: list[AreaIn]) -> tuple[Area, ...]:
    """Return places as they were sent. Raises Invalid naming each field that is missing."""
    problems: list[Problem] = []
    found: list[Area] = []
    for number, area in enumerate(sent):
        missing = [name for name in _NEEDED[area.kind] if getattr(area, name) in (None, "", [])]
        problems += [Problem(f"areas.{number}.{name}", _("This is needed.")) for name in missing]
        if not missing:
            found += _area(area, number, problems)
    if problems:
        raise Invalid(problems)
    return tuple(found)


_NEEDED = {
    "port": ("port",), "facility": ("facility",), "landmark": ("landmark",), "stretch": ("waterway", "from_km"),
    "polygon": ("points",), "circle": ("lat", "lon"),
}  # fmt: skip


def _area(area: AreaIn, number: int, problems: list[Problem]) -> list[Area]:
    start, lat, lon = area.from_km or 0.0, area.lat or 0.0, area.lon or 0.0
    if area.kind == "landmark":
        spot = known_places().landmarks.get(area.landmark)
        if spot is None:
            problems.append(Problem(f"areas.{number}.landmark", _("This lock or bridge is not in the network.")))
            return []
        return [CircleArea(spot.lat or 0.0, spot.lon or 0.0, area.km, area.landmark)]
    made: dict[str, Area] = {
        "port": PortArea(area.port),
        "facility": FacilityArea(area.facility),
        "stretch": StretchArea(area.waterway, start, area.to_km if area.to_km is not None else start),
        "polygon": PolygonArea(tuple(area.points)),
        "circle": CircleArea(lat, lon, area.km),
    }
    return [made[area.kind]]


def alert_out(shown: Shown) -> dict[str, Any]:
    """Return an alert in the shape of AlertOut. Words of its author stand in the texts, where their mark is."""
    alert, record = shown.alert, shown.record
    same = {
        name: getattr(alert, name)
        for name in (
            "status", "message", "event", "urgency", "severity", "certainty", "instructions", "language", "valid_from",
            "valid_until", "follows", "series",
        )
    }  # fmt: skip
    said = {code: texts(shown.draft, code, shown.message) for code in LANGUAGES}
    return same | {
        "id": record.id,
        "url": reverse("api-1:alert", args=[record.id]),
        "reference": shown.reference,
        "version": record.version,
        "state": shown.state,
        "in_force": shown.in_force,
        "urgent": shown.urgent,
        "acknowledged": shown.acknowledged,
        "texts": {code: asdict(text) for code, text in said.items()},
        "threat": record.threat,
        "areas": [area_to(area) for area in shown.draft.areas],
        "systems": [asdict(system) for system in shown.draft.systems],
        "report": alert.report_id,
        "owner": {"id": record.owner_id, "names": record.owner.names},
        "tlp": tlp_name(record.tlp),
        "pap": Tlp(record.pap).name,
        "audience": shown.audience,
        "raised_at": record.at,
        "kept_until": record.expires_at,
        "withdrawn_at": record.withdrawn_at,
    }


def with_answers(shown: Shown) -> dict[str, Any]:
    """Return an alert in the shape of AlertWithAnswers."""
    return alert_out(shown) | {
        "acknowledgements": [_answer(desk) for desk in queries.recipients(shown.record.id)],
        "answered": queries.answered(shown.record.id),
    }


def _answer(desk: Recipient) -> dict[str, Any]:
    return {"organisation": desk.names, "facility": desk.facility, "acknowledged_at": desk.at, "done": desk.done}
