"""What goes to a record store: that somebody took part, never an answer, a score, a place, a name or a colleague."""

import json
from datetime import timedelta

from port2port.base.clock import now
from port2port.training.courses import session_actions
from port2port.training.courses.models import Attempt
from port2port.training.courses.rules import Plan as SessionPlan
from port2port.training.stores.tasks import tell_stores
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER, taken
from tests.training.stores.test_stores import ADMIN, PAGE, kept, lrs

__all__ = ["lrs"]  # a fixture
PLACE = "Room 9 behind the blue door"


def test_a_statement_says_no_more_than_it_must(acting, cast, lrs, owner, client_for):
    kept(acting, lrs, earlier=True)
    with acting(TRAINER):
        begins = now() + timedelta(days=3)
        made = session_actions.plan_session(plan=SessionPlan(COURSE, begins, 45, PLACE, 9), at=now())
        session_actions.book(made.id, people=[cast[GUARD].person, cast[ADMIN].person], at=now())
        session_actions.attend(made.id, came={cast[GUARD].person: True, cast[ADMIN].person: False}, at=begins)
    owner.execute("update training_session set starts_at = now() - interval '1 day'")
    with acting(TRAINER):
        session_actions.hold(made.id, at=now())
    with acting(OTHER):
        taken()
    with acting(GUARD):
        taken()
        attempt = Attempt.objects.get()
        asked = [one["code"] for one in attempt.questions]
    assert tell_stores(0) == 3
    told = json.dumps(list(lrs.kept.values())) + client_for(TRAINER).get(f"{PAGE}statements/").content.decode()
    names = {one[0] for one in owner.execute("select name from members_person").fetchall()}
    hidden = {PLACE, str(attempt.id), str(cast[OTHER].person), str(cast[ADMIN].person), OTHER, GUARD, ADMIN}
    assert not any(word in told for word in hidden | names)
    assert asked and not any(f'"{one}"' in told for one in asked)
    results = [set(one.get("result", {})) for one in lrs.kept.values()]
    assert all(one <= {"completion", "success", "duration"} for one in results)
    assert "score" not in told and "response" not in told


def test_the_worker_forgets_the_words_once_they_were_taken(acting, cast, lrs, owner):
    kept(acting, lrs)
    with acting(GUARD):
        taken()
    tell_stores(0)
    assert owner.execute("select body, state from training_toldstatement").fetchall() == [("", "sent")]
