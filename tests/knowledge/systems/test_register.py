"""The register: who enters what, who sees it, what is compared over what one sees."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils.translation import override

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.knowledge.systems import actions, queries, waiting
from port2port.knowledge.systems.queries import KIND, MEASUREMENT, PROCUREMENT, Filters
from port2port.knowledge.systems.rules import Assessment, Installed, product_key
from port2port.knowledge.systems.seeding import DEMO, read_demo, seed_systems
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.knowledge.systems.writing import (
    INSTALLED,
    MEASURED,
    OUTSIDER,
    OWNER,
    PARTNER,
    installation,
    procurement,
    result,
)
from tests.reports.writing import keys


def fields(error) -> set[str]:
    return {problem.field for problem in error.value.problems}


def test_a_system_is_entered_with_its_place_its_facets_and_what_it_is_found_by(acting, journalled):
    with acting(OWNER):
        made = installation(maker=" Test   Sensors ", place="BEANR")
        found = queries.installation(made, at=now())
        assert found.installation.maker == "Test Sensors" and found.record.port.locode == "BEANR"
        assert found.record.threat == "drone_misuse" and found.record.kind == KIND and found.record.tlp == Tlp.GREEN
        assert found.installation.product_key == product_key("drone_rf", "test sensors", "HARRIER")
        assert sharing.found("drohnenerkennung", [KIND]) == [made]  # its kind in each language
    assert len(journalled("installation.shared")) == 1


def test_every_problem_of_an_installation_is_named_at_once_and_nothing_is_written(acting):
    empty = Installed("", "", " ", "", "", None, Assessment(""), Assessment("not_needed"), "x", None, language="es")
    with acting(OWNER):
        with pytest.raises(Invalid) as error:
            actions.install(one=empty, place="", to=Addressing(keys(("all-members",)), Tlp.GREEN), at=now())
        assert fields(error) >= {
            "kind", "maker", "product", "purpose", "retention_days", "rights", "privacy_reason", "ai_class", "since",
            "legal_basis", "language", "place",
        }  # fmt: skip
        assert not queries.products(Filters(), at=now())
        with pytest.raises(Invalid) as error:
            installation(purpose="RESTRICTED\nSSP: identity card 85.07.30-033.28 of the guard")
        assert "purpose" in fields(error)


def test_counts_that_cannot_be_are_refused_by_their_field(acting):
    with acting(OWNER):
        made = installation()
        for changes, field in (
            ({"true_alarms": 40, "false_alarms": 11}, "false_alarms"), ({"true_alarms": 51}, "true_alarms"),
            ({"missed": -1}, "missed"), ({"alarms": None}, "alarms"), ({"hours": 721}, "hours"),
            ({"hours": 0}, "hours"),
            ({"until": date(2026, 2, 1)}, "until"), ({"until": now().date() + timedelta(days=2)}, "until"),
            ({"truth": "guess"}, "truth"), ({"light": "dim"}, "light"), ({"alarms": 10_000_001}, "alarms"),
            ({"hours": float("nan")}, "hours"),
        ):  # fmt: skip
            with pytest.raises(Invalid) as error:
                result(made, **changes)
            assert fields(error) == {field}, changes
        assert result(made, missed=None) and result(made, missed=0)


def test_sites_that_one_may_not_see_count_in_nothing(acting):
    with acting(OWNER):
        ours = installation("own", tlp=Tlp.AMBER_STRICT, maker="TEST SENSORS")
        result(ours, "own", tlp=Tlp.AMBER_STRICT)
        open_ = installation()
        result(open_, true_alarms=20)
        result(open_, "own", tlp=Tlp.AMBER_STRICT, true_alarms=1, false_alarms=49)
        mine = queries.product(product_key("drone_rf", "Test Sensors", "Harrier"), at=now())
        assert (mine.rest.sites, mine.rest.measured, mine.rest.ports, mine.rest.total.alarms) == (2, 2, 1, 150)
        assert mine.together.precision is not None and mine.together.precision.sites == 2
    with acting(PARTNER):
        theirs = queries.products(Filters(), at=now())
        assert [(one.rest.sites, one.rest.total.alarms, one.rest.total.true) for one in theirs] == [(1, 50, 20)]
        assert theirs[0].together.precision is None  # one site: too little to tell
        with pytest.raises(NotFound):
            queries.installation(ours, at=now())
    with acting(OUTSIDER):
        assert queries.products(Filters(), at=now()) == []
        with pytest.raises(NotFound):
            queries.product(mine.key, at=now())


def test_procurement_has_its_own_audience_and_is_read_with_its_installation_only(acting, cast):
    with acting(OWNER):
        made = installation()
        annex = procurement(made, "own")
        assert [one.record.id for one in queries.annexes(made, at=now())] == [annex]
    with acting(PARTNER):
        assert queries.installation(made, at=now()) and queries.annexes(made, at=now()) == []
        assert sharing.found("bidder", [PROCUREMENT]) == []
        with pytest.raises(NotFound):
            queries.annex(annex)
    with acting(OWNER):  # a part that is shared more widely than its installation is read by nobody more
        hidden = installation("own", tlp=Tlp.AMBER_STRICT)
        wide = procurement(hidden, "all-members", tlp=Tlp.GREEN)
        measured = result(hidden, "all-members")
    with acting(PARTNER):
        for lookup, identifier in ((queries.annex, wide), (queries.result, measured)):
            with pytest.raises(NotFound):
                lookup(identifier)


def test_only_its_stewards_change_it_and_add_to_it(acting):
    with acting(OWNER):
        made = installation()
    with acting(PARTNER):
        for act in (
            lambda: result(made), lambda: procurement(made, "own"),
            lambda: actions.change_installation(made, one=INSTALLED, place="BEGNE", at=now(), expected=1),
            lambda: actions.withdraw(made, KIND, reason="mistake", at=now()),
        ):  # fmt: skip
            with pytest.raises(Refused):
                act()
    with acting(OUTSIDER), pytest.raises(NotFound):
        result(made)
    with acting(OWNER):
        actions.change_installation(
            made, one=replace(INSTALLED, product="Kestrel", rights=Assessment("not_done")), place="BEANR", at=now(),
            expected=1,
        )  # fmt: skip
        found = queries.installation(made, at=now())
        assert found.installation.product_key == product_key("drone_rf", "Test Sensors", "Kestrel")
        assert found.record.version == 2 and sharing.found("kestrel", [KIND]) == [made]
        with pytest.raises(Conflict):
            actions.change_installation(made, one=INSTALLED, place="BEANR", at=now(), expected=1)


def test_with_an_installation_its_parts_are_withdrawn_also_those_one_does_not_see(acting, owner, cast):
    with acting(OWNER):
        made = installation()
        measured, annex = result(made), procurement(made, "own")
    others = [cast["director@antwerp.demo"].person]
    owner.execute("update sharing_record set audience = %s where id = %s", [others, annex])
    with acting(PARTNER):
        assert queries.result(measured)
    with acting(OWNER):
        assert queries.annexes(made, at=now()) == []
        actions.withdraw(made, KIND, reason="mistake", at=now())
        assert queries.products(Filters(), at=now()) == [] and queries.installation(made, at=now()).withdrawn
        with pytest.raises(Conflict):
            result(made)
    with acting(PARTNER):
        assert sharing.tombstone(made) and sharing.tombstone(measured) and not sharing.tombstone(annex)
        assert not Record.objects.filter(id__in=[made, measured]).exists()
    rows = owner.execute(
        "select count(*) from sharing_record where id = any(%s) and withdrawn_at is not null", [[made, measured, annex]]
    ).fetchone()
    assert rows == (3,)


def test_a_withdrawn_result_counts_in_nothing_even_for_its_author(acting):
    with acting(OWNER):
        made = installation()
        wrong = result(made, true_alarms=1, false_alarms=49)
        result(made)
        actions.withdraw(wrong, MEASUREMENT, reason="mistake", at=now())
        found = queries.product(product_key("drone_rf", "Test Sensors", "Harrier"), at=now())
        assert found.rest.total.alarms == 50 and found.rest.total.true == 30


def test_a_part_is_kept_no_longer_than_what_it_is_a_part_of(acting, owner):
    with acting(OWNER):
        made = installation()
    owner.execute("update sharing_record set expires_at = now() + interval '40 days' where id = %s", [made])
    with acting(OWNER):
        parts = [result(made), procurement(made, "own")]
    later = "select count(*) from sharing_record where id = any(%s) and expires_at > now() + interval '40 days'"
    assert owner.execute(later, [parts]).fetchone() == (0,)
    owner.execute("delete from sharing_record where id = %s", [made])
    for table in ("knowledge_installation", "knowledge_measurement", "knowledge_procurement"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,)


@override("en")
def test_what_was_not_assessed_waits_for_its_owner_and_nobody_else(acting):
    with acting(OWNER) as actor:
        made = installation(rights=Assessment("not_done"), product="Open")
        installation(privacy=Assessment("not_done"), until=date(2026, 2, 1), product="Past")
        installation(product="Done")
        assert [need.title for need in waiting.needs(actor, now())] == ["Not assessed: Test Sensors Open"]
    with acting(PARTNER) as actor:
        assert waiting.needs(actor, now()) == []
    with acting(OWNER) as actor:
        actions.change_installation(
            made, one=replace(INSTALLED, rights=Assessment("done", date(2026, 2, 1))), place="BEANR", at=now(),
            expected=1,
        )  # fmt: skip
        assert waiting.needs(actor, now()) == []


def test_a_filter_keeps_all_sites_of_a_product(acting):
    with acting(OWNER):
        installation(purpose="Watches the kestrelbridge (test).")
        installation(purpose="Another place (test).")
        installation(kind="anpr", product="Reader")
        assert [one.rest.sites for one in queries.products(Filters(q="kestrelbridge"), at=now())] == [2]
        assert [one.kind for one in queries.products(Filters(kind="anpr"), at=now())] == ["anpr"]
        assert queries.products(Filters(kind="anpr", q="kestrelbridge"), at=now()) == []
        assert queries.known_names() == [("Test Sensors", "Harrier"), ("Test Sensors", "Reader")]


def test_the_demo_has_products_with_several_sites_and_says_that_it_is_invented(acting):
    demo = read_demo(DEMO)
    assert seed_systems(now()) == len(demo) and seed_systems(now()) == 0
    with acting("pso@liege.demo"):
        found = queries.products(Filters(), at=now())
        assert sorted(one.rest.measured for one in found) == [1, 2, 3, 3]
        assert {site.record.provenance for one in found for site in one.sites} == {"invented"}
        assert all("invented" in one.maker for one in found)
        assert not Record.objects.filter(kind=PROCUREMENT).exists()
    assert measured_everywhere(found)


def measured_everywhere(found) -> bool:
    pooled = [one.together.false_a_day for one in found if one.rest.measured > 1]
    return all(one is not None and one.next_site.low <= one.typical.low for one in pooled)


def test_an_unknown_place_or_record_is_refused(acting):
    with acting(OWNER):
        with pytest.raises(Invalid) as error:
            installation(place="XXXXX")
        assert fields(error) == {"place"}
        with pytest.raises(NotFound):
            actions.add_result(uuid4(), one=MEASURED, to=Addressing(keys(("all-members",)), Tlp.GREEN), at=now())
