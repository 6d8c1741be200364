"""Making practices for tests through the real actions."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from port2port.base.clock import now
from port2port.knowledge.practices import actions
from port2port.knowledge.practices.actions import About, Original
from port2port.knowledge.practices.models import Practice
from port2port.knowledge.practices.rules import Draft
from port2port.reports.addressing import terms_for
from port2port.sharing import actions as sharing
from port2port.sharing import audiences
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys

Acting = Callable[[str], AbstractContextManager[Any]]
WRITER, REVIEWER = "knowledge@northsea.demo", "pso@northsea.demo"  # both of North Sea Port
DRAFT = Draft(
    title="A second look at late pick-ups (test)",
    context="Boxes were collected late by drivers whom nobody knew.",
    done="The gate calls the haulier's desk on the number **we** hold.",
    topic="release_process",
    maturity="pilot",
    language="en",
    cost="Two minutes a lorry.",
    wrong="The list held old numbers.",
    modi=("DR02",),
)


def about(*names: str, tlp: Tlp = Tlp.GREEN, port: str = "BEGNE") -> About:
    return About("drug_smuggling", port, Addressing(keys(names or ("all-members",)), tlp))


def drafted(*names: str, tlp: Tlp = Tlp.GREEN, original: Original | None = None, **changes: object) -> Practice:
    """Write a draft as the current actor."""
    return actions.write_practice(
        draft=replace(DRAFT, **changes), about=about(*names, tlp=tlp), terms=terms_for("drug_smuggling", reporter()),  # type: ignore[arg-type]
        at=now(), original=original,
    )  # fmt: skip


def changed(practice: UUID, *, expected: int | None = None, **changes: object) -> None:
    """Write the next version as the current actor."""
    version = actions.stewarded(practice, at=now()).record.version
    actions.change_practice(
        practice, draft=replace(DRAFT, **changes), about=about(), at=now(),  # type: ignore[arg-type]
        expected=version if expected is None else expected,
    )  # fmt: skip


def later(days: int = 200) -> Any:
    return timezone.localdate(now()) + timedelta(days=days)


def published(acting: Acting, *names: str, tlp: Tlp = Tlp.GREEN, **changes: object) -> UUID:
    """Write a practice at North Sea Port and publish it by a second person."""
    with acting(WRITER):
        made: UUID = drafted(*names, tlp=tlp, **changes).record_id
        actions.turn_practice(made, "ask", at=now())
    with acting(REVIEWER):
        actions.turn_practice(made, "publish", at=now(), review_on=later())
    return made


def published_of(practice: UUID, owner: Any) -> None:
    """Publish what one person alone wrote, behind the back of the functions; `widened` follows."""
    owner.execute(
        "update knowledge_practice set state = 'published', published = number, published_at = now(), review_on = %s"
        " where record_id = %s",
        [later(), practice],
    )


def widened(practice: UUID) -> None:
    """Let those see it whom it was to reach, as publishing does."""
    row = Practice.objects.select_related("record").get(record_id=practice)
    sharing.widen(row.record, more=audiences.build(row.audience, Tlp(row.audience_tlp)), at=now())
