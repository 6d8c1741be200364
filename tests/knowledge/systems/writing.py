"""Making installations, results and annexes for tests through the real actions."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.knowledge.systems import actions
from port2port.knowledge.systems.rules import Assessment, Bought, Installed, Measured
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from tests.reports.writing import keys, own

OWNER, PARTNER, OUTSIDER = "pso@antwerp.demo", "pso@northsea.demo", "officer@outside.demo"
INSTALLED = Installed(
    kind="drone_rf", maker="Test Sensors", product="Harrier", version="1", purpose="Drones over the lock (test).",
    retention_days=30, rights=Assessment("not_needed", None, "No persons (test)."),
    privacy=Assessment("done", date(2026, 1, 10)), ai_class="minimal", since=date(2026, 1, 15),
    legal_citation="A law (test)",
)  # fmt: skip
MEASURED = Measured(
    since=date(2026, 3, 1), until=date(2026, 3, 30), hours=600.0, alarms=50, true_alarms=30, false_alarms=18,
    truth="second_sensor", missed=6, light="both", weather="Dry (test)",
)  # fmt: skip
BOUGHT = Bought(184_000, date(2027, 12, 31), "Four years (test)", "The second bidder was dearer (test).")


def to(names: tuple[str, ...], tlp: Tlp) -> Addressing:
    """Address these circles; "own" is the current actor's organisation."""
    return Addressing(own() if names == ("own",) else keys(names or ("all-members",)), tlp)


def installation(
    *names: str, tlp: Tlp = Tlp.GREEN, place: str = "BEANR", provenance: str = "member", **changes: Any
) -> UUID:
    """Enter a system as the current actor for these circles."""
    one = replace(INSTALLED, **changes)
    made = actions.install(one=one, place=place, to=to(names, tlp), at=now(), provenance=provenance)
    return made.record_id


def result(of: UUID, *names: str, tlp: Tlp = Tlp.GREEN, **changes: Any) -> UUID:
    """Add a result as the current actor for these circles."""
    return actions.add_result(of, one=replace(MEASURED, **changes), to=to(names, tlp), at=now()).record_id


def procurement(of: UUID, *names: str, tlp: Tlp = Tlp.AMBER, **changes: Any) -> UUID:
    """Add a procurement annex as the current actor for these circles."""
    return actions.add_procurement(of, one=replace(BOUGHT, **changes), to=to(names, tlp), at=now()).record_id
