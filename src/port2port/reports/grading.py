"""What a source and its information are worth, by the Admiralty system or 4x4, and what may be done with them.

The two schemes are never converted into each other: what is C in one is not C in the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

import msgspec
from django.utils.translation import gettext_lazy as _

from port2port.base import rows
from port2port.base.errors import Invalid, Problem, Refused
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.members.acting import action, current_actor
from port2port.members.data_files import Entry, Named, Reader
from port2port.members.places import known_places
from port2port.reports import queries
from port2port.reports.defaults import DATA
from port2port.reports.drafts import draft_of, searched
from port2port.reports.models import Grading, Revision
from port2port.reports.stewarding import held
from port2port.sharing import actions as sharing
from port2port.sharing.rules import REASONS
from port2port.site.reader import language

TEXT_LONGEST = 400
OTHER = "H3"  # the handling code that needs words


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, and where the schemes come from."""

    version: int
    valid_from: date
    source: str


class Code(Named, frozen=True, kw_only=True):
    """A code with its words: of a scheme, of a grade within one ("admiralty:B"), of handling."""

    code: str


class Gradings(msgspec.Struct, frozen=True, kw_only=True):
    """The file, checked."""

    head: Head
    schemes: tuple[Code, ...]
    grades: tuple[Code, ...]
    handling: tuple[Code, ...]

    def of(self, scheme: str, *, information: bool) -> list[Code]:
        """Return the grades of a scheme: of the source (letters) or of the information (figures)."""
        here = [one for one in self.grades if one.code.startswith(f"{scheme}:")]
        return [one for one in here if one.code[-1].isdigit() == information]


@cache
def gradings() -> Gradings:
    """Return what ships with the program, read once per process. Raises ValueError with a line per problem."""
    reader = Reader(DATA / "gradings.v1.toml")
    found = Gradings(
        head=reader.single("gradings", Head),
        schemes=reader.entries("schemes", Code, "code"),
        grades=reader.entries("grades", Code, "code"),
        handling=reader.entries("handling", Code, "code"),
    )
    reader.check_sections(("gradings", "schemes", "grades", "handling"))
    schemes = {scheme.code for scheme in found.schemes}
    for grade in found.grades:
        reader.check_reference(f"grades {grade.code!r}", "code", grade.code.partition(":")[0], schemes, "scheme")
    reader.finish()
    return found


@dataclass(frozen=True)
class Grade:
    """What somebody chose: "admiralty:B" and "admiralty:2", a handling code, the words of H3. Empty: not chosen."""

    source: str = ""
    information: str = ""
    handling: str = ""
    handling_text: str = ""


def problems_of(grade: Grade) -> list[Problem]:
    """Return everything that is wrong with a grade."""
    known = gradings()
    schemes = [scheme.code for scheme in known.schemes]
    found = []
    for name, value, information in (("source", grade.source, False), ("information", grade.information, True)):
        if value and value not in {one.code for code in schemes for one in known.of(code, information=information)}:
            found.append(Problem(name, _("This code is not in the vocabulary.")))
    if grade.handling and grade.handling not in {one.code for one in known.handling}:
        found.append(Problem("handling", _("This code is not in the vocabulary.")))
    if found:
        return found
    if bool(grade.source) != bool(grade.information):
        found.append(Problem("information" if grade.source else "source", _("Grade both, source and information.")))
    elif grade.source.partition(":")[0] != grade.information.partition(":")[0]:
        found.append(Problem("information", _("Grade source and information by the same scheme.")))
    if not grade.source and not grade.information and not grade.handling:
        found.append(Problem("source", _("Choose a grade or a handling code.")))
    text = grade.handling_text.strip()
    if (grade.handling == OTHER) != bool(text):
        found.append(Problem("handling_text", _("H3 needs these words, the other codes have none.")))
    elif len(text) > TEXT_LONGEST or unreadable(text):
        found.append(Problem("handling_text", _("Write at most 400 characters.")))
    return found


@action
def grade_report(identifier: UUID, *, grade: Grade, expected: int, at: datetime) -> Grading:
    """Grade a report, in the place of what stood there; the history keeps that.

    Raises NotFound, Refused (act `steward`), Conflict when `expected` is not the version any more, Invalid.
    """
    record, report = held(identifier, "change", expected)
    actor = current_actor()
    if not actor.may("steward"):
        raise Refused(REASONS["no-role"], kind=queries.KIND, record=identifier)
    problems = problems_of(grade)
    if problems:
        raise Invalid(problems)
    scheme, _colon, source = grade.source.partition(":")
    before = grading_of(identifier)
    values = {
        "scheme": scheme,
        "source": source,
        "information": grade.information.rpartition(":")[2],
        "handling": grade.handling,
        "handling_text": grade.handling_text.strip(),
        "graded_by_id": actor.person,
        "at": at,
    }
    found = Grading(report_id=identifier, **values)
    if before is None:
        found.save(force_insert=True)
    else:
        found.save(update_fields=["scheme", "source", "information", "handling", "handling_text", "graded_by", "at"])
    Revision(
        id=new_id(),
        report_id=identifier,
        version=expected + 1,
        at=at,
        author_id=actor.person,
        act="graded",
        before={"grade": code_of(before)} if before else {},
    ).save(force_insert=True)
    text = searched(draft_of(report, record, known_places()), [*queries.values_on(identifier), report.outcome])
    sharing.touch(
        record, expected=expected, at=at, text=text, title=report.title, port=record.port_id, threat=record.threat
    )
    return found


def grading_of(report: UUID) -> Grading | None:
    """Return the grading of a report that the actor sees, if it has one."""
    return Grading.objects.filter(report_id=report).first()


def gradings_of(reports: Iterable[UUID]) -> dict[UUID, Grading]:
    """Return the gradings of reports that the actor sees, by report."""
    wanted = list(reports)
    if not wanted:
        return {}
    return {one.report_id: one for one in rows.select(Grading, "t.report_id = any(%s)", [wanted])}


def code_of(grading: Grading) -> str:
    """Return a grading as it is written: "B2", "B2 H1", "4x4 B2", "H0"."""
    grade = f"{grading.source}{grading.information}"
    if grading.scheme == "4x4":
        grade = f"4x4 {grade}"
    return " ".join(part for part in (grade, grading.handling) if part)


def grade_words(grading: Grading) -> str:
    """Return the grade in words: "B2: usually reliable, probably true"; "" when there is handling only."""
    if not grading.scheme:
        return ""
    names = {one.code: one.label(language()) for one in gradings().grades}
    codes = (f"{grading.scheme}:{grading.source}", f"{grading.scheme}:{grading.information}")
    grade = code_of(grading).removesuffix(f" {grading.handling}")
    return f"{grade}: {', '.join(names.get(code, code) for code in codes)}"


def handling_words(grading: Grading) -> str:
    """Return the handling code in words, with those of H3; "" when there is none."""
    names = {one.code: one.label(language()) for one in gradings().handling}
    said = [grading.handling, names.get(grading.handling, ""), grading.handling_text]
    return ": ".join(part for part in said if part)
