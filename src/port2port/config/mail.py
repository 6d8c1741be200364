"""From one address to Django's mail settings."""

from typing import Any
from urllib.parse import unquote, urlsplit

from port2port.config.options import BadOption

STARTTLS_PORT, TLS_PORT = 587, 465


def mail_settings(url: str) -> dict[str, Any]:
    """Return Django's settings for `smtp://user:password@host:587`, `smtps://...` or `console:`. Raises BadOption.

    `smtp:` always asks for STARTTLS, except to this machine: mail of ours does not cross a network in clear.
    """
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise BadOption("PORT2PORT_MAIL_URL must be smtp://..., smtps://... or console:")
    implicit = parts.scheme == "smtps"
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (TLS_PORT if implicit else STARTTLS_PORT),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": not implicit and not here,
        "EMAIL_TIMEOUT": 20,
    }
