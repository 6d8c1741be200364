"""Taking a partner's file in: what would happen is shown, done once, for whom the mapping names; kept for the next."""

import base64
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.exchange.files.actions import change_mapping, forget_mapping, keep_mapping
from port2port.exchange.files.mapping import read_mapping
from port2port.exchange.files.models import FileMapping
from port2port.exchange.files.queries import body_of, file_mapping, file_mappings
from port2port.exchange.files.taking import plan, take_in
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.reports.actions import edit_report, withdraw_report
from port2port.reports.drafts import draft_of
from port2port.reports.models import Hold, Report
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.exchange.files.partner import HEAD, MAPPING, ROWS, as_csv, as_workbook

OWNER, COLLEAGUE, PARTNER, ADMIN = (
    "pso@antwerp.demo",
    "director@antwerp.demo",
    "pso@northsea.demo",
    "admin@antwerp.demo",
)
POLICE = "analyst@police.demo"
MAPPED = read_mapping(MAPPING)
BAD = ("AN-3", "gisteren", "", "Antwerpen", "DRG", "Iemand liep over de kade (verzonnen).", "")


def made() -> list[Report]:
    return list(Report.objects.filter(record__origin="file:scheepvaartpost").select_related("record"))


def test_rows_become_reports_of_the_organisation_and_of_nobody_else(acting):
    with acting(OWNER) as actor:
        done = take_in(as_csv(), MAPPED, partly=False, at=now())
        assert [len(done.new), len(done.there), done.refused] == [2, 0, 0]
        first, second = sorted(made(), key=lambda one: one.record.origin_id)
        own = Circle.objects.get(kind="organisation", organisation_id=actor.organisation)
        assert list(first.record.addressed) == [own.id]
        assert (first.record.tlp, first.record.provenance) == (Tlp.AMBER_STRICT, "member")
        assert [first.record.port.locode, second.record.threat] == ["BEANR", "drone_misuse"]
        assert [one.record_id for one in (first, second)] == done.made
    with acting(PARTNER):
        assert not made()


def test_looking_writes_nothing_and_the_same_file_makes_nothing_twice(acting):
    with acting(OWNER):
        looked = plan(as_csv(), MAPPED, at=now())
        assert len(looked.new) == 2 and not made()
        take_in(as_csv(), MAPPED, partly=False, at=now())
        again = take_in(as_workbook(), MAPPED, partly=False, at=now())
        assert not again.new and [one.other for one in again.there] == [False, False]
        assert len(made()) == 2


def test_a_report_that_was_put_right_here_stays_and_is_told(acting):
    with acting(OWNER):
        take_in(as_csv(), MAPPED, partly=False, at=now())
        report = made()[0]
        draft = draft_of(report, report.record, known_places())
        text = "Twee mannen en een vrouw klommen over het hek (verzonnen)."
        edit_report(report.record_id, draft=type(draft)(**(vars(draft) | {"text": text})), expected=1, at=now())
        again = take_in(as_csv(), MAPPED, partly=False, at=now())
        assert sorted(one.other for one in again.there) == [False, True]
        assert Report.objects.get(record=report.record_id).text == text


def test_what_was_withdrawn_is_not_made_once_more_by_a_colleague(acting, owner, cast):
    with acting(OWNER):
        take_in(as_csv(), MAPPED, partly=False, at=now())
        withdraw_report(made()[0].record_id, reason="mistake", at=now())
    # the administrator takes up the work of the port security officer
    owner.execute(
        "update members_membership set roles = roles || '{port_security_officer}' where id = %s", [cast[ADMIN].hat]
    )
    with acting(ADMIN):
        again = take_in(as_csv(), MAPPED, partly=False, at=now())
        assert not again.new
        assert sorted(one.report is None for one in again.there) == [False, True]


def test_refused_rows_refuse_the_file_unless_the_good_ones_are_wanted(acting):
    data = as_csv(rows=[*ROWS, BAD])
    with acting(OWNER):
        with pytest.raises(Invalid) as error:
            take_in(data, MAPPED, partly=False, at=now())
        assert [(one.row, one.field) for one in error.value.problems] == [(4, "Datum")]
        assert not made()
        done = take_in(data, MAPPED, partly=True, at=now())
        assert [len(done.new), done.refused] == [2, 1]
        put_right = as_csv(rows=[*ROWS, ("AN-3", "30/11/2025", *BAD[2:])])
        assert len(take_in(put_right, MAPPED, partly=False, at=now()).new) == 1
        assert len(made()) == 3


def test_what_a_report_may_not_hold_a_row_may_not_either(acting):
    rows = [
        ("AN-1", "28/11/2035", "", "Antwerpen", "DRG", "In de toekomst gebeurde iets (verzonnen).", ""),
        ("AN-2", "28/11/2025", "", "Antwerpen", "DRG", "kort", ""),
        ("AN-3", "28/11/2025", "", "", "DRG", "Nergens gebeurde iets (verzonnen).", ""),
        ("AN-4", "28/11/2025", "", "Antwerpen", "DRG", "Bel Jan op +32 470 12 34 56 (verzonnen).", ""),
    ]
    with acting(OWNER):
        found = plan(as_csv(rows=rows), read_mapping(MAPPING | {"audience": "all-members"}), at=now())
        assert not found.new
        assert {(one.row, one.field) for one in found.problems} >= {
            (2, "Datum"),
            (3, "Omschrijving"),
            (5, "Omschrijving"),
        }
        assert {one.row for one in found.problems} == {2, 3, 4, 5}
        within = plan(as_csv(rows=rows[3:]), MAPPED, at=now())  # a number stays within the organisation
        assert len(within.new) == 1


def test_marks_and_readers_are_those_of_the_mapping_and_go_together(acting):
    columns = [one | ({"field": "tlp"} if one["name"] == "Ploeg" else {}) for one in MAPPING["columns"]]
    marked = [(*ROWS[0][:-1], "TLP:AMBER"), (*ROWS[1][:-1], "groen")]
    with acting(OWNER):
        mapping = read_mapping(MAPPING | {"columns": columns, "audience": "all-members"})
        found = plan(as_csv(rows=marked), mapping, at=now())
        assert [one.to.tlp for one in found.new] == [Tlp.AMBER]
        assert [(one.row, one.field) for one in found.problems] == [(3, "Ploeg")]
        nobody = plan(as_csv(), read_mapping(MAPPING | {"audience": "the-moon"}), at=now())
        assert not nobody.new and nobody.refused == 2
        strict = read_mapping(MAPPING | {"audience": "all-members", "constants": {"tlp": "AMBER+STRICT"}})
        assert not plan(as_csv(), strict, at=now()).new


def test_reports_of_the_police_are_held_in_silence_from_the_first_moment(acting):
    with acting(POLICE):
        take_in(as_csv(), MAPPED, partly=False, at=now())
        assert Hold.objects.filter(report__in=made(), released_at=None).count() == 2


def test_a_mapping_is_kept_changed_and_forgotten_by_its_organisation(acting, journalled):
    with acting(OWNER):
        row = keep_mapping(MAPPED, name="  Scheepvaart  post ", at=now())
        assert (row.name, body_of(row)) == ("Scheepvaart post", MAPPED)
        with pytest.raises(Invalid):
            keep_mapping(MAPPED, name="Scheepvaart post", at=now())
        with pytest.raises(Invalid):
            keep_mapping(MAPPED, name="\u202e", at=now())
        changed = change_mapping(row.id, None, name="Post", expected=1, at=now())
        assert (changed.version, changed.name, body_of(changed)) == (2, "Post", MAPPED)
        with pytest.raises(Conflict):
            change_mapping(row.id, MAPPED, expected=1, at=now())
    with acting(PARTNER):
        assert not file_mappings()
        for act in (lambda: file_mapping(row.id), lambda: forget_mapping(row.id, at=now())):
            with pytest.raises(NotFound):
                act()
    with acting(OWNER):
        forget_mapping(row.id, at=now())
        assert not file_mappings()
    assert [len(journalled(f"file_mapping.{act}")) for act in ("made", "changed", "deleted")] == [1, 1, 1]


def test_who_may_not_report_takes_nothing_in_and_sees_no_mapping(acting):
    with acting(OWNER):
        row = keep_mapping(MAPPED, name="Post", at=now())
    with acting(ADMIN):
        assert not FileMapping.objects.exists()
        for act in (
            lambda: plan(as_csv(), MAPPED, at=now()),
            lambda: take_in(as_csv(), MAPPED, partly=True, at=now()),
            lambda: keep_mapping(MAPPED, name="Mine", at=now()),
            lambda: change_mapping(row.id, MAPPED, at=now()),
            lambda: forget_mapping(row.id, at=now()),
        ):
            with pytest.raises(Refused):
                act()


def test_raw_sql_reaches_no_mapping_of_others(acting, enter, cast):
    with acting(OWNER):
        row = keep_mapping(MAPPED, name="Post", at=now())
        take_in(as_csv(), MAPPED, partly=False, at=now())
    app = enter(PARTNER)
    assert app.execute("select count(*) from exchange_filemapping").fetchone() == (0,)
    assert app.execute("delete from exchange_filemapping where id = %s", [row.id]).rowcount == 0
    assert (
        app.execute("update exchange_filemapping set name = 'x', changed_by_id = %s", [cast[PARTNER].person]).rowcount
        == 0
    )
    insert = (
        "insert into exchange_filemapping (id, organisation_id, name, head, body, version, changed_by_id, changed_at)"
        " values (new_uuid7(), %s, 'x', '', '{}', 1, %s, now())"
    )
    assert refused(app, insert, cast[OWNER].organisation, cast[PARTNER].person) == FORBIDDEN
    assert refused(app, insert, cast[PARTNER].organisation, cast[OWNER].person) == FORBIDDEN
    known = "select exchange_taken('file:scheepvaartpost', array['AN-1'])"
    assert app.execute(known).fetchall() == []
    assert enter(ADMIN).execute(known).fetchall() == []
    assert enter(OWNER).execute(known).fetchall() == [("AN-1",)]
    app = enter(OWNER)
    assert refused(app, "update exchange_filemapping set organisation_id = %s", cast[PARTNER].organisation) == FORBIDDEN
    assert refused(app, "update exchange_filemapping set changed_by_id = %s", cast[PARTNER].person) == FORBIDDEN


def upload(browser: Client, data: bytes) -> Any:
    return browser.post("/systems/files/", {"file": SimpleUploadedFile("p.csv", data)})


def filled(page: Any, **changes: str) -> dict[str, str]:
    """Return what a browser would send of the form on a page."""
    form = page.context["form"]
    said = {name: str(form[name].value() or "") for name in form.fields}
    return said | {"file": page.context["packed"], "mapping": page.context["mapping"]} | changes


def test_the_page_asks_what_columns_and_values_are_shows_rows_and_takes_them_in(acting, client_for):
    browser = client_for(OWNER)
    page = upload(browser, as_csv(rows=[*ROWS, BAD]))
    assert page.status_code == 200
    form = page.context["form"]
    assert [form[f"c{n}"].value() for n in range(7)] == [
        "identifier", "occurred_at", "time", "port", "threat", "text", "",
    ]  # fmt: skip
    assert {bound.label for _name, asked in form.values_asked() for bound in asked} >= {"DRG", "UAV"}
    values = {bound.name: bound.label for _name, asked in form.values_asked() for bound in asked}
    codes = {"DRG": "drug_smuggling", "UAV": "drone_misuse", "Antwerpen": "BEANR", "Zeebrugge": "BEZEE"}
    chosen = {name: codes[text] for name, text in values.items()}
    looked = browser.post("/systems/files/", filled(page, partner="Scheepvaartpost", act="look", **chosen))
    assert looked.status_code == 200
    text = looked.content.decode()
    assert looked.context["answer"] == "2 reports would be made"
    assert "1 row is refused" in text and "gisteren" in text
    kept = browser.post("/systems/files/", filled(looked, name="Post", act="keep"))
    with acting(OWNER):
        assert not made()
        (row,) = file_mappings()
        assert body_of(row).column("threat").values == {"DRG": "drug_smuggling", "UAV": "drone_misuse"}
    sent = {"file": kept.context["packed"], "mapping": kept.context["mapping"], "partly": "1", "act": "take"}
    assert browser.post("/systems/files/", sent).status_code == 302
    with acting(OWNER):
        assert len(made()) == 2
    again = upload(browser, as_csv(head=HEAD, rows=ROWS))  # known by its columns: read at once
    assert again.context["row"].name == "Post"
    assert again.context["answer"] == "0 reports would be made"


def test_the_page_refuses_what_is_no_table_and_what_was_sealed_for_another(acting, client_for):
    browser, other = client_for(OWNER), client_for(PARTNER)
    for wrong in (b"", b"PK\x03\x04", b"a;b\n"):
        assert upload(browser, wrong or b" ").status_code == 422
    page = upload(browser, as_csv())
    stolen = {"file": page.context["packed"], "mapping": page.context["mapping"], "act": "take"}
    assert other.post("/systems/files/", stolen).status_code == 422
    swapped = {"file": page.context["mapping"], "mapping": page.context["packed"], "act": "look"}
    assert browser.post("/systems/files/", swapped).status_code == 422
    assert browser.post("/systems/files/", filled(page, act="look")).status_code == 422  # nobody's file


def test_a_choice_of_readers_that_is_not_on_offer_is_not_turned_into_another(acting, client_for):
    with acting(OWNER):
        keep_mapping(read_mapping(MAPPING | {"audience": "the-moon"}), name="Post", at=now())
    page = upload(client_for(OWNER), as_csv())
    assert '<option value="" selected' in page.content.decode() or '<option value="">Choose...' in page.content.decode()
    assert client_for(OWNER).post("/systems/files/", filled(page, act="look", audience="")).status_code == 422


def test_a_mapping_has_a_page(acting, client_for):
    with acting(OWNER):
        row = keep_mapping(MAPPED, name="Post", at=now())
    browser, path = client_for(OWNER), f"/systems/files/{row.id}/"
    page = browser.get(path).content.decode()
    assert "Scheepvaartpost" in page and "drug_smuggling" in page
    assert browser.post(path, {"name": ""}).status_code == 422
    assert browser.post(path, {"name": "Other"}).status_code == 302
    assert client_for(PARTNER).get(path).status_code == 404
    assert browser.post(path, {"act": "delete"}).status_code == 302
    assert browser.get(path).status_code == 404


def send(machine: Client, path: str, said: Any, **headers: str) -> Any:
    return machine.post(f"/api/v1/exchange/files{path}", json.dumps(said), "application/json", headers=headers)


def test_the_api_has_what_the_page_has(acting, bearer_for):
    machine = Client(headers=bearer_for(OWNER))
    file = base64.b64encode(as_workbook()).decode()
    looked = send(machine, "/columns", {"file": file}).json()
    assert [looked["rows"], looked["kept"]] == [2, None]
    assert looked["columns"][3] == {"name": "Haven", "first": ["Antwerpen", "Zeebrugge"]}
    kept = send(machine, "/mappings", {"name": "Post", "mapping": MAPPING})
    assert kept.status_code == 201
    path, tag = kept.json()["url"], kept["ETag"]
    assert send(machine, "/columns", {"file": file}).json()["kept"] == kept.json()["id"]
    dry = send(machine, "?dry_run=true", {"file": file, "kept": kept.json()["id"]})
    assert [one["report"] for one in dry.json()["new"]] == [None, None]
    said = {"file": file, "mapping": MAPPING}
    answers = [send(machine, "", said, **{"Idempotency-Key": "one"}) for _n in range(2)]
    assert answers[0].json() == answers[1].json() and answers[1]["Idempotency-Replayed"] == "true"
    with acting(OWNER):
        assert {str(one.record_id) for one in made()} == {one["report"] for one in answers[0].json()["new"]}
    again = send(machine, "", said).json()
    assert not again["new"] and [one["other"] for one in again["there"]] == [False, False]
    body = json.dumps({"name": "Other", "mapping": MAPPING | {"decimal": "."}})
    assert machine.put(path, body, "application/json").status_code == 428
    assert machine.put(path, body, "application/json", headers={"If-Match": '"9"'}).status_code == 412
    changed = machine.put(path, body, "application/json", headers={"If-Match": tag}).json()
    assert [changed["name"], changed["version"], changed["mapping"]["decimal"]] == ["Other", 2, "."]
    assert [one["name"] for one in machine.get("/api/v1/exchange/files/mappings").json()["items"]] == ["Other"]
    assert machine.delete(path).status_code == 204
    assert machine.get(path).status_code == 404


def test_the_api_names_row_and_column_of_what_is_wrong(bearer_for):
    machine = Client(headers=bearer_for(OWNER))
    said = {"file": base64.b64encode(as_csv(rows=[*ROWS, BAD])).decode(), "mapping": MAPPING}
    answer = send(machine, "", said)
    assert answer.status_code == 422
    assert [(one["row"], one["field"]) for one in answer.json()["errors"]] == [(4, "Datum")]
    assert send(machine, "", said | {"partly": True}).json()["refused"] == 1
    for wrong in (
        said | {"file": "no base64"},
        {"file": said["file"]},
        said | {"mapping": MAPPING | {"zone": "x"}},
        said | {"kept": "00000000-0000-0000-0000-000000000000"},
    ):
        assert send(machine, "", wrong).status_code == 422
    gone = {"file": said["file"], "kept": "00000000-0000-0000-0000-000000000000"}
    assert send(machine, "", gone).status_code == 404
    reader = Client(headers=bearer_for(OWNER, ("read",)))
    assert send(reader, "", said).status_code == 403
