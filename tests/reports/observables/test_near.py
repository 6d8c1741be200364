"""Weaker ties: what meets without being the same, and what must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from port2port.reports.observables.near import exact_key, near_keys
from port2port.reports.observables.normal import normalised


def keys(kind: str, written: str) -> set[str]:
    return {near.key for near in near_keys(normalised(kind, written))}


def test_the_exact_key_holds_kind_and_value():
    assert exact_key(normalised("container", "csqu 305438 3")) == "container:CSQU3054383"


def test_a_broken_or_missing_check_digit_meets_the_right_one():
    right = keys("container", "CSQU3054383")
    assert (
        right == keys("container", "CSQU3054384") == keys("container", "CSQU305438") == {"container-serial:CSQU305438"}
    )


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("192.0.2.17", "192.0.2.200", True),
        ("192.0.2.17", "192.0.3.17", False),
        ("2001:db8:0:1::1", "2001:db8:0:ffff::2", True),
        ("2001:db8:0:1::1", "2001:db8:1:1::1", False),
    ],
)
def test_neighbouring_addresses_meet(one, other, meet):
    assert (keys("ip", one) == keys("ip", other)) is meet


def test_a_host_is_met_by_its_pages_and_mails():
    host = {"domain:login.example"}
    assert keys("domain", "www.login.example") == keys("domain", "login.example") == host
    assert keys("url", "hxxps://www.login[.]example/x") == keys("email", "a@login.example") == host
    assert keys("url", "http://192.0.2.17/x") == keys("ip", "192.0.2.18")
    assert keys("url", "http://[2001:db8::1]/x") == keys("ip", "2001:db8::2")


def test_a_provider_shared_by_everybody_ties_nobody():
    assert keys("email", "invented@gmail.com") == keys("url", "https://bit.ly/x") == set()


def test_kinds_without_near_keys():
    for kind, written in [("hash", "0" * 32), ("imo", "1234567"), ("phone", "0470 00 00 01"), ("badge", "P0001234")]:
        assert near_keys(normalised(kind, written)) == ()


def test_only_a_misread_plate_stays_within_the_organisation():
    for kind, written, own_only in [
        ("plate", "1-ABC-234", True),
        ("ip", "192.0.2.1", False),
        ("email", "a@b.example", False),
    ]:
        assert {near.own_only for near in near_keys(normalised(kind, written))} == {own_only}


PLATES = st.text(alphabet="ABCD0123", min_size=2, max_size=9)


@given(PLATES, PLATES)
def test_two_plates_share_a_key_when_one_character_differs_and_only_then(one, other):
    shared = keys("plate", one) & keys("plate", other)
    assert len(keys("plate", one)) == len(one)
    different = [a != b for a, b in zip(one, other, strict=False)] if len(one) == len(other) else [True, True]
    assert bool(shared) is (sum(different) <= 1)
