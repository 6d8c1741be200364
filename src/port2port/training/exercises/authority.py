"""The authority's own form of an exercise: the notice before it and the report after it, prefilled, as data.

The data are `data/authority_forms.v1.toml`. Placeholders name things, places, times and organisations, never a person.
The notice tells nothing of the script: whoever takes part may read it.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Literal

import msgspec
from django.utils import translation
from django.utils.translation import gettext as _

from port2port.members.data_files import Entry, Named, Names, Reader, label
from port2port.members.facts import facts
from port2port.reports.routing.forms import check_placeholders, fill
from port2port.reports.vocabulary import Code, threat
from port2port.sharing.tlp import Tlp
from port2port.training.exercises import queries
from port2port.training.exercises.afterwards import facts_of
from port2port.training.exercises.crediting import code_of
from port2port.training.exercises.models import Part
from port2port.training.exercises.queries import Shown
from port2port.training.exercises.scenarios import DATA
from port2port.training.exercises.words import Card, rated_rows

FORMS = DATA / "authority_forms.v1.toml"
PLACEHOLDERS = frozenset(
    {
        "reference", "marking", "title", "size", "threat", "when", "port", "facility", "file", "planned_by",
        "participants", "players", "notes", "figures", "evaluation", "lessons", "report",
    }
)  # fmt: skip


class FormsHead(Entry, frozen=True, kw_only=True):
    """Which forms these are, and what stands where a value is missing."""

    version: int
    valid_from: date
    missing: Names


class ExerciseForm(Named, frozen=True, kw_only=True):
    """A form. `tells`: the notice or the report; `verified` false: ours, until the authority's own is put here."""

    code: Code
    tells: Literal["notified", "reported"]
    authority: Code
    verified: bool
    citation: str
    templates: Names


class ExerciseForms(msgspec.Struct, frozen=True, kw_only=True):
    """The checked forms, one for the notice and one for the report."""

    head: FormsHead
    forms: tuple[ExerciseForm, ...]

    def form(self, tells: str) -> ExerciseForm:
        """Return the form that tells this. Raises KeyError for what no form tells."""
        told: dict[str, ExerciseForm] = {one.tells: one for one in self.forms}
        return told[tells]


@cache
def exercise_forms() -> ExerciseForms:
    """Return the forms that ship with the program. Raises ValueError with a line per problem."""
    reader = Reader(FORMS)
    head = reader.single("head", FormsHead)
    forms = reader.entries("forms", ExerciseForm, "code")
    reader.check_sections(("head", "forms"))
    for one in forms:
        check_placeholders(reader, f"forms {one.code!r}", one.templates, PLACEHOLDERS)
    if sorted(one.tells for one in forms) != ["notified", "reported"]:
        reader.problem("file", "forms", "one tells the notice, one the report")
    reader.finish()
    return ExerciseForms(head=head, forms=forms)


def filled(found: Shown, part: Part, tells: str, *, language: str) -> str:
    """Return the form of a part prefilled in a language. Raises KeyError for what no form tells."""
    book = exercise_forms()
    with translation.override(language):
        values = {**_values(found, part, language), **(_after(found) if tells == "reported" else {})}
    return fill(label(book.form(tells).templates, language), values, missing=label(book.head.missing, language))


def file_name(found: Shown, part: Part, tells: str) -> str:
    """Return the name of the file that is downloaded."""
    return f"{found.reference}-{code_of(part)}-{exercise_forms().form(tells).code.replace('_', '-')}.txt"


def _values(found: Shown, part: Part, language: str) -> dict[str, str]:
    row, card, spots = found.exercise, Card(found), facts().facilities
    spot = spots.get(part.facility_id) if part.facility_id is not None else None
    who = dict.fromkeys(label(one.organisation.names, language) for one in found.parts)
    return {
        "reference": found.reference, "marking": Tlp(found.record.tlp).label, "title": row.title, "size": card.size,
        "threat": threat(found.record.threat).label(language), "when": card.when,
        "port": label(part.port.names, language), "file": code_of(part),
        "facility": label(spot.names, language) if spot is not None else "",
        "planned_by": label(found.record.owner.names, language), "participants": "\n".join(f"- {one}" for one in who),
        "notes": row.notes,
    }  # fmt: skip


def _after(found: Shown) -> Mapping[str, str]:
    done, held = facts_of(found.id), queries.script(found.id)
    came = [one for one in done.lines if one.came_at is not None]
    said = _("%(n)d injects came; on %(silent)d of them nobody reacted.") % {
        "n": len(came), "silent": sum(1 for one in came if one.first is None),
    }  # fmt: skip
    criteria = held.document.get("criteria", []) if held is not None else []
    rated = [f"- {row['what']}: {row['median']} ({row['scale']})" for row in rated_rows(criteria, done) if row["n"]]
    return {
        "players": str(done.players),
        "figures": said,
        "report": found.exercise.report,
        "evaluation": "\n".join(rated),
        "lessons": "\n".join(f"- {one.text}" for one in queries.lessons(found.id)),
    }
