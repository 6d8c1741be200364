"""Attacks with raw SQL as the serving role: what an injection could try on measures, positions and adoption."""

import threading
from typing import Any

import psycopg
import pytest

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.measures.agreement_queries import open_round
from tests.attacks import FORBIDDEN, refused
from tests.measures.writing import OWNER, PORT_OF, agreed, group, measure, opened, says, tells

PARTNER, OUTSIDER = "pso@northsea.demo", "officer@outside.demo"
CAST_IN_THE_CIRCLE = (*PORT_OF, "analyst@commissioner.demo", "director@commissioner.demo")


@pytest.fixture
def asked(acting: Any) -> Any:
    """A measure in consultation: its id, the consultation's and the hash of the text."""
    with acting(OWNER):
        made = measure().record_id
        opened(made)
        found = open_round(made)
        assert found is not None
        return made, found.consultation.id, found.version.hash


POSITION = (
    "insert into measures_position (id, consultation_id, organisation_id, person_id, stance, reason, at, hash, entry)"
    " values (new_uuid7(), %s, %s, %s, %s, '', now(), %s, %s)"
)


def test_nobody_turns_a_state_or_an_outcome_by_hand(enter, asked):
    made, consultation, _hash = asked
    db = enter(OWNER)
    for table, column in (
        ("measure", "state"), ("measure", "number"), ("measure", "agreed_at"), ("measure", "source_url"),
        ("measure", "record_id"), ("version", "hash"), ("version", "number"), ("consultation", "outcome"),
        ("consultation", "kind"), ("consultation", "quorum"), ("consultation", "until"),
        ("consultation", "group_id"), ("consultation", "rule_number"), ("asked", "organisation_id"),
        ("position", "organisation_id"), ("position", "consultation_id"), ("pastposition", "stance"),
        ("comment", "text"), ("lineage", "kind"),
    ):  # fmt: skip
        assert refused(db, f"update measures_{table} set {column} = {column}") == FORBIDDEN, (table, column)
    for table in ("consultation", "asked", "pastposition", "pastadoption", "reminder"):
        assert refused(db, f"insert into measures_{table} select * from measures_{table}") == FORBIDDEN, table
    for table in ("measure", "version", "consultation", "position", "adoption", "objective", "comment", "answer"):
        assert refused(db, f"delete from measures_{table}") == FORBIDDEN, table
    assert refused(db, "select measures_close(%s)", consultation) == "PP409"  # some have time left
    assert refused(db, "select measures_turn(%s, 'agreed', '')", made) == "PP409"
    assert refused(db, "select measures_turn(%s, 'in_force', '')", made) == "PP409"
    for name in ("measures_version_before", "measures_version_after", "measures_position_before"):
        assert refused(db, f"select {name}()") == FORBIDDEN
    for call in ("measures_askable(%s)", "measures_outcome(%s)"):
        assert refused(db, f"select {call}", made) == FORBIDDEN
    db = enter(PARTNER)
    assert refused(db, "select measures_close(%s)", consultation) == "PP403"
    assert refused(db, "select measures_turn(%s, 'draft', '')", made) == "PP403"
    db = enter(OUTSIDER)
    assert refused(db, "select measures_turn(%s, 'draft', '')", made) == "PP404"
    assert refused(db, "select measures_remind(14, 3)") == "PP403"


def test_nobody_asks_in_the_name_of_a_group_in_which_one_does_not_sit_or_by_another_rule(enter, acting, owner):
    with acting(PARTNER):
        theirs = group("low quorum")
    with acting(OWNER):
        made, ours = measure().record_id, group("three-quarters")
    db, ask = enter(OWNER), "select measures_open(%s, %s, now() + interval '1 day')"
    assert refused(db, ask, made, theirs) == refused(db, ask, made, new_id()) == "PP404"
    lenient = "select measures_open(%s, 'x', 'consensus', '', '0/1', now() + interval '1 day')"
    assert refused(db, lenient, made) == "42883"  # no function takes a rule
    rule = (
        "insert into workgroups_rule (id, group_id, number, kind, majority_of, majority_in, quorum_of, quorum_in,"
        " reason, at, by_id) values (new_uuid7(), %s, 9, 'qualified', %s, %s, 0, 1, '', now(), acting_person())"
    )
    assert refused(db, rule, theirs, 1, 1) == FORBIDDEN
    assert refused(db, rule, ours, 1, 99) == "23514"  # the own group has no rule below one half either
    assert enter(PARTNER).execute("select 1").fetchone() and refused(enter(PARTNER), ask, made, theirs) == "PP403"
    db = enter(OWNER)
    db.execute(ask, [made, ours])
    db.execute("commit")
    kept = "select group_id, rule_number, kind, fraction, quorum from measures_consultation"
    assert owner.execute(kept).fetchone() == (ours, 1, "qualified", "3/4", "2/3")
    db = enter(OWNER)
    db.execute(rule.replace("9,", "2,"), [ours, 1, 2])
    db.execute("commit")
    assert owner.execute(kept).fetchone() == (ours, 1, "qualified", "3/4", "2/3")


def test_a_measure_is_not_born_agreed(enter, asked, cast):
    db = enter(OWNER)
    for state in ("agreed", "in_force", "published", "retired", "consultation"):
        db.execute("savepoint birth")
        db.execute(
            "insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose,"
            " legal_basis, personal_data, provenance, origin, origin_id, threat, at, updated_at, expires_at, version)"
            " values ('00000000-0000-7000-8000-000000000001', 'measure', %s, %s, array[%s]::uuid[], array[%s]::uuid[],"
            " 2, 2, 'x', 'x', 'none', 'member', '', '', '', now(), now(), now() + interval '1 year', 1)",
            [cast[OWNER].organisation, *[cast[OWNER].person] * 3],
        )
        assert refused(
            db, "insert into measures_measure (record_id, state, number, category, retired_why, source_name,"
            " source_url, source_confidence) values ('00000000-0000-7000-8000-000000000001', %s, 1,"
            " '', '', 'x', 'x', '')", state,
        ) == FORBIDDEN, state  # fmt: skip
        db.execute("rollback to savepoint birth")


def test_a_position_is_ones_own_organisations_once_and_to_the_text_there_is(enter, asked, cast, owner):
    _made, consultation, text = asked
    partner, author = cast[PARTNER], cast[OWNER]
    db = enter(PARTNER)
    entry = "00000000-0000-7000-8000-0000000000ff"
    assert refused(db, POSITION, consultation, author.organisation, partner.person, "agree", text, entry) == FORBIDDEN
    assert refused(db, POSITION, consultation, partner.organisation, author.person, "agree", text, entry) == FORBIDDEN
    assert (
        refused(db, POSITION, consultation, partner.organisation, partner.person, "agree", "0" * 64, entry) == "PP409"
    )
    assert refused(db, POSITION, consultation, partner.organisation, partner.person, "object", text, entry) == "23514"
    db.execute(POSITION, [consultation, partner.organisation, partner.person, "agree", text, entry])
    assert refused(db, POSITION, consultation, partner.organisation, partner.person, "agree", text, entry) == "23505"
    with pytest.raises(psycopg.Error) as unproved:
        db.execute("commit")
    assert unproved.value.sqlstate == "PP409"  # the journal does not say so
    for email in ("officer@waterways.demo", "analyst@police.demo", "admin@antwerp.demo"):
        db, who = enter(email), cast[email]
        code = refused(db, POSITION, consultation, who.organisation, who.person, "agree", text, entry)
        assert code in (FORBIDDEN, "PP403"), email
    db, who = enter(OUTSIDER), cast[OUTSIDER]
    for one in (consultation, new_id()):  # hidden and absent are the same answer
        assert refused(db, POSITION, one, who.organisation, who.person, "agree", text, entry) == "PP404"
    owner.execute("update measures_consultation set until = now() - interval '1 second'")
    db = enter(PARTNER)
    assert refused(db, POSITION, consultation, partner.organisation, partner.person, "agree", text, entry) == "PP409"


def test_the_journal_must_say_what_the_position_says(enter, asked, acting, cast):
    made, _consultation, _hash = asked
    with acting(PARTNER):
        says(made, "object", "Not so (test).")
    db = enter(PARTNER)
    assert db.execute("update measures_position set stance = 'agree'").rowcount == 1
    with pytest.raises(psycopg.Error) as unproved:
        db.execute("commit")
    assert unproved.value.sqlstate == "PP409"
    db = enter(OWNER)
    assert db.execute("update measures_position set stance = 'agree'").rowcount == 0


def test_two_of_one_organisation_at_once_give_one_position(enter, asked, cast, app_dsn, acting, owner):
    _made, consultation, text = asked
    pso, director = cast["pso@antwerp.demo"], cast["director@antwerp.demo"]
    entry = "00000000-0000-7000-8000-0000000000ff"
    failed: list[str] = []
    owner.execute("alter table measures_position disable trigger proved")  # it is the unique key that is tried here
    first = enter("pso@antwerp.demo")
    first.execute(POSITION, [consultation, pso.organisation, pso.person, "agree", text, entry])
    with psycopg.connect(app_dsn, autocommit=True) as other:
        second = enter("director@antwerp.demo", other)

        def attack() -> None:
            try:
                second.execute(POSITION, [consultation, director.organisation, director.person, "abstain", text, entry])
                second.execute("commit")
            except psycopg.Error as error:
                failed.append(error.sqlstate or "")

        thread = threading.Thread(target=attack)
        thread.start()
        first.execute("commit")
        thread.join()
    owner.execute("alter table measures_position enable trigger proved")
    assert failed == ["23505"]
    assert owner.execute("select count(*), min(stance) from measures_position").fetchone() == (1, "agree")


def test_a_frozen_text_stays_whoever_writes(enter, asked, acting, cast):
    made, _consultation, _hash = asked
    with acting(PARTNER):
        says(made, "agree")
    db = enter(OWNER)
    assert refused(db, "update measures_version set text = 'Something else entirely.'") == "PP409"
    db = enter(PARTNER)
    assert db.execute("update measures_version set text = 'Something else entirely.'").rowcount == 0
    copy = (
        "insert into measures_version select new_uuid7(), %s, language, title, problem, text, modi, phases, effort,"
        " cost, legal_basis, isps, evidence, side_effects, playbook, contact, hash, made_at, %s, measure_id"
        " from measures_version"
    )
    assert refused(db, copy, 2, cast[PARTNER].person) == FORBIDDEN
    db = enter(OWNER)
    assert refused(db, copy, 3, cast[OWNER].person) == "PP409"


def test_named_cells_only_for_the_circle_of_the_weakest_link_and_for_ones_own(acting, enter, cast, owner):
    made = agreed(acting)
    cells = {}
    for email, locode in PORT_OF.items():
        with acting(email):
            cells[locode] = tells(made, "planned", place=locode)
    with acting("pfso@quay1.demo"):
        cells["BEANR-9901"] = tells(made, "in_progress", place="BEANR-9901")
    names = {key: name for name, key in cells.items()}
    own = {
        "director@antwerp.demo": {"BEANR", "BEANR-9901"},
        "pfso@quay1.demo": {"BEANR-9901"},
        # roles that read nothing of their organisation, and organisations that look after no port
        "admin@antwerp.demo": set(), "dpo@antwerp.demo": set(), "analyst@police.demo": set(),
        "officer@customs.demo": set(), "authority@ansm.demo": set(), "officer@waterways.demo": set(),
        "contact@agent.demo": set(), OUTSIDER: set(), "operator@platform.demo": set(), "operator@standby.demo": set(),
        "knowledge@northsea.demo": set(),
    }  # fmt: skip
    assert set(own) | set(CAST_IN_THE_CIRCLE) == set(cast)
    for email in cast:
        db = enter(email)
        seen = {names[row[0]] for row in db.execute("select id from measures_adoption").fetchall()}
        assert seen == (set(cells) if email in CAST_IN_THE_CIRCLE else own[email]), email
        past = db.execute("select count(*) from measures_pastadoption").fetchone()
        assert past == (0,)
    # without the confirmation of the verification the circle shows nothing, and the own port neither
    owner.execute("update members_membership set verified_until = null where person_id = any(%s)",
                  [[cast["analyst@commissioner.demo"].person, cast["director@antwerp.demo"].person]])  # fmt: skip
    for email in ("analyst@commissioner.demo", "director@antwerp.demo"):
        assert enter(email).execute("select count(*) from measures_adoption").fetchone() == (0,), email


def test_the_history_of_a_cell_is_seen_with_it(acting, enter, cast):
    made = agreed(acting)
    with acting(PARTNER):
        tells(made, "planned", place="BEGNE")
        tells(made, "in_place", place="BEGNE")
    for email in cast:
        expected = 1 if email in CAST_IN_THE_CIRCLE else 0
        assert enter(email).execute("select count(*) from measures_pastadoption").fetchone() == (expected,), email


CELL = (
    "insert into measures_adoption (id, measure_id, port_id, facility_id, published, organisation_id, person_id, at,"
    " state, since_precision, evidence, reason, obstacles, help_needed, invented, source_name, source_url)"
    " values (new_uuid7(), %s, (select id from members_port where locode = %s),"
    " (select id from members_facility where number = %s), %s, %s, %s, now(), 'suspended', 'day', '', 'forged', '', '',"
    " false, %s, %s)"
)


def test_a_cell_is_written_by_who_looks_after_the_place(acting, enter, cast):
    made = agreed(acting)
    with acting(PARTNER):
        tells(made, "planned", place="BEGNE")
    who = cast[OWNER]
    db = enter(OWNER)
    own = (False, who.organisation, who.person, "", "")
    assert refused(db, CELL, made, "BEOST", None, *own) == FORBIDDEN
    assert refused(db, CELL, made, "BEANR", "BEANR-9901", *own) == FORBIDDEN  # the facility tells for itself
    assert refused(db, CELL, made, "BEANR", None, False, cast[PARTNER].organisation, who.person, "", "") == FORBIDDEN
    assert refused(db, CELL, made, "BEANR", None, False, who.organisation, cast[PARTNER].person, "", "") == FORBIDDEN
    assert refused(db, CELL, made, "BEANR", None, True, None, None, "News", "https://news.example") == FORBIDDEN
    assert db.execute("update measures_adoption set state = 'suspended', reason = 'forged'").rowcount == 0
    for column in ("port_id", "facility_id", "measure_id", "published", "source_url"):
        assert refused(db, f"update measures_adoption set {column} = {column}") == FORBIDDEN, column
    terminal = cast["pfso@quay1.demo"]
    db, own = enter("pfso@quay1.demo"), (False, terminal.organisation, terminal.person, "", "")
    assert refused(db, CELL, made, "BEANR", None, *own) == FORBIDDEN  # a terminal lies in a port, it is not the port
    assert refused(db, CELL, made, "BEANR", "BEANR-9902", *own) == FORBIDDEN
    assert refused(db, CELL, made, "BEOST", "BEANR-9901", *own) == "PP422"
    for email in ("admin@antwerp.demo", "dpo@antwerp.demo"):
        db, who = enter(email), cast[email]
        assert refused(db, CELL, made, "BEANR", None, False, who.organisation, who.person, "", "") == FORBIDDEN, email


def test_a_hidden_measure_hides_its_cells_also_from_the_circle(acting, enter):
    with acting(OWNER):
        secret = measure("port-beanr").record_id
    made = agreed(acting, "ports-and-police", in_force=False)
    with acting(OWNER):
        tells(made, place="BEANR")
    # the director is in the circle, and reads no operational circle: what is not hers to read has no cells for her
    db = enter("director@commissioner.demo")
    assert db.execute("select count(*) from measures_measure").fetchone() == (0,)
    assert db.execute("select count(*) from measures_adoption").fetchone() == (0,)
    assert db.execute("select * from measures_rest(array[%s, %s]::uuid[])", [made, secret]).fetchall() == []
    assert db.execute("select * from measures_proof(%s)", [made]).fetchall() == []


def test_questions_and_answers_stay_between_the_two(acting, enter, cast):
    made = agreed(acting)
    with acting(PARTNER):
        tells(made, place="BEGNE")
    db, who = enter("pso@ostend.demo"), cast["pso@ostend.demo"]
    ask = (
        "insert into measures_question (id, measure_id, organisation_id, person_id, text, at)"
        " values (%s, %s, %s, %s, 'How?', now())"
    )
    one = "00000000-0000-7000-8000-0000000000aa"
    assert refused(db, ask, one, made, cast[PARTNER].organisation, who.person) == FORBIDDEN
    db.execute(ask, [one, made, who.organisation, who.person])
    db.execute("commit")
    answer = (
        "insert into measures_answer (id, question_id, measure_id, organisation_id, person_id, at, asked, text,"
        " practice, mentor_id, reach, shared) values (new_uuid7(), %s, %s, %s, %s, now(), 'forged', 'So.',"
        " '', %s, '', false)"
    )
    db, liege = enter("pso@liege.demo"), cast["pso@liege.demo"]
    assert refused(db, answer, one, made, liege.organisation, liege.person, None) == FORBIDDEN
    db, partner = enter(PARTNER), cast[PARTNER]
    assert refused(db, answer, one, made, partner.organisation, partner.person, liege.person) == FORBIDDEN
    db.execute(answer, [one, made, partner.organisation, partner.person, partner.person])
    assert db.execute("select asked from measures_answer").fetchone() == ("How?",)
    db.execute("commit")
    for email in cast:
        db = enter(email)
        seen = (db.execute("select count(*) from measures_question").fetchone(),
                db.execute("select count(*) from measures_answer").fetchone())  # fmt: skip
        assert seen == (((1,), (1,)) if email in ("pso@ostend.demo", PARTNER) else ((0,), (0,))), email


def test_adoption_makes_no_event_and_no_word_to_find(acting, owner):
    made = agreed(acting)
    told = """select (select count(*) from sharing_event),
      (select string_agg(words, ' ' order by record_id) from sharing_searchable)"""
    before = owner.execute(told).fetchone()
    with acting(PARTNER):
        tells(made, place="BEGNE", evidence="Wallaby at the gate (test).", at=now())
    assert owner.execute(told).fetchone() == before
    assert owner.execute("select count(*) from procrastinate_jobs where args::text like '%%allaby%%'").fetchone() == (
        0,
    )
