"""The tools of the checkout: the licence gate, the lock files, the commands of the Makefile."""

import re
import subprocess
from pathlib import Path

import pytest

from tools import licences, lock

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    "said",
    ["MIT", "MIT License", "Apache-2.0 OR BSD-3-Clause", "(MIT AND ISC)", "GPL-3.0-only OR MIT", "New BSD"],
)
def test_a_compatible_licence_passes(said: str) -> None:
    assert licences.refusal(licences.Package("Python", "thing", "1", (said,))) == ""


@pytest.mark.parametrize(
    "said", ["GPL-3.0-only", "AGPL-3.0-or-later", "MIT AND GPL-2.0-only", "Proprietary", "SSPL-1.0"]
)
def test_an_incompatible_or_unknown_licence_is_refused(said: str) -> None:
    assert said in licences.refusal(licences.Package("Python", "thing", "1", (said,)))


def test_silence_is_refused() -> None:
    assert "says nothing" in licences.refusal(licences.Package("npm", "thing", "1", ()))


def test_every_pinned_package_is_looked_at() -> None:
    names = {package.name for package in licences.python_packages()}
    assert {"django", "granian", "psycopg", "procrastinate"} <= names
    assert {"maplibre-gl", "@tabler/core"} <= {package.name for package in licences.node_packages()}


def test_the_locks_name_no_host_and_every_package_has_a_hash() -> None:
    assert lock.addresses() == []
    for name in lock.LOCKS:
        text = (ROOT / "requirements" / name).read_text()
        pins = re.findall(r"^[A-Za-z0-9._-]+(?:\[[^]]*\])?==", text, re.MULTILINE)
        entries = [entry for entry in re.split(r"\n(?=[A-Za-z0-9])", text) if "==" in entry]
        assert pins
        assert all("--hash=sha256:" in entry for entry in entries)


def test_what_is_served_is_what_is_tested() -> None:
    pins = [
        dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", (ROOT / "requirements" / name).read_text(), re.M))
        for name in ("run.txt", "dev.txt")
    ]
    assert pins[0].items() <= pins[1].items()


def test_make_help_lists_every_promised_command() -> None:
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in ("run", "test", "test-fast", "check", "fix", "bench", "seed", "reset", "docs", "lock", "help"):
        assert f"make {name} " in said
