"""Exercises of the demo, invented, through the real actions: one that is over, with its report, and one to come."""

from datetime import datetime, timedelta
from uuid import UUID

from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.members.facts import facts
from port2port.members.places import known_places
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import reporter
from port2port.sharing.references import ZONE
from port2port.training.exercises import actions, afterwards, playing, queries, seating
from port2port.training.exercises.models import Exercise
from port2port.training.exercises.rules import Place, Plan

OWNER, PARTNER, PLAYER = "pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo"
FACILITY = "BEANR-9901"
PAST, COMING = "drone-over-a-quay", "terminal-system-held-to-ransom"
REPORT = (
    "The guards wrote down place, height and direction at once. It took nine minutes until somebody looked at the list"
    " of authorised flights, which hangs in another building. The parcel was cordoned off and nobody touched it."
    " (invented)"
)
LESSON = "Put the list of authorised flights on the screen of the gate. (invented)"
MINUTES = 40


def seed_exercises(at: datetime) -> int:
    """Make what is invented, unless it is there. Returns how many records were made."""
    with acting_as(*cast_member(OWNER)):
        if Exercise.objects.exists():
            return 0
    _past(at - timedelta(days=9))
    coming = (at + timedelta(days=45)).astimezone(ZONE).replace(hour=9, minute=0, second=0, microsecond=0)
    plan = Plan(
        "Yearly exercise of two ports (invented)", "exercise", coming, 180,
        "Meet in the crisis room at 08:45. The control rooms are told that it is an exercise. (invented)", "en",
    )  # fmt: skip
    _planned(plan, COMING, "cyber_attack", at)
    return 2


def _past(begins: datetime) -> None:
    plan = Plan("Drill at quay 1 (invented)", "drill", begins, MINUTES, "At the gate, in daylight. (invented)", "en")
    made = _planned(plan, PAST, "drone_misuse", begins - timedelta(days=3))
    with acting_as(*cast_member(PLAYER)) as actor:
        seating.seat(made, person=actor.person, kind="player", role="pfso", at=begins)
    with acting_as(*cast_member(OWNER)):
        playing.tick(made, act="start", at=begins)
        for inject in queries.injects(made):
            if queries.released(inject) is None:
                playing.release(inject.id, second=inject.second, how="hand")
        playing.observe(made, text="The gate asks who decides, and waits. (invented)", role="guards", at=begins)
        playing.score(made, values={"observation": 2, "authorised_checked": 1, "people_safe": 4}, at=begins)
        playing.tick(made, act="end", at=begins + timedelta(minutes=MINUTES))
        afterwards.add_lesson(made, text=LESSON, at=begins)
        afterwards.write_report(made, text=REPORT, close=True, at=begins)


def _planned(plan: Plan, scenario: str, threat: str, at: datetime) -> UUID:
    places = []
    for email in (OWNER, PARTNER):
        with acting_as(*cast_member(email)) as actor:
            assert actor.organisation is not None  # the cast acts for somebody
            port = known_places().ports["BEANR"].id
            spot = facts().facilities[known_places().facilities[FACILITY].id]
            places.append(Place(actor.organisation, port))
    assert spot.operator_id is not None  # the demo's terminal has an operator
    places.append(Place(spot.operator_id, port, spot.id))
    with acting_as(*cast_member(OWNER)):
        return actions.plan_exercise(
            plan=plan, threat=threat, places=places, terms=terms_for(threat, reporter()), at=at, scenario=scenario,
            provenance="invented",
        ).record_id  # fmt: skip
