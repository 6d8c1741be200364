"""Mutual TLS over loopback, both ways: a front of the other side asks for our certificate and hands on which it was."""

import base64
import http.client
import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from port2port.alerts.channels.line import Reach
from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.certificates import BadCertificate, context, read_pair
from port2port.exchange.models import Peer
from port2port.exchange.partners import actions as partners
from port2port.exchange.peers import actions, client
from port2port.exchange.peers.client import Failed, Place
from port2port.exchange.peers.testing import try_out, turn_of
from port2port.exchange.peers.turns import Turn, stand
from tests.exchange.certificates import Issuer, Pair
from tests.exchange.partners.conftest import ADMIN
from tests.served import serving

NEAR = Reach(allow_private=True, seconds=20)


class Front(BaseHTTPRequestHandler):
    """What a proxy does: it takes away what the client wrote in the header, and writes what it knows."""

    server: "Listening"

    def do_GET(self) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() != "client-cert"}
        der = self.connection.getpeercert(True)  # type: ignore[attr-defined]
        if der:
            headers["Client-Cert"] = f":{base64.b64encode(der).decode()}:"
        behind = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        behind.request("GET", self.path, headers=headers)
        answer = behind.getresponse()
        body = answer.read()
        behind.close()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.getheader("Content-Type") or "")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing is written down."""


class Listening(ThreadingHTTPServer):
    """A front on a free port of loopback."""

    behind: int
    tls: ssl.SSLContext

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Shake hands in the thread of the connection; who is refused there asks nothing."""
        try:
            request = self.tls.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        super().finish_request(request, client_address)
        request.close()


@contextmanager
def front(folder: Path, behind: int, own: Pair, clients: Issuer, *, needed: bool) -> Iterator[str]:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    file = folder / "server.pem"
    file.write_text(own.pem + own.key)
    made.load_cert_chain(file)
    made.load_verify_locations(cadata=clients.pem)
    made.verify_mode = ssl.CERT_REQUIRED if needed else ssl.CERT_OPTIONAL
    server = Listening(("127.0.0.1", 0), Front)
    server.behind, server.tls = behind, made
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}/taxii2/p2p/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def outcome(place: Place) -> str:
    try:
        client.check(place, reach=NEAR)
    except Failed as failed:
        return failed.code
    return "fine"


def test_both_ways_over_loopback(acting, machine, tmp_path):
    theirs, ours, strangers = Issuer("Theirs"), Issuer("Ours"), Issuer("Strangers")
    pair, other, stranger = ours.client("reader"), ours.client("other"), strangers.client("stranger")
    with acting(ADMIN):
        partners.bind(machine.id, certificate=pair.pem, at=now())
    environment = os.environ | {"PORT2PORT_TRUSTED_PROXIES": "127.0.0.1", "PORT2PORT_CLIENT_CERTIFICATES": "1"}
    with serving(environment) as server:
        own = theirs.server()

        def place(root: str, mine: Pair | None, trust: str) -> Place:
            tls = context(mine.pem if mine else "", mine.key if mine else "", trust)
            return Place(root, "all", machine.secret, tls)

        with front(tmp_path, server.port, own, ours, needed=False) as root:
            assert outcome(place(root, pair, theirs.pem)) == "fine"
            assert outcome(place(root, pair, own.pem)) == "fine"  # pinned, without its authority
            assert outcome(place(root, other, theirs.pem)) == "http.401"
            assert outcome(place(root, None, theirs.pem)) == "http.401"
            assert outcome(place(root, pair, strangers.pem)) == "tls.certificate"
            assert outcome(place(root, pair, "")) == "tls.certificate"
        with front(tmp_path, server.port, own, ours, needed=True) as root:
            assert outcome(place(root, pair, theirs.pem)) == "fine"
            assert outcome(place(root, None, theirs.pem)) in ("tls", "connection")
            assert outcome(place(root, stranger, theirs.pem)) in ("tls", "connection")
        # past the front: what a client writes in the header is believed of a trusted proxy alone
        token = {"Authorization": f"Bearer {machine.secret}"}
        assert server.ask("GET", "/taxii2/p2p/", headers=token)[0] == 401


def test_a_client_that_writes_the_header_itself_is_not_believed(acting, machine):
    pair = Issuer("Ours").client("reader")
    with acting(ADMIN):
        partners.bind(machine.id, certificate=pair.pem, at=now())
    with serving() as server:  # no proxy is named
        said = {"Authorization": f"Bearer {machine.secret}", "Client-Cert": pair.header}
        assert server.ask("GET", "/taxii2/p2p/", headers=said)[0] == 401


def test_a_link_keeps_its_key_sealed_and_uses_it(acting, db, owner, tmp_path):
    theirs, ours = Issuer("Theirs"), Issuer("Ours")
    pair, other = ours.client("us"), ours.client("them")
    said = {"name": "There", "root": "https://node.example/", "token": "t", "pulls": True, "pushes": False}
    with acting(ADMIN):
        for changes, field in (
            ({"certificate": pair.pem}, "key"),
            ({"certificate": pair.pem, "key": other.key}, "key"),
            ({"certificate": "no", "key": pair.key}, "certificate"),
            ({"trust": "no"}, "trust"),
        ):
            with pytest.raises(Invalid) as error:
                actions.link(actions.Link(**(said | changes)), verified=False, language="en", at=now())
            assert field in {problem.field for problem in error.value.problems}
        link = actions.Link(**said, certificate=pair.pem, key=pair.key, trust=theirs.pem)
        peer = actions.link(link, verified=False, language="en", at=now())
    (sealed,) = owner.execute("select key from exchange_peer").fetchone()
    assert pair.key.splitlines()[1].encode() not in bytes(sealed)
    turn = Turn(peer.id, peer.person_id, peer.hat_id)
    assert stand(turn).place.tls is not None
    with acting(ADMIN):  # what is left empty stays; without a certificate there is no key
        kept = actions.change(peer.id, actions.Link(**said, certificate=pair.pem, trust=theirs.pem), at=now())
        assert kept.key is not None
        gone = actions.change(peer.id, actions.Link(**said), at=now())
        assert (gone.certificate, gone.key, gone.trust) == ("", None, "")
    assert stand(turn).place.tls is None
    assert not list(tmp_path.iterdir())


def test_a_test_of_the_connection_says_what_is_wrong(acting, machine, client_for, monkeypatch):
    with serving() as server:
        root = f"http://localhost:{server.port}/taxii2/p2p/"
        monkeypatch.setattr(client, "reach", lambda: NEAR)
        said = {"name": "There", "root": root, "token": machine.secret, "pulls": True, "pushes": True}
        with acting(ADMIN):
            peer = actions.link(actions.Link(**said), verified=False, language="en", at=now())
            actions.pause(peer.id, paused=True, at=now())
        turn = turn_of(peer.id)
        assert turn == Turn(peer.id, peer.person_id, peer.hat_id)
        for changes, code in (
            ({}, "fine"),
            ({"collection": "nothing"}, "http.404"),
            ({"inbox": "all"}, "no-writing"),
            ({"token": "another"}, "http.401"),
            ({"root": f"http://localhost:{server.port}/"}, "http.404"),
            ({"root": "http://nobody.invalid/"}, "dns"),
        ):
            with acting(ADMIN):
                actions.change(peer.id, actions.Link(**(said | {"token": machine.secret} | changes)), at=now())
            assert try_out(turn, reach=NEAR, at=now()) == code, changes
            with acting(ADMIN):
                found = Peer.objects.get()
                assert (found.test_code, found.tested_at is not None) == (code, True)
        page = client_for(ADMIN).get(f"/systems/peers/{peer.id}/").content.decode()
        assert "Its name is not known." in page


def test_a_test_is_asked_for_once_and_by_administrators(acting, db, client_for, owner):
    link = actions.Link("There", "https://node.example/", "t", pulls=True, pushes=False)
    with acting(ADMIN):
        peer = actions.link(link, verified=False, language="en", at=now())
    browser = client_for(ADMIN)
    for _time in range(2):
        assert browser.post(f"/systems/peers/{peer.id}/do/", {"act": "test"}).status_code == 302
    jobs = owner.execute("select count(*) from procrastinate_jobs where task_name = 'exchange.test_peer'").fetchone()
    assert jobs == (1,)
    assert client_for("pso@northsea.demo").post(f"/systems/peers/{peer.id}/do/", {"act": "test"}).status_code == 404


def test_what_is_no_pair_is_refused_without_repeating_it():
    ours = Issuer("Ours")
    one, two = ours.client("one"), ours.client("two")
    read_pair(one.pem + ours.pem, one.key)
    for chain, key in ((one.pem, two.key), ("", one.key), (one.pem, ""), (one.key, one.pem)):
        with pytest.raises(BadCertificate) as error:
            read_pair(chain, key)
        assert "PRIVATE" not in str(error.value)
