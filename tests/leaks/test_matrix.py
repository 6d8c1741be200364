"""The weakest link is a list of targets: for each of the cast and each way out, no port but those one may know."""

import io
from typing import Any

from django.test import Client
from pypdf import PdfReader

from port2port.base.clock import now
from port2port.members.acting import acting_as
from port2port.sharing import pairs
from port2port.sharing.models import Export
from port2port.sharing.queries import found
from tests.measures.writing import PORT_OF, agreed, tells

IN_CIRCLE = {*PORT_OF, "analyst@commissioner.demo", "director@commissioner.demo"}
OWN = {"director@antwerp.demo": "37 %"}  # what the own organisation says of its port
TOLD = {"pso@antwerp.demo": 37, "pso@liege.demo": 41, "pso@ostend.demo": 43}
PAGES = (
    "/measures/matrix/", "/measures/matrix/?view=modi", "/measures/matrix/?view=gaps",
    "/measures/matrix/?view=modi&modus=DR02",
)  # fmt: skip
OTHER = (
    "/",
    "/measures/",
    "/reports/",
    "/alerts/",
    "/access/exports/",
    "/access/journal/",
    "/feeds/alerts.atom",
    "/taxii2/",
)


def shares(acting: Any) -> Any:
    """A measure that three ports have in place, each with a share that nobody else has."""
    made = agreed(acting)
    for email, share in TOLD.items():
        with acting(email):
            tells(made, place=PORT_OF[email], coverage=share)
    return made


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    return str(answer.content.decode()) if answer.status_code == 200 else ""


def allowed(email: str) -> set[str]:
    if email in IN_CIRCLE:
        return {f"{share} %" for share in TOLD.values()}
    return {OWN[email]} if email in OWN else set()


def test_pages_and_api_show_the_shares_of_those_one_may_know(acting, cast, client_for, bearer_for):
    made = shares(acting)
    every = {f"{share} %" for share in TOLD.values()}
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        for path in (*PAGES, f"/measures/matrix/?measure={made}"):
            page = text_of(browser, path)
            for share in every - allowed(email):
                assert share not in page, (email, path)
        page = text_of(browser, "/measures/matrix/")
        assert {share for share in every if share in page} == allowed(email), email
        for path in ("matrix", "coverage", "matrix/countries"):
            answer = text_of(machine, f"/api/v1/measures/{path}")
            for share in every - allowed(email):
                assert f"0.{share[:2]}" not in answer, (email, path)
            if path == "matrix" and email in IN_CIRCLE:
                assert "0.41" in answer, email
        for path in OTHER:
            assert not any(share in text_of(browser, path) for share in every - allowed(email)), (email, path)
        with acting_as(cast[email].person, cast[email].hat):
            assert found("41 %", ["measure", "objective", "report", "alert"]) == []


def pdf(answer: Any) -> str:
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf"
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)


def test_alone_nobody_takes_others_out_as_pdf(acting, cast, client_for):
    shares(acting)
    for email in cast:
        answer = client_for(email).post("/measures/matrix/take-out/", {"take": "pdf"})
        if answer.status_code != 200:
            assert answer.status_code in (403, 404), email
            continue
        assert email not in IN_CIRCLE, email
        words = pdf(answer)
        assert {f"{s} %" for s in TOLD.values() if f"{s} %" in words} == allowed(email), email
        assert "TLP:AMBER+STRICT" in words and "Demo" in words


def test_by_two_of_the_circle_it_leaves_once_and_is_watermarked(acting, cast, client_for):
    shares(acting)
    path = "/measures/matrix/take-out/"
    asker = client_for("pso@ostend.demo")
    assert asker.post(path, {"reason": ""}).status_code == 422
    assert asker.post(path, {"reason": "For the meeting (test)."}).status_code == 302
    for email in cast:
        if email in IN_CIRCLE or email == "pso@ostend.demo":
            continue
        with acting_as(cast[email].person, cast[email].hat):
            assert pairs.waiting(now()) == [], email
    with acting("director@commissioner.demo"):
        (asked,) = pairs.waiting(now())
        pairs.answer(asked.id, approve=True, at=now())
    words = pdf(asker.post(path, {"take": "pdf"}))
    assert all(f"{share} %" in words for share in TOLD.values())
    assert "TLP:RED" in words and "Demo PSO Ostend" in words
    assert asker.post(path, {"take": "pdf"}).status_code == 404
    with acting("pso@ostend.demo"):
        assert Export.objects.only("id", "form", "kind").filter(person_id=cast["pso@ostend.demo"].person).count() == 1
