"""The register of the demo: invented, and it says so; made through the real actions."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
from django.utils import timezone

from port2port.knowledge.systems import actions
from port2port.knowledge.systems.models import Installation
from port2port.knowledge.systems.rules import Assessment, Bought, Installed, Measured
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.members.data_files import Entry, Reader
from port2port.members.models import Circle
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp

DEMO = Path(__file__).parent / "data" / "demo_systems.toml"
INVENTED = "invented"
FIRST = "pso@antwerp.demo"


class Head(Entry, frozen=True, kw_only=True):
    """Which version of the file this is."""

    version: int


class DemoAssessment(Entry, frozen=True, kw_only=True):
    """An assessment; `on` in days ago."""

    state: str
    on: int | None = None
    reason: str = ""


class DemoResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A period, in days ago, with what was counted."""

    first: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(name="from")
    last: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(name="to")
    hours: float
    alarms: int
    true_alarms: int = msgspec.field(name="true")
    false_alarms: int = msgspec.field(name="false")
    truth: str
    missed: int | None = None
    light: str = ""
    weather: str = ""
    traffic: str = ""
    threshold: str = ""


class DemoProcurement(Entry, frozen=True, kw_only=True):
    """What is sensitive; `until` in days ago, so mostly below nought."""

    price: int
    until: int
    contract: str
    tender: str


class DemoInstallation(Entry, frozen=True, kw_only=True):
    """An invented installation with its results."""

    slug: str
    author: str
    place: str
    kind: str
    maker: str
    product: str
    since: int
    purpose: str
    legal_basis: str
    retention_days: int
    rights: DemoAssessment
    privacy: DemoAssessment
    ai_class: str
    results: tuple[DemoResult, ...]
    version: str = ""
    legal_citation: str = ""
    ai_article: str = ""
    procurement: DemoProcurement | None = None


def read_demo(path: Path) -> tuple[DemoInstallation, ...]:
    """Return the installations of a file. Raises ValueError with a line per problem."""
    reader = Reader(path)
    reader.single("demo", Head)
    found = reader.entries("installations", DemoInstallation, "slug")
    reader.check_sections(("demo", "installations"))
    reader.finish()
    return found


def seed_systems(at: datetime) -> int:
    """Make the demo's register, unless there is one. Returns how many installations."""
    with acting_as(*cast_member(FIRST)):
        if Installation.objects.exists():
            return 0
    demo = read_demo(DEMO)
    for one in demo:
        with acting_as(*cast_member(one.author)) as actor:
            members = Addressing((Circle.objects.get(slug="all-members").id,), Tlp.GREEN)
            assert actor.organisation is not None  # each of the cast acts for one
            own = Circle.objects.get(kind="organisation", organisation_id=actor.organisation).id
            _enter(one, to=members, own=Addressing((own,), Tlp.AMBER_STRICT), at=at)
    return len(demo)


def _enter(one: DemoInstallation, *, to: Addressing, own: Addressing, at: datetime) -> None:
    today = timezone.localdate(at)

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    def assessed(said: DemoAssessment) -> Assessment:
        return Assessment(said.state, ago(said.on) if said.on is not None else None, said.reason)

    made = actions.install(
        one=Installed(
            kind=one.kind, maker=one.maker, product=one.product, version=one.version, purpose=one.purpose,
            retention_days=one.retention_days, rights=assessed(one.rights), privacy=assessed(one.privacy),
            ai_class=one.ai_class, since=ago(one.since), legal_basis=one.legal_basis,
            legal_citation=one.legal_citation, ai_article=one.ai_article,
        ),
        place=one.place, to=to, at=at, provenance=INVENTED,
    ).record_id  # fmt: skip
    for result in one.results:
        measured = Measured(
            since=ago(result.first), until=ago(result.last), hours=result.hours, alarms=result.alarms,
            true_alarms=result.true_alarms, false_alarms=result.false_alarms, truth=result.truth,
            missed=result.missed, light=result.light, weather=result.weather, traffic=result.traffic,
            threshold=result.threshold,
        )  # fmt: skip
        actions.add_result(made, one=measured, to=to, at=at, provenance=INVENTED)
    if one.procurement is not None:
        bought = Bought(
            one.procurement.price, ago(one.procurement.until), one.procurement.contract, one.procurement.tender
        )
        actions.add_procurement(made, one=bought, to=own, at=at, provenance=INVENTED)
