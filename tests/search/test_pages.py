"""The search as a page, as the box that answers while one types, and through the API."""

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from port2port.base.clock import now
from port2port.helpdesk import actions as helpdesk
from port2port.reports import actions
from port2port.reports.observables.normal import normalised
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.helpdesk.asking import case
from tests.measures.writing import measure, objective
from tests.reports.writing import report

PSO = "pso@antwerp.demo"
NORTH = "pso@northsea.demo"
COMPANY = "contact@agent.demo"


def text_of(page: bytes) -> str:
    """What is read on a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", "", page.decode()).split())


def found(headers: dict[str, str], question: str) -> dict[str, Any]:
    answer = Client(headers=headers).get(f"/api/v1/search?q={question}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_one_search_finds_every_kind(acting, client_for, bearer_for):
    with acting(COMPANY):
        asked = case("May our drone fly over the lock at Kallo?")
    with acting(PSO):
        seen = report("ports-and-police", text="A drone hung above the lock, then left.").record_id
        warned = alert("ports-and-police").record_id
        helpdesk.do(asked, "answer", text="Ask for a permit first.", at=now())
    answer = found(bearer_for(PSO), "drone")
    assert {(one["kind"], one["id"]) for one in answer["items"]} == {
        ("case", str(asked)), ("report", str(seen)), ("alert", str(warned)),
    }  # fmt: skip
    assert answer["count"] == 3 and not answer["capped"] and not answer["relaxed"]
    assert {one["url"].split("/")[3] for one in answer["items"]} == {"cases", "reports", "alerts"}
    only = found(bearer_for(PSO), "drone&kind=alert")
    assert [one["id"] for one in only["items"]] == [str(warned)]
    page = client_for(PSO).get("/search/?q=drone").content
    assert "3 records hold “drone”" in text_of(page)
    assert all(str(one).encode() in page for one in (asked, seen, warned))
    assert b"<mark>drone</mark>" in page.lower()
    typed = client_for(PSO).get("/search/now/?q=drone").content
    assert all(str(one).encode() in typed for one in (asked, seen, warned)) and b"All results" in typed


def test_measures_and_objectives_are_found(acting, bearer_for):
    with acting(PSO):
        wanted = objective().record_id
        agreed = measure().record_id
    answer = found(bearer_for(NORTH), "inland pick-ups")
    assert [(one["kind"], one["id"]) for one in answer["items"]] == [("measure", str(agreed))]
    both = found(bearer_for(NORTH), "gestohlener Code")
    assert {(one["kind"], one["id"]) for one in both["items"]} == {("measure", str(agreed)), ("objective", str(wanted))}


def test_a_word_of_a_later_message_finds_the_case_and_a_note_does_not(acting, bearer_for):
    with acting(COMPANY):
        asked = case("May a driver come without a badge?")
    with acting(PSO):
        helpdesk.do(asked, "answer", text="As a visitor in the register, yes.", at=now())
        helpdesk.do(asked, "note", text="Zqxsecretword is what we think of them.", at=now())
    for who in (PSO, COMPANY):
        assert [one["id"] for one in found(bearer_for(who), "register visitor")["items"]] == [str(asked)]
        assert found(bearer_for(who), "zqxsecretword")["items"] == []
        said = found(bearer_for(who), "driver")["items"][0]
        assert "Zqxsecretword" not in str(said)


def test_the_title_weighs_more_than_the_text_and_a_number_more_than_all(acting, bearer_for):
    with acting(PSO):
        inside = report("ports-and-police", title="Something odd", text="Near the fence somebody waited.").record_id
        titled = report("ports-and-police", title="Fence cut", text="Somebody was there at night.").record_id
        boxed = report("ports-and-police", title="A box", text="Fence, fence, MSKU 123 456-5 stood there.").record_id
    headers = bearer_for(NORTH)
    assert found(headers, "fence")["items"][0]["id"] == str(titled)
    assert {one["id"] for one in found(headers, "fence")["items"]} == {str(inside), str(titled), str(boxed)}
    assert [one["id"] for one in found(headers, "MSKU1234565")["items"]] == [str(boxed)]


def test_all_words_but_one_when_nothing_holds_them_all(acting, client_for, bearer_for):
    with acting(PSO):
        made = report("ports-and-police", text="A diver was seen at the quay.").record_id
    answer = found(bearer_for(PSO), "diver quay helicopter")
    assert answer["relaxed"] and [one["id"] for one in answer["items"]] == [str(made)]
    assert "these hold all but one word" in text_of(client_for(PSO).get("/search/?q=diver+quay+helicopter").content)
    assert not found(bearer_for(PSO), "helicopter")["relaxed"]


def test_what_a_misspelt_word_may_mean_is_said_in_public_words(acting, client_for, bearer_for):
    with acting(PSO):
        made = report("ports-and-police", text="The extractors ran off.").record_id
    answer = found(bearer_for(PSO), "extracter")
    assert [one["id"] for one in answer["items"]] == [str(made)]
    assert answer["corrections"] == [{"written": "extracter", "words": ["extractor", "extracteur"]}]
    assert "Also looked for: extractor, extracteur" in text_of(client_for(PSO).get("/search/?q=extracter").content)


def test_it_is_narrowed_by_port_threat_and_days(acting, bearer_for, client_for):
    at = now()
    with acting(PSO):
        here = report(
            "ports-and-police", text="A drone at the dock.", place="port", port="BEANR", landmark=""
        ).record_id
        there = report(
            "ports-and-police", text="A drone at the dock.", place="port", port="BEGNE", landmark="",
            threat="cyber_attack", at=at - timedelta(days=40),
        ).record_id  # fmt: skip
    headers = bearer_for(PSO)

    def ids(narrowed: str) -> set[str]:
        return {one["id"] for one in found(headers, f"drone&{narrowed}")["items"]}

    assert ids("") == {str(here), str(there)}
    assert ids("port=BEGNE") == {str(there)} and ids("threat=cyber_attack") == {str(there)}
    assert ids(f"since={at.date() - timedelta(days=3)}") == {str(here)}
    assert ids(f"until={at.date() - timedelta(days=30)}") == {str(there)}
    assert ids("all=true") == ids("")
    client = Client(headers=headers)
    for wrong in ("port=XXXXX", "kind=person", "threat=nothing", "since=2026-02-02&until=2026-01-01", "sort=x"):
        assert client.get(f"/api/v1/search?q=drone&{wrong}").status_code == 422, wrong
    page = client_for(PSO).get("/search/?q=drone&port=BEGNE").content
    assert str(there).encode() in page and str(here).encode() not in page
    assert client_for(PSO).get("/search/?q=drone&port=XXXXX&start=abc&since=x").status_code == 200


def test_an_annex_leads_its_own_organisation_to_the_report(acting, bearer_for):
    with acting(PSO):
        made = report("ports-and-police", observables=[normalised("phone", "0475 12 34 56")]).record_id
    assert [one["id"] for one in found(bearer_for(PSO), "%2B32475123456")["items"]] == [str(made)]
    assert found(bearer_for(NORTH), "%2B32475123456")["items"] == []


def test_a_search_that_shows_amber_is_journalled_once_for_each_kind(acting, client_for, journalled):
    with acting(PSO):
        ids = {str(report("ports-and-police", text="A drone was seen.").record_id) for _number in range(2)}
        report("all-members", tlp=Tlp.GREEN, text="A drone was seen.")
    before = len(journalled("report.listed"))
    client_for(NORTH).get("/search/?q=drone")
    client_for(NORTH).get("/search/now/?q=drone")
    entries = journalled("report.listed")[before:]
    assert len(entries) == 2
    assert all(str(one) in str(entry) for one in ids for entry in entries)


def test_a_change_and_a_withdrawal_are_found_at_once(acting, bearer_for):
    with acting(PSO):
        made = report("ports-and-police", text="A helicopter above the quay.").record_id
    assert len(found(bearer_for(NORTH), "helicopter")["items"]) == 1
    with acting(PSO):
        actions.withdraw_report(made, reason="mistake", at=now())
    assert found(bearer_for(NORTH), "helicopter") == {
        "items": [], "count": 0, "capped": False, "relaxed": False, "corrections": [],
        "topics": [], "people": [], "explained": [], "courses": [], "ready": [],
    }  # fmt: skip
    assert len(found(bearer_for(PSO), "helicopter")["items"]) == 1, "its author keeps it"


def test_what_is_typed_is_shown_as_text(client_for):
    page = client_for(PSO).get("/search/?q=%3Cscript%3Ealert(1)%3C/script%3E").content
    assert b"<script>alert(1)" not in page
    assert client_for(PSO).get("/search/").status_code == 200
    assert client_for(PSO).get("/search/now/?q=").content.strip() == b""


def test_results_are_leafed_through(acting, client_for):
    with acting(PSO):
        for number in range(23):
            report("ports-and-police", text=f"A drone, number {number} of many.")
    first = client_for(PSO).get("/search/?q=drone").content.decode()
    second = client_for(PSO).get("/search/?q=drone&start=20").content.decode()
    one, two = (set(re.findall(r'href="/reports/([0-9a-f-]{36})/"', page)) for page in (first, second))
    assert len(one) == 20 and len(two) == 3 and not one & two
    assert "start=20" in first and "start=" not in second.split("pp-pages")[-1].split("older")[-1]
