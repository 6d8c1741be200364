"""Attacks with raw SQL as the serving role: what an injection could try on practices."""

from typing import Any

import psycopg

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.knowledge.practices import use_actions
from tests.attacks import FORBIDDEN, refused
from tests.knowledge.practices.writing import REVIEWER, WRITER, changed, drafted, published
from tests.measures.writing import measure

READER, OUTSIDER = "pso@antwerp.demo", "officer@outside.demo"


def count(connection: psycopg.Connection[Any], sql: str, *arguments: Any) -> int:
    row = connection.execute(sql, arguments).fetchone()
    assert row is not None
    return int(row[0])


def test_nobody_publishes_by_hand_nor_what_one_wrote_oneself(enter, acting, owner):
    with acting(REVIEWER):
        made = drafted().record_id
    owner.execute("update knowledge_practice set state = 'review', review_on = current_date + 100")
    db = enter(REVIEWER)
    for column in ("state", "number", "published", "published_by_id", "published_at", "record_id", "original_id"):
        assert refused(db, f"update knowledge_practice set {column} = {column}") == FORBIDDEN, column
    assert refused(db, "select knowledge_practice_turn(%s, 'publish')", made) == "PP403"  # wrote it last
    assert refused(db, "update knowledge_practicetext set title = 'x'") == FORBIDDEN
    assert refused(db, "delete from knowledge_practicetext") == FORBIDDEN
    assert refused(db, "delete from knowledge_practice") == FORBIDDEN
    for name in ("knowledge_text_before", "knowledge_text_after"):
        assert refused(db, f"select {name}()") == FORBIDDEN
    db = enter(WRITER)  # reports, looks after nothing: not even sight of a colleague's draft
    assert refused(db, "select knowledge_practice_turn(%s, 'publish')", made) == "PP404"
    db = enter(READER)
    assert refused(db, "select knowledge_practice_turn(%s, 'publish')", made) == "PP404"
    assert refused(db, "select knowledge_practice_turn(%s, 'publish')", new_id()) == "PP404"


def test_a_published_practice_of_others_is_read_and_not_touched(enter, acting):
    made = published(acting)
    db = enter(READER)
    assert refused(db, "select knowledge_practice_turn(%s, 'ask')", made) == "PP403"
    assert db.execute("update knowledge_practice set review_on = current_date").rowcount == 0
    columns = (
        "id, practice_id, number, language, topic, maturity, modi, title, context, done, cost, outcome, wrong,"
        " conditions, contact, made_by_id, made_at"
    )
    copied = (
        f"insert into knowledge_practicetext ({columns}) select new_uuid7(), practice_id, 2, language, topic, maturity,"
        " modi, title, context, done, cost, outcome, wrong, conditions, contact, acting_person(), now()"
        " from knowledge_practicetext"
    )
    assert refused(db, copied) == FORBIDDEN
    db = enter(REVIEWER)
    assert refused(db, copied.replace("practice_id, 2,", "practice_id, 3,")) == "PP409"  # not the next
    assert refused(db, copied.replace("practice_id, 2,", "practice_id, 1,")) == "PP409"  # a text is never changed
    assert refused(db, copied.replace("acting_person(), now()", "made_by_id, now()")) == FORBIDDEN  # in another's name


def test_an_envelope_widened_by_hand_shows_nothing_of_a_draft(enter, acting, owner):
    with acting(WRITER):
        made = drafted().record_id
    members = owner.execute("select id from members_circle where slug = 'all-members'").fetchone()[0]
    owner.execute("update sharing_record set audience = audience || %s::uuid, tlp = 1 where id = %s", [members, made])
    db = enter(READER)
    assert count(db, "select count(*) from sharing_record where id = %s", made) == 1
    for table in ("practice", "practicetext", "practicefile", "practicelink", "endorsement"):
        assert count(db, f"select count(*) from knowledge_{table}") == 0, table
    assert (
        refused(
            db,
            "insert into knowledge_endorsement (id, practice_id, organisation_id, person_id, experience, at)"
            " values (new_uuid7(), %s, acting_organisation(), acting_person(), 'x', now())",
            made,
        )
        == FORBIDDEN
    )


def test_the_next_draft_of_a_published_one_is_not_read(enter, acting):
    made = published(acting)
    with acting(WRITER):
        changed(made, done="What nobody else may read before it is published.")
    db = enter(READER)
    assert count(db, "select count(*) from knowledge_practicetext where practice_id = %s", made) == 1
    db = enter(REVIEWER)
    assert count(db, "select count(*) from knowledge_practicetext where practice_id = %s", made) == 2


def test_nobody_speaks_for_another_organisation(enter, acting, cast):
    made = published(acting)
    said = (
        "insert into knowledge_endorsement (id, practice_id, organisation_id, person_id, experience, at)"
        " values (new_uuid7(), %s, %s, %s, 'x', now())"
    )
    db = enter(READER)
    other, own = cast["pso@ostend.demo"], cast[READER]
    assert refused(db, said, made, other.organisation, own.person) == FORBIDDEN
    assert refused(db, said, made, own.organisation, other.person) == FORBIDDEN
    assert (
        refused(enter("admin@antwerp.demo"), said, made, own.organisation, cast["admin@antwerp.demo"].person)
        == FORBIDDEN
    )
    assert refused(enter(REVIEWER), said, made, cast[REVIEWER].organisation, cast[REVIEWER].person) == FORBIDDEN
    with acting(READER):
        use_actions.endorse(made, experience="It works at both our gates.", at=now())
    for email in (OUTSIDER, "pso@ostend.demo", REVIEWER):
        db = enter(email)
        assert db.execute("update knowledge_endorsement set experience = 'x'").rowcount == 0
        assert db.execute("delete from knowledge_endorsement").rowcount == 0
    assert count(enter(OUTSIDER), "select count(*) from knowledge_endorsement") == 0
    assert (
        refused(enter(READER), "update knowledge_endorsement set organisation_id = %s", other.organisation) == FORBIDDEN
    )


def test_a_link_needs_sight_of_both_and_care_of_one(enter, acting, cast):
    made = published(acting)
    with acting(READER):
        close = measure("port-security-officers").record_id
        open_one = measure("all-members").record_id
    tied = (
        "insert into knowledge_practicelink (id, practice_id, kind, target_id, by_id, at)"
        " values (new_uuid7(), %s, %s, %s, acting_person(), now())"
    )
    db = enter("analyst@police.demo")
    assert refused(db, tied, made, "measure", close) == refused(db, tied, made, "measure", new_id()) == FORBIDDEN
    assert refused(db, tied, made, "measure", open_one) == FORBIDDEN  # looks after neither
    assert refused(enter(READER), tied, made, "report", open_one) == FORBIDDEN  # another kind
    enter(READER).execute(tied, [made, "measure", open_one])
    assert enter(OUTSIDER).execute("delete from knowledge_practicelink").rowcount == 0


def test_a_member_is_no_editor(enter, acting, cast):
    """What is born published is born by the import alone."""
    with acting(REVIEWER):
        made = drafted().record_id
    born = (
        "insert into knowledge_practice (record_id, state, number, published, audience, audience_tlp, sources)"
        " values (%s, 'published', 1, 1, '{}', 0, '[]')"
    )
    columns = (
        "kind, owner_id, author_id, audience, addressed, tlp, pap, purpose, legal_basis, personal_data, origin,"
        " origin_id, port_id, threat, at, updated_at, expires_at, version"
    )
    db = enter(REVIEWER)
    again = new_id()
    db.execute(
        f"insert into sharing_record (id, provenance, {columns}) select %s, 'published', {columns} from sharing_record"
        " where id = %s",
        [again, made],
    )
    assert refused(db, born, again) == FORBIDDEN
