"""Kinds of records in the reader's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

KINDS: dict[str, str | Promise] = {
    "report": gettext_lazy("Reports"),
    "annex": gettext_lazy("Annexes of reports"),
    "alert": gettext_lazy("Alerts"),
    "measure": gettext_lazy("Measures"),
    "operation": gettext_lazy("Operations"),
    "practice": gettext_lazy("Practices"),
    "question": gettext_lazy("Questions"),
    "flight": gettext_lazy("Flights"),
    "case": gettext_lazy("Cases of the help desk"),
    "meeting": gettext_lazy("Meetings"),
}


def kind_word(kind: str) -> str:
    """Return a kind of record in words, or its code where there is no word of ours."""
    return str(KINDS.get(kind, kind))
