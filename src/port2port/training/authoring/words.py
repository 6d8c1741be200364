"""How a course that is written is said: prepared values for the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.base.differences import word_pieces
from port2port.base.errors import Text
from port2port.members.data_files import Names, label
from port2port.reports.forms import OWN_NAMES
from port2port.site.reader import language
from port2port.training.authoring.queries import Written
from port2port.training.authoring.rules import texts_of
from port2port.training.courses.checks import Fault
from port2port.training.courses.contents import Course, Question, word
from port2port.training.courses.rules import key_of
from port2port.training.courses.words import height_of, read


@dataclass(frozen=True)
class Lack:
    """Something that is missing: where, in which language, what; and where it is put right."""

    where: str
    says: Text
    href: str


def said(names: Names, code: str = "") -> str:
    """Return a text in a language, or as it is there; "" for one that is not written yet."""
    return label(names, code or language()) if names else ""


def title(written: Written) -> str:
    """Return how a course is called."""
    return said(written.course.head.names)


def row(written: Written) -> dict[str, Any]:
    """Return a course in the list of those one writes."""
    badge, says = state(written)
    return {
        "title": title(written), "href": reverse("training:own_course", args=[written.row.id]), "badge": badge,
        "word": says, "languages": [OWN_NAMES[code] for code in written.languages], "at": written.row.changed_at,
        "lacks": len(written.faults), "version": written.edition.version if written.edition else None,
    }  # fmt: skip


def state(written: Written) -> tuple[str, str]:
    """Return how it stands with a course: badge and word."""
    return {
        "draft": ("part", _("Being written")), "retired": ("closed", _("Retired")),
        "changed": ("part", _("Published, and changed since")), "published": ("ok", _("Published")),
    }[written.state]  # fmt: skip


def kind_word(kind: str) -> str:
    """Return a kind of question, as a word."""
    return {
        "single": _("One is right"), "multiple": _("Several are right"), "order": _("Put in order"),
        "hotspot": _("A place in a picture"),
    }[kind]  # fmt: skip


def lacks(written: Written) -> list[Lack]:
    """Return what is missing before a course can be published, each with where it is put right."""
    return [
        Lack(_where(written.course, one), one.says, _href(written, one)) for one in written.faults
    ]  # fmt: skip


def answer(written: Written, number: int) -> str:
    """Return how it stands with a course, as a sentence."""
    if number:
        return ngettext("%(n)d thing is missing", "%(n)d things are missing", number) % {"n": number}
    return _("It can be published") if written.changed else _("What is written is published")


def _where(course: Course, fault: Fault) -> str:
    name, _dot, code = fault.field.partition(".")
    parts = []
    if fault.part == "module":
        module = course.module(fault.code)
        parts.append(_("Module “%(title)s”") % {"title": said(module.names) if module else fault.code})
    elif fault.part == "question":
        numbers = {one.code: n for n, one in enumerate(course.questions, start=1)}
        parts.append(_("Question %(n)d") % {"n": numbers[fault.code]})
        if fault.option:
            options = [one.code for one in course.questions[numbers[fault.code] - 1].options]
            parts.append(_("choice %(n)d") % {"n": options.index(fault.option) + 1})
    if fault.part != "course" and name in (words := _field_words()):
        parts.append(words[name])
    if code in OWN_NAMES:
        parts.append(str(OWN_NAMES[code]))
    return ", ".join(parts) or _("The whole course")


def _href(written: Written, fault: Fault) -> str:
    own = written.row.id
    match fault.part:
        case "module" if fault.field != "questions":
            return reverse("training:own_module", args=[own, fault.code])
        case "question":
            return reverse("training:own_question", args=[own, fault.code])
        case "head":
            return reverse("training:own_head", args=[own])
        case _:
            anchor = "#questions" if fault.field in ("questions", "draw") else "#modules"
            return reverse("training:own_course", args=[own]) + anchor


def module_rows(written: Written) -> list[dict[str, Any]]:
    """Return the modules of a course, with how many questions are about each."""
    course = written.course
    return [
        {
            "code": one.code, "title": said(one.names),
            "href": reverse("training:own_module", args=[written.row.id, one.code]),
            "questions": sum(asked.module == one.code for asked in course.questions),
            "first": n == 1, "last": n == len(course.modules),
        }
        for n, one in enumerate(course.modules, start=1)
    ]  # fmt: skip


def question_rows(written: Written) -> list[dict[str, Any]]:
    """Return the questions of a course."""
    titles = {one.code: said(one.names) for one in written.course.modules}
    return [
        {
            "code": one.code, "text": said(one.text), "kind": kind_word(one.kind), "module": titles.get(one.module, ""),
            "href": reverse("training:own_question", args=[written.row.id, one.code]),
        }
        for one in written.course.questions
    ]  # fmt: skip


def facts(written: Written) -> list[tuple[str, str]]:
    """Return what a course is, name by name."""
    head = written.course.head
    quiz = {"draw": head.draw, "percent": head.pass_percent}
    return [
        (_("Languages"), ", ".join(OWN_NAMES[code] for code in written.languages)),
        (_("For whom"), ", ".join(word("audiences", one, language()) for one in head.audiences)),
        (_("How many minutes?"), str(head.minutes)),
        (_("Quiz"), _("%(draw)d questions, %(percent)d %% right passes") % quiz),
        (_("A pass counts for"), ngettext("%(n)d month", "%(n)d months", head.valid_months) % {"n": head.valid_months}),
    ]  # fmt: skip


def media_urls(written: Written) -> dict[str, str]:
    """Return the address of each picture by its name, for who writes."""
    return {name: reverse("training:own_medium", args=[written.row.id, name]) for name in written.course.media}


def looked_at(written: Written, code: str) -> dict[str, Any]:
    """Return a whole course as it is read and asked, in a language; right answers are marked."""
    course, media = written.course, media_urls(written)
    return {
        "title": said(course.head.names, code), "summary": said(course.head.summary, code),
        "modules": [
            {"title": said(one.names, code), "html": read(said(one.texts, code), media, code)} for one in course.modules
        ],
        "questions": [_asked(course, one, media, code) for one in course.questions],
    }  # fmt: skip


def _asked(course: Course, question: Question, media: Mapping[str, str], code: str) -> dict[str, Any]:
    key, picture = key_of(question), question.picture or ""
    return {
        "kind": kind_word(question.kind), "text": said(question.text, code), "ordered": question.kind == "order",
        "picture": media.get(picture, ""), "why": said(question.why or {}, code),
        "height": height_of(course.media[picture], picture) if picture in course.media else "",
        "options": [
            {"text": said(one.text, code), "right": one.code in key, "why": said(one.why or {}, code), "area": one.area}
            for one in question.options
        ],
    }  # fmt: skip


def differences(before: Course, after: Course, part: str) -> list[dict[str, Any]]:
    """Return what differs between two states of a part of a course (`modules.gate.`), text by text."""
    here = {where: text for where, text, _most in texts_of(before) if where.startswith(part)}
    yours = {where: text for where, text, _most in texts_of(after) if where.startswith(part)}
    return [
        {"language": where.rpartition(".")[2], "pieces": word_pieces(here.get(where, ""), yours.get(where, ""))}
        for where in {**here, **yours}
        if here.get(where, "") != yours.get(where, "")
    ]


def _field_words() -> dict[str, str]:
    return {
        "names": _("title"), "summary": _("summary"), "texts": _("text"), "text": _("text"), "why": _("why"),
        "topics": _("topics"), "picture": _("picture"), "module": _("module"), "options": _("choices"),
    }  # fmt: skip
