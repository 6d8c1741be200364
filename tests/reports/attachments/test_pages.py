"""The pages and the API of attachments: what is sent, what is given out with which headers, what is kept on refusal."""

import hashlib
import io
from typing import Any

import msgspec
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from tests.reports.attachments.conftest import OUTSIDER, OWNER, PARTNER
from tests.reports.attachments.files import CAMERA, MARKED, NAMED, NOTE, picture

FORM = {
    "threat": "drone_misuse",
    "text": "A drone over the lock.",
    "where": "port:BEANR",
    "when": "now",
    "audience": "my-organisation",
}
NEW = "/reports/new/"


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def scanner(address: str) -> override_settings:
    return override_settings(OPTIONS=msgspec.structs.replace(settings.OPTIONS, clamd_url=address))


@pytest.fixture
def browser(client_for) -> Client:
    return client_for(OWNER)


# ------------------------------------------------------------------------------------------------------- adding


def test_several_files_at_once(browser, shared, client_for):
    sent = {"files": [file("gate.png", picture()), file("note.txt", NOTE)], "sight": "report"}
    answer = browser.post(f"/reports/{shared}/attachments/", sent)
    assert answer.status_code == 302, answer.content.decode().split("pp-error")[1][:300]
    assert answer["Location"] == f"/reports/{shared}/#attachments"
    page = client_for(PARTNER).get(f"/reports/{shared}/").content.decode()
    assert "2 attachments" in page and "gate.png" in page and "note.txt" in page
    assert page.count("/preview/") == 1, "only pictures are shown"
    assert "Taken out: camera data, position" in page
    assert "/original/" not in page and "/remove/" not in page, "not for who does not look after it"
    assert "/original/" in browser.get(f"/reports/{shared}/").content.decode()


def test_kept_to_the_organisation_by_choice(browser, shared, client_for):
    browser.post(f"/reports/{shared}/attachments/", {"files": file("face.png", picture()), "sight": "own"})
    assert "face.png" not in client_for(PARTNER).get(f"/reports/{shared}/").content.decode()
    assert "your organisation only" in browser.get(f"/reports/{shared}/").content.decode()


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"sight": "own"}, "Choose at least one file."),
        ({"sight": "own", "files": b""}, "The file is empty."),
        ({"sight": "own", "files": MARKED}, "CONFIDENTIEL"),
        ({"files": NOTE}, "This field is required."),
        ({"sight": "everyone", "files": NOTE}, "Select a valid choice"),
    ],
)
def test_a_refusal_stands_at_the_field_and_the_choice_is_kept(sent, says, browser, shared, owner):
    sent = {name: file("plan.txt", value) if name == "files" else value for name, value in sent.items()}
    answer = browser.post(f"/reports/{shared}/attachments/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page
    assert 'id="id_files-error"' in page or 'id="id_sight-error"' in page
    if sent.get("sight") == "own":
        assert 'value="own" id="id_sight_1" checked' in page
    assert owner.execute("select count(*) from reports_attachment").fetchone() == (0,)


def test_without_the_scanner_the_page_says_so(browser, shared):
    with scanner("tcp://127.0.0.1:1"):
        answer = browser.post(f"/reports/{shared}/attachments/", {"files": file("a.txt", NOTE), "sight": "own"})
    assert answer.status_code == 503 and b"The virus scanner does not answer" in answer.content
    assert b'value="own" id="id_sight_1" checked' in answer.content


def test_taking_off(browser, photo, shared):
    answer = browser.post(f"/reports/attachments/{photo}/remove/")
    assert answer.status_code == 302
    assert browser.get(f"/reports/attachments/{photo}/").status_code == 404


# --------------------------------------------------------------------------------------------------- giving out


def test_the_headers_of_what_is_given_out(browser, photo):
    answer = browser.get(f"/reports/attachments/{photo}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == 'attachment; filename="gate.jpg"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.streaming and not Image.open(io.BytesIO(answer.content)).getexif()


def test_a_picture_is_shown_and_nothing_else(browser, photo, named):
    answer = browser.get(f"/reports/attachments/{photo}/preview/")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/jpeg"
    assert "Content-Disposition" not in answer
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"/reports/attachments/{named}/preview/").status_code == 404


def test_text_is_given_out_with_its_encoding(browser, named):
    answer = browser.get(f"/reports/attachments/{named}/")
    assert answer["Content-Type"] == "text/plain; charset=utf-8" and answer.content == NAMED


def test_the_original_is_given_out_as_bytes(browser, photo, client_for):
    answer = browser.get(f"/reports/attachments/{photo}/original/")
    assert answer.content == picture("JPEG") and answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="original-gate.jpg"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert client_for(PARTNER).get(f"/reports/attachments/{photo}/original/").status_code == 403
    assert client_for(OUTSIDER).get(f"/reports/attachments/{photo}/original/").status_code == 404


def test_names_in_other_letters_are_given_out(browser, shared):
    browser.post(f"/reports/{shared}/attachments/", {"files": file('kaai "één".txt', NOTE), "sight": "report"})
    page = browser.get(f"/reports/{shared}/").content.decode()
    path = page.split('href="/reports/attachments/')[1].split('"')[0]
    answer = browser.get(f"/reports/attachments/{path}")
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''kaai%20_%C3%A9%C3%A9n_.txt"


def test_a_hand_over(browser, photo, shared):
    path = f"/reports/attachments/{photo}/hand-over/"
    sha256 = hashlib.sha256(picture("JPEG")).hexdigest()
    assert sha256 in browser.get(path).content.decode()
    answer = browser.post(path, {"to": "", "reference": "AN.1"})
    assert answer.status_code == 422 and b'value="AN.1"' in answer.content
    assert browser.post(path, {"to": "Harbour police", "reference": "AN.1"}).status_code == 302
    assert "Original handed to Harbour police, AN.1" in browser.get(f"/reports/{shared}/").content.decode()
    assert browser.post(path, {"to": "Another", "reference": "2"}).status_code == 409
    again = browser.get(path).content.decode()
    assert "The original was handed over" in again and 'name="reference"' not in again


# --------------------------------------------------------------------------------------------- with a new report


def test_a_photo_comes_with_the_report(browser, owner):
    answer = browser.post(NEW, FORM | {"photo": file("IMG_1.jpg", picture("JPEG"))})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert owner.execute("select filename, removed, record_id = report_id from reports_attachment").fetchall() == [
        ("IMG_1.jpg", ["exif", "gps"], True)
    ]


def test_without_one_nothing_changes(browser, owner):
    assert browser.post(NEW, FORM).status_code == 302
    assert owner.execute("select count(*) from reports_attachment").fetchone() == (0,)


def test_a_photo_that_is_not_taken_keeps_the_report_back_and_what_was_typed(browser, owner, folder):
    sent = FORM | {"photo": file("run.jpg", b"MZ\x90\x00\x03\x00"), "key": "one"}
    answer = browser.post(NEW, sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_photo-error"' in page and "This is a program" in page
    assert "A drone over the lock." in page
    for table in ("reports_report", "reports_attachment", "base_idempotency"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,), table
    assert not folder.exists()
    assert browser.post(NEW, sent | {"photo": file("a.png", picture())}).status_code == 302, "the key is free"


def test_the_outbox_is_told_at_the_field_and_tries_again_without_a_scanner(browser, owner):
    headers = {"Accept": "application/json"}
    answer = browser.post(NEW, FORM | {"photo": file("run.jpg", b"MZ\x90\x00\x03\x00")}, headers=headers)
    assert answer.status_code == 422 and [one["field"] for one in answer.json()["errors"]] == ["photo"]
    with scanner("tcp://127.0.0.1:1"):
        sent = FORM | {"photo": file("a.png", picture()), "key": "two"}
        assert browser.post(NEW, sent, headers=headers).status_code == 503
        page = browser.post(NEW, FORM | {"photo": file("a.png", picture())})
        assert page.status_code == 503 and b"A drone over the lock." in page.content
    assert owner.execute("select count(*) from base_idempotency").fetchone() == (0,)
    for _twice in range(2):
        sent = FORM | {"photo": file("a.png", picture()), "key": "two"}
        assert browser.post(NEW, sent, headers=headers).status_code == 201
    assert owner.execute("select count(*) from reports_attachment").fetchone() == (1,)


# ------------------------------------------------------------------------------------------------------ the API


def sent_as(boundary: str, *files: tuple[str, bytes]) -> dict[str, Any]:
    data = {"files": [file(name, content) for name, content in files]}
    return {
        "data": encode_multipart(boundary, data),
        "content_type": MULTIPART_CONTENT.replace(BOUNDARY, boundary),
    }


def test_put_list_and_fetch(bearer_for, shared):
    machine, partner = Client(headers=bearer_for(OWNER)), Client(headers=bearer_for(PARTNER))
    path = f"/api/v1/reports/{shared}/attachments"
    answer = machine.post(path, {"files": [file("gate.jpg", picture("JPEG")), file("note.txt", NAMED)]})
    assert answer.status_code == 200, answer.content
    first, second = answer.json()
    assert (first["filename"], first["media_type"], first["own_only"]) == ("gate.jpg", "image/jpeg", False)
    assert first["sha256"] == hashlib.sha256(picture("JPEG")).hexdigest() and first["removed"] == ["exif", "gps"]
    assert second["own_only"] is True
    assert [one["id"] for one in partner.get(path).json()] == [first["id"]]
    fetched = partner.get(f"/api/v1/attachments/{first['id']}")
    assert fetched.status_code == 200 and CAMERA.encode() not in fetched.content
    assert fetched["Content-Disposition"] == 'attachment; filename="gate.jpg"'
    assert fetched["X-Content-Type-Options"] == "nosniff"
    assert partner.get(f"/api/v1/attachments/{second['id']}").status_code == 404
    assert partner.post(path, {"files": [file("a.txt", NOTE)]}).status_code == 403


def test_sent_twice_is_done_once_with_whatever_boundary(bearer_for, shared, owner, journalled):
    machine = Client(headers=bearer_for(OWNER) | {"Idempotency-Key": "one"})
    path = f"/api/v1/reports/{shared}/attachments"
    first = machine.post(path, **sent_as("AaB03x", ("note.txt", NOTE)))
    assert first.status_code == 200, first.content
    again = machine.post(path, **sent_as("0xKhTmLbOuNdArY", ("note.txt", NOTE)))
    assert again.status_code == 200 and again["Idempotency-Replayed"] == "true" and again.content == first.content
    assert len(journalled("attachment.added")) == 1
    other = machine.post(path, **sent_as("AaB03x", ("note.txt", b"Something else.")))
    assert other.status_code == 422 and other.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_large_body_with_a_key_is_read(bearer_for, shared):
    machine = Client(headers=bearer_for(OWNER) | {"Idempotency-Key": "large"})
    answer = machine.post(
        f"/api/v1/reports/{shared}/attachments", **sent_as("AaB03x", ("log.txt", b"The gate is shut.\n" * 300_000))
    )
    assert answer.status_code == 200 and answer.json()[0]["size"] == 5_400_000


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"data": b"{}", "content_type": "application/json"}, 422, "files"),
        ({"data": b"x", "content_type": "multipart/form-data"}, 400, ""),
        ({"data": b"--x\r\nnonsense", "content_type": "multipart/form-data; boundary=x"}, 422, "files"),
        (sent_as("AaB03x", ("plan.txt", MARKED)), 422, "files"),
    ],
)
@pytest.mark.parametrize("key", ["", "bad"])
def test_what_is_no_file_is_a_problem(key, sent, status, field, bearer_for, shared, owner):
    headers = bearer_for(OWNER) | ({"Idempotency-Key": key} if key else {})
    answer = Client(headers=headers, raise_request_exception=False).post(
        f"/api/v1/reports/{shared}/attachments", **sent
    )
    assert answer.status_code == status and answer["Content-Type"] == "application/problem+json", answer.content
    if field:
        assert [one["field"] for one in answer.json()["errors"]] == [field]
    assert owner.execute("select count(*) from reports_attachment").fetchone() == (0,)
    assert owner.execute("select count(*) from base_idempotency").fetchone() == (0,)


def test_a_token_needs_its_scope(bearer_for, shared, photo):
    reads = Client(headers=bearer_for(OWNER, ("read",)))
    writes = Client(headers=bearer_for(OWNER, ("report",)))
    path = f"/api/v1/reports/{shared}/attachments"
    assert reads.post(path, {"files": [file("a.txt", NOTE)]}).status_code == 403
    assert writes.get(path).status_code == 403
    assert writes.get(f"/api/v1/attachments/{photo}").status_code == 403
    assert reads.get(f"/api/v1/attachments/{photo}").status_code == 200
