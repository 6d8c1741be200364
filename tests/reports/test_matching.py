"""Matching: what meets what, who learns of it, and that nobody else does."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.members.places import known_places
from port2port.reports import actions, queries, tasks
from port2port.reports import observable_actions as observing
from port2port.reports import observable_queries as observed
from port2port.reports.drafts import draft_of
from port2port.reports.models import Annex, Observable
from port2port.reports.observables.normal import normalised
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.reports.writing import own, report

BOX = normalised("container", "CSQU3054383")
MISREAD_BOX = normalised("container", "CSQU3054384")
PLATE = normalised("plate", "DEMO123")
MISREAD_PLATE = normalised("plate", "DEMO128")
BASIS = "gdpr_public_task"


def one(identifier: UUID, kind: str = "container") -> observed.Match:
    """What a report's observable of a kind meets, for whoever acts."""
    rows = [row for row in observed.of_report(identifier) if row.kind == kind]
    return observed.matches(rows, at=now())[0]


def met(identifier: UUID, kind: str = "container") -> tuple[int, int, int]:
    """Exact, near, and members to ask."""
    found = one(identifier, kind)
    return found.exact, found.near, found.hidden


def tell(identifier: UUID) -> None:
    tasks.tell_matches(record=str(identifier))


def noted(acting, email: str) -> list[str]:
    with acting(email):
        return [note.observable.kind for note in observed.open_notes()]


@pytest.fixture
def pair(acting) -> tuple[UUID, UUID]:
    """Antwerp's report to all ports with box and plate; North Sea Port's of its own only, with the same."""
    with acting("pso@antwerp.demo"):
        first = report("ports-and-police", observables=[BOX, PLATE]).record_id
    with acting("pso@northsea.demo"):
        second = report("organisation-north-sea-port", observables=[BOX, PLATE]).record_id
    tell(second)
    return first, second


def test_what_leads_to_a_person_stays_in_the_organisation(acting, pair, client_for, bearer_for):
    first, _second = pair
    with acting("pso@northsea.demo"):
        assert [row.kind for row in observed.of_report(first)] == ["container"]
        assert Annex.objects.count() == 1, "its own"
        # its own report holds the plate too, and is found by it; Antwerp's is not
        assert first not in queries._found("DEMO123")
    page = client_for("pso@northsea.demo").get(f"/reports/{first}/").content.decode()
    assert "CSQU3054383" in page and "DEMO123" not in page
    answer = client_for("pso@northsea.demo")
    assert b"DEMO123" not in answer.get("/reports/export/?format=csv").content
    listed = Client(headers=bearer_for("pso@northsea.demo")).get(f"/api/v1/reports/{first}/observables")
    assert [row["kind"] for row in listed.json()] == ["container"]
    with acting("pso@antwerp.demo"):
        assert {row.kind for row in observed.of_report(first)} == {"container", "plate"}
        assert queries._found("demo123") == [first]


def test_a_match_is_shown_or_only_known_to_exist(acting, pair):
    first, second = pair
    with acting("pso@northsea.demo"):
        assert met(second) == (1, 0, 0), "Antwerp's report is seen"
        assert met(second, "plate") == (0, 0, 1), "Antwerp's plate is not"
        assert [s.shown.record.id for s in observed.sightings(one(second).observable, at=now())] == [first]
        assert observed.sightings(one(second, "plate").observable, at=now()) == []
    with acting("pso@antwerp.demo"):
        assert met(first) == (0, 0, 1)
    with acting("pso@liege.demo"):
        assert met(first) == (0, 0, 1), "who sees Antwerp's report may ask North Sea Port too"


def test_a_company_contact_learns_of_no_hidden_match(acting, pair):
    with acting("contact@agent.demo"):
        mine = report(observables=[BOX], to=own()).record_id
        assert met(mine) == (0, 0, 0)


def test_an_organisation_may_keep_its_matches_to_itself(acting, pair):
    first, _second = pair
    with acting("pso@northsea.demo"):
        observing.let_matches_be_known(tells=False, at=now())
        assert not observed.tells_matches()
    with acting("pso@antwerp.demo"):
        assert met(first) == (0, 0, 0)
        with pytest.raises(Conflict):
            observing.ask_owners(one(first).observable.id, reason="It came here first.", basis=BASIS, at=now())
        assert observed.tells_matches(), "what another decided is not one's own"
    with acting("pso@northsea.demo"):
        observing.let_matches_be_known(tells=True, at=now())
    with acting("pso@antwerp.demo"):
        assert met(first) == (0, 0, 1)
    with acting("pfso@quay1.demo"), pytest.raises(Refused):
        observing.let_matches_be_known(tells=False, at=now())


def test_who_is_told_of_a_later_match(acting, pair):
    assert sorted(noted(acting, "pso@antwerp.demo")) == ["container", "plate"]
    assert noted(acting, "pso@northsea.demo") == [], "the later one sees it on its page"
    assert noted(acting, "pso@liege.demo") == []


def test_told_once_however_often_it_is_seen(acting, pair, owner):
    first, _second = pair
    with acting("pso@northsea.demo"):
        for _number in range(3):
            tell_later = report("ports-and-police", observables=[BOX]).record_id
    tell(tell_later)
    rows = owner.execute("select times from reports_matchnote n join members_organisation o on o.id = n.organisation_id"
                         " where o.slug = 'port-of-antwerp-bruges' and near = ''").fetchall()  # fmt: skip
    assert sorted(row[0] for row in rows) == [1, 2]
    with acting("pso@antwerp.demo"):
        for note in observed.open_notes():
            observing.look_at_notes(note.observable, at=now())
        assert observed.open_notes() == []
        assert met(first) == (3, 0, 0), "and what it did not see is no longer the question"


def test_nobody_is_told_of_what_is_neither_seen_nor_made_known(acting):
    with acting("pso@northsea.demo"):
        observing.let_matches_be_known(tells=False, at=now())
    with acting("pso@antwerp.demo"):
        report("ports-and-police", observables=[BOX])
    with acting("pso@northsea.demo"):
        hidden = report("organisation-north-sea-port", observables=[BOX]).record_id
    tell(hidden)
    assert noted(acting, "pso@antwerp.demo") == []
    with acting("pso@northsea.demo"):
        seen = report("ports-and-police", observables=[BOX]).record_id
    tell(seen)
    assert noted(acting, "pso@antwerp.demo") == ["container"]


def test_near_values_meet(acting):
    with acting("pso@antwerp.demo"):
        right = report("ports-and-police", observables=[BOX, normalised("ip", "192.0.2.7")]).record_id
        close = report("ports-and-police", observables=[PLATE]).record_id
    with acting("pso@northsea.demo"):
        wrong = report("ports-and-police", observables=[MISREAD_BOX, normalised("ip", "192.0.2.99")]).record_id
        theirs = report("ports-and-police", observables=[MISREAD_PLATE]).record_id
        own = report("ports-and-police", observables=[PLATE]).record_id
        assert not MISREAD_BOX.checked
        assert met(wrong) == (0, 1, 0)
        assert met(wrong, "ip") == (0, 1, 0)
        assert [s.near for s in observed.sightings(one(wrong).observable, at=now())] == ["container-serial"]
        # a plate misread by one character only within one's own organisation
        assert met(theirs, "plate") == (0, 1, 0)
        assert met(own, "plate") == (0, 1, 1), "Antwerp's is the same, and hidden"
    with acting("pso@antwerp.demo"):
        assert met(right) == (0, 1, 0)
        assert met(close, "plate") == (0, 0, 1)


def test_a_misread_plate_is_no_match_across_organisations(acting, owner):
    with acting("pso@antwerp.demo"):
        ours = report("ports-and-police", observables=[PLATE]).record_id
    with acting("pso@northsea.demo"):
        theirs = report("ports-and-police", observables=[MISREAD_PLATE]).record_id
        assert met(theirs, "plate") == (0, 0, 0)
    tell(theirs)
    assert noted(acting, "pso@antwerp.demo") == []
    with acting("pso@antwerp.demo"):
        assert met(ours, "plate") == (0, 0, 0)
        again = report("ports-and-police", observables=[MISREAD_PLATE]).record_id
        assert met(ours, "plate") == (0, 1, 0), "one's own is near it"
        assert met(again, "plate") == (0, 1, 1), "and the same as theirs"


def test_a_broken_check_digit_may_be_asked_about_a_subnet_not(acting):
    with acting("pso@antwerp.demo"):
        ours = report("ports-and-police", observables=[BOX, normalised("ip", "2001:db8:5::1")]).record_id
    with acting("pso@northsea.demo"):
        hidden = [MISREAD_BOX, normalised("ip", "2001:db8:5:9::7")]
        theirs = report("organisation-north-sea-port", observables=hidden).record_id
        assert met(theirs) == (0, 1, 0) and met(theirs, "ip") == (0, 1, 0)
    with acting("pso@antwerp.demo"):
        assert met(ours) == (0, 0, 1), "a container is the same but for its check digit"
        assert met(ours, "ip") == (0, 0, 0), "a network is shared by many: nobody is told"
        far = report("ports-and-police", observables=[normalised("ip", "2001:db8:6::1")]).record_id
        assert met(far, "ip") == (0, 0, 0)


def test_the_ranking_favours_the_rare_the_new_and_the_spread(acting):
    row = Observable(kind="container", value="x")
    seen = {"observable": row, "near": 0, "hidden": 0, "last_at": now()}
    rare = observed.Match(exact=1, ports=1, **seen)
    frequent = observed.Match(exact=500, ports=1, **seen)
    spread = observed.Match(exact=1, ports=4, **seen)
    old = observed.Match(exact=1, ports=1, **(seen | {"last_at": now() - timedelta(days=400)}))
    hidden = observed.Match(exact=0, ports=0, **(seen | {"hidden": 1, "last_at": None}))
    nothing = observed.Match(exact=0, ports=0, **(seen | {"last_at": None}))
    ordered = sorted([nothing, hidden, old, frequent, rare, spread], key=lambda m: -observed.rank(m, at=now()))
    assert ordered[:2] == [spread, rare] and ordered[-2:] == [hidden, nothing]


def test_a_hold_is_silent_for_all_but_its_holder(acting, client_for):
    with acting("pso@antwerp.demo"):
        ours = report("ports-and-police", observables=[BOX]).record_id
    with acting("analyst@police.demo"):
        held = report("ports-and-police", observables=[BOX, PLATE]).record_id
        assert observed.hold_of(held) is not None, "the default for police records"
        assert met(held) == (1, 0, 0)
    tell(held)
    with acting("pso@antwerp.demo"):
        assert met(ours) == (0, 0, 0), "though the report itself is seen"
        assert observed.sightings(one(ours).observable, at=now()) == []
        assert observed.found_by_value([BOX]) == [ours]
        with pytest.raises(Conflict):
            observing.ask_owners(one(ours).observable.id, reason="It came here first.", basis=BASIS, at=now())
        assert observed.hold_of(held) is None, "that there is a hold is the holder's to know"
        later = report("ports-and-police", observables=[BOX, PLATE]).record_id
        assert met(later, "plate") == (0, 0, 0)
    tell(later)
    assert noted(acting, "pso@antwerp.demo") == ["container"], "its own later report, not the police's"
    assert sorted(noted(acting, "analyst@police.demo")) == ["container", "plate"]
    assert "/hold/" not in client_for("pso@antwerp.demo").get(f"/reports/{held}/").content.decode()
    with acting("analyst@police.demo"):
        observing.release_hold(held, at=now())
    with acting("pso@antwerp.demo"):
        assert met(ours) == (2, 0, 0)
        assert met(later, "plate") == (0, 0, 1)


def test_a_hold_ends_at_its_moment(acting, owner):
    with acting("pso@antwerp.demo"):
        ours = report("ports-and-police", observables=[BOX]).record_id
    with acting("pso@northsea.demo"):
        theirs = report("ports-and-police", observables=[BOX]).record_id
        observing.hold_matching(theirs, until=now() + timedelta(days=1), at=now())
        more = observing.add_observables(theirs, observables=[MISREAD_BOX], at=now())
        assert len(more) == 1
        with pytest.raises(Invalid):
            observing.hold_matching(theirs, until=now() - timedelta(days=1), at=now())
    with acting("pso@antwerp.demo"):
        assert met(ours) == (0, 0, 0), "what is added later is held too"
        with pytest.raises(Refused):
            observing.hold_matching(theirs, until=None, at=now())
    owner.execute("update reports_mark set silent_until = now() - interval '1 second' where silent_until is not null")
    with acting("pso@antwerp.demo"):
        assert met(ours) == (1, 0, 0)


def ask(acting, identifier: UUID, kind: str = "plate") -> UUID:
    with acting("pso@antwerp.demo"):
        row = one(identifier, kind).observable
        assert observing.ask_owners(row.id, reason="The same truck stood here.", basis=BASIS, at=now()) == 1
        assert [a.state for a in observed.asks_of_ours()] == ["open"]
        with pytest.raises(Conflict):
            observing.ask_owners(row.id, reason="Once more.", basis=BASIS, at=now())
    with acting("pso@northsea.demo"):
        asked = observed.asks_to_us()
        assert [(a.reason, a.kind) for a in asked] == [("The same truck stood here.", kind)]
    with acting("pso@liege.demo"):
        assert observed.asks_to_us() == [] and observed.asks_of_ours() == []
    return asked[0].id


def answers(acting, email: str) -> list[tuple[str, list[str]]]:
    with acting(email):
        found = observed.answers_to([a.id for a in observed.asks_of_ours()])
        return [(annex.text, [row.value for row in rows]) for annex, rows in found.values()]


def test_an_answer_in_full_reaches_the_asker_and_nobody_else(acting, pair, owner):
    first, second = pair
    asked = ask(acting, first)
    with acting("pso@northsea.demo"):
        observing.answer_ask(asked, answer="shared", words="Seen at the north gate, twice.", at=now())
        with pytest.raises(Conflict):
            observing.answer_ask(asked, answer="declined", words="No.", at=now())
    assert answers(acting, "pso@antwerp.demo") == [("Seen at the north gate, twice.", ["DEMO123"])]
    with acting("pso@antwerp.demo"):
        given = Annex.objects.get(answers=asked)
        assert given.record.expires_at < now() + timedelta(days=31)
        with pytest.raises(NotFound):
            queries.report(second, at=now())
        assert met(first, "plate") == (0, 0, 1), "an answer is no sighting"
    with acting("pso@liege.demo"):
        assert not Annex.objects.filter(answers=asked).exists()
    with acting("pso@northsea.demo"):
        actions.withdraw_report(second, reason="mistake", at=now())
    assert answers(acting, "pso@antwerp.demo") == [], "withdrawn with its report"


@pytest.mark.parametrize("answer", ["part", "declined"])
def test_an_answer_in_part_or_none(acting, pair, answer):
    first, _second = pair
    asked = ask(acting, first)
    with acting("pso@northsea.demo"):
        with pytest.raises(Invalid):
            observing.answer_ask(asked, answer=answer, words=" ", at=now())
        observing.answer_ask(asked, answer=answer, words="A court has it.", at=now())
    expected = [("A court has it.", [])] if answer == "part" else []
    assert answers(acting, "pso@antwerp.demo") == expected
    with acting("pso@antwerp.demo"):
        mine = observed.asks_of_ours()[0]
        assert (mine.state, mine.answer) == (answer, "A court has it." if answer == "declined" else "")


def test_who_asks_names_a_basis_that_carries_it(acting, pair):
    first, _second = pair
    with acting("pso@antwerp.demo"):
        row = one(first, "plate").observable
        for reason, basis in (("", BASIS), ("Why not.", "nonsense"), ("Why not.", "public_source")):
            with pytest.raises(Invalid):
                observing.ask_owners(row.id, reason=reason, basis=basis, at=now())
    with acting("pso@liege.demo"), pytest.raises(NotFound):
        observing.ask_owners(one(first).observable.id, reason="Not ours.", basis=BASIS, at=now())


def test_taken_off_it_meets_nothing(acting, pair, journalled):
    first, second = pair
    with acting("pso@northsea.demo"), pytest.raises(Refused):
        observing.remove_observable(observed.of_report(first)[0].id, at=now())
    with acting("pso@antwerp.demo"):
        for row in observed.of_report(first):
            observing.remove_observable(row.id, at=now())
        assert queries._found("CSQU3054383") == [] and queries._found("DEMO123") == []
    with acting("pso@northsea.demo"):
        assert met(second) == (0, 0, 0) and met(second, "plate") == (0, 0, 0)
    assert len(journalled("report.unobserved")) == 2


def test_a_red_report_keeps_its_annex_to_its_persons(acting, cast):
    with acting("pso@antwerp.demo"):
        red = report("Demo PSO North Sea Port", tlp=Tlp.RED, observables=[PLATE]).record_id
        annex = Annex.objects.get(report_id=red).record
        assert annex.audience == [cast["pso@antwerp.demo"].person] and annex.tlp == Tlp.RED
    with acting("pso@northsea.demo"):
        assert queries.report(red, at=now()) and observed.of_report(red) == []


def test_an_edit_and_a_move_reach_the_marks(acting, pair, owner):
    first, _second = pair
    with acting("pso@antwerp.demo"):
        shown = queries.report(first, at=now())
        draft = replace(
            draft_of(shown.report, shown.record, known_places()),
            place="port", port="BEGNE", landmark="", occurred_at=now() - timedelta(days=3),
        )  # fmt: skip
        actions.edit_report(first, draft=draft, expected=1, at=now())
        assert queries._found("CSQU3054383") == [first], "still found by what was observed"
    rows = owner.execute("select distinct p.locode, m.at < now() - interval '2 days' from reports_mark m"
                         " join members_port p on p.id = m.port where m.report = %s", [first]).fetchall()  # fmt: skip
    assert rows == [("BEGNE", True)]


def test_a_frequent_value_still_correlates(acting, owner):
    with acting("pso@antwerp.demo"):
        first = report("ports-and-police", observables=[BOX]).record_id
    mark = "key, near, own_only, observable_id, record, report, owner, port, at, silent_until"
    owner.execute(f"insert into reports_mark ({mark}) select {mark} from reports_mark, generate_series(1, 3000)")
    with acting("pso@northsea.demo"):
        second = report("ports-and-police", observables=[BOX]).record_id
        assert met(second) == (1, 0, 0)
        assert [s.shown.record.id for s in observed.sightings(one(second).observable, at=now())] == [first]


# ------------------------------------------------------------------------- as the serving role, with SQL of one's own


def attack(acting, email: str, statement: str, arguments: list[object]) -> None:
    with acting(email), connection.cursor() as cursor:
        cursor.execute(statement, arguments)


def test_marks_are_closed(acting, pair, app):
    for statement in (
        "select count(*) from reports_mark",
        "delete from reports_mark",
        "insert into reports_mark (key, near, own_only) values ('x', '', false)",
        "select target from reports_ask",
        "select owner from reports_ask",
        "select key from reports_matchnote",
        "update reports_hold set released_at = now()",
        "insert into reports_ask (id) values (new_uuid7())",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)


def test_an_annex_is_never_widened(acting, pair, cast):
    first, _second = pair
    with acting("pso@antwerp.demo"):
        annex = Annex.objects.get(report_id=first).record_id
        partner = cast["pso@northsea.demo"].person
    for statement, arguments in (
        ("select sharing_widen(%s, array[%s]::uuid[], array[%s]::uuid[], 3::smallint)", [annex, partner, partner]),
        ("select sharing_widen(%s, array[%s]::uuid[], array[%s]::uuid[], 2::smallint)", [annex, partner, partner]),
    ):
        with pytest.raises(Invalid):
            attack(acting, "pso@antwerp.demo", statement, arguments)
    with pytest.raises(Invalid):
        attack(acting, "pso@antwerp.demo", "update sharing_record set personal_data = 'none' where id = %s", [annex])
    with acting("pso@northsea.demo"):
        assert not Record.objects.filter(id=annex).exists()


def test_an_annex_is_not_born_wide(acting, pair, cast):
    first, _second = pair
    born = (
        "insert into sharing_record (id, kind, owner_id, author_id, audience, addressed, tlp, pap, purpose,"
        " legal_basis, personal_data, provenance, origin, origin_id, threat, at, updated_at, expires_at, version)"
        " select new_uuid7(), 'annex', owner_id, author_id, audience || %s::uuid, audience, 2, pap, purpose,"
        " legal_basis, 'indirect', 'member', '', '', threat, now(), now(), expires_at, 1"
        " from sharing_record where id = %s"
    )
    with pytest.raises(Invalid):
        attack(acting, "pso@antwerp.demo", born, [cast["pso@northsea.demo"].person, first])


def test_nobody_writes_on_anothers_report(acting, pair):
    first, second = pair
    insert = (
        "insert into reports_observable (id, record_id, report_id, answer, kind, value, added_by_id, added_at)"
        " values (new_uuid7(), %s, %s, %s, 'container', 'CSQU3054383X', acting_person(), now())"
    )
    for record, of, answer in ((first, first, False), (second, first, False), (second, second, True)):
        with pytest.raises(Refused):
            attack(acting, "pso@northsea.demo", insert, [record, of, answer])
    attack(acting, "pso@northsea.demo", "delete from reports_observable where report_id = %s", [first])
    with acting("pso@antwerp.demo"):
        assert len(observed.of_report(first)) == 2, "nothing was taken off"
    with pytest.raises(Refused):
        attack(acting, "pso@northsea.demo", "select reports_set_hold(%s, null, false)", [first])
    for function in ("reports_tell_matches(%s)", "reports_ask_owners(%s, '{}', 'x', 'y')"):
        with pytest.raises((Refused, NotFound)):
            attack(acting, "pso@northsea.demo", f"select {function}", [first])
