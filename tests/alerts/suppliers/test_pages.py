"""The pages and the API of the register and of alerts to the users of a supplier."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from port2port.alerts import queries
from port2port.alerts.queries import Filters
from port2port.alerts.suppliers import queries as registers
from port2port.base.clock import now
from tests.alerts.suppliers.writing import supplier_alert, uses
from tests.alerts.test_api import ask  # noqa: F401 - a fixture
from tests.reports.writing import own, report

AUTHOR, USER, OTHER = "pso@antwerp.demo", "pso@northsea.demo", "pso@liege.demo"
FORM = {
    "event": "supplier_compromise", "where": "", "hours": "72", "urgency": "Immediate", "severity": "Severe",
    "certainty": "Likely", "status": "Actual", "instructions": ["disconnect_supplier"], "audience": "users",
    "vendor": "siemens a.g.", "product": "S7-1500", "affected": "before V3.1",
}  # fmt: skip
HEAD = "vendor,product,version,used_for,critical\r\n"


def text(answer):
    return answer.content.decode()


def test_an_empty_register_teaches_and_an_entry_stands_under_its_canonical_name(client_for, journalled):
    browser = client_for(USER)
    assert "Say what you use, and be warned when it is hit" in text(browser.get("/alerts/systems/"))
    sent = {"vendor": "siemens a.g.", "product": "s7 1500", "version": "V3", "critical": "vital", "used_for": "Cranes"}
    assert browser.post("/alerts/systems/", sent)["Location"] == "/alerts/systems/"
    page = text(browser.get("/alerts/systems/"))
    assert (
        "Siemens SIMATIC S7-1500" in page and "Everything" in page and "No alert is in force about the 1 entry" in page
    )
    again = browser.post("/alerts/systems/", sent | {"product": "Simatic S7-1500"})
    assert again.status_code == 422 and "This stands in your register already." in text(again)
    wrong = browser.post("/alerts/systems/", {"product": "S7", "cpe": "cpe:x", "used_for": "call 81.01.01-001.05"})
    assert wrong.status_code == 422 and text(wrong).count('class="pp-error"') >= 2
    assert not [entry for entry in journalled("register.kept") if "iemens" in str(entry)]


def test_an_entry_is_changed_and_taken_off(client_for, acting):
    with acting(USER):
        kept = uses("Siemens")
    browser = client_for(USER)
    assert 'value="Siemens"' in text(browser.get(f"/alerts/systems/{kept}/"))
    assert browser.post(f"/alerts/systems/{kept}/", {"vendor": "ABB", "version": "2"}).status_code == 302
    with acting(USER):
        assert [(one.vendor, one.version) for one in registers.register()] == [("ABB", "2")]
    assert client_for(OTHER).post(f"/alerts/systems/{kept}/remove/").status_code == 404
    assert browser.post(f"/alerts/systems/{kept}/remove/").status_code == 302
    with acting(USER):
        assert registers.register() == []


def bring(browser, content):
    return browser.post("/alerts/systems/list/", {"file": SimpleUploadedFile("list.csv", content)})


def test_a_list_is_taken_whole_changes_what_is_there_and_keeps_the_rest(client_for, acting):
    browser = client_for(USER)
    rows = "Siemens AG,S7-1500,,Cranes,vital\r\nMS,Exchange,2019,,\r\n"
    assert bring(browser, (HEAD + rows).encode("utf-8-sig")).status_code == 302
    assert bring(browser, (HEAD + "SIEMENS,s7 1500,,Locks,minor\r\nABB,,,,\r\n").encode()).status_code == 302
    with acting(USER):
        kept = [(one.vendor, one.product, one.used_for) for one in registers.register()]
    assert kept == [
        ("ABB", "", ""), ("Microsoft", "Exchange Server", ""), ("Siemens", "SIMATIC S7-1500", "Locks"),
    ]  # fmt: skip
    assert bring(browser, browser.get("/alerts/systems/example.csv").content).status_code == 302


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "This is not UTF-8"),
        (b"product\r\nx\r\n", "These columns are missing: vendor"),
        (b"vendor,whose\r\nx,y\r\n", "The head names columns of"),
        (b"vendor\r\n", "There is no row below the head"),
        (b'vendor\r\n"x\r\n', "This is not a CSV"),
        ((HEAD + "ABB,,,,\r\nabb nv,,,,\r\n").encode(), "This stands in the file twice"),
        ((HEAD + "ABB,,,,\r\n,S7,,,huge\r\n").encode(), "Row 3"),
        ((HEAD + "ABB,x\r\n").encode(), "another number of cells"),
        (("vendor\r\n" + "".join(f"v{n}\r\n" for n in range(301))).encode(), "At most 300 rows"),
    ],
)
def test_a_list_that_is_wrong_is_refused_whole_and_says_where(client_for, acting, content, said):
    answer = bring(client_for(USER), content)
    assert answer.status_code == 422 and said in text(answer)
    with acting(USER):
        assert registers.register() == []


def test_raised_from_the_form_it_shows_the_canonical_name_and_nobody(client_for, acting):
    with acting(USER):
        uses("Siemens", "SIMATIC S7-1500")
    author = client_for(AUTHOR)
    shown = text(author.post("/alerts/preview/", FORM))
    assert "Siemens SIMATIC S7-1500 before V3.1" in shown and "simatics71500" in shown and "North Sea" not in shown
    answer = author.post("/alerts/new/", FORM)
    assert answer.status_code == 302
    page = text(author.get(answer["Location"]))
    assert "Whoever uses it (nobody learns who)" in page and "Fewer than five have acknowledged so far" in page
    assert "North Sea" not in page
    theirs = text(client_for(USER).get("/alerts/systems/"))
    assert "1 of 1 entry has an alert in force" in theirs and answer["Location"] in theirs
    done = client_for(USER).post(answer["Location"] + "acknowledge/", {"done": "Pulled the plug."}, follow=True)
    assert "Whoever raised it sees it" not in text(done) and "Pulled the plug." in text(done)
    assert "Only your own organisation reads this." in text(client_for(USER).get(answer["Location"]))
    assert "Pulled the plug." not in text(author.get(answer["Location"]))


def test_raised_from_a_report_and_with_further_systems(client_for, acting):
    with acting(OTHER):
        uses("", package="pkg:npm/left-pad")
    with acting(AUTHOR):
        origin = report(to=own()).record_id
    sent = FORM | {"report": str(origin), "more_systems": "ABB; Ability\r\n;;;pkg:npm/Left-Pad@1"}
    answer = client_for(AUTHOR).post("/alerts/new/", sent)
    with acting(OTHER):
        (found,) = queries.in_force(Filters(), at=now())
    assert [one.vendor for one in found.draft.systems] == ["Siemens", "ABB", ""]
    assert str(origin) not in text(client_for(OTHER).get(answer["Location"]))  # the report has its own audience


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"vendor": "", "product": "", "affected": ""}, "Name the supplier"),
        ({"vendor": "", "product": "S7"}, "Say whose it is"),
        ({"event": "drone_over_port"}, "Only an alert about a cyber attack"),
        ({"tlp": "RED"}, "TLP:RED goes to named persons only"),
        ({"more_systems": "a;b;c;d\n" * 5}, "Name at most 5"),
        ({"identifier": "cpe:/a:x"}, "This is no CPE 2.3 name"),
        ({"audience": "ports-and-police"}, "Say where this is"),
    ],
)
def test_what_the_form_refuses(client_for, change, said):
    answer = client_for(AUTHOR).post("/alerts/new/", FORM | change)
    assert answer.status_code == 422 and said in text(answer)


def test_the_api_of_the_register(ask, acting):  # noqa: F811 - the fixture
    made = ask(USER, "POST", "/systems", {"vendor": "siemens ag", "critical": "vital"}, Idempotency_Key="one")
    assert made[0] == 201 and made[2]["vendor"] == "Siemens" and made[2]["alerts"] == []
    assert ask(USER, "POST", "/systems", {"vendor": "siemens ag", "critical": "vital"}, Idempotency_Key="one")[0] == 201
    path = made[2]["url"].removeprefix("/api/v1")
    assert ask(USER, "PATCH", path, {"vendor": "Siemens", "product": "S7-1500"})[2]["product"] == "SIMATIC S7-1500"
    status, _headers, brought = ask(
        USER, "POST", "/systems/list", {"items": [{"vendor": "ABB"}, {"vendor": "Siemens"}]}
    )
    assert status == 200 and brought == {"added": 2, "changed": 0, "same": 0}
    status, _headers, wrong = ask(USER, "POST", "/systems/list", {"items": [{"vendor": "x"}, {"product": "y"}]})
    assert status == 422 and [one["field"] for one in wrong["errors"]] == ["items.1.vendor"]
    with acting(AUTHOR):
        alert = supplier_alert("ABB").record_id
    status, _headers, listed = ask(USER, "GET", "/systems")
    assert [(one["vendor"], len(one["alerts"])) for one in listed["items"]] == [
        ("ABB", 1),
        ("Siemens", 0),
        ("Siemens", 0),
    ]
    assert listed["items"][0]["alerts"] == [f"/api/v1/alerts/{alert}"]
    for verb, body in (("GET", None), ("PATCH", {"vendor": "x"}), ("DELETE", None)):
        assert ask(OTHER, verb, path, body)[0] == 404
    assert ask(USER, "DELETE", path)[0] == 204 and ask(USER, "GET", path)[0] == 404
    assert ask("admin@antwerp.demo", "GET", "/systems")[0] == 403


def test_the_api_raises_to_the_users(ask, acting):  # noqa: F811 - the fixture
    with acting(USER):
        uses("Siemens", "SIMATIC S7-1500")
    sent = {"template": "supplier_compromised", "systems": [{"vendor": "SIEMENS", "product": "s7-1500"}]}
    status, _headers, made = ask(AUTHOR, "POST", "/alerts", sent)
    assert status == 201 and made["systems"][0]["product"] == "SIMATIC S7-1500" and made["areas"] == []
    read = ask(AUTHOR, "GET", f"/alerts/{made['id']}")[2]
    assert read["acknowledgements"] == [] and read["answered"] == 0
    assert ask(USER, "POST", f"/alerts/{made['id']}/acknowledgement", {})[2]["answered"] is None
    assert ask(OTHER, "GET", f"/alerts/{made['id']}")[0] == 404
    for audience in ({"choice": "ports-and-police"}, {"circles": ["all-members"]}):
        answer = ask(AUTHOR, "POST", "/alerts", sent | {"audience": audience})
        assert answer[0] == 422 and [one["field"] for one in answer[2]["errors"]] == ["audience"]
    assert ask(AUTHOR, "POST", "/alerts", sent | {"audience": {"tlp": "GREEN"}})[2]["tlp"] == "GREEN"
    newer = ask(AUTHOR, "POST", f"/alerts/{made['id']}/update", {"template": "supplier_compromised", "text": "Patch."})
    assert newer[0] == 201 and newer[2]["systems"] == made["systems"]
    assert ask(USER, "GET", f"/alerts/{newer[2]['id']}")[0] == 200
