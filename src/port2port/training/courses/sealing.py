"""The seal of a certificate: a digital signature within the PDF, so that its reader tells whether it was changed.

ISO 32000-1, 12.8: a signature dictionary over all bytes of the file but the signature itself, as a detached CMS message
(RFC 5652, `adbe.pkcs7.detached`). The certificate in it is the installation's own and signed by itself: a reader shows
who sealed it and that nothing was changed, and that nobody it knows vouches for the name
([0049](../../../../docs/decisions/0049-a-certificate-shows-a-code-and-no-name.md)).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from port2port.base.key_files import UnsafeKey, kept_key

ROOM = 4096  # bytes for the CMS message; one of P-256 with one certificate takes a third
BLANK = 9_999_999_999  # ten digits, as wide as any offset that is written over it
LONGEST_NAME = 64  # of a common name (RFC 5280, appendix A.1)
YEARS = timedelta(days=20 * 365)
EARLIER = timedelta(days=1)  # clocks of readers differ
PRINTED, HIDDEN_AND_LOCKED = 4, 128  # annotation flags (ISO 32000-1, table 165)
ONLY_APPENDED = 3  # a signature is there, and the file is only appended to (table 219)


@dataclass(frozen=True)
class Seal:
    """The key that seals, and the certificate that names whose it is."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def kept_seal(path: Path, *, name: str, at: datetime) -> Seal:
    """Return the seal that stands in a file (PEM: key, then certificate), made once. Raises UnsafeKey, OSError."""
    text = kept_key(path, lambda: _made(name, at))
    try:
        key = serialization.load_pem_private_key(text, password=None)
        certificate = x509.load_pem_x509_certificate(text)
    except ValueError:
        raise UnsafeKey(f"{path} does not hold a key and its certificate") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise UnsafeKey(f"{path} does not hold a key of an elliptic curve")
    return Seal(key, certificate)


def _made(name: str, at: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:LONGEST_NAME])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - EARLIER)
        .not_valid_after(at + YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
                key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
            ),
            critical=True,
        )
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)


def sealed(pdf: bytes, seal: Seal, *, at: datetime) -> bytes:
    """Return a PDF with the signature in it, invisible, over everything else in the file."""
    writer = PdfWriter(clone_from=BytesIO(pdf))
    page = writer.pages[0]
    signature = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Sig"),
                NameObject("/Filter"): NameObject("/Adobe.PPKLite"),
                NameObject("/SubFilter"): NameObject("/adbe.pkcs7.detached"),
                NameObject("/ByteRange"): ArrayObject(
                    [NumberObject(0), NumberObject(BLANK), NumberObject(BLANK), NumberObject(BLANK)]
                ),
                NameObject("/Contents"): ByteStringObject(bytes(ROOM)),
                NameObject("/M"): TextStringObject(f"D:{at.astimezone(UTC):%Y%m%d%H%M%S}Z"),
            }
        )
    )
    field = writer._add_object(
        DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Widget"),
                NameObject("/FT"): NameObject("/Sig"),
                NameObject("/T"): TextStringObject("seal"),
                NameObject("/V"): signature,
                NameObject("/F"): NumberObject(PRINTED + HIDDEN_AND_LOCKED),
                NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4),
                NameObject("/P"): page.indirect_reference,
            }
        )
    )
    annotations = page.get("/Annots", ArrayObject())
    page[NameObject("/Annots")] = ArrayObject([*annotations.get_object(), field])
    writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([field]), NameObject("/SigFlags"): NumberObject(ONLY_APPENDED)}
    )
    out = BytesIO()
    writer.write(out)
    return _filled(out.getvalue(), seal)


def _filled(pdf: bytes, seal: Seal) -> bytes:
    """Write the ranges and the CMS message into the room that was left for them."""
    begins = pdf.index(b"<" + b"00" * ROOM + b">")
    ends = begins + 2 * ROOM + 2
    blank = f"[ 0 {BLANK} {BLANK} {BLANK} ]".encode()
    ranges = f"[ 0 {begins} {ends} {len(pdf) - ends} ]".encode().ljust(len(blank))
    if pdf.count(blank) != 1:
        raise RuntimeError("the signature has no one place for its ranges")
    pdf = pdf.replace(blank, ranges)
    message = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(pdf[:begins] + pdf[ends:])
        .add_signer(seal.certificate, seal.key, hashes.SHA256())
        .sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    )
    if len(message) > ROOM:
        raise RuntimeError("the signature is larger than its room")
    return pdf[: begins + 1] + message.hex().encode().ljust(2 * ROOM, b"0") + pdf[ends - 1 :]
