"""Where something can be, as choices of a form: the places of who acts first."""

from typing import Any

from django.utils.translation import gettext as _

from port2port.members.places import Places, Spot
from port2port.sharing.addressing import Reporter
from port2port.site.reader import language

Choices = list[tuple[str, Any]]


def where_choices(places: Places, who: Reporter) -> Choices:
    """Return where it can have been: the reporter's ports with their facilities and landmarks first."""

    def within(port: Spot) -> Choices:
        rows: Choices = [(f"port:{port.code}", port.names.get(language(), port.code))]
        rows += [
            (f"facility:{f.code}", f.names.get(language(), f.code))
            for f in places.facilities.values()
            if f.port == port.code
        ]
        rows += [
            (f"landmark:{m.code}", m.names.get(language(), m.code))
            for m in places.landmarks.values()
            if m.port == port.code
        ]
        return rows

    own = [places.ports[code] for code in who.ports if code in places.ports]
    others = [port for port in places.ports.values() if port not in own and port.kind != "unspecified"]
    groups: Choices = [("", _("Choose a place"))]
    groups += [(port.names.get(language(), port.code), within(port)) for port in own]
    free = [(f"landmark:{m.code}", m.names.get(language(), m.code)) for m in places.landmarks.values() if not m.port]
    groups.append(
        (
            _("Elsewhere"),
            [
                ("waterway", _("A kilometre point on a waterway")),
                ("point", _("A point on the map")),
                ("sea", _("A position at sea")),
            ],
        )
    )
    groups += [(port.names.get(language(), port.code), within(port)) for port in others]
    if free:
        groups.append((_("Locks and bridges between ports"), free))
    return groups
