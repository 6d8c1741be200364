"""Attacks with raw SQL as the serving role on registers, topics, and what is for a topic."""

from port2port.base.ids import new_id
from port2port.members.topics import topic
from tests.alerts.suppliers.writing import supplier_alert, uses
from tests.attacks import FORBIDDEN, refused

RAISER, USER, OTHER = "pso@antwerp.demo", "pso@northsea.demo", "pso@liege.demo"
TOPIC = topic("vendor", "siemens")
KEEP = (
    "insert into alerts_supplieruse (id, organisation_id, vendor, product, version, cpe, package, used_for, critical,"
    " form, topics, changed_by_id, changed_at) values (%s, %s, 'X', '', '', '', '', '', '', %s, %s::uuid[], %s, now())"
)


def test_a_register_is_read_at_the_own_desk_alone(acting, enter, cast):
    with acting(RAISER):
        kept = uses("Siemens")
    count = "select count(*) from alerts_supplieruse"
    assert enter(RAISER).execute(count).fetchone() == (1,)
    for email in ("dpo@antwerp.demo", "admin@antwerp.demo", "director@antwerp.demo", USER, "officer@outside.demo"):
        db = enter(email)
        assert db.execute(count).fetchone() == (0,), email
        assert db.execute("delete from alerts_supplieruse where id = %s", [kept]).rowcount == 0
        assert db.execute("update alerts_supplieruse set version = 'x' where id = %s", [kept]).rowcount == 0
    assert refused(enter(USER), KEEP, new_id(), cast[RAISER].organisation, "x", [TOPIC], cast[USER].person) == FORBIDDEN
    assert refused(enter(USER), KEEP, new_id(), cast[USER].organisation, "x", [TOPIC], cast[RAISER].person) == FORBIDDEN
    own = enter(RAISER)
    assert refused(own, "update alerts_supplieruse set organisation_id = %s", cast[USER].organisation) == FORBIDDEN


def test_an_entry_of_another_and_none_fail_alike(acting, enter, cast):
    """No constraint tells what others use: not the unique name, not an id that is taken."""
    with acting(RAISER):
        kept = uses("Siemens")
    db, own = enter(USER), cast[USER]
    db.execute(KEEP, [new_id(), own.organisation, "siemens//", [TOPIC], own.person])
    assert refused(db, KEEP, new_id(), own.organisation, "siemens//", [TOPIC], own.person) == "23505"  # its own
    for one in (kept, new_id()):
        assert db.execute("select 1 from alerts_supplieruse where id = %s", [one]).fetchone() is None


def test_who_holds_what_is_in_no_grant(acting, enter):
    with acting(USER):
        uses("Siemens")
    for email in (RAISER, USER):
        db = enter(email)
        for sql in (
            "select * from members_topic",
            "select count(*) from members_topic",
            "delete from members_topic",
            "select * from members_told",
            "select * from members_holders(array['%s']::uuid[])" % TOPIC,  # noqa: UP031
            "select members_conceals(new_uuid7())",
            "select alerts_hear()",
        ):
            assert refused(db, sql) in (FORBIDDEN, "0A000"), sql
        assert refused(db, "insert into members_topic values (%s, %s)", new_id(), TOPIC) == FORBIDDEN


def test_only_topics_are_heard(acting, enter, cast, owner):
    """A register takes no key of a circle or person: nobody lends themselves sight by it."""
    own = cast[OTHER]
    circle = owner.execute("select id from members_circle where slug = 'ports-and-police'").fetchone()[0]
    db = enter(OTHER)
    for key in (circle, cast[RAISER].person):
        assert refused(db, KEEP, new_id(), own.organisation, "x", [key], own.person) == "23514"
        assert refused(db, KEEP, new_id(), own.organisation, "x", [TOPIC, key], own.person) == "23514"
    assert refused(db, KEEP, new_id(), own.organisation, "x", [], own.person) == "23514"
    many = [topic("vendor", str(number)) for number in range(9)]
    assert refused(db, KEEP, new_id(), own.organisation, "x", many, own.person) == "PP422"
    circle_of_a_topic = (
        "insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by, organisation_id)"
        " values (%s, 'x', '{}', 'adhoc', 'organisations', 'own', 'open', 'members', %s)"
    )
    assert refused(db, circle_of_a_topic, TOPIC, own.organisation) == "23514"


WIDEN = "select sharing_widen(%s, %s::uuid[], %s::uuid[], 2::smallint)"


def test_what_is_for_a_topic_stays_for_it_alone(acting, enter, owner):
    with acting(RAISER):
        made = supplier_alert("Siemens").record_id
    circle = owner.execute("select id from members_circle where slug = 'all-members'").fetchone()[0]
    db = enter(RAISER)
    assert refused(db, WIDEN, made, [circle], [circle]) == "PP422"
    db.execute(WIDEN, [made, [topic("vendor", "abb")], [topic("vendor", "abb")]])  # another topic tells nothing either
    ordinary = db.execute("select id from sharing_record where kind = 'alert' and id <> %s", [made]).fetchone()
    assert ordinary is None


def test_a_topic_is_added_to_nothing_that_others_have(acting, enter, owner):
    from tests.alerts.writing import alert
    from tests.reports.writing import report

    with acting(RAISER):
        warned, told = alert().record_id, report().record_id
    db = enter(RAISER)
    for record in (warned, told):
        assert refused(db, WIDEN, record, [TOPIC], [TOPIC]) == "PP422"


def test_who_leaves_the_network_leaves_no_register(acting, owner, cast):
    with acting(USER):
        uses("Siemens")
    organisation = cast[USER].organisation
    owner.execute("update members_organisation set left_at = now() where id = %s", [organisation])
    for table in ("alerts_supplieruse", "members_topic"):
        assert owner.execute(f"select count(*) from {table} where organisation_id = %s", [organisation]).fetchone() == (
            0,
        )
    owner.execute("update members_organisation set left_at = null where id = %s", [organisation])


def test_an_organisation_that_leaves_hands_its_supplier_alerts_on(acting, owner, cast):
    """Closing an organisation changes the owner of what it raised: the rule on topics does not stand in its way."""
    with acting(RAISER):
        made = supplier_alert("Siemens").record_id
    owner.execute("update sharing_record set owner_id = %s where id = %s", [cast[USER].organisation, made])
    assert owner.execute("select owner_id from sharing_record where id = %s", [made]).fetchone() == (
        cast[USER].organisation,
    )


def test_the_register_is_full_at_three_hundred(enter, cast):
    db, own = enter(OTHER), cast[OTHER]
    for number in range(300):
        db.execute(KEEP, [new_id(), own.organisation, str(number), [topic("vendor", str(number))], own.person])
    assert refused(db, KEEP, new_id(), own.organisation, "one more", [TOPIC], own.person) == "PP422"
