"""PDF from a template of Typst and plain values. No file is written, no font or picture is fetched."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

PACKAGE = Path(__file__).resolve().parent.parent


def rendered(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a PDF. `template` is a path within the package, as "workgroups/papers/pack.typ"; `data` is its JSON.

    What a person wrote goes in as a value, never as source, so it cannot become a command of the template. Raises
    typst.TypstError for a template that does not fit its data.
    """
    return bytes(
        typst.compile(
            PACKAGE / template, root=PACKAGE, format="pdf", ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )  # fmt: skip
