"""Facts to start from, and the data files with one thing changed."""

from pathlib import Path

from port2port.reports.routing.evaluate import Facts

# Nothing that a starting rule looks for.
QUIET = Facts(
    threat="other",
    nature="suspicious",
    severity="low",
    source="seen",
    place="sea",
    reporter_kind="police",
    reporter_country="BE",
)


def changed(original: Path, folder: Path, *changes: tuple[str, str]) -> Path:
    """Return a copy of a data file in which the first occurrence of each text is another."""
    text = original.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{old!r} is not in {original.name}"
        text = text.replace(old, new, 1)
    copy = folder / original.name
    copy.write_text(text, encoding="utf-8")
    return copy
