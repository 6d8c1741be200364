"""A record store of the demo, invented and paused: nothing is sent to anybody."""

from datetime import datetime

from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.training.stores.actions import keep_store, pause_store
from port2port.training.stores.models import RecordStore
from port2port.training.stores.rules import Plan

ADMINISTRATOR = "admin@antwerp.demo"
URL = "https://lrs.example/xapi/"  # RFC 2606: nobody's


def seed_store(at: datetime) -> int:
    """Make what is invented, unless it is there. Returns how many rows were made."""
    with acting_as(*cast_member(ADMINISTRATOR)):
        if RecordStore.objects.values_list("id").exists():
            return 0
        keep_store(Plan(URL, "basic", "invented", "invented", "1.0.3", "account", False), at=at)
        pause_store(paused=True, at=at)
    return 1
