"""Videos and subtitles of a course that is written: what is hidden in them is blanked out, and nothing is converted.

A camera writes where and when it filmed beside the pictures, and some write it as a track of its own. Boxes and
elements that only describe are turned into empty ones of the same length, so that no place in the file moves; a file
with a track that is neither picture, sound nor subtitles is refused. Every length is read within what holds it.
ISO/IEC 14496-12 (MP4, also of QuickTime), RFC 8794 and RFC 9559 (EBML, Matroska), W3C WebVTT.
"""

from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Text
from port2port.training.courses.contents import SUBTITLES, VIDEOS

LARGEST_VIDEO, LARGEST_SUBTITLES = 9_500_000, 200_000  # bytes: a request takes ten million
DEEPEST, MOST_BOXES = 12, 100_000
MP4, WEBM = b"ftyp", b"\x1a\x45\xdf\xa3"
# Boxes that are kept as they are, those that are looked into, and those whose times of making are set to nothing.
INTO = frozenset({b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf", b"edts", b"mvex"})
DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
KEPT = INTO | DATED | frozenset({
    b"ftyp", b"styp", b"mdat", b"sidx", b"hdlr", b"vmhd", b"smhd", b"nmhd", b"sthd", b"gmhd", b"dinf", b"stbl", b"elst",
    b"trex", b"mehd", b"mfhd", b"tfhd", b"tfdt", b"trun", b"sdtp", b"sbgp", b"sgpd", b"saiz", b"saio", b"mfra", b"iods",
    b"tref", b"tapt",
})  # fmt: skip
TRACKS = frozenset({b"vide", b"soun", b"text", b"sbtl", b"subt"})
SEGMENT, CLUSTER, INFO, TRACK_LIST, TRACK, KIND, VOID = 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B, 0xAE, 0x83, 0xEC
ELEMENTS_INTO = frozenset({SEGMENT, INFO, TRACK_LIST, TRACK})
# Tags, attachments, chapters, of the head its date and title, of a track its name; sums that would be of before.
DESCRIBING = frozenset({0x1254C367, 0x1941A469, 0x1043A770, 0x4461, 0x7BA9, 0x536E, 0xBF})
TRACK_KINDS = frozenset({1, 2, 17})  # picture, sound, subtitles


class Unfit(Exception):
    """A file that is not taken. `reason`: why, for who sent it."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def is_video(name: str) -> bool:
    """Tell whether a file by its name is a video or subtitles."""
    return PurePath(name.lower()).suffix in (*VIDEOS, SUBTITLES)


def cleaned(name: str, content: bytes) -> bytes:
    """Return a video or subtitles without what describes it, as long as before. Raises Unfit."""
    suffix = PurePath(name.lower()).suffix
    if suffix == SUBTITLES:
        return _subtitles(content)
    if len(content) > LARGEST_VIDEO:
        raise Unfit(_("Make it shorter or smaller: at most 9.5 MB."))
    data = bytearray(content)
    if suffix == ".mp4" and content[4:8] == MP4:
        _Boxes(data).clean()
    elif suffix == ".webm" and content[:4] == WEBM:
        _Elements(data).clean()
    else:
        raise Unfit(_("A video is needed: MP4 or WebM."))
    return bytes(data)


def _subtitles(content: bytes) -> bytes:
    if len(content) > LARGEST_SUBTITLES:
        raise Unfit(_("Subtitles are at most 200 kB."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unfit(_("Subtitles are written as WebVTT in UTF-8.")) from error
    if not text.startswith("WEBVTT") or "-->" not in text or "\x00" in text:
        raise Unfit(_("Subtitles are written as WebVTT in UTF-8."))
    return text.encode()


def _damaged() -> Unfit:
    return Unfit(_("The video is damaged or made in a way that is not read here. Export it again as MP4."))


def _check_tracks(found: Collection[bytes] | Collection[int], known: Set[bytes] | Set[int]) -> None:
    """Raise Unfit when there is no track, or one that is not known."""
    if not found:
        raise _damaged()
    if not set(found) <= known:
        raise Unfit(_("It holds more than picture and sound, perhaps where it was filmed. Export it anew without."))


@dataclass(frozen=True)
class _Part:
    """A box of an MP4: what it is, where it begins, where what it holds begins, and where it ends."""

    kind: bytes
    begins: int
    held: int
    ends: int


class _Boxes:
    """An MP4, changed in place."""

    def __init__(self, data: bytearray) -> None:
        self.data = data
        self.count = 0
        self.tracks: list[bytes] = []

    def clean(self) -> None:
        """Blank what describes. Raises Unfit."""
        top = [one.kind for one in self._within(0, len(self.data), 0)]
        if b"moov" not in top:
            raise _damaged()
        _check_tracks(self.tracks, TRACKS)

    def _parts(self, begins: int, ends: int) -> Iterator[_Part]:
        while begins < ends:
            size, held = int.from_bytes(self.data[begins : begins + 4], "big"), begins + 8
            if size == 1:
                size, held = int.from_bytes(self.data[held : held + 8], "big"), held + 8
            elif size == 0:
                size = ends - begins
            self.count += 1
            if held > ends or begins + size < held or begins + size > ends or self.count > MOST_BOXES:
                raise _damaged()
            yield _Part(bytes(self.data[begins + 4 : begins + 8]), begins, held, begins + size)
            begins += size

    def _within(self, begins: int, ends: int, depth: int) -> list[_Part]:
        if depth > DEEPEST:
            raise _damaged()
        found = list(self._parts(begins, ends))
        for one in found:
            if one.kind not in KEPT:
                self.data[one.begins + 4 : one.begins + 8] = b"free"
                self.data[one.held : one.ends] = bytes(one.ends - one.held)
            elif one.kind in INTO:
                self._within(one.held, one.ends, depth + 1)
            elif one.kind in DATED:
                self._undate(one)
            elif one.kind == b"hdlr":
                self._handler(one)
        return found

    def _undate(self, one: _Part) -> None:
        """Set when it was made and changed to nothing (14496-12, 8.2.2): two numbers after version and flags."""
        length = 16 if self.data[one.held : one.held + 1] == b"\x01" else 8
        if one.ends - one.held < 4 + length:
            raise _damaged()
        self.data[one.held + 4 : one.held + 4 + length] = bytes(length)

    def _handler(self, one: _Part) -> None:
        """Note what a track is (8.4.3), and blank what its maker calls it. Of `minf`, QuickTime's are of its data."""
        if one.ends - one.held < 24:  # noqa: PLR2004 - version, zero, kind and three zeros, four bytes each
            raise _damaged()
        if self.data[one.held + 4 : one.held + 8] != b"dhlr":
            self.tracks.append(bytes(self.data[one.held + 8 : one.held + 12]))
        self.data[one.held + 24 : one.ends] = bytes(one.ends - one.held - 24)


class _Elements:
    """A WebM, changed in place."""

    def __init__(self, data: bytearray) -> None:
        self.data = data
        self.count = 0
        self.tracks: list[int] = []

    def clean(self) -> None:
        """Blank what describes. Raises Unfit."""
        self._within(0, len(self.data), 0)
        _check_tracks(self.tracks, TRACK_KINDS)

    def _number(self, at: int, ends: int, *, marked: bool) -> tuple[int, int]:
        """Return a number of variable length (RFC 8794, section 4) and how long it is. `marked`: with its marker."""
        first = self.data[at] if at < ends else 0
        length = 9 - first.bit_length()
        if first == 0 or at + length > ends:
            raise _damaged()
        number = int.from_bytes(self.data[at : at + length], "big")
        return (number if marked else number - (1 << 7 * length)), length

    def _within(self, begins: int, ends: int, depth: int) -> None:
        if depth > DEEPEST:
            raise _damaged()
        while begins < ends:
            kind, named = self._number(begins, ends, marked=True)
            size, sized = self._number(begins + named, ends, marked=False)
            held = begins + named + sized
            if size == (1 << 7 * sized) - 1:  # not known: of what is written while it is filmed
                if kind not in (SEGMENT, CLUSTER):
                    raise _damaged()
                # of a cluster, what it holds is then read as if it stood beside it
                size = ends - held if kind == SEGMENT else 0
            self.count += 1
            if held + size > ends or self.count > MOST_BOXES:
                raise _damaged()
            if kind in DESCRIBING:
                self._blank(begins, held + size)
            elif kind in ELEMENTS_INTO:
                self._within(held, held + size, depth + 1)
            elif kind == KIND:
                self.tracks.append(int.from_bytes(self.data[held : held + size], "big"))
            begins = held + size

    def _blank(self, begins: int, ends: int) -> None:
        """Make a void of an element (RFC 8794, section 11.3.3): one byte of kind, its length in one or in eight."""
        length = ends - begins
        if length < 2:  # noqa: PLR2004
            raise _damaged()
        sized = 1 if length - 2 < 127 else 8  # noqa: PLR2004 - 127 in one byte says that it is not known
        if length < 1 + sized:
            raise _damaged()
        size = length - 1 - sized
        self.data[begins:ends] = bytes([VOID]) + (size | 1 << 7 * sized).to_bytes(sized, "big") + bytes(size)
