"""What the API of measures takes and gives: documented shapes. Unknown fields are refused."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.urls import reverse
from ninja import Field, Schema

from port2port.measures.actions import Aim
from port2port.measures.agreement_queries import Proof, Round
from port2port.measures.differences import Difference
from port2port.measures.models import Comment
from port2port.measures.queries import Filters, Related
from port2port.measures.rules import FIELDS, Draft, exact_text
from port2port.measures.shown import Shown, ShownObjective, draft_of
from port2port.members.facts import facts
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import AudienceIn, Language, Moment, Party, tlp_name


class TextIn(Strict):
    """The text of a measure: everything that the members agree to."""

    title: str = Field(max_length=120, examples=["Release by identity at every gate"])
    text: str = Field(description="What is to be done, by whom, from when")
    language: Language = "en"
    problem: str = ""
    modi: list[str] = Field([], max_length=60, description="Modi operandi it counters, by code", examples=[["DR02"]])
    phases: list[str] = Field([], max_length=10, description="Phases it counters, by code")
    effort: str = Field("", description="low, medium, high, very_high or empty")
    cost: str = Field("", description="none, 10k, 100k, 1m, over_1m or empty: a band for each port")
    legal_basis: str = ""
    isps: str = Field("", description="Where in the ISPS Code")
    evidence: str = ""
    side_effects: str = Field("", description="What to watch, displacement first")
    playbook: str = ""
    contact: str = ""

    def draft(self) -> Draft:
        """Return it as a value."""
        values = {name: getattr(self, name) for name in FIELDS if name not in ("modi", "phases")}
        return Draft(**values, modi=tuple(self.modi), phases=tuple(self.phases))


class MeasureIn(TextIn):
    """A proposal, and who should see it."""

    threat: str = Field(description="Code of a threat", examples=["drug_smuggling"])
    category: str = Field("", description="What kind of measure", examples=["release_process"])
    objective: UUID | None = Field(None, description="The objective it serves")
    predecessors: list[UUID] = Field([], max_length=20, description="Measures it comes from")
    lineage: Literal["", "copied", "merged", "split"] = Field("", description="How it comes from them")
    audience: AudienceIn | None = Field(None, description="Left out: the circle of all members")


class ChangeIn(TextIn):
    """Another text. Once somebody has given a position it becomes a new version, and everybody is asked again."""

    objective: UUID | None = None


class ObjectiveTextIn(Strict):
    """What an objective says."""

    title: str = Field(max_length=120)
    why: str = Field(description="The threat, in words")
    change: str = Field(description="What should change")
    indicator: str = Field(description="By what it will be seen")
    language: Language = "en"

    def aim(self) -> Aim:
        """Return it as a value."""
        return Aim(self.title, self.why, self.change, self.indicator, self.language)


class ObjectiveIn(ObjectiveTextIn):
    """A new objective, and who should see it."""

    threat: str = Field(description="Code of a threat", examples=["drug_smuggling"])
    audience: AudienceIn | None = Field(None, description="Left out: the circle of all members")


class ConsultationIn(Strict):
    """In the name of which working group, until when."""

    group: UUID = Field(description="A working group in which you sit: its rule decides, as it is now")
    until: Moment = Field(examples=["2026-12-18T23:59:59+01:00"])


class PositionIn(Strict):
    """One position for your organisation, on the text that was read."""

    stance: Literal["agree", "reservation", "object", "abstain"]
    reason: str = Field("", description="Needed for a reservation or an objection")
    text_hash: str = Field(description="`text_hash` of the measure as you read it", max_length=64)


class RemarkIn(Strict):
    """A remark without a position."""

    text: str


class TurnIn(Strict):
    """The state it turns to; `reason` for retired."""

    state: Literal["draft", "in_force", "retired"]
    reason: str = ""


class MeasureOut(Schema):
    """A measure as this token sees it. `version` is also its ETag; `number` and `text_hash` are those of its text."""

    id: UUID
    url: str
    reference: str
    version: int
    state: str
    number: int
    text_hash: str
    title: str
    problem: str
    text: str
    language: str
    modi: list[str]
    phases: list[str]
    effort: str
    cost: str
    legal_basis: str
    isps: str
    evidence: str
    side_effects: str
    playbook: str
    contact: str
    objective: UUID | None
    threat: str
    category: str
    port: str | None
    source_name: str
    source_url: str
    source_confidence: str
    provenance: str
    owner: Party
    tlp: str
    audience: list[str]
    shared_at: datetime
    kept_until: datetime
    agreed_at: datetime | None
    in_force_at: datetime | None
    retired_at: datetime | None
    retired_why: str
    withdrawn_at: datetime | None


class PositionOut(Schema):
    """What an organisation that is asked says; null: nothing yet. `before`: what it said earlier."""

    organisation: Party
    stance: str | None
    reason: str
    at: datetime | None
    before: list[str]


class ConsultationOut(Schema):
    """A version put to the members in the name of a working group, with the group's rule as it was then.

    `group_name`: for who may see the group, else null. `fraction`: of those who agree or object (`qualified` only);
    `quorum`: of those who are asked.
    """

    id: UUID
    number: int
    text_hash: str
    group: UUID
    group_name: str | None
    rule_number: int
    kind: str
    fraction: str
    quorum: str
    opened_at: datetime
    until: datetime
    closed_at: datetime | None
    outcome: str
    stands_agreed: bool
    positions: list[PositionOut]


class RelatedOut(Schema):
    """A measure it came from, or (`later`) that came from it."""

    measure: UUID
    kind: str
    later: bool


class RemarkOut(Schema):
    """A remark without a position."""

    organisation: Party
    number: int
    text: str
    at: datetime


class MeasureWithAgreement(MeasureOut):
    """One measure with its consultations, newest first, its lineage and the remarks on it."""

    consultations: list[ConsultationOut]
    lineage: list[RelatedOut]
    remarks: list[RemarkOut]


class MeasurePage(Schema):
    """A page of a list, newest first. Counts above 1,000 say 1001."""

    items: list[MeasureOut]
    next: str | None
    previous: str | None
    count: int


class ObjectiveOut(Schema):
    """An objective with its measures. `version` is also its ETag."""

    id: UUID
    url: str
    reference: str
    version: int
    title: str
    why: str
    change: str
    indicator: str
    language: str
    threat: str
    owner: Party
    tlp: str
    audience: list[str]
    shared_at: datetime
    measures: list[UUID]


class ObjectivePage(Schema):
    """A page of objectives, newest first."""

    items: list[ObjectiveOut]
    next: str | None
    previous: str | None


class TextPieceOut(Schema):
    """A run of words: the same in both texts, gone, or new."""

    kind: str
    text: str


class TextChangeOut(Schema):
    """A field that differs from the version before."""

    field: str
    pieces: list[TextPieceOut]


class VersionOut(Schema):
    """A text: its number, what is hashed, the hash, and what differs from the version before."""

    number: int
    made_at: datetime
    exact_text: str
    text_hash: str
    changes: list[TextChangeOut]


class ProofOut(Schema):
    """An entry of the journal: its leaf is SHA-256 of a zero byte, salt and payload (RFC 9162 section 2.1.1)."""

    entry: UUID
    at: datetime
    act: str
    organisation: UUID | None
    said: dict[str, Any]
    place: int | None
    leaf: str
    salt: str
    payload: str
    fits: bool | None


class FilterQuery(Schema):
    """What the list is narrowed to."""

    q: str = Field("", max_length=200, description="Words, all of which must occur")
    threat: str = Field("", description="Code of a threat")
    port: str = Field("", description="UN/LOCODE of the port that a published measure is about")
    modus_operandi: str = Field("", description="Code of a modus operandi it counters")
    phase: str = Field("", description="Code of a phase it counters")
    category: str = Field("", description="What kind of measure")
    state: str = Field("", description="A state, or joint: neither published nor retired")
    objective: UUID | None = None

    def filters(self) -> Filters:
        """Return the filters as plain values."""
        return Filters(**{name: getattr(self, name) for name in Filters.__dataclass_fields__})


def party(organisation: UUID) -> dict[str, Any]:
    """Return an organisation in the shape of Party."""
    known = facts().organisations
    return {"id": organisation, "names": known[organisation].names if organisation in known else {}}


def measure_out(shown: Shown) -> dict[str, Any]:
    """Return a measure in the shape of MeasureOut."""
    measure, version, record = shown.measure, shown.version, shown.record
    of_measure = (
        "state", "number", "category", "source_name", "source_url", "source_confidence", "agreed_at", "in_force_at",
        "retired_at", "retired_why",
    )  # fmt: skip
    return (
        {name: getattr(version, name) for name in FIELDS}
        | {name: getattr(measure, name) for name in of_measure}
        | {
            "id": record.id, "url": reverse("api-1:measure", args=[record.id]), "reference": shown.reference,
            "version": record.version, "text_hash": version.hash, "objective": measure.objective_id,
            "threat": record.threat, "port": record.port.locode if record.port is not None else None,
            "provenance": record.provenance, "owner": party(record.owner_id), "tlp": tlp_name(record.tlp),
            "audience": shown.audience, "shared_at": record.at, "kept_until": record.expires_at,
            "withdrawn_at": record.withdrawn_at,
        }
    )  # fmt: skip


def round_out(found: Round) -> dict[str, Any]:
    """Return a consultation in the shape of ConsultationOut."""
    consultation = found.consultation
    names = ("id", "rule_number", "kind", "fraction", "quorum", "opened_at", "until", "closed_at", "outcome")
    return {name: getattr(consultation, name) for name in names} | {
        "number": found.version.number,
        "group": consultation.group_id,
        "group_name": found.group.name if found.group is not None else None,
        "text_hash": found.version.hash,
        "stands_agreed": found.stands_agreed,
        "positions": [_position(found, organisation) for organisation in found.asked],
    }


def _position(found: Round, organisation: UUID) -> dict[str, Any]:
    said = found.of(organisation)
    return {
        "organisation": party(organisation),
        "stance": said.stance if said is not None else None,
        "reason": said.reason if said is not None else "",
        "at": said.at if said is not None else None,
        "before": [one.stance for one in found.past if said is not None and one.position_id == said.id],
    }


def with_agreement(shown: Shown, rounds: list[Round], lineage: list[Related], remarks: list[Comment]) -> dict[str, Any]:
    """Return a measure in the shape of MeasureWithAgreement."""
    return measure_out(shown) | {
        "consultations": [round_out(one) for one in rounds],
        "lineage": [{"measure": one.shown.id, "kind": one.kind, "later": one.later} for one in lineage],
        "remarks": [
            {"organisation": party(one.organisation_id), "number": one.number, "text": one.text, "at": one.at}
            for one in remarks
        ],
    }


def objective_out(shown: ShownObjective) -> dict[str, Any]:
    """Return an objective in the shape of ObjectiveOut."""
    record = shown.record
    said = {name: getattr(shown.objective, name) for name in ("title", "why", "change", "indicator", "language")}
    return said | {
        "id": record.id, "url": reverse("api-1:objective", args=[record.id]), "reference": shown.reference,
        "version": record.version, "threat": record.threat, "owner": party(record.owner_id),
        "tlp": tlp_name(record.tlp), "audience": shown.audience, "shared_at": record.at,
        "measures": [one.id for one in shown.measures],
    }  # fmt: skip


def version_out(version: Any, changes: list[Difference]) -> dict[str, Any]:
    """Return a text in the shape of VersionOut."""
    return {
        "number": version.number,
        "made_at": version.made_at,
        "exact_text": exact_text(draft_of(version)),
        "text_hash": version.hash,
        "changes": [
            {"field": one.field, "pieces": [{"kind": p.kind, "text": p.text} for p in one.pieces]} for one in changes
        ],
    }


def proof_out(one: Proof) -> dict[str, Any]:
    """Return an entry of the journal in the shape of ProofOut."""
    return {
        "entry": one.entry.id, "at": one.entry.at, "act": one.entry.act, "organisation": one.entry.organisation,
        "said": one.said, "place": one.place, "leaf": one.leaf, "salt": one.salt, "payload": one.payload,
        "fits": one.fits,
    }  # fmt: skip
