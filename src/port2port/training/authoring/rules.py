"""What holds for a course while an organisation writes it, on plain values; `courses/checks.py` says what it lacks."""

import hashlib
import secrets
from collections.abc import Collection, Iterator
from dataclasses import replace

import msgspec
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.base.text import unreadable
from port2port.members.data_files import LANGUAGES, Names
from port2port.site.markdown import pictures_in
from port2port.training.courses.checks import AT_MOST, LONGEST, MODULES
from port2port.training.courses.contents import (
    VIDEOS,
    Course,
    CourseHead,
    Module,
    Option,
    Question,
    subtitles_of,
    topics,
)
from port2port.training.courses.rules import OWN

MOST_MODULES, MOST_QUESTIONS, MOST_PICTURES = MODULES[1], 60, 40
LARGEST_PICTURE = 1_000_000  # bytes, drawn anew: read on a quay
NEW = "new"
"""Stands in an address for a module that is not there yet, `new-single` and its like for a question."""
BEGUN = CourseHead(
    names={}, slug="own-new", version=1, audiences=("all_others",), topics=("O01",), minutes=20, draw=6,
    pass_percent=80, valid_months=24, grace_days=30, summary={},
)  # fmt: skip


def languages_of(head: CourseHead) -> tuple[str, ...]:
    """Return the languages that a course is written in: those in which it has a name."""
    return tuple(one for one in LANGUAGES if one in head.names)


def audiences_of(chosen: Collection[str]) -> tuple[str, ...]:
    """Return whom a course is for that is about these topics, in the order of the Code."""
    known = topics()
    named = {one.audience for one in known.list if one.code in chosen}
    return tuple(one.code for one in known.audiences if one.code in named)


def texts_of(course: Course) -> Iterator[tuple[str, str, int]]:
    """Yield each text of a course: where it stands (`modules.gate.texts.nl`), what it says, how long it may be."""
    head = course.head
    yield from _said("head.names", head.names, LONGEST["title"])
    yield from _said("head.summary", head.summary, LONGEST["summary"])
    for one in course.modules:
        yield from _said(f"modules.{one.code}.names", one.names, LONGEST["module"])
        yield from _said(f"modules.{one.code}.texts", one.texts, LONGEST["text"])
    for asked in course.questions:
        where = f"questions.{asked.code}"
        yield from _said(f"{where}.text", asked.text, LONGEST["question"])
        yield from _said(f"{where}.why", asked.why or {}, LONGEST["why"])
        for option in asked.options:
            yield from _said(f"{where}.options.{option.code}.text", option.text, LONGEST["answer"])
            yield from _said(f"{where}.options.{option.code}.why", option.why or {}, LONGEST["feedback"])


def _said(where: str, texts: Names, most: int) -> Iterator[tuple[str, str, int]]:
    for language, text in texts.items():
        yield f"{where}.{language}", text, most


def new_texts(before: Course, after: Course) -> dict[str, str]:
    """Return the texts that a change brings, by where they stand."""
    known = {where: text for where, text, _most in texts_of(before)}
    return {where: text for where, text, _most in texts_of(after) if known.get(where) != text}


def kept_problems(before: Course, after: Course) -> list[Problem]:
    """Return why a change cannot be kept; what may still be missing is no reason."""
    fresh, found = new_texts(before, after), []
    for where, text, most in texts_of(after):
        if where in fresh and unreadable(text):
            found.append(Problem(where, _("It holds characters that cannot be shown.")))
        if where in fresh and len(text) > most:
            found.append(Problem(where, AT_MOST % {"n": most}))
    if len(after.modules) > MOST_MODULES:
        found.append(Problem("modules", _("A course has at most %(n)d modules.") % {"n": MOST_MODULES}))
    if len(after.questions) > MOST_QUESTIONS:
        found.append(Problem("questions", _("A course has at most %(n)d questions.") % {"n": MOST_QUESTIONS}))
    return found


def mark(part: CourseHead | Module | Question | None) -> str:
    """Return what a form remembers of the part it shows, so that who keeps it later is told of another's change."""
    return hashlib.sha256(msgspec.json.encode(part)).hexdigest()[:32]


def in_languages(course: Course, languages: Collection[str]) -> Course:
    """Return a course with its texts in these languages alone."""

    def kept(texts: Names | None) -> Names | None:
        return None if texts is None else {code: text for code, text in texts.items() if code in languages}

    def option(one: Option) -> Option:
        return msgspec.structs.replace(one, text=kept(one.text), why=kept(one.why))

    return replace(
        course,
        modules=tuple(
            msgspec.structs.replace(one, names=kept(one.names), texts=kept(one.texts)) for one in course.modules
        ),
        questions=tuple(
            msgspec.structs.replace(
                one, text=kept(one.text), why=kept(one.why), options=tuple(option(each) for each in one.options)
            )
            for one in course.questions
        ),
    )


def with_module(course: Course, module: Module) -> Course:
    """Return a course with a module in the place of the one of its code, or as its last."""
    there = [one.code for one in course.modules]
    if module.code not in there:
        return replace(course, modules=(*course.modules, module))
    return replace(course, modules=tuple(module if one.code == module.code else one for one in course.modules))


def with_question(course: Course, question: Question) -> Course:
    """Return a course with a question in the place of the one of its code, or as its last."""
    there = [one.code for one in course.questions]
    if question.code not in there:
        return replace(course, questions=(*course.questions, question))
    return replace(course, questions=tuple(question if one.code == question.code else one for one in course.questions))


def moved(course: Course, code: str, by: int) -> Course:
    """Return a course with a module so many places further on; at either end it stays."""
    modules = list(course.modules)
    place = next(n for n, one in enumerate(modules) if one.code == code)
    modules.insert(max(0, place + by), modules.pop(place))
    return replace(course, modules=tuple(modules))


def files_shown(course: Course) -> set[str]:
    """Return the names of the files that a text or a question shows, with the subtitles of its videos."""
    in_texts = {one.name for module in course.modules for text in module.texts.values() for one in pictures_in(text)}
    videos = [name for name in in_texts if name.endswith(VIDEOS)]
    subtitles = {subtitles_of(name, code) for name in videos for code in LANGUAGES}
    return in_texts | subtitles | {one.picture for one in course.questions if one.picture}


def new_slug(names: Names) -> str:
    """Return a slug of an own course: told apart by lot, since a number would tell what others have."""
    stem = slugify(next(iter(names.values()), ""))[:40].strip("-") or "course"
    return f"{OWN}{stem}-{secrets.token_hex(3)}"


def module_code(names: Names, taken: Collection[str]) -> str:
    """Return the code of a new module, from its title; never one that is taken."""
    stem = slugify(next(iter(names.values()), ""))[:40].strip("-") or "module"
    tries = (stem, *(f"{stem}-{n}" for n in range(2, MOST_MODULES + 2)))
    return next(one for one in tries if one not in taken and one != NEW)


def question_code() -> str:
    """Return the code of a new question: no question is ever taken for another that bore its code."""
    return f"q_{secrets.token_hex(4)}"
