"""Same place, time and method: what ties with what, who learns of it, and that nobody else does."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.members.acting import translated
from port2port.members.places import known_places
from port2port.reports import actions, occasions, queries, tasks, waiting
from port2port.reports import observable_actions as observing
from port2port.reports import observable_queries as observed
from port2port.reports.drafts import draft_of
from port2port.reports.observable_lines import lines
from port2port.reports.observables.normal import normalised
from port2port.reports.occasion_queries import alike, met_by, possible_duplicates
from port2port.reports.occasion_words import tie_words
from port2port.reports.occasions import limits
from port2port.reports.together import actions as together
from tests.reports.writing import AT, DRAFT, own, report

TEAM = replace(
    DRAFT,
    threat="drug_smuggling",
    text="Three people on foot went over the fence, and ran.",
    modus_operandi="DR06",
    occurred_at=AT,
)
HOUR = timedelta(hours=1)
PUBLIC_TASK = "gdpr_public_task"


def team(*names: str, **changes: object) -> UUID:
    """A report of an extraction team at Kallo lock."""
    return report(*names, draft=TEAM, **changes).record_id


def met(identifier: UUID) -> list[UUID]:
    """What whoever acts sees a report tie with."""
    found = met_by(queries.report(identifier, at=now()).report, ask=False)
    return [] if found is None else [tie.report for tie in found.ties]


def hidden(identifier: UUID) -> int:
    found = met_by(queries.report(identifier, at=now()).report, ask=True)
    return 0 if found is None else found.hidden


def words(identifier: UUID) -> list[str]:
    found = queries.report(identifier, at=now()).report
    there = met_by(found, ask=False)
    assert there is not None
    with translation.override("en"):
        return [tie_words(one, precision=found.occurred_precision) for one in alike(there.ties, at=now())]


def notes(acting, email: str) -> list[UUID | None]:
    with acting(email):
        return [note.report_id for note in observed.open_notes()]


@pytest.fixture
def early(acting) -> UUID:
    """Antwerp's report, seen by all ports and the police."""
    with acting("pso@antwerp.demo"):
        return team("ports-and-police")


@pytest.fixture
def secret(acting) -> UUID:
    """North Sea Port's, of its own only."""
    with acting("pso@northsea.demo"):
        return team("organisation-north-sea-port", occurred_at=AT - HOUR)


@pytest.mark.parametrize(
    ("changes", "ties"),
    [
        ({}, True),
        ({"occurred_at": AT - 4 * HOUR}, True),
        ({"occurred_at": AT - 4 * HOUR - timedelta(minutes=1)}, False),
        ({"occurred_at": AT - 4.5 * HOUR, "occurred_margin": 45}, True),
        ({"occurred_at": AT - 20 * HOUR, "occurred_precision": "day"}, True),
        ({"occurred_at": AT - 25 * HOUR, "occurred_precision": "day"}, False),
        ({"occurred_precision": "month"}, False),
        ({"modus_operandi": "DR05"}, False),
        ({"modus_operandi": "DR05", "modus_operandi_also": ("DR06",)}, True),
        ({"modus_operandi": ""}, False),
        ({"place": "port", "landmark": "", "port": "BEANR"}, False),
        ({"place": "landmark", "landmark": "zandvliet-lock"}, False),
    ],
)  # fmt: skip
def test_what_ties(acting, early, changes, ties):
    with acting("pso@northsea.demo"):
        other = team("ports-and-police", **changes)
        assert met(other) == ([early] if ties else [])
    with acting("pso@antwerp.demo"):
        assert met(early) == ([other] if ties else []), "it is the same seen from the other"


def test_a_position_ties_within_the_distance_and_across_cells(acting, early):
    with acting("pso@northsea.demo"):
        lock = known_places().landmarks["kallo-lock"]
        north = lock.lat + limits().km / 111.2
        near = team(place="point", landmark="", lat=north - 0.001, lon=lock.lon)
        far = team(place="point", landmark="", lat=north + 0.002, lon=lock.lon)
        # a neighbour beyond the edge of its cell
        edge = 51.25
        south = team(place="point", landmark="", port="BEANR", lat=edge - 0.004, lon=4.32)
        above = team(place="point", landmark="", port="BEANR", lat=edge + 0.004, lon=4.32)
        assert set(met(near)) >= {early} and early not in met(far)
        assert above in met(south)
        assert any("km away" in one for one in words(near))


def test_it_says_why(acting, early):
    with acting("pso@northsea.demo"):
        assert words(team(occurred_at=AT - 2 * HOUR)) == ["same method DR06 at Kallo lock, 2 hours apart"]
        day = team(occurred_precision="day", at=now())
        assert "same method DR06 at Kallo lock, around the same day" in words(day)


def test_it_is_ranked_with_the_observables(acting, early):
    with acting("pso@northsea.demo"):
        mine = team(observables=[normalised("container", "CSQU3054383"), normalised("seal", "S123456")])
        found = queries.report(mine, at=now())
        there = met_by(found.report, ask=False)
        shown = lines(found, there, alike(there.ties, at=now()), at=now())
        assert [line.occasion for line in shown] == [True, False, False], "what meets something comes first"
        alone = lines(found, met_by(replace_moment(found.report), ask=False), [], at=now())
        assert not any(line.occasion for line in alone)


def replace_moment(stored):
    stored.occurred_at = AT - 300 * HOUR
    return stored


def test_a_hidden_report_is_told_to_nobody_who_probes(acting, secret, client_for):
    with acting("pso@antwerp.demo"):
        probe = team("organisation-port-of-antwerp-bruges")
        assert met(probe) == [] and hidden(probe) == 0
        with pytest.raises(Conflict):
            observing.ask_about_occasion(probe, reason="What do you know?", basis=PUBLIC_TASK, at=now())
        found = possible_duplicates(TEAM, known_places(), at=now())
        assert [one.shown.record.id for one in found] == [probe], "its own"
    tasks.tell_matches(record=str(probe))
    assert notes(acting, "pso@antwerp.demo") == []
    assert notes(acting, "pso@northsea.demo") == [], "nor does the other learn of what it does not see"
    page = client_for("pso@antwerp.demo").get(f"/reports/{probe}/alike/").content.decode()
    assert "A match exists" not in page


def test_the_owner_of_the_hidden_report_is_told_and_may_share(acting, secret):
    with acting("pso@antwerp.demo"):
        probe = team("ports-and-police")
    tasks.tell_matches(record=str(probe))
    assert notes(acting, "pso@antwerp.demo") == [], "who wrote the later one learns nothing"
    assert notes(acting, "pso@northsea.demo") == [secret]
    assert notes(acting, "pso@liege.demo") == []
    with acting("pso@northsea.demo") as actor:
        assert met(secret) == [probe]
        need = next(one for one in waiting.needs(actor, now()) if "same event" in one.title)
        assert need.href == f"/reports/{secret}/alike/"
        observing.look_at_occasion(secret, at=now())
        assert observed.open_notes() == []
    tasks.tell_matches(record=str(probe))
    assert notes(acting, "pso@northsea.demo") == [], "the same is told once"


def test_a_note_goes_with_the_sight_of_the_later_report(acting, secret):
    with acting("pso@antwerp.demo"):
        probe = team("ports-and-police")
    tasks.tell_matches(record=str(probe))
    with acting("pso@antwerp.demo"):
        own = queries.report(probe, at=now()).record
        actions.withdraw_report(probe, reason="mistake", at=now(), expected=own.version)
    assert notes(acting, "pso@northsea.demo") == []


def test_an_owner_may_let_it_be_known_and_is_asked(acting, secret, journalled):
    with acting("pfso@quay1.demo"), pytest.raises(Refused):
        observing.let_matches_be_known(occasions=True, at=now())
    with acting("pso@northsea.demo"):
        observing.let_matches_be_known(occasions=True, at=now())
        assert observed.tells_occasions() and observed.tells_matches()
    with acting("pso@antwerp.demo"):
        mine = team("organisation-port-of-antwerp-bruges")
        assert met(mine) == [] and hidden(mine) == 1
        with pytest.raises(Invalid):
            observing.ask_about_occasion(mine, reason=" ", basis=PUBLIC_TASK, at=now())
        assert observing.ask_about_occasion(mine, reason="Same night.", basis=PUBLIC_TASK, at=now()) == 1
        with pytest.raises(Conflict):
            observing.ask_about_occasion(mine, reason="Same night.", basis=PUBLIC_TASK, at=now())
        assert [one.report_id for one in observed.asks_of_ours(report=mine)] == [mine]
    with acting("pso@liege.demo"):
        with pytest.raises(NotFound):
            observing.ask_about_occasion(mine, reason="Not mine.", basis=PUBLIC_TASK, at=now())
        assert observed.asks_to_us() == []
    with acting("contact@agent.demo"):
        assert observed.asks_to_us() == []
    with acting("pso@northsea.demo"):
        asked = observed.asks_to_us()
        assert [(one.kind, one.target) for one in asked] == [("occasion", secret)]
        with pytest.raises(Invalid):
            observing.answer_ask(asked[0].id, answer="shared", words="All of it.", at=now())
        observing.answer_ask(asked[0].id, answer="part", words="We saw them too.", at=now())
    with acting("pso@antwerp.demo"):
        given = observed.answers_to([one.id for one in observed.asks_of_ours(report=mine)])
        assert [annex.text for annex, _rows in given.values()] == ["We saw them too."]
        assert met(mine) == []
    assert len(journalled("match.part")) == 1


def test_a_company_contact_learns_of_no_hidden_report(acting, secret):
    with acting("pso@northsea.demo"):
        observing.let_matches_be_known(occasions=True, at=now())
    with acting("contact@agent.demo"):
        mine = team(to=own())
        assert hidden(mine) == 0


def test_a_hold_is_silent_for_all_but_its_holder(acting, early):
    with acting("analyst@police.demo"):
        held = team("ports-and-police")
        assert met(held) == [early]
    tasks.tell_matches(record=str(held))
    assert notes(acting, "pso@antwerp.demo") == []
    with acting("pso@antwerp.demo"):
        assert met(early) == [], "though the report itself is seen"
        assert [one.shown.record.id for one in possible_duplicates(TEAM, known_places(), at=now())] == [early]
        later = team("ports-and-police")
    tasks.tell_matches(record=str(later))
    assert notes(acting, "analyst@police.demo") == [held]
    with acting("analyst@police.demo"):
        observing.release_hold(held, at=now())
    with acting("pso@antwerp.demo"):
        assert set(met(early)) == {held, later}


def test_an_edit_makes_it_tie_and_tells(acting, early):
    with acting("pso@northsea.demo"):
        other = team("ports-and-police", modus_operandi="")
        assert met(other) == []
        shown = queries.report(other, at=now())
        draft = replace(draft_of(shown.report, shown.record, known_places()), modus_operandi="DR06")
        actions.edit_report(other, draft=draft, expected=shown.record.version, at=now())
        assert met(other) == [early]
    tasks.tell_matches(record=str(other))
    assert notes(acting, "pso@antwerp.demo") == [early]


def test_one_job_tells_of_all(acting, owner):
    owner.execute("delete from procrastinate_jobs")
    with acting("pso@antwerp.demo"):
        both = team(observables=[normalised("container", "CSQU3054383")])
        nothing = report("ports-and-police").record_id
    jobs = owner.execute("select args->>'record' from procrastinate_jobs where task_name = 'reports.tell_matches'")
    assert [row[0] for row in jobs.fetchall()] == [str(both)] != [str(nothing)]


def test_one_note_for_each_organisation(acting, owner):
    with acting("pso@antwerp.demo"):
        for minutes in range(5):
            team("ports-and-police", occurred_at=AT - timedelta(minutes=minutes))
    with acting("pso@northsea.demo"):
        later = team("ports-and-police", occurred_at=AT - timedelta(minutes=2))
    tasks.tell_matches(record=str(later))
    assert len(notes(acting, "pso@antwerp.demo")) == 1


def test_before_sending_and_one_click_afterwards(acting, early, client_for):
    browser = client_for("pso@northsea.demo")
    form = {
        "where": "landmark:kallo-lock",
        "when": "other",
        "occurred_at": "2026-11-20T15:02",
        "modus_operandi": "DR06",
    }
    answer = browser.post("/reports/possible/", form).content.decode()
    assert "same method DR06 at Kallo lock, 1 hour apart" in answer and str(early) in answer
    assert str(early) not in browser.post("/reports/possible/", form | {"modus_operandi": ""}).content.decode()
    with acting("pso@northsea.demo"):
        mine = team("ports-and-police")
    page = browser.get(f"/reports/{mine}/").content.decode()
    assert "Is this the same event?" in page and "same method DR06 at Kallo lock, at the same time" in page
    browser.post(f"/reports/{mine}/links/", {"other": str(early), "kind": "same_event"})
    page = browser.get(f"/reports/{mine}/").content.decode()
    assert "Is this the same event?" not in page
    assert "linked" in browser.get(f"/reports/{mine}/alike/").content.decode()
    with acting("pso@antwerp.demo"):
        assert together.queries.linked_to(early) == {mine}


def test_the_api_says_the_same(acting, early, bearer_for):
    machine = Client(headers=bearer_for("pso@northsea.demo"))
    sent = {
        "threat": "drug_smuggling", "text": "Three people on foot went over the fence.", "modus_operandi": "DR06",
        "place": {"kind": "landmark", "landmark": "kallo-lock"}, "occurred_at": (AT - HOUR).isoformat(),
    }  # fmt: skip
    before = machine.post("/api/v1/reports/possible-duplicates", json.dumps(sent), content_type="application/json")
    assert [one["report"] for one in before.json()["possible_duplicates"]] == [str(early)]
    assert "DR06" in before.json()["possible_duplicates"][0]["words"]
    wrong = machine.post(
        "/api/v1/reports/possible-duplicates", json.dumps(sent | {"text": ""}), content_type="application/json"
    )
    assert wrong.status_code == 422
    made = machine.post("/api/v1/reports", json.dumps(sent), content_type="application/json").json()
    after = machine.get(f"{made['url']}/alike").json()
    assert (after["count"], after["to_ask"], after["items"][0]["hours_apart"]) == (1, 0, 1.0)
    link = {"other": str(early), "kind": "duplicate"}
    linked = machine.post(f"{made['url']}/links", json.dumps(link), content_type="application/json").json()
    assert (linked["kind"], linked["asked"]) == ("same_event", True)
    ask = {"reason": "Same night.", "legal_basis": PUBLIC_TASK}
    assert (
        machine.post(f"{made['url']}/alike/asks", json.dumps(ask), content_type="application/json").status_code == 409
    )


def test_the_serving_role_cannot_go_round(acting, secret):
    asked = (
        "row(array['DR06'], now(), interval '9000 hours', null, null, 51.26, 4.28,"
        " array['minute'], array[interval '9000 hours'], 9000)::reports_occasion"
    )
    with acting("pso@antwerp.demo"), connection.cursor() as cursor:
        cursor.execute(f"select count(*) from reports_occasions({asked}, null, 1000)")
        assert cursor.fetchone() == (0,)
    for call in (
        "reports_alike(null, null)",
        "reports_hidden_owners(null, null)",
        "reports_own_occasion(null, null, null, null)",
        "reports_queue_telling(null)",
        "reports_silent(null)",
        "reports_tells_occasions(null)",
    ):
        with acting("pso@antwerp.demo"), pytest.raises(Refused):
            raw(f"select {call}")
    with acting("pso@antwerp.demo"), pytest.raises(Refused):
        raw("select reports_tell_occasions(null, null, null, null)")


def raw(sql: str) -> None:
    with translated(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_the_limits_are_data_and_checked(monkeypatch, tmp_path):
    bad = (occasions.DATA / "near_occasions.v1.toml").read_text(encoding="utf-8").replace("km = 2.0", "km = 40.0")
    (tmp_path / "near_occasions.v1.toml").write_text(bad.replace("hours = 24", "hours = 2400"), encoding="utf-8")
    monkeypatch.setattr(occasions, "DATA", tmp_path)
    limits.cache_clear()
    with pytest.raises(ValueError, match="km") as told:
        limits()
    assert "hours" in str(told.value)
    monkeypatch.undo()
    limits.cache_clear()
    assert limits().km == 2.0
