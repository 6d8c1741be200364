"""Which texts there are to accept, as the data file and the starter texts beside it say. Plain values."""

import re
from datetime import date
from functools import cache
from pathlib import Path

from port2port.members.data_files import LANGUAGES, Entry, Named, Reader
from port2port.members.roles import ROLES

BEGINS = re.compile(r"#|\||- |> |\d+\. ")  # a heading, a row, a point, a quotation
DATA = Path(__file__).parent / "data"
LONGEST = 40_000  # characters of a text in one language
MOST_DAYS = 180


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is, how long a new version waits, and who may accept."""

    version: int
    valid_from: date
    source: str
    days: int
    entitled: tuple[str, ...]


class Starter(Named, frozen=True, kw_only=True):
    """A text: its code, what it is called, and which starter version is the newest."""

    code: str
    version: int


class Exempt(Named, frozen=True, kw_only=True):
    """What is never held back; a field left out fits everything."""

    code: str
    kind: str = ""
    threat: str = ""
    tlp: int | None = None
    legal_basis: str = ""
    within: bool = False


class Register(Entry, frozen=True, kw_only=True):
    """All of the file."""

    head: Head
    texts: tuple[Starter, ...]
    exempt: tuple[Exempt, ...]

    def name(self, code: str, language: str) -> str:
        """Return what a text is called."""
        return next((one.label(language) for one in self.texts if one.code == code), code)


@cache
def register() -> Register:
    """Return what ships with the program. Raises ValueError, a line per problem."""
    return read_register(DATA / "charter.toml")


def read_register(path: Path) -> Register:
    """Return a file as values. Raises ValueError, a line per problem."""
    reader = Reader(path)
    reader.check_sections(("head", "texts", "exempt"))
    head = reader.single("head", Head)
    texts = reader.entries("texts", Starter, "code")
    exempt = reader.entries("exempt", Exempt, "code")
    for role in head.entitled:
        reader.check_reference("head", "entitled", role, ROLES, "role")
    if not 1 <= head.days <= MOST_DAYS:
        reader.problem("head", "days", f"1 to {MOST_DAYS}")
    for one in exempt:
        if not (one.kind or one.legal_basis):
            reader.problem(f"exempt {one.code!r}", "kind", "a kind or a legal basis is needed: else all is exempt")
    for text in texts:
        for language in LANGUAGES:
            if not body_file(path.parent, text.code, text.version, language).exists():
                reader.problem(f"texts {text.code!r}", "version", f"no {text.version}.{language}.md")
    reader.finish()
    return Register(head=head, texts=texts, exempt=exempt)


def body_file(folder: Path, code: str, version: int, language: str) -> Path:
    """Return where a starter text stands."""
    return folder / code / f"{version}.{language}.md"


def starter_bodies(text: Starter, folder: Path = DATA) -> dict[str, str]:
    """Return a starter text in every language."""
    return {
        language: unwrapped(body_file(folder, text.code, text.version, language).read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


def unwrapped(text: str) -> str:
    """Return Markdown with each paragraph and point on one line: pages show a break of the file as one of the text."""
    lines: list[str] = []
    for line in text.strip().splitlines():
        quoted = line.startswith("> ") and bool(lines) and lines[-1].startswith("> ")
        begins = not line.strip() or BEGINS.match(line) is not None
        ended = not lines or not lines[-1].strip() or lines[-1].startswith(("#", "|"))
        if quoted or not (begins or ended):
            lines[-1] += " " + line.removeprefix("> ").strip()
        else:
            lines.append(line)
    return "\n".join(lines)
