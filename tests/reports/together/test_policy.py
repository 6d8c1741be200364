"""Raw SQL as the serving role: what an attacker with an injection could try, and what the answer gives away."""

import psycopg
import pytest

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.reports.actions import narrow_report
from port2port.reports.together import actions
from port2port.reports.together.actions import Sighting
from port2port.sharing.tlp import Tlp
from tests.reports.writing import own, report


@pytest.fixture
def pair(acting):
    """Antwerp's report to all ports, and North Sea Port's own that nobody else sees."""
    with acting("pso@antwerp.demo"):
        open_one = report("ports-and-police").record_id
        actions.say(open_one, text="A first note of ours.", at=now())
    with acting("pso@northsea.demo"):
        hidden = report(to=own()).record_id
        actions.say(hidden, text="A note that is hidden.", at=now())
    return open_one, hidden


@pytest.fixture
def enter(app, cast):
    """`enter("pso@liege.demo")` begins a transaction in which that person acts."""

    def entered(email):
        app.execute("begin")
        app.execute("select * from members_enter(%s, %s)", [cast[email].person, cast[email].hat])
        return cast[email]

    yield entered
    app.execute("rollback")


def refused(app, sql, *values):
    """Run it, and return how the database refused it: state and words."""
    app.execute("savepoint attack")
    with pytest.raises(psycopg.Error) as error:
        app.execute(sql, values)
    app.execute("rollback to savepoint attack")
    return error.value.sqlstate, str(error.value).splitlines()[0]


def test_nobody_writes_updates_answers_or_another_name(app, enter, cast, pair):
    open_one, _hidden = pair
    enter("pso@liege.demo")
    other = cast["pso@antwerp.demo"]
    forged = refused(
        app,
        "insert into reports_update (id, report_id, author_id, organisation_id, at, kind, text)"
        " values (new_uuid7(), %s, %s, %s, now(), 'note', 'forged')",
        *(open_one, other.person, other.organisation),
    )
    assert forged[0] == "42501"
    assert refused(app, "update reports_update set text = 'changed'")[0] == "42501"
    assert refused(app, "delete from reports_update")[0] == "42501"
    answered = refused(
        app,
        "insert into reports_feedback (report_id, answered_at, answered_by_id, organisation_id, verdict, text)"
        " values (%s, now(), %s, %s, 'used', '')",
        *(open_one, other.person, other.organisation),
    )
    assert answered[0] == "42501"
    # the function writes in the name of who acts, whatever is asked for
    said = app.execute("select reports_say(%s, 'note', 'ours', null, null)", [open_one]).fetchone()[0]
    signed = app.execute("select author_id, organisation_id from reports_update where id = %s", [said]).fetchone()
    assert signed == (cast["pso@liege.demo"].person, cast["pso@liege.demo"].organisation)
    theirs = app.execute("select id from reports_update where author_id = %s", [other.person]).fetchone()[0]
    assert refused(app, "select reports_unsay(%s)", theirs)[0] == "PP404"


def test_a_hidden_report_answers_as_an_absent_one(app, enter, owner, pair):
    open_one, hidden = pair
    hidden_update = owner.execute("select id from reports_update where report_id = %s", [hidden]).fetchone()[0]
    enter("pso@liege.demo")
    absent = new_id()
    for sql in (
        "select reports_say(%s, 'note', 'hello', null, null)",
        "select reports_answer(%s, 'used', '')",
        "select reports_tell_sighting(%s, new_uuid7())",
    ):
        assert refused(app, sql, hidden) == refused(app, sql, absent)
        assert refused(app, sql, hidden)[0] == "PP404"
    tell = "select reports_tell_sighting(%s, %s)"
    assert refused(app, tell, open_one, hidden) == refused(app, tell, open_one, absent)
    reply = "select reports_say(%s, 'note', 'hello', %s, null)"
    assert refused(app, reply, open_one, hidden_update) == refused(app, reply, open_one, absent)
    unsay = "select reports_unsay(%s)"
    assert refused(app, unsay, hidden_update) == refused(app, unsay, absent)
    assert app.execute("select count(*) from reports_update where report_id = %s", [hidden]).fetchone() == (0,)
    for function in ("reports_reporter", "reports_may_answer"):
        told = [app.execute(f"select {function}(%s)", [one]).fetchone()[0] for one in (hidden, absent)]
        assert told in ([None, None], [False, False])


def test_a_hidden_report_is_linked_as_an_absent_one(app, enter, acting, pair):
    _open_one, hidden = pair
    with acting("pso@liege.demo"):
        mine = report(to=own()).record_id
        another = report(to=own()).record_id
    me = enter("pso@liege.demo")
    link = (
        "insert into reports_link (id, a_id, b_id, kind, made_by_id, organisation_id, at)"
        " values (new_uuid7(), least(%s::uuid, %s::uuid), greatest(%s::uuid, %s::uuid), 'related', %s, %s, now())"
    )
    absent = new_id()
    found = [refused(app, link, mine, one, mine, one, me.person, me.organisation) for one in (hidden, absent)]
    assert found[0] == found[1] and found[0][0] == "42501"
    app.execute(link, [mine, another, mine, another, me.person, me.organisation])
    stranger = refused(app, link, mine, another, mine, another, me.person, new_id())
    assert stranger[0] in ("42501", "23505"), "never in another's name"
    assert refused(app, "update reports_link set kind = 'duplicate'")[0] == "42501"
    assert refused(app, "delete from reports_link")[0] == "42501"


def test_who_looks_after_neither_links_nothing_and_merges_only_own(app, enter, acting, cast, pair):
    open_one, _hidden = pair
    with acting("pso@northsea.demo"):
        other = report("ports-and-police").record_id
    a, b = sorted([open_one, other])
    sql = (
        "insert into reports_link (id, a_id, b_id, kind, merged_id, made_by_id, organisation_id, at)"
        " values (new_uuid7(), %s, %s, %s, %s, %s, %s, now())"
    )
    me = enter("pso@liege.demo")
    assert refused(app, sql, a, b, "related", None, me.person, me.organisation)[0] == "42501"
    app.execute("rollback")
    me = enter("pso@antwerp.demo")
    assert refused(app, sql, a, b, "duplicate", other, me.person, me.organisation)[0] == "42501"
    app.execute(sql, [a, b, "related", None, me.person, me.organisation])


def test_a_sighting_is_unsigned_on_the_report_and_seen_by_who_sees_both(acting, app, enter, cast, owner):
    with acting("pso@antwerp.demo"):
        first = report("ports-and-police").record_id
    with acting("pso@northsea.demo"):
        made = actions.see_too(
            first, sighting=Sighting("BEGNE", now(), "The same drone came over here.", "en"), at=now()
        ).record_id
        # it is kept to the own organisation afterwards: the others lose it, and with it the link
        narrow_report(made, keep=(), tlp=Tlp.AMBER, at=now())
    enter("pso@liege.demo")
    rows = app.execute("select to_jsonb(u)::text from reports_update u where report_id = %s", [first]).fetchall()
    assert len(rows) == 1
    secrets = (str(made), str(cast["pso@northsea.demo"].person), str(cast["pso@northsea.demo"].organisation))
    assert not any(secret in rows[0][0] for secret in secrets)
    assert app.execute("select count(*) from reports_link").fetchone() == (0,)
    assert owner.execute("select count(*) from reports_link").fetchone() == (1,)


def test_only_stewards_write_what_was_learned(app, enter, pair):
    open_one, hidden = pair
    me = enter("pso@liege.demo")
    sql = "insert into reports_lesson (report_id, text, at, by_id) values (%s, 'x', now(), %s)"
    assert {refused(app, sql, one, me.person)[0] for one in (open_one, hidden, new_id())} == {"42501"}
    app.execute("rollback")
    me = enter("pso@antwerp.demo")
    app.execute(sql, [open_one, me.person])


def test_who_answers_is_decided_by_the_database(app, enter, acting, pair):
    with acting("pfso@quay1.demo"):
        theirs = report("port-beanr").record_id
    for email, state in (
        ("pfso@quay1.demo", "PP403"),  # its own report
        ("contact@agent.demo", "PP404"),
        ("admin@antwerp.demo", "PP404"),
    ):
        enter(email)
        assert refused(app, "select reports_answer(%s, 'used', '')", theirs)[0] == state, email
        app.execute("rollback")
    enter("pso@antwerp.demo")
    assert refused(app, "select reports_answer(%s, 'nonsense', '')", theirs)[0] == "PP422"
    app.execute("select reports_answer(%s, 'used', '')", [theirs])
    assert refused(app, "select reports_answer(%s, 'not_used', '')", theirs)[0] == "PP409"
