"""A TAK server of the tests on loopback: TLS, a client certificate of its own authority, and what it was sent."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.exchange.certificates import Issuer

HOST = "127.0.0.1"


@dataclass
class TakThere:
    """The server, and of each connection who made it and its bytes; one that goes on is awaited."""

    port: int
    authority: Issuer
    met: list[tuple[str, bytes]] = field(default_factory=list)
    busy: threading.Lock = field(default_factory=threading.Lock)

    @property
    def taken(self) -> list[bytes]:
        """What each connection sent."""
        with self.busy:
            return [got for _name, got in self.met]

    @property
    def names(self) -> list[str]:
        """By which name each was made."""
        with self.busy:
            return [name for name, _got in self.met]

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"{HOST}:{self.port}"


@contextmanager
def tak_server(folder: Path) -> Iterator[TakThere]:
    """A server that takes whoever shows a certificate of its authority."""
    authority = Issuer("Authority (test)")
    own = authority.server()
    pem = folder / "server.pem"
    pem.write_text(own.pem + own.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority.pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(pem)
    with socket.create_server((HOST, 0)) as listening:
        there = TakThere(listening.getsockname()[1], authority)
        thread = threading.Thread(target=_serve, args=(listening, context, there), daemon=True)
        thread.start()
        try:
            yield there
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listening: socket.socket, context: ssl.SSLContext, there: TakThere) -> None:
    while True:
        try:
            plain, _whence = listening.accept()
        except OSError:
            return
        with there.busy, plain:
            plain.settimeout(10)
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    subject = dict(pair[0] for pair in (line.getpeercert() or {})["subject"])  # type: ignore[misc]
                    got = b""
                    while part := line.recv(65_536):
                        got += part
                    there.met.append((str(subject["commonName"]), got))
            except OSError:  # a client that is not let in, or hangs up
                continue
