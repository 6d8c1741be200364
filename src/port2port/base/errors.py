"""Every error this program raises on purpose. HTTP is mapped once, in `config/edge.py`; the shape is RFC 9457's."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Problem:
    """One thing to put right: the field as the reader knows it, what is wrong, and the row of the file, if any."""

    field: str
    message: Text
    row: int | None = None


class Port2PortError(Exception):
    """Something this program does not do, with the reason in the reader's language."""

    status = 500
    code = "error"
    title: Text = _("This did not work")

    def __init__(self, reason: Text = "", **context: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.context = context


class Invalid(Port2PortError):
    """What was sent cannot be taken; nothing was written. Each problem names its field (and row)."""

    status = 422
    code = "invalid"
    title = _("Some of this must be put right")

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(f"{p.field}: {p.message}" for p in self.problems))


class Refused(Port2PortError):
    """The actor may know of this but may not do it."""

    status = 403
    code = "refused"
    title = _("You may not do this")


class AcceptanceDue(Refused):
    """The organisation has not accepted the texts that it must before it shares like this; the reason names them."""

    code = "acceptance-due"
    title = _("Your organisation must accept the network's texts first")


class NotFound(Port2PortError):
    """There is no such thing for this actor: absent and hidden are the same answer."""

    status = 404
    code = "not-found"
    title = _("There is nothing here for you")


class Conflict(Port2PortError):
    """What was sent is based on a state that has changed since."""

    status = 409
    code = "conflict"
    title = _("This was changed in the meantime")


class PreconditionFailed(Port2PortError):
    """If-Match names another version than the stored one (RFC 9110 section 13.1.1)."""

    status = 412
    code = "precondition-failed"
    title = _("This was changed in the meantime")


class TooLarge(Port2PortError):
    """The body or file is over the limit."""

    status = 413
    code = "too-large"
    title = _("This is too large")


class Throttled(Port2PortError):
    """Too many tries; come back later."""

    status = 429
    code = "throttled"
    title = _("Too many tries")


class Unavailable(Port2PortError):
    """A part of the platform that this needs does not work now (the journal, the database)."""

    status = 503
    code = "unavailable"
    title = _("A part of the platform does not work now")
