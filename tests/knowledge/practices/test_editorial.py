"""Editorial practices: read loudly, written once, shown in the reader's language with their sources."""

from collections import defaultdict
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import translation

from port2port.base.clock import now
from port2port.knowledge.practices import queries
from port2port.knowledge.practices.editorial import FOLDER, load_editorial, read_editorial
from port2port.knowledge.practices.queries import Filters
from port2port.members.acting import acting_as_system

LANGUAGES = ("nl", "fr", "de", "en")


def written(folder: Path, name: str, *, outcome: bool = True, **changes: str) -> Path:
    """Write a file in the shape of the editors."""
    said = {"topic": "drones", "maturity": "pilot", "threat": "drone_misuse", "url": "https://www.easa.europa.eu/"}
    said |= changes
    lines = [
        f'slug = "{said.get("slug", name)}"', f'topic = "{said["topic"]}"', f'maturity = "{said["maturity"]}"',
        f'threat = "{said["threat"]}"', 'modi_operandi = ["UA01"]', "review_on = 2027-05-01",
        f'sources = [{{ title = "Drones (test)", publisher = "EASA", url = "{said["url"]}", year = 2024 }}]',
    ]  # fmt: skip
    for part in ("title", "context", "done", "cost", "outcome", "wrong", "conditions"):
        lines.append(f"[{part}]")
        for language in LANGUAGES:
            empty = part == "cost" or (part == "outcome" and not outcome)
            text = "" if empty else f"{part} zq{name.replace('-', '')} in {language}, for a test, **plainly**."
            lines.append(f'{language} = """{text}"""')
    path = folder / f"{name}.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def load(folder: Path) -> int:
    with acting_as_system("import"):
        return load_editorial(read_editorial(folder), at=now())


def test_they_are_written_once_and_again_when_they_say_something_else(db, acting, tmp_path):
    written(tmp_path, "card-for-the-desk")
    second = written(tmp_path, "register", topic="cyber", threat="cyber_attack")
    assert load(tmp_path) == 2 and load(tmp_path) == 0
    with acting("officer@outside.demo"):  # TLP:CLEAR, to everyone
        assert queries.page(Filters(), at=now()).count == 2
        listed = queries.page(Filters(topic="cyber", language="fr"), at=now()).rows
        for language in LANGUAGES:
            with translation.override(language):
                assert listed[0].text.title == f"title zqregister in {language}, for a test, **plainly**."
        assert listed[0].editorial and listed[0].practice.review_on == date(2027, 5, 1)
        assert listed[0].practice.sources[0]["publisher"] == "EASA"
        assert queries.page(Filters(q="zqregister"), at=now()).count == 1
    second.write_text(second.read_text(encoding="utf-8").replace("zqregister", "zqanother"), encoding="utf-8")
    assert load(tmp_path) == 1 and load(tmp_path) == 0
    with acting("pso@antwerp.demo"):
        assert queries.page(Filters(q="zqregister"), at=now()).count == 0
        again = queries.page(Filters(q="zqanother"), at=now()).rows[0]
        assert again.practice.published == again.text.number == 2 and sorted(again.texts) == sorted(LANGUAGES)
        assert {one.number for one in queries.comparable(again)} == {1, 2}
        assert len(queries.comparable(again)) == 2


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"topic": "cats"}, "topic.nl"), ({"maturity": "proven_one", "outcome": False}, "outcome.nl"),
        ({"url": "http://example.org"}, "url"), ({"url": "https://user@example.org/"}, "url"),
        ({"url": "https://example.org/a b"}, "url"), ({"url": "https://localhost/"}, "url"),
        ({"threat": "cats"}, "threat"), ({"slug": "other-name"}, "slug"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_its_field(tmp_path, changes, named):
    path = written(tmp_path, "one", **changes)
    with pytest.raises(ValueError, match=r"one\.toml") as error:
        read_editorial(tmp_path)
    assert named in str(error.value) and path.exists()


def test_what_ships_can_be_read(tmp_path):
    assert len({one.slug for one in read_editorial(FOLDER)}) == len(list(FOLDER.glob("*.toml")))


def test_each_publisher_stands_at_one_place():
    places: dict[str, set[str]] = defaultdict(set)
    for one in read_editorial(FOLDER):
        for source in one.sources:
            places[source.publisher].add(".".join((urlsplit(source.url).hostname or "").split(".")[-2:]))
    assert {publisher: hosts for publisher, hosts in places.items() if len(hosts) > 1} == {}
