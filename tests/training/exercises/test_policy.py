"""Raw SQL as the serving role: a player does not reach the script, nobody turns a state or sends twice."""

import pytest

from port2port.base.clock import now
from port2port.training.exercises import playing
from port2port.training.exercises.afterwards import add_lesson
from tests.attacks import FORBIDDEN, refused
from tests.training.exercises.writing import OUTSIDER, OWNER, PARTNER, PLAYER, by_second, planned, played

HIDDEN = ("training_inject", "training_script", "training_expected", "training_observation", "training_score",
          "training_lesson", "training_guest", "training_release")  # fmt: skip


@pytest.fixture
def running(acting, cast):
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        playing.observe(made, text="Slow.", at=now())
        playing.score(made, values={"people_safe": 2}, at=now())
        return made, by_second(made)


def test_what_staff_knows_is_hidden(enter, running):
    for email in (PLAYER, PARTNER, OUTSIDER):
        connection = enter(email)
        for table in HIDDEN:
            columns = "id" if table == "training_guest" else "*"
            assert connection.execute(f"select {columns} from {table}").fetchall() == [], (email, table)


@pytest.mark.parametrize("email", [OWNER, PLAYER, OUTSIDER])
def test_states_and_releases_are_turned_by_functions_alone(enter, running, email):
    made, script = running
    connection = enter(email)
    assert refused(connection, "update training_exercise set state = 'closed' where record_id = %s", made) == FORBIDDEN
    assert refused(connection, "insert into training_release (inject_id, exercise_id, at, second, how)"
                   " values (%s, %s, now(), 0, 'hand')", script[3], made) == FORBIDDEN  # fmt: skip
    assert refused(connection, "insert into training_clockevent (id, exercise_id, at, act, person_id)"
                   " values (new_uuid7(), %s, now(), 'pause', acting_person())", made) == FORBIDDEN  # fmt: skip
    assert refused(connection, "select * from training_running()") == "PP403"
    assert refused(connection, "select secret from training_guest") == FORBIDDEN
    assert refused(connection, "select training_reached(%s, '{all}')", made) == FORBIDDEN
    assert refused(connection, "select * from training_guest_read('\\x00', null)") == "PP403"


@pytest.mark.parametrize("email", [PLAYER, OUTSIDER])
def test_who_does_not_run_it_does_not_move_it(enter, running, email):
    made, script = running
    connection = enter(email)
    assert refused(connection, "select training_release_one(%s, 0, 'hand')", script[3]) == "PP404"
    code = refused(connection, "select training_tick(%s, 'end', now(), null)", made)
    assert code == ("PP403" if email == PLAYER else "PP404")


def test_a_player_does_not_become_staff(enter, running, cast):
    made, _script = running
    connection = enter(PLAYER)
    attack = (
        "insert into training_seat (id, exercise_id, person_id, organisation_id, kind, role)"
        " values (new_uuid7(), %s, %s, %s, %s, '')"
    )
    person, organisation = cast[PLAYER].person, cast[PLAYER].organisation
    for kind in ("lead", "control", "observer"):
        assert refused(connection, attack, made, person, organisation, kind) in (FORBIDDEN, "23505")
    changed = connection.execute("delete from training_seat where kind = 'lead'").rowcount
    assert changed == 0
    assert connection.execute("update training_inject set second = 0").rowcount == 0


def test_a_stranger_takes_no_seat(enter, running, cast):
    made, _script = running
    connection = enter(PARTNER)
    attack = (
        "insert into training_seat (id, exercise_id, person_id, organisation_id, kind, role)"
        " values (new_uuid7(), %s, %s, %s, 'player', 'pfso')"
    )
    stranger = cast[PARTNER]
    assert refused(connection, attack, made, stranger.person, stranger.organisation) in (FORBIDDEN, "PP422")


def test_a_reaction_is_ones_own(enter, running, cast, acting):
    made, script = running
    with acting(OWNER):
        playing.send_inject(script[1], how="hand", at=now())
    connection = enter(PLAYER)
    attack = ("insert into training_reaction (id, exercise_id, inject_id, person_id, role, at, text)"
              " values (new_uuid7(), %s, %s, %s, %s, now(), 'x')")  # fmt: skip
    assert refused(connection, attack, made, script[1], cast[OWNER].person, "pfso") == FORBIDDEN
    assert refused(connection, attack, made, script[1], cast[PLAYER].person, "guards") == FORBIDDEN
    assert refused(connection, attack, made, script[4], cast[PLAYER].person, "pfso") == FORBIDDEN
    assert connection.execute(attack, [made, script[1], cast[PLAYER].person, "pfso"]).rowcount == 1


def test_nobody_else_is_let_in(enter, running):
    made, _script = running
    connection = enter(OWNER)
    community = connection.execute("select id from members_circle where slug = 'ports-and-police'").fetchone()[0]
    connection.execute("select sharing_widen(%s, %s, %s, 2::smallint)", [made, [community], [community]])
    assert refused(connection, "set constraints all immediate") == "PP422"


def test_what_a_lesson_became_is_said_by_its_writer_and_seen_by_who_sees_both(enter, running, cast, acting):
    made, _script = running
    with acting(OWNER):
        lesson = add_lesson(made, text="Ring sooner (test).", at=now()).id
        mine = planned(cast, OWNER, PLAYER)  # a record of the owner's, of a kind that a lesson does not become
    attack = ("insert into training_became (id, lesson_id, kind, target_id, by_id, at)"
              " values (new_uuid7(), %s, %s, %s, %s, now())")  # fmt: skip
    for email in (PLAYER, PARTNER, OUTSIDER):
        connection = enter(email)
        person = cast[email].person
        assert refused(connection, attack, lesson, "measure", mine, person) == FORBIDDEN
    connection = enter(OWNER)
    assert refused(connection, attack, lesson, "measure", mine, cast[OWNER].person) == FORBIDDEN  # not of this kind
    assert refused(connection, attack, lesson, "measure", mine, cast[PLAYER].person) == FORBIDDEN
    assert refused(connection, "delete from training_became") == FORBIDDEN


def test_a_proof_is_written_under_the_own_name_and_stays(enter, running, cast):
    made, _script = running
    attack = (
        'insert into training_sent (id, part_id, what, "on", reference, by_id, at)'
        " select new_uuid7(), id, 'notified', current_date, '', %s, now() from training_part where exercise_id = %s"
    )
    connection = enter(PLAYER)
    assert refused(connection, attack, cast[OWNER].person, made) == FORBIDDEN
    assert refused(connection, "update training_sent set reference = 'x'") == FORBIDDEN
    assert refused(connection, "delete from training_sent") == FORBIDDEN
    assert enter(OUTSIDER).execute(attack, [cast[OUTSIDER].person, made]).rowcount == 0  # no part of it is seen
