"""A mapping: what each column of a partner's file is here, and how its cells are read. Plain values; kept as JSON."""

import hashlib
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import msgspec
from django.utils.translation import gettext as _

from port2port.base.errors import Invalid, Problem
from port2port.base.text import unreadable
from port2port.exchange.files.fields import Field, fields

MOST_COLUMNS = 60
MOST_VALUES = 500  # of theirs that one mapping names, over all its columns
LONGEST_NAME, LONGEST_VALUE, LONGEST_PARTNER = 120, 200, 60
Order = Literal["dmy", "mdy", "ymd"]
Decimal = Literal[",", "."]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NAME)]
Value = Annotated[str, msgspec.Meta(max_length=LONGEST_VALUE)]


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A column by the name in the head of the file. Without a field it is not taken.

    `values`: what of theirs stands for which code of ours; "" for nothing. What is not named is recognised, or refused.
    """

    name: Name
    field: str = ""
    values: dict[Value, Value] = msgspec.field(default_factory=dict)


class Mapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file of this partner means. `constants`: codes for what it does not say.

    `order`: of day, month and year where a date is not written as ISO 8601 does; `zone`: of the clock it is read on;
    `audience`: who sees the reports, a code of the choices of a report.
    """

    partner: str
    columns: tuple[Column, ...]
    constants: dict[str, Value] = msgspec.field(default_factory=dict)
    order: Order = "dmy"
    zone: str = "Europe/Brussels"
    decimal: Decimal = ","
    language: Literal["nl", "fr", "de", "en"] = "nl"
    audience: str = "my-organisation"

    def column(self, field: str) -> Column | None:
        """Return the first column that is this field of ours."""
        return next((one for one in self.columns if one.field == field), None)

    def origin(self) -> str:
        """Return how the partner's own numbers are told from those of others."""
        return f"file:{' '.join(self.partner.casefold().split())}"


def as_mapping(said: Any) -> Mapping:
    """Return a mapping from JSON values, which may still be incomplete. Raises Invalid for what is none."""
    try:
        return msgspec.convert(said, Mapping)
    except msgspec.ValidationError as error:
        message, _at, path = str(error).partition(" - at `$")
        raise Invalid([Problem(f"mapping{path.strip('`')}", message)]) from None


def read_mapping(said: Any) -> Mapping:
    """Return a mapping from JSON values, checked. Raises Invalid with every problem, by path or column."""
    found = as_mapping(said)
    problems = _problems(found)
    if problems:
        raise Invalid(problems)
    return found


def written(mapping: Mapping) -> dict[str, Any]:
    """Return a mapping as JSON values."""
    values: dict[str, Any] = msgspec.to_builtins(mapping)
    return values


def head_digest(names: Sequence[str]) -> str:
    """Return by what files with the same columns are recognised, in whatever order these stand."""
    return hashlib.sha256("\x1f".join(sorted(" ".join(one.casefold().split()) for one in names)).encode()).hexdigest()


def _problems(found: Mapping) -> list[Problem]:
    known = fields()
    problems = _field_problems(found, known)
    partner = found.partner.strip()
    if not partner or len(partner) > LONGEST_PARTNER or unreadable(partner):
        problems.append(Problem("partner", _("Say in at most 60 characters whose file it is.")))
    if found.zone not in available_timezones():
        problems.append(Problem("zone", _("There is no such time zone.")))
    if any(code not in known or not known[code].constant for code in found.constants):
        problems.append(Problem("constants", _("This cannot be said once for all rows.")))
    said = [text for one in found.columns for text in (one.name, *one.values, *one.values.values())]
    if any(unreadable(text) for text in (*said, *found.constants.values(), found.audience)):
        problems.append(Problem("columns", _("This holds characters that cannot be shown. Type it again.")))
    return problems


def _field_problems(found: Mapping, known: dict[str, Field]) -> list[Problem]:
    problems: list[Problem] = []
    names = [one.name for one in found.columns]
    if not names or len(names) > MOST_COLUMNS or len(set(names)) < len(names):
        problems.append(Problem("columns", _("Name each column once, at most 60 of them.")))
    if sum(len(one.values) for one in found.columns) > MOST_VALUES:
        problems.append(Problem("columns", _("At most 500 values have a meaning of their own.")))
    taken: set[str] = set()
    for one in found.columns:
        field = known.get(one.field)
        if one.field and field is None:
            problems.append(Problem(one.name, _("There is no such field.")))
        elif one.field in taken and one.field != "text":
            problems.append(Problem(one.name, _("Another column is that already.")))
        elif one.values and (field is None or field.kind != "code"):
            problems.append(Problem(one.name, _("Only codes have meanings of their own.")))
        if one.field:
            taken.add(one.field)
    if "occurred_at" not in taken:
        problems.append(Problem("occurred_at", _("Say which column is the day.")))
    return problems
