"""Culture at a glance as XLSX: what the page says, numbered and remembered like every file."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.base.ids import new_id
from port2port.members.acting import action
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.sheets import Sheet, to_xlsx
from port2port.site.reader import language
from port2port.training.courses.contents import word
from port2port.training.courses.words import naming
from port2port.training.culture.queries import culture
from port2port.training.culture.rules import Culture, Rest

KIND = "culture"


@action
def take_out(*, at: datetime) -> File:
    """Return the page as a workbook. Raises Refused without the act `export`."""
    exports.taker()
    found, export, name = culture(at=at), new_id(), naming()
    body = to_xlsx(
        [
            Sheet("topics", (_("Audience"), _("Code"), _("Topic"), _("Courses"), _("People"), _("Trained"), *_ends()),
                  _topics(found, name)),
            Sheet("lapsing", (_("Course"), _("People"), _("From")),
                  [(name(one.course), one.people, one.first.isoformat()) for one in found.lapsing]),
            Sheet("exercises", (_("What"), _("Yours, in twelve months"), *_ends()),
                  [(one.size, one.number, *_figures(one.rest)) for one in found.exercised]),
        ],
        exports.mark(export, 0, at=at),
    )  # fmt: skip
    exports.remember(export, kind=KIND, form="xlsx", records=(), at=at)
    return File(f"culture-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.xlsx", body, 0)


def _ends() -> tuple[str, ...]:
    return _("Other organisations"), _("A quarter of them below"), _("Half of them below"), _("A quarter of them above")


def _figures(rest: Rest | None) -> tuple[Any, ...]:
    return (None,) * 4 if rest is None else (rest.organisations, rest.low, rest.middle, rest.high)


def _topics(found: Culture, name: Callable[[str], str]) -> list[tuple[Any, ...]]:
    code = language()
    return [
        (word("audiences", group.audience, code), one.topic, word("list", one.topic, code),
         ", ".join(name(slug) for slug in one.courses), group.people, one.trained, *_figures(one.rest))
        for group in found.groups for one in group.topics
    ]  # fmt: skip
