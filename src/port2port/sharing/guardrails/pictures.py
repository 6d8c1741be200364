"""Pictures: decoded and drawn anew, so that nothing but what is seen leaves; and tools for pictures in documents.

Sources: EXIF 2.32 (orientation, GPS), ITU-T T.81 annex B (markers of JPEG), W3C PNG third edition (chunks).
"""

import io
import zlib

from PIL import ExifTags, Image, ImageCms, ImageOps, PngImagePlugin

from port2port.sharing.guardrails.refusals import MOST_PIXELS, refusal
from port2port.sharing.guardrails.taken import Examined, Taken

LONGEST_SIDE = 2560  # fills a large screen; a plate in a photo of a gate stays readable
QUALITY = 85
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
HIGH_BYTE = 256  # of a sample of 16 bits

# What a viewer needs to draw a PNG; texts, times, EXIF, and chunks of programs are left behind.
PNG_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"sBIT", b"bKGD"}
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_AROUND = 12  # length, name and check sum of a chunk

SOI, EOI, SOS, APP0, APP14, APP15, COM = 0xD8, 0xD9, 0xDA, 0xE0, 0xEE, 0xEF, 0xFE
WITHOUT_LENGTH = {0x01, *range(0xD0, 0xD8), SOI}
EMF_HEADER = 88  # bytes
LARGEST_PACKED_METADATA = 1_000_000


def limit_decoding() -> None:
    """Set Pillow's own limit for this process, below which it decodes at all."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def opened(content: bytes, formats: tuple[str, ...]) -> Image.Image:
    """Return a picture whose size is known and allowed, not decoded yet.

    Raises NotAccepted if it has too many points; Pillow's errors if it is none of these formats.
    """
    limit_decoding()
    try:
        picture = Image.open(io.BytesIO(content), formats=formats)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise refusal("too_many_pixels") from error
    if picture.width * picture.height > MOST_PIXELS:
        raise refusal("too_many_pixels")
    return picture


def _notice(picture: Image.Image, taken: Taken) -> None:
    """Note what the picture carries beside itself, and read the words in it."""
    exif = picture.getexif()
    if exif:
        taken.removed.add("exif")
    if ExifTags.Base.GPSInfo in exif:
        taken.removed.add("gps")
    for tag in (
        ExifTags.Base.ImageDescription,
        ExifTags.Base.XPTitle,
        ExifTags.Base.XPSubject,
        ExifTags.Base.XPKeywords,
    ):
        value = exif.get(tag)
        if isinstance(value, bytes):
            value = value.decode("utf-16-le", "ignore").rstrip("\x00")
        taken.read(str(value or ""), first=True)
    info = picture.info
    for key, code in (("xmp", "xmp"), ("icc_profile", "colour_profile"), ("comment", "comment"), ("photoshop", "iptc")):
        if info.get(key):
            taken.removed.add(code)
    if isinstance(info.get("comment"), bytes):
        taken.read(info["comment"].decode("utf-8", "replace"), first=True)
    if isinstance(picture, PngImagePlugin.PngImageFile):
        for value in (value for value in info.values() if isinstance(value, str)):
            taken.removed.add("comment")
            taken.read(value, first=True)
    if getattr(picture, "n_frames", 1) > 1:
        taken.removed.add("further_frames")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Return it in the colours every screen assumes; a profile that cannot be read is left out."""
    if profile and picture.mode in ("RGB", "CMYK"):
        try:
            converted = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            return picture
        return converted or picture
    return picture


def _drawable(picture: Image.Image, media_type: str) -> Image.Image:
    """Return it in a mode that its format holds, with transparency only where it has some."""
    if picture.mode.startswith("I;16"):
        picture = picture.point(lambda value: value * (1 / HIGH_BYTE)).convert("L")
    transparent = picture.has_transparency_data and media_type != "image/jpeg"
    if picture.mode == "L" and not transparent:
        return picture
    wanted = "RGBA" if transparent else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def drawn_anew(content: bytes, media_type: str, extension: str) -> Examined:
    """Return a picture decoded and drawn anew: turned upright, at most `LONGEST_SIDE`, with nothing beside its points.

    Raises NotAccepted if it has too many points, and whatever Pillow raises if it is damaged.
    """
    taken = Taken()
    with opened(content, (FORMATS[media_type],)) as picture:
        _notice(picture, taken)
        profile = picture.info.get("icc_profile")
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
        if picture.format == "JPEG":
            picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # decodes at a fraction of the memory where it can
        picture.load()
        drawing: Image.Image = _drawable(picture, media_type) if picture.mode != "CMYK" else picture
        if max(drawing.size) > LONGEST_SIDE:
            taken.removed.add("size")
            drawing.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        drawing = _drawable(_in_srgb(drawing, profile), media_type)
        drawing.getexif()[ExifTags.Base.Orientation] = orientation
        drawing = ImageOps.exif_transpose(drawing)
        # a new picture of the points alone: what was read with them stays behind
        plain = Image.frombytes(drawing.mode, drawing.size, drawing.tobytes())
    written = io.BytesIO()
    if media_type == "image/png":
        plain.save(written, "PNG", optimize=False)
    else:
        plain.save(written, FORMATS[media_type], quality=QUALITY)
    return taken.examined(media_type, extension, written.getvalue())


def jpeg_without_metadata(content: bytes) -> bytes:
    """Return a JPEG without EXIF, XMP, IPTC, comments, thumbnails and what follows its end; the points are untouched.

    For pictures inside documents, which draw them as they lie. Kept: JFIF (APP0) and Adobe's colour transform (APP14).
    Raises ValueError if it is no whole JPEG.
    """
    kept = [b"\xff\xd8"]
    at = 2
    while at < len(content):
        if content[at] != 0xFF:  # noqa: PLR2004 - every marker begins so (T.81, B.1.1.2)
            raise ValueError("no marker where one must be")
        while content[at : at + 1] == b"\xff":
            at += 1
        marker = content[at] if at < len(content) else EOI
        at += 1
        if marker == EOI:
            return b"".join([*kept, b"\xff\xd9"])
        if marker in WITHOUT_LENGTH:
            kept.append(bytes((0xFF, marker)))
            continue
        length = int.from_bytes(content[at : at + 2], "big")
        end = at + length
        if length < 2 or end > len(content):  # noqa: PLR2004 - the length counts its own two bytes
            raise ValueError("a segment beyond the end")
        if not (APP0 < marker <= APP15 and marker != APP14) and marker != COM:
            kept.append(bytes((0xFF, marker)) + _without_thumbnail(marker, content[at:end]))
        at = end
        if marker == SOS:
            end = _end_of_scan(content, at)
            kept.append(content[at:end])
            at = end
    return b"".join([*kept, b"\xff\xd9"])  # cut off, as viewers take it


def _without_thumbnail(marker: int, segment: bytes) -> bytes:
    """Return a segment of APP0 as bare JFIF: its thumbnail, and JFXX, which is nothing else, are left out."""
    if marker != APP0:
        return segment
    bare = b"JFIF\x00\x01\x01" + (segment[9:14] if segment[2:7] == b"JFIF\x00" else b"\x00\x00\x01\x00\x01")
    return (2 + len(bare) + 2).to_bytes(2, "big") + bare + b"\x00\x00"


def _end_of_scan(content: bytes, at: int) -> int:
    """Return where the coded points end: at the next marker that is no stuffed zero and no restart."""
    while (at := content.find(b"\xff", at)) >= 0:
        following = content[at + 1 : at + 2]
        if following not in (b"\x00", b"\xff") and not b"\xd0" <= following <= b"\xd7":
            return at
        at += 1 if following == b"\xff" else 2
    return len(content)


def png_without_metadata(content: bytes) -> bytes:
    """Return a PNG with the chunks alone that draw it. Raises ValueError if it is no PNG, or a damaged one."""
    if not content.startswith(PNG_SIGNATURE):
        raise ValueError("no PNG")
    kept, at = [PNG_SIGNATURE], len(PNG_SIGNATURE)
    while at + PNG_AROUND <= len(content):
        length, name = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        chunk = content[at : at + PNG_AROUND + length]
        if zlib.crc32(chunk[4:-4]).to_bytes(4, "big") != chunk[-4:]:
            raise ValueError("a damaged chunk")
        if name in PNG_KEPT:
            kept.append(chunk)
        if name == b"IEND":
            return b"".join(kept)
        at += len(chunk)
    raise ValueError("no end")


def without_metadata(content: bytes) -> bytes | None:
    """Return a picture from inside a document without what it carries beside its points; None if it is none known.

    Raises NotAccepted for too many points; ValueError and Pillow's errors for a damaged one.
    """
    if content.startswith(b"\xff\xd8\xff"):
        return jpeg_without_metadata(content)
    if content.startswith(PNG_SIGNATURE):
        return png_without_metadata(content)
    for start, name in (
        (b"GIF8", "GIF"),
        (b"BM", "BMP"),
        (b"II*\x00", "TIFF"),
        (b"MM\x00*", "TIFF"),
        (b"RIFF", "WEBP"),
    ):
        if content.startswith(start):
            with opened(content, (name,)) as picture:
                picture.load()
                plain = picture.copy()
                plain.info = {key: plain.info[key] for key in ("transparency",) if key in plain.info}
                written = io.BytesIO()
                if name == "TIFF":  # the tags of the old one would come along
                    plain = Image.frombytes(plain.mode, plain.size, plain.tobytes())
                plain.save(written, name)
            return written.getvalue()
    if content[40:44] == b" EMF":  # [MS-EMF] 2.2.9: where the title lies, and who drew it with what
        return _emf_without_title(content)
    if content.startswith((b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"VCLMTF")):
        return content  # WMF and LibreOffice's own: drawing commands alone, no place for more
    return None


def _emf_without_title(content: bytes) -> bytes:
    length, start = 2 * int.from_bytes(content[60:64], "little"), int.from_bytes(content[64:68], "little")
    if not length or start + length > len(content) or start < EMF_HEADER:
        return content
    return content[:start] + bytes(length) + content[start + length :]
