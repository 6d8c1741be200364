"""Mutual TLS with a node or a TAK server: our certificate and key for it, and which certificates of its own we believe.

The key is unsealed for the moment in which it is loaded. The library of Python reads keys from files only: what is
written there for that moment is encrypted under a password that is nowhere else.
"""

import secrets
import ssl
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem

LONGEST_PEM = 20_000
MOST_KEPT = 64  # contexts: making one takes 30 ms
PASSWORD_BYTES = 32


class BadCertificate(ValueError):
    """A certificate, a chain or a key that cannot be read, or a key of another certificate."""


def read_pair(chain: str, key: str) -> None:
    """Check that a chain (PEM, ours first) and a private key (PEM, without a password) go together.

    Raises BadCertificate, which repeats neither.
    """
    own = read_chain(chain)[0]
    if _public(_private(key)) != own.public_key().public_bytes(*_DER):
        raise BadCertificate("the key is of another certificate")


def read_chain(text: str) -> list[x509.Certificate]:
    """Return the certificates of a PEM text, one at least. Raises BadCertificate."""
    try:
        if len(text) <= LONGEST_PEM and (found := x509.load_pem_x509_certificates(text.encode())):
            return found
    except ValueError:
        pass
    raise BadCertificate("this holds no certificate")


def typed_problems(
    certificate: str, key: str, trust: str, *, kept: str = "", needed: bool = False, trust_field: str = "trust"
) -> list[Problem]:
    """Return what is wrong with what somebody typed: our chain (`needed`, or "") and its key, which is left out only
    for the chain that is kept with its key already, and what theirs must lead to (or "")."""
    problems = []
    for field, text, must in (("certificate", certificate, needed or bool(key)), (trust_field, trust, False)):
        try:
            if text or must:
                read_chain(text)
        except BadCertificate:
            problems.append(Problem(field, _("This is no certificate in PEM form.")))
    try:
        if key and not problems:
            read_pair(certificate, key)
        elif certificate and not key and certificate != kept:
            problems.append(Problem("key", _("Give the private key of this certificate.")))
    except BadCertificate:
        problems.append(Problem("key", _("This is not the private key of the certificate, or it has a password.")))
    return problems


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of a certificate in hexadecimal, by which it is pinned and named."""
    return certificate.fingerprint(hashes.SHA256()).hex()


@lru_cache(MOST_KEPT)
def context(chain: str, key: str, trust: str) -> ssl.SSLContext:
    """Return how a connection is made. `chain`, `key`: ours, or ""; `trust`: what theirs must lead to or be, or ""
    for what this machine trusts.

    Raises BadCertificate.
    """
    made = ssl.create_default_context(cadata=trust or None)
    if trust:
        made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # so that their own certificate may be named, without its CA
    if chain:
        _load(made, chain, key)
    return made


_DER = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _private(key: str) -> PrivateKeyTypes:
    try:
        if len(key) <= LONGEST_PEM:
            return serialization.load_pem_private_key(key.encode(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it has a password
        pass
    raise BadCertificate("this is no private key, or it has a password")


def _public(key: PrivateKeyTypes) -> bytes:
    return key.public_key().public_bytes(*_DER)


def _load(made: ssl.SSLContext, chain: str, key: str) -> None:
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    closed = _private(key).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "pair.pem"
        file.write_bytes(chain.encode() + b"\n" + closed)
        try:
            made.load_cert_chain(file, password=password)
        except ssl.SSLError as error:
            raise BadCertificate("the key is of another certificate") from error
