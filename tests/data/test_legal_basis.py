"""The register of legal bases is complete and a broken one is refused with file, entry and field."""

import re
from pathlib import Path

import pytest

from port2port.members.data_files import LANGUAGES
from port2port.sharing import legal_basis


def test_every_name_stands_in_four_languages() -> None:
    register = legal_basis.register()
    for section in ("purposes", "legal_bases", "permitted_actions", "personal_data_classes"):
        for entry in getattr(register, section):
            assert set(entry.names) == set(LANGUAGES), (section, entry.code)


def test_every_purpose_has_a_basis_and_a_period() -> None:
    for purpose in legal_basis.purposes():
        assert legal_basis.legal_bases(purpose=purpose.code), purpose.code
        for kind in ("report", "alert", "detection", "attachment"):
            assert legal_basis.retention_days(kind, purpose=purpose.code) > 0


def test_every_purpose_that_may_hold_personal_data_has_a_basis_that_carries_it() -> None:
    for purpose in legal_basis.purposes():
        carriers = [basis for basis in legal_basis.legal_bases(purpose=purpose.code) if basis.personal_data]
        assert bool(carriers) == (purpose.code != "published_information"), purpose.code


def test_personal_data_shortens_the_period() -> None:
    plain = legal_basis.retention_days("report", purpose="prevent_and_detect_crime")
    indirect = legal_basis.retention_days("report", purpose="prevent_and_detect_crime", personal_data="indirect")
    assert indirect == legal_basis.personal_data_class("indirect").max_days
    assert indirect is not None and indirect < plain
    # A shorter rule is not made longer by the class's cap.
    assert legal_basis.retention_days("detection", purpose="drone_safety", personal_data="indirect") == 30


def test_a_rule_for_the_purpose_goes_before_the_rule_for_all() -> None:
    everyday = legal_basis.retention_days("report", purpose="training")
    assert legal_basis.retention_days("report", purpose="published_information") > everyday


def test_direct_identity_never_crosses() -> None:
    crossing = {entry.code: entry.crosses for entry in legal_basis.personal_data_classes()}
    assert crossing == {"none": "freely", "indirect": "blinded_match", "direct": "never"}


def test_law_enforcement_is_for_authorities_and_legitimate_interest_is_not() -> None:
    assert legal_basis.legal_basis("law_enforcement_directive").authorities_only
    assert not legal_basis.legal_basis("gdpr_legitimate_interests").public_bodies


def test_permitted_actions_are_the_four_of_pap_the_strictest_first() -> None:
    assert [entry.code for entry in legal_basis.permitted_actions()] == ["RED", "AMBER", "GREEN", "CLEAR"]
    ranks = [entry.rank for entry in legal_basis.permitted_actions()]
    assert ranks == sorted(ranks, reverse=True)


def test_unknown_codes_are_key_errors() -> None:
    with pytest.raises(KeyError):
        legal_basis.purpose("fun")
    with pytest.raises(KeyError):
        legal_basis.legal_basis("because")
    with pytest.raises(KeyError):
        legal_basis.legal_bases(purpose="fun")
    with pytest.raises(KeyError):
        legal_basis.permitted_action("PINK")
    with pytest.raises(KeyError):
        legal_basis.personal_data_class("some")
    with pytest.raises(KeyError):
        legal_basis.retention_days("report", purpose="fun")
    with pytest.raises(KeyError):
        legal_basis.retention_days("poem", purpose="training")


BROKEN = [
    (
        'applies_to = ["cyber_resilience"]',
        'applies_to = ["resilience"]',
        "'nis2_law': applies_to: no purpose 'resilience'",
    ),
    (
        'applies_to = ["published_information", ',
        "applies_to = [",
        "purposes 'published_information': code: no legal basis",
    ),
    ("days = 30\n", "days = 0\n", "retention number 12: days: Expected `int` >= 1"),
    (
        'purpose = "statistics"\ndays',
        'purpose = "drone_safety"\ndays',
        "retention 'report' for 'drone_safety': purpose: stands",
    ),
    (
        'kind = "detection"\npurpose = "*"',
        'kind = "detection"\npurpose = "training"',
        "retention 'detection': purpose: no rule",
    ),
    (
        'crosses = "never"',
        'crosses = "sometimes"',
        "personal_data_classes 'direct': crosses: Invalid enum value",
    ),
    ("valid_from = 2018-05-25", 'valid_from = "soon"', "legal_bases 'gdpr_legal_obligation': valid_from: "),
    (
        'code = "members_charter"',
        'code = "public_source"',
        "legal_bases 'public_source': code: stands here twice",
    ),
]


@pytest.mark.parametrize(("right", "wrong", "message"), BROKEN)
def test_a_broken_register_names_file_entry_and_field(tmp_path: Path, right: str, wrong: str, message: str) -> None:
    text = legal_basis.REGISTER.read_text(encoding="utf-8")
    assert right in text
    path = tmp_path / "bases.toml"
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape(message)) as refused:
        legal_basis.read_register(path)
    assert all(line.startswith("bases.toml: ") for line in str(refused.value).splitlines())
