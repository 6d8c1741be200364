"""The security file: a yearly exercise is planned, told, held and reported in it, each once, with the form as proof."""

from datetime import timedelta

import pytest
from django.utils import timezone

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.compliance.models import Happening
from port2port.home.calendar_sources import entries_of
from port2port.members.acting import current_actor
from port2port.sharing.queries import found as found_by
from port2port.training.exercises import afterwards, authority, crediting, playing, queries, waiting
from port2port.training.exercises.models import Part
from tests.training.exercises.writing import OUTSIDER, OWNER, PARTNER, PLAYER, played

YEARLY = {"size": "exercise", "facility": True, "starts": 24 * 60}
SECRET = "lorry driver"


def quay(made):
    return Part.objects.get(exercise_id=made, facility__isnull=False).id


def test_a_notice_is_proven_by_the_form_that_was_sent(acting, cast):
    made = played(acting, cast, **YEARLY)
    today = timezone.localdate()
    with acting(PLAYER):
        part = quay(made)
        crediting.credit(part, what="planned", at=now())
        with pytest.raises(Invalid) as error:
            crediting.credit(part, what="notified", on=today + timedelta(days=1), at=now())
        assert {one.field for one in error.value.problems} == {"on"}
        with pytest.raises(Invalid):  # before the plan there was
            crediting.credit(part, what="notified", on=today - timedelta(days=3), at=now())
        crediting.credit(part, what="notified", on=today, reference="LC-2030-7 (test)", at=now())
        [shown] = [one for one in queries.seen(made).parts if one.id == part]
        told = crediting.sent(shown, "notified")
        assert told is not None and (told.on, told.reference) == (today, "LC-2030-7 (test)")
        [event] = Happening.objects.filter(kind="exercise_notified")
        assert event.reference == "LC-2030-7 (test)"
        assert timezone.localdate(event.at) == today


def test_a_report_is_sent_once_it_is_closed(acting, cast):
    made = played(acting, cast, OWNER, PLAYER, PARTNER, **YEARLY)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        playing.tick(made, act="end", at=now())
    with acting(PLAYER):
        part = quay(made)
        crediting.credit(part, what="held", at=now())
        with pytest.raises(Conflict):
            crediting.credit(part, what="reported", at=now())
    with acting(OWNER):
        afterwards.add_lesson(made, text="Ring sooner (test).", at=now())
        afterwards.write_report(made, text="It went well (test).", close=True, at=now())
    with acting(PARTNER), pytest.raises(Refused):
        crediting.to_tell(part, "reported", at=now())  # takes part, and keeps another port's files
    with acting(PLAYER):
        found, row = crediting.to_tell(part, "reported", at=now())
        text = authority.filled(found, row, "reported", language="nl")
        assert "It went well (test)." in text and "Ring sooner (test)." in text and "Verslag" in text
        assert [one.action for one in waiting.needs(current_actor(), now())] != []
        crediting.credit(part, what="reported", at=now())
        with pytest.raises(Conflict):
            crediting.credit(part, what="reported", at=now())
        assert waiting.needs(current_actor(), now()) == []
        assert Happening.objects.filter(kind="exercise_reported").count() == 1


def test_the_notice_tells_nothing_of_the_script(acting, cast, client_for):
    made = played(acting, cast, OWNER, PLAYER, PARTNER, **YEARLY)
    client = client_for(PLAYER)
    with acting(PLAYER):
        part = quay(made)
    page = client.get(f"/training/exercises/parts/{part}/notified/")
    file = client.get(f"/training/exercises/parts/{part}/notified/file/?language=fr")
    assert (page.status_code, file.status_code) == (200, 200)
    assert "Notre référence" in file.content.decode() and "attachment" in file["Content-Disposition"]
    for answer in (page, file):
        assert SECRET not in answer.content.decode()
    sent = {"on": timezone.localdate().isoformat(), "reference": "LC 7"}
    assert client.post(f"/training/exercises/parts/{part}/notified/", sent | {"on": ""}).status_code == 302
    assert client.post(f"/training/exercises/parts/{part}/notified/", sent | {"on": "2001-01-01"}).status_code == 422
    assert client.get(f"/training/exercises/parts/{part}/reported/").status_code == 409
    assert client.get(f"/training/exercises/parts/{part}/nothing/").status_code == 404
    assert client_for(PARTNER).get(f"/training/exercises/parts/{part}/notified/").status_code == 403
    assert client_for(OUTSIDER).get(f"/training/exercises/parts/{part}/notified/").status_code == 404


def test_it_stands_in_the_calendar_without_a_word_of_it(acting, cast):
    made = played(acting, cast)
    for email, there in ((OWNER, True), (PLAYER, True), (PARTNER, False), (OUTSIDER, False)):
        with acting(email):
            mine = [one for one in entries_of(current_actor(), now()) if one.key == f"exercise-{made}"]
            assert bool(mine) is there, email
            for one in mine:
                assert "Drone" not in one.summary and not one.cancelled and one.busy
    with acting(OWNER):
        from_now = queries.seen(made).record.version
        playing.tick(made, act="start", at=now())
        [entry] = [one for one in entries_of(current_actor(), now()) if one.key == f"exercise-{made}"]
        assert entry.sequence >= from_now


def test_the_one_search_finds_it_by_what_everybody_knows(acting, cast, client_for):
    made = played(acting, cast)
    href = f"/training/exercises/{made}/"
    assert href in client_for(PLAYER).get("/search/?q=Drone+quay").content.decode()
    assert href not in client_for(OUTSIDER).get("/search/?q=Drone+quay").content.decode()
    assert href not in client_for(OWNER).get("/search/?q=lorry").content.decode()  # of the script, also for its staff
    with acting(OWNER):
        assert found_by(SECRET, ["exercise"]) == []
