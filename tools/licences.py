"""The licence gate: every run-time package must come under a licence that EUPL-1.2 software may be shipped
with.

`python tools/licences.py [--list]`. Looks at the distributions of requirements/run.txt as they are installed and at
the packages of package-lock.json. What is not on the list, or says nothing, is refused; an exception gives
its reason.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# SPDX identifiers (https://spdx.org/licenses/). The strong copyleft ones (GPL, AGPL) are absent on purpose:
# the appendix of the EUPL lets a work move to them, which would move this whole program.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-1-Clause",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BlueOak-1.0.0",
        "CC0-1.0",
        "EUPL-1.1",
        "EUPL-1.2",
        "HPND",
        "ISC",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "PostgreSQL",
        "Python-2.0",
        "Unlicense",
        "Zlib",
    }
)

# What older metadata says in its own words.
SAID = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
    "postgresql license": "PostgreSQL",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}

# Package -> (licence, why it may be used although its metadata does not say so plainly).
EXCEPTIONS: dict[str, tuple[str, str]] = {
    "rich-click": ("MIT", "its metadata names no licence; the licence file it ships is the MIT text"),
}


@dataclass(frozen=True)
class Package:
    """A package, where it comes from, and what it says of its licence."""

    origin: str
    name: str
    version: str
    said: tuple[str, ...]


def locked_names() -> list[str]:
    """Return the distributions that requirements/run.txt pins."""
    text = (ROOT / "requirements" / "run.txt").read_text()
    return [match.group(1) for match in re.finditer(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==", text, re.MULTILINE)]


def python_packages() -> Iterator[Package]:
    """Yield the installed run-time distributions; one that is pinned for another system only is not
    installed.
    """
    for name in locked_names():
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        said: list[str] = []
        if expression := about.json.get("license_expression"):
            said = [str(expression)]
        else:
            kinds = about.get_all("Classifier") or []
            said = [kind.rsplit(" :: ", 1)[-1] for kind in kinds if kind.startswith("License :: OSI Approved :: ")]
            plain = str(about.json.get("license") or "").strip()
            if not said and plain and "\n" not in plain:
                said = [plain]
        yield Package("Python", name, about["Version"], tuple(said))


def node_packages() -> Iterator[Package]:
    """Yield the packages of package-lock.json that serve pages (not those of the tools)."""
    lock = json.loads((ROOT / "package-lock.json").read_text())
    for path, entry in lock["packages"].items():
        if path and not entry.get("dev"):
            licence = entry.get("license")
            yield Package("npm", path.removeprefix("node_modules/"), entry["version"], (licence,) if licence else ())


def terms(expression: str) -> list[list[str]]:
    """Split an SPDX expression into alternatives (OR), each a list of licences that all apply (AND)."""
    flat = expression.replace("(", " ").replace(")", " ").strip()
    return [
        [re.split(r"\s+WITH\s+", part.strip())[0] for part in re.split(r"\s+AND\s+", choice)]
        for choice in re.split(r"\s+OR\s+", flat)
    ]


def spdx(said: str) -> str:
    """Return the SPDX expression for what a package says."""
    return SAID.get(said.strip().lower(), said.strip())


def refusal(package: Package) -> str:
    """Return why a package may not be used, or nothing."""
    if package.name in EXCEPTIONS:
        return ""
    if not package.said:
        return "says nothing of its licence"
    for said in package.said:
        if not any(all(term in ALLOWED for term in choice) for choice in terms(spdx(said))):
            return f"comes under {said!r}, which is not on the list"
    return ""


def main(words: list[str]) -> int:
    """Print refusals (with --list also what is allowed). Returns 0, or 1 when something is refused."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--list", action="store_true")
    arguments = reader.parse_args(words)
    packages = [*python_packages(), *node_packages()]
    wrong = 0
    for package in packages:
        reason = refusal(package)
        if reason:
            wrong += 1
            print(f"{package.origin} {package.name} {package.version} {reason}", file=sys.stderr)
        elif arguments.list:
            licence, why = EXCEPTIONS.get(package.name, (", ".join(spdx(one) for one in package.said), ""))
            print(f"{package.origin:6}  {package.name} {package.version}  {licence}" + (f"  ({why})" if why else ""))
    unused = set(EXCEPTIONS) - {package.name for package in packages}
    for name in sorted(unused):
        wrong += 1
        print(f"{name}: has an exception and is not used any more; take the exception out", file=sys.stderr)
    print(f"licences: {len(packages) - wrong} of {len(packages)} packages may be used")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
