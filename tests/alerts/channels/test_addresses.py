"""Where we connect, and where never."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from port2port.alerts.channels.addresses import Forbidden, read_place, resolved, special
from tests.alerts.channels.receiver import leads_to

PUBLIC = "8.8.4.4"


def code_of(url: str, *addresses: str, allow_private: bool = False) -> str | None:
    try:
        resolved(url, allow_private=allow_private, resolve=leads_to(*(addresses or (PUBLIC,))))
    except Forbidden as why:
        return why.code
    return None


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://hook.example/", None), ("https://hook.example:8443/a?b=c", None), ("https://hook.example.:443", None),
        ("HTTPS://HOOK.EXAMPLE/", None), ("https://hook.example:/", None), ("https://a_b.example/", None),
        ("http://hook.example/", "scheme"), ("ftp://hook.example/", "scheme"), ("file:///etc/passwd", "scheme"),
        ("gopher://hook.example/", "scheme"), ("//hook.example/", "url"), ("hook.example", "url"), ("", "url"),
        ("https://user:word@hook.example/", "credentials"), ("https://user@hook.example/", "credentials"),
        ("https://@hook.example/", "credentials"), ("https://hook.example@[::1]/", "credentials"),
        ("https://hook.example:22/", "port"), ("https://hook.example:80/", "port"), ("https://hook.example:0/", "port"),
        ("https://hook.example:70000/", "port"), ("https://hook.example:-1/", "host"),
        ("https://hook.example:443443443/", "host"), ("https://hook.example:4a/", "host"), ("https:///path", "host"),
        ("https://./", "host"), ("https://a..b/", "host"), ("https://-a.example/", "host"),
        ("https://" + "a" * 64 + ".example/", "host"), ("https://" + "a." * 127 + "example/", "host"),
        ("https://%6c%6fcalhost/", "host"), ("https://[::1/", "host"), ("https://[::1]x/", "host"),
        ("https://x[::1]/", "host"), ("https://[fe80::1%25eth0]/", "host"), ("https://[zz::1]/", "host"),
        ("https://hook.example/#here", "url"), ("https://hook.example#@evil.example/", "url"),
        ("https://hook.example\\@evil.example/", "url"),
        ("https://hook.example/a b", "url"), ("https://hook.example/\r\nHost: x", "url"),
        ("https://ho\tok.example/", "url"), (" https://hook.example/", "url"), ("https://häfen.example/", "url"),
        ("https://ⓗook.example/", "url"), ("https://hook.example/" + "a" * 2000, "url"),
    ],
)  # fmt: skip
def test_a_url_is_taken_or_named(url, code):
    assert code_of(url) == code


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("127.0.0.1", "loopback"), ("127.255.255.254", "loopback"), ("::1", "loopback"),
        ("0.0.0.0", "unspecified"), ("0.1.2.3", "unspecified"), ("::", "unspecified"),
        ("10.0.0.1", "private"), ("172.16.0.1", "private"), ("172.31.255.255", "private"), ("192.168.1.1", "private"),
        ("100.64.0.1", "private"), ("fd12:3456::1", "private"), ("fc00::1", "private"),
        ("169.254.1.1", "link_local"), ("fe80::1", "link_local"), ("fe80::1%eth0", "link_local"),
        ("169.254.169.254", "metadata"), ("168.63.129.16", "metadata"), ("fd00:ec2::254", "metadata"),
        ("100.100.100.200", "metadata"), ("192.0.0.192", "metadata"), ("169.254.170.2", "metadata"),
        ("224.0.0.1", "multicast"), ("239.255.255.250", "multicast"), ("ff02::1", "multicast"),
        ("240.0.0.1", "reserved"), ("255.255.255.255", "reserved"), ("192.0.2.1", "reserved"),
        ("198.18.0.1", "reserved"), ("198.51.100.1", "reserved"), ("203.0.113.9", "reserved"),
        ("192.88.99.1", "reserved"), ("192.0.0.8", "reserved"), ("2001:db8::1", "reserved"), ("3fff::1", "reserved"),
        ("2001::1", "reserved"), ("fec0::1", "reserved"), ("100::1", "reserved"), ("4000::1", "reserved"),
        ("64:ff9b:1::a00:1", "reserved"), ("::a00:1", "reserved"), ("5f00::1", "reserved"),
        ("::ffff:127.0.0.1", "loopback"), ("::ffff:10.0.0.1", "private"), ("::ffff:169.254.169.254", "metadata"),
        ("2002:7f00:1::1", "loopback"), ("2002:a9fe:a9fe::", "metadata"), ("2002:c0a8:101::1", "private"),
        ("64:ff9b::127.0.0.1", "loopback"), ("64:ff9b::169.254.169.254", "metadata"), ("64:ff9b::10.0.0.1", "private"),
        (PUBLIC, None), ("2a00:1450:4001::1", None), ("::ffff:8.8.4.4", None), ("64:ff9b::8.8.4.4", None),
        ("172.15.255.255", None), ("172.32.0.1", None), ("100.63.255.255", None), ("100.128.0.1", None),
        ("2001:200::1", None), ("169.253.255.255", None), ("223.255.255.255", None),
    ],
)  # fmt: skip
def test_an_address_is_open_or_named(address, code):
    assert code_of("https://hook.example/", address) == code
    assert code_of("https://hook.example/", PUBLIC, address) == code  # one that leads inside is enough
    assert code_of("https://hook.example/", address, PUBLIC) == code
    inside = code in ("loopback", "private")
    assert code_of("https://hook.example/", address, allow_private=True) == (None if inside else code)


def inside_v4(address: IPv4Address) -> bool:
    """Say what Python's own tables say, for all that we do not judge more strictly on purpose."""
    return not address.is_global or address.is_multicast or address.is_reserved


@given(st.ip_addresses(v=4))
@example(IPv4Address("100.64.0.0"))
def test_nothing_that_python_calls_inside_is_open_ipv4(address):
    if inside_v4(address):
        assert special(address) is not None
    assert (special(IPv6Address(f"::ffff:{address}")) is None) == (special(address) is None)
    assert (special(IPv6Address(f"64:ff9b::{address}")) is None) == (special(address) is None)


@given(st.ip_addresses(v=6))
def test_nothing_that_python_calls_inside_is_open_ipv6(address):
    carries_v4 = address.ipv4_mapped is not None or address in IPv6Network("64:ff9b::/96")
    if not carries_v4 and (not address.is_global or address.is_multicast or address.is_reserved):
        assert special(address) is not None


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0", "localhost", "[::1]", "[::]"])
def test_other_ways_to_write_loopback_end_at_the_same_check(host):
    """With the machine's own resolver, which knows all of them."""
    with pytest.raises((Forbidden, socket.gaierror)) as refused:
        resolved(f"https://{host}/", allow_private=False)
    assert not isinstance(refused.value, Forbidden) or refused.value.code in ("loopback", "unspecified")


def test_the_own_network_opens_http_and_ports_for_itself_only():
    assert code_of("http://sms.port.example:8080/send", "10.1.2.3", allow_private=True) is None
    assert code_of("http://127.0.0.1:8080/send", "127.0.0.1", allow_private=True) is None
    assert code_of("http://hook.example/", PUBLIC, allow_private=True) == "scheme"
    assert code_of("http://hook.example/", "10.1.2.3", PUBLIC, allow_private=True) == "scheme"
    assert code_of("ftp://sms.port.example/", "10.1.2.3", allow_private=True) == "scheme"
    assert code_of("https://sms.port.example:0/", "10.1.2.3", allow_private=True) == "port"


def test_what_was_resolved_is_what_is_given_in_order_and_once():
    found = resolved("https://Hook.Example.:8443/a?b", allow_private=False, resolve=leads_to(PUBLIC, "8.8.8.8", PUBLIC))
    assert (found.host, found.port) == ("hook.example", 8443)
    assert found.addresses == (ip_address(PUBLIC), ip_address("8.8.8.8"))
    assert found.place.path == "/a?b"
    assert read_place("https://hook.example?b=/c", allow_private=False).path == "/?b=/c"
    assert read_place("https://hook.example//a//", allow_private=False).path == "//a//"


def test_a_name_without_address_is_not_resolved():
    with pytest.raises(socket.gaierror):
        resolved("https://hook.example/", allow_private=False, resolve=lambda *query, **options: [])


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://push.example/x", "https://push.example"),
        ("https://push.example:443/x", "https://push.example"),
        ("https://push.example:8443/x", "https://push.example:8443"),
        ("http://push.example:443/x", "http://push.example:443"),
        ("https://[2A00:0::1]:8443/x", "https://[2a00::1]:8443"),
    ],
)
def test_an_origin_names_a_port_only_when_it_is_another(url, origin):
    assert read_place(url, allow_private=True).origin == origin
