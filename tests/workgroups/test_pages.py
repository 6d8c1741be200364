"""The pages of working groups: what each shows to whom, and that nothing that is typed is lost."""

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from port2port.base.clock import now
from port2port.sharing import exports
from port2port.sharing.tlp import Tlp
from port2port.site.markdown import blocks, marked_up
from port2port.workgroups import meeting_actions, offers, work_actions
from port2port.workgroups.models import Action, Decision, Item, Meeting
from port2port.workgroups.offers import Offer
from tests.workgroups.writing import CHAIR, MEMBER, OUTSIDER, SECRETARY, World, item, meeting, world

FORGED = "<script>alert(1)</script>"


@pytest.fixture
def made(acting: Any, cast: Any) -> World:
    return world(acting, cast)


def text(answer: Any) -> str:
    return answer.content.decode()


def test_the_heading_says_what_comes_and_what_is_mine(client_for, acting, made, cast):
    with acting(CHAIR):
        meeting(made.group, starts_at=now() + timedelta(days=3))
        work_actions.assign(made.group, text="A", owner=cast[MEMBER].person, due=now().date(), language="en", at=now())
    said = text(client_for(MEMBER).get("/workgroups/"))
    assert re.search(r"<h1[^>]*>1 meeting in the next thirty days, <em>1 action is yours</em>", said)
    assert "You are in no working group yet" in text(client_for(OUTSIDER).get("/workgroups/"))


def test_founded_from_a_form_with_its_people(client_for, cast):
    browser = client_for(CHAIR)
    sent = {"name": "N", "label": "L", "remit": FORGED, "kind": "qualified", "fraction": "2/3", "quorum": "1/2",
            "tlp": "AMBER", "language": "en"}  # fmt: skip
    assert "between one half and the whole" in text(browser.post("/workgroups/new/", sent | {"fraction": "1/9"}))
    people = browser.post("/workgroups/new/", sent)["Location"]
    seat = {"person": f"{cast[MEMBER].person}:{cast[MEMBER].organisation}", "office": "member"}
    assert browser.post(people, seat).status_code == 302
    page = text(client_for(MEMBER).get(people.removesuffix("people/")))
    assert FORGED not in page and "2/3" in page and "Leave the group" in page


def test_what_two_write_at_once_is_shown_to_who_comes_second(client_for, made):
    sent = {"minutes": "The first.", "language": "en", "version": "1"}
    path = f"/workgroups/items/{made.item}/"
    first = client_for(CHAIR).post(path, sent, headers={"accept": "application/json"})
    assert first.json()["version"] == 2
    late = client_for(SECRETARY)
    assert late.post(path, sent | {"minutes": "The second."}, headers={"accept": "application/json"}).status_code == 409
    page = late.post(path, sent | {"minutes": "The second."})
    assert page.status_code == 409 and "<del>first.</del><ins>second.</ins>" in text(page)
    assert "Demo PSO Antwerp wrote here while you did" in text(page) and 'value="2"' in text(page)
    assert late.post(path, sent | {"minutes": "Both.", "version": "2"}).status_code == 302


def test_a_decision_and_an_action_are_written_down_in_place(client_for, made, acting, cast):
    browser = client_for(SECRETARY)
    votes = {f"vote_{cast[email].organisation}": "for" for email in (CHAIR, SECRETARY)}
    assert browser.post(f"/workgroups/items/{made.item}/decision/", {"title": "We share."} | votes).status_code == 302
    assert "Say how at least one" in text(browser.post(f"/workgroups/items/{made.item}/decision/", {"title": "W"}))
    action = {"text": "Ask.", "owner": str(cast[MEMBER].person), "due": "2027-01-01"}
    assert browser.post(f"/workgroups/items/{made.item}/action/", action).status_code == 302
    there = {"person": str(cast[MEMBER].person), "state": "replaced", "replaced_by": "The deputy"}
    assert browser.post(f"/workgroups/meetings/{made.meeting}/attendance/", there).status_code == 302
    page = text(client_for(MEMBER).get(f"/workgroups/meetings/{made.meeting}/"))
    for words in ("We share.", "Ask.", "The deputy", "1 of 3 organisations present", "1 decision, 1 action"):
        assert words in page, words
    with acting(MEMBER):
        decision, action_row = Decision.objects.get(), Action.objects.get()
        assert decision.state == "reached" and decision.item_id == action_row.item_id == made.item
    page = text(client_for(MEMBER).get(f"/workgroups/decisions/{decision.record_id}/"))
    assert "2 of 3 organisations took part" in page and "No organisation opposed it." in page
    done = {"state": "done", "outcome": "Asked.", "version": "1"}
    assert client_for(MEMBER).post(f"/workgroups/actions/{action_row.record_id}/end/", done).status_code == 302


def test_the_agenda_is_made_of_what_waits(client_for, acting, made, cast, monkeypatch):
    monkeypatch.setattr(offers, "_sources", {})
    offers.register("questions", lambda group, at: [Offer("question", None, f"Questions for {group.label}")])
    with acting(CHAIR):
        coming = meeting(made.group, starts_at=now() + timedelta(days=3), title="Coming")
        work_actions.assign(made.group, text="A", owner=cast[CHAIR].person, due=now().date(), language="en", at=now())
        work_actions.propose(made.group, title="A proposal", text="T", language="en", at=now())
        work_actions.hand_in(made.group, title="A paper", text="T", language="en", meeting=coming, at=now())
    browser, path = client_for(CHAIR), f"/workgroups/meetings/{coming}/agenda/"
    page = text(browser.get(path))
    for words in ("Minutes of", "Open actions", "A proposal", "A paper", "Questions for Ports group"):
        assert words in page, words
    assert browser.post(path, {"title": "Open actions", "about": "actions", "target": ""}).status_code == 302
    assert browser.post(path, {"title": "Minutes", "about": "meeting", "target": str(made.meeting)}).status_code == 302
    with acting(CHAIR):
        first, second = Item.objects.filter(meeting=coming).order_by("position").values_list("record_id", flat=True)
    browser.post(f"/workgroups/items/{second}/change/", {"do": "up"})
    browser.post(f"/workgroups/items/{first}/change/", {"do": "drop"})
    with acting(CHAIR):
        rows = Item.objects.filter(meeting=coming).order_by("position")
        assert [(row.record_id, row.dropped_at is None) for row in rows] == [(second, True), (first, False)]


def test_minutes_are_approved_at_the_next_meeting_and_corrected_in_sight(client_for, acting, made):
    with acting(CHAIR):
        meeting_actions.write_minutes(made.item, minutes="We meet on Monday.", language="en", expected=1, at=now())
        later = meeting(made.group, title="Second", starts_at=now() - timedelta(minutes=30))
        item(later, title="Minutes", about="meeting", target=made.meeting)
    browser = client_for(CHAIR)
    assert "Approve these minutes" in text(browser.get(f"/workgroups/meetings/{later}/"))
    assert browser.post(f"/workgroups/meetings/{later}/approve/", {"of": str(made.meeting)}).status_code == 302
    sent = {"minutes": "We meet on Tuesday.", "reason": "Misheard.", "version": "2", "number": "0"}
    assert browser.post(f"/workgroups/items/{made.item}/correct/", sent).status_code == 302
    page = text(client_for(MEMBER).get(f"/workgroups/meetings/{made.meeting}/"))
    assert "<del>Monday.</del><ins>Tuesday.</ins>" in page and "Misheard." in page and "Minutes approved" in page
    assert "data-minutes" not in page


def test_the_pack_holds_what_its_reader_sees_and_never_red(client_for, acting, made, cast):
    two = [cast[CHAIR].person, cast[SECRETARY].person]
    with acting(CHAIR):
        work_actions.hand_in(
            made.group, title="For all", text="## Head\n\n- point", language="en", meeting=made.meeting, at=now()
        )
        work_actions.hand_in(
            made.group, title="For two", text="Narrowword", language="en", meeting=made.meeting, persons=two, at=now()
        )
        item(made.meeting, title="Redword", persons=two, tlp=Tlp.RED)

    def pack(email: str) -> str:
        answer = client_for(email).get(f"/workgroups/meetings/{made.meeting}/pack.pdf")
        assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)

    chair, member = pack(CHAIR), pack(MEMBER)
    assert "Narrowword" in chair and "Narrowword" not in member and "For two" not in member
    assert "Redword" not in chair + member and "point" in member and "Demo PSO North Sea Port" in member
    with acting(MEMBER):
        (kept,) = exports.own()
        assert str(kept.id) in member and kept.kind == "meeting"


def test_a_withdrawn_paper_is_gone_for_those_who_had_it(client_for, acting, made):
    with acting(MEMBER):
        paper = work_actions.hand_in(made.group, title="Mine", text="T", language="en", at=now()).record_id
    browser = client_for(MEMBER)
    path = f"/workgroups/papers/{paper}/"
    assert browser.post(f"{path}withdraw/", {"reason": "mistake", "confirm": "Mine"}).status_code == 302
    assert client_for(CHAIR).get(path).status_code == 410 and client_for(OUTSIDER).get(path).status_code == 404


def test_a_meeting_is_moved_and_cancelled_and_held_after_all(client_for, acting, made):
    browser = client_for(CHAIR)
    begins = {
        "title": "Moved",
        "starts_at": "2027-05-01T10:00",
        "ends_at": "2027-05-01T09:00",
        "language": "en",
        "place": "",
    }
    path = f"/workgroups/meetings/{made.meeting}/"
    assert "It ends before it begins" in text(browser.post(f"{path}edit/", begins))
    assert browser.post(f"{path}edit/", begins | {"ends_at": "2027-05-01T12:00"}).status_code == 302
    assert browser.post(f"{path}cancel/").status_code == 302 and "Moved is cancelled" in text(browser.get(path))
    assert browser.post(f"{path}cancel/").status_code == 302
    with acting(CHAIR):
        assert Meeting.objects.get(record_id=made.meeting).sequence == 3


def test_markdown_brings_no_markup_of_its_own():
    page = marked_up(
        "# H\n\n<b onclick=x>b</b> [l](javascript:x) [k](https://a.test) ![i](https://a.test/i.png)\n\n"
        "| a |\n|---|\n| b |"
    )
    assert (
        "<h3>H</h3>" in page and "<b " not in page and "javascript" not in page.split("href")[-1] and "<img" not in page
    )
    assert 'href="https://a.test"' in page and "<td>b</td>" in page
    assert blocks("# H\n\n- one\n\n| a | b |\n|---|---|\n| c | d |") == [
        {"kind": "heading", "text": "H"}, {"kind": "bullet", "text": "one"},
        {"kind": "row", "text": "a  |  b"}, {"kind": "row", "text": "c  |  d"},
    ]  # fmt: skip
