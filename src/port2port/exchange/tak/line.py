"""Sending events to a TAK server over TLS with the organisation's certificate: checked address, one deadline.

TLS 1.3 says only after the first bytes that a certificate is refused: a moment is listened for it.
"""

import ssl
from dataclasses import dataclass, replace

from port2port.alerts.channels.line import FAILURES, Reach, code_of, opened
from port2port.exchange.certificates import context

PORTS = frozenset({443, 8089, 8443})  # 8089: a TAK server's own for TLS
HEARD = 0.5  # seconds
LONGEST_HEARD = 65_536  # bytes of what it sends us, unread


class Failed(Exception):
    """Events did not arrive; `code` as of a webhook's connection, or "certificate" where ours cannot be used."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Server:
    """Where it is, and by what we know each other. `ca`: who vouches for it; empty: whom this machine trusts."""

    address: str
    ca: str
    certificate: str
    key: str


def url_of(address: str) -> str:
    """Return a host and port as an address that can be checked."""
    return f"https://{address}/"


def trust(server: Server) -> ssl.SSLContext:
    """Return the certificates of both sides. Raises Failed for what cannot be used."""
    try:
        return context(server.certificate, server.key, server.ca)
    except (ssl.SSLError, ValueError) as problem:
        raise Failed("certificate") from problem


def send(server: Server, body: bytes, *, reach: Reach) -> None:
    """Send events in one connection; with none, only find out whether it takes us. Raises Failed."""
    tls = trust(server)
    try:
        with opened(url_of(server.address), reach=replace(reach, tls=tls, ports=PORTS), longest=LONGEST_HEARD) as (
            line,
            _,
        ):
            line.sendall(body)
            line.listen(HEARD)
    except FAILURES as problem:
        raise Failed(code_of(problem)) from problem
