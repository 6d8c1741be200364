"""A level is entered, relayed, acknowledged, ticked off, lowered again and corrected; each step is provable."""

from datetime import timedelta

import pytest

from port2port.alerts import queries as alert_queries
from port2port.alerts.models import Acknowledgement, Alert
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.compliance.models import Happening, Owed
from port2port.levels import actions, in_file, queries, waiting
from port2port.levels.models import Answer, Notice, Tick
from port2port.members.acting import current_actor
from port2port.members.places import known_places
from tests.levels.given import (
    ANSM,
    COMPANY,
    OTHER,
    OUTSIDER,
    PARTNER,
    PFSO,
    POLICE,
    PORT,
    PSO,
    QUAY,
    ago,
    draft,
    entered,
    lowered,
)  # fmt: skip


def level_of(code: str, **delta: float) -> int:
    return queries.facility_level(code, at=ago(**delta))


def test_a_notice_raises_the_level_and_a_later_one_lowers_it_again(acting):
    with acting(PSO):
        first = entered(2)
        assert level_of(PORT) == level_of(QUAY) == 2
        assert level_of(PORT, hours=1) == 1
        lowered(first.id)
        assert level_of(PORT) == 1 and level_of(PORT, minutes=3) == 2
        state = {one.spot.code: one for one in queries.state(at=ago(minutes=3))}
        assert state[PORT].now.level == 2 and state[PORT].now.whole
        assert state[PORT].then.level == 1, "five minutes ago nobody had entered it yet"
        assert state["BEGNE"].now.level == 1


def test_a_change_is_an_alert_to_exactly_those_concerned(acting, cast):
    with acting(PSO):
        row = entered(2, facilities=(QUAY,), text="More guards at the gate")
        alert = Alert.objects.get(record_id=row.alert_id)
        assert (alert.event, alert.urgency, alert.status) == ("security_level_2", "Immediate", "Actual")
        assert "N-2" in alert.text and "More guards" in alert.text
    reached = set()
    for email in cast:
        with acting(email):
            if Alert.objects.filter(record_id=row.alert_id).exists():
                reached.add(email)
    assert {PSO, PFSO, ANSM} <= reached
    with acting(PSO):
        organisations = {cast[email].organisation for email in (PSO, PFSO, ANSM)}
    assert {cast[email].organisation for email in reached} == organisations


def test_of_another_facility_nobody_is_alerted(acting):
    with acting(PSO):
        row = entered(2, facilities=(OTHER,))
    with acting(PFSO):
        assert not Alert.objects.filter(record_id=row.alert_id).exists()
        assert not waiting.needs(current_actor(), now())
        assert level_of(QUAY) == 1 and level_of(OTHER) == 2, "levels themselves are known"


def test_an_exercise_is_marked_and_changes_no_level(acting):
    with acting(PSO):
        row = entered(3, exercise=True, text="Fire at the quay")
        alert = Alert.objects.get(record_id=row.alert_id)
        assert alert.status == "Exercise" and alert.text.startswith("EXERCISE: ")
        assert level_of(QUAY) == 1
        assert not Happening.objects.filter(kind="level_set").exists()
        with pytest.raises(Invalid):
            entered(1, replaces=row.id)
        assert lowered(row.id, exercise=True).level == 1


def test_the_desk_acknowledges_once_and_its_alert_with_it(acting, journalled):
    with acting(PSO):
        row = entered(2)
    with acting(PFSO):
        assert [need.title for need in waiting.needs(current_actor(), now())]
        first = actions.acknowledge(row.id, at=now())
        again = actions.acknowledge(row.id, at=now() + timedelta(minutes=3))
        assert [one.at for one in first] == [one.at for one in again] and len(first) == 1
        assert not first[0].relayed
        assert Acknowledgement.objects.filter(alert_id=row.alert_id).count() == 1
        assert not waiting.needs(current_actor(), now())
        assert alert_queries.count_waiting(at=now()) == 0
    assert journalled("level.acknowledged")
    with acting(PSO):
        told = {one.spot.code: one for one in queries.answers(row, queries.order(row.id), at=now())}
        assert told[QUAY].answer is not None and told[OTHER].answer is None
        assert len(told) == len([s for s in known_places().facilities.values() if s.port == PORT])


def test_who_is_no_desk_answers_for_nobody(acting):
    with acting(PSO):
        row = entered(2)
        with pytest.raises(Refused):
            actions.acknowledge(row.id, at=now())
        noted = actions.note_told(row.id, facility=OTHER, at=now())
        assert noted.relayed
        with pytest.raises(NotFound):
            actions.note_told(row.id, facility="BEGNE-0001", at=now())
    with acting(PFSO), pytest.raises(Refused):
        actions.note_told(row.id, facility=OTHER, at=now())
    with acting(POLICE), pytest.raises(Refused):
        actions.acknowledge(row.id, at=now())
    for email in (COMPANY, OUTSIDER):
        with acting(email), pytest.raises(NotFound):
            actions.acknowledge(row.id, at=now())


def test_what_was_not_acknowledged_in_time_is_overdue_at_the_desk_and_the_port(acting):
    with acting(PSO):
        entered(2)
    later = now() + timedelta(hours=2)
    with acting(PFSO):
        assert [need.overdue for need in waiting.needs(current_actor(), later)] == [True]
    with acting(PSO):
        needs = waiting.needs(current_actor(), later)
        assert len(needs) == 1 and needs[0].overdue
        assert waiting.needs(current_actor(), now()) == []
    with acting(PARTNER):
        assert waiting.needs(current_actor(), later) == []


def test_a_checklist_holds_numbers_and_done_or_not(acting):
    with acting(PSO):
        actions.set_checklist(PORT, level=2, numbers=[3, 7], at=now())
        with pytest.raises(Invalid):
            actions.set_checklist(PORT, level=2, numbers=[3, 3], at=now())
        row = entered(2)
    with acting(PFSO):
        asked = queries.order(row.id)
        assert asked is not None and queries.numbers_asked(asked) == [0, 3, 7]
        assert actions.tick(row.id, facility=QUAY, done={0: True, 3: True, 7: False}, at=now()) == 2
        assert actions.tick(row.id, facility=QUAY, done={3: False}, at=now()) == 1
        assert Tick.objects.count() == 3
        with pytest.raises(Invalid):
            actions.tick(row.id, facility=QUAY, done={9: True}, at=now())
        with pytest.raises(Refused):
            actions.set_checklist(PORT, level=2, numbers=[1], at=now())
    with acting(PSO):
        told = {one.spot.code: one for one in queries.answers(row, queries.order(row.id), at=now())}
        assert told[QUAY].done([0, 3, 7]) == 1
        with pytest.raises(Refused):
            actions.tick(row.id, facility=QUAY, done={3: True}, at=now())
    with acting(POLICE):
        assert queries.order(row.id) is None and not Tick.objects.exists() and not Answer.objects.exists()


def test_the_port_s_file_learns_of_it_and_the_committee_relays_what_the_authority_enters(acting):
    with acting(ANSM):
        row = entered(2)
    with acting(PSO):
        assert Owed.objects.filter(rule="level_relay", outcome="pending").count() == 1
        assert not in_file.is_relayed(queries.notice(row.id))
        actions.say_relayed(row.id, at=now())
        assert Owed.objects.get(rule="level_relay").outcome == "fulfilled"
        with pytest.raises(Conflict):
            actions.say_relayed(row.id, at=now())
        own = entered(3)
        assert in_file.is_relayed(own), "what the committee enters it passes on by entering"
    with acting(PFSO), pytest.raises(Refused):
        actions.say_relayed(row.id, at=now())


def test_a_correction_is_a_later_entry_and_the_first_one_stays(acting):
    with acting(PSO):
        wrong = entered(3)
        right = actions.correct_notice(wrong.id, draft=draft(2), at=now())
        assert level_of(QUAY) == 2 and Notice.objects.count() == 2
        event = Happening.objects.get(kind="level_set", corrected_by=None)
        assert event.details["level"] == "2" and event.details["decision"] == in_file.file_number(right)
        with pytest.raises(Conflict):
            actions.correct_notice(wrong.id, draft=draft(1), at=now())
        actions.correct_notice(right.id, at=now())
        assert level_of(QUAY) == 1
        assert not [a for a in Alert.objects.filter(state="raised") if a.message != "Cancel"]
        assert not Happening.objects.filter(kind="level_set", corrected_by=None, void=False).exists()
    with acting(PFSO):
        assert waiting.needs(current_actor(), now()) == []


def test_only_who_entered_it_corrects_it_and_only_committee_and_authority_enter(acting):
    with acting(ANSM):
        row = entered(2)
    with acting(PSO), pytest.raises(Refused):
        actions.correct_notice(row.id, at=now())
    for email in (PFSO, POLICE, COMPANY, OUTSIDER):
        with acting(email), pytest.raises(Refused):
            entered(2)
    with acting(PARTNER), pytest.raises(Invalid):
        entered(2)


def test_what_was_replaced_is_not_replaced_again_and_leaves_its_facilities_concerned(acting):
    with acting(PSO):
        first = entered(2)
        second = entered(2, facilities=(OTHER,), replaces=first.id, starts=ago(minutes=2))
        assert level_of(QUAY) == 1 and level_of(OTHER) == 2
        quay = known_places().facilities[QUAY]
        assert quay.id in second.concerned, "it must learn that it is back at 1"
        with pytest.raises(Conflict):
            entered(1, replaces=first.id)
    with acting(PFSO):
        alert = Alert.objects.get(record_id=second.alert_id)
        assert alert.message == "Update"


def test_what_is_over_is_mirrored_without_an_alert(acting):
    with acting(PSO):
        row = entered(2, starts=ago(days=40), until=ago(days=30))
        assert row.alert_id is None
        assert level_of(PORT, days=35) == 2 and level_of(PORT) == 1


def test_faults_are_named_all_at_once(acting):
    with acting(PSO), pytest.raises(Invalid) as error:
        entered(4, reference=" ", facilities=("BEGNE-0001",), until=ago(days=9))
    assert {one.field for one in error.value.problems} == {"level", "reference", "facilities", "until"}
    with acting(PSO), pytest.raises(Invalid):
        entered(2, text="85.07.30-033.28")


def test_the_area_of_the_alert_is_the_port_where_all_of_it_is_meant(acting):
    with acting(PSO):
        row = entered(2)
        alert = Alert.objects.get(record_id=row.alert_id)
        assert [area["port"] for area in alert.areas] == [PORT]
