"""Names of suppliers: what is one, what is two, and what no spelling changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.alerts.suppliers.aliases import aliases, read_aliases
from port2port.alerts.suppliers.names import (
    NO_ALIASES,
    System,
    canonical,
    folded,
    folded_vendor,
    heard_by,
    parse_cpe,
    parse_package,
    told_of,
)
from port2port.alerts.suppliers.rules import one_system_problems, system_problems
from port2port.members.topics import is_topic, topic

CPE = "cpe:2.3:a:microsoft:exchange_server:2019:cumulative_update_14:*:*:*:*:*:*"


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Siemens AG", "SIEMENS A.G."),
        ("Robert Bosch GmbH & Co. KG", "robert bosch"),
        ("Wärtsilä Oyj Abp", "Wartsila Oyj Abp"),
        ("AT&T", "AT and T Inc."),
        ("Schneider-Electric SE", "Schneider Electric"),
        ("Société Générale de Grues S.A.", "societe generale de grues"),
    ],
)
def test_one_supplier_in_two_spellings(one, two):
    assert folded_vendor(one) == folded_vendor(two) != ""


@pytest.mark.parametrize(
    ("one", "two"), [("Siemens", "Siemens Energy"), ("ABB", "AB"), ("NV", "SA"), ("Notepad", "Notepad++")]
)
def test_two_suppliers_stay_two(one, two):
    assert folded_vendor(one) != folded_vendor(two)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more_and_case_does_not_count(text):
    assert folded(folded(text)) == folded(text) == folded(text.upper().lower().upper()) or not text.isascii()
    assert folded_vendor(text) == "" or folded_vendor(text).isalnum()


@given(st.text("abcXYZ1- ._", min_size=1, max_size=12), st.text("abcXYZ1- ._", max_size=12))
def test_whoever_keeps_what_is_named_hears_of_it(vendor, product):
    for names in (aliases(), NO_ALIASES):
        kept, raised = System(vendor, product), System(vendor.upper() + " nv", product.replace("-", " "))
        if heard_by(kept, names):
            assert set(told_of([raised], names)) & set(heard_by(kept, names)) or folded(vendor) in ("", "nv")
        assert all(is_topic(key) for key in (*heard_by(kept, names), *told_of([raised], names)))


def test_a_topic_is_the_same_tomorrow():
    """Keys stand in envelopes and registers: how they are made may not change in silence."""
    assert str(topic("vendor", "siemens")) == "22a2c746-2a13-86b4-8c32-c8335c1d2012"
    assert len({topic("vendor", "a"), topic("product", "a"), topic("vendor", "a", ""), topic("vendora")}) == 4


def test_what_a_cpe_names():
    assert parse_cpe(CPE) == ("microsoft", "exchange_server", "2019")
    assert parse_cpe(r"cpe:2.3:a:a\:b:c\-d:*:*:*:*:*:*:*:*") == ("a:b", "c-d", "")
    for wrong in (
        "cpe:/a:microsoft:exchange",
        "cpe:2.3:x:a:b:*:*:*:*:*:*:*:*",
        "cpe:2.3:a:*:*:*:*:*:*:*:*:*:*",
        "microsoft",
    ):
        assert parse_cpe(wrong) is None


def test_what_a_package_url_names():
    assert parse_package("pkg:npm/%40angular/core@16.0.0?x=y#z") == "pkg:npm/@angular/core"
    assert parse_package("pkg:PyPI/Django_Ninja@1.0") == "pkg:pypi/django-ninja"
    assert [parse_package(wrong) for wrong in ("", "npm/core", "pkg:npm", "pkg:npm/")] == ["", "", "", ""]


def test_what_was_written_is_shown_under_its_canonical_name():
    assert canonical(System("ms", "exchange"), aliases()) == System("Microsoft", "Exchange Server")
    assert canonical(System("  Eigen  Bouw ", " Poort "), aliases()) == System("Eigen Bouw", "Poort")
    assert canonical(System("", cpe=CPE), aliases()).product == "Exchange Server"


def test_what_is_wrong_with_a_system():
    def fields(system):
        return [problem.field for problem in one_system_problems(system)]

    assert (
        fields(System("Siemens", "S7")) == fields(System("", package="pkg:npm/x")) == fields(System("", cpe=CPE)) == []
    )
    assert fields(System("")) == fields(System("...")) == fields(System("", "S7")) == ["vendor"]
    assert fields(System("x" * 121)) == fields(System("a\u202eb")) == ["vendor"]
    assert fields(System("a", cpe="cpe:/a:x", package="x")) == ["cpe", "package"]
    assert [p.field for p in system_problems([System("a")] * 6 + [System("")])] == ["systems"]
    assert [p.field for p in system_problems([System("a"), System("")])] == ["systems.1.vendor"]


def test_the_alias_file_is_refused_when_a_name_leads_to_two(tmp_path):
    head = '[head]\nversion = 1\nvalid_from = 2026-01-01\nsource = "x"\n'
    one = '[[suppliers]]\nname = "%s"\naliases = %s\nsource = "x"\n'
    two = one % ("A", '["Z", "-"]') + one % ("B", '["z"]')
    product = '[[products]]\nsupplier = "C"\nname = "P"\nsource = "x"\n'
    file = tmp_path / "aliases.toml"
    file.write_text(head + two + product)
    with pytest.raises(ValueError, match="leads to 'a' already") as refused:
        read_aliases(file)
    assert "without a letter" in str(refused.value) and "no supplier 'c'" in str(refused.value)


def test_every_alias_leads_to_a_name_that_is_written():
    names = aliases()
    assert set(names.vendors.values()) == set(names.written)
    assert {(of, to) for (of, _name), to in names.products.items()} == set(names.products_written)
