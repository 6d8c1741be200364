"""Players from outside: a link made by who runs an exercise, opened once, bound to the device that opened it first.

A guest is a function, never a name. Nobody is signed in: the principal `exercise`, which holds no keys, calls the one
function that does it; what opens a link or misses is counted, as `identity`.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Conflict, Invalid, NotFound, Problem
from port2port.measures.actions import guarded
from port2port.measures.rules import text_problems
from port2port.members.acting import acting_as_system, action, current_actor
from port2port.members.tries import count
from port2port.training.exercises.conducting import ticks_of
from port2port.training.exercises.models import Guest
from port2port.training.exercises.queries import KIND, guests
from port2port.training.exercises.rules import LONGEST, MOST_GUESTS, OPEN, Clock, clock
from port2port.training.exercises.standing import running_it

SECRET_BYTES = 32
WINDOW, OPENINGS, MISSES = 3600, 250, 60  # a hall full of players may share one address


@dataclass(frozen=True)
class Play:
    """What a guest's screen shows: the exercise as this function knows it, the clock, and what came."""

    exercise: dict[str, Any]
    clock: Clock
    injects: list[dict[str, Any]]


def hashed(secret: str) -> bytes:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


@action
def invite(identifier: UUID, *, role: str, function: str, at: datetime) -> tuple[Guest, str]:
    """Make a link for a player from outside; its secret is returned once and kept as a hash.

    Raises NotFound, Refused, Invalid, Conflict.
    """
    found = running_it(identifier, OPEN)
    said = function.strip()
    problems = [*text_problems({"function": said}, LONGEST), *guarded({"function": said})]
    if not said:
        problems.append(Problem("function", _("Say which function this is, such as: fire brigade, officer on duty.")))
    if role not in {one["code"] for one in found.exercise.roles}:
        problems.append(Problem("role", _("Choose a role.")))
    if len(guests(identifier)) >= MOST_GUESTS:
        problems.append(Problem("function", _("At most 200 guests.")))
    if problems:
        raise Invalid(problems)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = Guest(
        exercise=found.exercise, role=role, function=said, secret=hashed(secret), made_by_id=current_actor().person,
        made_at=at,
    )  # fmt: skip
    made.save(force_insert=True)
    journal.write("exercise.guest", kind=KIND, record=identifier, at=at, guest=made.id)
    return made, secret


@action
def end_guest(guest: UUID, *, at: datetime) -> UUID:
    """Let a link, and the device that opened it, see nothing more. Returns the exercise's id.

    Raises NotFound, Refused, Conflict.
    """
    row = Guest.objects.filter(id=guest).defer("secret", "device").first()
    if row is None:
        raise NotFound()
    found = running_it(row.exercise_id, OPEN)
    if not Guest.objects.filter(id=guest, ended_at=None).update(ended_at=at):
        raise Conflict(_("This link was ended already."))
    journal.write("exercise.guest_ended", kind=KIND, record=found.id, at=at, guest=guest)
    return found.id


class Over(Exception):
    """The exercise of this link or device is over. Raised to who holds one alone."""

    def __init__(self, how: str) -> None:
        super().__init__(how)
        self.called_off = how == "called_off"


def waits(secret: str, place: str) -> None:
    """Return when a link can still be opened. Raises Over; Throttled, NotFound for wrong, used, ended alike."""
    if not _asked("select training_guest_waits(%s)", hashed(secret)):
        _missed(place, secret=secret)


def open_link(secret: str, place: str) -> str:
    """Bind a link to a device; return the device's secret. Raises Over; Throttled, NotFound as `waits`."""
    _count(f"open:{place}", OPENINGS)
    device = secrets.token_urlsafe(SECRET_BYTES)
    if not _asked("select training_guest_open(%s, %s)", hashed(secret), hashed(device)):
        _missed(place, secret=secret)
    return device


def read(device: str, place: str, *, at: datetime, after: datetime | None = None) -> Play:
    """Return what a device may see now, or of what came only what came after a moment.

    Raises Over; Throttled, NotFound alike for unknown and ended.
    """
    with acting_as_system("exercise"), connection.cursor() as cursor:
        cursor.execute("select * from training_guest_read(%s, %s)", [hashed(device), after])
        row = cursor.fetchone()
    if row is None:
        _missed(place, device=device)
    exercise, ticks, injects = (json.loads(one) if isinstance(one, str) else one for one in row)
    for one in injects:
        one["came_at"] = datetime.fromisoformat(one["at"])
        one["said"] = [said | {"at": datetime.fromisoformat(said["at"])} for said in one["said"]]
    return Play(exercise, clock(ticks_of(ticks), at), injects)


def react(device: str, inject: UUID, place: str, *, text: str = "") -> None:
    """Say that a guest saw an inject, or what it would do. Raises Over, Invalid; Throttled, NotFound as `read`."""
    said = text.replace("\r\n", "\n").strip()
    problems = [*text_problems({"text": said}, LONGEST), *guarded({"text": said})]
    if problems:
        raise Invalid(problems)
    if not _asked("select training_guest_react(%s, %s, %s)", hashed(device), inject, said):
        _missed(place, device=device)


def _missed(place: str, *, secret: str = "", device: str = "") -> NoReturn:
    """Say that it is over to who holds a link or a device of it; count all else, and be alike."""
    how = _asked(
        "select training_guest_over(%s, %s)", hashed(secret) if secret else None, hashed(device) if device else None
    )
    if how:
        raise Over(how)
    _count(f"miss:{place}", MISSES)
    raise NotFound()


def _asked(sql: str, *arguments: Any) -> Any:
    with acting_as_system("exercise"), connection.cursor() as cursor:
        cursor.execute(sql, list(arguments))
        row = cursor.fetchone()
        return row[0] if row else None


def _count(name: str, most: int) -> None:
    count(f"exercise:{name}", most, WINDOW)
