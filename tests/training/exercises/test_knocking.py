"""Push to players: that something came, never what; by the alerts' way, as they wish, and never twice."""

import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from port2port.alerts.channels.push import Subscription
from port2port.alerts.delivery import actions as delivery
from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.members.acting import acting_as_system
from port2port.training import tasks
from port2port.training.exercises import knocking, playing
from tests.alerts.channels.test_push import P256, b64, point, read_by_browser
from tests.alerts.delivery.conftest import Receiver, configured, receiver
from tests.attacks import FORBIDDEN, refused
from tests.training.exercises.writing import OWNER, PARTNER, PLAYER, by_second, played

__all__ = ["configured", "receiver"]


KEY, AUTH = ec.generate_private_key(P256), bytes(range(16))


def browser(there: Receiver) -> Subscription:
    return Subscription(there.url("fine/push"), b64(point(KEY)), b64(AUTH))


@pytest.fixture
def knocks(owner: Any) -> Any:
    """`knocks()` does what is queued, once, and returns the codes of what became of each."""

    def do() -> list[str]:
        found = "delete from procrastinate_jobs where task_name = %s returning args ->> 'record', args ->> 'delivery'"
        for inject, _none in owner.execute(found, ["training.knock_all"]).fetchall():
            tasks.knock_all(inject)
        return [tasks.knock(*row) for row in owner.execute(found, ["training.knock"]).fetchall()]

    owner.execute("delete from procrastinate_jobs")
    return do


def allow(owner: Any, cast: Any, allowed: bool) -> None:
    owner.execute(
        "insert into alerts_reach (organisation_id, push_allowed, step_minutes) values (%s, %s, 10)"
        " on conflict (organisation_id) do update set push_allowed = excluded.push_allowed",
        [cast[PLAYER].organisation, allowed],
    )


@pytest.fixture
def drill(acting: Any, cast: Any, configured: Receiver, owner: Any) -> Any:
    """A drill that runs, whose player has a phone that takes push."""
    made = played(acting, cast)
    allow(owner, cast, True)
    with acting(PLAYER):
        delivery.subscribe(browser(configured), at=now())
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
    return made


def send(acting: Any, exercise: Any, place: int = 1) -> Any:
    with acting(OWNER):
        inject = by_second(exercise)[place]
        playing.send_inject(inject, how="hand", at=now())
    return inject


def test_a_player_is_told_once_that_something_came_and_not_what(acting, drill, configured, knocks, owner):
    knocks()
    inject = send(acting, drill)
    assert knocks() == ["http.204"]
    [taken] = configured.taken
    assert taken.path == "/fine/push"
    assert taken.headers["topic"] == drill.hex and int(taken.headers["ttl"]) == 600
    assert read_by_browser(taken.body, KEY, AUTH) == knocking.payload("nl")  # all that it says, whatever came
    tasks.knock_all(str(inject))  # the job is done again, as after a kill
    assert knocks() == []
    row = owner.execute("select subscription_id::text, code from training_knock").fetchall()
    assert [code for _browser, code in row] == ["http.204"]
    assert tasks.knock(str(inject), row[0][0]) == ""
    assert len(configured.taken) == 1


@pytest.mark.parametrize("language", ["nl", "fr", "de", "en"])
def test_what_is_said_is_of_an_exercise_and_the_same_whatever_came(language):
    said = json.loads(knocking.payload(language))
    assert set(said) == {"text", "exercise"}
    assert said["exercise"].isupper() and said["text"].startswith(said["exercise"])


def test_killed_between_the_note_and_the_sending_it_is_not_sent_again(acting, drill, configured, knocks, owner):
    knocks()
    inject = send(acting, drill)
    with acting_as_system("worker"):
        [phone] = knocking.browsers(inject, at=now(), zone=now().tzinfo)
        assert knocking.begin_knock(inject, phone) is not None
    # here the worker is killed; what looks after jobs of killed workers starts both jobs again
    assert knocks() == []
    assert tasks.knock(str(inject), str(phone)) == ""
    assert configured.taken == []
    assert owner.execute("select code from training_knock").fetchall() == [("",)]


def test_who_plays_another_role_or_forbids_it_is_told_nothing(acting, drill, configured, knocks, owner, cast):
    knocks()  # what came with the start is for the guards
    assert configured.taken == []
    with acting(PLAYER):
        delivery.choose_channel("push", wanted=True, urgent_only=True, address=None)
    send(acting, drill, 1)
    assert knocks() == []
    with acting(PLAYER):
        delivery.choose_channel("push", wanted=True, urgent_only=False, address=None)
    allow(owner, cast, False)
    send(acting, drill, 2)
    assert knocks() == []
    assert configured.taken == []


def test_quiet_hours_are_kept_and_nothing_is_kept_for_later(acting, drill, configured, knocks):
    knocks()
    begun, over = ((now().astimezone() + timedelta(hours=hours)).time() for hours in (-3, 3))
    with acting(PLAYER):
        delivery.set_quiet(begun, over, urgent_overrides=True, digest=False)
    send(acting, drill)
    assert knocks() == []
    with acting(PLAYER):
        delivery.set_quiet(None, None, urgent_overrides=True, digest=False)
    assert knocks() == [] and configured.taken == []


def test_after_the_end_and_when_it_comes_late_nobody_is_told(acting, drill, configured, knocks, owner):
    knocks()
    old = send(acting, drill)
    with acting_as_system("worker"):
        [phone] = knocking.browsers(old, at=now(), zone=now().tzinfo)
    owner.execute("update training_release set at = at - interval '11 minutes' where inject_id = %s", [old])
    assert tasks.knock(str(old), str(phone)) == ""
    new = send(acting, drill, 2)
    with acting(OWNER):
        playing.tick(drill, act="end", at=now())
    assert tasks.knock(str(new), str(phone)) == ""
    assert configured.taken == []


def test_a_browser_that_is_gone_is_forgotten(acting, drill, configured, knocks, owner):
    owner.execute("update alerts_subscription set endpoint = %s", [configured.url("gone/push")])
    knocks()
    send(acting, drill)
    assert knocks() == ["http.410"]
    assert owner.execute("select count(*) from alerts_subscription where gone_at is null").fetchone() == (0,)


def test_an_inject_that_is_left_out_knocks_nowhere(acting, drill, knocks, owner):
    knocks()
    with acting(OWNER):
        playing.send_inject(by_second(drill)[1], how="skipped", at=now())
    queued = owner.execute("select count(*) from procrastinate_jobs where task_name = 'training.knock_all'").fetchone()
    assert queued == (0,)


def test_nobody_reads_or_begins_a_knock_but_the_worker(acting, enter, drill):
    for email in (PLAYER, OWNER, PARTNER):
        with acting(email), pytest.raises(Refused):
            knocking.begin_knock(drill, drill)
        connection = enter(email)
        assert refused(connection, "select * from training_knock") == FORBIDDEN
        assert refused(connection, "select training_plays(%s, '{all}', %s)", drill, drill) == FORBIDDEN
        assert refused(connection, "select * from training_knocks(%s)", drill) == "PP403"
        assert refused(connection, "select training_knock_settle(%s, %s, 'x', true)", drill, drill) == "PP403"
