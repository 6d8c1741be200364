"""What a file is, by its content. Its name only has to agree; it decides nothing."""

import re

import puremagic

from port2port.sharing.guardrails.refusals import refusal

HEAD = 1024  # bytes in which a browser or a PDF reader looks for what a file is
ZIP_END_WITHIN = 66_000  # the end of a zip's directory may be followed by a comment of 65,535 bytes
BRANDS_FROM, BRANDS_TO = 8, 40
ZIP_END_LENGTH = 22
LONGEST_HEADER_BLOCK = 4096

EXTENSIONS = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "application/pdf": ("pdf",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "text/plain": ("txt", "text", "log", "md"),
    "text/csv": ("csv", "tsv"),
}
ZIP = "application/zip"

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PROGRAMS = (
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"dex\n",
    b"\x00asm",
)
ARCHIVES = (
    b"Rar!",
    b"7z\xbc\xaf\x27\x1c",
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"MSCF",
    b"PK\x05\x06",
)
HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg|\?xml|\?php|meta|object|embed)\b", re.IGNORECASE)
SCRIPT = re.compile(rb"\s*(?:#!|@echo off|%!PS|\{\\rtf)", re.IGNORECASE)
MAIL_FIELD = re.compile(
    rb"^(?:received|from|return-path|message-id|mime-version|delivered-to|dkim-signature): ", re.I | re.M
)
MAIL_FIELDS = 2
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _zip_ends_here(content: bytes) -> bool:
    """Tell whether a zip reader would find an archive in it: they look from the end."""
    tail = content[-ZIP_END_WITHIN:]
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        end = tail[at : at + ZIP_END_LENGTH]
        # a directory that is there: length and place of it, as the end record tells, lie before the record
        size = int.from_bytes(end[12:16], "little")
        if len(end) == ZIP_END_LENGTH and size <= len(content) - len(tail) + at:
            start = len(content) - len(tail) + at - size
            if size == 0 or content[start : start + 4] == b"PK\x01\x02":
                return True
        at = tail.rfind(b"PK\x05\x06", 0, at)
    return False


def _by_first_bytes(content: bytes) -> str:
    """Return the media type of what is taken; raises NotAccepted with the plain reason for what is not."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    if content.startswith(b"PK\x03\x04"):
        return ZIP
    if content[4:8] == b"ftyp" and any(brand in content[BRANDS_FROM:BRANDS_TO] for brand in HEIF_BRANDS):
        raise refusal("heic")
    if content.startswith(OLE):
        raise refusal("encrypted" if OLE_ENCRYPTED in content else "old_office")
    if content.startswith(PROGRAMS) or (content.startswith(b"MZ") and CONTROL.search(content[:HEAD])):
        raise refusal("program")
    if content.startswith(ARCHIVES) or content[257:262] == b"ustar":
        raise refusal("archive")
    return _text(content)


def _text(content: bytes) -> str:
    """Return "text/plain"; raises NotAccepted for what is no text, or is text that something would run or draw."""
    head = content.removeprefix(b"\xef\xbb\xbf")[:HEAD]
    if MARKUP.search(head):
        raise refusal("web_page")
    if SCRIPT.match(head):
        raise refusal("script")
    if len(MAIL_FIELD.findall(content[:LONGEST_HEADER_BLOCK])) >= MAIL_FIELDS:
        raise refusal("mail")
    if CONTROL.search(content):
        raise refusal("unknown" if _known_binary(content) or b"\x00" in content else "control_characters")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal("unknown" if _known_binary(content) else "not_utf8") from error
    return "text/plain"


def _known_binary(content: bytes) -> bool:
    """Tell whether the list of magic numbers knows it: then "not UTF-8" would be a strange answer."""
    try:
        return bool(puremagic.from_string(content))
    except (puremagic.PureError, ValueError):
        return False


def media_type_of(content: bytes, filename: str) -> str:
    """Return what the content is: a key of `EXTENSIONS`, or `ZIP` for what must be opened to know.

    Raises NotAccepted for everything else, for a file of two kinds, and where the name says another kind. A zip's name
    is held against it by whoever opens it (`agrees`).
    """
    media_type = _by_first_bytes(content)
    if media_type != "application/pdf" and b"%PDF-" in content[:HEAD]:
        raise refusal("several_kinds")
    if media_type != ZIP and _zip_ends_here(content):
        raise refusal("several_kinds")
    if media_type.startswith(("image/", "application/pdf")) and MARKUP.search(content[:HEAD].replace(b"<?xml", b"")):
        # a picture's XMP is XML, a page is not
        raise refusal("several_kinds")
    if media_type == "text/plain" and extension_of(filename) in EXTENSIONS["text/csv"]:
        media_type = "text/csv"
    if media_type != ZIP:
        agrees(media_type, filename)
    return media_type


def extension_of(filename: str) -> str:
    """Return the extension of a name in lower case, without its dot; empty if there is none."""
    name = filename.replace("\\", "/").rpartition("/")[2].strip().rstrip(".")
    return name.rpartition(".")[2].lower() if "." in name.lstrip(".") else ""


def agrees(media_type: str, filename: str) -> None:
    """Raise NotAccepted if the name says another kind than the content is; a name without extension says nothing."""
    extension = extension_of(filename)
    if extension and extension not in EXTENSIONS[media_type]:
        raise refusal("disagrees")
