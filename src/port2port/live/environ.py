"""The WSGI environ (PEP 3333) of an ASGI request."""

import base64
import binascii
import hashlib
import re
import sys
from collections.abc import Sequence
from io import BytesIO
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any, Protocol, TextIO
from urllib.parse import unquote, unquote_to_bytes

from port2port.live.bodies import Scope

Network = IPv4Network | IPv6Network

# What proxies add. It is read here, for trusted peers, and then taken away: nothing behind the front reads
# it again.
FORWARDED = frozenset(
    {
        "HTTP_CLIENT_CERT",
        "HTTP_CLIENT_CERT_CHAIN",
        "HTTP_FORWARDED",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_HOST",
        "HTTP_X_FORWARDED_PORT",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_REAL_IP",
    }
)
# A client certificate as proxies hand it on: DER between colons (RFC 9440), or PEM with %XX, as nginx writes it.
BINARY = re.compile(r":(?P<der>[A-Za-z0-9+/=]+):")
PEM = re.compile(r"-----BEGIN CERTIFICATE-----\s(?P<der>[A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*")
# Describe the connection, not the request; HTTP_PROXY would be taken for an environment variable
# (CVE-2016-5385).
DROPPED = frozenset({"HTTP_TRANSFER_ENCODING", "HTTP_CONNECTION", "HTTP_PROXY", "HTTP_CONTENT_LENGTH"})


class Readable(Protocol):
    """A body at its start."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes."""


class TrustedProxies:
    """The addresses whose X-Forwarded-* headers are believed: none unless named."""

    def __init__(self, networks: Sequence[str] = (), *, certificates: bool = False) -> None:
        """Take addresses or networks (`127.0.0.1`, `10.0.0.0/8`); raises ValueError for anything else.

        `certificates`: they set or clear the header Client-Cert, so that no client can write it (RFC 9440, section 4).
        """
        self.certificates = certificates
        self.networks: tuple[Network, ...] = tuple(ip_network(each, strict=False) for each in networks)

    def __contains__(self, address: str) -> bool:
        if not self.networks:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.networks)

    def client(self, chain: str, peer: str) -> str:
        """Return the last address of an X-Forwarded-For chain that is not one of ours, or the peer.

        Read from the right: what stands left of the first stranger was written by a stranger.
        """
        for address in reversed([each.strip() for each in chain.split(",")]):
            try:
                ip_address(address)
            except ValueError:
                return peer
            peer = address
            if address not in self:
                return address
        return peer


NOBODY = TrustedProxies()


def build_environ(
    scope: Scope,
    body: Readable | None,
    length: int,
    trusted: TrustedProxies = NOBODY,
    errors: TextIO = sys.stderr,
) -> dict[str, Any]:
    """Return the environ for one request whose body (`length` bytes) was read already."""
    server = scope.get("server") or ("localhost", None)
    peer = (scope.get("client") or ("", 0))[0]
    raw = scope.get("raw_path")
    path = unquote_to_bytes(raw) if raw else scope["path"].encode()
    root = scope.get("root_path", "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": path.decode("latin-1").removeprefix(root),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or (443 if scope.get("scheme") == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/" + scope.get("http_version", "1.1"),
        "REMOTE_ADDR": peer,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO() if body is None else body,
        "wsgi.input_terminated": True,
        "wsgi.errors": errors,
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        # An underscore would be read as a hyphen: a way round whoever filters headers before us.
        if b"_" in name:
            continue
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        if key in DROPPED:
            continue
        if key == "HTTP_CONTENT_TYPE":
            environ["CONTENT_TYPE"] = value.decode("latin-1")
        elif key in environ:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value.decode("latin-1")
        else:
            environ[key] = value.decode("latin-1")
    if body is not None:
        environ["CONTENT_LENGTH"] = str(length)
    _apply_forwarded(environ, peer, trusted)
    return environ


def _apply_forwarded(environ: dict[str, Any], peer: str, trusted: TrustedProxies) -> None:
    if any(name in environ for name in FORWARDED):
        # what is open to this machine alone looks at this: no header can set it, those begin with HTTP_
        environ["port2port.forwarded"] = "yes"
    if peer in trusted:
        if chain := environ.get("HTTP_X_FORWARDED_FOR"):
            environ["REMOTE_ADDR"] = trusted.client(chain, peer)
        proto = environ.get("HTTP_X_FORWARDED_PROTO", "").split(",")[-1].strip().lower()
        if proto in {"http", "https"}:
            environ["wsgi.url_scheme"] = proto
        if host := environ.get("HTTP_X_FORWARDED_HOST", "").split(",")[-1].strip():
            environ["HTTP_HOST"] = host
        if trusted.certificates:
            environ["port2port.certificate"] = fingerprint(environ.get("HTTP_CLIENT_CERT", ""))
    for name in FORWARDED:
        environ.pop(name, None)


def fingerprint(header: str) -> str:
    """Return the SHA-256 of the certificate in a `Client-Cert` header in hexadecimal; "" when there is none in it."""
    found = BINARY.fullmatch(header) or PEM.fullmatch(unquote(header))
    try:
        der = base64.b64decode("".join(found["der"].split()), validate=True) if found else b""
    except binascii.Error:
        return ""
    return hashlib.sha256(der).hexdigest() if der else ""
