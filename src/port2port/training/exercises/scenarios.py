"""The library of scenarios: one data file each, in four languages, checked when read.

The format is described in `data/README.md`. Sizes follow the ISPS Code, part B: drills (18.5), exercises (18.6).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader, raise_problems
from port2port.reports.vocabulary import Code, ModusOperandiCode, Slug, vocabulary

DATA = Path(__file__).parent / "data"
SCENARIOS = DATA / "scenarios"
TERMS = DATA / "exercise_terms.v1.toml"
EVERYBODY = "all"
"""In `to` of an inject: whoever plays."""

Size = Literal["drill", "exercise"]
IspsReference = Annotated[str, msgspec.Meta(pattern=r"^[AB]/\d{1,2}(\.\d{1,2}){0,2}$")]
Minute = Annotated[int, msgspec.Meta(ge=0, le=1440)]
Address = Annotated[str, msgspec.Meta(pattern=r"^(https://[^\s<>\"]+)?$", max_length=400)]

MINUTES: dict[str, tuple[int, int]] = {"drill": (15, 120), "exercise": (90, 480)}
FEWEST: dict[str, dict[str, int]] = {
    "drill": {"roles": 2, "objectives": 2, "preparation": 2, "safety": 2, "injects": 6, "criteria": 4, "questions": 3},
    "exercise": {
        "roles": 4, "objectives": 3, "preparation": 3, "safety": 2, "injects": 12, "criteria": 6, "questions": 4,
    },
}  # fmt: skip
LONGEST = {"title": 100, "text": 1200, "line": 400}


class Head(Entry, frozen=True, kw_only=True):
    """Which words these are, from when, and where they come from."""

    version: int
    valid_from: date
    source: str


class Term(Named, frozen=True, kw_only=True):
    """A code with its label in each language."""

    code: Code


class Scale(Term, frozen=True, kw_only=True):
    """A scale of whole numbers from `lowest` to `highest`."""

    lowest: int
    highest: int


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The words, each section in the order in which it is shown."""

    sizes: tuple[Term, ...]
    channels: tuple[Term, ...]
    scales: tuple[Scale, ...]
    states: tuple[Term, ...]


class ScenarioHead(Named, frozen=True, kw_only=True):
    """What a scenario is. `names`: its title. `phrase`: opens and ends each spoken or written message of the play."""

    slug: Slug
    version: Annotated[int, msgspec.Meta(ge=1)]
    threat: Code
    modi_operandi: Annotated[tuple[ModusOperandiCode, ...], msgspec.Meta(min_length=1)]
    size: Size
    minutes: Minute
    isps: Annotated[tuple[IspsReference, ...], msgspec.Meta(min_length=1)]
    summary: Names
    phrase: Names


class Role(Term, frozen=True, kw_only=True):
    """Who plays; `does`: what this role has to do in the play, in one sentence."""

    does: Names


class Line(Named, frozen=True, kw_only=True):
    """A line of a list: an objective, a step of preparation, a rule of safety, a question."""


class Inject(Entry, frozen=True, kw_only=True):
    """What comes in, at which minute, to which roles, by which channel, and what should then be done."""

    code: Code
    minute: Minute
    to: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    channel: Code
    text: Names
    expected: Annotated[tuple[Names, ...], msgspec.Meta(min_length=1)]


class Criterion(Term, frozen=True, kw_only=True):
    """A line of the evaluation sheet, on a scale."""

    scale: Code


class Source(Named, frozen=True, kw_only=True):
    """A public source on which the scenario rests."""

    url: Address = ""


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """A checked scenario, injects in the order of their minutes."""

    head: ScenarioHead
    roles: tuple[Role, ...]
    objectives: tuple[Line, ...]
    preparation: tuple[Line, ...]
    safety: tuple[Line, ...]
    injects: tuple[Inject, ...]
    criteria: tuple[Criterion, ...]
    questions: tuple[Line, ...]
    sources: tuple[Source, ...]

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.head.slug


SECTIONS: dict[str, type[Entry]] = {
    "roles": Role, "objectives": Line, "preparation": Line, "safety": Line, "injects": Inject, "criteria": Criterion,
    "questions": Line, "sources": Source,
}  # fmt: skip


@cache
def terms() -> Terms:
    """Return the words that ship with the program. Raises ValueError with a line per problem."""
    reader = Reader(TERMS)
    reader.single("terms", Head)
    found = {name: reader.entries(name, Term, "code") for name in ("sizes", "channels", "states")}
    scales = reader.entries("scales", Scale, "code")
    reader.check_sections(("terms", "scales", *found))
    reader.finish()
    return Terms(scales=scales, **found)


def word(section: str, code: str, language: str) -> str:
    """Return the label of a code; an unknown code stands for itself."""
    return next((str(one.label(language)) for one in getattr(terms(), section) if one.code == code), code)


def scale(code: str) -> Scale | None:
    """Return a scale; None for an unknown code."""
    return next((one for one in terms().scales if one.code == code), None)


class _ScenarioReader(Reader):
    """Checks the texts that stand in lists."""

    def check_expected(self, inject: Inject) -> None:
        """Note what is wrong with the expected actions of an inject."""
        for number, texts in enumerate(inject.expected, start=1):
            self._check_texts(f"injects {inject.code!r}", f"expected {number}", texts)

    def check_length(self, entry: str, field: str, texts: Names, most: int) -> None:
        """Note texts that are too long to be read on a phone while playing."""
        for language, text in texts.items():
            if len(text) > most:
                self.problem(entry, f"{field}.{language}", f"at most {most} characters")


def read_scenario(path: Path) -> Scenario:
    """Return the scenario in a file. Raises ValueError with a line per problem: file, entry, field, what."""
    reader = _ScenarioReader(path)
    head = reader.single("scenario", ScenarioHead)
    found = {name: reader.entries(name, kind, "code") for name, kind in SECTIONS.items()}
    reader.check_sections(("scenario", *SECTIONS))
    reader.finish()
    scenario = Scenario(head=head, **found)  # type: ignore[arg-type]  # each section was read as its own kind
    _check_head(reader, path, scenario)
    _check_sizes(reader, scenario)
    _check_injects(reader, scenario)
    scales = {one.code for one in terms().scales}
    for one in scenario.criteria:
        reader.check_reference(f"criteria {one.code!r}", "scale", one.scale, scales, "scale")
        reader.check_length(f"criteria {one.code!r}", "names", one.names, LONGEST["line"])
    if not scenario.sources:
        reader.problem("file", "sources", "name at least one public source")
    reader.finish()
    return scenario


def _check_head(reader: _ScenarioReader, path: Path, scenario: Scenario) -> None:
    head, known = scenario.head, vocabulary()
    if head.slug != path.stem:
        reader.problem("scenario", "slug", f"must be the name of the file, {path.stem!r}")
    reader.check_reference("scenario", "threat", head.threat, {one.code for one in known.threats}, "threat")
    modi = {one.code for one in known.modi_operandi}
    for code in head.modi_operandi:
        reader.check_reference("scenario", "modi_operandi", code, modi, "modus operandi")
    shortest, longest = MINUTES[head.size]
    if not shortest <= head.minutes <= longest:
        reader.problem("scenario", "minutes", f"a {head.size} lasts {shortest} to {longest} minutes")
    reader.check_length("scenario", "names", head.names, LONGEST["title"])


def _check_sizes(reader: _ScenarioReader, scenario: Scenario) -> None:
    for name, fewest in FEWEST[scenario.head.size].items():
        if len(getattr(scenario, name)) < fewest:
            reader.problem("file", name, f"a {scenario.head.size} has at least {fewest}")
    if EVERYBODY in {one.code for one in scenario.roles}:
        reader.problem("roles", "code", f"{EVERYBODY!r} stands for whoever plays")
    for name in ("objectives", "preparation", "safety", "questions"):
        for number, one in enumerate(getattr(scenario, name), start=1):
            reader.check_length(f"{name} number {number}", "names", one.names, LONGEST["line"])


def _check_injects(reader: _ScenarioReader, scenario: Scenario) -> None:
    roles, channels = {one.code for one in scenario.roles}, {one.code for one in terms().channels}
    reached: Counter[str] = Counter()
    last = 0
    for inject in scenario.injects:
        where = f"injects {inject.code!r}"
        for role in inject.to:
            reader.check_reference(where, "to", role, {EVERYBODY, *roles}, "role")
        if EVERYBODY in inject.to and len(inject.to) > 1:
            reader.problem(where, "to", f"{EVERYBODY!r} stands alone")
        reader.check_reference(where, "channel", inject.channel, channels, "channel")
        if not last <= inject.minute <= scenario.head.minutes:
            reader.problem(where, "minute", f"must follow the one before it and lie within {scenario.head.minutes}")
        last = max(last, inject.minute)
        reader.check_length(where, "text", inject.text, LONGEST["text"])
        reader.check_expected(inject)
        for texts in inject.expected:
            reader.check_length(where, "expected", texts, LONGEST["line"])
        reached.update(inject.to)
    if scenario.injects and scenario.injects[0].minute != 0:
        reader.problem("injects", "minute", "the first one comes at minute 0")
    for role in sorted(roles - reached.keys()):
        reader.problem(f"roles {role!r}", "code", "no inject names this role")


def read_library(paths: Iterable[Path]) -> dict[str, Scenario]:
    """Return the scenarios of these files by slug. Raises ValueError with the problems of all files."""
    found, problems = {}, []
    for path in paths:
        try:
            scenario = read_scenario(path)
        except ValueError as error:
            problems.append(str(error))
            continue
        found[scenario.slug] = scenario
    raise_problems(problems)
    return found


@cache
def library() -> dict[str, Scenario]:
    """Return every scenario that ships with the program, by slug, in the order of the names of the files."""
    return read_library(sorted(SCENARIOS.glob("*.toml")))
