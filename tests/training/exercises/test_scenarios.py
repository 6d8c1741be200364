"""The library is whole, and a mistake in a scenario is named where it stands."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from port2port.training.exercises.scenarios import FEWEST, SCENARIOS, library, read_library, read_scenario

DRILL = SCENARIOS / "drone-over-a-quay.toml"


def _written(folder: Path, change: Callable[[dict[str, Any]], object], name: str = "drone-over-a-quay") -> Path:
    document = tomllib.loads(DRILL.read_text(encoding="utf-8"))
    change(document)
    path = folder / f"{name}.json"
    path.write_bytes(msgspec.json.encode(document))
    return path


def test_each_scenario_is_whole() -> None:
    found = library()
    assert {one.head.size for one in found.values()} == set(FEWEST)
    for slug, one in found.items():
        assert one.slug == slug
        assert len(one.injects) >= FEWEST[one.head.size]["injects"]


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_no_french_line_breaks_before_its_punctuation(path: Path) -> None:
    texts = re.findall(r'\bfr = "((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8"))
    assert texts
    assert [text for text in texts if re.search(r" [:;?!»]|« ", text)] == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d["injects"][1].update(minute=1000), "'authorised'"),
        (lambda d: d["injects"][1].update(to=["nobody"]), "no role 'nobody'"),
        (lambda d: d["injects"][1].update(to=["all", "pfso"]), "stands alone"),
        (lambda d: d["injects"][1].update(channel="pigeon"), "no channel 'pigeon'"),
        (lambda d: d["injects"][1]["text"].pop("fr"), "text.fr"),
        (lambda d: d["injects"][1]["expected"][0].update(de=" "), "expected 1.de"),
        (lambda d: d["injects"][0].update(minute=1), "minute 0"),
        (lambda d: d["criteria"][0].update(scale="ten"), "no scale 'ten'"),
        (lambda d: d["scenario"].update(threat="weather"), "no threat 'weather'"),
        (lambda d: d["scenario"].update(modi_operandi=["ZZ99"]), "no modus operandi 'ZZ99'"),
        (lambda d: d["scenario"].update(isps=["C/1"]), "isps"),
        (lambda d: d["scenario"].update(minutes=300), "a drill lasts"),
        (lambda d: d["scenario"].update(slug="another"), "name of the file"),
        (lambda d: d.update(criteria=d["criteria"][:2]), "at least 4"),
        (lambda d: d.update(sources=[]), "at least one public source"),
        (lambda d: d["roles"].append(d["roles"][0] | {"code": "diver"}), "no inject names"),
        (lambda d: d["roles"][0].update(colour="red"), "unknown field"),
        (lambda d: d.update(extra=1), "unknown section"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_scenario(_written(tmp_path, change))


def test_the_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    one = _written(tmp_path, lambda d: d["scenario"].update(threat="weather"))
    other = _written(tmp_path, lambda d: None, name="other")
    with pytest.raises(ValueError, match=r"(?s)weather.*name of the file"):
        read_library([one, other])
