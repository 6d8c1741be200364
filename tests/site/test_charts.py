"""One small chart a port: the band is what is usual, only what lies outside is marked."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from port2port.site.charts import multiple, verdict

USUAL = (2.0, 6.0)


@pytest.mark.parametrize(
    ("latest", "says", "marked"),
    [
        (7, "more than usual", True),
        (1, "less than usual", True),
        (6, "as usual", False),
        (2, "as usual", False),
    ],
)
def test_only_outside_the_band_is_more_or_less_than_usual(latest: int, says: str, marked: bool) -> None:
    with translation.override("en"):
        assert verdict(latest, *USUAL) == (says, marked)


def test_the_port_spoken_of_is_the_only_saturated_mark() -> None:
    row = multiple("Ghent", [3, 4, 2, 9], USUAL, why_url="/why/")
    assert row.svg.count("c-dot--sig") == 1
    assert row.svg.count("<circle") == 3
    assert (row.latest, row.marked, row.why_url) == (9, True, "/why/")


def test_as_usual_has_no_mark_and_nothing_to_explain() -> None:
    row = multiple("Antwerp", [3, 4, 2, 5], USUAL, why_url="/why/")
    assert "c-dot--sig" not in row.svg
    assert row.why_url == ""


def test_more_is_higher_and_all_stays_inside_the_drawing() -> None:
    row = multiple("Antwerp", [0, 40, 3], (1.0, 50.0))
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', row.svg)]
    assert heights[1] < heights[2] < heights[0]
    assert all(0 <= y <= 30 for y in heights)


def test_nothing_counted_all_zero_and_a_single_week_are_drawn() -> None:
    assert "<circle" in multiple("Genk", [0, 0, 0], (0.0, 0.0)).svg
    assert "<circle" in multiple("Genk", [0], (0.0, 1.0)).svg
    with pytest.raises(ValueError, match="without counts"):
        multiple("Genk", [], USUAL)


def test_a_name_with_markup_is_text() -> None:
    page = render_to_string("parts/multiples.html", {"rows": [multiple("<b>Ghent", [1], USUAL)]})
    assert "&lt;b&gt;Ghent" in page
