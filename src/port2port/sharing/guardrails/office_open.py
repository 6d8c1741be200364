"""DOCX, XLSX and PPTX: only what can be reached from the document is written again, without what identifies people.

Sources: ECMA-376 part 2 (packages: content types, relationships) and part 1 (the elements named below); [MS-DOCX],
[MS-XLSX], [MS-PPTX] for the newer parts. Whatever a program would fetch on opening the file leads nowhere afterwards.
"""

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote
from xml.sax.saxutils import escape

from port2port.sharing.guardrails.office_names import (
    CELLS,
    CODE,
    CONNECTION,
    CONTENT_TYPES,
    DDE,
    EMBEDDED,
    HYPERLINK,
    LEFT_BEHIND,
    LEFT_OUT,
    LINES,
    MAIN_TYPES,
    NAMED_PEOPLE,
    NOWHERE,
    OFFICE_DOCUMENT,
    PATH,
    PATHS,
    PEOPLE,
    PROPERTIES_READ,
    READ,
    REFERENCES,
    SAFE_LINK,
    SHEET_CODES,
    SHEET_HEADERS,
    SHORTEST_AUTHOR,
    XML,
)
from port2port.sharing.guardrails.pictures import without_metadata
from port2port.sharing.guardrails.refusals import refusal
from port2port.sharing.guardrails.rewriting import NOBODY, Attributes, Reading, local, rewritten
from port2port.sharing.guardrails.taken import Taken


@dataclass(frozen=True)
class Relationship:
    """A relationship of a part: where it leads, and the last word of its type."""

    id: str
    kind: str
    target: str
    external: bool


def _content_types(entries: dict[str, bytes]) -> dict[str, str]:
    """Return the content type of each part by its name in lower case, and of each extension by ".ext"."""
    types: dict[str, str] = {}

    def note(name: str, attributes: Attributes) -> Attributes:
        if local(name) == "Override":
            types[attributes["PartName"].lstrip("/").lower()] = attributes["ContentType"]
        elif local(name) == "Default":
            types["." + attributes["Extension"].lower()] = attributes["ContentType"]
        return attributes

    rewritten(entries[CONTENT_TYPES], note, Reading(read=lambda name, text: None), write=False)
    return types


def _rels_name(part: str) -> str:
    folder, _slash, name = part.rpartition("/")
    return posixpath.join(folder, "_rels", name + ".rels")


def _relationships(entries: dict[str, bytes], part: str) -> list[Relationship]:
    """Return the relationships of a part ("" is the package), targets as names of parts."""
    content = entries.get(_rels_name(part))
    found: list[Relationship] = []
    if content is None:
        return found

    def note(name: str, attributes: Attributes) -> Attributes:
        if local(name) == "Relationship":
            external = attributes.get("TargetMode") == "External"
            target = attributes["Target"]
            if not external:
                path = unquote(target.partition("#")[0])
                target = (
                    path[1:]
                    if path.startswith("/")
                    else posixpath.normpath(posixpath.join(posixpath.dirname(part), path))
                )
            found.append(Relationship(attributes["Id"], attributes["Type"].rpartition("/")[2], target, external))
        return attributes

    rewritten(content, note, Reading(read=lambda name, text: None), write=False)
    return found


def media_type_of(entries: dict[str, bytes]) -> str:
    """Return which of the three it is. Raises NotAccepted for macros and for any other archive."""
    if CONTENT_TYPES not in entries or _rels_name("") not in entries:
        raise refusal("archive")
    types = _content_types(entries)
    if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in types.values()):
        raise refusal("macros")
    if any(name.lower().endswith("vbaproject.bin") for name in entries):
        raise refusal("macros")
    mains = [r.target.lower() for r in _relationships(entries, "") if r.kind == OFFICE_DOCUMENT and not r.external]
    found = {MAIN_TYPES.get(types.get(main, "")) for main in mains}
    media_type = found.pop() if len(found) == 1 else None
    if media_type is None:
        raise refusal("unknown")
    return media_type


class _Package:
    """One package while it is written anew."""

    def __init__(
        self, entries: dict[str, bytes], taken: Taken, embedded: Callable[[bytes, Taken], bytes] | None
    ) -> None:
        self.entries, self.taken, self.embedded = entries, taken, embedded
        self.by_lower = {name.lower(): name for name in entries}
        self.types = _content_types(entries)
        self.authors: set[str] = set()
        self.done: dict[str, bytes] = {}

    def part(self, target: str) -> str:
        """Return the name of a part as the zip has it; empty if there is none (such a relationship is left out)."""
        return self.by_lower.get(target.lower(), "")

    def clean(self) -> Iterator[tuple[str, bytes]]:
        """Yield the parts that remain, content types first."""
        self._read_properties()
        waiting = [""]
        seen = {""}
        while waiting:
            part = waiting.pop()
            relationships = _relationships(self.entries, part)
            kept: list[Relationship] = []
            for relationship in relationships:
                if self._is_kept(relationship):
                    kept.append(relationship)
                    target = "" if relationship.external else self.part(relationship.target)
                    if target and target not in seen:
                        seen.add(target)
                        waiting.append(target)
            gone = {r.id for r in relationships} - {r.id for r in kept}
            if part:
                self.done[part] = self._written(part, gone)
            if relationships:
                self.done[_rels_name(part)] = self._written_relationships(part, {r.id for r in kept})
        yield CONTENT_TYPES, self._written_types()
        for name in self.entries:
            if name in self.done:
                yield name, self._without_authors(name)

    def _read_properties(self) -> None:
        """Read the words of the properties, which are left behind but may hold a marking; never who wrote them."""
        for relationship in _relationships(self.entries, ""):
            part = self.part(relationship.target)
            if part and LEFT_BEHIND.get(relationship.kind.lower()) == "properties" and XML.match(self.entries[part]):
                self._read_property_part(part)

    def _read_property_part(self, part: str) -> None:
        words: list[str] = []

        def with_labels(name: str, attributes: Attributes) -> Attributes:
            if local(name) == "label":  # a sensitivity label has its name in an attribute
                words.append(attributes.get("name", "") + "\n")
            return attributes

        reading = Reading(
            lambda name, text: words.append(text), wanted=lambda name, attributes: name in PROPERTIES_READ, lines=LINES
        )
        rewritten(self.entries[part], with_labels, reading, write=False)
        self.taken.read("".join(words).strip(), first=True)

    def _is_kept(self, relationship: Relationship) -> bool:
        kind = relationship.kind.lower()
        if kind in CODE:
            raise refusal("macros")
        if kind in EMBEDDED and not relationship.external:
            raise refusal("embedded")
        if kind in LEFT_BEHIND:
            self.taken.removed.add(LEFT_BEHIND[kind])
            return False
        return relationship.external or bool(self.part(relationship.target))

    def _type(self, part: str) -> str:
        return self.types.get(part.lower()) or self.types.get("." + part.rpartition(".")[2].lower(), "")

    def _written(self, part: str, gone: set[str]) -> bytes:
        """Return a part as it may be shared; raises NotAccepted for one that is no XML, picture or Office file."""
        content = self.entries[part]
        if XML.match(content):
            return self._written_xml(part, content, gone)
        picture = without_metadata(content)
        if picture is not None:
            if picture != content:
                self.taken.removed.add("picture_metadata")
            return picture
        if content.startswith(b"PK\x03\x04") and self.embedded is not None:
            return self.embedded(content, self.taken)
        raise refusal("embedded")

    def _written_xml(self, part: str, content: bytes, gone: set[str]) -> bytes:
        header = "header" in part.lower() or "footer" in part.lower()
        instructions: list[str] = []
        words: list[str] = []

        def read(name: str, text: str) -> None:
            if name == "instrText":
                instructions.append(text)
            elif name in SHEET_HEADERS:
                self.taken.read(SHEET_CODES.sub("\n", text), first=True)
            elif header:
                words.append(text)
            else:
                self.taken.read(text)

        shared = False

        def wanted(name: str, attributes: Attributes) -> bool:
            nonlocal shared
            if name == "c":
                shared = attributes.get("t") == "s"
            return (name in READ and not (name == "v" and shared)) or name == "instrText"

        reading = Reading(
            read, wanted, lines=LINES, cells=CELLS, emptied=frozenset({"author"} if "comments" in part.lower() else ())
        )
        written = rewritten(content, lambda name, attributes: self._rule(part, gone, name, attributes), reading)
        if DDE.search("".join(instructions)):
            raise refusal("macros")
        self._found_authors(reading.names)
        if words:
            self.taken.read("".join(words), first=True)
        return written

    def _rule(self, part: str, gone: set[str], name: str, attributes: Attributes) -> Attributes | None:
        last = local(name)
        if last in ("ddeLink", "script", "foreignObject") or (
            last == "externalData" and not gone and self.embedded is None
        ):
            raise refusal("macros" if last != "externalData" else "embedded")
        if last in LEFT_OUT or (last == "metadata" and "svg" in self._type(part)):
            self.taken.removed.add("revisions" if last in ("rsids", "revisionPtr") else "properties")
            return None
        kept: Attributes = {}
        for key, value in attributes.items():
            short = local(key)
            if value in gone and REFERENCES.fullmatch(key):
                if last != "pageSetup":  # that one only names its printer
                    return None
                continue
            if short.lower().startswith("rsid") or (short == "uid" and key.startswith("xr")):
                self.taken.removed.add("revisions")
                continue
            if short.lower() in PEOPLE or (short in ("name", "displayName") and last in NAMED_PEOPLE):
                self._found_authors({value})
                kept[key] = "" if short.lower() in ("userid", "providerid", "initials") else NOBODY
                continue
            if short in CONNECTION and part.lower().endswith("connections.xml"):
                self.taken.removed.add("connection")
                kept[key] = ""
                continue
            if short.lower().startswith("on") and "svg" in self._type(part):
                continue
            if short in PATHS and PATH.match(value):
                self.taken.removed.add("path")
            kept[key] = PATH.sub("", value, count=1) if short in PATHS and PATH.match(value) else value
            if short in ("descr", "title"):
                self.taken.read(kept[key] + "\n")
        return kept

    def _found_authors(self, names: set[str]) -> None:
        found = names - {NOBODY, ""}
        if found:
            self.authors |= found
            self.taken.removed.add("author")

    def _written_relationships(self, part: str, kept: set[str]) -> bytes:
        def rule(name: str, attributes: Attributes) -> Attributes | None:
            if local(name) != "Relationship":
                return attributes
            if attributes["Id"] not in kept:
                return None
            if attributes.get("TargetMode") == "External":
                target = attributes["Target"].strip()
                if attributes["Type"].rpartition("/")[2] == HYPERLINK and SAFE_LINK.match(target):
                    self.taken.read(target + "\n")
                elif target != NOWHERE:
                    self.taken.removed.add("outside_link")
                    attributes["Target"] = NOWHERE
            return attributes

        return rewritten(self.entries[_rels_name(part)], rule, Reading(read=lambda name, text: None))

    def _written_types(self) -> bytes:
        present = {name.lower() for name in self.done}

        def rule(name: str, attributes: Attributes) -> Attributes | None:
            if local(name) == "Override" and attributes["PartName"].lstrip("/").lower() not in present:
                return None
            return attributes

        return rewritten(self.entries[CONTENT_TYPES], rule, Reading(read=lambda name, text: None))

    def _without_authors(self, name: str) -> bytes:
        """Return a part; in notes the names of authors are replaced: programs write them at the head of the text."""
        content = self.done[name]
        if "comment" in name.lower():
            for author in sorted(self.authors - {NOBODY}, key=len, reverse=True):
                if len(author) >= SHORTEST_AUTHOR:
                    content = content.replace(escape(author).encode(), NOBODY.encode())
        return content


def cleaned(
    entries: dict[str, bytes], taken: Taken, embedded: Callable[[bytes, Taken], bytes] | None
) -> Iterator[tuple[str, bytes]]:
    """Yield the parts that may be shared; `embedded` cleans a package inside it, None if there may be none.

    Raises NotAccepted for code, embedded files and links that start programs; the parser's errors for what is damaged.
    """
    return _Package(entries, taken, embedded).clean()
