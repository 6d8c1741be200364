"""What decisions and actions may link to: an explicit registry, filled by whoever looks after a kind of record.

A domain above this one calls `register` from its `AppConfig.ready`. Of a record that the reader does not see nothing is
shown: absent and hidden are the same.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise


@dataclass(frozen=True)
class Linked:
    """A record as a link shows it, to a reader who sees it. `word`: what kind of thing it is."""

    id: UUID
    kind: str
    word: str | Promise
    title: str
    href: str
    icon: str


Resolver = Callable[[Sequence[UUID]], list[Linked]]
_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Let records of a kind (of their envelope) be linked. `resolver` returns those of some ids that the actor sees."""
    _resolvers[kind] = resolver


def kinds() -> tuple[str, ...]:
    """Return the kinds that can be linked here."""
    return tuple(_resolvers)


def resolved(wanted: Iterable[tuple[str, UUID]]) -> list[Linked]:
    """Return what the actor sees of these (kind, id), in their order."""
    asked = list(wanted)
    found: dict[UUID, Linked] = {}
    for kind in dict.fromkeys(kind for kind, _target in asked):
        if kind in _resolvers:
            found |= {one.id: one for one in _resolvers[kind]([target for of, target in asked if of == kind])}
    return [found[target] for _kind, target in asked if target in found]
