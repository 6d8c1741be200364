"""Who should know of a sighting: whoever was addressed with the first report, as far as the actor may write to them."""

from port2port.members.acting import current_actor
from port2port.members.models import Circle, Person
from port2port.reports.together.queries import organisation_circle
from port2port.sharing.addressing import Addressing
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp


def addressed_alike(record: Record) -> Addressing:
    """Return circles and persons for a sighting linked to this record, and its TLP; never wider than the record.

    Whoever reported first is addressed too, since it sees the first report anyway. What stays within the other
    organisation (AMBER+STRICT), or of which nobody may be addressed, begins within one's own.
    """
    actor = current_actor()
    tlp = Tlp(record.tlp)
    if tlp == Tlp.AMBER_STRICT:
        return addressed_own(record)
    wanted = list(record.addressed)
    if tlp == Tlp.RED:
        wanted.append(record.author_id)
    elif record.owner_id != actor.organisation:
        own = Circle.objects.filter(kind="organisation", organisation_id=record.owner_id, closed_at=None)
        wanted += own.values_list("id", flat=True)
    circles = {
        circle.id
        for circle in Circle.objects.filter(id__in=wanted, closed_at=None).exclude(kind="sealed")
        if circle.id in actor.keys or circle.addressed_by == "everyone"
    }
    if tlp == Tlp.RED:
        circles = set(Circle.objects.filter(id__in=circles, of="persons").values_list("id", flat=True))
    persons = set(Person.objects.filter(id__in=wanted, active=True).values_list("id", flat=True))
    keys = tuple(dict.fromkeys(key for key in wanted if key in circles | persons))
    return Addressing(keys, tlp) if keys else addressed_own(record)


def addressed_own(record: Record) -> Addressing:
    """Return the actor's own organisation, for a sighting linked to this record: to be shared with more later."""
    actor = current_actor()
    circles = (organisation_circle(actor.organisation).id,) if actor.organisation else ()
    return Addressing(circles, max(Tlp.AMBER, min(Tlp(record.tlp), Tlp.AMBER_STRICT)))
