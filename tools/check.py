"""`make check`: everything CI looks at before the tests. Two at a time; each prints one line, and its words
if it fails.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
BIN = Path(PYTHON).parent

CHECKS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("types", (PYTHON, "-m", "mypy"), "each line names file, line and what does not fit"),
    ("format", (PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."), "`make fix` formats"),
    ("lint", (PYTHON, "-m", "ruff", "check", "--quiet", "."), "`make fix` puts right what it can"),
    ("imports", (str(BIN / "lint-imports"), "--no-cache"), "dependencies point down: see docs/architecture.md"),
    (
        "migrations",
        (PYTHON, "-W", "ignore::RuntimeWarning", "-m", "django", "makemigrations", "--check", "--dry-run"),
        "a model changed without its migration",
    ),
    ("licences", (PYTHON, "tools/licences.py"), "use another package, or give the exception its reason"),
    ("locks", (PYTHON, "tools/lock.py", "--check"), "`make lock` writes them without addresses"),
    ("texts", (PYTHON, "tools/texts.py", "check"), "every text in four languages"),
    ("docs", (PYTHON, "tools/docs.py", "--check"), "`make docs` writes them"),
    ("house", (PYTHON, "tools/house.py"), "the house rules, each with its reason"),
)
MOST_LINES = 60
OPTIONAL = frozenset({"tools/texts.py", "tools/house.py"})


def present(words: tuple[str, ...]) -> bool:
    """Say whether the tool a check runs is in this checkout."""
    return not (OPTIONAL.intersection(words) and not (ROOT / words[1]).exists())


def run(check: tuple[str, tuple[str, ...], str], environment: Mapping[str, str]) -> tuple[str, bool, str, float]:
    """Run one check; return its name, whether it passed, what to print, and its seconds."""
    name, words, advice = check
    began = time.monotonic()
    done = subprocess.run(words, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    said = "\n".join(lines[:MOST_LINES] + [f"... and {len(lines) - MOST_LINES} more lines"] * (len(lines) > MOST_LINES))
    return name, done.returncode == 0, f"{said}\n({advice})", time.monotonic() - began


def main() -> int:
    """Run every check. Returns 1 when one fails."""
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "port2port.config.settings",
            "PORT2PORT_DATA_DIR": folder,  # nothing of a person's own installation is touched
        }
        chosen = [check for check in CHECKS if present(check[1])]
        with ThreadPoolExecutor(max_workers=2) as pool:
            results = list(pool.map(lambda check: run(check, environment), chosen))
    failed = [name for name, passed, _, _ in results if not passed]
    for name, passed, said, seconds in results:
        print(f"{'ok  ' if passed else 'FAIL'}  {name} ({seconds:.1f} s)")
        if not passed:
            print(said)
    print("check: all well" if not failed else f"check: {', '.join(failed)} must be put right")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
