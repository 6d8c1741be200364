"""Sharing a practice and a question with more: on their pages and over the API, by whom it is for, never for less."""

import json
from typing import Any

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.knowledge.practices import audience_actions as practices
from port2port.knowledge.practices.models import Practice
from port2port.knowledge.questions import actions as questions
from port2port.knowledge.questions.audience_actions import widen_question
from port2port.members.models import Circle
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.knowledge.practices.writing import REVIEWER, WRITER, changed, drafted, published
from tests.knowledge.questions.asking import question

ASKER, READER, COLLEAGUE, OUTSIDER = (
    "pso@antwerp.demo", "pfso@quay1.demo", "pso@northsea.demo", "officer@outside.demo",
)  # fmt: skip


def circle(slug: str) -> Any:
    return Circle.objects.get(slug=slug).id


def to(*slugs: str, tlp: Tlp = Tlp.GREEN) -> Addressing:
    return Addressing(tuple(circle(one) for one in slugs), tlp)


def test_a_practice_is_shared_with_more_by_who_did_not_write_it(acting, client_for):
    made = published(acting, "ports-and-police", tlp=Tlp.AMBER)
    path = f"/knowledge/practices/{made}/"
    writer, reviewer, reader = client_for(WRITER), client_for(REVIEWER), client_for(READER)
    assert reader.get(path).status_code == 404
    assert "audience/more" not in writer.get(path).content.decode()
    assert writer.get(f"{path}audience/more/").status_code == 403
    assert "audience/more" in reviewer.get(path).content.decode()
    form = reviewer.get(f"{path}audience/more/").content.decode()
    assert "Who else should see it?" in form
    with acting(REVIEWER):
        version = Record.objects.get(id=made).version
        sent = {"circles": str(circle("all-members")), "tlp": "GREEN", "version": version}
    assert reviewer.post(f"{path}audience/more/", sent | {"circles": ""}).status_code == 422
    assert reviewer.post(f"{path}audience/more/", sent).status_code == 302
    assert reader.get(path).status_code == 200
    assert reviewer.post(f"{path}audience/more/", sent).status_code == 422, "they have it"
    older = {"tlp": "CLEAR", "version": version}
    assert reviewer.post(f"{path}audience/more/", older).status_code == 409, "it was read in an older version"


def test_the_next_version_goes_to_them_too(acting):
    made = published(acting, "ports-and-police", tlp=Tlp.AMBER)
    with acting(REVIEWER):
        practices.widen_practice(made, to=to("all-members"), at=now())
        row = Practice.objects.get(record_id=made)
        assert circle("all-members") in row.audience and row.audience_tlp == Tlp.GREEN
        with pytest.raises(Invalid):
            practices.widen_practice(made, to=to("all-members"), at=now())
        with pytest.raises(Invalid):
            practices.widen_practice(made, to=to("all-members", tlp=Tlp.AMBER), at=now())


def test_a_later_draft_does_not_go_with_it(acting, client_for):
    made = published(acting, "ports-and-police", tlp=Tlp.AMBER)
    with acting(WRITER):
        changed(made, done="A sentence that nobody else has read yet.")
    with acting(REVIEWER):
        practices.widen_practice(made, to=to("all-members"), at=now())
    assert "nobody else has read" not in client_for(READER).get(f"/knowledge/practices/{made}/").content.decode()


def test_neither_a_draft_nor_what_is_not_ones_own(acting):
    with acting(WRITER):
        draft = drafted().record_id
    made = published(acting)
    with acting(REVIEWER), pytest.raises(Conflict):
        practices.widen_practice(draft, to=to("all-members"), at=now())
    with acting(ASKER), pytest.raises(Refused):
        practices.widen_practice(made, to=to("ports-and-police"), at=now())


def test_a_question_asks_more(acting, client_for):
    with acting(ASKER):
        asked = question()
        version = Record.objects.get(id=asked).version
        sent = {"circles": str(circle("all-members")), "tlp": "GREEN", "version": version}
    path, facility = f"/knowledge/questions/{asked}/", client_for("pfso@quay1.demo")
    assert facility.get(path).status_code == 404
    assert client_for(COLLEAGUE).get(f"{path}audience/more/").status_code == 403
    asker = client_for(ASKER)
    assert f"{path}audience/more/" in asker.get(path).content.decode()
    assert asker.post(f"{path}audience/more/", sent).status_code == 302
    assert facility.get(path).status_code == 200 and client_for(OUTSIDER).get(path).status_code == 404


def test_a_merged_question_asks_nobody_more(acting):
    with acting(ASKER):
        into, same = question(), question("Who knows a register of authorised flights?")
        questions.do(same, "merge", at=now(), target=into)
        with pytest.raises(Conflict):
            widen_question(same, to=to("all-members"), at=now())


def test_the_api_does_the_same(acting, bearer_for):
    with acting(ASKER):
        asked = question()
    made = published(acting, "ports-and-police", tlp=Tlp.AMBER)
    asker, reviewer, reader = (Client(headers=bearer_for(one)) for one in (ASKER, REVIEWER, READER))

    def post(client: Client, path: str, body: Any, **headers: str) -> Any:
        return client.post(
            f"/api/v1/{path}/audience", json.dumps(body), content_type="application/json", headers=headers
        )

    wide = {"circles": ["all-members"], "tlp": "GREEN"}
    assert post(reader, f"practices/{made}", wide).status_code == 404
    assert post(reviewer, f"practices/{made}", wide, **{"If-Match": '"99"'}).status_code == 412
    answer = post(reviewer, f"practices/{made}", wide)
    assert answer.status_code == 200 and answer.json()["tlp"] == "GREEN", answer.content
    assert reader.get(f"/api/v1/practices/{made}").status_code == 200
    assert post(asker, f"questions/{asked}", wide | {"circles": ["nowhere"]}).status_code == 422
    assert post(asker, f"questions/{asked}", {}).status_code == 422, "nothing would change"
    assert post(asker, f"questions/{asked}", wide).status_code == 200


def test_the_day_of_the_weekly_mail_is_chosen_over_the_api(bearer_for):
    machine, other = Client(headers=bearer_for(ASKER)), Client(headers=bearer_for(READER))
    assert machine.get("/api/v1/digest").json() == {"weekday": 0}
    for day, status in ((3, 200), (8, 422), (-1, 422)):
        answer = machine.put("/api/v1/digest", json.dumps({"weekday": day}), content_type="application/json")
        assert answer.status_code == status
    assert machine.get("/api/v1/digest").json() == {"weekday": 3} and other.get("/api/v1/digest").json() == {
        "weekday": 0
    }
    reading = Client(headers=bearer_for(ASKER, ("read",)))
    assert reading.put("/api/v1/digest", '{"weekday": 0}', content_type="application/json").status_code == 403
