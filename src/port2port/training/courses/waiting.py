"""What of courses waits for whoever acts: a quiz begun, a course to take, one that ends, a session, its attendance.

Whoever reads TLP:AMBER is asked to take the course on handling: a notice, not a gate.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from port2port.members.actor import Actor
from port2port.members.rules import Need
from port2port.sharing.tlp import SENSITIVE
from port2port.training.courses import queries
from port2port.training.courses.rules import AMBER_COURSE
from port2port.training.courses.words import naming, when

AHEAD = timedelta(days=14)


def needs(actor: Actor, at: datetime) -> list[Need]:
    """Return what waits; the same queries for everybody, whether there is anything or not."""
    if actor.organisation is None or actor.shielded:
        return []
    today = timezone.localdate(at)
    best = {slug: one for (_person, slug), one in queries.best(queries.own_passes(on=today)).items()}
    going = queries.open_attempts()
    due = {one.slug: one.due for one in queries.enrolments() if one.person_id == actor.person}
    name, offered = naming(), queries.offered()
    found = [
        _course(name, slug, _("You began its quiz. Go on where you were."), reverse("training:attempt", args=[attempt]))
        for slug, attempt in going.items()
    ]
    for slug, day in due.items():
        if slug not in going:
            found.append(_course(name, slug, _("You are asked to take this course."), due=day, overdue=day < today))
    for slug, one in best.items():
        if slug in going or slug in due or one.standing == "valid" or slug not in offered:
            continue
        text = _("Your pass ends soon: take it anew.") if one.counts else _("Your pass has ended: take it anew.")
        found.append(_course(name, slug, text, due=one.ends, overdue=not one.counts))
    if actor.ceiling >= SENSITIVE and AMBER_COURSE not in {*best, *going, *due} and AMBER_COURSE in offered:
        found.append(_course(name, AMBER_COURSE, _("You read TLP:AMBER. Ten minutes on what you may pass on to whom.")))
    return [*found, *_sessions(name, actor, at), *_missed(at)]


def _course(name: Callable[[str], str], slug: str, text: str, href: str = "", **more: object) -> Need:
    address = href or reverse("training:course", args=[slug])
    return Need(name(slug), text, address, pgettext("verb", "Open"), icon="training", **more)  # type: ignore[arg-type]  # day and whether overdue


def _missed(at: datetime) -> list[Need]:
    """Tell who trains that people did not come, and can be offered another date."""
    if not queries.trains():
        return []
    number = sum(len(one.people) for one in queries.missed(at=at, on=timezone.localdate(at)))
    if not number:
        return []
    title = ngettext("%(n)d person did not come to a session", "%(n)d people did not come to a session", number)
    text = _("Offer them another date: one click for each session.")
    href = reverse("training:sessions")
    return [Need(title % {"n": number}, text, href, pgettext("verb", "Open"), icon="training")]


def _sessions(name: Callable[[str], str], actor: Actor, at: datetime) -> list[Need]:
    mine, trains = queries.own_bookings(), queries.trains()
    found = []
    for one in queries.sessions(since=at - AHEAD):
        href = reverse("training:session", args=[one.id])
        if one.state == "planned" and at < one.starts_at <= at + AHEAD and one.id in mine:
            text = _("You are expected: %(when)s, %(place)s") % {"when": when(one), "place": one.place}
        elif one.state == "planned" and trains and one.starts_at + timedelta(minutes=one.minutes) <= at:
            text = _("It is over: write down who came.")
        elif one.state == "called_off" and one.id in mine and one.starts_at > at:
            text = _("Called off: %(why)s") % {"why": one.why}
        else:
            continue
        found.append(Need(name(one.slug), text, href, pgettext("verb", "Open"), icon="training",
                          due=timezone.localdate(one.starts_at)))  # fmt: skip
    return found
