"""The glossary: one source for the document, the page and the explanations beside acronyms."""

import re
from pathlib import Path

import pytest
from django.template import Context, Template
from django.test import Client
from django.utils.translation import override

from port2port.site import glossary

ROOT = Path(__file__).parents[2]


def test_the_document_is_made_from_the_source():
    written = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert written == glossary.document(), "python -m port2port.site.glossary > docs/glossary.md"


def test_every_text_stands_in_four_languages():
    found = glossary.glossary()
    assert len(found.terms) > 40 and len(found.acronyms) >= 10
    for one in (*found.terms, *found.acronyms):
        assert all(text.strip() for text in one.names.all()), one
    for acronym in found.acronyms:
        assert len(set(acronym.means.all())) == 4, acronym.code


@pytest.mark.parametrize("language", glossary.LANGUAGES)
def test_every_anchor_is_there_once(language):
    anchors = [line.anchor for line in glossary.lines(language)]
    assert len(anchors) == len(set(anchors)) and all(anchors)
    assert {"pso", "pfso", "tlp", "pap", "isps", "nis2", "wdd"} <= set(anchors)


@pytest.mark.parametrize(
    ("asked", "anchor"),
    [("MELDING", "report-noun"), ("meldung", "report-noun"), ("schéma", ""), ("ueberpruefung", ""), ("pfso", "pfso"),
     ("surete maritime", "pso"), ("Traffic", "tlp")],
)  # fmt: skip
def test_a_word_is_found_in_any_language(asked, anchor):
    found = [line.anchor for line in glossary.lines("en", asked=asked)]
    assert (anchor in found) if anchor else found == []


def test_the_page_searches_and_says_when_there_is_nothing(db):
    page = Client(headers={"accept-language": "nl"}).get("/help/glossary/?q=waarsch").content.decode()
    assert "waarschuwing" in page and 'id="alert"' in page and "melding</dt>" not in page
    nothing = Client(headers={"accept-language": "en"}).get("/help/glossary/?q=<b>zzz").content.decode()
    assert "&lt;b&gt;zzz" in nothing and "<b>zzz" not in nothing


def drawn(source: str, language: str) -> str:
    with override(language):
        return Template("{% load glossary %}" + source).render(Context())


def test_a_term_opens_its_own_explanation_in_ones_language():
    html = drawn('{% term "PFSO" %} and {% term "PFSO" %}', "nl")
    targets = re.findall(r'popovertarget="([^"]+)"', html)
    assert len(set(targets)) == 2
    for target in targets:
        assert f'popover id="{target}"' in html
    assert html.count('<button type="button"') == 2 and "beveiligingsbeambte" in html
    assert "/help/glossary/#pfso" in html
    assert "style=" not in html and "onclick" not in html and "<script" not in html


def test_what_the_glossary_does_not_explain_is_a_mistake():
    with pytest.raises(KeyError):
        drawn('{% term "XYZ" %}', "en")
