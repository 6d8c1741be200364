"""Whom an alert about a supplier or system goes to: whoever uses it, by topics made of its names alone.

What is done here is the same whether fifty organisations use it or none.
"""

from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from port2port.alerts.rules import Draft
from port2port.alerts.suppliers.aliases import aliases
from port2port.alerts.suppliers.names import canonical, told_of
from port2port.base.errors import Invalid, Problem
from port2port.members.acting import current_actor
from port2port.members.models import Circle
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp

USERS = "users"
DEFAULT_TLP = Tlp.AMBER


def to_users(draft: Draft, to: Addressing) -> tuple[Draft, Addressing]:
    """Return a draft under the canonical names of its systems, and its addressing: their topics, and the own circle.

    Raises Invalid naming `audience` when somebody else was chosen besides.
    """
    if to.addressed:
        raise Invalid(
            [
                Problem(
                    "audience", _("What goes to the users of a supplier goes to nobody else but your own organisation.")
                )
            ]
        )
    systems = tuple(dict.fromkeys(canonical(system, aliases()) for system in draft.systems))
    return replace(draft, systems=systems), Addressing((*told_of(systems, aliases()), *_own_circle()), to.tlp)


def _own_circle() -> list[UUID]:
    """Return the circle of the organisation one acts for, if one is in it: colleagues look after the alert too."""
    actor = current_actor()
    if actor.organisation is None:
        return []
    circles = Circle.objects.filter(kind="organisation", organisation_id=actor.organisation, closed_at=None)
    return [key for key in circles.values_list("id", flat=True) if key in actor.keys]
