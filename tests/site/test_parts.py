"""Parts as tags: what they say, to eyes and to a screen reader."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from port2port.base.errors import Problem


def draw(text: str, language: str = "en", **values: Any) -> str:
    """Render a template text with our tags."""
    with translation.override(language):
        return Template("{% load parts fields %}" + text).render(Context({"csrf_token": "secret", **values}))


def words_of(html: str) -> str:
    """Return what is read, without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@dataclass
class Seen:
    """A record's audience as a domain hands it over."""

    tlp: int
    audience: list[str]
    why_url: str


def test_who_sees_it_is_label_then_words_then_why() -> None:
    html = draw("{% sees seen %}", seen={"tlp": 3, "audience": ["Ports", "police"], "why_url": "/why/"})
    assert words_of(html) == "TLP:AMBER+STRICT Ports and police why? Ports and police"
    assert 'href="/why/"' in html
    assert "pp-tlp--amber" in html


def test_it_takes_objects_and_speaks_the_readers_language() -> None:
    html = draw("{% sees seen bar=True %}", "nl", seen=Seen(4, ["Havens", "douane", "politie"], ""))
    assert "Havens, douane en politie" in html
    assert "<a" not in html


def test_nobody_is_said_and_markup_in_a_circles_name_is_text() -> None:
    assert "Nobody else" in draw("{% sees seen %}", seen={"tlp": 0, "audience": []})
    assert "&lt;i&gt;" in draw("{% sees seen %}", seen={"tlp": 0, "audience": ["<i>x"]})


@pytest.mark.parametrize("rank", [-1, 5])
def test_an_unknown_tlp_is_not_drawn_as_another(rank: int) -> None:
    with pytest.raises(ValueError, match="TLP"):
        draw("{% tlp rank %}", rank=rank)


def test_a_severity_is_a_shape_and_a_word_and_only_urgent_is_saturated() -> None:
    html = draw('{% severity "critical" %}')
    assert "<svg" in html
    assert words_of(html) == "Critical"
    assert "urgent" not in html
    with pytest.raises(KeyError):
        draw('{% severity "medium" %}')


def test_a_moment_is_local_absolute_and_relative() -> None:
    html = draw("{% when at minutes=5 %}", at=datetime(2020, 7, 1, 12, 2, tzinfo=UTC))
    assert "1 Jul 2020, 14:02" in html
    assert "years ago" in html
    assert "give or take 5 min" in html
    assert 'datetime="2020-07-01T14:02:00+02:00"' in html


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        draw("{% when at %}", at=datetime(2026, 7, 1, 12, 2))


def test_another_year_is_not_left_to_be_guessed() -> None:
    assert "2020" in words_of(draw("{% moment at %}", at=datetime(2020, 7, 1, tzinfo=UTC)))


def test_pages_and_crumbs() -> None:
    assert words_of(draw("{% pages cursor %}", cursor={"newer": "", "older": "?x"})) == "Older"
    assert draw("{% pages cursor %}", cursor={"newer": "", "older": ""}).strip() == ""
    html = draw('{% crumbs "Reports" "/reports/" "26-1122-04" %}')
    assert words_of(html) == "Reports / 26-1122-04"
    assert html.count("<a ") == 1


def test_numbers_for_svg_never_get_a_comma() -> None:
    assert draw("{{ x|unlocalised }}", "nl", x=12.5) == "12.5"


class Form(forms.Form):
    """One field of each kind."""

    kind = forms.ChoiceField(label="What is it?", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    what = forms.CharField(label="What happened?", widget=forms.Textarea, help_text="No names.")
    box = forms.CharField(label="Container", max_length=4, required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def test_the_summary_links_to_fields_that_exist_and_what_was_typed_stays() -> None:
    form = Form({"what": "", "box": "CSQU30543", "kind": "c"})
    html = draw("{% form_errors form %}{% fields form %}", form=form)
    targets = re.findall(r'href="#([^"]+)"', html)
    assert len(targets) == 3
    assert all(f'id="{target}"' in html for target in targets)
    assert 'value="CSQU30543"' in html
    assert "3 things to put right" in html
    assert 'role="alert"' in html


def test_hint_and_error_are_read_with_the_field() -> None:
    html = draw("{% field form.what rows=3 data_no_draft=True %}", form=Form({"kind": "a"}))
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described
    assert all(f'id="{one}"' in html for one in described[1].split())
    assert len(described[1].split()) == 2
    assert 'aria-invalid="true"' in html
    assert 'rows="3"' in html
    assert "data-no-draft" in html


def test_a_group_has_a_legend_and_one_choice_checked() -> None:
    extras = {"a": {"tlp": 2, "note": "23 people"}, "b": {"disabled": True}}
    html = draw("{% options form.kind extras %}", form=Form({"kind": "a"}), extras=extras)
    assert "<legend" in html
    assert html.count(" checked") == 1
    assert html.count(" disabled") == 1
    assert "TLP:AMBER" in html
    assert "23 people" in html


def test_tiles_show_an_icon_and_a_word() -> None:
    html = draw("{% tiles form.kind extras %}", form=Form(), extras={"a": {"icon": "drone"}})
    assert html.count("pp-tile") >= 2
    assert html.count("<svg") == 1


def test_problems_of_a_file_name_row_and_field() -> None:
    html = draw("{% form_errors form problems %}", form=Form(), problems=[Problem("what", "is empty", row=7)])
    assert "Row 7, what: is empty" in html
    assert "One thing to put right" in html
    assert draw("{% form_errors form %}", form=Form()).strip() == ""


def test_confirming_names_the_thing() -> None:
    html = draw(
        '{% include "parts/confirm.html" with action="/x/" name=name text="It goes." button="Withdraw" %}',
        name="26-<1>",
    )
    assert "26-&lt;1&gt;" in html
    assert 'name="confirm"' in html
    assert "btn-danger" in html
