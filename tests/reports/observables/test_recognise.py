"""What is found in free text: a corpus of sentences in four languages, and what holds for every text."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from port2port.reports.observables.normal import normalised
from port2port.reports.observables.recognise import recognise

CORPUS = tomllib.loads((Path(__file__).parent / "corpus.toml").read_text(encoding="utf-8"))
SENTENCES = [(sentence["text"], sentence["found"]) for several in CORPUS.values() for sentence in several]


def test_the_corpus_is_worth_its_name():
    assert set(CORPUS) == {"nl", "fr", "de", "en"}
    assert len(SENTENCES) >= 60
    assert sum(not found for _text, found in SENTENCES) >= 20


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[text[:40] for text, _found in SENTENCES])
def test_a_sentence(text, expected):
    assert [[one.kind, one.written, one.value] for one in recognise(text)] == expected


def test_the_check_digit_is_told():
    found = recognise("TSTU1234568, TSTU1234567, TSTU123456, IMO 1234568, BE0123456748")
    assert [one.checked for one in found] == [True, False, None, False, False]


ALONE = [
    "1-ABC-234", "1 ABC 234", "1ABC234", "AB-123-CD", "AB123CD", "HH-AB 1234", "TÜ-AB 123E", "12-34-AB", "AB-12-34",
    "12-AB-34", "12AB34", "AB-12-CD", "AB-CD-12", "12-AB-CD", "12-ABC-3", "1-ABC-23", "AB-123-C", "A-123-BC",
    "ABC-12-D", "A-12-BCD", "1-AB-234", "123-AB-4",
]  # fmt: skip
AFTER_A_WORD = [
    "ABC-123", "123-ABC", "ABC 123", "AB 1234", "AB-1234", "AB 123 CD", "ABCD12", "1234AB", "HH AB 12", "1234 AB 59",
    "1abc234", "12-ab-cd",
]  # fmt: skip


@pytest.mark.parametrize("plate", ALONE)
def test_a_plate_that_nobody_takes_for_another_thing(plate):
    (found,) = recognise(f"Een wagen ({plate}) reed weg.")
    assert (found.kind, found.written) == ("plate", plate)


@pytest.mark.parametrize("plate", AFTER_A_WORD)
def test_a_plate_that_needs_a_word_before_it(plate):
    assert recognise(f"Een wagen ({plate}) reed weg.") == []
    for words in ("Kennzeichen: ", "de plaat van de bestelwagen was ", "plaque n° "):
        (found,) = recognise(f"{words}{plate}, vu à 3 h")
        assert (found.kind, found.written) == ("plate", plate)
    assert recognise(f"Geen plaat gezien. Lading {plate} stond er.") == []
    assert recognise(f"Geen plaat gezien {'door de bewaking ' * 3} {plate}") == []


def test_the_secret_characters_of_an_operator_are_not_taken_along():
    (found,) = recognise("FIN87astrdge12k8-xyz")
    assert (found.written, found.end) == ("FIN87astrdge12k8", 16)


def test_a_web_address_too_long_to_keep_leaves_its_host():
    (found,) = recognise("https://login.example/" + "a" * 300)
    assert (found.kind, found.value) == ("domain", "login.example")


def test_spaces_and_dashes_of_a_word_processor():
    found = recognise("Plaat 1\u2011ABC\u2011234, tel. 0470\u00a000\u202f00\u00a001")
    assert [one.value for one in found] == ["1ABC234", "+32470000001"]


LONG = 100_000
HARD = [
    "a", "0", "0 ", "02 ", "a.", "a@", "a@b.", "http://", "http://)", "1-", "A", "AB-", "1 A", "+", "[.]", ":", "f:",
    "plaat ", "zegel: ", "imo -", "1.", "1,", "BE", "TSTU", "é", "'a", "EUR 1", "12-", "\n", "hxxp[:]//a,",
    "0470 00 00 01 ",
]  # fmt: skip


@pytest.mark.parametrize("part", HARD)
def test_a_long_text_is_read_to_its_end(part):
    """A pattern that tries every start against every end would not come back from these."""
    text = (part * LONG)[:LONG] + "\n. TSTU1234568"
    assert recognise(text)[-1].value == "TSTU1234568"


PIECES = st.sampled_from(
    [piece for text, _found in SENTENCES for piece in text.split()]
    + ["\n", "\x00", "\ud800", "(", ")", "[.]", ",", "·"]
)


@given(st.lists(PIECES | st.text(max_size=6), max_size=30), st.sampled_from(["", " ", "-", ".", ","]))
@example(["https://a.example]]]"], "")
@example(["ſTSTU1234568", "TSTU１234568"], " ")
def test_whatever_is_found_stands_there_and_nothing_overlaps(pieces, between):
    text = between.join(pieces)
    end = 0
    for one in recognise(text):
        assert one.start >= end and one.end > one.start
        end = one.end
        assert text[one.start : one.end] == one.written
        again = normalised(one.kind, one.written)
        assert (again.value, again.checked) == (one.value, one.checked)


@given(st.text())
def test_no_text_is_an_error(text):
    recognise(text)


def test_every_expected_finding_survives_its_neighbours():
    """All sentences as one pasted text: the findings are the same, in the same order."""
    pasted = "\n".join(text for text, _found in SENTENCES)
    assert [[o.kind, o.written, o.value] for o in recognise(pasted)] == [f for _text, found in SENTENCES for f in found]
