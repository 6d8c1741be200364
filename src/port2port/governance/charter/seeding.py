"""Invented acceptances of the demo's and the tests' members."""

from collections.abc import Collection
from datetime import datetime

from port2port.governance.charter import queries
from port2port.governance.charter.actions import accept_text
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.models import Membership


def seed_acceptances(*, at: datetime, but: Collection[str] = ()) -> int:
    """Let each member of the cast's accept everything, but those named by slug. Returns how many acceptances."""
    with acting_as_system("identity"):
        hats = [
            (row.person_id, row.id)
            for row in Membership.objects.filter(until=None, person__account__email__endswith=".demo")
            .exclude(organisation__slug__in=but)
            .order_by("organisation__slug", "person__account__email")
        ]
    number = 0
    for person, hat in hats:
        with acting_as(person, hat):
            for text in queries.in_force():
                if queries.entitled_role(text) and queries.own_acceptance(text.id) is None:
                    accept_text(text, language="nl", digest=text.digests["nl"], at=at)
                    number += 1
    return number
