"""What a sender from outside can do: ask, read the answer with a code, say more. Nobody is signed in.

Two transactions each: the first, as the system principal `identity`, counts the try in the throttle, so that it counts
whatever becomes of it; the second, as `helpdesk`, calls the one function that does it. That principal holds no keys.
Of the sender's address only a hash of its neighbourhood stands in the throttle, for an hour.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from port2port.base import journal
from port2port.base.errors import Invalid, NotFound, Problem
from port2port.base.finding.indexing import search_words
from port2port.helpdesk import calling, queries
from port2port.helpdesk.actions import TIP
from port2port.helpdesk.guarding import guard_problems, personal_data_of
from port2port.helpdesk.proof import Token, code_of, hashed_code, hashed_form, proves
from port2port.helpdesk.queries import CASE
from port2port.helpdesk.rules import Draft, problems_of, reads_like_tip, text_problems
from port2port.helpdesk.vocabulary import PublicForm, public_form, tip_words
from port2port.members.acting import acting_as_system, action
from port2port.members.tries import count

MINUTE = 60
TOO_MANY = _("Too many were sent from your network. Try again in an hour, or telephone the port.")
TOO_OLD = _("This form is too old, or was loaded on another network. Your text is kept: press the button again.")
USED = _("This form was sent before, with another text. Your text is kept: press the button again.")


@dataclass(frozen=True)
class Sent:
    """What came with a form: its token if it is ours, whether work was proved, from which neighbourhood."""

    token: Token | None
    proved: bool
    place: str


@dataclass(frozen=True)
class Receipt:
    """What the sender is shown once: the code, by which the answer is read. `before`: the form was sent already."""

    code: str
    before: bool


@dataclass(frozen=True)
class Said:
    """One thing of the conversation as its sender reads it: no names of persons."""

    at: datetime
    act: str
    side: str
    text: str
    organisation: dict[str, str]
    circle: dict[str, str]


@dataclass(frozen=True)
class Conversation:
    """A case as its sender reads it."""

    state: str
    topic: str
    opened_at: datetime
    closed_at: datetime | None
    desk: dict[str, str]
    first_answer_due: datetime
    first_answer_at: datetime | None
    said: list[Said]


def proved(token: str, proof: str) -> bool:
    """Tell whether the work for a form was done."""
    return proves(token, proof, bits=public_form().work_bits)


def form_problems(sent: Sent, *, at: datetime) -> list[Problem]:
    """Return what is wrong with when and whence a form was sent: too old, another network, or too soon."""
    limits = public_form()
    if sent.token is None:
        return [Problem("token", TOO_OLD)]
    age = at - sent.token.made_at
    soonest = limits.soonest_with_proof if sent.proved else limits.soonest_without_proof
    if age > timedelta(seconds=limits.oldest) or age < timedelta(0):
        return [Problem("token", TOO_OLD)]
    if age < timedelta(seconds=soonest):
        wait = soonest - int(age.total_seconds())
        return [
            Problem("token", _("Wait %(n)d seconds, then press the button again. Your text is kept.") % {"n": wait})
        ]
    return []


def draft_problems(draft: Draft, *, confirmed: bool, not_a_tip: bool) -> list[Problem]:
    """Return everything wrong with what somebody wrote; a text that reads like a tip is asked about first."""
    with acting_as_system("helpdesk"):
        ports = queries.ports()
    problems = problems_of(draft, ports=ports, longest=public_form().longest_text)
    problems += guard_problems(draft.text, confirmed=confirmed)
    if not not_a_tip and reads_like_tip(draft.text, tip_words()):
        problems.append(Problem("not_a_tip", TIP))
    return problems


def ask(draft: Draft, sent: Sent, *, key: str, at: datetime) -> Receipt:
    """Bring a checked question to the desk of its port. The same form, sent again, opens no second case.

    Raises Throttled; Invalid when the form is too old, sent too soon, or was used for another text.
    """
    problems = form_problems(sent, at=at)
    if problems or sent.token is None:
        raise Invalid(problems)
    limits = public_form()
    code = code_of(sent.token, key)
    with acting_as_system("identity"):  # both places are taken, or none
        most = limits.cases_with_proof if sent.proved else limits.cases_without_proof
        way = "proof" if sent.proved else "slow"
        count(f"helpdesk:case:{way}:{sent.place}", most, limits.window, said=TOO_MANY)
        if not sent.proved:
            minute = int(at.timestamp()) // MINUTE
            count(f"helpdesk:slow:{minute}", limits.minute_without_proof, MINUTE, said=TOO_MANY)
    with acting_as_system("helpdesk"):
        return _ask(draft, code, at=at)


@action
def _ask(draft: Draft, code: str, *, at: datetime) -> Receipt:
    ports = queries.ports()
    port = ports[draft.port].id if draft.port else None
    made = calling.submit(
        draft, calling.desk_for(port), port=port, personal_data=personal_data_of(draft.text), receipt=hashed_code(code)
    )
    if not made.fresh:
        if not made.same or at - made.at > timedelta(seconds=public_form().code_again):
            raise Invalid([Problem("token", USED)])
        return Receipt(code, before=True)
    journal.write("case.shared", kind=CASE, record=made.record, at=at)
    return Receipt(code, before=False)


def read(code: str, place: str) -> Conversation:
    """Return the case of a code. Raises Throttled; NotFound alike for a wrong, withdrawn, expired, long closed one."""
    limits = public_form()
    count(f"helpdesk:look:{place}", limits.looks, limits.window, said=TOO_MANY)
    with acting_as_system("helpdesk"):
        return _read(code, limits)


def _read(code: str, limits: PublicForm) -> Conversation:
    with connection.cursor() as cursor:
        cursor.execute("select * from helpdesk_read(%s, %s)", [hashed_code(code), limits.read_after_closing])
        row = cursor.fetchone()
    if row is None:
        raise NotFound()
    state, topic, opened_at, closed_at, desk, due, answered, said = row
    return Conversation(
        state, topic, opened_at, closed_at, _json(desk), due, answered, [_said(one) for one in _json(said) or []]
    )


def _said(one: dict[str, Any]) -> Said:
    return Said(
        datetime.fromisoformat(one["at"]), one["act"], one["side"], one["text"], one["organisation"] or {},
        one["circle"] or {},
    )  # fmt: skip


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def write_problems(text: str, *, confirmed: bool, not_a_tip: bool) -> list[Problem]:
    """Return what is wrong with a further message; a tip is asked about here too."""
    problems = [*text_problems(text, longest=public_form().longest_text), *guard_problems(text, confirmed=confirmed)]
    if not not_a_tip and reads_like_tip(text, tip_words()):
        problems.append(Problem("not_a_tip", TIP))
    return problems


def write(code: str, text: str, sent: Sent, *, at: datetime) -> bool:
    """Say more in the case of a code; the same form says it once. Returns whether it was new.

    Raises Throttled, NotFound, Conflict when it is closed, Invalid for the form.
    """
    limits = public_form()
    count(f"helpdesk:write:{sent.place}", limits.messages, limits.window, said=TOO_MANY)
    token = sent.token
    with acting_as_system("helpdesk"):
        _read(code, limits)  # an unknown code is told before anything about the form
    problems = form_problems(sent, at=at)
    if problems or token is None:
        raise Invalid(problems)
    with acting_as_system("helpdesk"):
        return _write(code, text, hashed_form(token), at=at)


@action
def _write(code: str, text: str, form: bytes, *, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "select * from helpdesk_write(%s, %s, %s, %s, %s)",
            [hashed_code(code), public_form().read_after_closing, form, text, search_words(text)],
        )
        found: tuple[UUID, bool] = cursor.fetchone()
    record, fresh = found
    if fresh:
        journal.write("case.write", kind=CASE, record=record, at=at)
    return fresh
