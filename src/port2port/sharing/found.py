"""What a domain brings so that the one search finds its records: how a hit is shown, and by which words it is found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise

from port2port.members.data_files import Names
from port2port.sharing.models import Record


@dataclass(frozen=True)
class Hit:
    """A record that was found, as the reader sees it. `text` is what a snippet may be cut from: nothing narrower."""

    kind: str
    record: Record
    title: str
    text: str
    href: str
    api: str
    icon: str
    reference: str
    audience: list[str]
    where: str = ""
    language: str = ""  # in which it was written, when that is not the reader's


@dataclass(frozen=True)
class Ready:
    """What is the same for everybody and no record, to which a search leads too: its kind and name in addresses, what
    it is called and says by language, its page and its address in the API.
    """

    kind: str
    slug: str
    word: Promise | str
    names: Names
    said: Names
    href: str
    api: str


@dataclass(frozen=True)
class Words:
    """By what a record is found: exactly what its action indexes, so that indexing it again changes nothing."""

    title: str
    text: str


@dataclass(frozen=True)
class Source:
    """A kind of record that can be found.

    `hits` returns those of the ids that the actor sees, in this order. `words` returns by what they are found, of every
    record that there is: it is asked by the owner of the database alone, to index again. `of`: the kind of what a hit
    leads to, for a part of another record.
    """

    kind: str
    word: Promise | str
    icon: str
    hits: Callable[[Sequence[UUID], datetime], dict[UUID, Hit]]
    words: Callable[[Iterable[UUID]], dict[UUID, Words]]
    of: str = ""

    @property
    def shown_as(self) -> str:
        """The kind of what a hit leads to."""
        return self.of or self.kind
