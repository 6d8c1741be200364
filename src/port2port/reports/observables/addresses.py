"""Addresses of the Internet in one form: refanged, in lower case, hosts in ASCII, nothing in them that names a person.

"Defanged" is how analysts write an address so that nobody clicks on it: hxxp, [.], [at].
"""

import ipaddress
import re
import unicodedata
from urllib.parse import quote, unquote

import idna
from django.utils.translation import gettext_lazy as _

from port2port.reports.observables.refused import Unrecognised

# RFC 1122, 1918, 3927, 4193, 4291, 5771, 6598. Not `is_private`, which also holds the addresses for documents.
IN_EVERY_NETWORK = tuple(
    ipaddress.ip_network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
DOT = re.compile(r"\s?[\[({]\s?(?:\.|dot|punt|point|punkt)\s?[\])}]\s?|[。．｡]", re.IGNORECASE)
AT = re.compile(r"\s?[\[({]\s?(?:@|at)\s?[\])}]\s?", re.IGNORECASE)
LOCAL_PART = re.compile(r"[a-z0-9!#$%&'*+/=?^_`|~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`|~-]+)*")  # RFC 5322 section 3.2.3
LONGEST_LOCAL_PART = 64  # RFC 5321 section 4.5.3.1.1
SCHEME = re.compile(r"(?:h(?:tt|xx|\*\*)p(?P<secure>s?)|(?P<ftp>f[tx]p))(?:\[?:\]?//|\[://\])", re.IGNORECASE)
AUTHORITY = re.compile(
    r"(?:[^@/?#\\]*@)*(?P<host>\[[0-9a-f:.]+\]|[^@:/?#\\]+)(?::(?P<port>[0-9]{1,5}))?", re.IGNORECASE
)
DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}
HIGHEST_PORT = 65535
ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}|%")
UNRESERVED = re.compile(r"[A-Za-z0-9._~-]")  # RFC 3986 section 2.3
NEVER_ESCAPED = "%/?:@!$&'()*+,;=~"  # RFC 3986 section 3.3 and 3.4; escapes are already in order
EMAIL_WITHIN = re.compile(
    r"(?<![A-Za-z0-9._+%-])(?:[A-Za-z0-9._+-]|%[0-9A-F]{2})+(?:@|%(?:25)?40)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"
)


def ip_address(written: str) -> str:
    """Return an IPv4 or IPv6 address as RFC 5952 writes it, an IPv4 address mapped into IPv6 as IPv4.

    Raises Unrecognised for anything else, for a network (its addresses meet by their subnet anyhow) and for an address
    that exists in every network, which would bring together what has nothing to do with each other.
    """
    text = DOT.sub(".", written)
    if "/" in text:
        raise Unrecognised(_("This is a network. Give one address; neighbours are found by themselves."))
    try:
        address = ipaddress.ip_address(text.removeprefix("[").removesuffix("]"))
    except ValueError:
        raise Unrecognised from None
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            raise Unrecognised
        address = address.ipv4_mapped or address
    if any(address in block for block in IN_EVERY_NETWORK):
        raise Unrecognised(_("This address exists in every network and says nothing outside yours."))
    return str(address)


def domain_name(written: str) -> str:
    """Return the name of a host in lower case and ASCII (RFC 5891, UTS 46), without the last dot.

    Raises Unrecognised when it has no dot, a character that no host has, or is a number.
    """
    text = DOT.sub(".", written).removesuffix(".")
    try:
        name = idna.encode(text, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise Unrecognised from None
    if "." not in name or not re.fullmatch(r"[a-z][a-z0-9-]*[a-z0-9]", name.rpartition(".")[2]):
        raise Unrecognised
    return name


def email_address(written: str) -> str:
    """Return an e-mail address in lower case; raises Unrecognised, also for a quoted or non-ASCII name."""
    text = DOT.sub(".", AT.sub("@", unicodedata.normalize("NFKC", written))).lower().removeprefix("mailto:")
    name, at, host = text.rpartition("@")
    if not at or len(name) > LONGEST_LOCAL_PART or not LOCAL_PART.fullmatch(name):
        raise Unrecognised
    return f"{name}@{domain_name(host)}"


def url(written: str) -> str:
    """Return a web address with its host in order, without user name, password, fragment and default port.

    E-mail addresses in it become "*": in phishing they are the victims', and without them two letters of one wave meet.
    Raises Unrecognised for another scheme than http, https or ftp, and when the host is not one.
    """
    scheme_found = SCHEME.match(written)
    if scheme_found is None:
        raise Unrecognised(_("A web address begins with http://, https:// or ftp://."))
    scheme = "ftp" if scheme_found["ftp"] else "http" + scheme_found["secure"].lower()
    rest = written[scheme_found.end() :]
    cut = next((i for i, c in enumerate(rest) if c in "/?#\\"), len(rest))
    authority = AUTHORITY.fullmatch(DOT.sub(".", rest[:cut]))
    if authority is None:
        raise Unrecognised
    host = host_of(authority["host"])
    port = int(authority["port"]) if authority["port"] else DEFAULT_PORTS[scheme]
    if port > HIGHEST_PORT:
        raise Unrecognised
    after = "" if port == DEFAULT_PORTS[scheme] else f":{port}"
    path = _path(rest[cut:].partition("#")[0].replace("[.]", "."))
    return f"{scheme}://{f'[{host}]' if ':' in host else host}{after}{path}"


def host_of(written: str) -> str:
    """Return a host, an address or a name, in its canonical form; raises Unrecognised."""
    if re.fullmatch(r"\[.*\]|[0-9.]+", written):
        return ip_address(written)
    return domain_name(written)


def _path(written: str) -> str:
    """Escapes as RFC 3986 section 6.2.2 has them: capitals, and none for a character that needs none."""
    if re.search(r"\s", written):
        raise Unrecognised

    def in_order(found: re.Match[str]) -> str:
        if found[0] == "%":
            return "%25"
        character = unquote(found[0])
        return character if UNRESERVED.fullmatch(character) else found[0].upper()

    path = quote(ESCAPE.sub(in_order, written), safe=NEVER_ESCAPED)
    return EMAIL_WITHIN.sub("*", path if path.startswith("/") else "/" + path)
