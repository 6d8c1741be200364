"""The library of campaigns: a file each, complete in four languages, checked when read (`data/README.md`)."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader, label, raise_problems
from port2port.reports.vocabulary import Code, Slug
from port2port.training.courses.contents import Source
from port2port.training.courses.library import library as courses

DATA = Path(__file__).parent / "data"
WORDS = DATA / "campaign_words.v1.toml"
CAMPAIGNS = DATA / "campaigns"
POINTS, QUESTIONS = 3, (3, 6)
LONGEST = {"headline": 60, "say": 40, "more": 110, "close": 90, "summary": 320, "question": 150, "text": 1400}
RESERVED = frozenset({"runs", "deeds"})  # addresses of `urls.py`


class WordsHead(Entry, frozen=True, kw_only=True):
    """Which words these are, and how many days a campaign is kept after it ended."""

    version: int
    valid_from: date
    source: str
    kept_days: Annotated[int, msgspec.Meta(ge=365)]
    kept_source: str


class Aimed(Named, frozen=True, kw_only=True):
    """At whom a campaign may be aimed."""

    code: Code


class DeedKind(Named, frozen=True, kw_only=True):
    """What an organisation may have done, and what the number of it counts."""

    code: Code
    number: Names


class Choice(Named, frozen=True, kw_only=True):
    """An answer of a scale."""

    code: Code


class Scale(Entry, frozen=True, kw_only=True):
    """The answers that a question takes, in their order."""

    code: Code
    options: Annotated[tuple[Choice, ...], msgspec.Meta(min_length=2)]


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """The words of campaigns."""

    head: WordsHead
    audiences: tuple[Aimed, ...]
    deeds: tuple[DeedKind, ...]
    scales: tuple[Scale, ...]


class Head(Named, frozen=True, kw_only=True):
    """What a campaign is. `course`: of the library of courses, for who wants to know more."""

    slug: Annotated[Slug, msgspec.Meta(max_length=60)]
    version: Annotated[int, msgspec.Meta(ge=1)]
    audiences: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    course: Slug
    headline: Names
    summary: Names
    close: Names


class Point(Entry, frozen=True, kw_only=True):
    """One of three things that poster and screen say."""

    say: Names
    more: Names


class Message(Entry, frozen=True, kw_only=True):
    """What an organisation may send, by its own means."""

    subject: Names
    text: Names


class PulseQuestion(Entry, frozen=True, kw_only=True):
    """A question before and after. `hoped`: the answers of its scale that one hopes for."""

    code: Code
    scale: Code
    hoped: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    text: Names

    @property
    def options(self) -> tuple[Choice, ...]:
        """The answers it takes."""
        return next(one.options for one in words().scales if one.code == self.scale)


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A checked campaign of the library."""

    head: Head
    points: tuple[Point, ...]
    message: Message
    questions: tuple[PulseQuestion, ...]
    sources: tuple[Source, ...]

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.head.slug


@cache
def words() -> Words:
    """Return the words that ship with the program. Raises ValueError with a line per problem."""
    reader = Reader(WORDS)
    head = reader.single("words", WordsHead)
    found = Words(
        head=head,
        audiences=reader.entries("audiences", Aimed, "code"),
        deeds=reader.entries("deeds", DeedKind, "code"),
        scales=reader.entries("scales", Scale, "code"),
    )
    reader.check_sections(("words", "audiences", "deeds", "scales"))
    reader.finish()
    return found


def audience_word(code: str, language: str) -> str:
    """Return the label of an audience; an unknown code stands for itself."""
    return next((one.label(language) for one in words().audiences if one.code == code), code)


@cache
def library() -> dict[str, Material]:
    """Return every campaign that ships with the program, by slug. Raises ValueError with the problems of all."""
    return read_library(CAMPAIGNS)


def read_library(folder: Path) -> dict[str, Material]:
    """Return the campaigns of a folder by slug. Raises ValueError with the problems of all of them."""
    found, problems = {}, []
    for path in sorted(folder.glob("*.toml")):
        try:
            found[path.stem] = read_campaign(path)
        except ValueError as error:
            problems.append(str(error))
    raise_problems(problems)
    return found


def read_campaign(path: Path) -> Material:
    """Return the campaign of a file. Raises ValueError with a line per problem: file, entry, field, what."""
    reader = Reader(path)
    head = reader.single("campaign", Head)
    found = Material(
        head=head,
        points=_points(reader),
        message=reader.single("message", Message),
        questions=reader.entries("questions", PulseQuestion, "code"),
        sources=reader.entries("sources", Source, "code"),
    )
    reader.check_sections(("campaign", "points", "message", "questions", "sources"))
    if head.slug != path.stem or head.slug in RESERVED:
        reader.problem("campaign", "slug", "must be the file's name, and no address of its own")
    for audience in head.audiences:
        reader.check_reference("campaign", "audiences", audience, {one.code for one in words().audiences}, "audience")
    reader.check_reference("campaign", "course", head.course, courses(), "course")
    for name in ("headline", "summary", "close"):
        _short(reader, "campaign", name, getattr(head, name))
    for n, point in enumerate(found.points, start=1):
        _short(reader, f"points number {n}", "say", point.say)
        _short(reader, f"points number {n}", "more", point.more)
    _short(reader, "message", "text", found.message.text)
    if not QUESTIONS[0] <= len(found.questions) <= QUESTIONS[1]:
        reader.problem("questions", "entries", "a campaign asks three to six questions")
    if not found.sources:
        reader.problem("sources", "entries", "a campaign names what it rests on")
    for question in found.questions:
        _check_question(reader, question)
    reader.finish()
    return found


def _points(reader: Reader) -> tuple[Point, ...]:
    found = reader.entries("points", Point, "code")
    if len(found) != POINTS:
        reader.problem("points", "entries", f"poster and screen say {POINTS} things")
    return found


def _check_question(reader: Reader, question: PulseQuestion) -> None:
    where = f"questions {question.code!r}"
    _short(reader, where, "question", question.text)
    scale = next((one for one in words().scales if one.code == question.scale), None)
    if scale is None:
        reader.problem(where, "scale", f"no scale {question.scale!r}")
        return
    for code in question.hoped:
        reader.check_reference(where, "hoped", code, {one.code for one in scale.options}, "answer")


def _short(reader: Reader, entry: str, field: str, texts: Names) -> None:
    for language, text in texts.items():
        if len(text) > LONGEST[field]:
            reader.problem(entry, f"{field}.{language}", f"at most {LONGEST[field]} characters, it is {len(text)}")


def name_of(slug: str, language: str) -> str:
    """Return the name of a campaign; one that is no longer there stands for itself."""
    found = library().get(slug)
    return slug if found is None else label(found.head.names, language)
