"""Pages of reports through a signed-in browser: what each of the cast gets, and what is refused in words."""

import re
from uuid import uuid4

import pytest

from port2port.base.clock import now
from port2port.reports import actions, queries
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys, report

SENT = {
    "threat": "drone_misuse",
    "text": "A drone hung above the inner gate for four minutes.",
    "where": "landmark:kallo-lock",
    "when": "now",
    "audience": "ports-and-police",
}


@pytest.fixture
def made(acting):
    """A report of Antwerp to ports and police."""
    with acting("pso@antwerp.demo"):
        return report(title="Drone over the lock")


def url(made, step: str = "") -> str:
    return f"/reports/{made.record_id}/{step}"


def test_the_list_answers_with_how_many_and_what_is_new(client_for, made, acting):
    client = client_for("pso@northsea.demo")
    first = client.get("/reports/")
    assert "1 report<" in first.content.decode() and "Drone over the lock" in first.content.decode()
    with acting("pso@antwerp.demo"):
        report(title="Second night")
    assert "1 new since you looked" in client.get("/reports/").content.decode()
    assert "new since you looked" not in client.get("/reports/").content.decode()


def test_an_outsider_gets_an_empty_list_that_teaches(client_for, made):
    page = client_for("officer@outside.demo").get("/reports/").content.decode()
    assert "0 reports" in page and "Drone over the lock" not in page and "Nothing was shared with you yet" in page


def test_filters_narrow_and_a_wrong_one_is_named(client_for, made):
    client = client_for("pso@northsea.demo")
    assert "Drone over the lock" in client.get("/reports/?threat=drone_misuse&q=gate").content.decode()
    assert "No report fits" in client.get("/reports/?severity=critical").content.decode()
    wrong = client.get("/reports/?port=XXXXX&since=yesterday&threat=%01")
    assert wrong.status_code == 200 and "to put right" in wrong.content.decode()


def test_a_broken_cursor_is_refused_in_words(client_for, made):
    assert client_for("pso@northsea.demo").get("/reports/?cursor=abc").status_code == 422


def test_the_detail_says_who_sees_it_and_why(client_for, made):
    page = client_for("pso@northsea.demo").get(url(made)).content.decode()
    assert "TLP:AMBER" in page and "Ports and police" in page
    assert "You are in the circle “Ports and police”." in page
    assert "Port of Antwerp-Bruges looks after this report." in page
    assert f"/reports/{made.record_id}/edit/" not in page


def test_its_steward_may_act(client_for, made):
    page = client_for("pso@antwerp.demo").get(url(made)).content.decode()
    for step in ("edit/", "close/", "audience/more/", "audience/fewer/", "withdraw/"):
        assert url(made, step) in page


@pytest.mark.parametrize("step", ["", "edit/", "close/", "withdraw/", "audience/more/", "audience/fewer/"])
def test_hidden_and_absent_are_the_same_page(client_for, made, step):
    client = client_for("officer@outside.demo")
    hidden, absent = client.get(url(made, step)), client.get(f"/reports/{uuid4()}/{step}")
    assert hidden.status_code == absent.status_code == 404

    def bare(page: bytes) -> str:
        return re.sub(r'[0-9a-f]{8}-[0-9a-f-]{27}|name="csrfmiddlewaretoken" value="[^"]*"', "", page.decode())

    assert bare(hidden.content) == bare(absent.content)


@pytest.mark.parametrize("step", ["edit/", "close/", "withdraw/", "audience/more/", "audience/fewer/"])
def test_a_reader_who_is_no_steward_is_refused(client_for, made, step):
    client = client_for("pso@northsea.demo")
    assert client.get(url(made, step)).status_code == 403
    assert client.post(url(made, step), {}).status_code == 403


def test_a_report_is_sent_and_says_to_how_many(client_for):
    client = client_for("pfso@quay1.demo")
    answer = client.post("/reports/new/", SENT, follow=True)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert re.search(r"Report sent \d\d:\d\d to \d+ people in \d+ organisations", page)
    assert 'data-draft-done="report-new"' in page
    assert "A drone hung above the inner gate for four minutes" in page


def test_sent_twice_it_is_shared_once(client_for):
    client = client_for("pso@antwerp.demo")
    key = str(uuid4())
    first = client.post("/reports/new/", SENT | {"key": key})
    second = client.post("/reports/new/", SENT | {"key": key})
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert "1 report<" in client.get("/reports/").content.decode()


def test_nothing_chosen_means_the_default_of_the_threat(client_for, acting):
    client = client_for("pfso@quay1.demo")
    sent = {name: value for name, value in SENT.items() if name != "audience"} | {"threat": "insider"}
    assert client.post("/reports/new/", sent).status_code == 302
    with acting("analyst@police.demo"):
        assert queries.open_reports(queries.Filters(), at=now()).rows[0].record.tlp == Tlp.RED
    with acting("officer@customs.demo"):
        assert queries.count() == 0


def test_errors_link_to_their_fields_and_keep_what_was_typed(client_for):
    client = client_for("pso@antwerp.demo")
    answer = client.post(
        "/reports/new/", SENT | {"threat": "", "where": "point", "quantity_kg": "-4", "title": "Kept title"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    for target in ("#id_threat_0", "#id_lat", "#id_quantity_kg"):
        assert f'href="{target}"' in page
    assert "Kept title" in page and "A drone hung above the inner gate" in page
    with_future = client.post("/reports/new/", SENT | {"when": "other", "occurred_at": "2099-01-01T10:00"})
    assert with_future.status_code == 422 and "This is in the future." in with_future.content.decode()


def test_a_draft_that_waited_tells_when_it_was_written(client_for, acting):
    client = client_for("pso@antwerp.demo")
    written = now().replace(microsecond=0)
    earlier = written.replace(hour=0, minute=0, second=0)
    client.post("/reports/new/", SENT | {"written_at": earlier.strftime("%Y-%m-%dT%H:%M:%S+00:00")})
    with acting("pso@antwerp.demo"):
        assert queries.open_reports(queries.Filters(), at=now()).rows[0].report.occurred_at == earlier


def test_the_preview_counts_and_advises(client_for):
    client = client_for("pfso@quay1.demo")
    page = client.get("/reports/preview/?threat=insider").content.decode()
    assert 'data-advice="insider-desk"' in page and "TLP:RED" in page and "a circle whose members are not shown" in page
    wide = client.get("/reports/preview/?threat=drone_misuse&audience=all-members&tlp=CLEAR").content.decode()
    assert "people in" in wide
    assert "pp-error" in client.get("/reports/preview/?audience=choose&circles=nonsense").content.decode()
    assert "pp-error" in client.get("/reports/preview/?audience=my-organisation&tlp=RED").content.decode()


def test_who_may_not_report_gets_no_form(client_for):
    assert client_for("director@antwerp.demo").get("/reports/new/").status_code == 403


def test_edited_by_form(client_for, made):
    client = client_for("pso@antwerp.demo")
    page = client.get(url(made, "edit/")).content.decode()
    assert 'value="1"' in page and "Drone over the lock" in page
    sent = SENT | {
        "title": "Two drones",
        "version": "1",
        "when": "other",
        "occurred_at": "2026-11-20T13:00",
        "severity": "high",
    }
    assert client.post(url(made, "edit/"), sent).status_code == 302
    shown = client.get(url(made)).content.decode()
    assert "Two drones" in shown and "title" in shown
    late = client.post(url(made, "edit/"), sent | {"title": "Too late"})
    assert late.status_code == 409 and "Too late" in late.content.decode()


def test_closed_and_opened_by_form(client_for, made):
    client = client_for("pso@antwerp.demo")
    assert client.post(url(made, "close/"), {"version": "1", "outcome": "A kite."}).status_code == 302
    assert "A kite." in client.get(url(made)).content.decode()
    assert client.post(url(made, "reopen/")).status_code == 302
    assert client.post(url(made, "reopen/")).status_code == 409


def test_withdrawn_by_naming_it_and_a_tombstone_for_those_who_had_it(client_for, made, acting):
    client = client_for("pso@antwerp.demo")
    with acting("pso@antwerp.demo"):
        name = queries.report(made.record_id, at=now()).reference
    assert client.post(url(made, "withdraw/"), {"reason": "duplicate", "confirm": "yes"}).status_code == 422
    assert client.post(url(made, "withdraw/"), {"reason": "duplicate", "confirm": name.lower()}).status_code == 302
    assert client.get(url(made)).status_code == 200
    gone = client_for("pso@northsea.demo").get(url(made))
    page = gone.content.decode()
    assert gone.status_code == 410
    assert "Withdrawn by Port of Antwerp-Bruges." in page and "It was reported twice" in page
    assert "Drone over the lock" not in page
    assert client_for("officer@outside.demo").get(url(made)).status_code == 404


def test_widened_and_narrowed_by_form(client_for, made, acting):
    client = client_for("pso@antwerp.demo")
    with acting("pso@antwerp.demo"):
        everyone, police = keys(("all-members", "ports-and-police"))
    assert (
        client.post(url(made, "audience/more/"), {"circles": str(everyone), "tlp": "GREEN", "version": "1"}).status_code
        == 302
    )
    assert client_for("contact@agent.demo").get(url(made)).status_code == 404
    assert client_for("director@antwerp.demo").get(url(made)).status_code == 200
    assert (
        client.post(url(made, "audience/fewer/"), {"circles": str(police), "tlp": "GREEN", "version": "2"}).status_code
        == 302
    )
    assert client_for("director@antwerp.demo").get(url(made)).status_code == 410
    nothing = client.post(url(made, "audience/fewer/"), {"circles": str(police), "tlp": "GREEN", "version": "3"})
    assert nothing.status_code == 422


def test_rows_and_points_follow_the_policy(client_for, made):
    ids = f"{made.record_id},{uuid4()}"
    inside, outside = client_for("pso@northsea.demo"), client_for("officer@outside.demo")
    assert "Drone over the lock" in inside.get(f"/reports/rows/?ids={ids}").content.decode()
    assert "Drone over the lock" not in inside.get(f"/reports/rows/?ids={ids}&severity=critical").content.decode()
    assert "<tr" not in outside.get(f"/reports/rows/?ids={ids}").content.decode()
    assert inside.get("/reports/rows/?ids=1;2").status_code == 422
    features = inside.get("/reports/points/").json()["features"]
    assert [f["properties"]["name"] for f in features if f["properties"]["kind"] == "report"] == ["Drone over the lock"]
    assert not [f for f in outside.get("/reports/points/").json()["features"] if f["properties"]["kind"] == "report"]


def test_places_are_looked_up_by_name(client_for):
    page = client_for("pso@antwerp.demo").get("/reports/places/?q=kallo").content.decode()
    assert 'value="landmark:kallo-lock"' in page


def test_a_hidden_persons_name_is_not_on_the_page(client_for, acting):
    with acting("pso@antwerp.demo"):
        made = report("insider-desk", tlp=Tlp.RED, threat="insider", title="Approached")
        actions.widen_report(
            made.record_id, to=Addressing(keys(("insider-desk", "Demo PSO Ostend")), Tlp.RED), at=now()
        )
    page = client_for("pso@northsea.demo").get(url(made)).content.decode()
    assert "Demo Analyst Federal Police" not in page.split("Who can open it now")[1]
