"""A lesson becomes an action, a practice or a measure; each shows the lesson to who sees both, and to nobody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound
from port2port.knowledge.practices.rules import Draft as PracticeDraft
from port2port.measures.rules import Draft as MeasureDraft
from port2port.sharing.addressing import named
from port2port.sharing.tlp import Tlp
from port2port.training.exercises import afterwards, learning, playing
from port2port.training.exercises.models import Became
from port2port.training.exercises.rules import headline
from tests.training.exercises.writing import OUTSIDER, OWNER, PARTNER, PLAYER, planned, played
from tests.workgroups.writing import group as founded_group

TEXT = "Put the list of authorised flights on the screen of the gate (test). Call the pilot on +32 470 12 34 56."


def over(acting, cast, *, close=True):
    """Return an exercise that is over, and its lesson."""
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        playing.tick(made, act="end", at=now())
        lesson = afterwards.add_lesson(made, text=TEXT, at=now()).id
        if close:
            afterwards.write_report(made, text="It went well (test).", close=True, at=now())
    return made, lesson


def everybody():
    return named(["all-members"], [], Tlp.GREEN)


def practice_draft(text="Put the list on the screen (test)."):
    return PracticeDraft("List at the gate (test)", "At a gate.", text, "drones", "idea", "en")


def test_a_measure_comes_of_a_lesson_and_both_say_so(acting, cast, client_for):
    made, lesson = over(acting, cast)
    with acting(OWNER):
        measure = learning.into_measure(
            lesson, draft=MeasureDraft("List at the gate (test)", "Put it up.", "en"), to=everybody(), at=now()
        ).record_id
        [link] = learning.became([lesson])[lesson]
        assert (link.kind, link.id) == ("measure", measure)
    told = f"/training/exercises/{made}/report/"
    assert told in client_for(OWNER).get(f"/measures/{measure}/").content.decode()
    assert f"/measures/{measure}/" in client_for(PLAYER).get(told).content.decode()
    page = client_for(PARTNER).get(f"/measures/{measure}/")  # sees the measure, takes no part in the exercise
    assert page.status_code == 200 and told not in page.content.decode()
    with acting(PARTNER):
        assert learning.came_from(measure) is None and learning.became([lesson]) == {}
        assert not Became.objects.exists()


def test_a_practice_begins_without_what_tells_whose_case_it_was(acting, cast, client_for):
    made, lesson = over(acting, cast)
    with acting(OWNER):
        row, found = learning.lesson(lesson)
        begun = learning.begun(row, found)
        assert "470" not in begun.text and any("470" in one.written for one in begun.taken)
        with pytest.raises(Invalid):
            learning.into_practice(lesson, draft=practice_draft(TEXT), to=everybody(), at=now())
        assert not Became.objects.exists()  # the record and the link, or neither
        practice = learning.into_practice(lesson, draft=practice_draft(), to=everybody(), at=now()).record_id
    page = client_for(OWNER).get(f"/knowledge/practices/{practice}/").content.decode()
    assert f"/training/exercises/{made}/report/" in page
    with acting(PLAYER):  # a draft that another organisation alone sees
        assert learning.became([lesson]) == {}


def test_an_action_is_given_in_a_group_that_one_keeps(acting, cast, client_for):
    made, lesson = over(acting, cast)
    group = founded_group(acting, cast)
    with acting(OWNER):
        due = timezone.localdate() + timedelta(days=30)
        action = learning.into_action(
            lesson, group=group, text="Print the list (test)", owner=cast[OWNER].person, due=due, at=now()
        ).record_id
    client = client_for(OWNER)
    assert f"/training/exercises/{made}/report/" in client.get(f"/workgroups/actions/{action}/").content.decode()
    assert "Print the list (test)" in client.get(f"/training/exercises/{made}/report/").content.decode()
    assert "Print the list (test)" not in client_for(PLAYER).get(f"/training/exercises/{made}/report/").content.decode()


def test_a_lesson_becomes_something_by_the_pages(acting, cast, client_for):
    _made, lesson = over(acting, cast)
    client = client_for(OWNER)
    group = founded_group(acting, cast)
    for kind in ("action", "practice", "measure"):
        assert client.get(f"/training/exercises/lessons/{lesson}/{kind}/").status_code == 200
        assert client.post(f"/training/exercises/lessons/{lesson}/{kind}/", {}).status_code == 422
    sent = {
        "text": "Print the list (test)", "owner": f"{group}:{cast[OWNER].person}", "due": "2030-01-10", "key": "a",
    }  # fmt: skip
    for _twice in range(2):  # sent twice, kept once
        answer = client.post(f"/training/exercises/lessons/{lesson}/action/", sent)
        assert answer.status_code == 302
    shared = {"title": "List (test)", "language": "en", "audience": "all-members"}
    sent = shared | {"context": "At a gate.", "done": "Put it up.", "topic": "drones", "key": "b"}
    assert client.post(f"/training/exercises/lessons/{lesson}/practice/", sent).status_code == 302
    sent = shared | {"text": "Put it up.", "problem": "", "key": "c"}
    assert client.post(f"/training/exercises/lessons/{lesson}/measure/", sent).status_code == 302
    with acting(OWNER):
        assert sorted(one.kind for one in learning.became([lesson])[lesson]) == ["action", "measure", "practice"]


def test_who_may_not_makes_nothing_of_it(acting, cast):
    _made, lesson = over(acting, cast, close=False)
    draft = MeasureDraft("List at the gate (test)", "Put it up.", "en")
    for email in (PLAYER, PARTNER, OUTSIDER):  # its staff alone reads lessons before it is closed
        with acting(email), pytest.raises(NotFound):
            learning.into_measure(lesson, draft=draft, to=everybody(), at=now())
    with acting(OWNER):
        with pytest.raises(NotFound):
            learning.into_action(
                lesson, group=lesson, text="x", owner=cast[OWNER].person, due=timezone.localdate(), at=now()
            )
        running = planned(cast)
        playing.tick(running, act="start", at=now())
        early = afterwards.add_lesson(running, text="Early (test).", at=now()).id
        with pytest.raises(Conflict):
            learning.into_measure(early, draft=draft, to=everybody(), at=now())


def test_a_title_is_the_first_sentence():
    assert headline("Ring sooner. And louder.", 120) == "Ring sooner"
    assert headline("Ring sooner\nthen write", 120) == "Ring sooner"
    long = headline("word " * 60, 40)
    assert len(long) <= 40 and long.endswith("…")
