"""Rules of the surface that no reviewer should have to watch for; those of the templates are in tools/house.py."""

import re
from pathlib import Path

import pytest

import port2port

SOURCE = Path(port2port.__file__).parent
STATIC = SOURCE / "site" / "static" / "site"
SHEETS = sorted(STATIC.glob("*.css"))
SCRIPTS = sorted(STATIC.glob("*.js"))
# Loaded only where they are needed, after the first page.
LATER = {"map.js", "wall.css"}


def relative(file: Path) -> str:
    return file.relative_to(SOURCE).as_posix()


def test_the_first_page_stays_under_100_kb_of_our_own() -> None:
    assert sum(file.stat().st_size for file in (*SHEETS, *SCRIPTS) if file.name not in LATER) < 100_000


@pytest.mark.parametrize("file", [f for f in SHEETS if f.name not in {"tokens.css", "print.css"}], ids=relative)
def test_colours_are_written_only_in_the_tokens(file: Path) -> None:
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.S))


@pytest.mark.parametrize("file", SHEETS, ids=relative)
def test_sheets_fetch_nothing(file: Path) -> None:
    assert "@import" not in file.read_text()
    assert not re.search(r"url\((?!#)", file.read_text())


@pytest.mark.parametrize("file", SCRIPTS, ids=relative)
def test_scripts_evaluate_nothing_and_name_no_host(file: Path) -> None:
    text = file.read_text()
    assert not re.search(r"\beval\(|new Function|innerHTML|https?://", text)


def test_every_sheet_is_in_the_layout() -> None:
    layout = (SOURCE / "site/templates/parts/styles.html").read_text()
    assert {f.name for f in SHEETS} - set(re.findall(r"site/([\w.]+\.css)", layout)) == {"wall.css"}
