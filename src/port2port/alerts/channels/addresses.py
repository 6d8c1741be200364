"""Which addresses we connect to: a receiver's address is entered by people, and must not lead into our own network.

Against server-side request forgery (OWASP, CWE-918). The name is resolved once, every address it has is judged, and
the caller connects to exactly these, so that a name cannot change between check and use (DNS rebinding).
"""

import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
Resolve = Callable[..., Sequence[tuple[Any, ...]]]  # as socket.getaddrinfo

DEFAULT_PORTS = {"https": 443, "http": 80}
OPEN_PORTS = frozenset({443, 8443})
LONGEST_URL = 2000
# RFC 3986, read here and not by `urlsplit`, which drops some characters and changes between versions of Python. What
# parsers read in different ways is refused: all but printable ASCII, the backslash, the fragment.
UNCLEAR = re.compile(r"[^!-~]|[\\#]")
URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?]*)(?P<target>.*)")
AUTHORITY = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:]+)(:(?P<port>[0-9]{0,5}))?")
LAST_PORT = 65_535
LONGEST_NAME = 253
NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")

# IANA's special-purpose registries (RFC 6890 and its updates), by what they mean for us; the first that fits counts.
# Kept here and not left to `ipaddress`, whose idea of "global" changes between versions of Python.
METADATA = frozenset(
    map(
        ip_address,
        # cloud providers' own services, which hand out a machine's credentials to whoever asks from it
        ("169.254.169.254", "169.254.170.2", "168.63.129.16", "192.0.0.192", "100.100.100.200", "fd00:ec2::254"),
    )
)
SPECIAL = tuple(
    (code, tuple(map(ip_network, networks)))
    for code, networks in (
        ("unspecified", ("0.0.0.0/8", "::/128")),
        ("loopback", ("127.0.0.0/8", "::1/128")),
        ("link_local", ("169.254.0.0/16", "fe80::/10")),
        ("private", ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")),
        ("multicast", ("224.0.0.0/4", "ff00::/8")),
        ("reserved", ("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24")),
        ("reserved", ("203.0.113.0/24", "240.0.0.0/4", "2001::/23", "2001:db8::/32", "3fff::/20")),
    )
)
OWN_NETWORK = frozenset({"loopback", "private"})  # what allow_private opens; the rest stays closed always
GLOBAL_V6 = IPv6Network("2000::/3")  # all that is given out; what lies outside is special in some way (RFC 4291)
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


class Forbidden(ValueError):
    """We do not connect to this address; `code` says why and may stand in the journal."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Place:
    """An address as it is written, read but not yet resolved. `host` is a name or an IP address, without brackets."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Host and port as the Host header and an origin say them: no port when it is the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def scheme(self) -> str:
        """The scheme."""
        return "https" if self.secure else "http"

    @property
    def origin(self) -> str:
        """Scheme, host and port (RFC 6454 section 6.2)."""
        return f"{self.scheme}://{self.authority}"


@dataclass(frozen=True)
class Resolved:
    """A checked address: where to connect (`addresses`, in the resolver's order), and the name to ask for there."""

    host: str
    port: int
    addresses: tuple[Address, ...]
    place: Place


def read_place(url: str, *, allow_private: bool, ports: frozenset[int] = OPEN_PORTS) -> Place:
    """Return what a URL says, without resolving it: good for a form. `ports`: open on the internet. Raises Forbidden.

    Codes: "url" (not a plain ASCII URL, or with a fragment), "scheme", "credentials", "host", "port".
    """
    parts = URL.fullmatch(url)
    if parts is None or len(url) > LONGEST_URL or UNCLEAR.search(url):
        raise Forbidden("url")
    scheme = parts["scheme"].lower()
    if scheme not in (DEFAULT_PORTS if allow_private else ("https",)):
        raise Forbidden("scheme")
    if "@" in parts["authority"]:
        raise Forbidden("credentials")
    authority = AUTHORITY.fullmatch(parts["authority"].lower())
    if authority is None:
        raise Forbidden("host")
    port = int(authority["port"] or DEFAULT_PORTS[scheme])
    if not 0 < port <= LAST_PORT or not (allow_private or port in ports):
        raise Forbidden("port")
    path = parts["target"] if parts["target"].startswith("/") else "/" + parts["target"]
    return Place(scheme == "https", _host(authority["host"]), port, path)


def _host(written: str) -> str:
    if written.startswith("["):
        try:
            return str(IPv6Address(written[1:-1]))
        except ValueError:
            raise Forbidden("host") from None
    host = written.removesuffix(".")  # certificates and SNI name the host without it (RFC 6066 section 3)
    if len(host) > LONGEST_NAME or not NAME.fullmatch(host):
        raise Forbidden("host")
    return host


def resolved(
    url: str,
    *,
    allow_private: bool,
    resolve: Resolve = socket.getaddrinfo,
    ports: frozenset[int] = OPEN_PORTS,
) -> Resolved:
    """Return where a URL leads, every address checked.

    `allow_private` is a setting of the installation for receivers on the port's own network: it opens loopback and
    private addresses, any port, and http to these addresses only. Link-local, multicast and reserved addresses and
    those of cloud metadata stay closed. Raises Forbidden (see `read_place`; for an address "loopback", "private",
    "link_local", "multicast", "unspecified", "reserved" or "metadata") when a single address is: a name that also leads
    inside is no mistake to work around.
    Raises OSError when the name cannot be resolved.
    """
    place = read_place(url, allow_private=allow_private, ports=ports)
    answers = resolve(place.host, place.port, type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(ip_address(answer[4][0]) for answer in answers))
    if not addresses:
        raise socket.gaierror(socket.EAI_NONAME, "no address")
    for address in addresses:
        code = special(address)
        if code is not None and not (allow_private and code in OWN_NETWORK):
            raise Forbidden(code)
        if code is None and not place.secure:
            raise Forbidden("scheme")
    return Resolved(place.host, place.port, addresses, place)


def special(address: Address) -> str | None:
    """Return why an address is not one of the open internet, or nothing when it is.

    An IPv6 address that carries an IPv4 address (mapped, 6to4, NAT64) is what the IPv4 address is: packets go there.
    """
    if address in METADATA:
        return "metadata"
    inner = _carried(address)
    if inner is not None:
        return special(inner)
    for code, networks in SPECIAL:
        if any(address in network for network in networks):
            return code
    if isinstance(address, IPv6Address) and address not in GLOBAL_V6:
        return "reserved"
    return None


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour
