"""A course as a zip: what goes out comes in again the same, and what is hostile does not."""

import io
import zipfile
from dataclasses import replace

import pytest

from port2port.base.errors import Invalid
from port2port.training.authoring.carrying import packed, unpacked
from port2port.training.authoring.seeding import demo_course, gate_drawing
from port2port.training.courses.checks import course_faults
from port2port.training.courses.library import library
from tests.training.authoring.writing import photo


class Held:
    """A file as it is."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def read_bytes(self) -> bytes:
        """Return it."""
        return self.body


def changed(change) -> bytes:
    """Return the demo's course as a zip whose files (by name) `change` was given."""
    course = replace(demo_course(), media={"gate.png": Held(gate_drawing())})
    with zipfile.ZipFile(io.BytesIO(packed(course))) as file:
        files = {one.filename: file.read(one) for one in file.infolist()}
    change(files)
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return body.getvalue()


def test_a_course_goes_out_and_comes_in_the_same():
    course = replace(demo_course(), media={"gate.png": Held(gate_drawing())})
    found = unpacked(packed(course))
    assert found.course.head == course.head and found.course.questions == course.questions
    assert [(one.code, one.names) for one in found.course.modules] == [(one.code, one.names) for one in course.modules]
    assert [one.texts for one in found.course.modules] == [
        {code: text.strip() for code, text in one.texts.items()} for one in course.modules
    ]
    assert found.media["gate.png"].startswith(b"\x89PNG")
    assert course_faults(replace(found.course, media={"gate.png": Held(b"")}), ("nl", "en")) == []


def test_a_course_that_ships_comes_in_the_same():
    course = library()["tlp-and-handling"]
    found = unpacked(packed(course))
    assert (found.course.head, found.course.questions, found.course.sources, found.course.modules) == (
        course.head, course.questions, course.sources, course.modules,
    )  # fmt: skip
    assert set(found.media) == set(course.media)


@pytest.mark.parametrize(
    "change",
    [
        lambda files: files.update({"../evil.toml": b""}),
        lambda files: files.update({"pictures/../../evil.png": b"x"}),
        lambda files: files.update({"/etc/passwd": b"x"}),
        lambda files: files.update({"setup.exe": b"MZ"}),
        lambda files: files.update({"videos/a.webm": b"\x1aE\xdf\xa3"}),
        lambda files: files.update({"pictures/a.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"}),
        lambda files: files.update({"pictures/a.svg": "<svg><script/></svg>".encode("utf-16")}),
        lambda files: files.update({"pictures/a.png": b"no picture"}),
        lambda files: files.update({"quiz.toml": b"x = " + b"[" * 50_000}),
        lambda files: files.update({"quiz.toml": b"a = 1\n" * 100_000}),
        lambda files: files.update({"01-arrive.nl.md": b"\xff\xfe"}),
        lambda files: files.update({"pictures/bomb.png": b"\x00" * 30_000_000}),
        lambda files: files.update({f"pictures/{n}.svg": b"<svg/>" for n in range(60)}),
        lambda files: files.update({"course.toml": files["course.toml"].replace(b"minutes = 10", b"minutes = 900")}),
        lambda files: files.pop("course.toml"),
    ],
)
def test_what_is_no_course_or_would_do_harm_is_refused(change):
    with pytest.raises(Invalid) as caught:
        unpacked(changed(change))
    assert [one.field for one in caught.value.problems] == ["file"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"x" * 10_000_001])
def test_what_is_no_zip_is_refused(content):
    with pytest.raises(Invalid):
        unpacked(content)


def test_a_zip_that_names_a_file_twice_is_refused():
    body = io.BytesIO(changed(lambda files: None))
    with pytest.warns(UserWarning), zipfile.ZipFile(body, "a") as file:
        file.writestr("course.toml", "[course]")
    with pytest.raises(Invalid):
        unpacked(body.getvalue())


def test_a_picture_that_came_in_has_no_place_in_it():
    sent = photo()
    found = unpacked(changed(lambda files: files.update({"pictures/gate.jpg": sent.content})))
    assert b"Exif" in sent.content and b"Exif" not in found.media["gate.jpg"]
