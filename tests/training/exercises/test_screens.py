"""Players' screens ask for what is new alone: none is missed, whatever is committed when, and none drawn twice."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import sleep
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.members.acting import acting_as_system
from port2port.training.exercises import guests, playing, screens, scripting, seating
from port2port.training.exercises.models import Release
from tests.training.exercises.writing import OUTSIDER, OWNER, PLAYER, by_second, inject, planned, played

ROWS = re.compile('data-inject="([^"]+)" data-at="([^"]+)"')
TOKEN = re.compile('name="csrfmiddlewaretoken" value="([^"]+)"')
ADDED = 12


@dataclass
class Shown:
    """A screen as `static/training/exercise.js` keeps it: what it shows, and how often it was given each."""

    browser: Client
    path: str
    given: Counter[str] = field(default_factory=Counter)
    newest: str = ""

    def ask(self) -> str:
        """Ask for what is new, and return the answer."""
        page = self.browser.get(self.path, {"part": "1"} | ({"after": self.newest} if self.newest else {}))
        assert page.status_code == 200
        found = ROWS.findall(page.content.decode())
        self.given.update(one for one, _at in found)
        self.newest = found[0][1] if found else self.newest
        return page.content.decode()


@pytest.fixture
def drill(acting: Any, cast: Any) -> UUID:
    """A drill with a player, that runs."""
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
    return made


@pytest.fixture
def opened(acting: Any, client_for: Any, drill: UUID) -> list[Shown]:
    """The screen of the player and that of a guest in the same role."""
    with acting(OWNER):
        _guest, secret = guests.invite(drill, role="pfso", function="Pilot (test)", at=now())
    guest = Client(headers={"accept-language": "en"})
    assert guest.post(f"/training/join/{secret}/").status_code == 302
    return [Shown(client_for(PLAYER), f"/training/exercises/{drill}/play/"), Shown(guest, "/training/guest/")]


def aside(work: Callable[[], Any]) -> Any:
    """Do it on a connection of its own, and close that."""
    try:
        return work()
    finally:
        connection.close()


def by_worker(one: UUID) -> bool:
    with acting_as_system("worker"):
        return playing.release(one, second=9999, how="clock")


@contextmanager
def sending(by_hand: Any, one: UUID) -> Iterator[Any]:
    """Send an inject by hand and leave the transaction open; what was not committed within is undone."""
    try:
        assert by_hand.execute("select training_release_one(%s, 0, 'hand')", [one]).fetchone() == (True,)
        yield by_hand
    finally:
        by_hand.execute("rollback")


def until_it_waits(owner: Any, work: Future[Any]) -> None:
    """Return when this waits for a lock, or is done."""
    while not work.done() and owner.execute("select 1 from pg_locks where not granted").fetchone() is None:
        sleep(0.01)


def test_what_is_committed_late_is_missed_by_no_screen(acting, enter, owner, drill, opened):
    with acting(OWNER):
        early, late = by_second(drill)[1:3]
    with ThreadPoolExecutor(1) as pool, sending(enter(OWNER), early) as by_hand:
        work = pool.submit(aside, lambda: by_worker(late))
        until_it_waits(owner, work)
        for screen in opened:
            screen.ask()
        by_hand.execute("commit")
        assert work.result()
    for screen in opened:
        screen.ask()
        assert screen.given == {str(early): 1, str(late): 1}


def test_what_was_undone_holds_nothing_up(acting, enter, owner, drill, opened):
    with acting(OWNER):
        undone, sent = by_second(drill)[1:3]
    with ThreadPoolExecutor(1) as pool, sending(enter(OWNER), undone) as by_hand:
        work = pool.submit(aside, lambda: by_worker(sent))
        until_it_waits(owner, work)
        by_hand.execute("rollback")
        assert work.result()
    for screen in opened:
        screen.ask()
    with acting(OWNER):
        playing.send_inject(undone, how="hand", at=now())
    for screen in opened:
        screen.ask()
        assert screen.given == {str(undone): 1, str(sent): 1}


def test_each_of_many_at_once_is_given_once(acting, cast, drill, opened):
    with acting(OWNER):
        added = [scripting.write_inject(drill, inject=inject(f"Number {n} (test)."), at=now()).id for n in range(ADDED)]

    def send(one: UUID) -> None:
        with acting(OWNER):
            playing.send_inject(one, how="hand", at=now())

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(aside, lambda one=one: send(one)) for one in added]
        while not all(one.done() for one in sent):
            for screen in opened:
                screen.ask()
        for one in sent:
            one.result()
    for screen in opened:
        screen.ask()
        assert screen.given == {str(one): 1 for one in added}
    with acting(OWNER):
        moments = list(Release.objects.filter(inject_id__in=added).values_list("at", flat=True))
    assert len(set(moments)) == ADDED


def test_a_clock_that_is_set_back_hides_nothing(acting, owner, drill, opened):
    with acting(OWNER):
        first, second = by_second(drill)[1:3]
        playing.send_inject(first, how="hand", at=now())
    owner.execute("update training_release set at = at + interval '1 hour' where inject_id = %s", [first])
    for screen in opened:
        screen.ask()
    with acting(OWNER):
        playing.send_inject(second, how="hand", at=now())
    for screen in opened:
        screen.ask()
        assert screen.given == {str(first): 1, str(second): 1}


def test_a_pause_draws_no_inject_again(acting, drill, opened):
    with acting(OWNER):
        playing.send_inject(by_second(drill)[1], how="hand", at=now())
    for screen in opened:
        assert 'data-running="1"' in screen.ask()
    with acting(OWNER):
        playing.tick(drill, act="pause", at=now())
    for screen in opened:
        page = screen.ask()
        assert 'data-running="0"' in page and "data-inject=" not in page
    with acting(OWNER):
        playing.tick(drill, act="resume", at=now())
    for screen in opened:
        assert 'data-running="1"' in screen.ask() and screen.given.total() == 1


def test_what_a_moment_is_not_gives_all(acting, drill, opened):
    with acting(OWNER):
        playing.send_inject(by_second(drill)[1], how="hand", at=now())
    for screen in opened:
        for moment in ("nonsense", "2026-11-28T10:00:00", ""):  # the second one says no zone
            screen.newest = moment
            assert screen.ask().count("data-inject=") == 1


def test_two_tabs_of_a_person_each_get_it(acting, client_for, drill, opened):
    tabs = [opened[0], Shown(client_for(PLAYER), opened[0].path)]
    with acting(OWNER):
        one = by_second(drill)[1]
        playing.send_inject(one, how="hand", at=now())
    tabs[0].ask()
    for tab in tabs:
        tab.ask()
        assert tab.given == {str(one): 1}


def test_a_screen_learns_that_its_role_or_what_may_be_done_changed(acting, cast, client_for):
    with acting(OWNER):
        made = planned(cast)
    with acting(PLAYER):
        seat = seating.seat(made, person=cast[PLAYER].person, kind="player", role="pfso", at=now())
    browser, path = client_for(PLAYER), f"/training/exercises/{made}/play/?part=1"

    def plays_as() -> str:
        return re.findall('data-as="([^"]*)"', browser.get(path).content.decode())[0]

    said = [plays_as()]
    for act in ("start", "pause", "end"):
        with acting(OWNER):
            playing.tick(made, act=act, at=now())
            if act == "start":
                playing.send_inject(by_second(made)[1], how="hand", at=now())
        said.append(plays_as())
        if act == "start":
            with acting(PLAYER):
                seating.unseat(seat.id, at=now())
                seating.seat(made, person=cast[PLAYER].person, kind="player", role="guards", at=now())
            said.append(plays_as())
    planned_, begun, other_role, paused, ended = said
    assert len({planned_, begun, other_role, ended}) == 4
    assert paused == other_role


def test_what_is_drawn_once_for_all_holds_nothing_of_one(acting, drill, opened):
    with acting(OWNER):
        one = by_second(drill)[1]
        playing.send_inject(one, how="hand", at=now())
    pages = [screen.ask() for screen in opened]
    tokens = [set(TOKEN.findall(page)) for page in pages]
    assert all(len(found) == 1 for found in tokens) and tokens[0] != tokens[1]
    assert not any("\x02" in page for page in pages)
    player, guest = opened
    assert player.browser.post(f"/training/exercises/injects/{one}/react/", {"text": "Mine (test)."}).status_code == 302
    player.newest = guest.newest = ""
    own, others = player.ask(), guest.ask()
    assert "Mine (test)." in own and f"/training/exercises/injects/{one}/react/" in own
    assert "Mine (test)." not in others and f"/training/guest/{one}/" in others and "/injects/" not in others


def test_who_leads_or_is_a_stranger_has_no_players_screen(acting, drill):
    with acting(OWNER):
        screen = screens.screen(drill, at=now())
        assert screen.shown.staff and screen.came == []
    with acting(OUTSIDER), pytest.raises(NotFound):
        screens.screen(drill, at=now())
