"""The pages and the API of the charter, walked as their users; what leaves by mail and on paper."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from django.test import Client

from port2port.governance.charter import queries
from port2port.governance.charter.tasks import send_version, tell_version
from port2port.sharing.gates import HELD_FROM
from tests.governance.charter.test_gate import not_accepted  # noqa: F401 - a fixture
from tests.governance.charter.texts import SECOND, WRITER, draft, published

Acting = Callable[[str], AbstractContextManager[Any]]
ClientFor = Callable[[str], Client]
DIRECTOR, PSO = "director@antwerp.demo", "pso@antwerp.demo"
TEXT = "/governance/texts/charter/1/"
API = "/api/v1/governance"


def test_a_director_reads_and_accepts(
    not_accepted: None,  # noqa: F811
    client_for: ClientFor,
) -> None:
    client = client_for(DIRECTOR)
    home = client.get("/governance/").content.decode()
    assert "3 texts wait to be accepted by your organisation" in home
    assert "To accept for your organisation: Cooperation charter" in client.get("/").content.decode()
    page = client.get(f"{TEXT}?language=fr").content.decode()
    assert "Charte de coopération" in page
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest is not None
    said = {"language": "fr", "digest": digest[1]}
    assert client.post(TEXT, said).status_code == 422
    assert client.post(TEXT, {**said, "read": "yes"}).status_code == 302
    page = client.get(TEXT).content.decode()
    assert digest[1] in page
    assert "Accepted, and how to prove it" in page
    assert client.post(TEXT, {**said, "read": "yes"}).status_code == 409


def test_a_form_says_it_beforehand_and_keeps_what_was_written(
    not_accepted: None,  # noqa: F811
    client_for: ClientFor,
) -> None:
    client = client_for(PSO)
    page = client.get("/reports/new/").content.decode()
    assert "it shares up to TLP:GREEN only" in page
    assert 'href="/governance/"' in page
    assert "never held back" in page


def test_the_refusal_names_what_and_where(
    not_accepted: None,  # noqa: F811
    client_for: ClientFor,
    bearer_for: Callable[..., dict[str, str]],
) -> None:
    body = {
        "threat": "drone_misuse", "text": "A drone over the lock (test).", "occurred_at": "2026-11-20T13:00:00+01:00",
        "place": {"kind": "landmark", "landmark": "kallo-lock"}, "language": "en",
    }  # fmt: skip
    answer = Client().post("/api/v1/reports", body, content_type="application/json", headers=bearer_for(PSO))
    assert answer.status_code == 403, answer.content
    problem = answer.json()
    assert problem["type"] == "urn:port2port:problem:acceptance-due"
    assert problem["see"].endswith("/governance/")
    assert problem["detail"]
    assert HELD_FROM.label == "TLP:AMBER"


def test_two_operators_publish_and_all_see_what_changed(client_for: ClientFor, acting: Acting) -> None:
    with acting(WRITER):
        bodies = dict(draft().bodies)
    writer, second = client_for(WRITER), client_for(SECOND)
    said = {**bodies, "why": "One sentence more (test).", "asks": "on", "days": "10", "entitled": ["director"]}
    answer = writer.post("/governance/texts/charter/next/", said)
    assert answer.status_code == 302, answer.content.decode()
    new = answer["Location"]
    assert writer.post(f"{new}decision/", {"act": "publish"}).status_code == 403
    assert client_for(PSO).get(new).status_code == 404
    assert "Publish it" in second.get(new).content.decode()
    assert second.post(f"{new}decision/", {"act": "publish"}).status_code == 302
    page = client_for(PSO).get(f"{new}changes/?language=en").content.decode()
    assert "<ins>" in page
    assert "One sentence more." in page
    overview = client_for("director@commissioner.demo").get("/governance/members/").content.decode()
    assert "have not accepted everything" in overview


def test_the_paper_carries_the_proof(client_for: ClientFor, journalled: Callable[[str], list[dict[str, Any]]]) -> None:
    answer = client_for(DIRECTOR).get(f"{TEXT}file/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert len(journalled("charter.exported")) == 1


def test_the_api_has_what_the_pages_have(
    acting: Acting, bearer_for: Callable[..., dict[str, str]], owner: psycopg.Connection[Any]
) -> None:
    text = published(acting)
    director, pso = bearer_for(DIRECTOR), bearer_for(PSO)
    lines = Client().get(f"{API}/texts", headers=pso).json()["items"]
    (charter,) = [one for one in lines if one["code"] == "charter"]
    assert (charter["number"], charter["accepted"], charter["held_back"]) == (2, False, False)
    address = f"{API}/texts/charter/2"
    assert charter["url"] == address
    whole = Client().get(address, headers=pso).json()
    assert whole["digests"] == text.digests
    changes = Client().get(f"{address}/changes?language=nl", headers=pso).json()
    assert changes["since"] == 1
    body = {"language": "nl", "digest": text.digests["nl"]}
    refusal = Client().post(f"{address}/acceptance", body, content_type="application/json", headers=pso)
    assert refusal.status_code == 403
    made = Client().post(f"{address}/acceptance", body, content_type="application/json", headers=director)
    assert made.status_code == 201
    assert made.json()["proof"]["place"] is None
    listed = Client().get(f"{API}/acceptances", headers=pso).json()["items"]
    assert [one["number"] for one in listed if one["code"] == "charter"] == [2, 1]
    assert Client().get(f"{API}/members", headers=pso).status_code == 404


def test_mail_says_what_waits_and_goes_to_who_may(acting: Acting, outbox: list[Any], cast: dict[str, Any]) -> None:
    text = published(acting, entitled=("director",))
    tell_version(str(text.id))
    send_version(str(text.id), str(cast[DIRECTOR].person))
    send_version(str(text.id), str(cast[PSO].person))
    (message,) = outbox
    assert message.to == [DIRECTOR]
    assert "/governance/" in message.body
    assert "One sentence more" not in message.body
    with acting(DIRECTOR):
        assert queries.in_force_of("charter") == text


@pytest.mark.parametrize("language", ["xx", ""])
def test_an_unknown_language_is_the_readers(client_for: ClientFor, language: str) -> None:
    assert "Cooperation charter" in client_for(PSO).get(f"{TEXT}?language={language}").content.decode()
