"""The library of courses: a folder each, in four languages, checked when read (`data/README.md`)."""

import re
from functools import cache
from itertools import zip_longest
from pathlib import Path

from django.utils.translation import override

from port2port.members.data_files import LANGUAGES, Reader, raise_problems
from port2port.site.markdown import blocks, pictures_in
from port2port.training.courses.checks import Fault, course_faults
from port2port.training.courses.contents import (
    DATA,
    SUBTITLES,
    VIDEOS,
    Course,
    CourseHead,
    Module,
    Question,
    Source,
)
from port2port.training.courses.rules import OWN

COURSES = DATA / "courses"
MODULE_FILE = re.compile(r"^(?P<number>\d\d)-(?P<code>[a-z0-9]+(-[a-z0-9]+)*)\.(?P<language>[a-z]{2})\.md$")
LINK = re.compile(r"\]\((https://[^)\s]+)\)")
PICTURES = (".svg", ".png", ".webp", ".jpg")
LARGEST = {"pictures": 200_000, "videos": 20_000_000}  # bytes
ACTIVE = re.compile(
    rb"<script|<foreignObject|\son\w+\s*=|href\s*=\s*[\"'](?!#)|<!ENTITY|@import|url\s*\(", re.IGNORECASE
)
# addresses of `urls.py`, and of own courses and packages
RESERVED = frozenset({"team", "enrolments", "completions", "sessions", "attempts", "own", "packages"})
NEEDED_KINDS = ("single", "multiple", "order")


@cache
def library() -> dict[str, Course]:
    """Return every course that ships with the program, by slug, in the order of the names of the folders."""
    return read_library(COURSES)


def read_library(folder: Path) -> dict[str, Course]:
    """Return the courses of a folder by slug. Raises ValueError with the problems of all of them."""
    found, problems = {}, []
    for path in sorted(one for one in folder.iterdir() if one.is_dir()):
        try:
            found[path.name] = read_course(path)
        except ValueError as error:
            problems.append(str(error))
    raise_problems(problems)
    return found


def read_course(folder: Path) -> Course:
    """Return the course of a folder. Raises ValueError with a line per problem: file, entry, field, what."""
    reader, quiz = Reader(folder / "course.toml"), Reader(folder / "quiz.toml")
    reader.file, quiz.file = f"{folder.name}/course.toml", f"{folder.name}/quiz.toml"
    head = reader.single("course", CourseHead)
    sources = reader.entries("sources", Source, "url")
    reader.check_sections(("course", "sources"))
    questions = quiz.entries("questions", Question, "code")
    quiz.check_sections(("questions",))
    raise_problems([*reader.problems, *quiz.problems])
    media = _media(reader, folder)
    modules = _modules(reader, folder)
    course = Course(head, modules, questions, sources, media)
    _check_head(reader, folder, course)
    with override("en"):
        for fault in course_faults(course, LANGUAGES):
            _note(reader, quiz, fault)
    _check_kinds(quiz, course)
    _check_used(reader, course)
    raise_problems([*reader.problems, *quiz.problems])
    return course


def _note(reader: Reader, quiz: Reader, fault: Fault) -> None:
    """Note a fault with the file in which it is."""
    match fault.part:
        case "head":
            entry = "course"
        case "module":
            entry = f"module {fault.code!r}"
        case "question":
            entry = f"questions {fault.code!r}" + (f" option {fault.option!r}" if fault.option else "")
        case _:
            entry = "file"
    (quiz if fault.part == "question" or fault.field == "questions" else reader).problem(
        entry, fault.field, str(fault.says)
    )


def _check_head(reader: Reader, folder: Path, course: Course) -> None:
    head = course.head
    if head.slug != folder.name:
        reader.problem("course", "slug", f"must be the name of the folder, {folder.name!r}")
    if head.slug in RESERVED:
        reader.problem("course", "slug", "is an address of something else")
    if head.slug.startswith(OWN):
        reader.problem("course", "slug", f"{OWN!r} begins the slug of an organisation's own course")
    if not course.sources:
        reader.problem("file", "sources", "name at least one public source")


def _media(reader: Reader, folder: Path) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for kind, suffixes in (("pictures", PICTURES), ("videos", (*VIDEOS, SUBTITLES))):
        for path in sorted((folder / kind).glob("*")):
            where = f"{kind}/{path.name}"
            if path.suffix not in suffixes:
                reader.problem(where, "name", f"ends with one of {', '.join(suffixes)}")
            elif path.stat().st_size > LARGEST[kind]:
                reader.problem(where, "size", f"at most {LARGEST[kind] // 1000} kB")
            elif path.suffix == ".svg" and ACTIVE.search(path.read_bytes()):
                reader.problem(where, "content", "no script, link, style sheet or address of elsewhere")
            found[path.name] = path
    return found


def _modules(reader: Reader, folder: Path) -> tuple[Module, ...]:
    """Return the modules of a folder in their order, having noted what is wrong with them."""
    files: dict[tuple[str, str], dict[str, Path]] = {}
    for path in sorted(folder.glob("*.md")):
        match = MODULE_FILE.match(path.name)
        if match is None or match["language"] not in LANGUAGES:
            reader.problem(path.name, "name", "must be <nn>-<code>.<language>.md")
            continue
        files.setdefault((match["number"], match["code"]), {})[match["language"]] = path
    if [number for number, _code in files] != [f"{n:02d}" for n in range(1, len(files) + 1)]:
        reader.problem("modules", "number", "must count from 01 without a gap or a double")
    if len({code for _number, code in files}) != len(files):
        reader.problem("modules", "code", "stands here twice")
    found = (_module(reader, f"{number}-{code}", code, paths) for (number, code), paths in files.items())
    return tuple(one for one in found if one is not None)


def _module(reader: Reader, where: str, code: str, paths: dict[str, Path]) -> Module | None:
    names, texts = {}, {}
    for language in LANGUAGES:
        if language not in paths:
            reader.problem(where, language, "the file in this language is missing")
            continue
        first, _, rest = paths[language].read_text(encoding="utf-8").partition("\n")
        if not first.startswith("# "):
            reader.problem(where, language, "the first line must be `# Title`")
        names[language], texts[language] = first.removeprefix("# ").strip(), rest.strip()
    if len(texts) != len(LANGUAGES):
        return None
    english = _structure(texts["en"])
    for language in LANGUAGES:
        for what, there in english.items():
            here = _structure(texts[language])[what]
            if here != there:
                reader.problem(where, language, f"has other {what} than en: {_difference(here, there)}")
    return Module(code=code, names=names, texts=texts)


def spoken(video: str) -> str:
    """Return the language that a video is in by its name (`form.nl.webm`), or "" when it is the same in all."""
    suffix = Path(Path(video).stem).suffix.removeprefix(".")
    return suffix if suffix in LANGUAGES else ""


def _structure(text: str) -> dict[str, list[str]]:
    """Return what must be the same in each language: the kinds of blocks, the pictures and the links."""
    pictures = [one.name.replace(f".{spoken(one.name)}.", ".") for one in pictures_in(text)]
    return {"blocks": [one["kind"] for one in blocks(text)], "pictures": pictures, "links": LINK.findall(text)}


def _difference(here: list[str], there: list[str]) -> str:
    for number, (one, other) in enumerate(zip_longest(here, there, fillvalue="missing"), start=1):
        if one != other:
            return f"number {number} is {one}, not {other}"
    return ""


def _check_kinds(quiz: Reader, course: Course) -> None:
    for kind in NEEDED_KINDS:
        if kind not in {one.kind for one in course.questions}:
            quiz.problem("file", "questions", f"none of the kind {kind!r}")


def _check_used(reader: Reader, course: Course) -> None:
    """Note files that no text and no question shows."""
    used = {one.picture for one in course.questions}
    used |= {one.name for module in course.modules for text in module.texts.values() for one in pictures_in(text)}
    for name in course.media:
        if name not in used and not name.endswith(SUBTITLES):
            reader.problem(name, "use", "nothing shows it")
