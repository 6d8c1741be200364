"""Statements of xAPI as they leave, and when a store is tried again. Pure.

Sources: Experience API 1.0.3, part 2 (2.2 properties of a statement, 2.3.1 ids, 2.4.2.4 accounts, 2.4.3 verbs and
voiding, 2.4.6.2 contextActivities) and part 3 (1.1 and 3.3 headers, 2.1.2 POST Statements); IEEE 9274.1.1-2023 (xAPI
2.0); the ADL vocabulary for verbs and kinds of activity.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid5

from django.utils.translation import gettext_lazy as _

from port2port.alerts.channels.addresses import Forbidden, read_place
from port2port.base.errors import Problem

Way = Literal["basic", "bearer"]
Known = Literal["account", "mail"]
WAYS: tuple[Way, ...] = ("basic", "bearer")
ACTORS: tuple[Known, ...] = ("account", "mail")
VERSIONS = ("1.0.3", "2.0.0")
STATES = ("waiting", "sent", "refused")
LONGEST = {"url": 500, "user": 200, "secret": 500}
PRINTABLE = re.compile(r"[!-~]+")
VOIDED = "voided-"
AGAIN, MOST_WAIT = timedelta(minutes=5), timedelta(hours=6)
DOUBLINGS = 7

ADL = "http://adlnet.gov/expapi/"
VERBS: dict[str, dict[str, str]] = {
    "passed": {"nl": "is geslaagd voor", "fr": "a réussi", "de": "hat bestanden", "en": "passed"},
    "failed": {"nl": "is niet geslaagd voor", "fr": "n’a pas réussi", "de": "hat nicht bestanden", "en": "failed"},
    "completed": {"nl": "heeft voltooid", "fr": "a terminé", "de": "hat abgeschlossen", "en": "completed"},
    "attended": {"nl": "heeft bijgewoond", "fr": "a assisté à", "de": "hat teilgenommen an", "en": "attended"},
    "voided": {"nl": "heeft ingetrokken", "fr": "a annulé", "de": "hat für ungültig erklärt", "en": "voided"},
}
PLATFORM = "Port 2 Port"


@dataclass(frozen=True)
class Plan:
    """What an administrator says of a store. `secret`: "" keeps the one that is there; of `basic` with `user`."""

    url: str
    way: Way
    user: str
    secret: str
    version: str
    actor: Known
    failed: bool
    earlier: bool = False


@dataclass(frozen=True)
class Fact:
    """What happened, of which a statement says so. `source`: of which row; `about`: which statement it voids."""

    source: UUID
    verb: str
    person: UUID
    email: str | None
    slug: str
    edition: int
    names: Mapping[str, str]
    at: datetime
    session: UUID | None = None
    minutes: int | None = None
    about: UUID | None = None

    @property
    def id(self) -> UUID:
        """The statement's, the same whenever and by whatever way it leaves: each fact has one statement for ever."""
        return uuid5(self.source, self.verb)


def plan_problems(plan: Plan, *, kept: bool, allow_private: bool) -> list[Problem]:
    """Return what is wrong with what was said. `kept`: there is a secret already, of the same way."""
    problems = []
    try:
        read_place(plan.url, allow_private=allow_private)
    except Forbidden:
        problems.append(Problem("url", _("Give the https address of the store, on the internet.")))
    if "?" in plan.url or len(plan.url) > LONGEST["url"]:
        problems.append(Problem("url", _("Give the https address of the store, on the internet.")))
    if not plan.secret and not kept:
        problems.append(Problem("secret", _("Give the password or token that the store made for you.")))
    if plan.secret and (len(plan.secret) > LONGEST["secret"] or not PRINTABLE.fullmatch(plan.secret)):
        problems.append(Problem("secret", _("This holds characters that cannot be sent.")))
    if plan.way == "basic" and plan.secret:
        if not plan.user:
            problems.append(Problem("user", _("Give the name that goes with the password.")))
        elif len(plan.user) > LONGEST["user"] or ":" in plan.user or not PRINTABLE.fullmatch(plan.user):
            problems.append(Problem("user", _("This holds characters that cannot be sent.")))
    for field, value, known in (
        ("way", plan.way, WAYS), ("version", plan.version, VERSIONS), ("actor", plan.actor, ACTORS),
    ):  # fmt: skip
        if value not in known:
            problems.append(Problem(field, _("This code is not known here.")))
    return problems


def endpoint(url: str) -> str:
    """Return where statements are posted to."""
    return f"{url.rstrip('/')}/statements"


def statement(fact: Fact, *, site: str) -> dict[str, Any]:
    """Return the statement of a fact; `site`: the platform's address, of which accounts and activities are."""
    verb = fact.verb.partition("-")[0]
    said: dict[str, Any] = {
        "id": str(fact.id),
        "actor": _actor(fact, site),
        "verb": {"id": f"{ADL}verbs/{verb}", "display": VERBS[verb]},
        "timestamp": fact.at.astimezone(UTC).isoformat(timespec="milliseconds"),
    }
    if fact.about is not None:
        return said | {"object": {"objectType": "StatementRef", "id": str(fact.about)}}
    course = _activity(f"{site}/training/courses/{fact.slug}/", "course", fact.names)
    context: dict[str, Any] = {"platform": PLATFORM, "revision": str(fact.edition)}
    if verb == "attended" and fact.session is not None:
        meeting = _activity(f"{site}/training/courses/sessions/{fact.session}/", "meeting", fact.names)
        context["contextActivities"] = {"parent": [course]}
        took = {"result": {"duration": f"PT{fact.minutes}M"}} if fact.minutes else {}
        return said | {"object": meeting, "context": context} | took
    result: dict[str, bool] = {"completion": verb != "failed"}
    if verb in ("passed", "failed"):
        result["success"] = verb == "passed"
    return said | {"object": course, "result": result, "context": context}


def _actor(fact: Fact, site: str) -> dict[str, Any]:
    if fact.email:
        return {"objectType": "Agent", "mbox": f"mailto:{fact.email}"}
    return {"objectType": "Agent", "account": {"homePage": site, "name": str(fact.person)}}


def _activity(address: str, kind: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "objectType": "Activity", "id": address,
        "definition": {"type": f"{ADL}activities/{kind}", "name": dict(names)},
    }  # fmt: skip


def next_try(failures: int, at: datetime, *, asked: float | None = None) -> datetime:
    """Return when a store that failed so many times in a row is tried again: later each time, six hours at most."""
    wait: timedelta = min(AGAIN * 2 ** min(max(failures - 1, 0), DOUBLINGS), MOST_WAIT)
    return at + max(wait, timedelta(seconds=asked or 0.0))
