"""The pages and the API of working together, as people and machines use them; nothing hidden stands in them."""

import json
import re

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.members.models import Organisation
from port2port.reports.actions import narrow_report
from port2port.reports.shown import shown
from port2port.reports.together import actions, queries
from port2port.reports.together.actions import Sighting
from port2port.sharing.models import Record
from port2port.sharing.references import reference
from port2port.sharing.tlp import Tlp
from tests.reports.together.test_actions import late
from tests.reports.writing import report

SECRET = "Zxqsighting over our own yard, nobody else may know."


@pytest.fixture
def first(acting):
    with acting("pso@antwerp.demo"):
        return report("ports-and-police").record_id


def text_of(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_partner_adds_and_the_owner_reads_and_answers(client_for, first):
    partner, owner = client_for("pso@northsea.demo"), client_for("pso@antwerp.demo")
    page = text_of(partner.get(f"/reports/{first}/"))
    assert "Seen here too" in page and "Ask the owner" in page and "Hand over" not in page
    answer = partner.post(f"/reports/{first}/updates/", {"kind": "question", "text": "Which <b>way</b>?"})
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{first}/?said#together")
    page = text_of(owner.get(f"/reports/{first}/"))
    assert "Which &lt;b&gt;way&lt;/b&gt;?" in page and "Demo PSO North Sea Port, North Sea Port" in page
    assert "Ask the owner" not in page and "Hand over" in page and "1 update" in page
    assert "A question about a report of yours" in text_of(owner.get("/"))
    asked = re.search(r"reply_to=([0-9a-f-]{36})", page)
    assert asked
    form = text_of(owner.get(f"/reports/{first}/updates/?kind=answer&reply_to={asked[1]}"))
    assert "Which &lt;b&gt;way" in form and "What do you answer?" in form
    sent = {"kind": "answer", "reply_to": asked[1], "text": "To the north."}
    assert owner.post(f"/reports/{first}/updates/", sent).status_code == 302
    assert "A question about a report of yours" not in text_of(owner.get("/"))
    mine = re.search(r"/reports/updates/([0-9a-f-]{36})/take-back/", text_of(partner.get(f"/reports/{first}/")))
    assert mine and mine[1] == asked[1]
    assert partner.post(f"/reports/updates/{mine[1]}/take-back/").status_code == 302
    page = text_of(owner.get(f"/reports/{first}/"))
    assert "Taken back" in page and "Which" not in page


def test_what_cannot_be_said_comes_back_with_the_reason_and_the_text(client_for, first):
    partner = client_for("pso@northsea.demo")
    answer = partner.post(f"/reports/{first}/updates/", {"kind": "note", "text": "It was 85.07.30-033.28."})
    assert answer.status_code == 422
    assert "Identities are never shared" in text_of(answer) and "85.07.30" in text_of(answer)
    assert partner.post(f"/reports/{first}/updates/", {"kind": "seen_too", "text": "Forged"}).status_code == 422
    assert partner.post(f"/reports/{first}/updates/", {"kind": "note", "text": ""}).status_code == 422


def test_the_form_of_a_sighting_is_prefilled_and_says_who_will_see_it(client_for, acting, first):
    partner = client_for("pso@northsea.demo")
    page = text_of(partner.get(f"/reports/{first}/seen-too/"))
    assert re.search(r'<option value="BEGNE" selected', page) and "TLP:AMBER" in page and "Ports and police" in page
    moment = re.search(r'name="occurred_at" value="([^"]+)"', page)
    assert moment
    sent = {"port": "BEGNE", "occurred_at": moment[1], "text": "It came over our lock as well.", "who": "alike"}
    answer = partner.post(f"/reports/{first}/seen-too/", sent)
    assert answer.status_code == 302
    page = text_of(client_for("pso@liege.demo").get(f"/reports/{first}/"))
    assert "Seen too: Ghent" in page and "It came over our lock as well" in page
    assert "Linked to 1 report" in page and "<svg viewBox" in page
    short = partner.post(f"/reports/{first}/seen-too/", sent | {"text": "Yes"})
    assert short.status_code == 422 and "at least 10 characters" in text_of(short)


@pytest.fixture
def hidden(acting, first):
    """A sighting of North Sea Port that it keeps to itself, linked to Antwerp's report."""
    with acting("pso@northsea.demo"):
        made = actions.see_too(first, sighting=Sighting("BEGNE", now(), SECRET, "en"), at=now()).record_id
        narrow_report(made, keep=(), tlp=Tlp.AMBER, at=now())
        return made


def test_who_does_not_see_the_sighting_learns_only_that_there_was_one(client_for, bearer_for, acting, first, hidden):
    with acting("pso@northsea.demo"):
        words = {SECRET[:12], str(hidden), reference(Record.objects.get(id=hidden))}
    for email in ("pso@liege.demo", "analyst@police.demo", "pso@antwerp.demo"):
        page = text_of(client_for(email).get(f"/reports/{first}/"))
        assert "Seen at another port too" in page and "Linked to" not in page
        listed = Client(headers=bearer_for(email)).get(f"/api/v1/reports/{first}/updates")
        assert [(one["kind"], one["organisation"], one["other_report"]) for one in listed.json()] == [
            ("seen_too", None, None)
        ]
        for word in words:
            # a withdrawal is told to those who had it, by its id; the report that it was linked to says nothing
            assert word not in page.replace(f"/reports/{first}", "") and word not in listed.content.decode(), word
    own_page = text_of(client_for("pso@northsea.demo").get(f"/reports/{first}/"))
    assert SECRET[:12] in own_page and f"/reports/{hidden}/" in own_page


def test_linking_a_hidden_report_is_answered_as_linking_none(client_for, acting, first, hidden):
    owner = client_for("pso@antwerp.demo")
    with acting("pso@northsea.demo"):
        names = (str(hidden), reference(Record.objects.get(id=hidden)))
    answers = [
        owner.post(f"/reports/{first}/links/", {"other": name, "kind": "related"})
        for name in (*names, str(new_id()), "26-0101-0000")
    ]
    assert {one.status_code for one in answers} == {422}
    assert all("You see no such report." in text_of(one) for one in answers)


def test_a_duplicate_is_merged_from_the_page_and_undone(client_for, acting, first):
    with acting("pso@antwerp.demo"):
        again = report("ports-and-police").record_id
        named = shown([first])[0].reference
    owner = client_for("pso@antwerp.demo")
    assert owner.post(f"/reports/{again}/links/", {"other": named, "kind": "duplicate"}).status_code == 302
    page = text_of(owner.get(f"/reports/{again}/"))
    assert f"Merged into {named}" in page and "This was merged into it" in page
    assert "Merged into this" in text_of(owner.get(f"/reports/{first}/"))
    undo = re.search(r"/reports/links/([0-9a-f-]{36})/undo/", page)
    assert undo
    assert client_for("pso@liege.demo").post(f"/reports/links/{undo[1]}/undo/").status_code == 403
    assert owner.post(f"/reports/links/{undo[1]}/undo/").status_code == 302
    page = text_of(owner.get(f"/reports/{again}/"))
    assert "Linked to" not in page and "Opened again" in page


def test_somebody_proposed_is_let_in_with_one_click(client_for, acting, first, cast):
    quay = cast["pfso@quay1.demo"].organisation
    partner, owner = client_for("pso@northsea.demo"), client_for("pso@antwerp.demo")
    assert client_for("pfso@quay1.demo").get(f"/reports/{first}/access/").status_code == 404, "who is out cannot ask"
    sent = {"organisation": str(quay), "why": "It flew over their terminal."}
    assert partner.post(f"/reports/{first}/access/", sent).status_code == 302
    with acting("pso@antwerp.demo"):
        name = Organisation.objects.get(id=quay).names["en"]
    page = text_of(owner.get(f"/reports/{first}/"))
    assert f"Should see it: {name}" in page and "Share with them" in page
    assert "Share with them" not in text_of(partner.get(f"/reports/{first}/"))
    click = re.search(r"/reports/updates/[0-9a-f-]{36}/let-in/", page)
    assert click and owner.post(click[0]).status_code == 302
    assert client_for("pfso@quay1.demo").get(f"/reports/{first}/").status_code == 200
    assert "They can see it already" in text_of(owner.post(click[0], follow=True))


def test_handing_over_asks_for_the_name(client_for, acting, first, cast):
    owner = client_for("pso@antwerp.demo")
    with acting("pso@antwerp.demo"):
        named = shown([first])[0].reference
    liege = str(cast["pso@liege.demo"].organisation)
    page = text_of(owner.get(f"/reports/{first}/hand-over/"))
    assert liege in page and str(cast["pfso@quay1.demo"].organisation) not in page
    wrong = owner.post(f"/reports/{first}/hand-over/", {"to": liege, "confirm": "that one", "version": 1})
    assert wrong.status_code == 422 and f"This is not {named}" in text_of(wrong)
    done = owner.post(f"/reports/{first}/hand-over/", {"to": liege, "confirm": named.lower(), "version": 1})
    assert done.status_code == 302
    page = text_of(owner.get(f"/reports/{first}/"))
    assert "Handed over to another organisation" in page and "looks after this report" in page
    assert "Hand over" in text_of(client_for("pso@liege.demo").get(f"/reports/{first}/"))


def test_the_reporter_sees_until_when_then_that_it_is_late_then_the_answer(client_for, acting, owner):
    with acting("pfso@quay1.demo"):
        theirs = report("port-beanr", title="A van at the fence").record_id
    reporter, desk = client_for("pfso@quay1.demo"), client_for("pso@antwerp.demo")
    page = text_of(reporter.get(f"/reports/{theirs}/"))
    assert "Answer due by" in page and "Port of Antwerp-Bruges" in page and "Overdue" not in page
    assert "waits too long" not in text_of(desk.get("/"))
    late(owner, theirs)
    assert "Overdue" in text_of(reporter.get(f"/reports/{theirs}/"))
    assert "1 reporter waits too long for your answer" in text_of(desk.get("/"))
    assert "waits too long" not in text_of(client_for("officer@customs.demo").get("/"))
    listed = text_of(desk.get("/reports/answers/"))
    assert "A van at the fence" in listed and "Overdue" in listed
    assert "Nobody waits for your answer" in text_of(client_for("pso@northsea.demo").get("/reports/answers/"))
    assert desk.post(f"/reports/{theirs}/answer/", {"verdict": ""}).status_code == 422
    sent = {"verdict": "not_used", "text": "We had it already."}
    assert desk.post(f"/reports/{theirs}/answer/", sent).status_code == 302
    page = text_of(reporter.get(f"/reports/{theirs}/"))
    assert "It was not used" in page and "We had it already." in page and "Answer due by" not in page
    assert desk.get(f"/reports/{theirs}/answer/").status_code == 409
    assert "waits too long" not in text_of(desk.get("/"))


def test_what_was_learned_stands_on_the_page(client_for, first):
    owner = client_for("pso@antwerp.demo")
    assert owner.post(f"/reports/{first}/lesson/", {"text": "Look up at dusk."}).status_code == 302
    assert "Look up at dusk." in text_of(client_for("pso@liege.demo").get(f"/reports/{first}/"))
    assert "Look up at dusk." in text_of(owner.get(f"/reports/{first}/lesson/"))
    assert owner.post(f"/reports/{first}/lesson/", {"text": ""}).status_code == 422


def test_the_api_says_and_answers(bearer_for, acting, first):
    partner = Client(headers=bearer_for("pso@northsea.demo"))
    url = f"/api/v1/reports/{first}/updates"

    def post(client, path, **sent):
        return client.post(path, json.dumps(sent), content_type="application/json")

    made = post(partner, url, text="Seen again.", kind="question")
    assert made.status_code == 200 and made.json()["kind"] == "question"
    replied = post(Client(headers=bearer_for("pso@antwerp.demo")), url, text="Yes.", kind="answer",
                   reply_to=made.json()["id"])  # fmt: skip
    assert replied.json()["reply_to"] == made.json()["id"]
    assert [one["text"] for one in partner.get(url).json()] == ["Seen again.", "Yes."]
    assert post(partner, url, text="x", kind="seen_too").status_code == 422
    assert post(partner, url, text="Number 85.07.30-033.28").status_code == 422
    assert post(partner, url, text="x", reply_to=str(new_id())).status_code == 404
    outside = Client(headers=bearer_for("contact@agent.demo"))
    absent = f"/api/v1/reports/{new_id()}/updates"
    for one in (url, absent):
        assert (outside.get(one).status_code, post(outside, one, text="x").status_code) == (404, 404)
    reading = Client(headers=bearer_for("pso@northsea.demo", ("read",)))
    assert post(reading, url, text="x").status_code == 403
    answer = f"/api/v1/reports/{first}/answer"
    assert post(Client(headers=bearer_for("pso@antwerp.demo")), answer, verdict="used").status_code == 403
    assert post(partner, answer, verdict="used", text="We looked.").status_code == 204
    assert post(partner, answer, verdict="used").status_code == 409
    assert post(partner, answer, verdict="maybe").status_code == 422
    with acting("pso@antwerp.demo"):
        assert queries.feedback_of(first) is not None
