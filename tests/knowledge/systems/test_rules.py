"""What the rules of the register take and refuse, by properties; and that its data files are what they should be."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.knowledge.systems.comparing import one_result
from port2port.knowledge.systems.drawing import RATES, SHARES, drawing
from port2port.knowledge.systems.intervals import Estimate
from port2port.knowledge.systems.rules import (
    MOST,
    Assessment,
    assessments_open,
    bought_problems,
    measured_problems,
    product_key,
)
from port2port.knowledge.systems.vocabulary import TERMS, read_terms, terms, threat_of
from tests.knowledge.systems.writing import BOUGHT, INSTALLED, MEASURED

TODAY = date(2026, 11, 27)
KNOWN = {
    "truth": frozenset({"second_sensor"}), "light": frozenset({"both"}), "languages": frozenset({"en"}),
    "kind": frozenset({"drone_rf"}), "ai_class": frozenset({"minimal"}), "legal_bases": frozenset(),
}  # fmt: skip
COUNT = st.integers(-3, 60)


@settings(max_examples=200, deadline=None)
@given(COUNT, COUNT, COUNT, st.none() | COUNT)
def test_counts_are_taken_exactly_when_they_can_be(alarms, true, false, missed):
    one = replace(MEASURED, alarms=alarms, true_alarms=true, false_alarms=false, missed=missed)
    possible = min(alarms, true, false, missed or 0) >= 0 and true + false <= alarms
    assert (measured_problems(one, KNOWN, today=TODAY) == []) == possible
    if possible:
        table = one_result(alarms=alarms, true=true, false=false, missed=missed, hours=1.0)
        assert table.checked + table.unchecked == alarms
    else:
        with pytest.raises(ValueError, match="cannot be"):
            one_result(alarms=alarms, true=true, false=false, missed=missed, hours=1.0)


@pytest.mark.parametrize("name", ["alarms", "true_alarms", "false_alarms", "missed"])
def test_no_count_is_beyond_measure(name):
    problems = measured_problems(replace(MEASURED, **{name: MOST + 1}), KNOWN, today=TODAY)
    assert [one.field for one in problems] == [name]


def test_a_product_is_known_by_letters_and_digits_of_any_script():
    key = product_key("drone_rf", "Noordlicht Sensors", "Harrier RF")
    assert key == product_key("drone_rf", " NOORDLICHT-sensors", "harrier_rf") and len(key) == 16
    assert key != product_key("drone_radar", "Noordlicht Sensors", "Harrier RF")
    assert product_key("anpr", "ab", "c") != product_key("anpr", "a", "bc")
    assert product_key("anpr", "Сокол", "1") != product_key("anpr", "Ястреб", "1")
    assert product_key("anpr", "Caméra", "É") == product_key("anpr", "camera", "e")


def test_an_annex_says_something():
    assert bought_problems(BOUGHT, KNOWN) == []
    assert [p.field for p in bought_problems(replace(BOUGHT, price=-1), KNOWN)] == ["price"]
    empty = replace(BOUGHT, price=None, contract_until=None, contract=" ", tender="")
    assert [p.field for p in bought_problems(empty, KNOWN)] == ["tender"]


def test_assessments_are_open_while_a_system_is_in_use():
    one = replace(INSTALLED, rights=Assessment("not_done"), privacy=Assessment("not_done"))
    assert assessments_open(one, today=TODAY) == ("rights", "privacy")
    assert assessments_open(replace(one, until=TODAY), today=TODAY) == ("rights", "privacy")
    assert assessments_open(replace(one, until=date(2026, 11, 26)), today=TODAY) == ()
    assert assessments_open(INSTALLED, today=TODAY) == ()


def test_the_words_have_every_language_and_a_broken_file_says_where(tmp_path):
    assert {len(one.names) for section in ("kinds", "truths", "lights") for one in getattr(terms(), section)} == {4}
    assert threat_of("drone_rf") == "drone_misuse" and threat_of("unknown") == ""
    broken = tmp_path / "systems.v1.toml"
    broken.write_text(TERMS.read_text(encoding="utf-8").replace('"drone_misuse"', '"birds"', 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"drone_rf.*threat"):
        read_terms(broken)


def test_a_drawing_says_in_words_what_it_shows_and_stays_within_its_frame():
    svg = drawing(Estimate(0.5, 0.2, 0.9), SHARES, says='"half" <b>', following=Estimate(0.5, 0.0, 1.0))
    assert 'aria-label="&quot;half&quot; &lt;b&gt;"' in svg and "c-band" in svg
    far = drawing(Estimate(1e9, 0.0, 1e12), RATES, says="far")
    assert 'M12.0 13.0H228.0"' in far and "c-band" not in far
