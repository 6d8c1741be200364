"""Reading how a measure is agreed: consultations, who is asked, positions, what waits, and the proof in the journal."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, cast
from uuid import UUID

from django.db import connection
from django.db.models import Q

from port2port.base.journal import Entry, read
from port2port.base.merkle import leaf_hash
from port2port.measures.models import Asked, Consultation, PastPosition, Position, Version
from port2port.measures.rules import Tally, agreed, may_close, tally
from port2port.members.acting import current_actor
from port2port.members.facts import facts
from port2port.members.models import Organisation
from port2port.workgroups import queries as workgroups
from port2port.workgroups.models import Group
from port2port.workgroups.rules import DecisionRule, RuleKind


@dataclass(frozen=True)
class Round:
    """A consultation with its text, who is asked and what they said. `group`: in whose name, for who may see it."""

    consultation: Consultation
    version: Version
    asked: tuple[UUID, ...]
    positions: tuple[Position, ...]
    past: tuple[PastPosition, ...]
    group: Group | None

    @property
    def rule(self) -> DecisionRule:
        """The rule it was opened with."""
        return rule_of(self.consultation)

    @property
    def tally(self) -> Tally:
        """How many said what."""
        return tally(len(self.asked), [one.stance for one in self.positions])

    @property
    def stands_agreed(self) -> bool:
        """Whether it would be agreed if it were closed as it stands."""
        return agreed(self.rule, self.tally)

    @property
    def open(self) -> bool:
        """Whether it has not been closed."""
        return self.consultation.closed_at is None

    def takes_positions(self, at: datetime) -> bool:
        """Tell whether positions are taken now."""
        return self.open and at <= self.consultation.until

    def may_close(self, at: datetime) -> bool:
        """Tell whether it may be closed now."""
        return self.open and may_close(self.tally, until=self.consultation.until, at=at)

    def of(self, organisation: UUID | None) -> Position | None:
        """Return what an organisation said."""
        return next((one for one in self.positions if one.organisation_id == organisation), None)


def rule_of(consultation: Consultation) -> DecisionRule:
    """Return the rule that a consultation was opened with."""
    return DecisionRule(
        cast("RuleKind", consultation.kind),
        Fraction(consultation.fraction) if consultation.fraction else None,
        Fraction(consultation.quorum),
    )


def rounds(measure: UUID) -> list[Round]:
    """Return the consultations of a measure, newest first, each with its positions. Six queries."""
    found = list(
        Consultation.objects.filter(measure_id=measure).select_related("version").order_by("-opened_at", "-id")
    )
    ids = [one.id for one in found]
    asked: dict[UUID, list[UUID]] = defaultdict(list)
    for consultation, organisation in Asked.objects.filter(consultation_id__in=ids).values_list(
        "consultation_id", "organisation_id"
    ):
        asked[consultation].append(organisation)
    positions: dict[UUID, list[Position]] = defaultdict(list)
    for position in Position.objects.filter(consultation_id__in=ids).order_by("at", "id"):
        positions[position.consultation_id].append(position)
    past: dict[UUID, list[PastPosition]] = defaultdict(list)
    for before in (
        PastPosition.objects.filter(position__consultation_id__in=ids).select_related("position").order_by("at", "id")
    ):
        past[before.position.consultation_id].append(before)
    groups = workgroups.seen(one.group_id for one in found)
    return [
        Round(
            one, one.version, tuple(sorted(asked[one.id])), tuple(positions[one.id]), tuple(past[one.id]),
            groups.get(one.group_id),
        )
        for one in found
    ]  # fmt: skip


def open_round(measure: UUID) -> Round | None:
    """Return the open consultation of a measure."""
    return next((one for one in rounds(measure) if one.open), None)


def asks_us(measure: Round) -> bool:
    """Tell whether the actor's organisation is asked and the actor may speak for it."""
    actor = current_actor()
    return actor.may("speak") and actor.organisation in measure.asked


@dataclass(frozen=True)
class Waiting:
    """A consultation that waits for the own organisation's position, or for its author to close it."""

    measure: UUID
    title: str
    until: datetime


def positions_waiting(*, at: datetime) -> list[Waiting]:
    """Return the consultations for which the own organisation has given no position yet, the nearest end first."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("speak"):
        return []
    found = (
        Consultation.objects.filter(closed_at=None, until__gte=at, asked__organisation_id=actor.organisation)
        .exclude(positions__organisation_id=actor.organisation)
        .order_by("until", "id")
    )
    return [Waiting(*row) for row in found.values_list("measure_id", "version__title", "until")]


def consultations_to_close(*, at: datetime) -> list[Waiting]:
    """Return the own organisation's consultations whose time is over, the oldest first."""
    actor = current_actor()
    if actor.organisation is None or not actor.may("steward"):
        return []
    found = Consultation.objects.filter(
        Q(closed_at=None, until__lt=at), measure__record__owner_id=actor.organisation
    ).order_by("until", "id")
    return [Waiting(*row) for row in found.values_list("measure_id", "version__title", "until")]


@dataclass(frozen=True)
class Proof:
    """An entry of the journal about a measure's agreement: what it says, its place, and whether its leaf fits."""

    entry: Entry
    place: int | None
    leaf: str
    salt: str
    payload: str
    fits: bool | None  # None: not sealed yet, or erased

    @property
    def said(self) -> dict[str, Any]:
        """Its details: version, text, organisation, position, outcome."""
        return self.entry.details


def proof(measure: UUID) -> list[Proof]:
    """Return the journal's entries about a measure's consultations and positions, oldest first.

    Each leaf is computed again from salt and payload (RFC 9162 section 2.1.1); that the leaves stand in the signed tree
    is what `port2port journal verify` checks.
    """
    with connection.cursor() as cursor:
        cursor.execute("select entry, at, place, leaf, salt, payload from measures_proof(%s)", [measure])
        found = cursor.fetchall()
    return [
        Proof(
            read(entry, at, place, payload), place, leaf or "", salt or "", payload or "",
            leaf_hash(bytes.fromhex(salt) + payload.encode()).hex() == leaf if leaf and payload else None,
        )
        for entry, at, place, leaf, salt, payload in found
    ]  # fmt: skip


def organisations(ids: Iterable[UUID]) -> dict[UUID, Organisation]:
    """Return organisations from the facts everyone may know."""
    known = facts().organisations
    return {key: known[key] for key in ids if key in known}
