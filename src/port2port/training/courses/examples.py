"""Files to begin with: a roster and results that can be taken in as they are. Whoever takes one out stands in it alone.

The first sheet is what is read; the second says in the reader's language what each column is, and names the courses.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.members.acting import current_actor
from port2port.sharing.sheets import XLSX, Sheet, to_csv, to_xlsx
from port2port.training.courses import records
from port2port.training.courses.queries import offered, trainer
from port2port.training.courses.words import offered_names

What = Literal["roster", "results"]
Form = Literal["csv", "xlsx"]
CSV = "text/csv; charset=utf-8"
DUE = timedelta(days=30)
ROWS = 2
LONGEST_TITLE = 31  # of a sheet, as Excel has it


@dataclass(frozen=True)
class Example:
    """A file: its name in the reader's language, what kind, and its bytes."""

    name: str
    kind: str
    body: bytes


def example(what: What, form: Form, *, at: datetime) -> Example:
    """Return a file to begin with, for who trains. Raises Refused."""
    trainer()
    columns = records.ROSTER if what == "roster" else records.RESULTS
    today = timezone.localdate(at)
    day = today + DUE if what == "roster" else today
    table = Sheet(what, columns, [(_own_name(), slug, day.isoformat()) for slug in list(offered())[:ROWS]])
    name = pgettext("file name", "roster") if what == "roster" else pgettext("file name", "results")
    if form == "csv":
        return Example(f"{name}.csv", CSV, to_csv(table))
    return Example(f"{name}.xlsx", XLSX, to_xlsx([table, _explained(what), _courses()]))


def _own_name() -> str:
    """Return how a file names the actor: by name, or by id where that is not enough."""
    person = current_actor().person
    known = records.own_team()
    name = known.names.get(person, "")
    return name if known.found(name) == person else str(person)


def _explained(what: What) -> Sheet:
    day = (
        _("The day by which the course should be taken, as 2026-11-28")
        if what == "roster"
        else _("The day on which it was taken, as 2026-11-28")
    )
    rows = [
        ("person", _("Who, as the list of your people names them, or the id")),
        ("course", _("The code of the course, from the next sheet")),
        ("due" if what == "roster" else "on", day),
    ]
    return Sheet(_("Columns")[:LONGEST_TITLE], (_("Column"), _("What it means")), rows)


def _courses() -> Sheet:
    return Sheet(_("Courses")[:LONGEST_TITLE], (_("Code"), _("Name")), list(offered_names().items()))
