"""A TAK server of the tests on loopback: TLS, a client certificate of its own authority, and what it was sent."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, in PEM."""

    certificate: str
    key: str


@dataclass
class Authority:
    """Who signs."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def pem(self) -> str:
        """Its own certificate."""
        return pem_of(self._signed(self.name, self.key, authority=True))

    def issue(self, name: str) -> Pair:
        """Sign a certificate for a name, and for the loopback address."""
        key = ec.generate_private_key(ec.SECP256R1())
        written = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Pair(pem_of(self._signed(name, key, authority=False)), written.decode())

    def _signed(self, name: str, key: ec.EllipticCurvePrivateKey, *, authority: bool) -> x509.Certificate:
        at = datetime.now(UTC)
        subject, issuer = named(name), named(self.name)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(hours=1))
            .not_valid_after(at + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .add_extension(
                x509.KeyUsage(
                    digital_signature=True, key_cert_sign=authority, crl_sign=authority, content_commitment=False,
                    key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
                    decipher_only=False,
                ), critical=True,
            )
            .sign(self.key, hashes.SHA256())
        )  # fmt: skip


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def pem_of(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@dataclass
class TakThere:
    """The server, and each connection's bytes."""

    port: int
    authority: Authority
    taken: list[bytes]
    names: list[str]

    @property
    def address(self) -> str:
        """Its host and port."""
        return f"{HOST}:{self.port}"


@contextmanager
def tak_server(folder: Path) -> Iterator[TakThere]:
    """A server that takes whoever shows a certificate of its authority."""
    authority = Authority("Authority (test)")
    own = authority.issue("tak (test)")
    pem = folder / "server.pem"
    pem.write_text(own.certificate + own.key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=authority.pem)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(pem)
    with socket.create_server((HOST, 0)) as listening:
        there = TakThere(listening.getsockname()[1], authority, [], [])
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
        with plain:
            plain.settimeout(10)
            try:
                with context.wrap_socket(plain, server_side=True) as line:
                    subject = dict(pair[0] for pair in (line.getpeercert() or {})["subject"])  # type: ignore[misc]
                    got = b""
                    while part := line.recv(65_536):
                        got += part
                    there.taken.append(got)
                    there.names.append(str(subject["commonName"]))
            except OSError:  # a client that is not let in, or hangs up
                continue
