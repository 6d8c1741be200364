"""Screens of an exercise in a browser: what comes stands there, while somebody writes too; the end is said."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from port2port.base.clock import now
from port2port.training.exercises import guests, playing
from tests.training.exercises.writing import OWNER, PLAYER, by_second, played

pytestmark = pytest.mark.browser
INJECTS = "[data-inject]"


@pytest.fixture
def lead(acting: Any, aside: Callable[..., Any]) -> Callable[..., Any]:
    """`lead(work, ...)` does it as who leads the exercise."""

    def as_lead(work: Callable[..., Any], *given: Any) -> Any:
        with acting(OWNER):
            return work(*given)

    return lambda work, *given: aside(as_lead, work, *given)


@pytest.fixture
def drill(acting: Any, cast: Any, aside: Callable[..., Any], lead: Callable[..., Any]) -> Any:
    """A drill that runs."""
    made = aside(played, acting, cast)
    lead(lambda: playing.tick(made, act="start", at=now()))
    return made


def send(exercise: Any, place: int) -> None:
    playing.send_inject(by_second(exercise)[place], how="hand", at=now())


def test_what_comes_stands_above_what_somebody_writes(person, drill, lead):
    lead(send, drill, 1)
    page = person(PLAYER, width=390, height=844).open(f"/training/exercises/{drill}/play/")
    expect(page.locator(INJECTS)).to_have_count(1)
    page.get_by_text("Say what you would do").click()
    page.locator("textarea").fill("I look at the authorised flights.")
    lead(send, drill, 2)
    expect(page.locator(INJECTS)).to_have_count(2)
    expect(page.locator("textarea").last).to_have_value("I look at the authorised flights.")
    expect(page.locator("textarea").last).to_be_visible()
    page.locator(f"{INJECTS}:last-child").get_by_role("button", name="Send").click()
    expect(page.locator(f"{INJECTS}:last-child")).to_contain_text("I look at the authorised flights.")
    lead(send, drill, 5)
    expect(page.locator(INJECTS)).to_have_count(3)


def test_the_screen_follows_the_clock_and_loses_its_forms_with_the_end(person, acting, cast, aside, lead):
    made = aside(played, acting, cast)
    page = person(PLAYER, width=390, height=844).open(f"/training/exercises/{made}/play/")
    expect(page.get_by_text("It begins")).to_be_visible()
    lead(lambda: playing.tick(made, act="start", at=now()))
    expect(page.get_by_text("Nothing came to you yet")).to_be_visible()
    for place in (1, 2):
        lead(send, made, place)
        expect(page.locator(INJECTS)).to_have_count(place)
    lead(lambda: playing.tick(made, act="pause", at=now()))
    expect(page.locator("[data-exercise-rows][data-running='0']")).to_be_visible()
    expect(page.locator("textarea")).to_have_count(2)
    lead(lambda: playing.tick(made, act="end", at=now()))
    expect(page.locator("textarea")).to_have_count(0)
    expect(page.locator(INJECTS)).to_have_count(2)


def test_a_guest_whose_screen_stands_open_is_told_that_it_is_over(person, drill, lead):
    _guest, secret = lead(lambda: guests.invite(drill, role="pfso", function="Fire brigade (test)", at=now()))
    guest = person("", "en", width=390, height=844)
    guest.watched.expected.update({410, 401})  # the end, and the stream that ends with it
    page = guest.open(f"/training/join/{secret}/")
    page.locator("main button.btn-primary").click()
    expect(page).to_have_url(re.compile("/training/guest/"))
    lead(lambda: playing.tick(drill, act="end", at=now()))
    expect(page.locator("h1")).to_contain_text("it is over", timeout=30_000)
    answer = page.goto(f"/training/join/{secret}/")
    assert answer is not None and answer.status == 410
