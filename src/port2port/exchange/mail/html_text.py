"""The text of an HTML message: nothing of it is loaded, run or drawn. Pure."""

from html.parser import HTMLParser

LARGEST_HTML = 200_000  # characters that are read of one part
UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
BLOCKS = frozenset(
    {"p", "div", "br", "li", "tr", "table", "ul", "ol", "blockquote", "pre", "section", "article", "hr"}
    | {f"h{n}" for n in range(1, 7)}
)


def text_of(html: str) -> str:
    """Return what a reader of a message would see, as text; the address that a link leads to stands behind it."""
    reader = _Reader()
    reader.feed(html[:LARGEST_HTML])
    reader.close()
    lines = ("".join(reader.parts)).split("\n")
    squeezed = [" ".join(line.split()) for line in lines]
    return "\n".join(line for n, line in enumerate(squeezed) if line or (n and squeezed[n - 1])).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is not seen, where a line begins, and where a link leads."""
        if tag in UNSEEN:
            self.unseen.append(tag)
        elif tag == "a":
            self.links.append(dict(attrs).get("href") or "")
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read a tag that closes itself: it hides nothing."""
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Note where a line, what is not seen, or a link ends."""
        if tag in self.unseen:
            while self.unseen.pop() != tag:
                pass
        elif tag == "a" and self.links:
            leads = self.links.pop().strip()
            if leads.lower().startswith(("http:", "https:", "mailto:")) and not self.unseen:
                self.parts.append(f" <{leads}>")
        elif tag in BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep what is seen; line ends within it are spaces."""
        if not self.unseen:
            self.parts.append(data.replace("\n", " ").replace("\r", " "))
