"""The monitor in the reader's words: codes of runs, warnings and signals."""

from datetime import date

from babel.dates import format_date
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from port2port.displacement.analysis.categories import categories
from port2port.displacement.analysis.sentences import GRADES
from port2port.displacement.models import Warning
from port2port.displacement.rules import Track
from port2port.members.data_files import label
from port2port.members.facts import facts
from port2port.reports.vocabulary import modi_operandi
from port2port.site.reader import language

SIGHTS: dict[str, Promise] = {
    "released": _("All members: adoption that was published"),
    "named": _("The circle of the weakest link: also what ports told by name"),
}
DATA: dict[str, Promise] = {
    "network": _("The members' monthly counts and published incidents"),
    "published": _("Published incidents only"),
}
STATES: dict[str, Promise] = {
    "queued": _("Waits for its turn"),
    "running": _("Is being computed"),
    "done": pgettext_lazy("run", "Done"),
    "failed": _("Could not be computed"),
    "cancelled": pgettext_lazy("run", "Stopped"),
}
OUTCOME_WORDS: dict[str, Promise] = {
    "": _("Not known yet"),
    "confirmed": _("It came true"),
    "not": _("It did not come"),
    "cannot_tell": _("Cannot tell"),
}
WARNING_STATES: dict[str, Promise] = {
    "waiting": _("Waits for an analyst"),
    "released": pgettext_lazy("warning", "Released"),
    "dismissed": pgettext_lazy("warning", "Dismissed"),
}
EVIDENCE: dict[str, Promise] = {
    "claim": _("The model finds more than without the measure next door"),
    "alarm": _("A week above its limit"),
    "cluster": _("Events closer together than place and day explain"),
}
BADGES = {"waiting": "open", "released": "ok", "dismissed": "closed"}
OUTCOME_BADGES = {"": "open", "confirmed": "ok", "not": "error", "cannot_tell": "closed"}
RUN_BADGES = {"queued": "open", "running": "part", "done": "ok", "failed": "error", "cancelled": "closed"}


def sight_word(code: str) -> str:
    """Return who reads a result."""
    return str(SIGHTS[code])


def source_word(code: str) -> str:
    """Return what was counted."""
    return str(DATA[code])


def outcome_word(code: str) -> str:
    """Return what came of a forecast."""
    return str(OUTCOME_WORDS[code])


def category_word(code: str | None) -> str:
    """Return what a category, or the method of a signal, is called."""
    if not code:
        return str(_("all methods"))
    found = categories().by_code.get(code)
    if found is not None:
        return found.names[language()]
    return next((f"{one.code} {one.label(language())}" for one in modi_operandi() if one.code == code), code)


def grade_word(code: str) -> str:
    """Return a grade as it stands at the head of a claim."""
    return str(GRADES[code]).capitalize()


def port_word(code: str) -> str:
    """Return what a port is called, by its UN/LOCODE."""
    port = next((one for one in facts().ports.values() if one.locode == code), None)
    return label(port.names, language()) if port is not None else code


def month_word(month: date) -> str:
    """Return a month in words."""
    return format_date(month, "LLL yyyy", language())


def warning_title(warning: Warning) -> str:
    """Return what a warning says, in a line."""
    return _("%(method)s may move to %(port)s") % {
        "method": category_word(warning.method).capitalize(), "port": label(warning.port.names, language()),
    }  # fmt: skip


def track_line(found: Track) -> str:
    """Return how forecasts did, in a sentence."""
    if not found.scored:
        return str(_("None could be scored yet."))
    text = _("%(right)d of %(scored)d came true.") % {"right": found.confirmed, "scored": found.scored}
    if found.brier is not None:
        text += " " + _("Brier score %(score).2f (0 is perfect, 0.25 is guessing).") % {"score": found.brier}
    return text
