"""A clock for the demo: an invented cyber incident of an organisation in scope, known for some hours. Says so."""

from datetime import datetime, timedelta

from port2port.members.acting import acting_as, current_actor
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.reports.actions import Provenance, share_report
from port2port.reports.addressing import terms_for
from port2port.reports.clocks.actions import Sent, record_sent
from port2port.reports.routing.actions import say_of_ourselves
from port2port.reports.routing.queries import own_facts
from port2port.reports.rules import Draft
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp

WHO, ORIGIN, SLUG = "pso@antwerp.demo", "demo", "clock-antwerp"
KNOWN = timedelta(hours=38)
WARNED = timedelta(hours=20)


def seed_clocks(at: datetime) -> int:
    """Say of the port that it is in scope, and report an incident of which it has warned; once. Returns how many."""
    with acting_as(*cast_member(WHO)):
        organisation = current_actor().organisation
        if Record.objects.filter(origin=ORIGIN, owner_id=organisation, origin_id=SLUG).exists():
            return 0
        if own_facts() is None:
            say_of_ourselves(
                nis2_scope=True, nis2_category="essential", critical_entity=None, supervisor="DEMO", source="DEMO",
                at=at,
            )  # fmt: skip
        since = at - KNOWN
        draft = Draft(
            threat="cyber_attack", nature="incident", severity="high", modus_operandi="CY06", place="port",
            port="BEANR", occurred_at=since - timedelta(hours=1), aware_since=since, language="en",
            title="Servers of a planning system encrypted (invented)", source="seen",
            text="Two servers of a planning system were encrypted at night. The system was taken off the network; "
            "planning goes on by hand. Invented for the demo.",
        )  # fmt: skip
        circle = Circle.objects.get(kind="organisation", organisation=organisation).id
        made = share_report(
            draft=draft, to=Addressing((circle,), Tlp.AMBER), terms=terms_for("cyber_attack", reporter()), at=at,
            provenance=Provenance("invented", ORIGIN, SLUG, posted_at=since),
        )  # fmt: skip
        text = "Early warning (invented): two servers encrypted, suspected malicious, no effect across the border."
        record_sent(made.record_id, Sent("nis2_early_warning", text, at - WARNED, "portal", "DEMO-1"), at=at)
    return 1
