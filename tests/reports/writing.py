"""Making reports for tests through the real actions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from port2port.base.clock import now
from port2port.members.models import Circle, Person
from port2port.reports import actions
from port2port.reports.actions import MEMBER, Provenance
from port2port.reports.addressing import terms_for
from port2port.reports.models import Report
from port2port.reports.observables.normal import Observable
from port2port.reports.rules import Draft
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp

AT = datetime(2026, 11, 20, 13, 2, tzinfo=UTC)
DRAFT = Draft(
    threat="drone_misuse",
    text="A drone hung above the inner gate for four minutes, then left.",
    place="landmark",
    landmark="kallo-lock",
    occurred_at=AT - timedelta(minutes=8),
    language="en",
)


def keys(names: tuple[str, ...]) -> tuple[UUID, ...]:
    """Ids of circles by slug and of persons by name, as the actor sees them."""
    circles = dict(Circle.objects.filter(slug__in=names).values_list("slug", "id"))
    return tuple(circles[n] if n in circles else Person.objects.get(name=n).id for n in names)


def own() -> tuple[UUID, ...]:
    """The circle of the actor's own organisation."""
    organisation = reporter().organisation
    assert organisation is not None
    return (Circle.objects.get(kind="organisation", organisation=organisation).id,)


def report(
    *names: str,
    tlp: Tlp = Tlp.AMBER,
    draft: Draft = DRAFT,
    provenance: Provenance = MEMBER,
    at: datetime | None = None,
    observables: Sequence[Observable] = (),
    to: tuple[UUID, ...] = (),
    nobodys: bool = False,
    **changes: object,
) -> Report:
    """Share a report as the current actor with these circles and persons."""
    draft = replace(draft, **changes)  # type: ignore[arg-type]
    moment = at or now()
    draft = replace(draft, occurred_at=min(draft.occurred_at, moment))
    addressed = Addressing(to or keys(names or ("ports-and-police",)), tlp)
    terms = terms_for(draft.threat, reporter())
    return actions.share_report(
        draft=draft,
        to=addressed,
        terms=terms,
        at=moment,
        provenance=provenance,
        observables=observables,
        nobodys=nobodys,
    )
