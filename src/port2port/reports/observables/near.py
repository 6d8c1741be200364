"""What two observables share when they are not the same: a misread digit, a neighbouring address, a common host.

Keys are compared as they are. The caller blinds those of kinds that lead to a person before they leave the
organisation.
"""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from port2port.reports.observables.kinds import recognition
from port2port.reports.observables.normal import CONTAINER_SERIAL, Observable

# What one customer of a provider usually holds or moves about in: RFC 6177 for IPv6, common practice for IPv4.
SUBNET_BITS = {4: 24, 6: 48}
ANY = "?"  # never in a plate


@dataclass(frozen=True)
class Near:
    """A weaker tie than being the same. `own_only`: to be compared within one organisation only."""

    relation: str
    key: str
    own_only: bool


def exact_key(one: Observable) -> str:
    """Return what an exact match compares, as "container:CSQU3054383"."""
    return f"{one.kind}:{one.value}"


def near_keys(one: Observable) -> tuple[Near, ...]:
    """Return the keys by which it may meet others. Two that are the same meet by `exact_key`, never by these alone."""
    match one.kind:
        case "container":
            return (_near("container-serial", one.value[:CONTAINER_SERIAL]),)
        case "plate":
            # One key for each place that may be misread: two plates that differ in one place share the key of it.
            return tuple(
                _near("plate-misread", one.value[:place] + ANY + one.value[place + 1 :], own_only=True)
                for place in range(len(one.value))
            )
        case "ip":
            return (_subnet(one.value),)
        case "domain":
            return _host(one.value)
        case "email":
            return _host(one.value.rpartition("@")[2])
        case "url":
            return _host(urlsplit(one.value).hostname or "")
    return ()


def _near(relation: str, of: str, *, own_only: bool = False) -> Near:
    return Near(relation, f"{relation}:{of}", own_only)


def _subnet(address: str) -> Near:
    bits = SUBNET_BITS[ipaddress.ip_address(address).version]
    return _near("subnet", str(ipaddress.ip_network(f"{address}/{bits}", strict=False)))


def _host(host: str) -> tuple[Near, ...]:
    if ":" in host or host.replace(".", "").isdigit():
        return (_subnet(host),)
    name = host.removeprefix("www.")
    # A provider of mail or of short links is shared by everybody: it would tie all to all.
    return () if name in recognition().lists.shared_hosts else (_near("domain", name),)
