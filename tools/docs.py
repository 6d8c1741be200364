"""The pages of docs/ that are written from the code: `settings.md` and `access-matrix.md`.

python tools/docs.py            write them
python tools/docs.py --check    fail when they are not what the code says now
"""

import runpy
import sys
from pathlib import Path

from port2port.config.options import described

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
# The columns of tests/access/matrix.py, in its order.
COLUMNS = ("nobody", "company", "outsider", "partner", "authority", "owner's administrator", "operator", "owner")
# Defaults that follow from the machine, and values that a person would write otherwise.
DEFAULTS = {
    "PORT2PORT_DATA_DIR": "`$XDG_DATA_HOME/port2port` or `~/.local/share/port2port`; for root `/var/lib/port2port`",
    "PORT2PORT_SECRET_KEY": "made once",
    "DATABASE_URL": "the embedded database",
    "PORT2PORT_PUBLIC_URL": "`http://<host>:<port>`",
    "PORT2PORT_DEMO": "`0`",
}
EMPTY = ("", "()")

SETTINGS = """# Settings

Written by `make docs` from `port2port/config/options.py`. All settings are environment variables; what is wrong is
named by its variable, and a variable that begins with `PORT2PORT_` and is not listed here is refused.

| variable | default | what it is |
|---|---|---|
"""
AFTER_SETTINGS = """
`PORT2PORT_AS=owner` makes a single command act as the owner of the database; commands that need it set it themselves.
For `make`: `PORT=` is `PORT2PORT_PORT`, `PYTHON=` the Python that makes the virtual environment.
"""

MATRIX = """# Access matrix

Written by `make docs` from `tests/access/matrix.py`; `tests/access/test_matrix.py` asks every address as each of these
and compares. A missing row fails. The record of the matrix is a report of one port, TLP:AMBER, to "Ports and police";
circle, token, machine and request are that port's too.

302 without a session: to the sign-in page. 401: a machine without a token. 405: the address does not know the verb.
404 where 403 would tell that something exists. 409: the state does not allow it. 422: may do it, but what was sent is
empty. 428: say which version.

"""

PUBLIC = """

## Without a session
Open to all, or part of signing in. Every table under a policy is closed to them, or open as far as the system principal
`identity` goes.

"""


def settings_page() -> str:
    """Return docs/settings.md."""
    rows = []
    for name, default, text in described():
        shown = DEFAULTS.get(name) or ("none" if default in EMPTY else f"`{default}`")
        rows.append(f"| `{name}` | {shown} | {text.replace('<', '&lt;').replace('|', chr(92) + '|')} |")
    return SETTINGS + "\n".join(rows) + "\n" + AFTER_SETTINGS


def matrix_page() -> str:
    """Return docs/access-matrix.md. Raises ValueError when a row has another number of columns."""
    found = runpy.run_path(str(ROOT / "tests" / "access" / "matrix.py"))
    rows = [f"| verb | address | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 2) + "|"]
    for row, answers in found["MATRIX"].items():
        if len(answers) != len(COLUMNS):
            raise ValueError(f"{row}: {len(answers)} answers, {len(COLUMNS)} columns")
        verb, address = row.split(" ", 1)
        rows.append(f"| {verb} | `/{address}` | {' | '.join(str(answer) for answer in answers)} |")
    public = "\n".join(f"- `/{address.removeprefix('^').removesuffix('$')}`" for address in sorted(found["PUBLIC"]))
    return MATRIX + "\n".join(rows) + PUBLIC + public + "\n"


PAGES = {"settings.md": settings_page, "access-matrix.md": matrix_page}


def stale() -> list[str]:
    """Return the names of pages that are not what the code says now."""
    return [
        name
        for name, page in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    """Write the pages, or with --check say which are stale. Returns 1 when one is."""
    if sys.argv[1:] == ["--check"]:
        for name in stale():
            print(f"docs/{name} is not what the code says now: `make docs` writes it")
        return 1 if stale() else 0
    for name in stale():
        (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
        print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
