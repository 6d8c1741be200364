"""The JSON of the monitor: what goes in and out."""

import datetime as dt
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Schema
from pydantic import StrictBool

from port2port.displacement.effort_actions import Change
from port2port.displacement.models import Effort, Run, Warning
from port2port.displacement.rules import Choice, Foreseen, Told
from port2port.displacement.signals import Given
from port2port.sharing.api_ground import Strict
from port2port.sharing.api_shapes import AudienceIn
from port2port.sharing.tlp import Tlp

Sight = Literal["released", "named"]
Outcome = Literal["confirmed", "not", "cannot_tell"]


class ChoiceIn(Strict):
    """What is decided before the counts are looked at."""

    data: Literal["network", "published"] = "network"
    threshold: float = 0.9
    scale_km: float = 60.0
    months_before: int = 24
    months_after: int = 24
    with_effort: StrictBool = True
    placebos: StrictBool = True

    def choice(self) -> Choice:
        """Return it as a value."""
        return Choice(**self.model_dump())


class RunIn(Strict):
    """Ask for a run."""

    sight: Sight = "released"
    choice: ChoiceIn = Field(default_factory=lambda: ChoiceIn.model_validate({}))


class KeepIn(Strict):
    """The name under which a variant is kept."""

    name: str


class RunOut(Schema):
    """A run: its choice, how far it is, and its result once it is there."""

    id: UUID
    url: str
    version: int = 1
    sight: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: int
    choice: dict[str, Any]
    standing: bool = Field(description="Whether this is the choice fixed beforehand")
    kept: bool
    name: str
    asked_at: dt.datetime
    ended_at: dt.datetime | None
    problems: list[dict[str, str]]
    invented: bool = Field(description="Whether some of what was counted is of the demo")
    result: dict[str, Any] | None = Field(None, description="As `displacement analyse --json` gives it")


class BoardOut(Schema):
    """The newest result of the choice fixed beforehand, and how many others were tried."""

    sight: str
    variants: int = Field(description="How many other choices were tried, whatever they said")
    under_way: UUID | None
    run: RunOut | None


class EffortOut(Schema):
    """Effort of one kind at a port in a month; what nobody told is not there."""

    port: str
    month: dt.date
    kind: str
    amount: float
    source: str


class EffortIn(Strict):
    """What is told of a port, month and kind; an amount of null takes it back: unknown again, not zero."""

    port: str = Field(description="UN/LOCODE")
    month: dt.date = Field(description="Its first day")
    kind: str
    amount: float | None

    def told(self) -> Told:
        """Return it as a value."""
        return Told(self.port, self.month, self.kind, self.amount)


class EffortChangeOut(Schema):
    """How many values are new, changed, taken back, and were so already."""

    new: int
    changed: int
    removed: int
    same: int


class WarningOut(Schema):
    """A warning of the monitor: its evidence, what was decided, what came of it."""

    id: UUID
    sight: str
    port: str
    method: str
    month: dt.date
    probability: float | None
    evidence: dict[str, Any]
    state: str
    reason: str
    outcome: str
    outcome_why: str


class DecisionIn(Strict):
    """Release or dismiss a warning."""

    release: StrictBool
    reason: str


class OutcomeIn(Strict):
    """What came of a forecast, and how one knows."""

    outcome: Outcome
    why: str


class SignalIn(Strict):
    """What somebody thinks moves."""

    origin: str = Field(description="UN/LOCODE of the port it leaves")
    port: str = Field(description="UN/LOCODE of the port it moves to")
    method: str = Field(description="Code of a modus operandi")
    probability: int = Field(description="How sure, 1 to 99 per cent")
    why: str
    due: dt.date = Field(description="Until when it will have shown")
    language: Literal["nl", "fr", "de", "en"] = "en"
    audience: AudienceIn | None = None

    def foreseen(self) -> Foreseen:
        """Return it as a value."""
        return Foreseen(
            self.origin, self.port, self.method, self.probability, self.why, self.due, self.language
        )  # fmt: skip


class SignalOut(Schema):
    """A signal, and what became of it."""

    id: UUID
    url: str
    version: int
    tlp: str
    at: dt.datetime
    origin: str
    port: str
    method: str
    probability: int
    why: str
    language: str
    due: dt.date
    provenance: str
    outcome: str
    outcome_why: str


class SignalPage(Schema):
    """A page of signals."""

    items: list[SignalOut]
    next: str | None
    previous: str | None


def run_out(run: Run, *, url: str, standing: bool, whole: bool) -> dict[str, Any]:
    """Return a run as JSON; `whole`: with its result."""
    names = (
        "id", "sight", "state", "progress", "choice", "kept", "name", "asked_at", "ended_at", "problems", "invented",
    )  # fmt: skip
    plain = {name: getattr(run, name) for name in names}
    return plain | {"url": url, "standing": standing, "result": run.result if whole else None}


def effort_out(row: Effort) -> dict[str, Any]:
    """Return effort as JSON."""
    return {
        "port": row.port.locode, "month": row.month, "kind": row.kind, "amount": row.amount, "source": row.source,
    }  # fmt: skip


def change_out(change: Change) -> dict[str, int]:
    """Return what telling did, as counts."""
    return {name: len(getattr(change, name)) for name in ("new", "changed", "removed", "same")}


def warning_out(row: Warning) -> dict[str, Any]:
    """Return a warning as JSON."""
    names = ("id", "sight", "method", "month", "probability", "evidence", "state", "reason", "outcome", "outcome_why")
    return {name: getattr(row, name) for name in names} | {"port": row.port.locode}


def signal_out(given: Given, *, url: str) -> dict[str, Any]:
    """Return a signal as JSON."""
    one, record = given.signal, given.record
    return {
        "id": record.id, "url": url, "version": record.version, "tlp": Tlp(record.tlp).label, "at": record.at,
        "origin": one.origin.locode, "port": record.port.locode if record.port else "", "method": one.method,
        "probability": one.probability, "why": one.why, "language": one.language, "due": one.due,
        "provenance": record.provenance, "outcome": given.outcome,
        "outcome_why": given.score.why if given.score is not None else "",
    }  # fmt: skip
