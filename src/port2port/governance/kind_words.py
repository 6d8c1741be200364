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
    "minutes": gettext_lazy("Minutes"),
    "paper": gettext_lazy("Papers of meetings"),
    "decision": gettext_lazy("Decisions"),
    "action": gettext_lazy("Actions agreed"),
    "objective": gettext_lazy("Objectives of measures"),
    "signal": gettext_lazy("Signals"),
    "detection": gettext_lazy("Detections"),
    "attachment": gettext_lazy("Attachments"),
    "lesson": gettext_lazy("Lessons"),
    "exercise": gettext_lazy("Exercises"),
    "aid": gettext_lazy("Requests for equipment"),
    "installation": gettext_lazy("Installations of systems"),
    "measurement": gettext_lazy("Measurements of systems"),
    "procurement": gettext_lazy("Procurements of systems"),
    "declaration": gettext_lazy("Declarations of Security"),
}


def kind_word(kind: str) -> str:
    """Return a kind of record in words, or its code where there is no word of ours."""
    return str(KINDS.get(kind, kind))
