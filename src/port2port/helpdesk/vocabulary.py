"""What the help desk works by, from data files: topics, words of tips, desks, the limits of the public form. Pure."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from port2port.members.data_files import LANGUAGES, Entry, Named, Reader

DATA = Path(__file__).parent / "data"
DESKS = DATA / "desks.v1.toml"

Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=40)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Words = Annotated[tuple[Annotated[str, msgspec.Meta(min_length=3)], ...], msgspec.Meta(min_length=1)]


class Head(Entry, frozen=True, kw_only=True):
    """Which version of a list this is, and where it comes from."""

    version: int
    valid_from: date
    source: str


class Topic(Named, frozen=True, kw_only=True):
    """What a question is about; `tip`: it is a tip about a crime, which is sent on and never taken."""

    code: Code
    icon: str
    tip: bool = False


class Portwatch(Named, frozen=True, kw_only=True):
    """Where tips go instead."""

    url: Annotated[str, msgspec.Meta(pattern=r"^https://[^\s]+$")]
    source: str


class TipWords(Entry, frozen=True, kw_only=True):
    """By which words a text in one language reads like a tip."""

    code: str
    always: Words
    seen: Words
    crime: Words


class DeskEntry(Named, frozen=True, kw_only=True):
    """A help desk: who runs it, for which ports (UN/LOCODE), within how many hours it answers and closes."""

    code: Code
    organisation: str
    ports: tuple[str, ...]
    first_answer_hours: Annotated[int, msgspec.Meta(ge=1, le=2000)]
    closing_hours: Annotated[int, msgspec.Meta(ge=1, le=9000)]
    national: bool = False


class PublicForm(Entry, frozen=True, kw_only=True):
    """The limits of the public form; what each means stands in the file."""

    soonest_with_proof: Count
    soonest_without_proof: Count
    oldest: Count
    work_bits: Annotated[int, msgspec.Meta(ge=1, le=28)]
    longest_text: Count
    largest_body: Count
    ipv4_bits: Annotated[int, msgspec.Meta(ge=8, le=32)]
    ipv6_bits: Annotated[int, msgspec.Meta(ge=16, le=128)]
    window: Count
    cases_with_proof: Count
    cases_without_proof: Count
    messages: Count
    looks: Count
    minute_without_proof: Count
    code_again: Count
    read_after_closing: Count


class Topics(msgspec.Struct, frozen=True, kw_only=True):
    """The topics, in order, and where a tip goes."""

    topics: tuple[Topic, ...]
    portwatch: Portwatch


def read_topics(path: Path) -> Topics:
    """Return the topics of a file. Raises ValueError with a line per problem; exactly one topic is the tip."""
    reader = Reader(path)
    reader.single("head", Head)
    found = Topics(
        topics=reader.entries("topics", Topic, "code"), portwatch=reader.single("portwatch", Portwatch)
    )  # fmt: skip
    reader.check_sections(("head", "topics", "portwatch"))
    if sum(topic.tip for topic in found.topics) != 1:
        reader.problem("topics", "tip", "exactly one topic is the tip about a crime")
    reader.finish()
    return found


@cache
def topics() -> tuple[Topic, ...]:
    """Return the topics in the order of the file."""
    return read_topics(DATA / "topics.v1.toml").topics


@cache
def portwatch() -> Portwatch:
    """Return where tips about crime go."""
    return read_topics(DATA / "topics.v1.toml").portwatch


def topic(code: str) -> Topic:
    """Return one topic. Raises KeyError for an unknown code."""
    return {one.code: one for one in topics()}[code]


def read_tip_words(path: Path) -> tuple[TipWords, ...]:
    """Return the words of tips of a file. Raises ValueError with a line per problem; each language stands once."""
    reader = Reader(path)
    reader.single("head", Head)
    found = reader.entries("languages", TipWords, "code")
    reader.check_sections(("head", "languages"))
    if {one.code for one in found} != set(LANGUAGES):
        reader.problem("languages", "code", "each of the four languages stands here")
    reader.finish()
    return found


@cache
def tip_words() -> tuple[TipWords, ...]:
    """Return the words of tips, by language."""
    return read_tip_words(DATA / "tip_words.v1.toml")


def read_desks(path: Path) -> tuple[DeskEntry, ...]:
    """Return the desks of a file. Raises ValueError: one is the national desk, no port has two."""
    reader = Reader(path)
    reader.single("head", Head)
    found = reader.entries("desks", DeskEntry, "code")
    reader.check_sections(("head", "desks"))
    if sum(desk.national for desk in found) != 1:
        reader.problem("desks", "national", "exactly one desk is the national one")
    taken: dict[str, str] = {}
    for desk in found:
        for port in desk.ports:
            if port in taken:
                reader.problem(f"desks {desk.code!r}", "ports", f"{port} belongs to {taken[port]!r} already")
            taken[port] = desk.code
        if desk.first_answer_hours > desk.closing_hours:
            reader.problem(f"desks {desk.code!r}", "closing_hours", "a case is not closed before it is answered")
    reader.finish()
    return found


@cache
def public_form() -> PublicForm:
    """Return the limits of the public form."""
    reader = Reader(DATA / "public_form.v1.toml")
    reader.single("head", Head)
    found = reader.single("form", PublicForm)
    reader.check_sections(("head", "form"))
    if found.soonest_with_proof >= found.oldest or found.soonest_without_proof >= found.oldest:
        reader.problem("form", "oldest", "a form must live longer than it takes to be accepted")
    reader.finish()
    return found
