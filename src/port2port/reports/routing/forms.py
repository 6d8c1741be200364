"""The authorities' own forms as data: what else is due after sending, prefilled for download or as a link.

A template holds named placeholders ({{ what }}) in the four languages. Placeholders name things, places, times and
organisations, never a person: a form holds no name unless somebody writes it in by hand. The data are
`data/authority_forms.v1.toml`.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.base.text import no_formula
from port2port.compliance.reading import rulebook
from port2port.members.data_files import Entry, Named, Names, Reader, label
from port2port.reports.routing.evaluate import Routing
from port2port.reports.routing.rules import Number, Rule, Ruleset, Step, ruleset
from port2port.reports.vocabulary import Code

FORMS = Path(__file__).parent.parent / "data" / "authority_forms.v1.toml"

# What can be filled in. A value is text in the reader's language, made by who asks.
PLACEHOLDERS = frozenset(
    {
        "what", "where", "when", "aware_since", "threat", "modus_operandi", "severity", "port", "facility", "substance",
        "quantity", "reporter_organisation", "reference", "marking", "legal_basis", "step", "due", "category",
        "supervisor", "sent_before", "case",
    }
)  # fmt: skip
PLACEHOLDER = re.compile(r"\{\{ *([a-z0-9_]+) *\}\}")
BRACES = re.compile(r"\{\{|\}\}")

KEPT = "\n\t"
# Marks of direction (Unicode standard annex 9) make a line read otherwise than it is written.
DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Control characters, lone surrogates (no file can hold them), line and paragraph separators.
CONTROL = frozenset({"Cc", "Cs", "Zl", "Zp"})

Address = Annotated[str, msgspec.Meta(pattern=r"^(https://[^\s<>\"]+)?$", max_length=400)]


class FormsHead(Entry, frozen=True, kw_only=True):
    """Which forms these are; what stands where a value is missing, and where an address is."""

    version: Number
    valid_from: date
    missing: Names
    address_missing: Names


class DueFor(Entry, frozen=True, kw_only=True):
    """The step of a rule for which a form is due."""

    rule: Code
    step: Code


class Form(Named, frozen=True, kw_only=True):
    """An authority's own form: a link to its system, or a template that is filled in for download.

    `url` "": not known to us, to be filled in by the administrator. `due` empty: never due, offered beside every
    report. `verified` false: the layout is ours and stands in for the authority's. `missing` is that of the head,
    unless the form has its own. `sends`: the event of a report's clock that its text is kept with; `citation`: what its
    fields rest on.
    """

    code: Code
    authority: Code
    kind: Literal["link", "prefilled"]
    verified: bool
    due: tuple[DueFor, ...]
    sends: Code | None = None
    citation: str = ""
    url: Address = ""
    format: Literal["text", "markdown", "csv"] | None = None
    templates: Names | None = None
    missing: Names | None = None


class FormBook(msgspec.Struct, frozen=True, kw_only=True):
    """The checked forms in the order of the file."""

    head: FormsHead
    forms: tuple[Form, ...]

    def form(self, code: str) -> Form:
        """Return one form; raises KeyError for an unknown code."""
        return {entry.code: entry for entry in self.forms}[code]

    def offered(self) -> tuple[Form, ...]:
        """Return the forms that are never due, and stand beside every report."""
        return tuple(form for form in self.forms if not form.due and form.sends is None)

    def sending(self, event: str) -> Form | None:
        """Return the form whose text an event of a clock is written down with."""
        return next((form for form in self.forms if form.sends == event), None)


@dataclass(frozen=True)
class AlsoDue:
    """A form that an authority wants besides, with the rule and the step it belongs to."""

    form: Form
    rule: Rule
    step: Step


class _FormsReader(Reader):
    """Checks the texts of a form that it may do without."""

    def check_optional(self, where: str, field: str, texts: Names | None) -> None:
        """Note what is wrong with texts that are there."""
        if texts is not None:
            self._check_texts(where, field, texts)


def read_forms(path: Path, rules: Ruleset) -> FormBook:
    """Return the forms in a file, for these rules.

    Raises ValueError with a line per problem, naming file, form and field.
    """
    reader = _FormsReader(path)
    head = reader.single("head", FormsHead)
    forms = reader.entries("forms", Form, "code")
    reader.check_sections(("head", "forms"))
    authorities = {recipient.code for recipient in rules.recipients}
    steps: dict[str, set[str]] = {}
    for rule in rules.rules:
        steps.setdefault(rule.code, set()).update(step.code for step in rule.steps)
    with_text = {kind.code for kind in rulebook().events if kind.with_text}
    for form in forms:
        where = f"forms {form.code!r}"
        reader.check_reference(where, "authority", form.authority, authorities, "recipient")
        for entry in form.due:
            reader.check_reference(where, "due.rule", entry.rule, steps, "rule")
            reader.check_reference(where, "due.step", entry.step, steps.get(entry.rule, ()), f"step of {entry.rule!r}")
        reader.check_optional(where, "missing", form.missing)
        reader.check_optional(where, "templates", form.templates)
        if form.sends is not None:
            reader.check_reference(where, "sends", form.sends, with_text, "event with a text")
            with_text.discard(form.sends)  # each is sent by one form
        if (form.sends is None) != (not form.citation):
            reader.problem(where, "citation", "goes with sends")
        _check_kind(reader, where, form)
        _check_templates(reader, where, form)
    reader.finish()
    return FormBook(
        head=head,
        forms=tuple(msgspec.structs.replace(form, missing=form.missing or head.missing) for form in forms),
    )


@cache
def form_book() -> FormBook:
    """Return the forms that ship with the program, for the rules that do, read once per process."""
    return read_forms(FORMS, ruleset())


def also_due(routed: Iterable[Routing], book: FormBook) -> list[AlsoDue]:
    """Return the forms that are due besides, by rule, by step, then in the order of the file."""
    return [
        AlsoDue(form, routing.rule, step)
        for routing in routed
        for step in routing.steps
        for form in book.forms
        if DueFor(rule=routing.rule.code, step=step.code) in form.due
    ]


def filled(form: Form, values: Mapping[str, str], language: str) -> str:
    """Return a prefilled form in a language, ready for a file (lines end in a line feed).

    Values stand as they are, also where they look like a placeholder or like markup. Only control characters and marks
    of direction are written out ("\\u0007"), so that what is read is what is there; in CSV a cell is quoted as the
    format asks, and never a formula. What is missing or blank says so in the reader's language.

    Raises ValueError for a link, which holds nothing to fill in, and for a value that no placeholder is known for.
    """
    if form.templates is None or form.missing is None:
        raise ValueError(f"form {form.code!r} is a link: there is nothing to fill in")
    unknown = sorted(set(values) - PLACEHOLDERS)
    if unknown:
        raise ValueError(f"form {form.code!r}: no placeholder {unknown[0]!r}")
    missing, template = label(form.missing, language), label(form.templates, language)
    if form.format == "csv":
        return _csv(template, lambda found: _value_of(found, values, missing))
    return fill(template, values, missing=missing)


def fill(template: str, values: Mapping[str, str], *, missing: str) -> str:
    """Return a template filled as text, as `filled` says; what is missing or blank reads as `missing`."""
    return PLACEHOLDER.sub(lambda found: _value_of(found, values, missing), template) + "\n"


def _value_of(found: re.Match[str], values: Mapping[str, str], missing: str) -> str:
    return _plain(values.get(found[1], "")) or missing


def _plain(value: str) -> str:
    """Return a value without blanks around it, lines ended by a line feed, what cannot be seen written out."""
    value = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(
        f"\\u{ord(character):04x}"
        if character in DIRECTION or (unicodedata.category(character) in CONTROL and character not in KEPT)
        else character
        for character in value
    )


def _csv(template: str, value_of: Callable[[re.Match[str]], str]) -> str:
    """Return the rows of a template filled cell by cell: a comma or a line's end in a value opens no new cell."""
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\n")
    for row in csv.reader(io.StringIO(template)):
        cells = (PLACEHOLDER.sub(value_of, cell) for cell in row)
        writer.writerow(no_formula(cell) for cell in cells)
    return sheet.getvalue()


def _check_kind(reader: Reader, where: str, form: Form) -> None:
    prefilled = form.kind == "prefilled"
    if prefilled != (form.templates is not None):
        reader.problem(where, "templates", "a prefilled form has them, a link has none")
    if prefilled != (form.format is not None):
        reader.problem(where, "format", "a prefilled form has one, a link has none")
    if prefilled and form.url:
        reader.problem(where, "url", "a prefilled form has no address")
    if prefilled and not form.due and form.sends is None:
        reader.problem(where, "due", "a prefilled form is due for some step")


def _check_templates(reader: Reader, where: str, form: Form) -> None:
    """Note what is wrong with the templates of a form, when it has any."""
    if form.templates is None:
        return
    check_placeholders(reader, where, form.templates, PLACEHOLDERS)
    if form.format == "csv":
        for language, template in form.templates.items():
            if len({len(row) for row in csv.reader(io.StringIO(template))}) != 1:
                reader.problem(where, f"templates.{language}", "the rows have not the same number of cells")


def check_placeholders(reader: Reader, where: str, templates: Names, known: frozenset[str]) -> None:
    """Note placeholders that nobody fills in, and templates that do not say the same in each language."""
    named: dict[str, list[str]] = {}
    for language, template in templates.items():
        field = f"templates.{language}"
        named[language] = PLACEHOLDER.findall(template)
        for name in sorted(set(named[language]) - known):
            reader.problem(where, field, f"no placeholder {name!r}")
        if BRACES.search(PLACEHOLDER.sub("", template)):
            reader.problem(where, field, "double braces that are no placeholder")
    first, *others = named
    for language in others:
        if sorted(named[language]) != sorted(named[first]):
            reader.problem(where, f"templates.{language}", f"has other placeholders than {first}")
    if not any(named.values()):
        reader.problem(where, "templates", "have no placeholder")
