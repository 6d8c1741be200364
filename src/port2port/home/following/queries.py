"""What the actor follows. A record that they see no more is left out, as if it had never been."""

from dataclasses import dataclass
from uuid import UUID

from port2port.home.following.models import Follow
from port2port.knowledge.experts.vocabulary import beneath
from port2port.sharing.models import Record


@dataclass(frozen=True)
class Followed:
    """What a list is narrowed to: records of these threats, ports (UN/LOCODE) and topics, or these themselves."""

    threats: frozenset[str] = frozenset()
    ports: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()  # with the finer ones beneath them
    records: frozenset[UUID] = frozenset()

    @property
    def any(self) -> bool:
        """Tell whether anything is followed."""
        return bool(self.threats or self.ports or self.topics or self.records)


def follows() -> list[Follow]:
    """Return what the actor follows, newest first, without records that they do not see under this hat."""
    rows = list(Follow.objects.order_by("-since", "id"))
    wanted = [UUID(row.key) for row in rows if row.subject == "record"]
    seen = set(Record.objects.filter(id__in=wanted).values_list("id", flat=True)) if wanted else set()
    return [row for row in rows if row.subject != "record" or UUID(row.key) in seen]


def followed() -> Followed:
    """Return the same, as what a list is narrowed to."""
    rows = Follow.objects.values_list("subject", "key")
    return Followed(
        frozenset(key for subject, key in rows if subject == "threat"),
        frozenset(key for subject, key in rows if subject == "port"),
        frozenset(one for subject, key in rows if subject == "topic" for one in beneath(key)),
        frozenset(UUID(key) for subject, key in rows if subject == "record"),
    )


def is_followed(subject: str, key: str) -> bool:
    """Tell whether the actor follows this."""
    return Follow.objects.filter(subject=subject, key=key).exists()
