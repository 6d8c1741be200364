"""Attacks with SQL of one's own as the serving role, and every way out for everybody who might ask."""

import re
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Refused
from port2port.reports.attachments import actions, queries, vault
from port2port.reports.attachments.checking import Upload
from port2port.reports.attachments.models import Attachment, Original
from port2port.reports.models import Annex
from tests.reports.attachments.conftest import OUTSIDER, OWNER, PARTNER
from tests.reports.attachments.files import NOTE
from tests.reports.writing import own, report

DIRECTOR, ADMIN = "director@antwerp.demo", "admin@antwerp.demo"
COMPANY, POLICE = "contact@agent.demo", "analyst@police.demo"
ADDED = (
    "insert into reports_attachment (id, record_id, report_id, filename, media_type, size, sha256, address, kept_for,"
    " removed, added_by_id, added_at) values (new_uuid7(), %(record)s, %(report)s, 'a.txt', 'text/plain', 1, %(hash)s,"
    " %(address)s, {kept_for}, '{{}}', {added_by}, now()) returning id"
)


def attack(acting: Any, email: str, statement: str, arguments: Any = None) -> list[Any]:
    with acting(email), connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else [cursor.rowcount]


def added(record: UUID, of: UUID, address: str = "a" * 64) -> dict[str, Any]:
    return {"record": record, "report": of, "hash": "b" * 64, "address": address}


def insert(kept_for: str = "acting_organisation()", added_by: str = "acting_person()") -> str:
    return ADDED.format(kept_for=kept_for, added_by=added_by)


def test_sight_in_sql(acting, shared, photo, named):
    seen = {OWNER: 2, PARTNER: 1, POLICE: 1, OUTSIDER: 0, COMPANY: 0, ADMIN: 0}
    for email, count in seen.items():
        assert attack(acting, email, "select count(*) from reports_attachment") == [(count,)], email
    sealed = {OWNER: 2, PARTNER: 0, POLICE: 0, OUTSIDER: 0, COMPANY: 0, ADMIN: 0}
    for email, count in sealed.items():
        assert attack(acting, email, "select count(*) from reports_original") == [(count,)], email


def test_nobody_puts_anything_on_anothers_report(acting, shared, photo, named):
    with acting(PARTNER):
        mine = report(to=own()).record_id
    with acting(OWNER):
        annex = Annex.objects.get(report_id=shared).record_id
    pairs = [(shared, shared), (mine, shared), (shared, mine), (annex, shared), (annex, mine), (annex, annex)]
    for record, of in pairs:
        with pytest.raises(Refused):
            attack(acting, PARTNER, insert(), added(record, of))
    assert len(attack(acting, PARTNER, insert(), added(mine, mine))) == 1, "on one's own it works"


def test_not_in_anothers_name_nor_for_another_organisation(acting, shared, cast):
    someone = f"'{cast[DIRECTOR].person}'"
    other = f"'{cast[PARTNER].organisation}'"
    for statement in (insert(added_by=someone), insert(kept_for=other)):
        with pytest.raises(Refused):
            attack(acting, OWNER, statement, added(shared, shared))


def test_anothers_address_opens_nothing(acting, shared, photo):
    """Who reads the address of a file that was shared with them keeps no way in when it is taken back."""
    with acting(PARTNER):
        address = queries.attachment(photo).address
        mine = report(to=own()).record_id
    ((made,),) = attack(acting, PARTNER, insert(), added(mine, mine, address))
    with pytest.raises(vault.Damaged), acting(PARTNER):
        queries.content(queries.attachment(made), at=now())


def test_an_annex_of_another_report_is_no_place(acting, shared, named):
    with acting(OWNER):
        annex = Annex.objects.get(report_id=shared).record_id
        other = report().record_id
    with pytest.raises(Refused):
        attack(acting, OWNER, insert(), added(annex, other))


@pytest.mark.parametrize(
    "change",
    ["record_id = report_id", "address = repeat('0', 64)", "filename = 'x'", "kept_for = acting_organisation()"],
)
def test_an_attachment_is_never_changed(change, acting, named):
    with pytest.raises(Refused):
        attack(acting, OWNER, f"update reports_attachment set {change}")


@pytest.mark.parametrize("change", ["address = repeat('0', 64)", "sha256 = repeat('0', 64)", "taken_at = now()"])
def test_nor_is_an_original(change, acting, named):
    with pytest.raises(Refused):
        attack(acting, OWNER, f"update reports_original set {change}")
    with pytest.raises(Refused):
        attack(acting, OWNER, "delete from reports_original")


HANDED = "update reports_original set handed_to = 'x', handed_reference = 'x', handed_at = now(), handed_by_id = {}"


def test_a_hand_over_is_in_ones_own_name_and_once(acting, photo, cast):
    with pytest.raises(Refused):
        attack(acting, OWNER, HANDED.format(f"'{cast[DIRECTOR].person}'"))
    assert attack(acting, PARTNER, HANDED.format("acting_person()")) == [0]
    assert attack(acting, OWNER, HANDED.format("acting_person()")) == [1]
    assert attack(acting, OWNER, HANDED.format("acting_person()")) == [0]


def test_taking_off_what_is_anothers_takes_nothing(acting, photo, named):
    for email in (PARTNER, OUTSIDER, ADMIN):
        assert attack(acting, email, "delete from reports_attachment") == [0]
    with acting(OWNER):
        assert Attachment.objects.count() == Original.objects.count() == 2


def test_an_original_is_left_by_who_added_it(acting, photo, cast, owner):
    owner.execute("delete from reports_original")
    left = (
        "insert into reports_original (attachment_id, address, sha256, size, taken_at, handed_to, handed_reference)"
        " select %s, repeat('a', 64), sha256, 1, now(), '', '' from reports_attachment"
    )
    with pytest.raises(Refused):
        attack(acting, PARTNER, left, [photo])
    with pytest.raises(Refused):
        attack(acting, OWNER, left.replace("sha256, 1", "repeat('c', 64), 1"), [photo])
    assert attack(acting, OWNER, left, [photo]) == [1]


def test_what_lies_in_no_vault_is_no_address(acting, shared):
    with pytest.raises(Exception, match="reports_attachment_shape"):
        attack(acting, OWNER, insert(), added(shared, shared, "../" * 21 + "x"))


def test_without_anybody_acting_there_is_nothing(app, photo):
    for table in ("reports_attachment", "reports_original"):
        with pytest.raises(psycopg.errors.UndefinedObject):  # the settings of a session that acts
            app.execute(f"select * from {table}")


# --------------------------------------------------------------------------------------------------- every way out


WORD = b"zqxkeveryword"


def ways_out(client: Client, machine: Client, report_id: UUID, attachment: UUID) -> dict[str, bytes | None]:
    """What each way out gives: its content, or None."""
    found: dict[str, bytes | None] = {}
    for path in (
        f"/reports/attachments/{attachment}/", f"/reports/attachments/{attachment}/preview/",
        f"/reports/attachments/{attachment}/original/", f"/reports/attachments/{attachment}/hand-over/",
        f"/reports/{report_id}/", f"/reports/?q={WORD.decode()}", f"/search/?q={WORD.decode()}",
        "/reports/export/?format=csv", "/",
    ):  # fmt: skip
        answer = client.get(path)
        found[path.replace(str(attachment), "A").replace(str(report_id), "R")] = (
            answer.content if answer.status_code == 200 else None
        )
    for path in (f"/api/v1/reports/{report_id}/attachments", f"/api/v1/attachments/{attachment}"):
        answer = machine.get(path)
        found[path.replace(str(attachment), "A").replace(str(report_id), "R")] = (
            answer.content if answer.status_code == 200 else None
        )
    return found


@pytest.mark.parametrize("own_only", [False, True])
def test_every_way_out(own_only, acting, shared, client_for, bearer_for):
    """The name of the file and its content are found exactly by those who see it, by every way."""
    with acting(OWNER):
        row = actions.add_files(shared, [Upload(f"{WORD.decode()}.txt", NOTE + WORD)], own_only=own_only, at=now())[0]
    sees = {OWNER} | (set() if own_only else {PARTNER, POLICE})
    for email in (OWNER, PARTNER, POLICE, OUTSIDER, COMPANY, ADMIN, "operator@platform.demo"):
        client, machine = client_for(email), Client(headers=bearer_for(email))
        found = ways_out(client, machine, shared, row.id)
        page = found["/reports/R/"]
        listed = found["/api/v1/reports/R/attachments"]
        given = {
            "/reports/attachments/A/": email in sees,
            "/api/v1/attachments/A": email in sees,
            "/reports/attachments/A/original/": email == OWNER,
            "/reports/attachments/A/preview/": False,
        }
        for path, expected in given.items():
            assert (found[path] is not None) == expected, (email, path)
        assert (page is not None and WORD in page) == (email in sees), email
        assert (listed is not None and WORD in listed) == (email in sees), email
        if email not in sees:
            for path, content in found.items():
                if "q=" not in path:  # what was asked for is repeated
                    assert WORD not in (content or b""), (email, path)
                assert str(row.id).encode() not in (content or b""), (email, path)


def test_absent_and_hidden_are_the_same_answer(acting, shared, named, client_for):
    absent = UUID("0190f000-0000-7000-8000-000000000000")
    for email in (PARTNER, OUTSIDER):
        client = client_for(email)
        for what in ("", "preview/", "original/", "hand-over/"):
            hidden, none = (client.get(f"/reports/attachments/{one}/{what}") for one in (named, absent))
            assert hidden.status_code == none.status_code == 404
            assert _plain(hidden.content) == _plain(none.content), "nothing tells that it exists"


def _plain(content: bytes) -> bytes:
    """A page without its secret, its moment and its own address."""
    own = rb'[0-9a-f]{8}-[0-9a-f-]{27}|value="[^"]{64}"|datetime="[^"]*"|\d\d:\d\d(:\d\d)?|token[^>]*'
    return re.sub(own, b"", content)
