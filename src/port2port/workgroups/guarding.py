"""What no text of a group holds: marks of secrecy, numbers that identify a person, characters that no text has."""

from django.utils.translation import gettext as _

from port2port.base.errors import Problem
from port2port.sharing.guardrails.markings import marking
from port2port.sharing.guardrails.text import findings
from port2port.site.reader import language


def text_problems(field: str, text: str, longest: int, *, needed: bool = True) -> list[Problem]:
    """Return what is wrong with a text. `needed`: it may not be empty."""
    if needed and not text.strip():
        return [Problem(field, _("This is needed."))]
    found = []
    if len(text) > longest:
        found.append(Problem(field, _("Write at most %(n)d characters.") % {"n": longest}))
    if any(not character.isprintable() and character not in "\n\r\t" for character in text):
        found.append(Problem(field, _("The text holds characters that no text has.")))
    marked = marking(text)
    if marked is not None:
        found.append(Problem(field, f"{marked.reason(language())} {marked.direction(language())}"))
    never = [f"{one.about.label(language())} ({one.masked})" for one in findings(text) if one.blocking]
    if never:
        said = ", ".join(dict.fromkeys(never))
        found.append(Problem(field, _("Identities are never written here: %(what)s. Take it out.") % {"what": said}))
    return found
