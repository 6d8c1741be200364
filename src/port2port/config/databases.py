"""From a PostgreSQL URL to Django's connection settings: one persistent connection a thread, no pool.

A pool hands a connection, with whatever a bug left set on it, from one request to the next.
"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def connection_settings(url: str) -> dict[str, Any]:
    """Return Django's `DATABASES` entry for `postgresql://role:password@host:port/name?host=...&sslmode=...`."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "port2port.config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "port2port", "server_side_binding": True, "prepare_threshold": 3, **query},
        "TEST": {"MIGRATE": False},
    }
