"""PDF: pages written again without what runs, what is attached, and what tells who made them.

Source: ISO 32000-2 (7.7 document structure, 7.11 files, 12.5 annotations, 12.6 actions, 12.8 signatures, 14.3
metadata).
Two passes: the first takes things out of the graph of objects, the second copies only what is still reached, so
that nothing taken out lies on in the file.
"""

import io
import re
import zlib
from collections.abc import Iterator

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PdfReadError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject, StreamObject

from port2port.sharing.guardrails.pictures import LARGEST_PACKED_METADATA, jpeg_without_metadata
from port2port.sharing.guardrails.refusals import MEGABYTE, MOST_PAGES, refusal
from port2port.sharing.guardrails.taken import Examined, Taken

# What stays of the document's own dictionary: how it is shown and read aloud. Scripts, attachments, permissions,
# collections, structure of other programs are not in this list.
CATALOG_KEPT = frozenset(
    {
        "/Type",
        "/Pages",
        "/Lang",
        "/PageLabels",
        "/PageMode",
        "/PageLayout",
        "/ViewerPreferences",
        "/Outlines",
        "/Dests",
        "/Names",
        "/MarkInfo",
        "/StructTreeRoot",
        "/OCProperties",
        "/AcroForm",
    }
)
NAMES_KEPT = {"/Dests"}

# Taken out of every dictionary, with the code that tells of it.
LEFT_OUT = {
    "/Metadata": "xmp",
    "/PieceInfo": "private_data",
    "/LastModified": "dates",
    "/Thumb": "thumbnail",
    "/AA": "actions",
    "/OpenAction": "actions",
    "/PA": "actions",
    "/Next": "",  # also links the items of an outline: there it stays (see `_clean_dictionary`)
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/EF": "attachments",
    "/AF": "attachments",
    "/EmbeddedFiles": "attachments",
    "/XFA": "form_code",
    "/RichMediaContent": "media",
}
ACTIONS_KEPT = {"/GoTo", "/URI", "/Named", "/SetOCGState"}
ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/GoToDp",
        "/Rendition",
        "/RichMediaExecute",
        "/GoTo3DView",
        "/ResetForm",
        "/Thread",
    }
)
ANNOTATIONS_REMOVED = {
    "/FileAttachment": "attachments",
    "/RichMedia": "media",
    "/3D": "media",
    "/Movie": "media",
    "/Screen": "media",
    "/Sound": "media",
}
OF_ANNOTATION = {"/T", "/NM", "/M", "/CreationDate", "/RC"}  # author, name, dates, and the rich text that repeats them
MAKERS = {"/Author", "/Creator", "/Producer", "/CreationDate", "/ModDate"}  # properties that are not read
SAFE_LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
MARKUP = re.compile(r"<[^<>]{0,2000}>")
LARGEST_PICTURE = 50 * MEGABYTE


def rewritten(content: bytes, media_type: str, extension: str) -> Examined:
    """Return a PDF written anew.

    Raises NotAccepted for encryption and too many pages; pypdf's errors for a damaged one.
    """
    taken = Taken()
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise refusal("encrypted")
        pages = len(reader.pages)
    except PdfReadError as error:
        raise refusal("encrypted" if b"/Encrypt" in content else "damaged") from error
    if not pages:
        raise refusal("damaged")
    if pages > MOST_PAGES:
        raise refusal("too_many_pages")
    _read(reader, taken)
    first = PdfWriter(clone_from=reader)
    if reader.metadata:
        taken.removed.add("properties")
    _clean_catalog(first.root_object, taken)
    for found in _every(first.root_object):
        _clean(found, taken)
    second = PdfWriter(clone_from=PdfReader(io.BytesIO(_bytes(first)), strict=False))
    return taken.examined(media_type, extension, _bytes(second))


def _bytes(writer: PdfWriter) -> bytes:
    writer.metadata = None
    writer._ID = None  # it would tell that two files come from one
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _read(reader: PdfReader, taken: Taken) -> None:
    """Read the properties, notes and pages; of the properties not who wrote it."""
    for name, value in (reader.metadata or DictionaryObject()).items():
        if name not in MAKERS:
            taken.read(str(value.get_object()), first=True)
    metadata = reader.root_object.get("/Metadata")
    stream = metadata.get_object() if metadata is not None else None
    if isinstance(stream, StreamObject):
        words = MARKUP.sub("\n", stream.get_data()[:LARGEST_PACKED_METADATA].decode("utf-8", "replace"))
        taken.read(re.sub(r"\s*\n\s*", "\n", words), first=True)
    for page in reader.pages:
        if taken.full:
            break
        taken.read(page.extract_text() + "\n")
        notes = page.get("/Annots")
        for annotation in notes.get_object() if notes is not None else ():
            note = annotation.get_object()
            if isinstance(note, DictionaryObject):
                for name in ("/Contents", "/V"):
                    taken.read(str(note.get(name) or "") + "\n")


def _clean_catalog(catalog: DictionaryObject, taken: Taken) -> None:
    names = catalog.get("/Names")
    tree = names.get_object() if names is not None else None
    if isinstance(tree, DictionaryObject):
        for name in [name for name in tree if name not in NAMES_KEPT]:
            taken.removed.add({"/JavaScript": "javascript", "/EmbeddedFiles": "attachments"}.get(name, "private_data"))
            del tree[name]
    for name in [name for name in catalog if name not in CATALOG_KEPT]:
        taken.removed.add(LEFT_OUT.get(name) or "private_data")
        action = catalog[name].get_object() if name == "/OpenAction" else None
        if isinstance(action, DictionaryObject) and "/JS" in action:
            taken.removed.add("javascript")
        del catalog[name]


def _every(root: PdfObject) -> Iterator[DictionaryObject | ArrayObject]:
    """Yield every dictionary and array that is reached, each once; what the one at hand loses is not followed."""
    seen: set[int] = set()
    waiting: list[PdfObject] = [root]
    while waiting:
        value = waiting.pop()
        if isinstance(value, IndirectObject):
            if value.idnum in seen:
                continue
            seen.add(value.idnum)
            waiting.append(value.get_object() or NameObject("/None"))
        elif isinstance(value, DictionaryObject | ArrayObject):
            yield value
            waiting.extend(value.values() if isinstance(value, DictionaryObject) else value)


def _action(value: PdfObject | None) -> DictionaryObject | None:
    """Return an action; a structure element has attributes under the same name, which are none."""
    found = value.get_object() if value is not None else None
    return found if isinstance(found, DictionaryObject) and "/S" in found and "/O" not in found else None


def _clean(found: DictionaryObject | ArrayObject, taken: Taken) -> None:
    if isinstance(found, ArrayObject):
        for at in reversed(range(len(found))):
            item = found[at]
            kind = str(item.get("/Subtype", "")) if isinstance(item, DictionaryObject) and "/Rect" in item else ""
            if kind in ANNOTATIONS_REMOVED:
                taken.removed.add(ANNOTATIONS_REMOVED[kind])
                del found[at]
        return
    _clean_dictionary(found, taken)
    if isinstance(found, StreamObject) and found.get("/Subtype") == "/Image":
        _clean_picture(found, taken)


def _clean_dictionary(found: DictionaryObject, taken: Taken) -> None:
    for name in [name for name in found if name in LEFT_OUT]:
        if name == "/Next" and "/S" not in found:
            continue  # of an outline
        if LEFT_OUT[name]:
            taken.removed.add(LEFT_OUT[name])
        del found[name]
    if str(found.get("/S", "")) in ACTIONS:
        taken.removed.add("javascript" if str(found["/S"]) == "/JavaScript" else "actions")
        found.clear()
        return
    action = _action(found.get("/A"))
    if action is not None:
        kind = str(action["/S"])
        if kind not in ACTIONS_KEPT or (kind == "/URI" and not SAFE_LINK.match(str(action.get("/URI", "")))):
            taken.removed.add("javascript" if kind == "/JavaScript" else "actions")
            del found["/A"]
        elif kind == "/URI":
            taken.read(str(action["/URI"]) + "\n")
    if "/Rect" in found and found.get("/Subtype") != "/Widget":
        for name in [name for name in found if name in OF_ANNOTATION]:
            taken.removed.add("author")
            del found[name]
    if found.get("/FT") == "/Sig" and "/V" in found:
        taken.removed.add("signature")
        del found["/V"]
    if found.get("/Type") == "/Filespec":
        taken.removed.add("attachments")
        found.clear()


def _clean_picture(picture: StreamObject, taken: Taken) -> None:
    """Take EXIF and the like out of a JPEG inside; one packed a second time is unpacked for it."""
    filters = picture.get("/Filter")
    names = [str(name) for name in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    if names[-1] != "/DCTDecode":
        return
    content = picture._data
    if names == ["/FlateDecode", "/DCTDecode"]:
        content = zlib.decompressobj().decompress(content, LARGEST_PICTURE)
    elif len(names) > 1:
        raise refusal("damaged")  # nobody writes this but to hide something
    plain = jpeg_without_metadata(content)
    if plain != content:
        taken.removed.add("picture_metadata")
    picture._data = plain
    picture[NameObject("/Filter")] = NameObject("/DCTDecode")
    if len(names) > 1:
        picture.pop("/DecodeParms", None)
