"""Reports out and in as files: nothing half-written, no formula, a second run changes nothing."""

import csv
import io
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook

from port2port.base.clock import now
from port2port.base.errors import Invalid, TooLarge
from port2port.members.acting import acting_as_system
from port2port.reports import importing, queries, seeding
from port2port.reports.demo_data import PUBLISHED_INCIDENTS, demo_reports, published_incidents
from port2port.reports.queries import Filters
from port2port.reports.tabular import EXPORTED, IMPORTED
from port2port.sharing.models import Record
from port2port.sharing.sheets import safe
from tests.reports.writing import report

HEAD = ",".join(IMPORTED)
GOOD = (
    "T-1,2020-05-01,day,BEANR,Antwerp,,51.28,4.30,drug_smuggling,DR01,cocaine,250,EC,"
    "A container with 250 kg was found,2020-05-02,A paper,https://paper.example/1,,,day,high"
)


def data(*rows: str) -> bytes:
    return ("\n".join([HEAD, *rows]) + "\n").encode()


@pytest.mark.parametrize("text", ["=1+1", "+31", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(text):
    assert safe(text) == "'" + text
    assert safe("plain") == "plain" and safe(-4.5) == -4.5 and safe(None) is None


def test_csv_and_xlsx_hold_the_same_rows_and_say_who_took_them(client_for, acting, owner, cast):
    with acting("pso@antwerp.demo"):
        report(title="=cmd|' /C calc'!A0", text="+ten characters at least")
        report("all-members", tlp=1, title="For all", quantity_kg=2.5)
    client = client_for("analyst@police.demo")
    plain = client.get("/reports/export/?format=csv")
    rows = list(csv.reader(io.StringIO(plain.content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == EXPORTED
    assert [row[EXPORTED.index("title")] for row in rows[1:3]] == ["For all", "'=cmd|' /C calc'!A0"]
    assert rows[2][EXPORTED.index("text")] == "'+ten characters at least"
    assert [row[EXPORTED.index("tlp")] for row in rows[1:3]] == ["TLP:GREEN", "TLP:AMBER"]
    assert len(rows) == 3
    number = rows[1][-1]
    assert rows[2][-1] == number and f"-{number}.csv" in plain["Content-Disposition"]
    answer = client.get("/reports/export/?format=xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    other = book.custom_doc_props["export"].value
    about = dict(book["export"].iter_rows(values_only=True))
    assert about["Number of this file"] == book.properties.identifier == other != number
    assert f"-{other}.xlsx" in answer["Content-Disposition"]
    assert about["By the person with the number"] == str(cast["analyst@police.demo"].person)
    assert about["Handling"] == "TLP as marked; not to be passed on beyond it." and other in book.properties.description
    for page in book:
        assert page.oddFooter.center.text == other and page.oddHeader.center.text == about["Handling"]
    assert "analyst" not in str(about).lower()
    taken = owner.execute("select id::text, person_id, number, cardinality(records) from sharing_export order by id")
    person = cast["analyst@police.demo"].person
    assert taken.fetchall() == [(number, person, 2, 2), (other, person, 2, 2)]
    sheet = book["reports"]
    assert {row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)} == {other}
    cells = list(sheet.iter_rows(values_only=True))
    assert cells[0] == EXPORTED and cells[2][EXPORTED.index("title")] == "'=cmd|' /C calc'!A0"
    assert cells[1][EXPORTED.index("quantity_kg")] == 2.5
    entries = owner.execute(
        "select payload::jsonb -> 'details' from base_journal_entry where act = 'report.exported' and record is null"
    ).fetchall()
    assert sorted(str(e[0].get("form")) for e in entries if "count" in e[0]) == ["csv", "xlsx"]
    assert all(e[0]["count"] == 2 for e in entries if "count" in e[0])


def test_red_leaves_in_no_file(client_for, acting, owner):
    with acting("pso@antwerp.demo"):
        report("Demo PSO North Sea Port", tlp=4, title="Red one")
        report(title="Amber one")
    client = client_for("pso@northsea.demo")
    assert "Red one" in client.get("/reports/").content.decode()
    text = client.get("/reports/export/?format=csv").content.decode()
    assert "Amber one" in text and "Red one" not in text
    about = load_workbook(io.BytesIO(client.get("/reports/export/?format=xlsx").content))["export"]
    assert ("Left out", "TLP:RED is left out: it leaves by two persons.") in set(about.iter_rows(values_only=True))
    assert owner.execute("select number from sharing_export").fetchall() == [(1,), (1,)]


def test_the_mark_speaks_the_readers_language(client_for, acting):
    with acting("pso@antwerp.demo"):
        report()
    client = client_for("pso@northsea.demo")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    book = load_workbook(
        io.BytesIO(client.get("/reports/export/?format=xlsx", headers={"accept-language": "nl"}).content)
    )
    assert "TLP zoals aangeduid" in book["reports"].oddHeader.center.text


def test_an_export_holds_what_the_filters_say_and_what_one_sees(client_for, acting):
    with acting("pso@antwerp.demo"):
        report(title="High one", severity="high")
        report(title="Low one", severity="low")
    text = client_for("pso@northsea.demo").get("/reports/export/?format=csv&severity=high").content.decode()
    assert "High one" in text and "Low one" not in text
    assert "High one" not in client_for("officer@outside.demo").get("/reports/export/?format=csv").content.decode()


def test_who_may_not_export_is_refused(client_for):
    assert client_for("pfso@quay1.demo").get("/reports/export/?format=csv").status_code == 403
    assert client_for("pso@antwerp.demo").get("/reports/export/?format=pdf").status_code == 422


def test_the_published_incidents_are_loaded_exactly_and_once(db, acting):
    with acting_as_system("import"):
        done = importing.import_reports(data=PUBLISHED_INCIDENTS.read_bytes(), at=now())
    facts = published_incidents()
    assert len(done.new) == len(facts) and not done.known
    with acting_as_system("import"):
        again = importing.import_reports(data=PUBLISHED_INCIDENTS.read_bytes(), at=now())
    assert again.new == [] and len(again.known) == len(facts)
    with acting("officer@outside.demo"):
        assert queries.count() == len(facts)
        rows = {row.record.origin_id: row for row in queries.exportable(Filters(), most=1000)}
        for fact in facts:
            row = rows[fact.incident_id]
            stored = row.report
            assert (row.record.tlp, row.record.provenance, row.record.purpose) == (
                0,
                "published",
                "published_information",
            )
            assert row.record.legal_basis == "public_source" and row.record.at == stored.occurred_at
            assert row.record.port and row.record.port.locode == fact.port_unlocode
            assert (stored.text, stored.source_name, stored.source_url) == (
                fact.summary,
                fact.source_name,
                fact.source_url,
            )
            assert (stored.lat, stored.lon, stored.quantity_kg) == (fact.lat, fact.lon, fact.quantity_kg)
            assert stored.occurred_at.astimezone(queries.ZONE).date() == fact.occurred_on
            assert stored.occurred_precision == fact.date_precision
            assert stored.modus_operandi == (fact.modus_operandi or "")
            assert stored.modus_operandi_also == ([fact.mo_secondary] if fact.mo_secondary else [])
            assert stored.source_published_on == fact.published_on and stored.source_confidence == fact.confidence
            assert stored.event_group == (fact.event_group or "") and stored.place_text == (fact.facility or "")
            assert stored.origin_country == (fact.origin_country or "") and stored.substance == (fact.substance or "")


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([GOOD, GOOD.replace("T-1", "T-2").replace("2020-05-01", "2020-13-01")], {(3, "occurred_on")}),
        ([GOOD.replace("BEANR", "XXXXX")], {(2, "port_unlocode")}),
        ([GOOD.replace("drug_smuggling", "fun").replace("250,EC", "lots,EC")], {(2, "quantity_kg")}),
        ([GOOD.replace("drug_smuggling", "fun").replace(",DR01,", ",ZZ01,")], {(2, "threat"), (2, "modus_operandi")}),
        ([GOOD.replace("2020-05-01", "2999-05-01")], {(2, "occurred_on")}),
        ([GOOD, GOOD], {(3, "incident_id")}),
        ([GOOD.replace("T-1", "")], {(2, "incident_id")}),
        ([GOOD + ",one cell more"], {(2, "row")}),
        ([GOOD.replace("51.28,4.30", "54.0,3.0")], {(2, "lat")}),
        ([GOOD, "", GOOD.replace("T-1", "T-3").replace("day,BEANR", "century,BEANR")], {(4, "date_precision")}),
    ],
)
def test_a_broken_row_is_named_and_nothing_is_written(acting, rows, expected):
    with acting("pso@antwerp.demo"):
        with pytest.raises(Invalid) as refused:
            importing.import_reports(data=data(*rows), at=now())
        assert {(p.row, p.field) for p in refused.value.problems} == expected
        assert Record.objects.count() == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", HEAD.encode() + b"\n\xff\xfe", HEAD.encode() + b'\n"open', b"\x00\x01", b"PK\x03\x04zip"],
)
def test_what_is_no_such_csv_is_refused(acting, content):
    with acting("pso@antwerp.demo"), pytest.raises(Invalid):
        importing.import_reports(data=content, at=now())


def test_too_large_a_file_is_refused(acting):
    with acting("pso@antwerp.demo"), pytest.raises(TooLarge):
        importing.plan(b"x" * (5 * 1024 * 1024 + 1), at=now())


def test_a_page_shows_what_would_happen_before_it_does(client_for, acting):
    client = client_for("pso@antwerp.demo")
    looked = client.post("/reports/import/", {"file": io.BytesIO(data(GOOD))})
    page = looked.content.decode()
    assert looked.status_code == 200 and "1 report would be taken in" in page and "T-1" in page
    with acting("pso@antwerp.demo"):
        assert queries.count() == 0
    packed = looked.context["packed"]
    assert client.post("/reports/import/", {"confirmed": packed}).status_code == 302
    with acting("officer@outside.demo"):
        assert queries.count(Filters(provenance="published")) == 1
    assert (
        "0 reports would be taken in"
        in client.post("/reports/import/", {"file": io.BytesIO(data(GOOD))}).content.decode()
    )
    assert client.post("/reports/import/", {"confirmed": packed + "x"}).status_code == 422
    assert client_for("pso@northsea.demo").post("/reports/import/", {"confirmed": packed}).status_code == 422


def test_a_page_names_row_and_field_of_what_is_broken(client_for):
    answer = client_for("pso@antwerp.demo").post(
        "/reports/import/", {"file": io.BytesIO(data(GOOD.replace("BEANR", "XXXXX")))}
    )
    assert answer.status_code == 422
    assert "Row 2, port_unlocode: This port is not in the network." in answer.content.decode()
    assert client_for("contact@agent.demo").get("/reports/import/").status_code == 403


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "port2port", *words], check=False, capture_output=True, text=True, timeout=120
    )


def test_the_command_imports_once_and_refuses_a_broken_file(db, acting, tmp_path: Path):
    good, broken = tmp_path / "good.csv", tmp_path / "broken.csv"
    good.write_bytes(data(GOOD))
    broken.write_bytes(data(GOOD.replace("T-1", "T-9"), GOOD.replace("T-1", "T-8").replace("cocaine", "sugar")))
    first = command("import", "reports", str(good))
    assert first.returncode == 0 and "1 reports taken in" in first.stdout, first.stderr
    second = command("import", "reports", str(good))
    assert second.returncode == 0 and "Nothing to do" in second.stdout
    refused = command("import", "reports", str(broken))
    assert refused.returncode == 1
    assert "broken.csv: row 3: substance: This code is not in the vocabulary." in refused.stderr
    assert command("import", "reports", str(tmp_path / "none.csv")).returncode == 1
    with acting("officer@outside.demo"):
        assert queries.count() == 1
    out = tmp_path / "out.csv"
    assert command("export", "reports", str(out), "--as", "pso@antwerp.demo").returncode == 0
    assert "A container with 250 kg was found" in out.read_text(encoding="utf-8-sig")


def test_the_seed_shows_facts_and_inventions_apart_and_twice_changes_nothing(db, acting, client_for):
    at = now()
    made = seeding.seed_reports(at)
    assert made == len(published_incidents()) + len(demo_reports())
    assert seeding.seed_reports(at) == 0
    with acting("pso@antwerp.demo"):
        assert queries.count(Filters(provenance="published")) == len(published_incidents())
        assert queries.count(Filters(provenance="invented")) > 20
        assert queries.count(Filters(provenance="member")) == 0
        newest = queries.open_reports(Filters(), at=at).rows[0]
        assert newest.record.provenance == "invented" and newest.record.at < at
    page = client_for("pso@antwerp.demo").get("/reports/?provenance=published").content.decode()
    assert "Published" in page and ">Invented<" not in page.split("<tbody")[1].split("</tbody>")[0]
