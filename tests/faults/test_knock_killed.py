"""kill -9 of the worker in the middle of telling a player's phone: it is not told again, and the next one is told."""

import json
import subprocess
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from tests.alerts.channels.test_push import P256, b64, point
from tests.alerts.delivery.conftest import receiving
from tests.faults.test_delivery import RETRY
from tests.served import Installation, wait_for, working

SETTINGS = {"PORT2PORT_ALLOW_PRIVATE_RECEIVERS": "1", "PORT2PORT_PUSH_SUBJECT": "mailto:operator@port2port.example"}
DRILL = """
import json, sys, django; django.setup()
from datetime import timedelta
from port2port.base.clock import now
from port2port.members.acting import acting_as, current_actor
from port2port.members.cast import cast_member
from port2port.members.models import Port
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import reporter
from port2port.training.exercises import actions, playing, scripting, seating
from port2port.training.exercises.rules import InjectText, Place, Plan, RoleText
owner, player = cast_member("pso@antwerp.demo"), cast_member("director@antwerp.demo")
with acting_as(*owner):
    made = actions.plan_exercise(
        plan=Plan("Drill (test)", "drill", now() + timedelta(hours=1), 40, "Invented.", "en"), threat="drone_misuse",
        places=[Place(current_actor().organisation, Port.objects.get(locode="BEANR").id)],
        roles=[RoleText("guards", {"en": "Guards"}, {"en": "Watch."})],
        terms=terms_for("drone_misuse", reporter()), at=now()).record_id
    for second in (0, 1):
        inject = InjectText(second, ("guards",), "phone", {"en": "Somebody rings (test)."}, ({"en": "Answer."},))
        scripting.write_inject(made, inject=inject, at=now())
    seating.seat(made, person=player[0], kind="player", role="guards", at=now())
    playing.tick(made, act="start", at=now())
print(json.dumps(str(made)))
"""


def phone_of_the_player(owner: Any, url: str) -> None:
    """A phone that takes push, in an organisation that allows it."""
    owner.execute(
        "insert into alerts_reach (organisation_id, push_allowed, step_minutes)"
        " select m.organisation_id, true, 10 from members_account a join members_membership m using (person_id)"
        " where a.email = 'director@antwerp.demo' on conflict (organisation_id) do update set push_allowed = true"
    )
    owner.execute(
        "insert into alerts_subscription (id, person_id, endpoint, p256dh, auth, made_at)"
        " select new_uuid7(), person_id, %s, %s, %s, now() from members_account where email = 'director@antwerp.demo'",
        [url, b64(point(ec.generate_private_key(P256))), b64(bytes(16))],
    )


def done(owner: Any, exercise: str) -> bool:
    """Whether both injects came and nothing of it waits."""
    came = owner.execute("select count(*) from training_release where exercise_id = %s", [exercise]).fetchone()
    waits = owner.execute(
        "select 1 from procrastinate_jobs where task_name in ('training.knock', 'training.knock_all')"
        " and status in ('todo', 'doing')"
    ).fetchone()
    return came == (2,) and waits is None


def test_a_killed_worker_tells_a_phone_once(own: Installation):
    with receiving() as receiver, own.owner() as owner:
        owner.execute("delete from procrastinate_jobs")
        phone_of_the_player(owner, receiver.url("hanging/push"))
        said = subprocess.run([sys.executable, "-c", DRILL], env=own.environment, capture_output=True, check=True)
        exercise = json.loads(said.stdout.splitlines()[-1])
        with working(own.environment, **SETTINGS) as worker:
            wait_for(lambda: receiver.hanging, 60, f"it is being told\n{worker.said()[-2000:]}")
            worker.kill()
        receiver.open.set()
        # A minute later, by the clock of whoever looks for workers that do not answer.
        owner.execute("update procrastinate_workers set last_heartbeat = now() - interval '2 minutes'")
        owner.execute(RETRY)
        with working(own.environment, **SETTINGS) as second:
            wait_for(lambda: done(owner, exercise), 60, f"all is done\n{second.said()[-2000:]}")
        told = owner.execute(
            "select k.code from training_knock k join training_inject i on i.id = k.inject_id"
            " where i.exercise_id = %s order by i.second", [exercise],
        ).fetchall()  # fmt: skip
        assert sorted(told) == [("",), ("http.204",)], "the one that was cut off is not told again, the next one is"
        assert len(receiver.taken) == 2
