"""A quiz: drawn by lot, kept at once, resumed, judged once, retaken; what a pass is worth and until when."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound
from port2port.members.acting import acting_as
from port2port.training.courses import actions, queries
from port2port.training.courses.library import library
from port2port.training.courses.loading import content_of, load_courses
from port2port.training.courses.models import Answer, Attempt, Completion, Edition
from port2port.training.courses.rules import AMBER_COURSE, given_at
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER, key_of_written, taken, wrong


def test_an_attempt_asks_of_each_module_and_not_always_the_same(acting):
    drawn = set()
    for email in (GUARD, OTHER, TRAINER):
        with acting(email):
            going = queries.own_attempt(actions.begin(COURSE, at=now()))
        assert len(going.drawn) == going.course.head.draw
        assert {one.question.module for one in going.drawn} == {one.code for one in going.course.modules}
        for one in going.drawn:
            assert {o.code for o in one.question.options} == set(o.code for o in _written(one.question.code).options)
        drawn.add(tuple(one.question.code for one in going.drawn))
    assert len(drawn) > 1


def _written(code):
    return next(one for one in library()[COURSE].questions if one.code == code)


def test_it_is_resumed_where_it_was_and_begun_once(acting):
    with acting(GUARD):
        attempt = actions.begin(COURSE, at=now())
        first = queries.own_attempt(attempt).drawn[0]
        actions.answer(attempt, number=1, chosen=wrong(first.question), at=now())
    with acting(GUARD):  # another browser, after a kill
        assert actions.begin(COURSE, at=now()) == attempt
        going = queries.own_attempt(attempt)
        assert going.first_open == 2
        assert going.drawn[0].chosen == tuple(wrong(first.question))
        assert [one.question.code for one in going.drawn] == [one["code"] for one in going.attempt.questions]
        actions.answer(attempt, number=1, chosen=key_of_written(first.question), at=now())  # another thought
        assert Answer.objects.filter(attempt_id=attempt).count() == 1
    with acting(OTHER), pytest.raises(NotFound):
        queries.own_attempt(attempt)


def test_begun_at_once_in_two_browsers_it_is_one(acting, cast):
    member = cast[GUARD]

    def begin(_n):
        try:
            with acting_as(member.person, member.hat):
                return actions.begin(COURSE, at=now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(begin, range(8)))) == 1


def test_handed_in_it_is_judged_once_and_a_pass_counts(acting):
    with acting(GUARD):
        going = taken()
        assert (going.attempt.passed, going.good) == (True, len(going.drawn))
        again = actions.hand_in(going.attempt.id, at=now())
        assert again.attempt.submitted_at == going.attempt.submitted_at
        [found] = queries.own_passes(on=timezone.localdate())
        assert (found.slug, found.version, found.standing) == (COURSE, 1, "valid")
        assert len(found.completion.code) == 24
        with pytest.raises(Conflict):
            actions.answer(going.attempt.id, number=1, chosen=key_of_written(going.drawn[0].question), at=now())
        assert Completion.objects.count() == 1


def test_below_the_mark_it_is_no_pass_and_may_be_tried_thrice_a_day(acting):
    with acting(GUARD):
        ids = {taken(good=6).attempt.id for _n in range(3)}  # 6 of 8: 75 percent
        assert len(ids) == 3
        assert set(Attempt.objects.values_list("passed", flat=True)) == {False}
        assert queries.own_passes(on=timezone.localdate()) == []
    with acting(GUARD), pytest.raises(Conflict):
        actions.begin(COURSE, at=now())
    with acting(GUARD):
        assert len(queries.own_attempts(COURSE)) == 3


def test_what_is_no_answer_is_refused(acting):
    with acting(GUARD):
        attempt = actions.begin(COURSE, at=now())
        going = queries.own_attempt(attempt)
        for chosen in ([], ["nonsense"], [going.drawn[0].question.options[0].code] * 2):
            with pytest.raises(Invalid):
                actions.answer(attempt, number=1, chosen=chosen, at=now())
        with pytest.raises(NotFound):
            actions.answer(attempt, number=99, chosen=["a"], at=now())
        with pytest.raises(NotFound):
            actions.begin("no-such-course", at=now())
        assert going.first_open == 1


def test_the_database_and_the_rules_judge_alike(acting):
    with acting(GUARD):
        going = taken(good=5)
        for one in going.drawn:
            rightly = one.number <= 5
            assert one.right is rightly
            assert going.attempt.results[one.question.code] is rightly


def test_a_new_version_ends_the_old_after_its_days_of_grace(acting, owner):
    with acting(GUARD):
        taken()
    ends = timezone.localdate() + timedelta(days=60)
    owner.execute("update training_edition set counts_until = %s where slug = %s", [ends, COURSE])
    with acting(GUARD):
        for on, stands in ((0, "valid"), (31, "soon"), (60, "soon"), (61, "replaced"), (800, "expired")):
            [found] = queries.own_passes(on=timezone.localdate() + timedelta(days=on))
            assert (found.standing, found.ends) == (stands, ends)
    with acting(GUARD), pytest.raises(NotFound):  # an old version is no longer begun
        actions.begin(COURSE, at=now())


def test_every_migrate_adds_what_is_new_and_nothing_else(acting):
    with acting(GUARD):
        before = Edition.objects.get(slug=COURSE)
        assert before.content == content_of(library()[COURSE])
        assert before.counts_until is None
        assert {one.slug for one in Edition.objects.all()} == set(library())
        assert load_courses(now()) == 0  # nothing new: nothing written, even by who may not
        assert AMBER_COURSE in library()


def test_the_answer_given_last_counts_whichever_comes_last(acting):
    at = now()
    with acting(GUARD):
        attempt = actions.begin(COURSE, at=at)
        question = queries.own_attempt(attempt).drawn[0].question
        actions.answer(attempt, number=1, chosen=key_of_written(question), at=at)
        actions.answer(attempt, number=1, chosen=wrong(question), at=at - timedelta(minutes=5))  # it waited on a phone
        assert Answer.objects.get(attempt_id=attempt).chosen == list(key_of_written(question))
        actions.answer(attempt, number=1, chosen=wrong(question), at=at + timedelta(seconds=1))
        assert Answer.objects.get(attempt_id=attempt).chosen == wrong(question)


def test_when_an_answer_was_given_is_believed_but_for_the_future():
    at = now()
    assert given_at(at - timedelta(hours=3), at) == at - timedelta(hours=3)
    assert given_at(at + timedelta(hours=3), at) == at
    assert given_at(None, at) == given_at(datetime(2026, 1, 1), at) == at  # a script that says no zone
