"""A course as a zip in the form of the library (`courses/data/README.md`): so it is carried from one port to another.

What comes in is somebody else's: each name is one of a closed list, each size is bounded while it is unpacked, pictures
go through the guard rails, and nothing is written to a folder.
"""

import io
import json
import re
import tomllib
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Invalid, Problem, Text
from port2port.members.data_files import LANGUAGES
from port2port.reports.attachments.checking import Upload, checked
from port2port.reports.attachments.shown import SHOWN
from port2port.training.authoring.pictures import filmed
from port2port.training.authoring.rules import LARGEST_PICTURE, MOST_PICTURES, in_languages, languages_of
from port2port.training.authoring.videos import LARGEST_VIDEO, Unfit, is_video
from port2port.training.courses.contents import Course, CourseHead, Module, Question, Source
from port2port.training.courses.library import ACTIVE, LARGEST, MODULE_FILE
from port2port.training.courses.loading import content_of

LARGEST_ZIP, MOST_FILES, LARGEST_TEXT = 10_000_000, 200, 200_000  # bytes, files, bytes
LARGEST_UNPACKED = 40_000_000
VIDEO = re.compile(r"^videos/(?P<name>[a-z0-9][a-z0-9.-]{0,70}\.(webm|mp4|vtt))$")
PICTURE = re.compile(r"^pictures/(?P<name>[a-z0-9][a-z0-9.-]{0,70}\.(svg|png|webp|jpg))$")
ENCRYPTED = 0x1  # general purpose bit 0 (APPNOTE.TXT 4.4.4)
HEAD, QUIZ = "course.toml", "quiz.toml"
T = TypeVar("T")


def packed(course: Course) -> bytes:
    """Return a course as a zip."""
    body, content = io.BytesIO(), content_of(course)
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as file:
        sources = [("sources", one) for one in content["sources"]]
        file.writestr(HEAD, _toml([("course", content["head"])], sources))
        questions = []
        for one in content["questions"]:
            questions.append(("questions", {name: value for name, value in one.items() if name != "options"}))
            questions += [("questions.options", option) for option in one["options"]]
        file.writestr(QUIZ, _toml([], questions))
        for number, module in enumerate(course.modules, start=1):
            for code in languages_of(course.head):
                text = f"# {module.names.get(code, '')}\n\n{module.texts.get(code, '')}\n"
                file.writestr(f"{number:02d}-{module.code}.{code}.md", text)
        for name, medium in course.media.items():
            folder = "videos" if is_video(name) else "pictures"
            file.writestr(f"{folder}/{name}", medium.read_bytes())
    return body.getvalue()


def _toml(tables: list[tuple[str, Any]], lists: list[tuple[str, Any]]) -> str:
    """Return tables and lists of tables as TOML 1.0; what is None is left out."""
    parts = [(f"[{name}]", fields) for name, fields in tables] + [(f"[[{name}]]", fields) for name, fields in lists]
    return "\n".join("\n".join((title, *_lines(fields), "")) for title, fields in parts)


def _lines(fields: Mapping[str, Any]) -> Iterator[str]:
    return (f"{name} = {_value(value)}" for name, value in fields.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(_lines(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)  # a string, number or truth of JSON is one of TOML


@dataclass(frozen=True)
class Unpacked:
    """A course that came in, and its pictures and videos as they may be kept."""

    course: Course
    media: dict[str, bytes]


def unpacked(content: bytes) -> Unpacked:
    """Return the course in a zip. Raises Invalid naming what is wrong, ScannerUnavailable."""
    files = _files(content)
    head, quiz = _document(files, HEAD), _document(files, QUIZ)
    found = Course(
        _converted(head.get("course"), CourseHead, HEAD),
        tuple(_modules(files)),
        _converted(quiz.get("questions", []), tuple[Question, ...], QUIZ),
        _converted(head.get("sources", []), tuple[Source, ...], HEAD),
        own=True,
    )
    known = msgspec.structs.replace(
        found.head, names={code: text for code, text in found.head.names.items() if code in LANGUAGES and text.strip()}
    )
    if not known.names:
        raise _refused(HEAD, _("It has a title in none of our languages."))
    return Unpacked(in_languages(replace(found, head=known), languages_of(known)), _pictures(files) | _videos(files))


def _refused(name: str, says: Text) -> Invalid:
    return Invalid([Problem("file", format_lazy("{}: {}", name, says))])


def _files(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip by name, each read no further than it may be long."""
    if len(content) > LARGEST_ZIP:
        raise Invalid([Problem("file", _("At most 10 MB."))])
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            entries = [one for one in file.infolist() if not one.is_dir()]
            if len(entries) > MOST_FILES or sum(one.file_size for one in entries) > LARGEST_UNPACKED:
                raise Invalid([Problem("file", _("It holds too much."))])
            for one in entries:
                most = _most(one.filename)
                if one.filename in found or one.flag_bits & ENCRYPTED:
                    raise _refused(one.filename, _("It stands there twice, or is locked."))
                with file.open(one) as opened:
                    body = opened.read(most + 1)
                if len(body) > most:
                    raise _refused(one.filename, _("It is too large."))
                found[one.filename] = body
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError) as error:
        raise Invalid([Problem("file", _("This is not a course as a zip, or it is damaged."))]) from error
    return found


def _most(name: str) -> int:
    """Return how long a file of this name may be. Raises Invalid for a name that no course has."""
    if name in (HEAD, QUIZ) or MODULE_FILE.match(name):
        return LARGEST_TEXT
    if PICTURE.match(name):
        return LARGEST["pictures"] if name.endswith(".svg") else LARGEST_ZIP
    if VIDEO.match(name):
        return LARGEST_VIDEO
    raise _refused(name, _("No file of a course is called so."))


def _document(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    if name not in files:
        raise _refused(name, _("It is missing."))
    try:
        return tomllib.loads(_text(files, name))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _refused(name, _("It cannot be read.")) from error


def _text(files: Mapping[str, bytes], name: str) -> str:
    try:
        return files[name].decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(name, _("It cannot be read.")) from error


def _converted(value: Any, kind: type[T], name: str) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise _refused(name, str(error)) from error


def _modules(files: Mapping[str, bytes]) -> Iterator[Module]:
    texts: dict[tuple[str, str], dict[str, str]] = {}
    for name in sorted(files):
        match = MODULE_FILE.match(name)
        if match is not None and match["language"] in LANGUAGES:
            texts.setdefault((match["number"], match["code"]), {})[match["language"]] = _text(files, name)
    for (_number, code), written in texts.items():
        parts = {language: text.replace("\r\n", "\n").partition("\n") for language, text in written.items()}
        names = {language: first.removeprefix("# ").strip() for language, (first, _end, _rest) in parts.items()}
        rest = {language: text.strip() for language, (_first, _end, text) in parts.items()}
        yield Module(
            code=code, names={one: text for one, text in names.items() if text},
            texts={one: text for one, text in rest.items() if text},
        )  # fmt: skip


def _videos(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return videos and subtitles, without what describes them."""
    kept = {}
    for path in files:
        if match := VIDEO.match(path):
            try:
                kept[match["name"]] = filmed(Upload(match["name"], files[path])).content
            except Unfit as unfit:
                raise _refused(path, unfit.reason) from unfit
    return kept


def _pictures(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the pictures, drawn anew; a drawing (SVG) as it is, when nothing in it acts or asks elsewhere."""
    names = {match["name"]: name for name in files if (match := PICTURE.match(name))}
    if len(names) > MOST_PICTURES:
        raise Invalid([Problem("file", _("A course holds at most %(n)d pictures.") % {"n": MOST_PICTURES})])
    kept = {}
    for name, path in names.items():
        if name.endswith(".svg"):
            if "\x00" in _text(files, path) or ACTIVE.search(files[path]):
                raise _refused(path, _("A drawing holds no script, link, style sheet or address of elsewhere."))
            kept[name] = files[path]
            continue
        (one,) = checked([Upload(name, files[path])], field="file")
        if not one.copy.media_type.startswith(SHOWN) or one.identifies or len(one.copy.cleaned) > LARGEST_PICTURE:
            raise _refused(path, _("It is no picture that can be taken in: at most 1 MB, showing nobody."))
        kept[name] = one.copy.cleaned
    return kept
