"""What is taken out of a file: the bytes that may be shared, the text to be looked at, and what was left behind."""

from dataclasses import dataclass, field

# As much as is looked at; a marking stands at the beginning, and in headers, which come first here.
LONGEST_TEXT = 200_000


@dataclass(frozen=True)
class Examined:
    """A file that may be shared.

    `cleaned` is what is shared, never the original. `text` holds properties, headers and footers first. `removed` names
    what was stripped by short codes ("exif", "gps", "author", "javascript"), each once, in alphabetical order.
    """

    media_type: str
    extension: str
    cleaned: bytes
    text: str
    removed: tuple[str, ...]


@dataclass
class Taken:
    """What is collected while a file is read: text in two piles, so that a long body hides no header, and codes."""

    first: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    first_length: int = 0
    rest_length: int = 0

    def read(self, text: str, *, first: bool = False) -> None:
        """Add a piece of text; what is beyond the longest text is dropped."""
        if first and self.first_length < LONGEST_TEXT and text:
            self.first.append(text)
            self.first_length += len(text)
        elif not first and self.rest_length < LONGEST_TEXT:
            self.rest.append(text)
            self.rest_length += len(text)

    @property
    def full(self) -> bool:
        """Tell whether no more text is taken."""
        return self.rest_length >= LONGEST_TEXT

    def text(self) -> str:
        """Return the text, properties and headers first."""
        return "\n".join(filter(None, ("\n".join(self.first), "".join(self.rest))))[:LONGEST_TEXT]

    def examined(self, media_type: str, extension: str, cleaned: bytes) -> Examined:
        """Return the result."""
        return Examined(media_type, extension, cleaned, self.text(), tuple(sorted(self.removed)))
