"""One hidden record cannot be told by the clock: 2,000 paired timings of each way of asking, compared as distributions.

In each pair one question would touch the hidden record and the other is the same question about nothing; which comes
first is drawn anew. The two sides are compared by the area under the ROC curve, the chance that a timing of the one
exceeds a timing of the other: a half when nobody can tell (Mann and Whitney, 1947). Its standard error is about 0.009
here, so a tenth of the way off a half is no accident. No test asks how long anything takes.

Which of two ports, words or ids stands for the hidden one changes half-way, so that nothing else differs.
"""

import gc
import random
import time
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from port2port.base.errors import NotFound
from port2port.base.ids import new_id
from port2port.members.models import Port
from port2port.reports import observable_queries as observed
from port2port.reports.observables.normal import normalised
from port2port.sharing import queries as sharing
from port2port.sharing.tlp import Tlp
from tests.reports.writing import report

PAIRS = 2000
MARGIN = 0.06
PORTS = ("BEANR", "BEGNE")
WORDS = ("zqhalyard", "zqbollard")
BOXES = (normalised("container", "CSQU3054383"), normalised("container", "MSKU1234565"))
Question = Callable[[int], object]


def auc(some: list[int], others: list[int]) -> float:
    """Return the chance that one of `some` is greater than one of `others`, ties counted half."""
    ordered = sorted(others)
    wins = sum(bisect_left(ordered, one) + bisect_right(ordered, one) for one in some)
    return wins / 2 / len(some) / len(others)


def timed(question: Question, which: int) -> int:
    began = time.perf_counter_ns()
    question(which)
    return time.perf_counter_ns() - began


def paired(question: Question, hidden: int, pairs: int, draw: random.Random) -> tuple[list[int], list[int]]:
    """Return the timings of the question about the hidden one, and about the other."""
    found: tuple[list[int], list[int]] = ([], [])
    for _number in range(20):
        timed(question, 0), timed(question, 1)
    for _number in range(pairs):
        for side in draw.sample((0, 1), 2):
            found[side].append(timed(question, hidden if side == 0 else 1 - hidden))
    return found


@pytest.fixture
def quiet() -> Iterator[None]:
    """No collection of garbage in the middle of a timing."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def hide(acting, number: int) -> UUID:
    """Share something at one of the two ports, with one of the two words, that North Sea Port does not see."""
    with acting("pso@antwerp.demo"):
        word = WORDS[number]
        made = report("organisation-port-of-antwerp-bruges", tlp=Tlp.AMBER_STRICT, place="port", port=PORTS[number],
                      landmark="", text=f"Something hung above the {word} for minutes.")  # fmt: skip
        return made.record_id


def everyday(acting) -> None:
    """Share the same number at both ports with both, each with the words once."""
    with acting("pso@antwerp.demo"):
        for number in range(24):
            report("ports-and-police", place="port", port=PORTS[number % 2], landmark="",
                   text=f"A drone hung above quay {number} for four minutes.")  # fmt: skip


def questions(ids: tuple[UUID, UUID]) -> dict[str, Question]:
    """Return the ways of asking; each takes which of the two it asks about."""
    ports = {p.locode: p.id for p in Port.objects.all()}

    def detail(which: int) -> None:
        with pytest.raises(NotFound):
            sharing.record(ids[which], "report")

    return {
        "detail": detail,
        "list": lambda which: sharing.newest("report", facets={"port": ports[PORTS[which]]}),
        "count": lambda which: sharing.count("report", facets={"port": ports[PORTS[which]]}),
        "match": lambda which: observed.found_by_value([BOXES[which]]),
        "search": lambda which: sharing.found(WORDS[which], ["report"]),
    }


@pytest.mark.parametrize("way", ["detail", "list", "count", "match", "search"])
def test_one_hidden_record_is_not_told_by_the_clock(way, acting, owner, quiet):
    draw = random.Random(20261122)
    everyday(acting)
    hidden_side: list[int] = []
    other_side: list[int] = []
    for hidden in (0, 1):
        there = hide(acting, hidden)
        # As autovacuum keeps them: thousands of tests before this one left their dead rows behind.
        owner.execute("vacuum analyze sharing_record, sharing_posting, sharing_searchable, reports_mark")
        with acting("pso@northsea.demo"):
            assert sharing.found(WORDS[hidden], ["report"]) == [], "it is hidden"
            ask = questions((there, new_id()) if hidden == 0 else (new_id(), there))[way]
            some, others = paired(ask, hidden, PAIRS // 2, draw)
        hidden_side += some
        other_side += others
        owner.execute("delete from sharing_record where id = %s", [there])
    assert len(hidden_side) == len(other_side) == PAIRS
    assert abs(auc(hidden_side, other_side) - 0.5) < MARGIN, f"{way}: {auc(hidden_side, other_side):.3f}"


def test_the_comparison_tells_what_can_be_told():
    draw = random.Random(7)
    same = [[draw.gauss(300, 30) for _ in range(PAIRS)] for _ in range(2)]
    later = [one + 8 for one in same[1]]
    as_timings = [[int(value * 1000) for value in side] for side in (*same, later)]
    assert abs(auc(as_timings[0], as_timings[1]) - 0.5) < MARGIN / 2
    assert auc(as_timings[2], as_timings[0]) - 0.5 > MARGIN, "a quarter of a standard deviation is noticed"
