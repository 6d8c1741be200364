"""Raw SQL as the serving role: nobody reads another's answers, passes by hand, or sees other organisations' people."""

import pytest

from port2port.base.clock import now
from port2port.training.courses import actions, queries
from port2port.training.courses.models import Completion
from tests.attacks import FORBIDDEN, refused
from tests.training.courses.taking import COURSE, GUARD, KEEPER, OTHER, TRAINER, taken


@pytest.fixture
def passed(acting):
    with acting(GUARD):
        return taken()


def test_answers_are_nobodys_but_ones_own(enter, passed):
    for email in (TRAINER, OTHER, KEEPER, "admin@antwerp.demo", "dpo@antwerp.demo", "pfso@quay1.demo"):
        connection = enter(email)
        for table in ("training_attempt", "training_answer"):
            assert connection.execute(f"select * from {table}").fetchall() == [], (email, table)
        assert refused(connection, "select * from training_tally") == FORBIDDEN


def test_participation_is_seen_by_the_person_and_who_trains_there(enter, passed):
    for email, number in (
        (GUARD, 1),
        (TRAINER, 1),
        (OTHER, 0),
        (KEEPER, 0),
        ("admin@antwerp.demo", 0),
        ("dpo@antwerp.demo", 0),
    ):
        found = enter(email).execute("select person_id from training_completion").fetchall()
        assert len(found) == number, email


@pytest.mark.parametrize("email", [GUARD, TRAINER, OTHER, KEEPER])
def test_nobody_passes_by_hand(enter, acting, email, passed, cast):
    connection = enter(email)
    who = cast[email]
    edition = connection.execute("select id from training_edition where slug = %s", [COURSE]).fetchone()[0]
    assert refused(
        connection, "insert into training_completion (id, person_id, organisation_id, edition_id, how, at, valid_until,"
        " code, why) values (new_uuid7(), %s, %s, %s, 'quiz', now(), current_date + 900, 'A', '')",
        who.person, who.organisation, edition,
    ) == FORBIDDEN  # fmt: skip
    assert refused(
        connection, "insert into training_attempt (id, person_id, organisation_id, edition_id, questions, started_at,"
        " results) values (new_uuid7(), %s, %s, %s, '[]', now(), '{}')", who.person, who.organisation, edition,
    ) == FORBIDDEN  # fmt: skip
    assert refused(connection, "update training_attempt set passed = true") == FORBIDDEN
    assert refused(connection, "update training_completion set valid_until = current_date + 9000") == FORBIDDEN
    assert refused(connection, "delete from training_completion") == FORBIDDEN
    assert refused(connection, "update training_edition set content = '{}'") == FORBIDDEN
    assert refused(connection, "select training_complete(null, null, null, 'quiz', null, now())") == FORBIDDEN
    assert refused(connection, "select training_sums(%s, null)", edition) == FORBIDDEN
    assert refused(connection, "select training_forget(0, 0, 0)") == "PP403"
    assert refused(connection, "select * from training_certificate('A')") == "PP403"


def test_another_hands_nothing_in_and_answers_nothing(enter, acting):
    with acting(GUARD):
        attempt = actions.begin(COURSE, at=now())
        code = queries.own_attempt(attempt).drawn[0].question.code
    connection = enter(TRAINER)
    assert refused(connection, "select training_hand_in(%s, now())", attempt) == "PP404"
    answer = "insert into training_answer (attempt_id, question, chosen, at) values (%s, %s, '{a}', now())"
    assert refused(connection, answer, attempt, code) == FORBIDDEN
    connection = enter(GUARD)
    assert refused(connection, answer, attempt, "not_drawn") == FORBIDDEN
    connection = enter(OTHER)
    edition = connection.execute("select id from training_edition where slug = %s", [COURSE]).fetchone()[0]
    assert refused(connection, "select training_begin(%s, now() + interval '1 day')", edition) == "PP409"


def test_only_who_trains_there_withdraws_and_enrols(enter, acting, passed, cast):
    with acting(GUARD):
        completion = Completion.objects.get().id
    for email in (GUARD, OTHER, "admin@antwerp.demo", KEEPER):
        connection = enter(email)
        changed = connection.execute(
            "update training_completion set withdrawn_at = now(), why = 'x' where id = %s", [completion]
        )
        assert changed.rowcount == 0, email
        enrol = (
            "insert into training_enrolment (id, organisation_id, person_id, slug, due, by_id, at)"
            " values (new_uuid7(), %s, %s, %s, current_date, %s, now())"
        )
        antwerp = cast[TRAINER]
        assert refused(connection, enrol, antwerp.organisation, antwerp.person, COURSE, cast[email].person) == FORBIDDEN
    connection = enter(TRAINER)
    stranger = cast[OTHER]
    assert refused(
        connection, enrol, cast[TRAINER].organisation, stranger.person, COURSE, cast[TRAINER].person
    ) == FORBIDDEN  # fmt: skip
    with acting(TRAINER):
        actions.withdraw(completion, why="The name was another's (test).", at=now())


def test_sessions_are_the_own_organisations(enter, cast):
    connection = enter(GUARD)
    plan = (
        "insert into training_session (id, organisation_id, slug, starts_at, minutes, place, seats, state, why,"
        " made_by_id, updated_at, sequence) values (new_uuid7(), %s, %s, now() + interval '1 day', 60, 'Hall', 1,"
        " 'planned', '', %s, now(), 0)"
    )
    assert refused(connection, plan, cast[GUARD].organisation, COURSE, cast[GUARD].person) == FORBIDDEN
    connection = enter(TRAINER)
    assert refused(connection, plan, cast[OTHER].organisation, COURSE, cast[TRAINER].person) == FORBIDDEN
    connection.execute(plan, [cast[TRAINER].organisation, COURSE, cast[TRAINER].person])
    made = connection.execute("select id from training_session").fetchone()[0]
    book = "insert into training_booking (id, session_id, organisation_id, person_id) values (new_uuid7(), %s, %s, %s)"
    connection.execute(book, [made, cast[GUARD].organisation, cast[GUARD].person])
    assert refused(connection, book, made, cast[TRAINER].organisation, cast[TRAINER].person) == "PP409"  # one seat
    assert refused(connection, "update training_session set state = 'held'") == FORBIDDEN
    assert refused(connection, "select training_hold(%s, now())", made) == "PP409"  # not begun
