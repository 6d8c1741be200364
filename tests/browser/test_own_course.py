"""A course of one's own in Chromium: written with its look beside it, a place drawn, published, taken on a phone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.training.authoring import actions, queries
from tests.training.authoring.writing import written

pytestmark = pytest.mark.browser
TRAINER, GUARD = "pso@antwerp.demo", "director@antwerp.demo"


@pytest.fixture
def own(server: Any, aside: Any) -> str:
    """A course that lacks nothing but its question about a place."""

    def made() -> str:
        with acting_as(*cast_member(TRAINER)):
            course = written()
            spot = next(one for one in queries.own_course(course).course.questions if one.kind == "hotspot")
            actions.remove_question(course, spot.code, at=queries.own_course(course).row.changed_at)
        return str(course)

    return str(aside(made))


def drawn(page: Page, option: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw the place of an option, in shares of the picture."""
    page.locator(f"[data-option={option}] [data-draw]").click()
    svg = page.locator("[data-areas] svg")
    box = svg.bounding_box()
    assert box is not None
    svg.hover(position={"x": start[0] * box["width"], "y": start[1] * box["height"]})  # waits until it stands still
    box = svg.bounding_box()
    assert box is not None
    page.mouse.down()
    page.mouse.move(box["x"] + end[0] * box["width"], box["y"] + end[1] * box["height"], steps=4)
    page.mouse.up()


def test_a_course_is_written_drawn_published_and_taken_on_a_phone(person: Any, own: str) -> None:
    here = f"/training/courses/own/{own}/"
    page = person(TRAINER).open(f"{here}modules/arrive/")
    page.locator("[name=texts_en]").fill("## Stop first\n\n![The gate](gate.jpg)\n\n" + "Look at the seal. " * 30)
    look = page.locator("[data-look-of=texts_en]")
    expect(look.get_by_role("heading", name="Stop first")).to_be_visible()
    expect(look.get_by_role("img", name="The gate")).to_be_visible()
    page.get_by_role("button", name="Keep").click()
    expect(page).to_have_url(re.compile(r"#modules$"))

    page.goto(f"{here}questions/new-hotspot/")
    page.locator("[name=text_en]").fill("Where is the seal?")
    page.locator("[name=picture]").select_option("gate.jpg")
    places = {"a": (0.05, 0.1), "b": (0.4, 0.1), "c": (0.7, 0.1)}
    for option, (x, y) in places.items():
        page.locator(f"[name=options_{option}_text_en]").fill(f"Place {option}")
        page.locator(f"[name=options_{option}_why_en]").fill(f"Because of {option}.")
        drawn(page, option, (x, y), (x + 0.2, y + 0.4))
    assert [page.locator(f"[name=options_b_{side}]").input_value() for side in ("x", "y", "width", "height")] == [
        "40", "10", "20", "40",
    ]  # fmt: skip
    page.locator("[data-option=b] input[name=right]").check()
    page.get_by_role("button", name="Keep").click()
    expect(page).to_have_url(re.compile(r"#questions$"))
    expect(page.get_by_role("heading", name="Nothing is missing")).to_be_visible()
    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish").click()
    expect(page).to_have_url(re.compile(r"/training/courses/own-[a-z0-9-]+/$"))

    slug = page.url.rstrip("/").rpartition("/")[2]
    phone = person(GUARD, width=390, height=844, has_touch=True, is_mobile=True).open(f"/training/courses/{slug}/")
    expect(phone.get_by_text("Of your organisation").first).to_be_visible()
    phone.get_by_role("link", name="Read", exact=True).tap()
    expect(phone.get_by_role("img", name="The gate")).to_be_visible()
    phone.goto(f"/training/courses/{slug}/")
    phone.get_by_role("button", name="Begin the quiz").tap()
    for number in range(1, 6):
        expect(phone).to_have_url(re.compile(rf"/attempts/[0-9a-f-]+/{number}/$"))
        for place, one in enumerate(phone.locator("fieldset select").all(), start=1):
            one.select_option(str(place))
        if phone.locator("input[name=chosen]").count():
            phone.locator("input[name=chosen]").first.check()
        phone.locator("[data-quiz] button.btn-primary").tap()
    phone.get_by_role("button", name="Hand in").tap()
    expect(phone.locator("h1")).to_contain_text(re.compile(r"\d of 5 right"))
