"""Exercises through their actions: who knows what when, each inject once, reactions, observations, the sheet."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.members.acting import acting_as_system
from port2port.training.exercises import actions, conducting, playing, queries, screens, scripting
from port2port.training.exercises.models import Release
from port2port.training.exercises.rules import Tick, clock, due
from tests.training.exercises.writing import (
    DRILL,
    OUTSIDER,
    OWNER,
    PARTNER,
    PLAYER,
    by_second,
    inject,
    plan,
    planned,
    played,
)


def sees(exercise):
    try:
        queries.exercise(exercise, at=now())
    except NotFound:
        return False
    return True


def test_an_exercise_is_seen_by_who_takes_part_and_by_nobody_else(acting, cast):
    with acting(OWNER):
        made = planned(cast)
    seen = set()
    for email in cast:
        with acting(email):
            if sees(made):
                seen.add(email)
                assert [one.id for one in queries.exercises(at=now())] == [made]
            else:
                assert queries.exercises(at=now()) == []
    parts = {cast[OWNER].organisation, cast[PLAYER].organisation}
    assert {PLAYER, OWNER} <= seen
    assert all(cast[email].organisation in parts for email in seen)


def test_a_player_reads_what_came_and_nothing_else(acting, cast):
    made = played(acting, cast)
    with acting(PLAYER):
        assert queries.injects(made) == []
        assert queries.script(made) is None
        assert queries.expected(made) == {}
    with acting(OWNER):
        script = by_second(made)
        assert len(script) == 8
        playing.tick(made, act="start", at=now())
    with acting(PLAYER):
        assert queries.injects(made) == []  # the first one is for the guards
    with acting(OWNER):
        playing.send_inject(script[1], how="hand", at=now())
    with acting(PLAYER):
        assert by_second(made) == [script[1]]
        assert queries.expected(made) == {}
        assert len(screens.screen(made, at=now()).came) == 1
        with pytest.raises(NotFound):
            playing.react(script[0], at=now())
        playing.react(script[1], at=now())
        playing.react(script[1], at=now())
        playing.react(script[1], text="I look at the authorised flights.", at=now())
        assert [one.text for one in queries.reactions(made)] == ["", "I look at the authorised flights."]


def test_who_sees_it_without_a_seat_reads_no_inject_until_it_is_closed(acting, cast):
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        playing.send_inject(by_second(made)[1], how="hand", at=now())
    colleague = next(e for e in cast if cast[e].organisation == cast[OWNER].organisation and e != OWNER)
    with acting(colleague):
        if sees(made):
            assert queries.injects(made) == []
            assert queries.reactions(made) == []


def test_an_inject_comes_once_whoever_tries(acting, cast):
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now() - timedelta(minutes=30))
        first = len(Release.objects.filter(exercise_id=made))

    def conduct(_number):
        try:
            conducting.conduct(at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(conduct, range(8)))
    with acting(OWNER):
        rows = list(Release.objects.filter(exercise_id=made))
        assert first == 1  # minute 0 comes with the start
        assert len(rows) == 7  # all but the one of minute 38
        with connection.cursor() as cursor:
            cursor.execute(
                "select count(*), count(distinct id) from sharing_event where record = %s and act = 'inject'", [made]
            )
            assert cursor.fetchone() == (7, 7)
        with pytest.raises(Conflict):
            playing.send_inject(rows[0].inject_id, how="hand", at=now())


def test_nothing_comes_while_the_clock_stands(acting, cast):
    made = played(acting, cast)
    start = now() - timedelta(minutes=20)
    with acting(OWNER):
        playing.tick(made, act="start", at=start)
        playing.tick(made, act="pause", at=start + timedelta(minutes=1))
    conducting.conduct(at=now())
    with acting(OWNER):
        assert Release.objects.filter(exercise_id=made).count() == 1
        pending = by_second(made)[1]
    with acting_as_system("worker"):
        assert playing.release(pending, second=9999, how="clock") is False  # a round that was decided before the pause
    with acting(OWNER):
        playing.tick(made, act="resume", at=now() - timedelta(minutes=4))
    conducting.conduct(at=now())
    with acting(OWNER):
        assert Release.objects.filter(exercise_id=made).count() == 2  # minute 4 is due after 1 + 4 minutes


def test_a_jump_leaves_out_what_lies_between(acting, cast):
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        with pytest.raises(Invalid):
            playing.tick(made, act="jump", minute=90, at=now())
        playing.tick(made, act="jump", minute=24, at=now())
        with pytest.raises(Invalid):
            playing.tick(made, act="jump", minute=3, at=now())
        how = {one.inject_id: one.how for one in Release.objects.filter(exercise_id=made)}
        script = by_second(made)
    assert [how.get(one) for one in script] == [
        "clock",
        "skipped",
        "skipped",
        "skipped",
        "skipped",
        "clock",
        None,
        None,
    ]
    with acting(PLAYER):
        assert by_second(made) == [script[5]]


def test_only_its_staff_runs_it(acting, cast):
    made = played(acting, cast, OWNER, PLAYER, PARTNER)
    for email in (PLAYER, PARTNER):
        with acting(email):
            for act in (
                lambda: playing.tick(made, act="start", at=now()),
                lambda: scripting.write_inject(made, inject=inject(), at=now()),
                lambda: playing.observe(made, text="I saw it.", at=now()),
                lambda: actions.call_off(made, why="No.", at=now()),
            ):
                with pytest.raises(Refused):
                    act()
    with acting(OUTSIDER), pytest.raises(NotFound):
        playing.tick(made, act="start", at=now())


def test_an_added_inject_reaches_its_role(acting, cast):
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        added = scripting.write_inject(made, inject=inject("A second parcel (test).", second=0), at=now())
        playing.send_inject(added.id, how="hand", at=now())
        with pytest.raises(Conflict):
            scripting.change_inject(added.id, to=inject(), at=now())
    with acting(PLAYER):
        assert [one.text["en"] for one in screens.screen(made, at=now()).came] == ["A second parcel (test)."]


def test_what_is_observed_and_scored(acting, cast):
    made = played(acting, cast, role="guards")
    with acting(OWNER):
        with pytest.raises(Conflict):
            playing.observe(made, text="Too early.", at=now())
        playing.tick(made, act="start", at=now() - timedelta(minutes=2))
        seen = playing.observe(made, text="The gate closed at once.", role="guards", at=now())
        assert 115 <= seen.second <= 125
        with pytest.raises(Invalid):
            playing.score(made, values={"people_safe": 6}, at=now())
        playing.score(made, values={"people_safe": 4, "observation": 2}, at=now())
        playing.score(made, values={"people_safe": 5, "observation": None}, at=now())
        assert [(one.criterion, one.value) for one in queries.scores(made)] == [("people_safe", 5)]
    with acting(PLAYER):
        assert queries.observations(made) == [] and queries.scores(made) == []
        with pytest.raises(Refused):
            playing.score(made, values={"people_safe": 5}, at=now())


def test_the_script_is_changed_before_the_start_alone(acting, cast):
    with acting(OWNER):
        made = planned(cast)
        first = by_second(made)[0]
        scripting.change_inject(first, to=inject("Other words (test).", second=0, roles=("guards",)), at=now())
        scripting.remove_inject(by_second(made)[-1], at=now())
        assert queries.injects(made)[0].text == {"en": "Other words (test)."}
        with pytest.raises(Invalid) as error:
            scripting.change_inject(first, to=inject(" ", second=9999, roles=("nobody",)), at=now())
        assert {"minute", "roles", "text"} <= {one.field for one in error.value.problems}
        with pytest.raises(Invalid):
            actions.change_plan(made, plan=plan(minutes=5), at=now(), expected=1)
        playing.tick(made, act="start", at=now())
        with pytest.raises(Conflict):
            scripting.remove_inject(by_second(made)[1], at=now())


def test_a_plan_with_mistakes_says_all_of_them(acting, cast):
    with acting(OWNER), pytest.raises(Invalid) as error:
        planned(cast, title=" ", minutes=0, size="huge", language="xx", scenario="none")
    assert {"title", "minutes", "size", "language", "scenario"} <= {one.field for one in error.value.problems}


def test_a_copy_keeps_its_four_languages(acting, cast):
    with acting(OWNER):
        made = planned(cast, scenario=DRILL)
        assert all(set(one.text) == {"nl", "fr", "de", "en"} for one in queries.injects(made))


def test_the_clock_is_what_was_done_to_it():
    start = now()
    done = [
        Tick(start, "start"),
        Tick(start + timedelta(minutes=5), "pause"),
        Tick(start + timedelta(minutes=9), "resume"),
        Tick(start + timedelta(minutes=10), "jump", 20),
        Tick(start + timedelta(minutes=12), "end"),
    ]
    at = [clock(done, start + timedelta(minutes=m)).seconds / 60 for m in (20,)]
    assert at == [22]
    assert clock(done[:2], start + timedelta(minutes=8)).seconds == 300
    assert clock(done[:4], start + timedelta(minutes=11)).seconds == 21 * 60
    assert due([], clock(done, start)) == []
