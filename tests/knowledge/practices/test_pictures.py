"""Pictures in the text of a practice: its own, said in words, at an address of ours, public with it."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.knowledge.practices import actions, files, queries
from port2port.knowledge.practices.pictures import written
from port2port.reports.attachments.checking import Upload
from port2port.sharing.tlp import Tlp
from port2port.site.markdown import Video, blocks, marked_up, pictures_in, plain
from tests.knowledge.practices.writing import DRAFT, REVIEWER, WRITER, about, changed, drafted, later
from tests.reports.attachments.files import picture

READER = "pso@antwerp.demo"
OURS = {"gate.png": "/knowledge/practices/files/x/picture/"}


def test_only_what_is_named_is_shown_and_only_here():
    page = marked_up("![The gate](gate.png) ![A spy](https://else.example/a.png) ![Other](/public/a.png)", OURS)
    assert page == (
        '<p><img src="/knowledge/practices/files/x/picture/" alt="The gate"> [A spy] [Other]</p>\n'
    )  # fmt: skip
    assert marked_up("![The gate](gate.png)") == "<p>[The gate]</p>\n", "elsewhere there are no pictures"
    assert "<img" not in marked_up("![](gate.png) <img src=gate.png>", OURS), "nothing is shown that says nothing"


@given(st.text(alphabet=st.sampled_from("![]()<>\"' :/\\.gatepnhsjvi\n&#x6;*`"), max_size=60))
def test_no_text_makes_a_browser_ask_elsewhere(text):
    page = str(marked_up(text, OURS))
    assert set(re.findall(r'<img[^>]*src="([^"]*)"', page)) <= set(OURS.values())


def test_for_paper_and_lines_a_picture_is_its_words():
    text = "See ![the gate at night](gate.png).\n\n- **one**"
    assert [one.words for one in pictures_in(text)] == ["the gate at night"]
    assert blocks(text)[0]["text"] == "See [the gate at night]."
    assert plain("# A\n\n![](b.png)") == "A\n[b.png]"


@pytest.mark.parametrize(
    "text", ["![](gate.png)", "![A spy](https://else.example/a.png)", "![A spy](//else.example/a)", "![Nothing]()"]
)
def test_what_says_nothing_or_stands_elsewhere_is_refused_where_it_is(acting, text):
    with acting(WRITER), pytest.raises(Invalid) as refused:
        drafted(done=f"The gate calls the desk. {text}")
    assert {one.field for one in refused.value.problems} == {"done"}


def with_picture(acting: Any, *names: str) -> tuple[UUID, list[Any]]:
    """A draft of North Sea Port whose text shows its first picture."""
    with acting(WRITER):
        made: UUID = drafted().record_id
        for number, name in enumerate(names):
            files.add_files(made, [Upload(name, picture(colour=("teal", "navy", "olive")[number]))], at=now())
        rows = queries.files(made)
        changed(made, done=f"The gate calls.\n\n{written(rows[0], rows).replace('[]', '[The gate at night]')}")
    return made, rows


def to_publish(acting: Any, made: UUID) -> None:
    with acting(WRITER):
        actions.turn_practice(made, "ask", at=now())
    with acting(REVIEWER):
        actions.turn_practice(made, "publish", at=now(), review_on=later())


def test_a_practice_shows_its_picture_in_its_text(acting, client_for):
    made, rows = with_picture(acting, "gate (1).png", "plan.png")
    to_publish(acting, made)
    address = f"/knowledge/practices/files/{rows[0].id}/picture/"
    page = client_for(READER).get(f"/knowledge/practices/{made}/").content.decode()
    assert f'<img src="{address}" alt="The gate at night">' in page
    writer = client_for(WRITER)
    form = writer.get(f"/knowledge/practices/{made}/edit/").content.decode()
    assert "![](&lt;gate (1).png&gt;)" in form and 'data-put="![](plan.png)"' in form
    assert writer.post(f"/knowledge/practices/files/{rows[0].id}/remove/").status_code == 302
    page = client_for(READER).get(f"/knowledge/practices/{made}/").content.decode()
    assert "[The gate at night]" in page and address not in page, "what is taken off leaves its words"


def test_of_two_with_one_name_each_is_called_by_its_id(acting):
    _made, rows = with_picture(acting, "gate.png", "gate.png")
    assert [written(one, rows) for one in rows] == [f"![]({one.id})" for one in rows]


def test_in_public_a_picture_comes_with_its_practice_alone(acting):
    made, rows = with_picture(acting, "gate.png", "plan.png")
    hidden, others = with_picture(acting, "quay.png")
    to_publish(acting, hidden)
    address = f"/public/en/{made}/pictures/{rows[0].id}/"
    assert Client().get(address).status_code == 404
    with acting(WRITER):
        actions.change_practice(
            made, draft=replace(DRAFT, done="A **card**.\n\n![The gate at night](gate.png)"),
            about=about("everyone", tlp=Tlp.CLEAR), at=now(),
            expected=actions.stewarded(made, at=now()).record.version,
        )  # fmt: skip
    to_publish(acting, made)
    page = Client().get(f"/public/en/{made}/").content.decode()
    assert f'<img src="{address}" alt="The gate at night">' in page and "<strong>card</strong>" in page
    shown = Client().get(address)
    assert shown.status_code == 200 and shown["Content-Type"] == "image/png"
    assert "sandbox" in shown["Content-Security-Policy"] and "no-store" not in shown["Cache-Control"]
    assert "**" not in Client().get("/public/en/").content.decode()
    for wrong in (f"/public/en/{made}/pictures/{others[0].id}/", f"/public/en/{hidden}/pictures/{others[0].id}/",
                  f"/public/en/{hidden}/pictures/{rows[0].id}/"):  # fmt: skip
        assert Client().get(wrong).status_code == 404


def test_a_video_is_shown_where_it_stands_and_of_any_other_its_words_are_left():
    known = {"gate.mp4": Video("/here/gate.mp4", "/here/gate.nl.vtt"), "still.mp4": Video("/here/still.mp4")}
    found = marked_up('![The "gate"](gate.mp4)\n\n![Else](else.mp4) ![](still.mp4)', {}, known)
    assert '<video controls="" preload="none" src="/here/gate.mp4" aria-label="The &quot;gate&quot;">' in found
    assert '<track kind="captions" src="/here/gate.nl.vtt" default="">' in found and found.count("src=") == 2
    assert "[Else]" in found and "else.mp4" not in found
    forged = '<video src="/here/gate.mp4" onplay="x()"></video><track src="https://elsewhere.example/">'
    assert "<video" not in marked_up(forged, {}, known) and "<track" not in marked_up(forged, {}, known)
