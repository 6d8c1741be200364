"""XML of Office files, written again as it is read: names with their prefixes stay, what identifies people goes.

A stream, not a tree: the largest sheet takes no more memory than its longest text. Prefixes must stay, since Office
files name them in attributes (mc:Ignorable). Entities and document types are refused (defusedxml); comments and
instructions are left out.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.sax.handler import ContentHandler
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl, InputSource

from defusedxml.sax import make_parser  # type: ignore[import-untyped]

NOBODY = "Author"  # what Office itself writes when it removes personal information

# Gives an element's attributes as they may be written, or None if it is left out with all that is in it.
Attributes = dict[str, str]
Rule = Callable[[str, Attributes], Attributes | None]


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]


@dataclass
class Reading:
    """What is done with the text of a part: which elements' text is read, after which a line or a cell ends."""

    read: Callable[[str, str], None]
    wanted: Callable[[str, Attributes], bool] = lambda name, attributes: True
    lines: frozenset[str] = frozenset()
    cells: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()
    names: set[str] = field(default_factory=set)  # what stood in the emptied elements


class _Rewriter(ContentHandler):
    """Hands what it reads to a writer, through a rule, and reads the text on the way."""

    def __init__(self, out: XMLGenerator | None, rule: Rule, reading: Reading) -> None:
        super().__init__()
        self.out, self.rule, self.reading = out, rule, reading
        self.skipped = 0
        self.text: list[str] = []  # a parser hands a text over in pieces, broken at every entity
        self.path: list[tuple[str, bool, bool]] = []  # name, is its text read, is its text left out

    def startDocument(self) -> None:
        if self.out is not None:
            self.out.startDocument()

    def endDocument(self) -> None:
        if self.out is not None:
            self.out.endDocument()

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if self.skipped:
            self.skipped += 1
            return
        self._flush()
        attributes = self.rule(name, dict(attrs.items()))
        if attributes is None:
            self.skipped = 1
            return
        last = local(name)
        emptied = last in self.reading.emptied or (bool(self.path) and self.path[-1][2])
        self.path.append((last, self.reading.wanted(last, attributes), emptied))
        if self.out is not None:
            self.out.startElement(name, AttributesImpl(attributes))

    def endElement(self, name: str) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        self._flush()
        last, _read, _emptied = self.path.pop()
        if last in self.reading.lines:
            self.reading.read(last, "\n")
        elif last in self.reading.cells:
            self.reading.read(last, "\t")
        if self.out is not None:
            self.out.endElement(name)

    def characters(self, content: str) -> None:
        if not self.skipped:
            self.text.append(content)

    def _flush(self) -> None:
        """Hand on the text since the last tag."""
        text = "".join(self.text)
        self.text.clear()
        if not text or not self.path:
            return
        name, read, emptied = self.path[-1]
        if emptied and text.strip():
            self.reading.names.add(text.strip())
            text = NOBODY
        elif read:
            self.reading.read(name, text)
        if self.out is not None:
            self.out.characters(text)


def rewritten(content: bytes, rule: Rule, reading: Reading, *, write: bool = True) -> bytes:
    """Return the XML written again in UTF-8; `write=False` only reads it and returns nothing.

    Raises what the parser raises (SAXException, or a DefusedXmlException, which is a ValueError).
    """
    out = io.BytesIO()
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(
        _Rewriter(XMLGenerator(out, "utf-8", short_empty_elements=True) if write else None, rule, reading)
    )
    source = InputSource()
    source.setByteStream(io.BytesIO(content))
    parser.parse(source)
    return out.getvalue()
