"""What is wrong with a course, by one set of rules: `library.py` says it to who edits a file, the pages to who writes a
course of an organisation's own.

What a file alone can have wrong (its name, unknown fields) is said where files are read.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Text
from port2port.members.data_files import Names
from port2port.site.markdown import pictures_in
from port2port.training.courses.contents import (
    VIDEOS,
    Area,
    Course,
    CourseHead,
    Module,
    Option,
    Question,
    subtitles_of,
    topics,
)

Part = Literal["head", "module", "question", "course"]
LONGEST = {
    "title": 60, "summary": 400, "module": 80, "text": 5000, "question": 250, "answer": 120, "feedback": 250,
    "why": 300,
}  # fmt: skip
SHORTEST_TEXT = 300
MODULES = (2, 8)
OPTIONS = {"single": (3, 5), "multiple": (3, 6), "order": (3, 6), "hotspot": (3, 8)}
POOL, OF_MODULE = 1.5, 2  # times `draw`; questions of each module
SMALLEST_AREA, WHOLE = 8, 100  # percent
MISSING = _("The text in this language is missing.")
AT_MOST = _("At most %(n)d characters.")


@dataclass(frozen=True)
class Fault:
    """What is wrong where. `code`: of the module or question; `option`: of its option; `field`: a text's with its
    language, as `why.nl`.
    """

    part: Part
    code: str
    field: str
    says: Text
    option: str = ""


def course_faults(course: Course, languages: Collection[str]) -> list[Fault]:
    """Return everything wrong with a course that is written in these languages."""
    found = list(_head(course.head, languages))
    for module in course.modules:
        found += _module(module, course, languages)
    for question in course.questions:
        found += _question(question, course, languages)
    return [*found, *_course(course)]


def text_faults(texts: Names, most: int, languages: Collection[str]) -> Iterator[tuple[str, Text]]:
    """Yield what is wrong with a text, by language: missing, too long, or in a language that the course has not."""
    said = {language for language, text in texts.items() if text.strip()}
    for language in sorted(set(languages) - said):
        yield language, MISSING
    for language in sorted(said - set(languages)):
        yield language, _("The course is not in this language.")
    for language, text in texts.items():
        if len(text) > most:
            yield language, AT_MOST % {"n": most}


def _head(head: CourseHead, languages: Collection[str]) -> Iterator[Fault]:
    known = topics()
    audiences = {one.code for one in known.audiences}
    of_topic = {one.code: one.audience for one in known.list}
    for field, codes, there in (("audiences", head.audiences, audiences), ("topics", head.topics, of_topic)):
        for code in codes:
            if code not in there:
                yield Fault("head", "", field, _("Not known: %(name)s") % {"name": code})
    named = {of_topic[code] for code in head.topics if code in of_topic}
    for code in sorted(named ^ set(head.audiences)):
        yield Fault("head", "", "topics", _("%(name)s and its topics must be named together.") % {"name": code})
    for field, texts, most in (("names", head.names, LONGEST["title"]), ("summary", head.summary, LONGEST["summary"])):
        for language, says in text_faults(texts, most, languages):
            yield Fault("head", "", f"{field}.{language}", says)


def _module(module: Module, course: Course, languages: Collection[str]) -> Iterator[Fault]:
    for field, texts, most in (("names", module.names, LONGEST["module"]), ("texts", module.texts, LONGEST["text"])):
        for language, says in text_faults(texts, most, languages):
            yield Fault("module", module.code, f"{field}.{language}", says)
    for language, text in module.texts.items():
        field = f"texts.{language}"
        if text.strip() and len(text) < SHORTEST_TEXT:
            yield Fault("module", module.code, field, _("At least %(n)d characters.") % {"n": SHORTEST_TEXT})
        for picture in pictures_in(text):
            needed = [picture.name]
            if picture.name.endswith(VIDEOS):  # with its words in the language that they are read in (WCAG 2.2, 1.2.2)
                needed.append(subtitles_of(picture.name, language))
            for name in needed:
                if name not in course.media:
                    yield Fault("module", module.code, field, _("Not among the files: %(name)s") % {"name": name})
            if not picture.words:
                says = _("Say between the brackets what the picture shows: ![the gate at night](gate.png).")
                yield Fault("module", module.code, field, says)


def _question(question: Question, course: Course, languages: Collection[str]) -> Iterator[Fault]:
    code, kind, options = question.code, question.kind, question.options
    if course.module(question.module) is None:
        yield Fault("question", code, "module", _("Not known: %(name)s") % {"name": question.module})
    fewest, most = OPTIONS[kind]
    if not fewest <= len(options) <= most:
        counted = _("Between %(fewest)d and %(most)d choices.") % {"fewest": fewest, "most": most}
        yield Fault("question", code, "options", counted)
    for name, times in Counter(one.code for one in options).items():
        if times > 1:
            yield Fault("question", code, "options", _("Stands here twice: %(name)s") % {"name": name})
    yield from _shape(question, course)
    texts = [("", "text", question.text, LONGEST["question"])]
    if question.why is not None:
        texts.append(("", "why", question.why, LONGEST["why"]))
    for one in options:
        texts.append((one.code, "text", one.text, LONGEST["answer"]))
        if one.why is not None:
            texts.append((one.code, "why", one.why, LONGEST["feedback"]))
    for option, field, written, longest in texts:
        for language, says in text_faults(written, longest, languages):
            yield Fault("question", code, f"{field}.{language}", says, option)


def _shape(question: Question, course: Course) -> Iterator[Fault]:
    """Yield what does not go with the kind of a question."""
    code, kind, options = question.code, question.kind, question.options
    ordered, spot = kind == "order", kind == "hotspot"
    if ordered != (question.why is not None):
        says = _("An order says why once, for the whole question; every other kind does so for each choice.")
        yield Fault("question", code, "why", says)
    if spot != (question.picture is not None):
        yield Fault("question", code, "picture", _("A question about a place has a picture, no other has."))
    elif question.picture is not None and question.picture not in course.media:
        yield Fault("question", code, "picture", _("Not among the files: %(name)s") % {"name": question.picture})
    for one in options:
        yield from _option(question, one)
    right = sum(one.right is True for one in options)
    if kind in ("single", "hotspot") and right != 1:
        yield Fault("question", code, "options", _("Exactly one must be right."))
    if kind == "multiple" and not 0 < right < len(options):
        yield Fault("question", code, "options", _("At least one must be right, and at least one wrong."))
    yield from (Fault("question", code, "options", says) for says in area_faults(options))


def _option(question: Question, option: Option) -> Iterator[Fault]:
    ordered, spot = question.kind == "order", question.kind == "hotspot"
    if ordered != (option.right is None) or ordered != (option.why is None):
        says = _("Each choice says whether it is right, and why; those of an order do not.")
        yield Fault("question", question.code, "right", says, option.code)
    if spot != (option.area is not None):
        says = _("A choice has a place in the picture if the question is about one, and else has none.")
        yield Fault("question", question.code, "area", says, option.code)


def area_faults(options: Collection[Option]) -> Iterator[Text]:
    """Yield what is wrong with the areas of a picture."""
    areas = [one.area for one in options if one.area is not None]
    for number, one in enumerate(areas, start=1):
        if min(one.width, one.height) < SMALLEST_AREA:
            yield _("Area %(n)d must be at least %(least)d wide and high, for a finger.") % {
                "n": number, "least": SMALLEST_AREA,
            }  # fmt: skip
        if one.x + one.width > WHOLE or one.y + one.height > WHOLE:
            yield _("Area %(n)d reaches beyond the picture.") % {"n": number}
        if any(_overlap(one, other) for other in areas[: number - 1]):
            yield _("Area %(n)d lies over another one.") % {"n": number}


def _overlap(one: Area, other: Area) -> bool:
    apart_x = one.x >= other.x + other.width or other.x >= one.x + one.width
    return not apart_x and not (one.y >= other.y + other.height or other.y >= one.y + one.height)


def _course(course: Course) -> Iterator[Fault]:
    fewest, most = MODULES
    if not fewest <= len(course.modules) <= most:
        says = _("A course has %(fewest)d to %(most)d modules.") % {"fewest": fewest, "most": most}
        yield Fault("course", "", "modules", says)
    draw = course.head.draw
    if len(course.questions) < POOL * draw:
        says = _("At least %(n)d questions are needed when an attempt has %(draw)d.") % {
            "n": math.ceil(POOL * draw), "draw": draw,
        }  # fmt: skip
        yield Fault("course", "", "questions", says)
    of_module = Counter(one.module for one in course.questions)
    for module in course.modules:
        if of_module[module.code] < OF_MODULE:
            says = _("At least %(n)d questions must be about this module.") % {"n": OF_MODULE}
            yield Fault("module", module.code, "questions", says)
    if draw < len(course.modules):
        yield Fault("course", "", "draw", _("An attempt must have at least one question of each module."))
