"""The library of courses: a folder each, in four languages, checked when read (`data/README.md`)."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import zip_longest
from pathlib import Path

from port2port.members.data_files import LANGUAGES, Names, Reader, raise_problems
from port2port.site.markdown import blocks, pictures_in
from port2port.training.courses.contents import (
    DATA,
    Area,
    Course,
    CourseHead,
    Module,
    Question,
    Source,
    topics,
)
from port2port.training.courses.rules import OWN

COURSES = DATA / "courses"
MODULE_FILE = re.compile(r"^(?P<number>\d\d)-(?P<code>[a-z0-9]+(-[a-z0-9]+)*)\.(?P<language>[a-z]{2})\.md$")
LINK = re.compile(r"\]\((https://[^)\s]+)\)")
PICTURES, VIDEOS, SUBTITLES = (".svg", ".png", ".webp"), (".webm", ".mp4"), ".vtt"
LARGEST = {"pictures": 200_000, "videos": 20_000_000}  # bytes
ACTIVE = re.compile(
    rb"<script|<foreignObject|\son\w+\s*=|href\s*=\s*[\"'](?!#)|<!ENTITY|@import|url\s*\(", re.IGNORECASE
)
LONGEST = {"title": 60, "summary": 400, "module": 80, "question": 250, "answer": 120, "feedback": 250, "why": 300}
MODULES, TEXT = (2, 8), (300, 5000)
OPTIONS = {"single": (3, 5), "multiple": (3, 6), "order": (3, 6), "hotspot": (3, 8)}
POOL, OF_MODULE = 1.5, 2  # times `draw`; questions of each module
SMALLEST_AREA, WHOLE = 8, 100  # percent
# addresses of `urls.py`, and of packages
RESERVED = frozenset({"team", "enrolments", "completions", "sessions", "attempts", "packages"})
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
    modules = _modules(reader, folder, media)
    course = Course(head, modules, questions, sources, media)
    _check_head(reader, folder, course)
    for question in questions:
        _check_question(quiz, question, course)
    _check_pool(quiz, course)
    _check_used(reader, course)
    raise_problems([*reader.problems, *quiz.problems])
    return course


def check_length(reader: Reader, entry: str, field: str, texts: Names | None, most: int) -> None:
    """Note texts that are too long for a phone."""
    for language, text in (texts or {}).items():
        if len(text) > most:
            reader.problem(entry, f"{field}.{language}", f"at most {most} characters")


def _check_head(reader: Reader, folder: Path, course: Course) -> None:
    head, known = course.head, topics()
    if head.slug != folder.name:
        reader.problem("course", "slug", f"must be the name of the folder, {folder.name!r}")
    if head.slug in RESERVED:
        reader.problem("course", "slug", "is an address of something else")
    if head.slug.startswith(OWN):
        reader.problem("course", "slug", f"{OWN!r} begins the slug of an organisation's own course")
    audiences = {one.code for one in known.audiences}
    for code in head.audiences:
        reader.check_reference("course", "audiences", code, audiences, "audience")
    of_topic = {one.code: one.audience for one in known.list}
    for code in head.topics:
        reader.check_reference("course", "topics", code, of_topic, "topic")
    named = {of_topic[code] for code in head.topics if code in of_topic}
    for code in sorted(named ^ set(head.audiences)):
        reader.problem("course", "topics", f"audience {code!r} and its topics must be named together")
    check_length(reader, "course", "names", head.names, LONGEST["title"])
    check_length(reader, "course", "summary", head.summary, LONGEST["summary"])
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
    for name in [one for one in found if one.endswith(VIDEOS)]:
        for language in LANGUAGES:
            if spoken(name) in ("", language):
                reader.check_reference(f"videos/{name}", "subtitles", subtitles_of(name, language), found, "file")
    return found


def spoken(video: str) -> str:
    """Return the language that a video is in by its name (`form.nl.webm`), or "" when it is the same in all."""
    suffix = Path(Path(video).stem).suffix.removeprefix(".")
    return suffix if suffix in LANGUAGES else ""


def subtitles_of(video: str, language: str) -> str:
    """Return the name of the subtitles of a video in a language."""
    return f"{Path(video).stem.removesuffix(f'.{language}')}.{language}{SUBTITLES}"


def _modules(reader: Reader, folder: Path, media: dict[str, Path]) -> tuple[Module, ...]:
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
    if not MODULES[0] <= len(files) <= MODULES[1]:
        reader.problem("modules", "number", f"a course has {MODULES[0]} to {MODULES[1]} modules")
    found = (_module(reader, f"{number}-{code}", code, paths, media) for (number, code), paths in files.items())
    return tuple(one for one in found if one is not None)


def _module(reader: Reader, where: str, code: str, paths: dict[str, Path], media: dict[str, Path]) -> Module | None:
    names, texts = {}, {}
    for language in LANGUAGES:
        if language not in paths:
            reader.problem(where, language, "the file in this language is missing")
            continue
        first, _, rest = paths[language].read_text(encoding="utf-8").partition("\n")
        if not first.startswith("# "):
            reader.problem(where, language, "the first line must be `# Title`")
        names[language], texts[language] = first.removeprefix("# ").strip(), rest.strip()
        if not TEXT[0] <= len(texts[language]) <= TEXT[1]:
            reader.problem(where, language, f"a module has {TEXT[0]} to {TEXT[1]} characters")
        for picture in pictures_in(texts[language]):
            reader.check_reference(where, language, picture.name, media, "picture or video")
            if not picture.words:
                reader.problem(where, language, f"say what {picture.name!r} shows")
    if len(texts) != len(LANGUAGES):
        return None
    check_length(reader, where, "title", names, LONGEST["module"])
    english = _structure(texts["en"])
    for language in LANGUAGES:
        for what, there in english.items():
            here = _structure(texts[language])[what]
            if here != there:
                reader.problem(where, language, f"has other {what} than en: {_difference(here, there)}")
    return Module(code=code, names=names, texts=texts)


def _structure(text: str) -> dict[str, list[str]]:
    """Return what must be the same in each language: the kinds of blocks, the pictures and the links."""
    pictures = [one.name.replace(f".{spoken(one.name)}.", ".") for one in pictures_in(text)]
    return {"blocks": [one["kind"] for one in blocks(text)], "pictures": pictures, "links": LINK.findall(text)}


def _difference(here: list[str], there: list[str]) -> str:
    for number, (one, other) in enumerate(zip_longest(here, there, fillvalue="missing"), start=1):
        if one != other:
            return f"number {number} is {one}, not {other}"
    return ""


def _check_question(quiz: Reader, question: Question, course: Course) -> None:
    where = f"questions {question.code!r}"
    quiz.check_reference(where, "module", question.module, {one.code for one in course.modules}, "module")
    check_length(quiz, where, "text", question.text, LONGEST["question"])
    fewest, most = OPTIONS[question.kind]
    if not fewest <= len(question.options) <= most:
        quiz.problem(where, "options", f"{question.kind} has {fewest} to {most}")
    if len({one.code for one in question.options}) != len(question.options):
        quiz.problem(where, "options", "a code stands here twice")
    _check_texts(quiz, where, question)
    ordered, spot = question.kind == "order", question.kind == "hotspot"
    if ordered != (question.why is not None):
        quiz.problem(where, "why", "stands on the question for `order` only; else on each option")
    if spot != (question.picture is not None):
        quiz.problem(where, "picture", "a hotspot has one, nothing else has")
    elif question.picture is not None:
        quiz.check_reference(where, "picture", question.picture, course.media, "picture")
    for option in question.options:
        entry = f"{where} option {option.code!r}"
        if ordered != (option.right is None) or ordered != (option.why is None):
            quiz.problem(entry, "right, why", "both stand on each option, but for `order`")
        if spot != (option.area is not None):
            quiz.problem(entry, "area", "an option of a hotspot has one, no other has")
    right = sum(one.right is True for one in question.options)
    if question.kind in ("single", "hotspot") and right != 1:
        quiz.problem(where, "options", "exactly one is right")
    if question.kind == "multiple" and not 0 < right < len(question.options):
        quiz.problem(where, "options", "at least one is right and one wrong")
    _check_areas(quiz, where, [one.area for one in question.options if one.area is not None])


def _check_texts(quiz: Reader, where: str, question: Question) -> None:
    """Note texts of options that are missing or too long, and those of `why`, which may be left out by kind."""
    check_length(quiz, where, "why", question.why, LONGEST["why"])
    for entry, field, texts, most in _texts(where, question):
        for language in sorted(set(LANGUAGES) ^ {one for one, text in texts.items() if text.strip()}):
            quiz.problem(entry, f"{field}.{language}", "one text in each language, and in no other")
        check_length(quiz, entry, field, texts, most)


def _texts(where: str, question: Question) -> Iterator[tuple[str, str, Names, int]]:
    if question.why is not None:
        yield where, "why", question.why, LONGEST["why"]
    for option in question.options:
        entry = f"{where} option {option.code!r}"
        yield entry, "text", option.text, LONGEST["answer"]
        if option.why is not None:
            yield entry, "why", option.why, LONGEST["feedback"]


def _check_areas(quiz: Reader, where: str, areas: list[Area]) -> None:
    for number, one in enumerate(areas, start=1):
        if min(one.width, one.height) < SMALLEST_AREA:
            quiz.problem(where, f"area {number}", f"at least {SMALLEST_AREA} wide and high, for a finger")
        if one.x + one.width > WHOLE or one.y + one.height > WHOLE:
            quiz.problem(where, f"area {number}", "reaches beyond the picture")
        for other in areas[: number - 1]:
            apart_x = one.x >= other.x + other.width or other.x >= one.x + one.width
            if not apart_x and not (one.y >= other.y + other.height or other.y >= one.y + one.height):
                quiz.problem(where, f"area {number}", "lies over another one")


def _check_pool(quiz: Reader, course: Course) -> None:
    if len(course.questions) < POOL * course.head.draw:
        quiz.problem("file", "questions", f"at least {POOL} times `draw`")
    of_module = Counter(one.module for one in course.questions)
    for module in course.modules:
        if of_module[module.code] < OF_MODULE:
            quiz.problem("file", "questions", f"at least {OF_MODULE} about {module.code!r}")
    if course.head.draw < len(course.modules):
        quiz.problem("file", "questions", "`draw` must reach one question of each module")
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
