"""Signals of officers: what somebody thinks moves, how sure, until when; shared as any record, scored by another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.displacement.models import Score, Signal
from port2port.displacement.rules import OUTCOMES, Foreseen, Track, signal_problems, track, why_problems
from port2port.measures.actions import guarded
from port2port.members.acting import action, current_actor
from port2port.members.facts import facts, remember
from port2port.members.places import known_places
from port2port.reports.vocabulary import modi_operandi, modus_operandi
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing import queries as sharing_queries
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, reporter, terms_problems
from port2port.sharing.models import Record
from port2port.sharing.references import ZONE
from port2port.sharing.rules import REASONS

KIND = "signal"
PER_CENT = 100


@dataclass(frozen=True)
class Given:
    """A signal with its envelope and what became of it."""

    record: Record
    signal: Signal
    score: Score | None

    @property
    def outcome(self) -> str:
        """What became of it, "" while it waits."""
        return self.score.outcome if self.score is not None else ""


def methods() -> list[str]:
    """Return the methods that a signal may name."""
    return [one.code for one in modi_operandi()]


@action
def give_signal(*, signal: Foreseen, to: Addressing, terms: Terms, at: datetime, provenance: str = "member") -> Signal:
    """Share what one thinks moves. It stands as it is given. Raises Invalid with every problem, Refused."""
    places = known_places()
    problems = signal_problems(
        signal, ports=list(places.ports), methods=methods(), today=at.astimezone(ZONE).date()
    )  # fmt: skip
    problems += [*guarded({"why": signal.why}), *terms_problems(terms, reporter())]
    try:
        audience = audiences.build(
            to.addressed, to.tlp, personal_data=terms.personal_data, field="audience.circles", read=to.read
        )
    except Invalid as error:
        raise Invalid([*problems, *error.problems]) from error
    if problems:
        raise Invalid(problems)
    record = sharing.publish(
        KIND, audience=audience, terms=terms, at=at, provenance=provenance, port=places.ports[signal.port].id,
        threat=modus_operandi(signal.method).threat,
        text=f"{signal.why} {signal.method} {signal.origin} {signal.port}",
    )  # fmt: skip
    row = Signal(
        record=record, origin_id=places.ports[signal.origin].id, method=signal.method, probability=signal.probability,
        why=signal.why.strip(), language=signal.language, due=signal.due,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def signals(*, cursor: str = "", size: int = 25) -> tuple[list[Given], sharing_queries.Slice]:
    """Return a page of the signals that the actor sees, newest first, with its cursors. Raises Invalid for a cursor."""
    found = sharing_queries.newest(KIND, cursor=cursor, size=size)
    return _given(found.ids), found


def signal(identifier: UUID, *, at: datetime) -> Given:
    """Return one signal; its reading is journalled. Raises NotFound, the same for absent and hidden."""
    record = sharing_queries.record(identifier, KIND)
    sharing_queries.note_reading(KIND, [record], at=at)
    return _given([record.id])[0]


def _given(ids: list[UUID]) -> list[Given]:
    rows = {
        row.record_id: row for row in Signal.objects.filter(record_id__in=ids).select_related("record__owner", "score")
    }
    known = facts()
    found = []
    for key in ids:
        row = rows.get(key)
        if row is not None:
            remember(row, "origin", known.ports)
            remember(row.record, "port", known.ports)
            found.append(Given(row.record, row, getattr(row, "score", None)))
    return found


def scores(given: Given) -> bool:
    """Tell whether the actor may say what became of it: somebody else than who gave it, who may share further."""
    actor = current_actor()
    return (
        given.score is None
        and given.record.withdrawn_at is None
        and actor.organisation is not None
        and actor.may("share")
        and given.record.author_id != actor.person
    )


@action
def score_signal(identifier: UUID, *, outcome: str, why: str, at: datetime) -> Score:
    """Say what became of a signal, once. Raises NotFound, Refused for who gave it or may not, Conflict, Invalid."""
    record = sharing_queries.record(identifier, KIND)
    given = _given([record.id])[0]
    if given.score is not None:
        raise Conflict(_("This was scored before."))
    if record.author_id == current_actor().person:
        raise Refused(_("Somebody else says what became of your signal."), kind=KIND, record=identifier)
    if not scores(given):
        raise Refused(REASONS["no-role"], kind=KIND, record=identifier)
    problems = [] if outcome in OUTCOMES else [Problem("outcome", _("Choose what came of it."))]
    problems += why_problems("why", why)
    if problems:
        raise Invalid(problems)
    actor = current_actor()
    assert actor.organisation is not None
    row = Score(
        signal=given.signal, outcome=outcome, why=why.strip(), person_id=actor.person,
        organisation_id=actor.organisation, at=at,
    )  # fmt: skip
    row.save(force_insert=True)
    journal.write("signal.scored", kind=KIND, record=identifier, at=at, outcome=outcome)
    return row


def signal_track(rows: Iterable[Given]) -> Track:
    """Return how the officers' signals did."""
    return track((one.signal.probability / PER_CENT, one.outcome) for one in rows)
