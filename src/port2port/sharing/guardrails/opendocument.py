"""ODT and ODS: content and styles written again without who wrote them; settings, thumbnails, signatures left behind.

Source: OASIS OpenDocument 1.3, parts 2 (packages) and 3 (elements named below).
"""

import re
from collections.abc import Iterator

from port2port.sharing.guardrails.pictures import without_metadata
from port2port.sharing.guardrails.refusals import refusal
from port2port.sharing.guardrails.rewriting import NOBODY, Attributes, Reading, local, rewritten
from port2port.sharing.guardrails.taken import Taken

MIMETYPE = "mimetype"
MANIFEST = "META-INF/manifest.xml"
TYPES = {"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"}
MAIN = {"content.xml", "styles.xml"}
EMPTY_META = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<office:document-meta xmlns:office='
    b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3"><office:meta/></office:document-meta>'
)
AUTHORS = frozenset({"creator", "creator-initials", "sender-initials", "initial-creator", "printed-by"})
LEFT_OUT = {"scripts", "event-listeners"}
CODE = {"dde-source", "dde-connection-decl", "dde-connection-decls", "applet", "plugin", "floating-frame"}
LINKS = {"a"}  # text:a and draw:a are followed by a click, everything else on opening
SAFE_LINK = re.compile(r"(?:https?|mailto|tel):|#", re.IGNORECASE)
INSIDE = re.compile(r"(?:\./)?(?!\.\.)[\w .%-]+(?:/[\w .%-]+)*$")
DDE = re.compile(r"\bDDE\s*\(", re.IGNORECASE)  # a formula that starts a program
NOWHERE = "about:blank"
LINES = frozenset({"p", "h", "title", "subject", "description", "keyword", "user-defined", "line-break", "table-row"})
CELLS = frozenset({"table-cell", "tab"})
PROPERTIES_READ = frozenset({"title", "subject", "description", "keyword", "user-defined"})
PICTURES = re.compile(r"(?:.+/)?(?:Pictures|media|ObjectReplacements)/[^/]+")
OBJECT_XML = re.compile(r"[^/]+/(?:content|styles)\.xml")


def media_type_of(entries: dict[str, bytes]) -> str:
    """Return which of the two it is. Raises NotAccepted for macros, encryption and any other document."""
    media_type = entries[MIMETYPE].decode("ascii", "replace").strip()
    if media_type not in TYPES:
        raise refusal("unknown")
    if any(name.startswith(("Basic/", "Scripts/")) for name in entries):
        raise refusal("macros")
    if MANIFEST not in entries or not MAIN & entries.keys():
        raise refusal("damaged")
    if b"encryption-data" in entries[MANIFEST]:
        raise refusal("encrypted")
    return media_type


def _rule(taken: Taken, name: str, attributes: Attributes) -> Attributes | None:
    last = local(name)
    if last in CODE:
        raise refusal("macros")
    if any(local(key) == "formula" and DDE.search(value) for key, value in attributes.items()):
        raise refusal("macros")
    if last in LEFT_OUT:
        return None
    kept: Attributes = {}
    for key, value in attributes.items():
        short = local(key)
        if short == "rsid" or short.endswith("-rsid"):
            taken.removed.add("revisions")
            continue
        if key == "xlink:href":
            if last in LINKS and SAFE_LINK.match(value.strip()):
                taken.read(value + "\n")
            elif not (INSIDE.match(value) and last not in LINKS) and not value.startswith("#"):
                if value != NOWHERE:
                    taken.removed.add("outside_link")
                kept[key] = NOWHERE
                continue
        kept[key] = value
    return kept


def _written_xml(content: bytes, taken: Taken, *, header: bool) -> bytes:
    words: list[str] = []

    def read(name: str, text: str) -> None:
        if header:
            words.append(text)
        else:
            taken.read(text)

    reading = Reading(read, lines=LINES, cells=CELLS, emptied=AUTHORS)
    written = rewritten(content, lambda name, attributes: _rule(taken, name, attributes), reading)
    if reading.names - {NOBODY}:
        taken.removed.add("author")
    taken.read("".join(words).strip(), first=True)
    return written


def _read_properties(content: bytes, taken: Taken) -> None:
    words: list[str] = []
    reading = Reading(
        lambda name, text: words.append(text), wanted=lambda name, attributes: name in PROPERTIES_READ, lines=LINES
    )
    rewritten(content, lambda name, attributes: attributes, reading, write=False)
    taken.read("".join(words).strip(), first=True)


def _picture(content: bytes, taken: Taken) -> bytes:
    picture = without_metadata(content)
    if picture is None:
        raise refusal("embedded")
    if picture != content:
        taken.removed.add("picture_metadata")
    return picture


def cleaned(entries: dict[str, bytes], taken: Taken) -> Iterator[tuple[str, bytes]]:
    """Yield the entries that may be shared, `mimetype` first.

    Raises NotAccepted for code; the parser's errors for what is damaged.
    """
    done: dict[str, bytes] = {}
    if "meta.xml" in entries:
        _read_properties(entries["meta.xml"], taken)
        taken.removed.add("properties")
    for name, content in entries.items():
        if name in MAIN or OBJECT_XML.fullmatch(name):
            # headers and footers stand in the master pages of the styles
            done[name] = _written_xml(content, taken, header=name == "styles.xml")
        elif PICTURES.fullmatch(name):
            done[name] = _picture(content, taken)
        elif name.startswith("Fonts/"):
            taken.removed.add("fonts")
        elif name.startswith("Thumbnails/"):
            taken.removed.add("thumbnail")
        elif name == "settings.xml":
            taken.removed.add("printer")
    done["meta.xml"] = EMPTY_META
    folders = {name.rpartition("/")[0] + "/" for name in done}

    def listed(name: str, attributes: Attributes) -> Attributes | None:
        path = next((value for key, value in attributes.items() if local(key) == "full-path"), "/")
        return attributes if path == "/" or path in done or path in folders else None

    yield MIMETYPE, entries[MIMETYPE].strip()
    yield MANIFEST, rewritten(entries[MANIFEST], listed, Reading(read=lambda name, text: None))
    yield from done.items()
