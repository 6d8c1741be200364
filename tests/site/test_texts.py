"""The translation tool: what it reads, keeps, and refuses to let pass."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from tools import texts


def read(tmp_path: Path, name: str, text: str) -> list[tuple[str | None, str | tuple[str, str]]]:
    """Return the messages of a file with this text."""
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return list(texts.messages_of(file))


def test_python_calls_with_plural_and_context(tmp_path: Path) -> None:
    source = """
from django.utils.translation import gettext as _, ngettext, pgettext
a = _("One")
b = ngettext("%(n)s port", "%(n)s ports", 2)
c = pgettext("noun", "Report")
d = other("Not this")
"""
    assert read(tmp_path, "a.py", source) == [
        (None, "One"),
        (None, ("%(n)s port", "%(n)s ports")),
        ("noun", "Report"),
    ]


def test_templates_trimmed_plural_context_and_arguments(tmp_path: Path) -> None:
    source = """{% load i18n %}{% translate "Search" %}{% translate "Report" context "noun" %}
{% blocktranslate trimmed with name=x %}
  Hello
  {{ name }}
{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} port{% plural %}{{ n }} ports{% endblocktranslate %}
{% include "x.html" with text=_("Duty desk") %}{# {% translate "Not this" %} #}"""
    found = read(tmp_path, "a.html", source)
    assert (None, "Search") in found
    assert ("noun", "Report") in found
    assert (None, "Hello %(name)s") in found
    assert (None, ("%(n)s port", "%(n)s ports")) in found
    assert (None, "Duty desk") in found
    assert "Not this" not in str(found)


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of its own for the catalogues."""
    monkeypatch.setattr(texts, "LOCALE", tmp_path)
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    monkeypatch.setattr(texts, "LANGUAGES", ("nl",))
    return tmp_path


def a_template(*messages: str | tuple[str, str]) -> Catalog:
    catalog = Catalog(charset="utf-8", fuzzy=False)
    for message in messages:
        catalog.add(message, locations=[("a.py", 0)])
    return catalog


def translate(message: str, translation: str) -> None:
    """Write a translation into the Dutch file, as a translator would."""
    file = texts.po_file("nl")
    file.write_text(
        file.read_text().replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translation}"')
    )


@pytest.mark.usefixtures("words")
def test_what_is_missing_fails_by_name_and_language() -> None:
    texts.update(a_template("Alert"))
    assert texts.check(a_template("Alert")) == ["nl: not translated: 'Alert'"]
    translate("Alert", "Waarschuwing")
    assert texts.check(a_template("Alert")) == []


@pytest.mark.usefixtures("words")
def test_a_new_word_in_the_sources_makes_the_file_out_of_date() -> None:
    texts.update(a_template("Alert"))
    translate("Alert", "Waarschuwing")
    faults = texts.check(a_template("Alert", "Measure"))
    assert "nl: not translated: 'Measure'" in faults
    assert any("not up to date" in fault for fault in faults)


@pytest.mark.usefixtures("words")
def test_updating_keeps_translations_drops_what_is_gone_and_changes_nothing_twice() -> None:
    texts.update(a_template("Alert", "Gone"))
    translate("Alert", "Waarschuwing")
    texts.update(a_template("Alert", "Measure"))
    first = texts.po_file("nl").read_bytes()
    texts.update(a_template("Alert", "Measure"))
    assert texts.po_file("nl").read_bytes() == first
    assert b"Waarschuwing" in first
    assert b"Gone" not in first


@pytest.mark.usefixtures("words")
@pytest.mark.parametrize(
    ("translation", "fault"),
    [
        ("%(aantal)s havens", "unknown placeholder %(aantal)"),
        ("havens", "placeholder %(n) is missing"),
    ],
)
def test_placeholders_must_be_the_sources(translation: str, fault: str) -> None:
    texts.update(a_template("%(n)s ports"))
    translate("%(n)s ports", translation)
    assert any(fault in line for line in texts.check(a_template("%(n)s ports")))


@pytest.mark.usefixtures("words")
def test_a_fuzzy_translation_does_not_pass() -> None:
    texts.update(a_template("Alert"))
    translate("Alert", "Waarschuwing")
    file = texts.po_file("nl")
    file.write_text(file.read_text().replace('msgid "Alert"', '#, fuzzy\nmsgid "Alert"'))
    assert "nl: fuzzy: 'Alert'" in texts.check(a_template("Alert"))


@pytest.mark.usefixtures("words")
def test_compiling_is_done_once() -> None:
    texts.update(a_template("Alert"))
    translate("Alert", "Waarschuwing")
    texts.compile_all(["nl"])
    target = texts.po_file("nl").with_suffix(".mo")
    before = target.stat().st_mtime_ns
    assert b"Waarschuwing" in target.read_bytes()
    texts.compile_all(["nl"])
    assert target.stat().st_mtime_ns == before
