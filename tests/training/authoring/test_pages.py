"""The pages of a course of one's own, walked as who trains does: from a blank one to a version that is taken."""

import re

import msgspec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from port2port.training.authoring import queries
from tests.training.authoring.writing import TEXT, photo, question, written
from tests.training.courses.taking import COURSE, GUARD, OTHER, TRAINER

BASE = "/training/courses/own/"
HEAD = {
    "languages": ["en", "nl"], "names_en": "Gate (invented)", "names_nl": "Poort (verzonnen)", "topics": ["O01"],
    "minutes": "15", "draw": "5", "pass_percent": "80", "valid_months": "12", "grace_days": "14",
}  # fmt: skip
SEEN = re.compile(r'name="seen" value="(\w+)"')


def seen(page):
    """Return what a form remembers."""
    return SEEN.search(page.content.decode())[1]


def keep(client, path, fields):
    """Send a form as it stands on its page."""
    return client.post(path, {"seen": seen(client.get(path))} | fields)


def begun(client):
    """Begin a course by its form. Returns its address."""
    answer = client.post(f"{BASE}new/", HEAD)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def test_a_course_is_written_from_a_blank_one(client_for):
    client = client_for(TRAINER)
    here = begun(client)
    page = client.get(here).content.decode()
    assert "A course has 2 to 8 modules." in page and "summary, English" in page
    module = {"names_en": "Arrive", "texts_en": TEXT["en"], "names_nl": "", "texts_nl": ""}
    assert keep(client, f"{here}modules/new/", module).status_code == 302
    page = client.get(here).content.decode()
    assert "Module “Arrive”, text, Nederlands" in page
    question = {
        "module": "arrive", "text_en": "What first?", "right": "b", "options_a_text_en": "Run",
        "options_a_why_en": "No.", "options_b_text_en": "Stop", "options_b_why_en": "Yes.", "options_c_text_en": "Hide",
    }  # fmt: skip
    for kind, fields in (
        ("single", question),
        ("multiple", question | {"right": ["b", "c"]}),
        ("order", {"module": "arrive", "text_en": "In which order?", "why_en": "So.", "options_a_text_en": "One",
                   "options_b_text_en": "Two"}),
    ):  # fmt: skip
        assert keep(client, f"{here}questions/new-{kind}/", fields).status_code == 302, kind
    page = client.get(f"{here}preview/?in=en").content.decode()
    assert "What first?" in page and "In which order?" in page
    assert client.post(f"{here}publish/", {"seen": "4"}).status_code == 422


def test_lines_of_an_order_are_numbered_anew(client_for, acting):
    with acting(TRAINER):
        own = written()
        found = queries.own_course(own).course
        (asked,) = [one for one in found.questions if one.kind == "order"]
    client, path = client_for(TRAINER), f"{BASE}{own}/questions/{asked.code}/"
    typed = {"module": asked.module, "text_en": "Which order?", "why_en": "So."}
    typed |= {f"options_{code}_text_en": f"Line {code}" for code in "abc"}
    for places, order in (("311", "bca"), ("331", "abc"), ("123", "abc"), ("999", "")):
        now_in = [one.code for one in question_of(acting, own, asked.code).options]
        sent = typed | {f"options_{code}_place": place for code, place in zip(now_in, places, strict=True)}
        answer = client.post(path, sent | {"seen": seen(client.get(path))})
        assert answer.status_code == (302 if order else 422)
        if order:
            assert "".join(one.code for one in question_of(acting, own, asked.code).options) == order


def question_of(acting, own, code):
    """Return a question as it is kept."""
    with acting(TRAINER):
        return queries.own_course(own).course.question(code)


def test_who_comes_second_keeps_what_was_typed(client_for, acting):
    with acting(TRAINER):
        own = written()
    client, path = client_for(TRAINER), f"{BASE}{own}/modules/arrive/"
    old = seen(client.get(path))
    assert client.post(path, {"seen": old, "names_en": "First", "texts_en": TEXT["en"]}).status_code == 302
    answer = client.post(path, {"seen": old, "names_en": "Second", "texts_en": "Mine. " + TEXT["en"]})
    page = answer.content.decode()
    assert answer.status_code == 409 and 'value="Second"' in page and "Mine." in page and "<del>" in page
    assert client.post(path, {"seen": seen(answer), "names_en": "Second", "texts_en": TEXT["en"]}).status_code == 302
    with acting(TRAINER):
        assert queries.own_course(own).course.module("arrive").names == {"en": "Second"}


def test_pictures_are_added_shown_and_taken_off(client_for, acting):
    client = client_for(TRAINER)
    here = begun(client)
    sent = photo(name="The gate.jpg")
    answer = client.post(f"{here}pictures/", {"files": SimpleUploadedFile(sent.name, sent.content)})
    assert answer.status_code == 302, answer.content.decode()
    picture = client.get(f"{here}media/the-gate.jpg")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/jpeg")
    look = client.post(f"{here}look/", {"text": "![A gate](the-gate.jpg) ![Else](https://example.org/a.png)"})
    assert f'src="{here}media/the-gate.jpg"' in look.content.decode() and 'example.org/a.png"' not in (
        look.content.decode()
    )
    for email in (GUARD, OTHER):
        assert client_for(email).get(f"{here}media/the-gate.jpg").status_code in (403, 404)
    assert client.post(f"{here}do/", {"act": "remove_picture", "part": "the-gate.jpg"}).status_code == 302
    assert client.get(f"{here}media/the-gate.jpg").status_code == 404
    text = SimpleUploadedFile("a.txt", b"Only words.")
    assert client.post(f"{here}pictures/", {"files": text}).status_code == 422


def test_a_published_course_is_taken_enrolled_and_judged(client_for, acting):
    with acting(TRAINER):
        own = written()
        row = queries.own_course(own).row
    client, slug = client_for(TRAINER), row.slug
    assert client.post(f"{BASE}{own}/publish/", {"seen": str(row.sequence)}).status_code == 302
    reader = client_for(GUARD)
    assert "Of your organisation" in reader.get("/training/courses/").content.decode()
    module = reader.get(f"/training/courses/{slug}/modules/leave/").content.decode()
    assert f'src="/training/courses/{slug}/media/gate.jpg"' in module
    assert reader.get(f"/training/courses/{slug}/media/gate.jpg").status_code == 200
    assert client_for(OTHER).get(f"/training/courses/{slug}/media/gate.jpg").status_code == 404
    begun = reader.post(f"/training/courses/{slug}/quiz/")
    assert begun.status_code == 302
    for number in range(1, 6):
        assert reader.get(f"{begun['Location']}{number}/").status_code == 200
    for path in (
        "/training/courses/team/", "/training/courses/sessions/new/", f"/training/courses/{slug}/questions/",
        f"/training/courses/{slug}/",
    ):  # fmt: skip
        said = client.get(path).content.decode()
        assert "The gate of quay 1742 (invented)" in said or slug in said, path
    for path in ("/training/culture/", "/training/year/"):
        assert client.get(path).status_code == 200, path
    for act in ("retire", "offer"):
        assert client.post(f"{BASE}{own}/do/", {"act": act}).status_code == 302
        assert (slug in reader.get("/training/courses/").content.decode()) == (act == "offer")
    assert client.get(f"{BASE}{own}/publish/").status_code == 200


def test_parts_are_moved_and_taken_out_and_a_draft_is_deleted(client_for):
    client = client_for(TRAINER)
    answer = client.post(f"{BASE}copy/", {"course": COURSE})
    here = answer["Location"]
    page = client.get(here)
    assert page.status_code == 200 and "Nothing is missing" in page.content.decode()
    for path in ("head/", "modules/marks/", "modules/new/", "questions/new-hotspot/", "preview/?in=fr", "publish/"):
        assert client.get(here + path).status_code == 200, path
    own = page.context["own"]
    for one in own.course.questions[:3]:
        assert client.get(f"{here}questions/{one.code}/").status_code == 200
    assert client.post(f"{here}do/", {"act": "down", "part": "marks"}).status_code == 302
    first = own.course.questions[0].code
    assert client.post(f"{here}do/", {"act": "remove_question", "part": first}).status_code == 302
    assert client.get(f"{here}questions/{first}/").status_code == 404
    assert client.post(f"{here}do/", {"act": "remove_module", "part": "marks"}).status_code == 409
    assert client.post(f"{here}do/", {"act": "delete"}).status_code == 302
    assert client.get(here).status_code == 404


def test_the_api_writes_what_the_pages_write(bearer_for):
    machine, other = Client(headers=bearer_for(TRAINER)), Client(headers=bearer_for(OTHER))
    root = "/api/v1/courses/own"
    head = {
        "names": {"en": "Gate (invented)"}, "summary": {"en": "What to do (invented)."}, "topics": ["O01"],
        "minutes": 15, "draw": 5, "pass_percent": 80, "valid_months": 12, "grace_days": 0,
        "modules": [], "questions": [],
    }  # fmt: skip
    made = machine.post(root, head, content_type="application/json")
    assert made.status_code == 201, made.content
    found = made.json()
    path = f"{root}/{found['id']}"
    assert (found["state"], found["missing"], found["languages"]) == ("draft", 2, ["en"])
    sent = photo()
    added = machine.post(f"{path}/media", {"files": SimpleUploadedFile(sent.name, sent.content)})
    assert added.json()["media"] == ["gate.jpg"]
    modules = [{"code": code, "names": {"en": code}, "texts": TEXT} for code in ("arrive", "leave")]
    asked = [
        msgspec.to_builtins(question(("arrive", "leave")[n % 2], kind))
        for n, kind in enumerate(["single", "multiple", "order", "hotspot", *["single"] * 5])
    ]
    whole = head | {"modules": modules, "questions": asked, "sequence": found["sequence"]}
    kept = machine.put(path, whole, content_type="application/json")
    assert (kept.status_code, kept.json().get("faults")) == (200, []), kept.content
    assert machine.put(path, whole, content_type="application/json").status_code == 409
    bad = whole | {"sequence": 1, "topics": ["Z99"]}
    assert machine.put(path, bad, content_type="application/json").status_code == 422
    seen = {"sequence": kept.json()["sequence"]}
    published = machine.post(f"{path}/publication", seen, content_type="application/json")
    assert (published.json()["state"], published.json()["version"]) == ("published", 1)
    assert machine.get(f"/api/v1/courses/{found['slug']}").json()["own"] is True
    assert found["slug"] not in other.get("/api/v1/courses").content.decode() and other.get(path).status_code == 404
    retired = machine.post(f"{path}/retirement", {"retired": True}, content_type="application/json")
    assert retired.json()["state"] == "retired" and machine.delete(path).status_code == 409
    assert machine.delete(f"{path}/media/gate.jpg").status_code == 409


def test_a_course_travels_as_a_file_to_another_port(client_for, acting):
    with acting(TRAINER):
        own = written()
    file = client_for(TRAINER).get(f"{BASE}{own}/file/")
    assert (file["Content-Type"], file["Content-Disposition"].startswith("attachment")) == ("application/zip", True)
    other = client_for(OTHER)
    sent = SimpleUploadedFile("course.zip", file.content)
    answer = other.post(f"{BASE}import/", {"file": sent})
    assert answer.status_code == 302, answer.content.decode()
    page = other.get(answer["Location"]).content.decode()
    assert "Nothing is missing" in page and "Being written" in page
    assert other.get(f"{answer['Location']}media/gate.jpg").status_code == 200
    refused = other.post(f"{BASE}import/", {"file": SimpleUploadedFile("course.zip", b"PK no zip")})
    assert refused.status_code == 422 and "This is not a course as a zip" in refused.content.decode()
    assert client_for(GUARD).get(f"{BASE}import/").status_code == 403
