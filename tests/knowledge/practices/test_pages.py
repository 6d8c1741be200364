"""The pages of practices, walked as their users walk them; and the API beside them."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.knowledge.practices import files, queries
from port2port.reports.attachments.checking import Upload
from tests.knowledge.practices.test_turning import closed
from tests.knowledge.practices.writing import REVIEWER, WRITER, drafted, later, published
from tests.measures.writing import measure
from tests.reports.attachments.files import picture

READER = "pso@antwerp.demo"
TEXT = {
    "title": "A card for the desk (test)", "topic": "drones", "maturity": "idea",
    "context": "The night shift did not know what to note.", "done": "A card with **five** questions.",
    "language": "en", "audience": "all-members", "threat": "drone_misuse", "port": "BEGNE",
}  # fmt: skip


def test_from_a_draft_to_what_others_use(acting, client_for):
    writer, reviewer, reader = client_for(WRITER), client_for(REVIEWER), client_for(READER)
    day = str(later())
    made = writer.post("/knowledge/practices/new/", TEXT | {"review_on": day, "key": "a"})
    assert made.status_code == 302, made.content.decode()
    again = writer.post("/knowledge/practices/new/", TEXT | {"review_on": day, "key": "a"})
    path = made["Location"]
    assert again["Location"] == path and reader.get(path).status_code == 404
    page = writer.get(path).content.decode()
    assert "<strong>five</strong>" in page and "Ask a colleague to read it" in page
    assert writer.post(path + "turn/", {"turn": "ask"}).status_code == 302
    assert "Publish" not in writer.get(path).content.decode()
    assert "A card for the desk" in reviewer.get("/").content.decode()
    assert "Publish" in reviewer.get(path).content.decode()
    assert reviewer.post(path + "turn/", {"turn": "publish", "review_on": day}).status_code == 302
    assert "A card for the desk" in reader.get("/knowledge/").content.decode()
    assert path in reader.get("/search/?q=card+desk").content.decode()
    said = {"experience": "It works at our inland gate too."}
    assert reader.post(path + "use/", said).status_code == 302
    page = reader.get(path).content.decode()
    assert "1 organisation uses this" in page and said["experience"] in page and "We no longer use it" in page
    assert reader.post(path + "use/take-back/").status_code == 302
    edited = TEXT | {"title": "A card for every desk (test)", "version": queries_version(path, acting), "review_on": ""}
    assert writer.post(path + "edit/", edited).status_code == 302
    assert "every desk" not in reader.get(path).content.decode()
    assert "every" in writer.get(path + "versions/").content.decode()
    assert "every" not in reader.get(path + "versions/").content.decode()
    assert writer.post(path + "edit/", edited).status_code == 409
    with acting(WRITER):
        reference = queries.practice(identifier(path), at=now()).reference
    assert writer.post(path + "withdraw/", {"reason": "mistake", "confirm": reference}).status_code == 302
    assert reader.get(path).status_code == 410


def identifier(path: str) -> UUID:
    return UUID(path.strip("/").split("/")[-1])


def queries_version(path: str, acting: Any) -> int:
    with acting(WRITER):
        return queries.version_of(identifier(path))


def test_a_report_is_turned_into_a_practice_on_its_page(acting, client_for):
    with acting(READER):
        made = closed()
    client = client_for(READER)
    assert "Turn into a practice" in client.get(f"/reports/{made}/").content.decode()
    form = client.get(f"/knowledge/practices/new/?report={made}").content.decode()
    assert "particulars were taken out" in form and "<del>CSQU3054383</del>" in form
    sent = TEXT | {"report": str(made), "context": "They asked for CSQU3054383 at night.", "review_on": str(later())}
    answer = client.post("/knowledge/practices/new/", sent)
    assert answer.status_code == 422 and "This may tell whose case it was" in answer.content.decode()
    sent["context"] = "They asked for a box at night."
    assert client.post("/knowledge/practices/new/", sent).status_code == 302
    assert "1 practice came of it" in client.get(f"/reports/{made}/").content.decode()
    other = client_for("pso@northsea.demo").get(f"/reports/{made}/").content.decode()
    assert "Turn into a practice" not in other and "practice came of it" not in other
    assert client_for("pso@northsea.demo").get(f"/knowledge/practices/new/?report={made}").status_code == 403


def test_a_measure_shows_how_it_was_done(acting, client_for):
    made = published(acting)
    with acting(READER):
        joint = measure("all-members").record_id
    client = client_for(READER)
    sent = {"target": f"http://x/measures/{joint}/"}
    assert client.post(f"/knowledge/practices/{made}/links/", sent).status_code == 302
    assert "1 practice shows how it was done" in client.get(f"/measures/{joint}/").content.decode()
    page = client.get(f"/knowledge/practices/{made}/").content.decode()
    assert f"/measures/{joint}/" in page
    assert client.post(f"/knowledge/practices/{made}/links/", {"target": "nothing"}).status_code == 422


def test_pictures_come_with_a_draft_and_are_seen_when_it_is_published(acting, client_for):
    with acting(WRITER):
        made = drafted().record_id
    writer, reviewer, reader = client_for(WRITER), client_for(REVIEWER), client_for(READER)
    path = f"/knowledge/practices/{made}/"
    sent = SimpleUploadedFile("gate.png", picture(), content_type="image/png")
    assert writer.post(path + "files/", {"files": sent}).status_code == 302
    with acting(WRITER):
        kept = queries.files(made)[0]
    shown = f"/knowledge/practices/files/{kept.id}/"
    assert reader.get(shown).status_code == 404 and writer.get(shown + "picture/")["Content-Type"] == "image/png"
    assert writer.post(path + "files/", {"files": SimpleUploadedFile("x.exe", b"MZ\x00\x01")}).status_code == 422
    writer.post(path + "turn/", {"turn": "ask"})
    assert reviewer.post(path + "turn/", {"turn": "publish", "review_on": str(later())}).status_code == 302
    assert reader.get(shown).status_code == 200 and "gate.png" in reader.get(path).content.decode()
    assert "sandbox" in reader.get(shown + "picture/")["Content-Security-Policy"]
    assert reader.post(shown + "remove/").status_code == 403
    assert writer.post(path + "files/", {"files": sent}).status_code == 409
    assert writer.post(shown + "remove/").status_code == 302 and reader.get(shown).status_code == 404


def test_names_in_a_document_are_refused(acting):
    with acting(WRITER):
        made = drafted().record_id
        with pytest.raises(Invalid):
            files.add_files(made, [Upload("list.txt", b"Call the driver at +32 478 12 34 56 tonight.")], at=now())
        assert queries.files(made) == []


def test_the_api_does_what_the_pages_do(acting, bearer_for):
    writer, reviewer = Client(headers=bearer_for(WRITER)), Client(headers=bearer_for(REVIEWER))
    reader = Client(headers=bearer_for(READER))

    def call(client: Client, verb: str, path: str, body: Any = None, **headers: str) -> Any:
        data = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return getattr(client, verb)(f"/api/v1/{path}", **data, headers=headers)

    text = {name: value for name, value in TEXT.items() if name != "audience"}
    made = call(writer, "post", "practices", text | {"modi": ["UA01"]})
    assert made.status_code == 201, made.content
    one = made.json()
    path = f"practices/{one['id']}"
    assert one["state"] == "draft" and call(reader, "get", path).status_code == 404
    assert call(writer, "put", path, text).status_code == 428
    changed = call(writer, "put", path, text | {"done": "A card with six questions."}, **{"If-Match": '"1"'})
    assert changed.status_code == 200 and changed.json()["number"] == 2
    assert call(writer, "put", path, text, **{"If-Match": '"1"'}).status_code == 412
    assert call(writer, "post", f"{path}/state", {"turn": "ask"}).status_code == 200
    assert call(writer, "post", f"{path}/state", {"turn": "publish", "review_on": str(later())}).status_code == 403
    assert call(reviewer, "post", f"{path}/state", {"turn": "publish"}).status_code == 422
    done = call(reviewer, "post", f"{path}/state", {"turn": "publish", "review_on": str(later())})
    assert done.status_code == 200 and done.json()["published_number"] == 2
    seen = call(reader, "get", path)
    assert seen.json()["title"] == text["title"] and seen["ETag"]
    assert call(reader, "get", path, **{"If-None-Match": seen["ETag"]}).status_code == 304
    used = call(reader, "put", f"{path}/use", {"experience": "It works at our gate."})
    assert used.json()["organisations_using"] == 1
    assert call(reader, "delete", f"{path}/use").json()["uses"] == []
    assert [v["number"] for v in call(reader, "get", f"{path}/versions").json()] == [1, 2]
    assert call(reader, "get", "practices?topic=drones").json()["count"] == 1
    assert call(reader, "get", "practices?topic=cats").status_code == 422
    assert call(reviewer, "post", f"{path}/review", {"review_on": str(later(300))}).status_code == 200
    assert call(reader, "post", f"{path}/review", {"review_on": str(later(300))}).status_code == 403
    with acting(READER):
        joint, report = measure("all-members").record_id, closed()
    linked = call(reader, "post", f"{path}/links", {"target": str(joint)})
    tie = linked.json()["links"][0]["id"]
    assert call(reader, "delete", f"{path}/links/{tie}").json()["links"] == []
    begin = call(reader, "get", f"practices/prepared?kind=report&id={report}").json()
    assert {"kind": "identifier", "written": "CSQU3054383"} in begin["taken_out"]
    source = {"kind": "report", "id": str(report)}
    turned = call(reader, "post", "practices", text | {"context": begin["context"], "source": source})
    assert turned.status_code == 201 and turned.json()["links"][0]["target"] == str(report)
    assert call(writer, "post", f"{path}/withdrawal", {"reason": "mistake"}).status_code == 200
    assert call(reader, "get", path).status_code == 410
