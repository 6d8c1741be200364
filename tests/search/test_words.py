"""What words become: compounds, corrections, numbers, synonyms, snippets; and the data they rest on."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.base.finding import identifiers, lexicon
from port2port.base.finding.asking import asked
from port2port.base.finding.indexing import search_words, variants
from port2port.base.finding.marking import Piece, marked, snippet

LITERAL = re.compile(r"(?:[a-z0-9]+:[0-9]+[ABCD](?:,[0-9]+[ABCD])*(?: |$))*")
QUERY = re.compile(r"[a-z0-9:*&|() ]*")


def words_of(indexed: str) -> set[str]:
    return {one.partition(":")[0] for one in indexed.split()}


def finds(question: str, text: str) -> bool:
    """Whether a text that says this is found, as the database would decide it."""
    there = words_of(search_words(text))

    def holds(one) -> bool:
        return bool(
            one.own & there
            or (one.beginning and any(word.startswith(one.beginning) for word in there))
            or any(all(some & there for some in group) for group in one.others)
        )

    question_ = asked(question)
    return bool(question_.wanted) and all(holds(one) for one in question_.wanted)


def test_the_glossary_has_every_language_for_enough_things():
    concepts = lexicon.glossary().concepts
    assert len(concepts) >= 120
    assert lexicon.problems(lexicon.glossary()) == []
    broken = lexicon.Glossary(1, (*concepts[:1], concepts[0], lexicon.Concept("x", (), ("...",), ("a",), ("b",))))
    assert len(lexicon.problems(broken)) == 5


def test_every_term_finds_every_other_term_of_its_thing():
    for concept in lexicon.glossary().concepts:
        for one in concept.terms:
            for other in concept.terms:
                assert finds(one, f"Yesterday: {other}."), (concept.code, one, other)


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("havenbeveiliging", ("haven", "beveiliging")),
        ("hafensicherheit", ("hafen", "sicherheit")),
        ("scheepvaartpolitie", ("scheepvaart", "politie")),
        ("bewakingscamera", ("bewaking", "camera")),
        ("kallosluis", ("kallo", "sluis")),
        ("deurganckdok", ("deurganck", "dok")),
        ("transport", ()),
        ("container", ()),
        ("happened", ()),
        ("international", ()),
    ],
)
def test_compounds_are_taken_apart(compound, parts):
    assert lexicon.parts_of(compound) == parts


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("beveiliging", "De havenbeveiliging kwam."),
        ("Sicherheit", "Die Hafensicherheit kam."),
        ("havenbeveiliging", "La sûreté du port est prévenue."),
        ("surete", "La sûreté portuaire"),
        ("extracteur", "Drie uithalers"),
        ("Kuehlcontainer", "Ein Kühlcontainer"),
        ("contianer", "Een container"),
        ("container", "Een contianer stond open"),
        ("dornes", "Een drone boven de sluis"),
        ("dozen", "Een doos"),
        ("0475 12 34 56", "bel +32 475 12.34.56 nu"),
        ("+32 (0)475 123456", "0475/12 34 56"),
        ("msku123456-5", "MSKU 123 456 5"),
        ("1-ABC-234", "plaat 1ABC234"),
        ("imo 9321483", "schip 9321483"),
    ],
)
def test_a_question_finds_the_text(question, text):
    assert finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [("drone", "Een duiker bij het schip"), ("MSKU1234565", "MSKU 123 456 6"), ("0475123456", "0475 12 34 57")],
)
def test_a_question_does_not_find_another_text(question, text):
    assert not finds(question, text)


def test_only_public_words_are_suggested():
    for written in ("contianer", "beveilging", "extracter"):
        assert set(lexicon.near(written)) and set(lexicon.near(written)) <= lexicon.lexicon()
    assert lexicon.near("container") == () and lexicon.near("zqxwvzqx") == ()


@pytest.mark.parametrize(("one", "other", "far"), [("haven", "haven", 0), ("haven", "havne", 1), ("haven", "hafen", 1),
    ("haven", "have", 1), ("haven", "haaven", 1), ("haven", "hvane", 2), ("haven", "drone", 3)])  # fmt: skip
def test_how_many_letters_are_wrong(one, other, far):
    assert lexicon.distance(one, other, 2) == far


def test_the_words_of_a_title_are_marked_as_such():
    indexed = search_words("The fence was cut.", "Fence")
    assert re.search(r"\bfence:1A,2B\b", indexed)
    assert "the:" not in indexed, "a word that says nothing is not indexed"


@given(st.text(max_size=300), st.text(max_size=60))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_is_written_the_index_holds_letters_digits_places_and_weights_only(text, title):
    assert LITERAL.fullmatch(search_words(text, title))


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_whatever_is_asked_the_query_holds_letters_digits_and_operators_only(text):
    question = asked(text)
    for one in (question.match, question.most_of, question.near, question.wide, question.first):
        assert QUERY.fullmatch(one)
    assert question.match.count("(") == question.match.count(")")


@given(st.text(max_size=600), st.text(max_size=60))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_marking_loses_and_adds_nothing(text, question):
    assert "".join(piece.text for piece in marked(text, asked(question))) == text
    plain = " ".join(text.split())
    shown = "".join(piece.text for piece in snippet(text, asked(question)))
    assert shown.removeprefix("… ").removesuffix(" …") in plain


def test_a_snippet_shows_where_the_words_stand():
    text = "Nothing to see here. " * 30 + "De havenbeveiliging zag MSKU 123 456-5 staan. " + "And more. " * 30
    pieces = snippet(text, asked("beveiliging MSKU1234565"))
    assert [piece.text for piece in pieces if piece.found] == ["havenbeveiliging", "MSKU 123 456-5"]
    assert pieces[0] == Piece("… ", False) and pieces[-1] == Piece(" …", False)
    assert len("".join(piece.text for piece in pieces)) < 240


def test_a_beginning_marks_the_compound_it_stands_in():
    assert [piece.text for piece in marked("Boven de Kallosluis", asked("slu")) if piece.found] == ["Kallosluis"]


def test_a_table_of_figures_is_not_a_list_of_numbers_to_be_found():
    assert len(identifiers.joined(" ".join(str(10_000 + n) for n in range(5_000)))) <= identifiers.MOST_FORMS


def test_a_word_has_few_variants():
    assert all(len(variants(word)) < 30 for word in ("havenbeveiliging", "scheepvaartpolitie", "a" * 60))
