"""How courses are said: prepared values for the pages."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from PIL import Image

from port2port.measures.operations.words import day_word
from port2port.members.data_files import label
from port2port.site.markdown import Video, marked_up
from port2port.site.reader import language
from port2port.training.courses import queries
from port2port.training.courses.contents import VIDEOS, Course, Medium, Module, subtitles_of, topics, word
from port2port.training.courses.library import PICTURES, library
from port2port.training.courses.models import Session
from port2port.training.courses.queries import Drawn, Going, Pass
from port2port.training.courses.rules import OWN, key_of, needed

VIEW_BOX = re.compile(rb'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')
BADGES = {"valid": "ok", "soon": "part", "expired": "closed", "replaced": "closed", "withdrawn": "error"}
SESSION_BADGES = {"planned": "open", "held": "ok", "called_off": "closed"}


def standing_word(standing: str) -> str:
    """Return how a pass stands, as a word."""
    return {
        "valid": _("Counts"), "soon": _("Ends soon"), "expired": _("Has ended"),
        "replaced": _("There is a newer version"),
        "withdrawn": pgettext("certificate", "Withdrawn"),
    }[standing]  # fmt: skip


def session_word(state: str) -> str:
    """Return the state of a session, as a word."""
    return {"planned": _("Planned"), "held": _("Was held"), "called_off": _("Called off")}[state]


def naming() -> Callable[[str], str]:
    """Return what says the name of a course, read once for a whole page; one that is no longer there stands for
    itself.
    """
    known, code = queries.names(), language()
    return lambda slug: label(known[slug], code) if slug in known else slug


def name_of(slug: str) -> str:
    """Return the name of one course; of those that ship with the program nobody has to be asked."""
    found = library().get(slug)
    return found.head.label(language()) if found is not None else naming()(slug)


def public_name(slug: str) -> str:
    """Return what a mail or somebody's calendar may call a course: what an organisation calls its own stays here."""
    return _("A course of your organisation") if slug.startswith(OWN) else name_of(slug)


def offered_names() -> dict[str, str]:
    """Return the names of the courses that can be taken, by slug."""
    return {slug: one.head.label(language()) for slug, one in queries.offered().items()}


def course_row(course: Course, best: Pass | None, attempt: UUID | None, people: int | None = None) -> dict[str, Any]:
    """Return a course in a list or at the head of its page, with how the reader stands."""
    head, code = course.head, language()
    return {
        "slug": course.slug, "name": head.label(code), "summary": label(head.summary, code), "minutes": head.minutes,
        "version": head.version, "audiences": [word("audiences", one, code) for one in head.audiences],
        "href": reverse("training:course", args=[course.slug]), "attempt": attempt, "people": people,
        "best": pass_row(best) if best is not None else None, "own": course.own,
    }  # fmt: skip


def how_word(how: str) -> str:
    """Return how somebody took part, as a word."""
    return {
        "quiz": _("quiz"), "session": _("session"), "noted": _("by a record of the organisation"),
        "package": _("by a package of the organisation"),
    }[how]  # fmt: skip


def pass_row(one: Pass) -> dict[str, Any]:
    """Return a pass in a list."""
    return {
        "id": one.completion.id, "person": one.completion.person_id, "slug": one.slug,
        "name": label(one.names, language()),
        "version": one.version, "on": timezone.localdate(one.completion.at), "ends": one.ends, "counts": one.counts,
        "how": how_word(one.completion.how), "badge": BADGES[one.standing],
        "word": standing_word(one.standing), "withdrawn": one.standing == "withdrawn", "why": one.completion.why,
        "code": one.completion.code,
    }  # fmt: skip


def topic_rows(course: Course) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the topics of a course by audience, each with its citation."""
    code = language()
    known = {one.code: one for one in topics().list}
    found = [known[one] for one in course.head.topics]
    return [
        (
            word("audiences", audience, code),
            [(one.label(code), one.citation) for one in found if one.audience == audience],
        )
        for audience in course.head.audiences
    ]  # fmt: skip


def source_rows(course: Course) -> list[tuple[str, str]]:
    """Return the sources of a course: name and address."""
    return [(one.label(language()), one.url) for one in course.sources]


def module_row(course: Course, module: Module) -> dict[str, Any]:
    """Return a module as it is read: its HTML, what stands before and after."""
    text = label(module.texts, language())
    media = {name: media_url(course.slug, name) for name in course.media}
    number = [one.code for one in course.modules].index(module.code)
    return {
        "title": module.label(language()), "html": read(text, media, language()), "number": number + 1,
        "before": course.modules[number - 1] if number else None,
        "after": course.modules[number + 1] if number + 1 < len(course.modules) else None,
    }  # fmt: skip


def read(text: str, media: Mapping[str, str], code: str) -> SafeString:
    """Return a text of a course as HTML, its videos with their subtitles in a language. `media`: addresses by name."""
    videos = {
        name: Video(src, media.get(subtitles_of(name, code), ""))
        for name, src in media.items()
        if name.endswith(VIDEOS)
    }
    return marked_up(text, {name: src for name, src in media.items() if name.endswith(PICTURES)}, videos)


def module_links(course: Course, current: str = "") -> list[dict[str, Any]]:
    """Return the modules of a course as they are moved between."""
    return [
        {"title": one.label(language()), "current": one.code == current,
         "href": reverse("training:course_module", args=[course.slug, one.code])}
        for one in course.modules
    ]  # fmt: skip


def media_url(slug: str, name: str) -> str:
    """Return the address of a picture or video."""
    return reverse("training:course_media", args=[slug, name])


def pages_of(course: Course) -> list[str]:
    """Return the addresses of a course's pages, its own first: what a phone keeps to read it without a network."""
    own = reverse("training:course", args=[course.slug])
    return [own, *(reverse("training:course_module", args=[course.slug, one.code]) for one in course.modules)]


def question_row(going: Going, drawn: Drawn) -> dict[str, Any]:
    """Return a question as it is asked: nothing of it says what is right."""
    question, code = drawn.question, language()
    chosen = drawn.chosen or ()
    places = len(question.options)
    return {
        "number": drawn.number, "of": len(going.drawn), "kind": question.kind, "text": label(question.text, code),
        "picture": media_url(going.course.slug, question.picture) if question.picture else "",
        "height": height_of(going.course.media[question.picture], question.picture) if question.picture else None,
        "options": [
            {
                "code": one.code, "text": label(one.text, code), "chosen": one.code in chosen, "area": one.area,
                "place": chosen.index(one.code) + 1 if one.code in chosen else None,
            }
            for one in question.options
        ],
        "places": range(1, places + 1), "hint": _hint(question.kind), "answered": drawn.chosen is not None,
    }  # fmt: skip


@cache
def height_of(picture: Medium, name: str) -> str:
    """Return how high a picture is when it is 100 wide, so that its areas lie where they were drawn."""
    content = picture.read_bytes()
    if name.endswith(".svg"):
        found = VIEW_BOX.search(content)
        width, height = (float(found[1]), float(found[2])) if found is not None else (16.0, 10.0)
    else:  # its head alone is read
        with Image.open(BytesIO(content)) as drawn:
            width, height = (float(one) for one in drawn.size)
    return f"{100 * height / width:.3f}"


def _hint(kind: str) -> str:
    return {
        "single": _("Choose one."), "multiple": _("Choose all that are right."),
        "order": _("Give each line its place, 1 comes first."),
        "hotspot": _("Tap the place in the picture, or choose it in the list."),
    }[kind]  # fmt: skip


def feedback_row(drawn: Drawn, written: Any) -> dict[str, Any]:
    """Return a question after it was handed in: what was chosen, what is right, and why. `written`: of the course."""
    code, key, chosen = language(), key_of(written), drawn.chosen or ()
    texts = {one.code: label(one.text, code) for one in written.options}
    ordered = written.kind == "order"
    options = [
        {
            "text": texts[one.code], "right": one.code in key, "chosen": one.code in chosen,
            "why": label(one.why, code) if one.why else "",
        }
        for one in drawn.question.options
        if not ordered and (one.code in key or one.code in chosen)
    ]  # fmt: skip
    return {
        "number": drawn.number, "text": label(written.text, code), "right": bool(drawn.right), "options": options,
        "order": [texts[one] for one in key] if ordered else [],
        "yours": [texts[one] for one in chosen] if ordered else [],
        "why": label(written.why, code) if written.why else "", "module": written.module, "skipped": not chosen,
    }  # fmt: skip


def result(going: Going) -> str:
    """Return the answer of a quiz that was handed in, as a sentence."""
    good, of = going.good, len(going.drawn)
    if going.attempt.passed:
        return _("Passed: %(good)d of %(of)d right") % {"good": good, "of": of}
    most = needed(of, going.course.head.pass_percent)
    return ngettext(
        "Not passed: %(good)d of %(of)d right, %(n)d is needed",
        "Not passed: %(good)d of %(of)d right, %(n)d are needed", most,
    ) % {"good": good, "of": of, "n": most}  # fmt: skip


def when(session: Session) -> str:
    """Return day, hour and how long."""
    begins = timezone.localtime(session.starts_at)
    return _("%(day)s %(hour)s, %(n)d minutes") % {
        "day": day_word(begins.date()), "hour": f"{begins:%H:%M}", "n": session.minutes,
    }  # fmt: skip


def session_row(session: Session, name: str, *, mine: bool, at: datetime) -> dict[str, Any]:
    """Return a session in a list or at the head of its page."""
    over = session.starts_at + timedelta(minutes=session.minutes) <= at
    return {
        "id": session.id, "name": name, "slug": session.slug, "when": when(session),
        "place": session.place, "seats": session.seats, "state": session.state, "why": session.why,
        "badge": SESSION_BADGES[session.state], "word": session_word(session.state), "mine": mine,
        "href": reverse("training:session", args=[session.id]), "over": over, "begun": session.starts_at <= at,
    }  # fmt: skip


def team_rows(
    names: Mapping[UUID, str], best: Mapping[tuple[UUID, str], Pass], courses: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return each person with how they stand in each course. `courses`: their names by slug."""
    return [
        {
            "name": name,
            "cells": [
                {"name": course, "pass": pass_row(best[person, slug]) if (person, slug) in best else None}
                for slug, course in courses.items()
            ],
        }
        for person, name in names.items()
    ]  # fmt: skip
