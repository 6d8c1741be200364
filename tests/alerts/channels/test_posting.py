"""One POST against real receivers that behave badly in every way we could think of."""

import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from threading import Event, Thread
from time import sleep

import pytest

from port2port.alerts.channels.line import Reach
from port2port.alerts.channels.outcome import Outcome
from port2port.alerts.channels.posting import post
from tests.alerts.channels.receiver import AT, NEAR, certified, leads_to, receiving, status

SOON = replace(NEAR, seconds=0.6)


def posted(url: str, *, reach: Reach = NEAR, body: bytes = b"{}", headers=None) -> Outcome:
    return post(url, body=body, headers=headers or {}, at=AT, reach=reach)


def test_what_is_sent_arrives():
    body = bytes(range(256)) * 1000
    with receiving() as there:
        assert posted(there.url("/a/b?c=d"), body=body, headers={"X-Kind": "test"}) == Outcome("delivered", "http.204")
    (came,) = there.came
    assert (came.path, came.body, came.headers["x-kind"]) == ("/a/b?c=d", body, "test")
    assert came.headers["host"] == f"127.0.0.1:{there.server_port}"


@pytest.mark.parametrize(
    ("code", "state"),
    [(200, "delivered"), (302, "failed"), (400, "failed"), (410, "gone"), (429, "again"), (503, "again")],
)
def test_the_status_decides(code, state):
    with receiving(status(code, {"Retry-After": "40"}, b"a text from the other side")) as there:
        assert posted(there.url()) == Outcome(state, f"http.{code}", 40.0 if state == "again" else None)


def test_a_redirect_is_not_followed():
    with receiving() as inside, receiving(status(307, {"Location": inside.url()})) as there:
        assert posted(there.url()) == Outcome("failed", "http.307")
    assert len(there.came) == 1 and inside.came == []


def until_over(handler, piece: bytes, pause: float = 0.0) -> None:
    """Send the piece again and again, until the sender hangs up or the test is over."""
    while not handler.server.over.wait(pause):
        handler.raw(piece)


def test_an_endless_body_is_not_read():
    def answer(handler):
        handler.raw(b"HTTP/1.1 200 OK\r\n\r\n")
        until_over(handler, b"x" * 65_536)

    with receiving(answer) as there:
        assert posted(there.url()) == Outcome("delivered", "http.200")
        assert there.hung_up.wait(20)


@pytest.mark.parametrize("body", [b"", b"zz\r\n", b"fffffffff\r\nab", b"5\r\nab"])
def test_a_body_that_is_broken_off_changes_nothing(body):
    with receiving(lambda h: h.raw(b"HTTP/1.1 201 Made\r\nTransfer-Encoding: chunked\r\n\r\n" + body)) as there:
        assert posted(there.url()) == Outcome("delivered", "http.201")


def test_a_body_that_never_ends_to_come_changes_nothing():
    def answer(handler):
        handler.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nab")
        handler.server.over.wait()

    with receiving(answer) as there:
        assert posted(there.url(), reach=SOON) == Outcome("delivered", "http.200")


@pytest.mark.parametrize(
    "answer",
    [
        lambda h: h.server.over.wait(),
        lambda h: until_over(h, b"H", 0.1),
        lambda h: (h.raw(b"HTTP/1.1 200 OK\r\n"), until_over(h, b"x", 0.1)),
        lambda h: (h.raw(b"HTTP/1.1 200 OK\r\n"), until_over(h, b"X-A: b\r\n", 0.1)),
        lambda h: until_over(h, b"HTTP/1.1 100 Continue\r\n\r\n", 0.1),
    ],
    ids=["silence", "a slow status", "a slow header", "many slow headers", "wait, wait"],
)
def test_the_deadline_is_for_all_of_it(answer):
    """Each byte comes well within any timeout of a socket, and the last one never."""
    with receiving(answer) as there:
        assert posted(there.url(), reach=SOON) == Outcome("again", "timeout")


def test_a_body_that_is_not_taken_ends_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        assert posted(url, reach=SOON, body=bytes(20_000_000)) == Outcome("again", "timeout")


def test_a_body_that_is_taken_slowly_ends_at_the_deadline():
    """Each piece is well within any timeout of a socket, and all of it would get there in the end."""
    size, came = 40_000_000, []

    def take(listening: socket.socket) -> None:
        line, _peer = listening.accept()
        with line, suppress(ConnectionError):
            while piece := line.recv(1_000_000):
                came.append(len(piece))
                sleep(0.05)

    with socket.create_server(("127.0.0.1", 0)) as slow:
        thread = Thread(target=take, args=(slow,))
        thread.start()
        url = f"http://127.0.0.1:{slow.getsockname()[1]}/"
        assert posted(url, reach=SOON, body=bytes(size)) == Outcome("again", "timeout")
        thread.join()
    assert 0 < sum(came) < size


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda h: None, "connection"),
        (lambda h: h.raw(b"SSH-2.0-OpenSSH\r\n"), "answer"),
        (lambda h: h.raw(b"HTTP/1.1 2x0 OK\r\n\r\n"), "answer"),
        (lambda h: h.raw(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 200 + b"\r\n"), "answer"),
        (lambda h: h.raw(b"HTTP/1.1 200 OK\r\n" + (b"X-A: " + b"b" * 1000 + b"\r\n") * 90 + b"\r\n"), "answer"),
        (lambda h: (h.raw(b"HTTP/1.1 200 OK\r\nX-A: "), until_over(h, b"x" * 1000)), "answer"),
        (lambda h: until_over(h, b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "answer"),
    ],
    ids=["closed", "not HTTP", "no number", "200 headers", "long headers", "an endless header", "wait, wait"],
)
def test_an_answer_that_is_none_is_tried_again(answer, code):
    with receiving(answer) as there:
        assert posted(there.url()) == Outcome("again", code)


def test_a_closed_port_is_tried_again():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert posted(f"http://127.0.0.1:{port}/") == Outcome("again", "connection")


def test_the_next_address_is_taken_when_the_first_is_closed():
    with receiving() as there:
        reach = replace(NEAR, resolve=leads_to("127.0.0.9", "127.0.0.1"))
        assert posted(there.url(host="hook.example"), reach=reach).state == "delivered"


def test_an_address_inside_is_never_connected_to():
    with receiving() as there:
        assert posted(there.url(), reach=Reach()) == Outcome("failed", "forbidden.scheme")
        inside = Reach(resolve=leads_to("8.8.4.4", "127.0.0.1"))
        assert posted("https://hook.example/", reach=inside) == Outcome("failed", "forbidden.loopback")
    assert there.came == []


def test_a_name_that_is_not_found_is_tried_again():
    def nowhere(*query, **options):
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    assert posted("https://hook.example/", reach=Reach(resolve=nowhere)) == Outcome("again", "dns")


def test_a_resolver_that_hangs_ends_at_the_deadline():
    over = Event()

    def slow(*query, **options):
        over.wait()
        return []

    assert posted("https://hook.example/", reach=Reach(resolve=slow, seconds=0.3)) == Outcome("again", "timeout")
    over.set()


def test_tls_asks_for_the_name_at_the_address_that_was_checked(tmp_path):
    """The name does not exist: a second look-up, by whatever part, would fail. SNI, certificate and Host are its."""
    tls = certified("hook.example", tmp_path)
    resolve = leads_to("127.0.0.1")
    with receiving(tls=tls.server) as there:
        reach = replace(NEAR, tls=tls.trusting, resolve=resolve)
        assert posted(there.url(host="hook.example"), reach=reach) == Outcome("delivered", "http.204")
    assert resolve.asked == ["hook.example"]
    assert tls.asked == ["hook.example"]
    assert there.came[0].headers["host"] == f"hook.example:{there.server_port}"


@pytest.mark.parametrize("fault", ["unknown", "name", "expired"])
def test_a_certificate_that_does_not_fit_gets_nothing(tmp_path, fault):
    tls = certified("other.example" if fault == "name" else "hook.example", tmp_path, expired=fault == "expired")
    with receiving(tls=tls.server) as there:
        trust = None if fault == "unknown" else tls.trusting
        reach = replace(NEAR, tls=trust, resolve=leads_to("127.0.0.1"))
        assert posted(there.url(host="hook.example"), reach=reach) == Outcome("again", "tls.certificate")
    assert there.came == []


def test_old_tls_is_refused(tmp_path):
    tls = certified("hook.example", tmp_path)
    with pytest.warns(DeprecationWarning):
        tls.server.maximum_version = ssl.TLSVersion.TLSv1_1
    tls.server.set_ciphers("ALL:@SECLEVEL=0")
    with receiving(tls=tls.server) as there:
        reach = replace(NEAR, tls=tls.trusting, resolve=leads_to("127.0.0.1"))
        assert posted(there.url(host="hook.example"), reach=reach) == Outcome("again", "tls")
    assert there.came == []


def test_a_handshake_that_hangs_ends_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"https://127.0.0.1:{deaf.getsockname()[1]}/"
        assert posted(url, reach=SOON) == Outcome("again", "timeout")


def test_a_header_that_would_make_two_is_our_own_fault():
    with receiving() as there, pytest.raises(ValueError, match="header"):
        posted(there.url(), headers={"X-A": "b\r\nX-C: d"})
    assert there.came == []


def test_many_threads_send_at_once(tmp_path):
    tls = certified("hook.example", tmp_path)
    outcomes: list[Outcome] = []
    with receiving(lambda h: status(int(h.path[1:]))(h), tls=tls.server) as there:
        reach = replace(NEAR, tls=tls.trusting, resolve=leads_to("127.0.0.1"))

        def work(code: int) -> None:
            outcomes.append(posted(there.url(f"/{code}", "hook.example"), reach=reach, body=b"%d" % code))

        threads = [Thread(target=work, args=(code,)) for code in range(400, 432)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcome.code for outcome in outcomes) == [f"http.{code}" for code in range(400, 432)]
    assert all(came.path.encode() == b"/" + came.body for came in there.came)
