"""Sessions in the calendar of who is booked; what anybody's server may see is the public name of a course."""

from datetime import datetime, timedelta

from port2port.members.acting import Actor
from port2port.sharing.calendar import Entry
from port2port.training.courses import queries
from port2port.training.courses.pages_sessions import entry

PAST = timedelta(days=30)


def entries(actor: Actor, at: datetime) -> list[Entry]:
    """Return the sessions at which the actor is expected, called off ones too, so that a calendar takes them out."""
    mine = queries.own_bookings()
    return [entry(one) for one in queries.sessions(since=at - PAST) if one.id in mine]
