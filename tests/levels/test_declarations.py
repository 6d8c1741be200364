"""Declarations of Security: written, printed, noted as signed, kept three years from their end, and then gone."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.compliance.models import Owed
from port2port.home.calendar_sources import entries_of
from port2port.levels.declarations import actions, in_calendar, printing, queries
from port2port.levels.declarations.models import Declaration
from port2port.levels.declarations.queries import Filters
from port2port.levels.declarations.rules import Draft, days_to_keep, kept_until, problems_of, ship_number, suggested
from port2port.levels.declarations.vocabulary import read_words, words
from port2port.members.acting import acting_as_system, current_actor
from port2port.sharing import queries as sharing
from port2port.sharing.actions import expire
from port2port.sharing.models import Export, Tombstone
from tests.levels.given import ANSM, COMPANY, OTHER, OUTSIDER, PARTNER, PFSO, POLICE, PORT, PSO, QUAY

IMO = "1234567"  # the check digit is right (1x7+2x6+3x5+4x4+5x3+6x2 = 77); no ship has it
EVERY = dict.fromkeys([one.code for one in words().measures], "both")


def written(place: str = QUAY, **values: Any) -> Draft:
    told: dict[str, Any] = {
        "place": place, "ship": "Zeewind (invented)", "imo": IMO, "starts": now() - timedelta(hours=2),
        "ends": now() + timedelta(days=1), "ship_level": 2, "facility_level": 1, "reason": "ship_at_higher_level",
        "activities": ("cargo", "mooring"), "measures": EVERY, "facility_post": "pfso", "ship_post": "sso",
        "flag": "be",
    }  # fmt: skip
    return Draft(**told | values)


def declared(place: str = QUAY, **values: Any) -> Declaration:
    return actions.declare(draft=written(place, **values), at=now())


def test_it_is_read_by_the_desk_the_committee_and_the_authority_and_by_nobody_else(acting, cast):
    with acting(PFSO):
        row = declared()
        assert row.imo == IMO and row.flag == "BE" and row.facility is not None
    for email in cast:
        with acting(email):
            seen = Declaration.objects.filter(record_id=row.record_id).exists()
        if email in (PFSO, PSO, ANSM):
            assert seen, email
        if email in (PARTNER, POLICE, COMPANY, OUTSIDER):
            assert not seen, email


def test_the_duty_to_draw_one_up_follows_and_is_fulfilled_by_the_paper(acting):
    with acting(PFSO):
        row = declared()
        assert Owed.objects.get(rule="dos").outcome == "pending"
        with pytest.raises(Invalid):
            actions.note_signed(row.record_id, signed_on=date.today() + timedelta(days=2), kept_at=" ", at=now())
        signed = actions.note_signed(row.record_id, signed_on=date.today(), kept_at="Archive 2, file 14", at=now())
        assert signed.kept_at == "Archive 2, file 14"
        assert Owed.objects.get(rule="dos").outcome == "fulfilled"
        with pytest.raises(Conflict):
            actions.note_signed(row.record_id, signed_on=date.today(), kept_at="Elsewhere", at=now())
    with acting(PSO), pytest.raises(Refused):
        actions.note_signed(row.record_id, signed_on=date.today(), kept_at="Here", at=now())
    with acting(POLICE), pytest.raises(NotFound):
        actions.note_signed(row.record_id, signed_on=date.today(), kept_at="Here", at=now())


def test_one_writes_for_a_place_of_ones_own_alone(acting):
    with acting(PFSO), pytest.raises(Invalid) as error:
        declared(OTHER)
    assert {one.field for one in error.value.problems} == {"place"}
    with acting(PSO):
        assert declared(PORT, facility_post="pso").facility is None
    for email in (ANSM, POLICE, COMPANY, OUTSIDER):
        with acting(email), pytest.raises(Refused):
            declared()


def test_every_fault_is_named():
    at = datetime(2026, 11, 28, 12, tzinfo=UTC)
    wrong = Draft(
        place="XX", ship=" ", imo="1234568", starts=at, ends=at - timedelta(days=1), ship_level=4, facility_level=1,
        reason="because", activities=(), measures={}, facility_post="sso", ship_post="pfso", flag="Belgium",
        call_from=date(2026, 1, 2), call_until=date(2026, 1, 1),
    )  # fmt: skip
    found = {one.field for one in problems_of(wrong, words(), places=[QUAY], at=at)}
    assert found == {
        "place", "ship", "imo", "ends", "ship_level", "reason", "activities", "measures", "facility_post", "ship_post",
        "flag", "call_until",
    }  # fmt: skip
    right = written(starts=at, ends=at + timedelta(days=2))
    assert problems_of(right, words(), places=[QUAY], at=at) == []
    same = written(starts=at, ends=at + timedelta(days=2), ship_level=1)
    assert {one.field for one in problems_of(same, words(), places=[QUAY], at=at)} == {"reason"}
    old = written(starts=at - timedelta(days=1200), ends=at - timedelta(days=1199))
    assert {one.field for one in problems_of(old, words(), places=[QUAY], at=at)} == {"ends"}


@pytest.mark.parametrize(
    ("ends", "until"),
    [
        (datetime(2026, 11, 28, 14, 5, tzinfo=UTC), datetime(2029, 11, 28, 14, 5, tzinfo=UTC)),
        (datetime(2028, 2, 29, 8, tzinfo=UTC), datetime(2031, 3, 1, 8, tzinfo=UTC)),
        (datetime(2025, 2, 28, 8, tzinfo=UTC), datetime(2028, 2, 28, 8, tzinfo=UTC)),
    ],
)
def test_it_is_kept_three_years_from_its_end_and_never_a_moment_less(ends, until):
    assert kept_until(ends, years=words().head.keep_years) == until
    at = ends - timedelta(hours=5)
    days = days_to_keep(ends, years=3, at=at)
    assert until <= at + timedelta(days=days) < until + timedelta(days=1)


def test_levels_suggest_one_and_a_number_of_a_ship_has_a_check_digit():
    assert suggested(facility=1, ship=2) == "ship_at_higher_level" and suggested(facility=2, ship=2) == ""
    assert ship_number("IMO 1234567") == IMO and ship_number("1234568") is None and ship_number("") is None


def test_the_form_is_printed_numbered_and_remembered_by_the_desk_that_may_not_export_otherwise(acting, journalled):
    with acting(PFSO) as actor:
        assert not actor.may("export")
        row = declared()
        file = printing.paper(row.record_id, at=now())
        assert file.body.startswith(b"%PDF") and str(Export.objects.values_list("id", flat=True).get()) in file.name
    assert journalled("declaration.exported")
    with acting(PSO):
        assert printing.paper(row.record_id, at=now()).number == 1, "who may export may print what it reads"
    with acting(POLICE), pytest.raises(NotFound):
        printing.paper(row.record_id, at=now())


def test_the_form_says_what_the_code_asks_for(acting):
    with acting(PFSO):
        row = declared()
        values = printing.form_values(printing.Shown(queries.declaration(row.record_id, at=now()), now()))
    assert len(values["lines"]) == 11 and all(line[1] and line[2] for line in values["lines"])
    assert [pair[1] for pair in values["levels"]] == ["2", "1"]
    assert IMO in {pair[1] for pair in values["facts"]}


def test_a_list_is_taken_out_as_csv_and_xlsx_of_ones_own_alone(acting):
    with acting(PFSO):
        declared()
    with acting(PSO):
        mine = declared(PORT, facility_post="pso", ship="=1+1")
        file = printing.take_out("csv", Filters(), at=now())
        rows = list(csv.DictReader(io.StringIO(file.body.decode("utf-8-sig"))))
        assert [row["place"] for row in rows] == [PORT] and rows[0]["ship"] == "'=1+1"
        assert mine.imo == rows[0]["imo"]
    with acting(PFSO):
        file = printing.take_out("xlsx", Filters(), at=now())
        sheet = load_workbook(io.BytesIO(file.body))["declarations"]
        assert [cell.value for cell in sheet[2]][1] == QUAY and sheet.max_row == 2
    with acting(COMPANY), pytest.raises(Refused):
        printing.take_out("csv", Filters(), at=now())


def test_after_three_years_row_search_calendar_and_file_are_gone_and_the_journal_says_when(acting, owner, journalled):
    with acting(PFSO):
        row = declared()
        identifier = row.record_id
        held = queries.declaration(identifier, at=now()).record.expires_at
        assert kept_until(row.ends, years=3) <= held < kept_until(row.ends, years=3) + timedelta(days=1)
        assert sharing.found(IMO, ["declaration"]) == [identifier]
        assert any(f"declaration-{identifier}" == one.key for one in entries_of(current_actor(), now()))
        printing.paper(identifier, at=now())
    # three years later: the owner moves the clock of this record, which nobody else can
    owner.execute("update sharing_record set expires_at = now() - interval '1 second' where id = %s", [identifier])
    with acting_as_system("worker"):
        assert expire(at=now()) == 1
    for table, column in (
        ("sharing_record", "id"), ("levels_declaration", "record_id"), ("sharing_searchable", "record_id"),
        ("sharing_posting", "record_id"),
    ):  # fmt: skip
        assert owner.execute(f"select count(*) from {table} where {column} = %s", [identifier]).fetchone() == (0,), (
            table
        )
    with acting(PFSO):
        assert sharing.found(IMO, ["declaration"]) == []
        assert in_calendar.entries(current_actor(), now()) == []
        with pytest.raises(NotFound):
            queries.declaration(identifier, at=now())
        with pytest.raises(NotFound):
            printing.paper(identifier, at=now())
        assert Tombstone.objects.get(record=identifier).why == "expired"
    proof = [entry for entry in journalled("records.expired") if str(identifier) in str(entry)]
    assert len(proof) == 1 and proof[0]["at"]


def test_a_file_of_words_that_is_wrong_fails_loudly(tmp_path):
    path = tmp_path / "words.toml"
    path.write_text("[declarations_head]\nversion = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="valid_from"):
        read_words(path)
