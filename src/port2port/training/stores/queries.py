"""Reading what is known of the own organisation's record store, under the policy; and statements as a file has them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from port2port.members.people_queries import administrator
from port2port.training.courses import queries as courses
from port2port.training.courses.models import Completion, Edition, Session
from port2port.training.stores.models import RecordStore, ToldStatement
from port2port.training.stores.rules import STATES, Fact

SHOWN = 20


@dataclass(frozen=True)
class Stand:
    """How it stands with a store: how many statements wait, went, were refused, and why the last of these were."""

    store: RecordStore
    numbers: dict[str, int]
    refused: tuple[tuple[UUID, str], ...]


def store() -> Stand | None:
    """Return the store of the own organisation, for its administrators. Raises Refused."""
    actor = administrator()
    found = RecordStore.objects.defer("secret").filter(organisation=actor.organisation).first()
    if found is None:
        return None
    counted = Counter(ToldStatement.objects.filter(store=found.pk).values_list("state", flat=True))
    refused = ToldStatement.objects.filter(store=found.pk, state="refused").order_by("-at", "id")
    return Stand(
        found, {state: counted[state] for state in STATES}, tuple(refused.values_list("id", "code")[:SHOWN])
    )  # fmt: skip


def facts(*, on: date) -> list[Fact]:
    """Return what a file of statements says of the people whom the actor trains. Raises Refused."""
    courses.trainer()
    rows = [one.completion for one in courses.team_passes(on=on) if one.completion.withdrawn_at is None]
    editions = {one.id: one for one in Edition.objects.filter(id__in={row.edition_id for row in rows})}
    sessions = {one.id: one for one in Session.objects.filter(id__in={row.session_id for row in rows})}
    found = [fact for row in rows for fact in _facts(row, editions[row.edition_id], sessions)]
    return sorted(found, key=lambda one: (one.at, one.source, one.verb))


def _facts(row: Completion, edition: Edition, sessions: dict[UUID, Session]) -> list[Fact]:
    held = sessions.get(row.session_id) if row.session_id is not None else None
    completed = ["attended", "completed"] if held is not None else ["completed"]
    verbs = {"quiz": ["passed"], "session": completed, "package": ["completed"]}
    names = edition.content["head"]["names"]
    return [
        Fact(
            row.id, verb, row.person_id, None, edition.slug, edition.version, names, row.at,
            held.id if held is not None else None, held.minutes if held is not None else None,
        )
        for verb in verbs.get(row.how, [])
    ]  # fmt: skip
