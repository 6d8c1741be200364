"""What a course consists of, and the topics of the ISPS Code (part B, 18.1 to 18.3) that courses name.

`library.py` reads and checks the courses that ship with the program; the format is described in `data/README.md`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Protocol

import msgspec

from port2port.members.data_files import Entry, Named, Names, Reader, label
from port2port.reports.vocabulary import Code, Slug

DATA = Path(__file__).parent / "data"
TOPICS = DATA / "course_topics.v1.toml"
VIDEOS, SUBTITLES = (".webm", ".mp4"), ".vtt"

Kind = Literal["single", "multiple", "order", "hotspot"]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Address = Annotated[str, msgspec.Meta(pattern=r"^(https://[^\s<>\"]+)?$", max_length=400)]


class Head(Entry, frozen=True, kw_only=True):
    """Which topics these are, from when, and where they come from."""

    version: int
    valid_from: date
    source: str
    url: Address


class Audience(Named, frozen=True, kw_only=True):
    """Whom the Code wants trained, with the paragraph that says so."""

    code: Code
    citation: str


class Topic(Named, frozen=True, kw_only=True):
    """What an audience should know, with its paragraph."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]\d{2}$")]
    audience: Code
    citation: str


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """The audiences and their topics, in the order of the Code."""

    head: Head
    audiences: tuple[Audience, ...]
    list: tuple[Topic, ...]

    def of(self, audience: str) -> tuple[Topic, ...]:
        """Return the topics of an audience."""
        return tuple(one for one in self.list if one.audience == audience)


class CourseHead(Named, frozen=True, kw_only=True):
    """What a course is. `draw`: how many questions an attempt has."""

    slug: Annotated[Slug, msgspec.Meta(max_length=60)]
    version: Annotated[int, msgspec.Meta(ge=1)]
    audiences: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    topics: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    minutes: Annotated[int, msgspec.Meta(ge=5, le=60)]
    draw: Annotated[int, msgspec.Meta(ge=5, le=20)]
    pass_percent: Annotated[int, msgspec.Meta(ge=60, le=100)]
    valid_months: Annotated[int, msgspec.Meta(ge=6, le=60)]
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=365)]
    summary: Names


class Source(Named, frozen=True, kw_only=True):
    """A public source on which the course rests."""

    url: Address = ""


class Area(Entry, frozen=True, kw_only=True):
    """A rectangle of a picture, in percent of it."""

    x: Percent
    y: Percent
    width: Percent
    height: Percent


class Option(Entry, frozen=True, kw_only=True):
    """What may be chosen. `why`: what is said of it after the quiz. An `order` is written in the right one."""

    code: Code
    text: Names
    right: bool | None = None
    why: Names | None = None
    area: Area | None = None


class Question(Entry, frozen=True, kw_only=True):
    """A question of the pool, about a module."""

    code: Code
    module: Slug
    kind: Kind
    text: Names
    options: tuple[Option, ...]
    picture: str | None = None
    why: Names | None = None


class Module(Named, frozen=True, kw_only=True):
    """A module: its title as `names`, its text as Markdown by language."""

    code: Slug
    texts: Names


class Medium(Protocol):
    """A picture, a video or its subtitles: a file of the program's own, or one in the vault. It never changes."""

    def __hash__(self) -> int:
        """Return the same for the same file."""

    def read_bytes(self) -> bytes:
        """Return the file."""


@dataclass(frozen=True)
class Course:
    """A checked course. `media`: its pictures, videos and subtitles by name. `own`: of one organisation."""

    head: CourseHead
    modules: tuple[Module, ...]
    questions: tuple[Question, ...]
    sources: tuple[Source, ...]
    media: Mapping[str, Medium] = field(default_factory=dict)
    own: bool = False

    @property
    def slug(self) -> str:
        """Its name in addresses."""
        return self.head.slug

    def module(self, code: str) -> Module | None:
        """Return a module; None if it has no such."""
        return next((one for one in self.modules if one.code == code), None)

    def question(self, code: str) -> Question | None:
        """Return a question; None if it has no such."""
        return next((one for one in self.questions if one.code == code), None)


@cache
def topics() -> Topics:
    """Return the topics that ship with the program. Raises ValueError with a line per problem."""
    reader = Reader(TOPICS)
    head = reader.single("topics", Head)
    audiences = reader.entries("audiences", Audience, "code")
    found = reader.entries("list", Topic, "code")
    known = {one.code for one in audiences}
    for one in found:
        reader.check_reference(f"list {one.code!r}", "audience", one.audience, known, "audience")
    reader.check_sections(("topics", "audiences", "list"))
    reader.finish()
    return Topics(head=head, audiences=audiences, list=found)


def word(section: Literal["audiences", "list"], code: str, language: str) -> str:
    """Return the label of an audience or a topic; an unknown code stands for itself."""
    found: Iterable[Audience | Topic] = getattr(topics(), section)
    return next((label(one.names, language) for one in found if one.code == code), code)


def subtitles_of(video: str, language: str) -> str:
    """Return the name of the subtitles of a video in a language."""
    return f"{Path(video).stem.removesuffix(f'.{language}')}.{language}{SUBTITLES}"
