"""What the code of a connection that failed means, in the reader's language."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from port2port.base.errors import Text


def why(code: str, own: Mapping[str, Text]) -> Text:
    """Return what a code of `line.code_of` or an HTTP status means; `own`: what codes mean where it was asked."""
    known: Mapping[str, Text] = {
        "": "",
        "timeout": _("It did not answer in time."),
        "dns": _("Its name is not known."),
        "tls.certificate": _("Its certificate is not valid."),
        "tls": _("No secure connection could be made."),
        "connection": _("The connection was refused or broke off."),
        "answer": _("Its answer broke off or is no HTTP."),
        **own,
    }
    if code in known:
        return known[code]
    if code.startswith("forbidden."):
        return _("Its address leads into a network that we do not connect to.")
    if code.startswith("http.3"):
        return _("It sends us on to another address. We follow nobody: give the address itself.")
    return _("It answered with HTTP status %(status)s.") % {"status": code.removeprefix("http.")}
