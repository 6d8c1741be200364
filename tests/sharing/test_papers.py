"""A paper that leaves: what stands in it, what is remembered, what a person wrote stays a text."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from port2port.base.errors import Refused
from port2port.sharing import exports
from port2port.sharing.papers import printed
from port2port.sharing.tlp import Tlp
from port2port.site import pdf

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def template(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """A template of the least kind, beside the real look."""
    (tmp_path / "site").symlink_to(pdf.PACKAGE / "site")
    (tmp_path / "t.typ").write_text(
        '#import "/site/papers/paper.typ": *\n#show: paper.with(data)\n= #data.title\n#data.words\n'
        '#grid-of((1fr, 1fr), ("What", "When"), data.rows)\n'
    )
    monkeypatch.setattr(pdf, "PACKAGE", tmp_path)
    return "t.typ"


def read(body: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def test_a_paper_says_who_took_it_and_is_remembered(db: None, acting: Any, template: str) -> None:
    with acting("pso@antwerp.demo"):
        file = printed(
            template, {"words": '#image("/etc/passwd") *not bold*', "rows": [["a", "b"]]},
            title="Matrix", name="matrix",
            kind="measure", tlp=Tlp.AMBER, records=[], at=AT,
        )  # fmt: skip
        (kept,) = exports.own()
    text = read(file.body)
    assert str(kept.id) in text and "Demo PSO Antwerp" in text and "TLP:AMBER" in text
    assert '#image("/etc/passwd") *not bold*' in text
    assert kept.form == "pdf" and str(kept.id) in file.name


def test_who_may_not_export_prints_nothing(db: None, acting: Any, template: str) -> None:
    with acting("pfso@quay1.demo"), pytest.raises(Refused):
        printed(
            template, {"words": "", "rows": []}, title="M", name="m", kind="measure", tlp=Tlp.GREEN, records=[], at=AT
        )
