"""The alerts of the demo: invented, and they say so; made through the real actions, from the templates."""

from dataclasses import replace
from datetime import datetime, timedelta

from port2port.alerts import actions
from port2port.alerts.models import Alert
from port2port.alerts.rules import CircleArea, PortArea, prefilled
from port2port.alerts.vocabulary import by_code, templates
from port2port.members.acting import acting_as
from port2port.members.models import Circle
from port2port.reports.addressing import Addressing, reporter, terms_for
from port2port.reports.queries import known_places
from port2port.reports.seeding import cast_member
from port2port.sharing.tlp import Tlp

RAISER, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"
KALLO = "kallo-lock"


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
    return 2


def _raise(template: str, areas: tuple[CircleArea | PortArea, ...], at: datetime) -> None:
    draft = replace(prefilled(by_code(templates(), template), language="en", at=at), areas=areas)
    circle = Circle.objects.get(slug="ports-and-police").id
    terms = terms_for("drone_misuse", reporter())
    actions.raise_alert(draft=draft, to=Addressing((circle,), Tlp.AMBER), terms=terms, at=at, provenance="invented")
