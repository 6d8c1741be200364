"""The list of kinds: whole, in four languages, and wrong files named by what is wrong in them."""

import json

import pytest

from port2port.reports.observables.kinds import KINDS, kind, kinds, read_kinds
from port2port.reports.observables.normal import NORMALISERS, normalised
from port2port.reports.observables.recognise import rules


def test_every_kind_has_a_canonical_form_and_nothing_else_has():
    assert {one.code for one in kinds()} == set(NORMALISERS)


def test_the_recognised_kinds_are_those_with_a_rule():
    assert {one.code for one in kinds() if one.recognised} == {code for code, _spans in rules() if code}


@pytest.mark.parametrize("code", [one.code for one in kinds()])
def test_the_example_is_right(code):
    assert normalised(code, kind(code).example).checked is not False


def test_what_leads_to_a_person_is_marked():
    indirect = {one.code for one in kinds() if one.personal_data == "indirect"}
    assert indirect == {"plate", "phone", "email", "drone_serial", "drone_operator", "badge"}


def test_names_and_hints_in_the_language_of_the_reader():
    assert kind("plate").label("nl-be") == "Nummerplaat"
    assert kind("plate").hint("de").startswith("Wie am Fahrzeug")
    assert kind("plate").hint("pl") == kind("plate").hint("en")


def test_an_unknown_code():
    with pytest.raises(KeyError):
        kind("passport")


def test_every_problem_of_a_file_is_named(tmp_path):
    document = json.loads(KINDS.read_text(encoding="utf-8"))
    document["kinds"][0]["icon"] = "teapot"
    document["kinds"][1]["personal_data"] = "direct"
    document["kinds"][2]["names"].pop("fr")
    document["kinds"][4]["code"] = document["kinds"][3]["code"]
    document["plate_shapes"][0]["shape"] = "[A-Z]+"
    document["more"] = []
    path = tmp_path / "kinds.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ValueError) as error:
        read_kinds(path)
    said = str(error.value)
    for part in ("teapot", "personal_data", "names.fr", "stands here twice", "plate_shapes number 1", "more"):
        assert part in said
    assert len(said.splitlines()) == 6
