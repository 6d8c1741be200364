"""Guard rails before a question or answer is sent: what identifies a person is pointed out, what is secret refused."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from port2port.base.errors import Problem
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.text import Finding, findings
from port2port.site.reader import language

MOST_NAMED = 5  # findings that one message repeats


def guard_problems(text: str, *, confirmed: bool, field: str = "text") -> list[Problem]:
    """Return what of a text must not be sent as it is.

    A mark of secrecy and what is always personal (a register number, a date of birth) are refused. A telephone number,
    a name or an address is pointed out; it is sent when its writer has `confirmed` that it may stand there.
    """
    found = []
    marked = marking(text)
    if marked is not None:
        found.append(Problem(field, f"{marked.reason(language())} {marked.direction(language())}"))
    told = findings(text)
    never = [one for one in told if one.blocking]
    if never:
        found.append(Problem(field, _("Leave this out, we never keep it: %(what)s.") % {"what": _named(never)}))
    rest = [one for one in told if not one.blocking]
    if rest and not confirmed:
        found.append(
            Problem(
                "confirmed",
                _("This may identify somebody: %(what)s. Take it out, or say that it may stand there.")
                % {"what": _named(rest)},
            )
        )
    return found


def personal_data_of(text: str) -> str:
    """Return the class of personal data that a text holds: what leads to somebody shortens how long it is kept."""
    return "indirect" if findings(text) else "none"


def _named(found: Iterable[Finding]) -> str:
    told = [f"{one.about.label(language())} ({one.masked})" for one in found]
    more = "" if len(told) <= MOST_NAMED else ", ..."
    return ", ".join(dict.fromkeys(told[:MOST_NAMED])) + more
