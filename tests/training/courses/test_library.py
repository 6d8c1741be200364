"""The library of courses is whole, and a mistake in a course is named where it stands."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from port2port.members.data_files import LANGUAGES
from port2port.site.markdown import pictures_in
from port2port.training.courses.contents import subtitles_of, topics, word
from port2port.training.courses.library import COURSES, library, read_course, read_library

MODEL = COURSES / "tlp-and-handling"
Change = Callable[[Path], object]


def _replaced(name: str, old: str, new: str, times: int = 1) -> Change:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, times), encoding="utf-8")

    return change


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the model to be spoilt."""
    return Path(shutil.copytree(MODEL, tmp_path / MODEL.name))


def test_each_course_is_whole() -> None:
    found = library()
    assert MODEL.name in found
    for slug, one in found.items():
        assert one.slug == slug
        for module in one.modules:
            assert set(module.names) == set(module.texts) == set(LANGUAGES)


def test_the_topics_are_those_of_the_code() -> None:
    known = topics()
    assert {one.code: len(known.of(one.code)) for one in known.audiences} == {
        "pfso": 20, "security_staff": 10, "all_others": 6,
    }  # fmt: skip
    assert [one.citation for one in known.of("pfso")] == [f"ISPS Code B/18.1.{n}" for n in range(1, 21)]
    assert word("audiences", "pfso", "de").endswith("(PFSO)")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_replaced("course.toml", 'slug = "tlp-and-handling"', 'slug = "other"'), "name of the folder"),
        (_replaced("course.toml", '"P11"', '"P99"'), "Not known: P99"),
        (_replaced("course.toml", '"S06", ', ""), "security_staff and its topics"),
        (_replaced("course.toml", "pass_percent = 80", "pass_percent = 30"), "pass_percent"),
        (_replaced("course.toml", "grace_days", "grace"), "unknown field"),
        (lambda folder: (folder / "02-at-work.de.md").unlink(), "02-at-work: de: the file in this language is missing"),
        (lambda folder: (folder / "02-at-work.es.md").write_text("# Hola"), "must be <nn>-<code>.<language>.md"),
        (lambda folder: (folder / "pictures" / "report.svg").unlink(), "Not among the files: report.svg"),
        (lambda folder: (folder / "pictures" / "more.svg").write_text("<svg/>"), "more.svg: use: nothing shows it"),
        (_replaced("pictures/report.svg", "<rect", '<script href="x"/><rect'), "no script"),
        (_replaced("01-marks.fr.md", "# Cinq", "Cinq"), "fr: the first line must be"),
        (_replaced("02-at-work.nl.md", "## Schrijven", "Schrijven"), "nl: has other blocks than en"),
        (_replaced("03-here.nl.md", "![Een melding", "![](report.svg) ![Een melding"), "nl: has other pictures"),
        (_replaced("04-when-it-goes-wrong.nl.md", "Iedereen", "[Zie](https://example.org/) iedereen"), "other links"),
        (_replaced("quiz.toml", 'module = "marks"', 'module = "none"'), "Not known: none"),
        (_replaced("quiz.toml", "right = false", "right = true"), "Exactly one must be right"),
        (_replaced("quiz.toml", "right = false\n", ""), "Each choice says whether it is right"),
        (_replaced("quiz.toml", 'picture = "report.svg"\n', ""), "about a place has a picture"),
        (_replaced("quiz.toml", 'kind = "order"', 'kind = "single"'), "An order says why once"),
        (_replaced("quiz.toml", "x = 61", "x = 40"), "lies over another one"),
        (_replaced("quiz.toml", "width = 36", "width = 60"), "reaches beyond the picture"),
        (_replaced("quiz.toml", "height = 12", "height = 2"), "for a finger"),
        (_replaced("quiz.toml", 'nl = "Ja, aan wie het daar nodig heeft", ', ""), "'yes_needed': text.nl"),
        (_replaced("quiz.toml", 'code = "strict"', 'code = "amber_client"'), "stands here twice"),
        (_replaced("quiz.toml", 'module = "when-it-goes-wrong"', 'module = "here"', 2), "At least 2 questions"),
        (_replaced("quiz.toml", 'kind = "hotspot"', 'kind = "riddle"'), "kind"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(folder: Path, change: Change, said: str) -> None:
    change(folder)
    with pytest.raises(ValueError, match=said) as caught:
        read_course(folder)
    assert str(caught.value).startswith(f"{MODEL.name}/")


def test_the_problems_of_all_courses_come_at_once(folder: Path) -> None:
    shutil.copytree(folder, folder.parent / "twin")
    _replaced("course.toml", '"P11"', '"P99"')(folder)
    with pytest.raises(ValueError, match="P99") as caught:
        read_library(folder.parent)
    assert "must be the name of the folder, 'twin'" in str(caught.value)


def test_a_video_has_subtitles_in_each_language_or_in_its_own(folder: Path) -> None:
    (folder / "videos").mkdir()
    for name in ("all.webm", "one.fr.webm"):
        (folder / "videos" / name).write_bytes(b"\x1aE\xdf\xa3")
    for text in folder.glob("01-*.md"):
        shown = "\n![all](all.webm)\n" + ("\n![one](one.fr.webm)\n" if text.suffixes[-2] == ".fr" else "")
        text.write_text(text.read_text() + shown)
    with pytest.raises(ValueError) as error:
        read_course(folder)
    said = str(error.value)
    assert [name for name in ("all.nl.vtt", "all.fr.vtt", "one.fr.vtt") if name not in said] == []
    assert "one.nl.vtt" not in said and subtitles_of("one.fr.webm", "fr") == "one.fr.vtt"


def test_the_video_of_a_module_is_in_its_language() -> None:
    course = library()["reporting-in-one-minute"]
    module = next(one for one in course.modules if one.code == "the-form")
    for code, text in module.texts.items():
        video = next(one.name for one in pictures_in(text) if one.name.endswith(".webm"))
        assert video == f"the-form.{code}.webm" and f"the-form.{code}.vtt" in course.media
