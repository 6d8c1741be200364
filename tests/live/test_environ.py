"""The environ is that of PEP 3333, and nothing a client sends can pass for what a proxy says."""

import base64
import hashlib
import io
from urllib.parse import quote

import pytest

from port2port.live.environ import TrustedProxies, build_environ

from .asgi import request_scope


def test_the_path_is_latin_1_of_the_decoded_bytes() -> None:
    scope = request_scope(path="/", raw_path=b"/m%C3%A9/a%2Fb%FF")
    assert build_environ(scope, None, 0)["PATH_INFO"].encode("latin-1") == b"/m\xc3\xa9/a/b\xff"


def test_the_request_is_described() -> None:
    scope = request_scope("POST", "/a", [(b"host", b"x.example:81"), (b"content-type", b"text/csv")], b"q=%20")
    environ = build_environ(scope, io.BytesIO(b"abc"), 3)
    assert environ["REQUEST_METHOD"] == "POST"
    assert environ["QUERY_STRING"] == "q=%20"
    assert environ["CONTENT_TYPE"] == "text/csv"
    assert environ["CONTENT_LENGTH"] == "3"
    assert environ["HTTP_HOST"] == "x.example:81"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert (environ["SERVER_NAME"], environ["SERVER_PORT"]) == ("127.0.0.1", "8000")
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["wsgi.input"].read() == b"abc"


def test_a_request_without_a_body_has_an_empty_one() -> None:
    environ = build_environ(request_scope(), None, 0)
    assert "CONTENT_LENGTH" not in environ
    assert environ["wsgi.input"].read() == b""


def test_the_length_is_what_was_read_not_what_was_said() -> None:
    scope = request_scope("POST", headers=[(b"transfer-encoding", b"chunked"), (b"content-length", b"99")])
    environ = build_environ(scope, io.BytesIO(b"abc"), 3)
    assert environ["CONTENT_LENGTH"] == "3"
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_repeated_headers_are_joined_as_each_must_be() -> None:
    headers = [(b"cookie", b"a=1"), (b"accept", b"x/y"), (b"cookie", b"b=2"), (b"accept", b"z/*")]
    environ = build_environ(request_scope(headers=headers), None, 0)
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "x/y,z/*"


@pytest.mark.parametrize("name", [b"x_forwarded_for", b"remote_addr", b"proxy", b"content_length"])
def test_ambiguous_headers_are_dropped(name: bytes) -> None:
    environ = build_environ(request_scope(headers=[(name, b"evil")]), None, 0)
    assert "evil" not in [value for value in environ.values() if isinstance(value, str)]


FORWARDED = [
    (b"x-forwarded-for", b"6.6.6.6, 203.0.113.9, 10.0.0.2"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"p2p.example"),
    (b"host", b"inner"),
]


def test_a_stranger_is_not_believed() -> None:
    environ = build_environ(request_scope(headers=FORWARDED), None, 0, TrustedProxies(["10.0.0.0/8"]))
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["HTTP_HOST"] == "inner"
    assert not [name for name in environ if "FORWARDED" in name]


def test_a_trusted_proxy_is_believed_as_far_as_it_can_see() -> None:
    trusted = TrustedProxies(["127.0.0.1", "10.0.0.0/8"])
    environ = build_environ(request_scope(headers=FORWARDED), None, 0, trusted)
    assert environ["REMOTE_ADDR"] == "203.0.113.9"
    assert environ["wsgi.url_scheme"] == "https"
    assert environ["HTTP_HOST"] == "p2p.example"
    assert not [name for name in environ if "FORWARDED" in name]


def test_a_forged_chain_ends_where_it_stops_being_addresses() -> None:
    trusted = TrustedProxies(["127.0.0.1"])
    headers = [(b"x-forwarded-for", b"<script>")]
    assert build_environ(request_scope(headers=headers), None, 0, trusted)["REMOTE_ADDR"] == "127.0.0.1"


def test_what_is_no_network_is_refused_at_start() -> None:
    with pytest.raises(ValueError):
        TrustedProxies(["proxy.example"])


def test_what_came_through_a_proxy_says_so_even_after_its_headers_are_gone() -> None:
    direct = build_environ(request_scope(), None, 0)
    forwarded = build_environ(request_scope(headers=[(b"x-forwarded-for", b"192.0.2.7")]), None, 0)
    assert "port2port.forwarded" not in direct
    assert forwarded["port2port.forwarded"] == "yes" and "HTTP_X_FORWARDED_FOR" not in forwarded


CERTIFICATE = b"\x30\x03\x02\x01\x00"
CODED = base64.b64encode(CERTIFICATE).decode()
WRITTEN = [
    f":{CODED}:".encode(),
    quote(f"-----BEGIN CERTIFICATE-----\n{CODED}\n-----END CERTIFICATE-----\n").encode(),
]


@pytest.mark.parametrize("written", WRITTEN, ids=["rfc9440", "nginx"])
def test_which_client_certificate_a_trusted_proxy_took(written: bytes) -> None:
    scope = request_scope(headers=[(b"client-cert", written)])
    environ = build_environ(scope, None, 0, TrustedProxies(["127.0.0.1"], certificates=True))
    assert environ["port2port.certificate"] == hashlib.sha256(CERTIFICATE).hexdigest()
    assert "HTTP_CLIENT_CERT" not in environ


@pytest.mark.parametrize(
    ("proxies", "headers"),
    [
        (TrustedProxies(["10.0.0.0/8"], certificates=True), [WRITTEN[0]]),
        (TrustedProxies(["127.0.0.1"]), [WRITTEN[0]]),
        (TrustedProxies(["127.0.0.1"], certificates=True), [WRITTEN[0], WRITTEN[0]]),
        (TrustedProxies(["127.0.0.1"], certificates=True), [b":not base64:"]),
        (TrustedProxies(["127.0.0.1"], certificates=True), [b":a=b:"]),
        (TrustedProxies(["127.0.0.1"], certificates=True), [b"::"]),
    ],
    ids=["stranger", "not-said", "twice", "letters", "padding", "empty"],
)
def test_any_other_certificate_is_none(proxies: TrustedProxies, headers: list[bytes]) -> None:
    scope = request_scope(headers=[(b"client-cert", one) for one in headers])
    environ = build_environ(scope, None, 0, proxies)
    assert environ.get("port2port.certificate", "") == ""
    assert "HTTP_CLIENT_CERT" not in environ
