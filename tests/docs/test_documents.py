"""The documents say what is so: settings, links, commands, make targets, glossary, pages written from the code."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from port2port.config import cli
from port2port.config.options import described
from tests.access.test_matrix import COLUMNS
from tools import docs

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("README.md")],
    key=lambda path: path.as_posix(),
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"\bport2port ([a-z][a-z0-9-]*)(?: ([a-z][a-z0-9-]*))?")
TARGET = re.compile(r"`make ([a-z][a-z-]*)[^`]*`|^make ([a-z][a-z-]*)", re.MULTILINE)
LANGUAGES = 4


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code_of(text: str) -> str:
    """What stands in code spans and blocks: only there a command is a command and not the program's name."""
    return "\n".join([*re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])


def anchors(text: str) -> set[str]:
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text)}


def commands(parser: argparse.ArgumentParser, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command with its subcommands, as words."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            choices: dict[str, Any] = action.choices
            for name, below in choices.items():
                yield (*before, name)
                yield from commands(below, (*before, name))


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| [^|]+ \| (.+) \|$", page, re.MULTILINE))
    assert set(rows) == {name for name, _, _ in described()}
    assert all(text.strip() for _, _, text in described()), "describe it in config/options.py"


def test_pages_written_from_the_code_are_up_to_date() -> None:
    assert docs.stale() == [], "run `make docs`"


def test_the_matrix_is_printed_with_its_own_columns() -> None:
    assert len(docs.COLUMNS) == len(COLUMNS)


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    broken = []
    for link in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8"))
        ):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_command_named_exists(document: Path) -> None:
    known = set(commands(cli.parser(domains=True)))
    groups = {words[0] for words in known if len(words) > 1}
    named = COMMAND.findall(code_of(document.read_text(encoding="utf-8")))
    wrong = {
        " ".join(words)
        for words in named
        if (words[:1] not in known) or (words[0] in groups and words[1] and words not in known)
    }
    assert wrong == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=relative)
def test_every_make_target_named_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {one or other for one, other in TARGET.findall(document.read_text(encoding="utf-8"))}
    assert named - targets == set()


def test_the_readme_lists_every_command_and_target() -> None:
    text = code_of((ROOT / "README.md").read_text(encoding="utf-8"))
    missing = [words for words in commands(cli.parser(domains=True)) if f"port2port {' '.join(words)}" not in text]
    assert missing == []
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    shown = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)
    assert [name for name in shown if f"make {name}" not in text] == []


def test_every_term_of_the_glossary_has_four_languages() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ")]
    terms = [row for row in rows if row[0] != "English"]
    assert len(terms) > 30
    assert [row for row in terms if len(row) != LANGUAGES or not all(cell.strip() for cell in row)] == []
    assert len({row[0] for row in terms}) == len(terms), "one word for one thing"


def test_every_decision_has_its_parts_and_stands_in_the_list() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text(encoding="utf-8")))
    files = {path.name for path in folder.glob("[0-9]*.md")}
    assert listed == files
    for name in files:
        text = (folder / name).read_text(encoding="utf-8")
        assert HEADING.findall(text)[1:5] == ["Context", "Decision", "Consequences", "Alternatives"], name
        assert text.count("\n") <= 60, name
        assert name[:4] == HEADING.findall(text)[0][:4], name


def test_every_folder_says_what_it_is_for() -> None:
    folders = [path.parent for path in (ROOT / "src" / "port2port").glob("*/__init__.py")]
    assert [folder.name for folder in folders if not (folder / "README.md").exists()] == []
