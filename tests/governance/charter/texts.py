"""Versions of the texts for tests, through the real actions."""

from typing import Any

from port2port.base.clock import now
from port2port.governance.charter import queries
from port2port.governance.charter.actions import Draft, decide_version, propose_version
from port2port.governance.charter.models import CharterText

WRITER, SECOND = "operator@platform.demo", "operator@standby.demo"
CODE = "charter"


def draft(**changes: Any) -> Draft:
    """The next version of the charter: one sentence more in each language."""
    bodies = {language: f"{body}\n\nOne sentence more." for language, body in _in_force().bodies.items()}
    return Draft(**{"code": CODE, "bodies": bodies, "why": "One sentence more (test).", **changes})


def _in_force() -> CharterText:
    found = queries.in_force_of(CODE)
    assert found is not None
    return found


def proposed(acting: Any, **changes: Any) -> CharterText:
    """Write the next version as the first operator."""
    with acting(WRITER):
        return propose_version(draft(**changes), at=now())


def published(acting: Any, **changes: Any) -> CharterText:
    """Write it and publish it as the second."""
    text = proposed(acting, **changes)
    with acting(SECOND):
        return decide_version(text, act="publish", at=now())
