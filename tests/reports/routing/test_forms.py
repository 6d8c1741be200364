"""Authorities' own forms: which are due, filled in without surprises, refused when nobody could fill them in."""

import csv
import io
import unicodedata
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.members.data_files import LANGUAGES
from port2port.reports.routing.evaluate import routings
from port2port.reports.routing.forms import CONTROL, FORMS, PLACEHOLDERS, also_due, filled, form_book, read_forms
from port2port.reports.routing.rules import ruleset
from tests.reports.routing.test_evaluate import AT_QUAY, CYBER, FLUSHING, GHENT
from tests.reports.routing.writing import changed

BOOK = form_book()
DAY = date(2026, 11, 20)
MISSING = {
    "nl": "[... in te vullen ...]",
    "fr": "[... à compléter ...]",
    "de": "[... auszufüllen ...]",
    "en": "[... to be filled in ...]",
}
ALL = {name: f"<{name}>" for name in PLACEHOLDERS}
PREFILLED = [form for form in BOOK.forms if form.kind == "prefilled"]


def due_for(facts) -> list[tuple[str, str, str]]:
    found = also_due(routings(facts, ruleset(), on=DAY), BOOK)
    return [(entry.rule.code, entry.step.code, entry.form.code) for entry in found]


def test_each_step_brings_its_forms():
    assert due_for(CYBER) == [
        ("nis2", "early_warning", "ccb_early_warning"),
        ("nis2", "notification", "ccb_notification"),
        ("nis2", "final_report", "ccb_final_report"),
    ]
    assert due_for(AT_QUAY) == [
        ("security_incident", "report", "isps_platform"),
        ("security_incident", "report", "committee_incident"),
    ]
    assert due_for(GHENT)[-1] == ("north_sea_port_be", "report", "north_sea_port_incident")
    assert due_for(FLUSHING) == [("north_sea_port_nl", "report", "mobi")]


def test_portwatch_is_offered_and_never_due():
    assert [form.code for form in BOOK.offered()] == ["portwatch"]


def test_no_address_is_made_up():
    assert [form.code for form in BOOK.forms if form.kind == "link"] == ["portwatch", "mobi", "isps_platform"]
    assert all(form.url == "" for form in BOOK.forms)
    assert set(BOOK.head.address_missing) == set(LANGUAGES)


def test_a_layout_of_ours_is_not_passed_off_as_the_authoritys():
    assert not any(form.verified for form in PREFILLED)


def test_forms_are_found_by_their_code():
    assert BOOK.form("mobi").label("de") == "MOBI: Meldung für niederländische Anlagen"
    with pytest.raises(KeyError):
        BOOK.form("nothing")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", PREFILLED, ids=lambda form: form.code)
def test_every_form_is_filled_in_every_language(form, language):
    full, empty = filled(form, ALL, language), filled(form, {}, language)
    assert "{{" not in full + empty and "<what>" in full
    assert MISSING[language] in empty and "<" not in empty
    assert all(MISSING[other] not in full + empty for other in LANGUAGES if other != language)
    assert full.endswith("\n") and not full.endswith("\n\n")


def test_what_is_blank_is_missing_and_a_value_is_not_read_as_a_template():
    form = BOOK.form("ccb_notification")
    text = filled(form, {"where": "  \n", "what": "They wrote {{ where }} & <b>\r\non the \\1 wall", "step": "x"}, "en")
    assert f"- Where: {MISSING['en']}" in text
    assert "They wrote {{ where }} & <b>\non the \\1 wall" in text


def test_what_cannot_be_seen_is_written_out():
    text = filled(BOOK.form("ccb_notification"), {"what": "a\x00b\x1b[0m \u202eexe.txt \u2028c \ud800d\te"}, "en")
    assert "a\\u0000b\\u001b[0m \\u202eexe.txt \\u2028c \\ud800d\te" in text


def test_a_person_is_no_placeholder():
    with pytest.raises(ValueError, match="'drone_sighting': no placeholder 'reporter_name'"):
        filled(BOOK.form("drone_sighting"), {"reporter_name": "Demo"}, "en")


def test_a_link_holds_nothing_to_fill_in():
    with pytest.raises(ValueError, match="'mobi' is a link"):
        filled(BOOK.form("mobi"), ALL, "en")


def test_a_row_of_a_table_stays_a_row_and_is_no_formula():
    text = filled(BOOK.form("drugs_row"), ALL | {"what": 'Two bags, "wet"\nat the gate', "port": "=1+1"}, "en")
    head, row = csv.reader(io.StringIO(text))
    cells = dict(zip(head, row, strict=True))
    assert cells["What happened"] == 'Two bags, "wet"\nat the gate' and cells["Port"] == "'=1+1"
    assert cells["Our reference"] == "<reference>"


def test_a_form_may_say_in_its_own_words_what_is_missing(tmp_path):
    own = 'missing = { nl = "?nl", fr = "?fr", de = "?de", en = "?en" }\n'
    book = read_forms(changed(FORMS, tmp_path, ('format = "csv"\n', 'format = "csv"\n' + own)), ruleset())
    assert "?fr" in filled(book.form("drugs_row"), {}, "fr")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{{ facility }}", "{{ pfso_name }}", "'committee_incident': templates.nl: no placeholder 'pfso_name'"),
        ("{{ facility }}", "{{ facility }", "'committee_incident': templates.nl: double braces that are no"),
        ("{{ facility }}", "{{ Facility }}", "'committee_incident': templates.nl: double braces that are no"),
        ("{{ facility }}", "{{ where }}", "'committee_incident': templates.fr: has other placeholders than nl"),
        ("Gravité : {{ severity }}", "Gravité", "'committee_incident': templates.fr: has other placeholders than nl"),
        ('fr = "[... à compléter ...]", ', "", "head: missing.fr: the text in this language"),
        (
            'fr = "MOBI : signalement pour les installations néerlandaises", ',
            "",
            "'mobi': names.fr: the text in this language",
        ),
        (
            'en = """\nSecurity incident',
            'xx = """\nSecurity incident',
            "'committee_incident': templates.en: the text in this language",
        ),
        (
            'authority = "port_committee"',
            'authority = "committee"',
            "'committee_incident': authority: no recipient 'committee'",
        ),
        ('rule = "drone"', 'rule = "drones"', "'drone_sighting': due.rule: no rule 'drones'"),
        (
            'step = "first_notification"',
            'step = "first"',
            "'cer_first_notification': due.step: no step of 'critical_entity' 'first'",
        ),
        ('code = "mobi"', 'code = "portwatch"', "'portwatch': code: stands here twice"),
        ('url = ""', 'url = "http://portwatch.example/"', "'portwatch': url: Expected `str` matching regex"),
        ('url = ""', 'format = "text"', "'portwatch': format: a prefilled form has one, a link has none"),
        (
            'kind = "prefilled"',
            'kind = "link"',
            "'committee_incident': templates: a prefilled form has them, a link has none",
        ),
        ('kind = "link"', 'kind = "prefilled"', "'portwatch': due: a prefilled form is due for some step"),
        (
            'kind = "prefilled"',
            'kind = "prefilled"\nurl = "https://form.example/"',
            "'committee_incident': url: a prefilled form has no address",
        ),
        (
            "{{ reference }},{{ when }}",
            "{{ reference }} {{ when }}",
            "'drugs_row': templates.nl: the rows have not the same number of cells",
        ),
        ('kind = "link"', 'kind = "letter"', "'portwatch': kind: Invalid enum value 'letter'"),
    ],
)
def test_what_is_wrong_is_named_by_file_form_and_field(tmp_path, old, new, problem):
    with pytest.raises(ValueError) as caught:
        read_forms(changed(FORMS, tmp_path, (old, new)), ruleset())
    where = problem if problem.startswith("head") else f"forms {problem}"
    assert any(line.startswith(f"authority_forms.v1.toml: {where}") for line in str(caught.value).splitlines())


def test_a_template_without_placeholders_is_refused(tmp_path):
    text = FORMS.read_text(encoding="utf-8")
    start = text.index("[forms.templates]")
    whole = text[start : text.index("[[forms]]", start)]
    bare = "[forms.templates]\n" + "".join(f'{language} = "nothing"\n' for language in LANGUAGES) + "\n"
    with pytest.raises(ValueError, match="'committee_incident': templates: have no placeholder"):
        read_forms(changed(FORMS, tmp_path, (whole, bare)), ruleset())


def test_an_address_may_be_filled_in(tmp_path):
    copy = changed(FORMS, tmp_path, ('url = ""', 'url = "https://portwatch.example/"'))
    assert read_forms(copy, ruleset()).form("portwatch").url == "https://portwatch.example/"


@given(what=st.text(st.characters(exclude_categories=()), max_size=60), language=st.sampled_from(LANGUAGES))
def test_any_text_gives_a_file_that_can_be_written_and_read_back(what, language):
    text = filled(BOOK.form("drone_sighting"), {"what": what}, language)
    text.encode("utf-8")
    assert not any(unicodedata.category(c) in CONTROL for c in text if c not in "\n\t")
    head, row = csv.reader(io.StringIO(filled(BOOK.form("drugs_row"), {"what": what}, language)))
    assert len(head) == len(row)


def test_filling_in_leaves_the_form_as_it_was():
    form = BOOK.form("ccb_notification")
    before = msgspec.json.encode(form)
    assert filled(form, ALL, "nl") == filled(form, dict(ALL), "nl")
    assert msgspec.json.encode(form) == before
