"""A package (a zip, SCORM's package interchange file) read safely: what it holds, and what of it is kept.

Nothing of it is run, and nothing is written to a disk under a name of its own. Kept are files whose kind is in `TYPES`;
all else is left out, and whoever brings the package is told. What would mislead refuses the whole.
"""

import io
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as BadDeflate

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import TooLarge
from port2port.sharing.guardrails.documents import ENCRYPTED_FLAG, packed
from port2port.sharing.guardrails.refusals import HIGHEST_RATIO, MEGABYTE, RATIO_COUNTS_FROM
from port2port.training.packages.manifest import NAME, Manifest, read_manifest, refused

LARGEST = 9 * MEGABYTE  # one request takes ten, with what stands around a file
LARGEST_UNPACKED = 60 * MEGABYTE
MOST_FILES, LONGEST_NAME = 1000, 200
TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "css": "text/css",
    "js": "text/javascript", "mjs": "text/javascript", "json": "application/json", "xml": "application/xml",
    "txt": "text/plain", "vtt": "text/vtt",
    "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp",
    "svg": "image/svg+xml", "ico": "image/vnd.microsoft.icon", "bmp": "image/bmp",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "oga": "audio/ogg", "wav": "audio/wav",
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg",
    "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf",
}  # fmt: skip
"""The kinds of files that a package may be made of, each as it is served. PDF is none: a closed frame shows no PDF."""


@dataclass(frozen=True)
class Found:
    """A package as it was read: what its manifest says, and as it is `written`; which files are kept, and which not."""

    manifest: Manifest
    written: bytes
    files: Mapping[str, bytes]
    left_out: tuple[str, ...]

    @property
    def size(self) -> int:
        """How many bytes its files have, unpacked."""
        return sum(len(one) for one in self.files.values())

    def packed(self) -> bytes:
        """Return it as a zip written anew, that reads the same: no comments, no times, nothing that was left out."""
        return packed([(NAME, self.written), *self.files.items()])


def type_of(name: str) -> str | None:
    """Return as what a file is served; None for a kind that is not."""
    return TYPES.get(PurePosixPath(name).suffix.lower().removeprefix("."))


def read(data: bytes) -> Found:
    """Return the package in a zip. Raises TooLarge, and Invalid with what is wrong with it."""
    if len(data) > LARGEST:
        raise TooLarge(_("This file is larger than %(n)d MB.") % {"n": LARGEST // MEGABYTE})
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
            _check(entries)
            names = {one.filename: one for one in entries}
            if NAME not in names:
                raise refused(_("There is no imsmanifest.xml at its top: this is no SCORM package."))
            said = archive.read(NAME)
            kept = {name: archive.read(one) for name, one in names.items() if name != NAME and type_of(name)}
    except (BadZipFile, BadDeflate, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise refused(_("This is not a zip that can be read.")) from error
    left_out = tuple(sorted(name for name in names if name not in kept and name != NAME))
    return Found(read_manifest(said, kept.keys()), said, kept, left_out)


def _check(entries: list[ZipInfo]) -> None:
    """Raise Invalid for a zip that unpacks to too much, is encrypted, or has names that mislead."""
    if len(entries) > MOST_FILES:
        raise refused(_("It holds more than %(n)d files.") % {"n": MOST_FILES})
    if sum(one.file_size for one in entries) > LARGEST_UNPACKED:
        raise refused(_("It unpacks to more than %(n)d MB.") % {"n": LARGEST_UNPACKED // MEGABYTE})
    seen: set[str] = set()
    for one in entries:
        if one.flag_bits & ENCRYPTED_FLAG:
            raise refused(_("It is encrypted or has a password."))
        if one.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise refused(_("This is not a zip that can be read."))
        if one.file_size > RATIO_COUNTS_FROM and one.file_size > HIGHEST_RATIO * max(one.compress_size, 1):
            raise refused(_("The file unpacks to far more than it should. It is not taken."))
        if _misleads(one) or one.filename.lower() in seen:
            raise refused(_("Names of its files mislead (%(name)s).") % {"name": one.filename[:60]})
        seen.add(one.filename.lower())


def _misleads(entry: ZipInfo) -> bool:
    """Tell whether a name leads out of the package, is no name, or is a link to something else."""
    name, mode = entry.filename, entry.external_attr >> 16
    return (
        stat.S_IFMT(mode) not in (0, stat.S_IFREG)
        or not name.isprintable()
        or len(name) > LONGEST_NAME
        or any(one in name for one in ("\\", ":", "?", "#", "%"))
        or entry.orig_filename != name
        or any(part in ("", ".", "..") for part in name.split("/"))
    )
