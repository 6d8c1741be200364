"""The alerts of the demo: invented, and they say so; made through the real actions, from the templates."""

from dataclasses import replace
from datetime import datetime, timedelta

from port2port.alerts import actions
from port2port.alerts.models import Alert
from port2port.alerts.rules import prefilled
from port2port.alerts.suppliers.actions import Entry, bring_uses
from port2port.alerts.suppliers.names import System
from port2port.alerts.vocabulary import by_code, templates
from port2port.members.acting import acting_as
from port2port.members.areas import CircleArea, PortArea
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.members.places import known_places
from port2port.reports.addressing import terms_for
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp

RAISER, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"
WARNER = "analyst@police.demo"
KALLO = "kallo-lock"
INVENTED = "Remote maintenance of the supplier was misused to reach gates of its customers. (invented)"
# Supplier and system are invented: of nobody real is said what it uses.
REGISTERS: dict[str, list[tuple[System, str, str]]] = {
    "pso@northsea.demo": [
        (System("Havenpoort Software NV", "Gate Master", "4.2"), "Gates of the northern lock (invented)", "vital"),
        (System("Kustlicht Camera", "ZichtServer", "11"), "Cameras along the quays (invented)", "serious"),
    ],
    "pfso@quay1.demo": [
        (System("Havenpoort Software", "GateMaster", "4.1"), "Truck gate (invented)", "vital"),
        (System("Kraanwerk Invented", ""), "Two cranes (invented)", "serious"),
    ],
}


def seed_alerts(at: datetime) -> int:
    """Raise the demo's alerts, unless there are any in force. Returns how many were raised."""
    with acting_as(*cast_member(RAISER)):
        if Alert.objects.exists():
            return 0
        lock = known_places().landmarks[KALLO]
        area = CircleArea(lat=lock.lat or 0.0, lon=lock.lon or 0.0, km=2.0, landmark=KALLO)
        _raise("drone_seen", (area,), at - timedelta(minutes=8))
    with acting_as(*cast_member(PARTNER)):
        _raise("exercise_drone", (PortArea(port="NLTNZ"),), at - timedelta(hours=2))
    return 2 + _seed_suppliers(at)


def _seed_suppliers(at: datetime) -> int:
    """Let two organisations of the demo keep a register, and a third warn whoever uses an invented system."""
    for email, systems in REGISTERS.items():
        with acting_as(*cast_member(email)):
            bring_uses([Entry(system, used_for, critical) for system, used_for, critical in systems], at=at)
    with acting_as(*cast_member(WARNER)):
        draft = prefilled(by_code(templates(), "supplier_compromised"), language="en", at=at - timedelta(minutes=40))
        draft = replace(draft, systems=(System("Havenpoort Software", "GateMaster", "4.2"),), text=INVENTED)
        terms = terms_for("cyber_attack", reporter())
        to = Addressing((), Tlp.AMBER)
        actions.raise_alert(draft=draft, to=to, terms=terms, at=at - timedelta(minutes=40), provenance="invented")
    return 1


def _raise(template: str, areas: tuple[CircleArea | PortArea, ...], at: datetime) -> None:
    draft = replace(prefilled(by_code(templates(), template), language="en", at=at), areas=areas)
    circle = Circle.objects.get(slug="ports-and-police").id
    terms = terms_for("drone_misuse", reporter())
    actions.raise_alert(draft=draft, to=Addressing((circle,), Tlp.AMBER), terms=terms, at=at, provenance="invented")
