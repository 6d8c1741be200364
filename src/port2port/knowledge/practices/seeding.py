"""The practices at the beginning: the editorial ones, and for the demo invented ones, through the real actions."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import msgspec
from django.utils import timezone

from port2port.knowledge.practices import actions, use_actions
from port2port.knowledge.practices.actions import About
from port2port.knowledge.practices.editorial import editorial, load_editorial
from port2port.knowledge.practices.models import Practice
from port2port.knowledge.practices.queries import version_of
from port2port.knowledge.practices.rules import REVIEWED_FOR, Draft
from port2port.measures.queries import Filters, measures
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.cast import cast_member
from port2port.members.data_files import Entry, Reader
from port2port.members.models import Circle
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp

DEMO = Path(__file__).parent / "data" / "demo_practices.toml"
SOON = timedelta(days=12)


class DemoPractice(Entry, frozen=True, kw_only=True):
    """An invented practice; without a reviewer it waits for one. `measure`: linked to those that counter this."""

    slug: str
    author: str
    reviewer: str
    threat: str
    port: str
    topic: str
    maturity: str
    language: str
    modi: tuple[str, ...]
    title: str
    context: str
    done: str
    cost: str
    outcome: str
    wrong: str
    conditions: str
    contact: str
    measure: str
    changed_title: str  # of a second version

    def draft(self) -> Draft:
        """Return its text."""
        return Draft(**{name: getattr(self, name) for name in Draft.__dataclass_fields__})


class DemoUse(Entry, frozen=True, kw_only=True):
    """What one of the cast says of using one."""

    slug: str
    who: str
    experience: str


@cache
def demo_practices() -> tuple[tuple[DemoPractice, ...], tuple[DemoUse, ...]]:
    """Return what is invented for the demo. Raises ValueError with a line per problem."""
    reader = Reader(DEMO)
    practices = reader.entries("practices", DemoPractice, "slug")
    uses = reader.entries("uses", DemoUse, "who")
    reader.check_sections(("practices", "uses"))
    for use in uses:
        reader.check_reference(f"uses {use.who!r}", "slug", use.slug, {one.slug for one in practices}, "practice")
    reader.finish()
    return practices, uses


def seed_practices(at: datetime) -> int:
    """Write the editorial practices and the demo's, unless they are there. Returns how many were made."""
    with acting_as_system("import"):
        made = load_editorial(editorial(), at=at)
    practices, uses = demo_practices()
    with acting_as(*cast_member(practices[0].author)) as actor:
        if Practice.objects.filter(record__owner_id=actor.organisation).exists():
            return made
    ids = {one.slug: _practice(one, at) for one in practices}
    for use in uses:
        with acting_as(*cast_member(use.who)):
            use_actions.endorse(ids[use.slug], experience=use.experience, at=at)
    return made + len(ids)


def _practice(one: DemoPractice, at: datetime) -> UUID:
    about = About(one.threat, one.port, Addressing((_members(one.author),), Tlp.GREEN))
    with acting_as(*cast_member(one.author)):
        made = actions.write_practice(
            draft=one.draft(), about=about, terms=terms_for(one.threat, reporter()), at=at, provenance="invented"
        ).record_id  # fmt: skip
        if one.changed_title:
            changed = msgspec.structs.replace(one, title=one.changed_title).draft()
            actions.change_practice(made, draft=changed, about=about, at=at, expected=version_of(made))
        actions.turn_practice(made, "ask", at=at)
    if not one.reviewer:
        return made
    with acting_as(*cast_member(one.reviewer)):
        today = timezone.localdate(at)
        actions.turn_practice(made, "publish", at=at, review_on=today + REVIEWED_FOR)
        actions.keep_practice(made, review_on=today + SOON, at=at)
        if one.measure:
            for measure in measures(at=at, filters=Filters(modus_operandi=one.measure))[:1]:
                use_actions.link(made, target=measure.id, at=at)
    return made


def _members(email: str) -> UUID:
    with acting_as(*cast_member(email)):
        return Circle.objects.get(slug="all-members").id
