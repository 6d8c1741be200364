"""A marking is set, not told: the corpus says line by line what is one."""

import tomllib
from pathlib import Path

import pytest

from port2port.members.data_files import LANGUAGES
from port2port.sharing.guardrails.markings import MARKINGS, marking, read_register, register

CORPUS = tomllib.loads((Path(__file__).parent / "marked_lines.toml").read_text(encoding="utf-8"))
MARKED = [(line, group["level"]) for group in CORPUS["marked"] for line in group["lines"]]
PROSE = CORPUS["prose"]["lines"]


@pytest.mark.parametrize(("line", "level"), MARKED)
def test_a_marking_is_found_among_prose(line, level):
    found = marking(f"Een gewone zin.\n{line}\nUne phrase ordinaire.")
    assert found is not None and found.level == level
    assert found.words.strip() and found.words in line


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_not_a_marking(line):
    assert marking(f"Een gewone zin.\n{line}\nUne phrase ordinaire.") is None


def test_all_prose_together_is_not_a_marking():
    assert marking("\n".join(PROSE)) is None


def test_the_highest_of_several_is_told():
    found = marking("BEPERKT\ntext\nGEHEIM\ntext\nISPS beperkt")
    assert found is not None and found.level == "be_secret"


def test_every_level_can_be_found():
    assert {level for _line, level in MARKED} >= {"be_restricted", "be_confidential", "be_secret", "be_top_secret"}
    for entry in register().markings:
        for wording in (*entry.alone, *entry.formulas, *entry.fixed):
            found = marking(wording)
            assert found is not None and found.wording.rank == entry.rank, wording


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_holds_it_is_told_why_and_where_to_take_it(language):
    isps, classified = marking("ISPS beperkt"), marking("GEHEIM")
    assert isps is not None and classified is not None
    assert "ISPS" in isps.direction(language) and isps.direction(language) != classified.direction(language)
    assert isps.reason(language) and classified.reason(language) and classified.label(language)


def test_an_accent_in_two_pieces_is_an_accent():
    found = marking("TRE\u0300S SECRET")
    assert found is not None and found.level == "be_top_secret"


@pytest.mark.parametrize(("old", "new"), [
    ('family = "isps"', 'family = "isp"'),
    ('alone = ["GEHEIM", "SECRET", "GEHEIM - SECRET", "SECRET - GEHEIM"]', "alone = []"),
    ('rank = 3', 'rank = "high"'),
])  # fmt: skip
def test_a_wrong_file_is_named(tmp_path, old, new):
    text = MARKINGS.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "markings.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"markings\.toml: markings"):
        read_register(path)
