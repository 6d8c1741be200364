"""The working groups of the demo: invented, and they say so; made through the real actions."""

from datetime import datetime, time, timedelta
from fractions import Fraction
from uuid import UUID

from django.utils import timezone

from port2port.members.acting import acting_as, current_actor
from port2port.members.cast import cast_member
from port2port.members.models import Membership
from port2port.reports.models import Report
from port2port.sharing.tlp import Tlp
from port2port.workgroups import actions, meeting_actions, work_actions
from port2port.workgroups.models import Group
from port2port.workgroups.rules import DecisionRule

CHAIR, SECRETARY, NORTH_SEA = "pso@antwerp.demo", "analyst@commissioner.demo", "pso@northsea.demo"
POLICE, LIMBURG, OSTEND, WATERWAYS = (
    "analyst@police.demo",
    "pso@limburg.demo",
    "pso@ostend.demo",
    "officer@waterways.demo",
)
CUSTOMS, LIEGE = "officer@customs.demo", "pso@liege.demo"
HALF, TWO_THIRDS, THREE_QUARTERS = Fraction(1, 2), Fraction(2, 3), Fraction(3, 4)


def seed_workgroups(at: datetime) -> int:
    """Found the demo's three groups with their meetings, unless there are any. Returns how many groups were founded."""
    with acting_as(*cast_member(CHAIR)):
        if Group.objects.exists():
            return 0
    drones = _found(
        CHAIR, "Drones over ports", "Ports working group",
        "Who detects, who decides, who acts, when a drone flies over a port. (Invented.)",
        DecisionRule("consensus", None, HALF),
        {SECRETARY: "secretary", NORTH_SEA: "member", POLICE: "member", OSTEND: "member", LIMBURG: "member"}, at,
    )  # fmt: skip
    release = _found(
        SECRETARY, "Release and pick-up", "Release working group",
        "Release by identity at every terminal, inland too, before codes move there. (Invented.)",
        DecisionRule("qualified", TWO_THIRDS, HALF),
        {CHAIR: "secretary", NORTH_SEA: "member", CUSTOMS: "member", WATERWAYS: "member"}, at,
    )  # fmt: skip
    _found(
        LIEGE, "Recruiting on the quays", "Prevention working group",
        "How young people are recruited for work on the quays, and what keeps them from it. (Invented.)",
        DecisionRule("qualified", THREE_QUARTERS, TWO_THIRDS),
        {SECRETARY: "secretary", OSTEND: "member", NORTH_SEA: "member"}, at,
    )  # fmt: skip
    _drones(drones, at)
    _release(release, at)
    return 3


def _found(
    chair: str, name: str, label: str, remit: str, rule: DecisionRule, seats: dict[str, str], at: datetime
) -> UUID:
    people = {email: _seat(email) for email in seats}
    with acting_as(*cast_member(chair)):
        made = actions.found_group(
            name=name, label=label, remit=remit, language="en", tlp=Tlp.AMBER, rule=rule, at=at, invented=True
        ).id
        for email, office in seats.items():
            person, organisation = people[email]
            actions.seat_person(made, person=person, organisation=organisation, office=office, at=at)
    return made


def _seat(email: str) -> tuple[UUID, UUID]:
    person, hat = cast_member(email)
    with acting_as(person, hat):
        return person, Membership.objects.get(id=hat).organisation_id


def _on(at: datetime, days: int, hour: int) -> datetime:
    """Return an hour of a working day so many days from a moment."""
    day = timezone.localdate(at) + timedelta(days=days)
    day += timedelta(days=max(0, day.isoweekday() - 5) and 8 - day.isoweekday())
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _meet(group: UUID, title: str, begins: datetime, place: str, at: datetime) -> UUID:
    ends = begins + timedelta(hours=2)
    return meeting_actions.convene(
        group, title=title, starts_at=begins, ends_at=ends, place=place, language="en", at=at
    ).record_id


def _item(meeting: UUID, title: str, at: datetime, about: str = "", target: UUID | None = None) -> UUID:
    return meeting_actions.add_item(meeting, title=title, language="en", about=about, target=target, at=at).record_id


def _drones(group: UUID, at: datetime) -> None:
    """A first meeting with approved minutes, a second with a draft, a third to come."""
    seats = {email: _seat(email) for email in (CHAIR, SECRETARY, NORTH_SEA, POLICE, OSTEND, LIMBURG)}
    first_day, second_day, today = _on(at, -56, 14), _on(at, -21, 14), timezone.localdate(at)
    with acting_as(*cast_member(CHAIR)):
        first = _meet(group, "Meeting 1", first_day, "Antwerp, room by the lock (invented)", at)
        who_sees = _item(first, "Who sees a drone first", at)
        meeting_actions.write_minutes(
            who_sees, language="en", expected=1, at=at,
            minutes="Sightings by people come before those of sensors.\n\n- Duty desks tell each other at once.\n"
            "- A sighting by a person counts as much as a sensor's.",
        )  # fmt: skip
        for email, state in ((CHAIR, "present"), (SECRETARY, "present"), (NORTH_SEA, "present"), (POLICE, "present"),
                             (OSTEND, "excused"), (LIMBURG, "present")):  # fmt: skip
            meeting_actions.note_attendance(first, person=seats[email][0], state=state, at=at)
        decision = work_actions.propose(
            group, title="Duty desks warn each other within five minutes", language="en", item=who_sees, at=at,
            text="A desk that sees or is told of a drone over a port warns the desks of the neighbouring ports within "
            "five minutes, by an alert on this platform.",
        ).record_id  # fmt: skip
        votes = {seats[email][1]: "for" for email in (CHAIR, SECRETARY, NORTH_SEA, POLICE, LIMBURG)}
        work_actions.decide(decision, votes=votes, expected=1, at=at)
        seen = Report.objects.filter(
            record__owner_id=current_actor().organisation, record__threat="drone_misuse"
        ).first()
        if seen is not None:
            work_actions.link(decision, kind="report", target=seen.record_id, at=at)
        done = work_actions.assign(
            group, text="Send the telephone list of duty desks round", owner=seats[NORTH_SEA][0],
            due=timezone.localdate(second_day), language="en", item=who_sees, at=at,
        ).record_id  # fmt: skip
        work_actions.end_action(
            done, state="done", outcome="Every desk has its page of the call list.", expected=1, at=at
        )
        second = _meet(group, "Meeting 2", second_day, "By video (invented)", at)
        _item(second, "Minutes of meeting 1", at, "meeting", first)
        meeting_actions.approve_minutes(first, approved_in=second, expected=1, at=at)
        sensors = _item(second, "Where the sensors stand", at)
        meeting_actions.write_minutes(
            sensors, minutes="Ostend and the Limburg canal ports have none yet. North Sea Port shares its plan.",
            language="en", expected=1, at=at,
        )  # fmt: skip
        work_actions.assign(
            group, text="List the sensors of each port and the gaps between them", owner=seats[CHAIR][0],
            due=today + timedelta(days=4), language="en", item=sensors, at=at,
        )  # fmt: skip
        work_actions.assign(
            group, text="Ask the waterway managers which masts may be used", owner=seats[LIMBURG][0],
            due=today - timedelta(days=2), language="en", item=sensors, at=at,
        )  # fmt: skip
    with acting_as(*cast_member(NORTH_SEA)):
        proposal = work_actions.propose(
            group, title="Share tracks between ports for thirty days", language="en", at=at,
            text="Tracks of unknown drones are shared between the ports of the group for thirty days, without "
            "positions of operators.",
        ).record_id  # fmt: skip
    with acting_as(*cast_member(CHAIR)):
        third = _meet(group, "Meeting 3", _on(at, 6, 14), "Antwerp, room by the lock (invented)", at)
        _item(third, "Minutes of meeting 2", at, "meeting", second)
        _item(third, "Open actions", at, "actions")
        _item(third, "Share tracks between ports for thirty days", at, "decision", proposal)
        work_actions.hand_in(
            group, title="What thirty days of tracks would show", language="en", meeting=third, at=at,
            text="## What we know\n\nTwo ports keep tracks, for ninety days and for seven. (Invented.)\n\n"
            "| port | kept |\n|---|---|\n| Antwerp | 90 days |\n| Ghent | 7 days |\n\n## What we ask\n\n"
            "- thirty days everywhere\n- no positions of operators",
        )  # fmt: skip


def _release(group: UUID, at: datetime) -> None:
    """One meeting past, with a decision that was not reached, one to come."""
    people = (SECRETARY, CHAIR, NORTH_SEA, CUSTOMS, WATERWAYS)
    seats = {email: _seat(email) for email in people}
    with acting_as(*cast_member(CHAIR)):
        past = _meet(group, "Kick-off", _on(at, -14, 10), "Brussels (invented)", at)
        inland = _item(past, "Inland terminals", at)
        meeting_actions.write_minutes(
            inland, minutes="Codes are still used at most inland terminals. Costs are not known.", language="en",
            expected=1, at=at,
        )  # fmt: skip
        for email in people:
            meeting_actions.note_attendance(past, person=seats[email][0], state="present", at=at)
        decision = work_actions.propose(
            group, title="Release by identity inland from the first of July", language="en", item=inland, at=at,
            text="No release by code at inland terminals from the first of July.",
        ).record_id  # fmt: skip
        cast = ((SECRETARY, "for"), (CHAIR, "for"), (CUSTOMS, "for"), (NORTH_SEA, "against"), (WATERWAYS, "against"))
        work_actions.decide(decision, votes={seats[email][1]: vote for email, vote in cast}, expected=1, at=at)
        work_actions.assign(
            group, text="Find out what release by identity costs an inland terminal", owner=seats[CUSTOMS][0],
            due=timezone.localdate(at) + timedelta(days=12), language="en", item=inland, at=at,
        )  # fmt: skip
        coming = _meet(group, "Costs and dates", _on(at, 19, 10), "By video (invented)", at)
        _item(coming, "Minutes of the kick-off", at, "meeting", past)
        _item(coming, "Open actions", at, "actions")
