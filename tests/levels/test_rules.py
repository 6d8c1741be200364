"""Which level holds where and when: pure, with moments at the bounds, and against a second way of working it out."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from port2port.levels.book import levels, read_levels, term
from port2port.levels.rules import (
    Draft,
    Entry,
    concerned,
    numbers_problems,
    port_standing,
    problems_of,
    spans,
    standing,
)

SPACE = UUID("00000000-0000-0000-0000-000000000001")
PORT, QUAY, LOCK = (uuid5(SPACE, name) for name in ("port", "quay", "lock"))
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR, MOMENT = timedelta(hours=1), timedelta(microseconds=1)


def entry(name: str, level: int, hours: float = 0, **values: object) -> Entry:
    told = {"entered_at": START + hours * HOUR, "starts": START + hours * HOUR} | values
    return Entry(id=uuid5(SPACE, name), port=PORT, level=level, **told)  # type: ignore[arg-type]


def level(told: list[Entry], at: datetime, facility: UUID = QUAY) -> int:
    return standing(spans(told), port=PORT, facility=facility, at=at).level


def test_it_begins_at_its_moment_and_ends_before_its_end():
    told = [entry("a", 2, until=START + HOUR)]
    assert [level(told, at) for at in (START - MOMENT, START, START + HOUR - MOMENT, START + HOUR)] == [1, 2, 2, 1]


def test_the_highest_of_those_that_cover_it_holds():
    told = [entry("a", 2), entry("b", 3, 1, facilities=frozenset({LOCK}))]
    at = START + 2 * HOUR
    assert (level(told, at), level(told, at, LOCK)) == (2, 3)
    port = port_standing(spans(told), port=PORT, at=at)
    assert (port.level, port.whole) == (3, False)


def test_what_replaces_a_notice_ends_it_and_so_does_what_replaces_its_correction():
    wrong, right = entry("a", 3), entry("b", 2, 1, starts=START, corrects=uuid5(SPACE, "a"))
    lower = entry("c", 1, 2, replaces=uuid5(SPACE, "b"))
    before = entry("d", 1, 2, replaces=uuid5(SPACE, "a"))
    for last in (lower, before):
        told = [wrong, right, last]
        assert [level(told, START + hours * HOUR) for hours in (0, 1, 2, 3)] == [2, 2, 1, 1]


def test_what_is_taken_back_never_held_and_gives_back_what_it_replaced():
    first, second = entry("a", 3), entry("b", 1, 1, replaces=uuid5(SPACE, "a"))
    undone = entry("c", 1, 2, corrects=uuid5(SPACE, "b"), replaces=uuid5(SPACE, "a"), void=True)
    assert level([first, second], START + 3 * HOUR) == 1
    assert level([first, second, undone], START + 3 * HOUR) == 3


def test_what_was_known_then_leaves_out_what_was_entered_later():
    told = [entry("a", 2, 5, starts=START)]
    at = START + HOUR
    assert standing(spans(told), port=PORT, facility=QUAY, at=at).level == 2
    assert standing(spans(told, known=at), port=PORT, facility=QUAY, at=at).level == 1


def test_an_exercise_changes_no_level():
    told = [entry("a", 3, exercise=True)]
    assert level(told, START) == 1 and port_standing(spans(told), port=PORT, at=START).level == 1


def test_those_concerned_are_those_covered_now_and_before():
    former = entry("a", 2)
    assert concerned([QUAY], [QUAY, LOCK], []) == {QUAY}
    assert concerned([QUAY], [QUAY, LOCK], [former]) == {QUAY, LOCK}
    assert concerned([], [QUAY, LOCK], []) == {QUAY, LOCK}
    gone = entry("b", 2, facilities=frozenset({SPACE}))
    assert concerned([QUAY], [QUAY], [gone]) == {QUAY}


notices = st.lists(
    st.tuples(
        st.integers(1, 3), st.integers(0, 20), st.one_of(st.none(), st.integers(1, 20)),
        st.sampled_from([(), (QUAY,), (LOCK,), (QUAY, LOCK)]), st.booleans(),
    ),
    max_size=8,
)  # fmt: skip


@given(notices, st.integers(-1, 45))
def test_a_level_is_the_maximum_over_the_minutes_of_each_notice(rows, minute):
    """A second way: paint each notice on a line of minutes, and look at the highest colour."""
    minute_long = timedelta(minutes=1)
    told, painted = [], dict.fromkeys(range(-1, 46), 1)
    for number, (of, start, length, facilities, exercise) in enumerate(rows):
        end = start + length if length is not None else None
        told.append(
            entry(
                str(number), of, starts=START + start * minute_long, facilities=frozenset(facilities),
                exercise=exercise, until=START + end * minute_long if end is not None else None,
            )
        )  # fmt: skip
        if not exercise and (not facilities or QUAY in facilities):
            for at in range(start, 46 if end is None else min(end, 46)):
                painted[at] = max(painted[at], of)
    assert level(told, START + minute * minute_long) == painted[minute]


def test_faults_of_a_notice_are_named():
    at = START
    good = Draft("BEANR", 2, at, "N-1", ("BEANR-9901",))
    places = {"ports": ["BEANR"], "facilities": ["BEANR-9901"]}
    assert problems_of(good, **places, at=at) == []
    naive = Draft("BEANR", 2, at.replace(tzinfo=None), "N-1")
    assert [one.field for one in problems_of(naive, **places, at=at)] == ["starts"]
    twice = Draft("BEANR", 2, at + timedelta(days=40), "N-1", ("BEANR-9901", "BEANR-9901"), text="x" * 1001)
    assert {one.field for one in problems_of(twice, **places, at=at)} == {"facilities", "starts", "text"}
    assert [one.field for one in problems_of(Draft("BEGNE", 0, at, "N-1"), **places, at=at)] == ["port", "level"]


def test_a_checklist_is_numbers_without_repeats():
    assert numbers_problems([1, 999]) == []
    for wrong in ([0], [1000], [3, 3], list(range(1, 63))):
        assert [one.field for one in numbers_problems(wrong)] == ["numbers"]


def test_the_file_of_levels_is_whole_and_a_wrong_one_fails_loudly(tmp_path):
    assert [one.level for one in levels()] == [1, 2, 3] and term(3).answer_minutes <= term(2).answer_minutes
    path = tmp_path / "levels.toml"
    path.write_text("[levels_head]\nversion = 1\nvalid_from = 2026-01-01\nsource = 'x'\n", encoding="utf-8")
    try:
        read_levels(path)
    except ValueError as error:
        assert "1, 2 and 3" in str(error)
    else:
        raise AssertionError("a file without levels was taken")
