"""A receiver on loopback that behaves as a test says: a real server, with or without TLS, that remembers what came."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from port2port.alerts.channels.line import Reach

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
NEAR = Reach(allow_private=True)


@dataclass(frozen=True)
class Came:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Handler(BaseHTTPRequestHandler):
    """Reads the request, remembers it, and answers as the receiver was told."""

    server: "Receiver"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.remember(Came(self.path, {k.lower(): v for k, v in self.headers.items()}, body))
        self.server.answer(self)
        self.close_connection = True

    def raw(self, text: bytes) -> None:
        """Send these bytes as they are."""
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: pytest's output is for failures."""


Answer = Callable[[Handler], None]


def status(code: int, headers: dict[str, str] | None = None, body: bytes = b"") -> Answer:
    """Return the behaviour that answers with a status."""

    def answer(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.raw(body)

    return answer


class Receiver(ThreadingHTTPServer):
    """The server. `over` is set when the test is, so that what hangs ends."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer: Answer, scheme: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = answer
        self.scheme = scheme
        self.over = Event()
        self.hung_up = Event()
        self.came: list[Came] = []
        self._lock = Lock()

    def remember(self, came: Came) -> None:
        with self._lock:
            self.came.append(came)

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.server_port}{path}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A handler broke: the sender hung up on it, which some tests wait for."""
        self.hung_up.set()


TAKEN = status(204)


@contextmanager
def receiving(answer: Answer = TAKEN, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run a receiver."""
    server = Receiver(answer, "https" if tls else "http")
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def leads_to(*addresses: str):
    """Return a resolver that knows one answer, whatever it is asked, and counts in `.asked`."""

    def resolve(host, port, **options):
        resolve.asked.append(host)
        return [(None, None, 6, "", (address, port)) for address in addresses]

    resolve.asked = []
    return resolve


@dataclass
class Certified:
    """The two sides of TLS for a name: the server's context (which notes the names asked for) and who trusts it."""

    server: ssl.SSLContext
    trusting: ssl.SSLContext
    asked: list[str | None] = field(default_factory=list)


def certified(name: str, folder: Path, *, expired: bool = False) -> Certified:
    """Return TLS for `name` with a certificate made now."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Invented receiver")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now - timedelta(days=1) if expired else now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    file = folder / "receiver.pem"
    file.write_bytes(
        pem
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    made = Certified(server, ssl.create_default_context(cadata=pem.decode()))
    server.sni_callback = lambda _line, asked, _context: made.asked.append(asked)
    return made
