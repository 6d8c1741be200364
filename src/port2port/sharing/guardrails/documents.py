"""Documents: text as it is, and Office files as far as they are a zip, whose limits are held before it is unpacked."""

import io
import re
import zipfile
from collections.abc import Iterable

from port2port.sharing.guardrails import office_open, opendocument
from port2port.sharing.guardrails.kinds import EXTENSIONS, agrees
from port2port.sharing.guardrails.refusals import (
    HIGHEST_RATIO,
    LARGEST_UNPACKED,
    MOST_ENTRIES,
    RATIO_COUNTS_FROM,
    refusal,
)
from port2port.sharing.guardrails.taken import Examined, Taken

ENCRYPTED_FLAG = 0x1  # APPNOTE.TXT 4.4.4
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: when it was written is nobody's business
# A cell that a spreadsheet program runs (DDE): =cmd|'/c calc'!A1
RUNS = re.compile(r"""(?:^|[,;\t])["']?[=+\-@][^,;\t\n"|]{0,100}\|[^,;\t\n]{0,200}!""", re.MULTILINE)


def plain(content: bytes, media_type: str, extension: str) -> Examined:
    """Return a text as it is: it has nothing beside itself. Raises NotAccepted for a cell that starts a program."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    if media_type == "text/csv" and RUNS.search(text):
        raise refusal("formula")
    taken = Taken()
    taken.read(text)
    return taken.examined(media_type, extension, content)


def _checked(archive: zipfile.ZipFile) -> None:
    """Raise NotAccepted for a zip that unpacks to too much, is encrypted, or has names that mislead."""
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise refusal("bomb")
    seen: set[str] = set()
    for entry in entries:
        if entry.flag_bits & ENCRYPTED_FLAG:
            raise refusal("encrypted")
        if entry.file_size > RATIO_COUNTS_FROM and entry.file_size > HIGHEST_RATIO * max(entry.compress_size, 1):
            raise refusal("bomb")
        name = entry.filename.lower()
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or name in seen:
            raise refusal("damaged")
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise refusal("damaged")
        seen.add(name)


def unpacked(content: bytes) -> dict[str, bytes]:
    """Return the entries of a zip by name, in their order.

    Raises NotAccepted beyond a limit; BadZipFile for a damaged one (an entry longer than it says is one).
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _checked(archive)
        return {entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()}


def packed(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a new zip: no comments, no extra fields, one time for all. ODF's `mimetype` is stored, as it demands."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            how = zipfile.ZIP_STORED if name == opendocument.MIMETYPE else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, EPOCH), content, compress_type=how)
    return written.getvalue()


def office(content: bytes, filename: str) -> Examined:
    """Return an Office file written anew. Raises NotAccepted for other archives, macros, encryption and bombs."""
    entries = unpacked(content)
    taken = Taken()
    if opendocument.MIMETYPE in entries:
        media_type = opendocument.media_type_of(entries)
        agrees(media_type, filename)
        cleaned = opendocument.cleaned(entries, taken)
    else:
        media_type = office_open.media_type_of(entries)
        agrees(media_type, filename)
        cleaned = office_open.cleaned(entries, taken, _embedded)
    return taken.examined(media_type, EXTENSIONS[media_type][0], packed(cleaned))


def _embedded(content: bytes, taken: Taken) -> bytes:
    """Return an Office file from inside another (the table behind a chart) written anew; it may hold no further one."""
    entries = unpacked(content)
    office_open.media_type_of(entries)
    return packed(office_open.cleaned(entries, taken, None))
