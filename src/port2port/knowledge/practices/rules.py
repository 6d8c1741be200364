"""What holds for practices, decided on plain values: texts, states, the second pair of eyes, staleness. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from port2port.base.errors import Problem, Text
from port2port.base.text import unreadable

TOPICS = (
    "inspections", "access_control", "screening", "drones", "ai_cameras", "cyber", "release_process", "insider",
    "training", "other",
)  # fmt: skip
MATURITIES = ("idea", "pilot", "proven_one", "proven_several")
STATES = ("draft", "review", "published")
LANGUAGES = ("nl", "fr", "de", "en")
# What may be done in which state, and to what it leads: as `knowledge_practice_turn` in the database.
TURNS: Mapping[tuple[str, str], str] = {
    ("draft", "ask"): "review",
    ("review", "back"): "draft",
    ("review", "publish"): "published",
}
SOON = timedelta(days=30)  # so long before its day a review is asked for at home
REVIEWED_FOR = timedelta(days=365)
FARTHEST_REVIEW = timedelta(days=3 * 366)


@dataclass(frozen=True)
class Draft:
    """What a practice says, in one language."""

    title: str
    context: str
    done: str
    topic: str
    maturity: str
    language: str
    cost: str = ""
    outcome: str = ""
    wrong: str = ""
    conditions: str = ""
    contact: str = ""
    modi: tuple[str, ...] = ()


FIELDS = (
    "language", "topic", "maturity", "title", "context", "done", "cost", "outcome", "wrong", "conditions", "modi",
    "contact",
)  # fmt: skip
FIELD_WORDS: Mapping[str, Any] = {
    "language": _("Language"),
    "topic": pgettext_lazy("of a practice", "Topic"),
    "maturity": _("How far proven"),
    "title": _("Title"),
    "context": pgettext_lazy("of a practice", "Context"),
    "done": _("What was done"),
    "cost": _("What it cost"),
    "outcome": _("What came of it"),
    "wrong": _("What went wrong"),
    "conditions": _("What another port needs for it"),
    "modi": _("Modi operandi it counters"),
    "contact": _("Contact"),
}
PARTS = ("context", "done", "cost", "outcome", "wrong", "conditions")  # Markdown, in the order of the page
WRITTEN = ("title", *PARTS, "contact")
LONGEST: Mapping[str, int] = {"title": 120, "contact": 200, "done": 8000, "experience": 2000}
LONGEST_OTHER = 4000
SHORTEST_TEXT = 10


def text_problems(texts: Mapping[str, str]) -> list[Problem]:
    """Return what in these texts is too long or cannot be shown."""
    found = []
    for name, text in texts.items():
        most = LONGEST.get(name, LONGEST_OTHER)
        if len(text) > most:
            found.append(Problem(name, _("This is longer than %(longest)d characters.") % {"longest": most}))
        if unreadable(text):
            found.append(Problem(name, _("This holds characters that cannot be shown. Type it again.")))
    return found


def problems_of(draft: Draft, modi: Collection[str]) -> list[Problem]:
    """Return what is wrong with a text. `modi`: the codes there are."""
    found = text_problems({name: getattr(draft, name) for name in WRITTEN})
    if not draft.title.strip():
        found.append(Problem("title", _("Give it a title.")))
    for name, message in (
        ("context", _("Say in at least a sentence where and why this was done.")),
        ("done", _("Say in at least a sentence what was done.")),
    ):
        if len(getattr(draft, name).strip()) < SHORTEST_TEXT:
            found.append(Problem(name, message))
    for name, known in (("topic", TOPICS), ("maturity", MATURITIES), ("language", LANGUAGES)):
        if getattr(draft, name) not in known:
            found.append(Problem(name, _("This code is not known here.")))
    if set(draft.modi) - set(modi):
        found.append(Problem("modi", _("This code is not known here.")))
    if draft.maturity.startswith("proven") and not draft.outcome.strip():
        found.append(Problem("outcome", _("What is proven has come to something: say what, with a figure if you can.")))
    return found


def review_problems(day: date | None, *, today: date) -> list[Problem]:
    """Return what is wrong with the day on which a practice is looked at again."""
    if day is None:
        return [Problem("review_on", _("Say when it will be looked at again."))]
    if day <= today:
        return [Problem("review_on", _("This day has passed."))]
    if day > today + FARTHEST_REVIEW:
        return [Problem("review_on", _("Look at it again within three years."))]
    return []


def stale(review_on: date | None, *, today: date) -> bool:
    """Tell whether the day on which it was to be looked at again has come."""
    return review_on is not None and review_on <= today


def may_publish(acts: Collection[str], *, person: UUID, last_writer: UUID) -> Text:
    """Return why this steward may not publish, or nothing: who wrote it last is not who publishes it."""
    if not {"steward", "share"} <= set(acts):
        return _("A practice is published by somebody of your organisation who looks after its records.")
    if person == last_writer:
        return _("You wrote it last: somebody else of your organisation publishes it.")
    return ""


def experience_problems(text: str) -> list[Problem]:
    """Return what is wrong with what an organisation tells of its use."""
    found = text_problems({"experience": text})
    if len(text.strip()) < SHORTEST_TEXT:
        found.append(Problem("experience", _("Say in a sentence what it was like at your place.")))
    return found
