"""The register of processing cannot drift: it names every column of the database, and no other."""

from collections import defaultdict

import pytest
from django.test import Client

from port2port.governance.processing import register as registers
from port2port.governance.processing.register import DATA, missing, read_register, register
from port2port.governance.processing.shown import processings
from port2port.members.data_files import LANGUAGES


def catalogue(owner) -> dict[str, list[str]]:
    found = defaultdict(list)
    for table, column in owner.execute(
        "select c.relname, a.attname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where n.nspname = 'public' and c.relkind = 'r'"
    ).fetchall():
        found[table].append(column)
    return found


def test_every_column_is_in_an_entry_or_holds_nothing_of_a_person(owner):
    assert missing(catalogue(owner), register()) == [], (
        "put these into governance/processing/data/columns.v1.toml: does the column hold something of a person?"
    )


def test_keys_to_persons_are_personal_everywhere(owner):
    """A foreign key to a person says who did something: nobody may call it plain."""
    keys = owner.execute(
        "select k.conrelid::regclass::text, a.attname from pg_constraint k"
        " join pg_attribute a on a.attrelid = k.conrelid and k.conkey = array[a.attnum]"
        " where k.contype = 'f' and k.confrelid = 'members_person'::regclass"
    ).fetchall()
    personal = {(one.table, column) for one in register().tables for column in one.personal}
    assert len(keys) > 50 and set(keys) - personal == set()


def test_a_new_column_and_a_lost_one_are_named(owner):
    real = catalogue(owner)
    real["reports_report"].append("suspect")
    real["alerts_alert"].remove("text")
    assert missing(real, register()) == [
        "reports_report: suspect is in neither list",
        "alerts_alert: text is no column any more",
    ]


@pytest.mark.parametrize(
    ("find", "put", "problem"),
    [
        ('controller = "joint"', 'controller = "nobody"', "no controller 'nobody'"),
        ('kinds = ["report"]', 'kinds = ["poem"]', "no kind with a time of keeping 'poem'"),
        ('legal_bases = ["gdpr_legal_obligation"]', 'legal_bases = ["hope"]', "no legal basis 'hope'"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, find, put, problem):
    text = (DATA / "register.v1.toml").read_text(encoding="utf-8")
    assert find in text
    wrong = tmp_path / "register.toml"
    wrong.write_text(text.replace(find, put, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        read_register(wrong, DATA / "columns.v1.toml")


def test_it_is_said_in_every_language(db):
    for language in LANGUAGES:
        for one in registers.register().processings:
            assert one.label(language) and one.purpose[language]
    assert all(value for one in processings() for _name, value in one.facts)


def test_page_file_and_api_say_the_same(client_for, bearer_for):
    page = client_for("contact@agent.demo").get("/governance/processing/")
    assert page.status_code == 200 and "reports_observable" in page.text
    items = Client().get("/api/v1/processing", headers=bearer_for("contact@agent.demo")).json()["items"]
    assert [one["code"] for one in items] == [one.code for one in register().processings]
    officer = client_for("dpo@antwerp.demo")
    for form, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", "\ufeff".encode())):
        assert officer.get(f"/governance/processing/file/?format={form}").content.startswith(begins)
    assert client_for("contact@agent.demo").get("/governance/processing/file/?format=pdf").status_code == 403
