"""Guard rails before a report is shared: what identifies a person is pointed out, what is marked as secret refused."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from port2port.base.errors import Problem
from port2port.reports.rules import Draft
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.text import Finding, findings
from port2port.site.reader import language

GUARDED = ("text", "title", "place_text")
MOST_NAMED = 5  # findings that one message repeats


def guard_problems(draft: Draft, *, own_only: bool, nobodys: bool) -> list[Problem]:
    """Return what of a draft must not be shared as it is.

    A document's mark of secrecy and what is always personal (a register number, a date of birth) are refused whoever
    reads it. Phone numbers, plates, e-mail addresses, accounts and names are refused beyond the own organisation
    (`own_only` False), unless the writer says that they are nobody's own, as the number of a company's desk.
    """
    found: list[Problem] = []
    for name in GUARDED:
        text = getattr(draft, name)
        if text:
            found += _problems(name, text, own_only=own_only, nobodys=nobodys)
    return found


def _problems(name: str, text: str, *, own_only: bool, nobodys: bool) -> Iterable[Problem]:
    marked = marking(text)
    if marked is not None:
        yield Problem(name, f"{marked.reason(language())} {marked.direction(language())}")
    told = findings(text)
    never = [one for one in told if one.blocking]
    if never:
        yield Problem(
            name, _("Identities are never shared: %(what)s. Take it out.") % {"what": _named(never)}
        )  # fmt: skip
    rest = [one for one in told if not one.blocking]
    if rest and not own_only and not nobodys:
        yield Problem(
            name,
            _(
                "This may identify somebody: %(what)s. Take it out, put it under the numbers that may be seen again,"
                " or say that it is nobody's own."
            )
            % {"what": _named(rest)},
        )


def _named(found: Iterable[Finding]) -> str:
    """Return findings as "phone number (+32 4.. .. .. 12), plate (1-A..-..1)"."""
    told = [f"{one.about.label(language())} ({one.masked})" for one in found]
    more = "" if len(told) <= MOST_NAMED else ", ..."
    return ", ".join(dict.fromkeys(told[:MOST_NAMED])) + more
