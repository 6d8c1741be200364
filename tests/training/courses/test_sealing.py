"""The seal of a certificate: a digital signature that covers the whole file, and that a change breaks."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from pypdf import PdfReader, PdfWriter

from port2port.base.key_files import UnsafeKey
from port2port.training.courses.sealing import kept_seal, sealed

AT = datetime(2026, 11, 28, 9, tzinfo=UTC)
DIGEST = bytes.fromhex("06092a864886f70d010904")  # messageDigest (RFC 5652, 11.2)


def paper():
    writer, out = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


def parts(body, start=0):
    """Return tag, content and whole of each element of DER that stand beside each other."""
    found = []
    while start < len(body):
        length, at = body[start + 1], start + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(body[at : at + size], "big"), at + size
        found.append((body[start], body[at : at + length], body[start : at + length]))
        start = at + length
    return found


def checked(pdf):
    """Check a sealed PDF as a reader does (RFC 5652, 5.4), and return its certificate. Raises InvalidSignature."""
    signature = PdfReader(BytesIO(pdf)).get_fields()["seal"]["/V"]
    first, begins, second, left = signature["/ByteRange"]
    assert (first, second + left) == (0, len(pdf)), "all of the file but the signature"
    message = bytes(signature["/Contents"])
    assert pdf[begins : begins + 1] == b"<" and pdf[second - 1 : second] == b">"
    (_tag, content, whole), *_padding = parts(message[: 4 + int.from_bytes(message[2:4], "big")])
    signed_data = parts(parts(content)[1][1])[0][1]
    signer = parts(parts(signed_data)[-1][1])[0][1]
    attributes = next(one for one in parts(signer) if one[0] == 0xA0)
    value = parts(signer)[-1] if parts(signer)[-1][0] == 0x04 else parts(signer)[-2]
    digest = hashlib.sha256(pdf[:begins] + pdf[second:]).digest()
    place = attributes[1].index(DIGEST) + len(DIGEST)
    if parts(parts(attributes[1][place:])[0][1])[0][1] != digest:
        raise InvalidSignature
    [certificate] = pkcs7.load_der_pkcs7_certificates(whole)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(value[1], b"\x31" + attributes[2][1:], ec.ECDSA(hashes.SHA256()))
    return certificate


def test_the_seal_covers_the_whole_file_and_a_changed_byte_breaks_it(tmp_path):
    seal = kept_seal(tmp_path / "seal.key", name="Port 2 Port (test)", at=AT)
    pdf = sealed(paper(), seal, at=AT)
    assert checked(pdf) == seal.certificate
    place = pdf.index(b"595")
    with pytest.raises(InvalidSignature):
        checked(pdf[:place] + b"596" + pdf[place + 3 :])


def test_the_seal_is_made_once_and_read_by_nobody_else(tmp_path):
    path = tmp_path / "seal.key"
    seal = kept_seal(path, name="Port 2 Port (test)", at=AT)
    assert kept_seal(path, name="Another", at=AT).certificate == seal.certificate
    assert path.stat().st_mode & 0o077 == 0
    other = tmp_path / "other.key"
    other.write_text("nothing")
    other.chmod(0o600)
    with pytest.raises(UnsafeKey):
        kept_seal(other, name="Port 2 Port (test)", at=AT)
