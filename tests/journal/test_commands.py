"""`port2port journal verify` and `accept-restore` as the owner runs them."""

import argparse
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings

from port2port.base.commands import key_file, outside_of, register
from port2port.base.heads import load_signer

from .conftest import Journal
from .test_verifying import REHASH, SAY_OTHER, cut_off


@pytest.fixture
def data_dir(journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the key and the files of the journal under test."""
    folder = tmp_path / "data"
    monkeypatch.setattr(settings, "OPTIONS", SimpleNamespace(data_dir=folder), raising=False)
    journal.signer = load_signer(key_file(folder))
    journal.outside = outside_of(folder)
    return folder


def run(*words: str) -> int:
    """Run a command line and return its exit code."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers())
    arguments = parser.parse_args(["journal", *words])
    code = arguments.run(arguments)
    assert isinstance(code, int)
    return code


def test_clean(owning: Any, journal: Journal, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal.fill()
    assert run("verify") == 0
    assert capsys.readouterr().out == (
        "12 entries sealed, 0 of them erased, 0 waiting to be sealed, 3 heads.\nThe journal is as it was sealed.\n"
    )


def test_tampered(owning: Any, journal: Journal, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written = journal.fill()
    journal.tamper(SAY_OTHER, REHASH)
    assert run("verify") == 1
    said = f"TAMPERED, first at place 5: entry {written[5]} at place 5 was changed together with its leaf.\n"
    assert said in capsys.readouterr().out
    assert run("verify", "--json") == 1
    report = json.loads(capsys.readouterr().out)
    assert report["clean"] is False
    assert report["findings"][0] == {
        "place": 5,
        "entry": str(written[5]),
        "what": "entry-rewritten",
        "said": f"entry {written[5]} at place 5 was changed together with its leaf",
    }


def test_many_findings_are_summed_up(
    owning: Any, journal: Journal, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.fill(10)
    journal.tamper("update base_journal_entry set payload = replace(payload, 'read', 'sent')")
    assert run("verify") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("TAMPERED, first at place 0")
    assert lines[-1] == "  and 20 more"


def test_another_key(owning: Any, journal: Journal, data_dir: Path) -> None:
    journal.fill()
    assert run("verify", "--key", journal.signer.public.hex()) == 0
    assert run("verify", "--key", bytes(32).hex()) == 1


def test_what_cannot_be_verified(
    owning: Any, journal: Journal, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.fill()
    assert run("verify", "--key", "no hex") == 2
    assert run("verify", "--heads", str(data_dir / "absent")) == 2
    broken = data_dir / "broken"
    broken.write_text("hello\n")
    assert run("verify", "--heads", str(broken)) == 2
    assert "line 1: not JSON" in capsys.readouterr().err
    key_file(data_dir).unlink()
    assert run("verify") == 2


def test_the_serving_role_cannot_verify(
    serving: Any, journal: Journal, data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.fill()
    assert run("verify") == 2
    assert run("accept-restore") == 2
    assert "needs the database's owner" in capsys.readouterr().err


def test_accepting_a_restore(owning: Any, journal: Journal, data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal.fill()
    assert run("accept-restore") == 2
    cut_off(journal, 4)
    assert run("verify") == 1
    assert "ends at place 4, heads.jsonl says 12" in capsys.readouterr().out
    assert run("accept-restore") == 0
    assert run("verify") == 0
    journal.fill(1)
    assert run("verify") == 0
    assert "Note: " in capsys.readouterr().out
