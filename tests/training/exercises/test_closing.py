"""Closing an exercise fulfils what it fulfils: by itself, once a file, of who was there; told, checked, taken back."""

from datetime import timedelta

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, NotFound, Refused
from port2port.compliance.actions import Entry, record_event
from port2port.compliance.models import Happening, Owed, Subject
from port2port.compliance.recomputing import batches, recompute, stale
from port2port.members.acting import acting_as_system, current_actor
from port2port.members.models import Organisation, Port
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import reporter
from port2port.training.exercises import actions, afterwards, crediting, playing, queries, seating, waiting
from port2port.training.exercises.models import Part
from port2port.training.exercises.rules import Place
from tests.attacks import FORBIDDEN, refused
from tests.training.exercises.writing import (
    DRILL,
    OUTSIDER,
    OWNER,
    PARTNER,
    PLAYER,
    THREAT,
    places,
    plan,
    played,
)

RIGHT = "It is right"


def closed(acting, made, *, over=timedelta(days=2)):
    """Hold an exercise as its leader so long ago, and close it now."""
    with acting(OWNER):
        playing.tick(made, act="start", at=now() - over - timedelta(hours=1))
        playing.tick(made, act="end", at=now() - over)
        afterwards.write_report(made, text="It went well (test).", close=True, at=now())


def facility_part(made):
    return Part.objects.select_related("facility").get(exercise_id=made, facility__isnull=False)


def told(made):
    """What waits about a file at home of whoever acts, of this exercise."""
    return [one for one in waiting.needs(current_actor(), now()) if str(made) in one.href and one.action == RIGHT]


def test_a_drill_fulfils_what_the_facility_owes_and_its_officer_is_told(acting, cast, client_for, db):
    made = played(acting, cast, facility=True)
    with acting(PLAYER):
        number = crediting.code_of(facility_part(made))
        approved = Entry("pfsp_approved", now() - timedelta(days=60))
        record_event(number, entry=approved, at=now())
        assert [one.outcome for one in Owed.objects.filter(rule="drill")] == ["pending"]
    closed(acting, made)
    with acting(PLAYER):
        [event] = Happening.objects.filter(kind="drill_held")
        assert event.details == {"drill": queries.seen(made).reference} and event.reference == event.details["drill"]
        assert event.at < now() - timedelta(days=1)  # when it was over, not when somebody closed it
        outcomes = {one.outcome: one.proof for one in Owed.objects.filter(rule="drill").order_by("since")}
        assert outcomes["fulfilled"] == event.id and "pending" in outcomes  # the next one is owed from then on
        part = facility_part(made)
        assert part.event_id == event.id and part.checked_at is None
        assert [one.post for one in told(made)] == [f"/training/exercises/parts/{part.id}/right/"]
    with acting(OWNER):
        assert told(made) == []  # the port's officer may write there too, and the file is the facility's
    page = client_for(PLAYER).get(f"/training/exercises/{made}/").content.decode()
    assert "Written there by itself" in page and f"/training/exercises/parts/{part.id}/take-back/" in page


def test_who_keeps_the_file_says_that_it_is_right_or_takes_it_back_by_one_click(acting, cast, client_for):
    made = played(acting, cast, facility=True)
    closed(acting, made)
    client = client_for(PLAYER)
    with acting(PLAYER):
        part = facility_part(made).id
    assert client_for(PARTNER).post(f"/training/exercises/parts/{part}/right/").status_code == 404
    assert client.post(f"/training/exercises/parts/{part}/right/").status_code == 302
    assert client.post(f"/training/exercises/parts/{part}/right/").status_code == 409
    assert client.post(f"/training/exercises/parts/{part}/take-back/").status_code == 302
    assert client.post(f"/training/exercises/parts/{part}/take-back/").status_code == 409
    with acting(PLAYER):
        assert told(made) == []
        assert Happening.objects.filter(kind="drill_held", void=True, corrects__isnull=False).count() == 1
        row = next(one for one in queries.seen(made).parts if one.id == part)
        assert (row.credited_at, row.event_id) == (None, None)
        assert "held" in crediting.credits_for(queries.seen(made), row)
        crediting.credit(part, what="held", at=now())  # after all: by hand, and known
        assert told(made) == []
        crediting.take_back(part, at=now())


def test_the_same_by_the_api(acting, cast, bearer_for):
    made = played(acting, cast, facility=True)
    closed(acting, made)
    with acting(PLAYER):
        part = facility_part(made).id
    client = Client(headers=bearer_for(PLAYER))
    base = f"/api/v1/exercises/parts/{part}"

    def kept(answer):
        return next(one for one in answer.json()["parts"] if one["id"] == str(part))

    checked = client.post(f"{base}/check", headers={"Idempotency-Key": "check-1"})
    assert checked.status_code == 200 and kept(checked)["checked_at"] is not None
    back = client.post(f"{base}/take-back", headers={"Idempotency-Key": "back-1"})
    assert back.status_code == 200 and kept(back)["credited_at"] is None and "held" in kept(back)["offered"]


def test_what_was_written_by_hand_is_not_written_again(acting, cast):
    made = played(acting, cast, size="exercise", facility=True)
    with acting(OWNER):
        playing.tick(made, act="start", at=now() - timedelta(hours=2))
        playing.tick(made, act="end", at=now() - timedelta(hours=1))
    with acting(PLAYER):
        crediting.credit(facility_part(made).id, what="held", at=now())
    with acting(OWNER):
        afterwards.write_report(made, text="It went well (test).", close=True, at=now())
        # the facility's by hand; the port's own, whose officer closed it, by itself
        assert Happening.objects.filter(kind="exercise_held").count() == 2
        assert told(made) == []
        assert {one.checked_at is None for one in queries.seen(made).parts} == {False}


def test_who_was_not_there_and_whose_file_it_is_not_gets_nothing(acting, cast):
    with acting(OWNER):  # nobody of the facility takes a seat; the partner is no officer of this port
        made = actions.plan_exercise(
            plan=plan(size="exercise"), threat=THREAT, places=places(cast, OWNER, PLAYER, PARTNER, facility=True),
            terms=terms_for(THREAT, reporter()), at=now(), scenario=DRILL,
        ).record_id  # fmt: skip
    with acting(PARTNER):
        seating.seat(made, person=cast[PARTNER].person, kind="player", role="guards", at=now())
    closed(acting, made)
    with acting(OWNER):
        [event] = Happening.objects.filter(kind="exercise_held").select_related("subject")
        assert event.subject.port is not None and event.subject.port.locode == "BEANR"
        credited = [one for one in queries.seen(made).parts if one.credited_at is not None]
        assert [one.organisation_id for one in credited] == [cast[OWNER].organisation]


def test_another_ports_file_is_worked_out_by_the_worker(acting, cast):
    with acting(PARTNER):
        own = Organisation.objects.get(id=cast[PARTNER].organisation).ports.order_by("locode")[0]
        record_event(own.locode, entry=Entry("port_opened", now() - timedelta(days=800)), at=now())
    with acting(OWNER):
        here = Port.objects.get(locode="BEANR")
        made = actions.plan_exercise(
            plan=plan(size="exercise"), threat=THREAT,
            places=[Place(cast[OWNER].organisation, here.id, None), Place(cast[PARTNER].organisation, own.id, None)],
            terms=terms_for(THREAT, reporter()), at=now(), scenario=DRILL,
        ).record_id  # fmt: skip
    with acting(PARTNER):
        seating.seat(made, person=cast[PARTNER].person, kind="player", role="guards", at=now())
    closed(acting, made)
    with acting(OWNER):
        assert not Happening.objects.filter(subject__port=own).exists()  # wrote there by the close, and does not see it
    with acting(PARTNER):
        [event] = Happening.objects.filter(kind="exercise_held")
        assert len(told(made)) == 1
        assert not Owed.objects.filter(rule="port_exercise", proof=event.id).exists()
    with acting_as_system("worker"):
        for part in batches(stale(at=now())):
            recompute(part, at=now())
    with acting(PARTNER):
        assert Owed.objects.filter(rule="port_exercise", proof=event.id).exists()


def test_nobody_fulfils_by_the_function_but_by_closing(enter, acting, cast):
    made = played(acting, cast, facility=True)
    closed(acting, made)
    with acting(PLAYER):
        part = facility_part(made).id
        reference = queries.seen(made).reference
        crediting.take_back(part, at=now())
    again = "select * from training_credit_closed(%s, %s)"
    assert refused(enter(OWNER), again, made, reference) == "PP409"  # what was taken back stays so
    assert refused(enter(PLAYER), again, made, reference) == "PP403"
    assert refused(enter(OUTSIDER), again, made, reference) == "PP404"
    assert refused(enter(OWNER), "select training_keeps_file(null, null, null)") == FORBIDDEN


def test_who_takes_part_does_not_mark_anothers_file(enter, acting, cast):
    made = played(acting, cast, OWNER, PLAYER, PARTNER, facility=True)
    with acting(PLAYER):
        part = facility_part(made).id
    mark = "update training_part set credited_at = now() where id = %s"
    assert enter(PARTNER).execute(mark, [part]).rowcount == 0
    assert enter(PLAYER).execute(mark, [part]).rowcount == 1


def test_only_who_keeps_the_file_takes_it_back(acting, cast):
    made = played(acting, cast, OWNER, PLAYER, PARTNER, facility=True)
    closed(acting, made)
    with acting(PLAYER):
        part = facility_part(made).id
    with acting(PARTNER), pytest.raises(Refused):
        crediting.take_back(part, at=now())
    with acting(OUTSIDER), pytest.raises(NotFound):
        crediting.take_back(part, at=now())
    with acting(PLAYER):
        other = next(one for one in queries.seen(made).parts if one.id != part)
        with pytest.raises(Refused):
            crediting.check_credit(other.id, at=now())
        assert Subject.objects.filter(kind="facility").count() == 1
        crediting.take_back(part, at=now())
        with pytest.raises(Conflict):
            crediting.check_credit(part, at=now())
