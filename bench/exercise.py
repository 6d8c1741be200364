"""An exercise with 200 players and 60 injects: from the second an inject is due to the last open screen that shows it.

Half of the players have an account, half came by a link. Each screen does what a browser's does: it keeps one stream
open, and asks for its part of the page when it is told that something happened, and when it did not in ten seconds. The
clock is paused and goes on in the middle. Two workers let injects come, as they may in operation; the one that is due
is sent once all the same.
The baseline is the same exercise for one player.
"""

import asyncio
import json
import os
import random
import re
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import psycopg

from bench.figures import Figure, beside, quantile
from bench.front import connection
from bench.installation import installation
from bench.people import OF, people
from bench.reports import ask
from bench.serving import STARTS, Server, granian

PLAYERS, INJECTS = 200, 60
ALONE_INJECTS = 6
FIRST, EVERY = 4, 2  # seconds of the exercise's clock
PAUSED = 4.0
BEGUN = 1.0  # seconds until the threads of a worker that has begun run
AFTER = 2.0  # seconds that late ones are waited for
MOST_SECONDS = INJECTS * EVERY + 60
ROLE = "pfso"
LATEST = 1000.0  # milliseconds, what issue 8 asks
AT = re.compile(rb'data-at="([^"]+)"')
SCREENS_RETRY = (0.1, 0.4)  # as static/training/exercise.js
SCREENS_EVERY = 10.0  # the same


@dataclass
class Screen:
    """An open screen of a player: what reached it, when, and how often it was told the same."""

    cookie: str
    page: str
    shown: dict[bytes, float] = field(default_factory=dict)  # inject: when its text was there
    told: Counter[str] = field(default_factory=Counter)  # event: how often it was heard after this screen was open
    asked: int = 0
    refused: int = 0
    last: float = 0.0  # when it asked, by time.monotonic
    _soon: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, port: int, ready: asyncio.Semaphore, known: list[bytes]) -> None:
        """Listen and show until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._listen(port, ready))
            group.create_task(self._show(port, known))
            group.create_task(self._in_any_case())

    async def _listen(self, port: int, ready: asyncio.Semaphore) -> None:
        async with connection(port) as (reader, writer):
            writer.write(f"GET /live/events HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n\r\n".encode())
            name = ""
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    name = line[4:-1].decode()
                elif line == b"event: ready\n":
                    ready.release()
                elif line.startswith(b"event: exercise."):
                    self.told[name] += 1
                    self._soon.set()

    async def _in_any_case(self) -> None:
        self.last = time.monotonic() - random.uniform(0, SCREENS_EVERY)  # its page was opened
        while True:
            await asyncio.sleep(max(0.0, self.last + SCREENS_EVERY - time.monotonic()))
            if time.monotonic() >= self.last + SCREENS_EVERY:
                self.last = time.monotonic()
                self._soon.set()

    async def _show(self, port: int, known: list[bytes]) -> None:
        newest = ""
        async with connection(port) as (reader, writer):
            while await self._soon.wait():
                self._soon.clear()
                self.last = time.monotonic()
                page = self.page + (f"&after={quote(newest)}" if newest else "")
                writer.write(f"GET {page} HTTP/1.1\r\nHost: localhost\r\nCookie: {self.cookie}\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
                now = time.time()
                self.asked += 1
                if not head.startswith(b"HTTP/1.1 200"):
                    self.refused += 1
                    await asyncio.sleep(SCREENS_RETRY[0])
                    self._soon.set()
                    continue
                newest = max([newest, *(at.decode() for at in AT.findall(body))])
                for one in known:
                    if one not in self.shown and one in body:
                        self.shown[one] = now


@contextmanager
def workers(environment: Mapping[str, str], admin: psycopg.Connection[Any], number: int) -> Iterator[None]:
    """Run so many workers, wait until each has begun, and end them. Raises RuntimeError when they do not begin."""
    quiet = {**environment, "PORT2PORT_LOG_LEVEL": "error"}
    started = [subprocess.Popen([sys.executable, "-m", "port2port", "worker"], env=quiet) for _number in range(number)]
    try:
        until = time.monotonic() + STARTS
        while (admin.execute("select count(*) from procrastinate_workers").fetchone() or (0,))[0] < number:
            if time.monotonic() > until:
                raise RuntimeError(f"The workers did not begin within {STARTS} seconds.")
            time.sleep(0.2)
        time.sleep(BEGUN)
        yield
    finally:
        for one in started:
            one.terminate()
        for one in started:
            one.wait(30)


@dataclass
class Played:
    """What came of one exercise."""

    late: list[float]  # milliseconds, of each inject on each screen
    slowest: list[float]  # of each inject on its last screen
    missing: int
    told_twice: int
    sent: int
    sent_twice: int
    asked: int
    refused: int
    worked: float


async def played(server: Server, made: dict[str, Any], admin: psycopg.Connection[Any]) -> Played:
    """Open the screens, start the clock, pause it and go on in the middle, and wait for the last inject."""
    exercise, injects = made["exercise"], made["injects"]
    known = [text.encode() for text in injects.values()]
    browser = "django_language=en; csrftoken=" + secrets.token_hex(16)
    screens = [
        Screen(f"sessionid={one}; {browser}", f"/training/exercises/{exercise}/play/?part=1")
        for one in made["sessions"]
    ]
    screens += [Screen(f"p2p_exercise={one}; {browser}", "/training/guest/?part=1") for one in made["guests"]]
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(screen.live(server.port, ready, known)) for screen in screens]
    try:
        async with asyncio.timeout(60):
            for _screen in screens:
                await ready.acquire()
        await asyncio.sleep(1)
        before = server.worked()
        last = FIRST + EVERY * (len(injects) - 1)
        await tick(server, made["lead"], exercise, "start")
        await asyncio.sleep(last / 2 + 0.5)
        await tick(server, made["lead"], exercise, "pause")
        await asyncio.sleep(PAUSED)
        await tick(server, made["lead"], exercise, "resume")
        until = time.monotonic() + last / 2 + PAUSED + AFTER
        while time.monotonic() < until and any(len(screen.shown) < len(known) for screen in screens):
            await asyncio.sleep(0.1)
        worked = server.worked() - before
        await tick(server, made["lead"], exercise, "end")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    due = due_times(admin, exercise, injects)
    late, slowest = [], []
    for text, at in due.items():
        took = [(screen.shown[text] - at) * 1000 for screen in screens if text in screen.shown]
        late += took
        slowest.append(max(took, default=float("inf")))
    rows = admin.execute(
        "select count(*), count(*) - count(distinct inject_id) from training_release where exercise_id = %s", [exercise]
    ).fetchone()
    told = admin.execute(
        "select count(*) from sharing_event where record = %s and act = 'inject'", [exercise]
    ).fetchone()  # fmt: skip
    assert rows is not None and told is not None
    return Played(
        late, slowest, len(screens) * len(known) - len(late), sum(n - 1 for s in screens for n in s.told.values()),
        rows[0], rows[1] + told[0] - rows[0], sum(s.asked for s in screens), sum(s.refused for s in screens), worked,
    )  # fmt: skip


def due_times(admin: psycopg.Connection[Any], exercise: str, injects: Mapping[str, str]) -> dict[bytes, float]:
    """Return when each inject was due, by the clock on the wall: its second, and what the clock stood still."""
    ticks = admin.execute(
        "select act, extract(epoch from at)::float8 from training_clockevent where exercise_id = %s order by at",
        [exercise],
    ).fetchall()
    at = dict(ticks)
    ran = at["pause"] - at["start"]
    rows = admin.execute("select id::text, second from training_inject where exercise_id = %s", [exercise]).fetchall()
    return {
        injects[one].encode(): at["start"] + second if second < ran else at["resume"] + second - ran
        for one, second in rows
    }


async def tick(server: Server, lead: str, exercise: str, act: str) -> None:
    """Move the clock, as its lead does by the page of the control room."""
    token = secrets.token_hex(16)
    body = f"act={act}&csrfmiddlewaretoken={token}"
    head = (
        f"POST /training/exercises/{exercise}/clock/ HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\n"
        f"Cookie: sessionid={lead}; csrftoken={token}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    async with connection(server.port) as (reader, writer):
        await ask(reader, writer, (head + body).encode(), b"302")


def planned(environment: Mapping[str, str], members: int, guests: int, injects: int) -> dict[str, Any]:
    """Plan an exercise for so many players."""
    words = [sys.executable, "-m", "bench.exercise", str(members), str(guests), str(injects)]
    said = subprocess.run(words, check=True, env=dict(environment), capture_output=True)
    found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
    return found


def run() -> list[Figure]:
    """Measure with 200 players, beside one."""
    with installation() as (environment, connect), connect() as admin:
        sessions = people(environment, PLAYERS // 2)
        quiet = environment | {"PORT2PORT_LOG_LEVEL": "warning"}
        options = ("--workers", "2", "--backpressure", "4096")
        with (
            granian("port2port.live.front:application", "asgi", *options, **quiet) as server,
            workers(environment, admin, 2),
        ):
            alone = planned(environment, 1, 0, ALONE_INJECTS) | {"sessions": sessions[:1]}
            one = asyncio.run(asyncio.wait_for(played(server, alone, admin), MOST_SECONDS))
            hall = planned(environment, PLAYERS // 2, PLAYERS // 2, INJECTS) | {"sessions": sessions}
            many = asyncio.run(asyncio.wait_for(played(server, hall, admin), MOST_SECONDS))
    return figures(one, many)


def figures(one: Played, many: Played) -> list[Figure]:
    """Return what came of the exercise of one player and of that of all."""
    name = f"{PLAYERS} players, {INJECTS} injects"
    return [
        beside(f"due to the last screen, worst of all, {name}", max(many.slowest), "ms", "asked", LATEST),
        beside(f"due to a screen, p95, {name}", quantile(many.late, 0.95), "ms", "1 player", quantile(one.late, 0.95)),
        beside(f"due to a screen, p50, {name}", quantile(many.late, 0.5), "ms", "1 player", quantile(one.late, 0.5)),
        Figure(f"injects missing on screens of {PLAYERS * INJECTS:,}", many.missing, ""),
        Figure("injects sent", many.sent, ""),
        Figure("injects sent twice", many.sent_twice + one.sent_twice, ""),
        Figure("events that reached a screen twice", many.told_twice + one.told_twice, ""),
        Figure("parts asked for, and refused for the moment", many.refused, f"of {many.asked:,}"),
        Figure("time of the processor in the server, for each part asked", many.worked * 1000 / many.asked, "ms"),
    ]


def plan(members: int, guests: int, number: int) -> dict[str, Any]:
    """Make an exercise of which everybody plays the same role, and give the seats and links."""
    import django

    django.setup()
    from datetime import timedelta

    from bench.people import email
    from bench.reports import session_of
    from port2port.base.clock import now
    from port2port.members.acting import acting_as, acting_as_system, current_actor
    from port2port.members.cast import cast_member
    from port2port.members.models import Account, Port
    from port2port.reports.addressing import terms_for
    from port2port.sharing.addressing import reporter
    from port2port.training.exercises import actions, scripting, seating
    from port2port.training.exercises import guests as inviting
    from port2port.training.exercises.rules import InjectText, Place, Plan, RoleText

    with acting_as_system("identity"):
        addresses = [email(one) for one in range(members)]
        persons = list(Account.objects.filter(email__in=addresses).values_list("person_id", flat=True))
    with acting_as(*cast_member(OF)):
        organisation = current_actor().organisation
        assert organisation is not None
        made = actions.plan_exercise(
            plan=Plan("Exercise of a bench (invented)", "drill", now() + timedelta(hours=1), 60, "Invented.", "en"),
            threat="drone_misuse", places=[Place(organisation, Port.objects.get(locode="BEANR").id)],
            roles=[RoleText(ROLE, {"en": "Officer"}, {"en": "Answers."})],
            terms=terms_for("drone_misuse", reporter()), at=now(),
        ).record_id  # fmt: skip
        injects = {}
        for one in range(number):
            text = f"Number {one:03} of a bench: somebody rings at the gate and asks who is on duty (invented)."
            inject = InjectText(FIRST + one * EVERY, ("all",), "phone", {"en": text}, ({"en": "Answer."},))
            injects[str(scripting.write_inject(made, inject=inject, at=now()).id)] = text
        for person in persons:
            seating.seat(made, person=person, kind="player", role=ROLE, at=now())
        links = [inviting.invite(made, role=ROLE, function=f"Number {n}", at=now())[1] for n in range(guests)]
    devices = [inviting.open_link(link, "bench") for link in links]
    return {"exercise": str(made), "injects": injects, "guests": devices, "lead": session_of(OF)}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(json.dumps(plan(*map(int, sys.argv[1:]))))
