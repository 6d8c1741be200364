"""The judged questions, and how many of them a way of searching answers among its first five."""

import tomllib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FIRST = 5


@dataclass(frozen=True)
class Document:
    id: str
    language: str
    title: str
    text: str


@dataclass(frozen=True)
class Question:
    q: str
    want: list[str]
    kind: str


def judged() -> tuple[list[Document], list[Question]]:
    found = tomllib.loads((Path(__file__).parent / "judged.toml").read_text(encoding="utf-8"))
    return [Document(**one) for one in found["documents"]], [Question(**one) for one in found["questions"]]


def success(questions: list[Question], ask: Callable[[str], list[str]]) -> tuple[dict[str, tuple[int, int]], list[str]]:
    """Return for each kind (answered, asked), and the questions that were not answered with what came instead."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    missed = []
    for one in questions:
        found = ask(one.q)[:FIRST]
        good = not set(one.want).isdisjoint(found)
        kinds[one.kind].append(good)
        if not good:
            missed.append(f"{one.kind}: {one.q} -> {', '.join(found) or 'nothing'}, wanted {', '.join(one.want)}")
    return {kind: (sum(some), len(some)) for kind, some in kinds.items()}, missed


def share(kinds: dict[str, tuple[int, int]]) -> float:
    return sum(good for good, _asked in kinds.values()) / sum(asked for _good, asked in kinds.values())
