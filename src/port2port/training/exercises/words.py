"""How exercises are said: prepared values for the pages and the paper."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.compliance.queries import sight
from port2port.measures.operations.words import day_word
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.members.models import Person
from port2port.site.reader import language
from port2port.training.exercises import queries
from port2port.training.exercises.afterwards import Facts
from port2port.training.exercises.crediting import code_of, credits_for, keeps, sent, to_check
from port2port.training.exercises.learning import became
from port2port.training.exercises.models import Exercise, Inject, Part, Seat
from port2port.training.exercises.queries import Shown
from port2port.training.exercises.rules import EVERYBODY
from port2port.training.exercises.scenarios import Scenario, word

BADGES = {
    "planned": "open", "running": "signal", "paused": "part", "ended": "part", "closed": "ok", "called_off": "closed",
}  # fmt: skip
HOUR = 3600


class Card:
    """An exercise in a list or at the head of its page."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown
        self.exercise = shown.exercise

    @property
    def href(self) -> str:
        """Its page."""
        return reverse("training:exercise", args=[self.shown.id])

    @property
    def when(self) -> str:
        """Day, hour and how long."""
        begins = timezone.localtime(self.exercise.starts_at)
        return _("%(day)s %(hour)s, %(n)d minutes") % {
            "day": day_word(begins.date()), "hour": f"{begins:%H:%M}", "n": self.exercise.minutes,
        }  # fmt: skip

    @property
    def size(self) -> str:
        """Drill or exercise, in the reader's word."""
        return word("sizes", self.exercise.size, language())

    @property
    def state(self) -> str:
        """Its state, as a word."""
        if self.shown.record.withdrawn_at is not None:
            return _("Withdrawn")
        return word("states", self.exercise.state, language())

    @property
    def badge(self) -> str:
        """The shape of its state."""
        return BADGES[self.exercise.state]

    @property
    def places(self) -> str:
        """Where it takes place."""
        return ", ".join(dict.fromkeys(label(one.port.names, language()) for one in self.shown.parts))

    @property
    def invented(self) -> bool:
        """Whether it is of the demo."""
        return self.shown.record.provenance == "invented"

    @property
    def sees(self) -> dict[str, Any]:
        """Who sees it, for the sees part."""
        return {
            "tlp": self.shown.record.tlp, "audience": self.shown.audience,
            "why_url": reverse("sharing:why", args=[self.shown.id]),
        }  # fmt: skip


def elapsed(seconds: float) -> str:
    """Return a time on the clock of an exercise: 0:00 to 23:59:59."""
    whole = int(seconds)
    hours, rest = divmod(whole, HOUR)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def duration(value: timedelta | None) -> str:
    """Return how long something took, in minutes and seconds; a dash when it never came."""
    return elapsed(value.total_seconds()) if value is not None else "–"


def role_word(exercise: Exercise, code: str) -> str:
    """Return a role by name; everybody for all."""
    if code == EVERYBODY:
        return _("Everybody who plays")
    found = next((one for one in exercise.roles if one["code"] == code), None)
    return label(found["names"], language()) if found is not None else code


def roles_words(exercise: Exercise, codes: Iterable[str]) -> str:
    """Return roles by name."""
    return ", ".join(role_word(exercise, code) for code in codes)


def inject_row(exercise: Exercise, one: Inject) -> dict[str, Any]:
    """Return an inject as it is shown to who may see it."""
    release = queries.released(one)
    return {
        "id": one.id,
        "inject": one,
        "at": elapsed(one.second),
        "to": roles_words(exercise, one.roles),
        "channel": word("channels", one.channel, language()),
        "text": label(one.text, language()),
        "release": release,
        "came": release is not None and release.how != "skipped",
        "came_at": release.at if release is not None else None,
    }


def seat_rows(found: Shown, seats: Iterable[Seat]) -> list[dict[str, Any]]:
    """Return who has a seat; a person whose name one may not know is named by the organisation."""
    seats = list(seats)
    names = dict(Person.objects.filter(id__in=[one.person_id for one in seats]).values_list("id", "name"))
    words = {"lead": _("Leads"), "control": _("Control"), "observer": _("Observer")}
    return [
        {
            "seat": one,
            "name": names.get(one.person_id, ""),
            "organisation": label(one.organisation.names, language()),
            "as": words.get(one.kind) or role_word(found.exercise, one.role),
        }
        for one in seats
    ]


def where(part: Part) -> str:
    """Return the facility of a part by name, or its port."""
    spot = facts().facilities.get(part.facility_id) if part.facility_id is not None else None
    return label(spot.names if spot is not None else part.port.names, language())


def part_rows(found: Shown) -> list[dict[str, Any]]:
    """Return where it takes place, with what may be written into each security file."""
    said = {"planned": _("Write that it is planned"), "held": _("Write that it was held")}
    told = {
        "notified": (_("Notice to the local committee"), _("The committee was told on %(day)s")),
        "reported": (_("Report to the authority"), _("The report was sent on %(day)s")),
    }
    own = sight()
    rows = []
    for one in found.parts:
        mine = keeps(one, own)
        may = credits_for(found, one) if mine else []
        proofs = [(words[1], row) for what, words in told.items() if (row := sent(one, what)) is not None]
        rows.append(
            {
                "part": one,
                "where": where(one),
                "who": label(one.organisation.names, language()),
                "file": code_of(one),
                "credited": one.credited_at,
                "takes_back": mine and one.event_id is not None and sent(one, "reported") is None,
                "checks": mine and to_check(one),
                "credits": [(what, said[what]) for what in may if what in said],
                "forms": [(what, told[what][0]) for what in may if what in told],
                "proofs": [(words % {"day": day_word(row.on)}, row.reference) for words, row in proofs],
            }
        )
    return rows


def line_rows(exercise: Exercise, facts_: Facts) -> list[dict[str, Any]]:
    """Return the time line of what happened."""
    return [
        inject_row(exercise, one.inject)
        | {"reached": one.reached, "reacted": one.reacted, "first": duration(one.first), "line": one}
        for one in facts_.lines
    ]


def lesson_rows(found: Shown) -> list[dict[str, Any]]:
    """Return what was learned, each with what became of it, as far as the actor sees it."""
    rows = queries.lessons(found.id)
    links = became(one.id for one in rows)
    return [{"lesson": one, "became": links.get(one.id, [])} for one in rows]


def rated_rows(criteria: Iterable[dict[str, Any]], facts_: Facts) -> list[dict[str, Any]]:
    """Return the evaluation: criterion, the middle of the sheets, and of how many."""
    names = {one["code"]: label(one["names"], language()) for one in criteria}
    scales = {one["code"]: word("scales", one["scale"], language()) for one in criteria}
    return [
        {
            "what": names[one.criterion], "scale": scales[one.criterion], "n": one.n,
            "median": f"{one.median:g}" if one.median is not None else "–",
        }
        for one in facts_.rated
    ]  # fmt: skip


def texts(listed: Iterable[dict[str, str]]) -> list[str]:
    """Return a list of texts in the reader's language."""
    return [label(one, language()) for one in listed]


def scenario_row(one: Scenario) -> dict[str, Any]:
    """Return a scenario as it is listed."""
    code = language()
    return {
        "scenario": one, "title": one.head.names.get(code, one.slug), "size": word("sizes", one.head.size, code),
        "summary": label(one.head.summary, code), "minutes": one.head.minutes, "injects": len(one.injects),
        "href": reverse("training:scenario", args=[one.slug]),
    }  # fmt: skip


def names_of(people: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names that the actor may know."""
    return dict(Person.objects.filter(id__in=list(people)).values_list("id", "name"))
