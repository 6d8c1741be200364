"""A flight one may not see cannot be told by the clock: as tests/timing, for the question of the report form."""

import random
from datetime import timedelta
from typing import Any

from port2port.base.clock import now
from port2port.flights import queries
from port2port.flights.near import Sighting
from port2port.sharing.tlp import Tlp
from tests.flights.writing import LOCK, flight
from tests.timing.test_oracle import MARGIN, PAIRS, auc, paired
from tests.timing.test_oracle import quiet as quiet  # the fixture

HOURS = (3, 51)  # from now: one of the two has a hidden flight, both the same visible ones


def test_a_hidden_flight_is_not_told_by_the_clock(acting: Any, owner: Any, quiet: None) -> None:
    at, draw = now(), random.Random(20261127)
    with acting("pso@antwerp.demo"):
        for hours in HOURS:
            for number in range(6):
                start = at + timedelta(hours=hours, minutes=number)
                flight(at=at, starts_at=start, ends_at=start + timedelta(hours=1))
    hidden_side: list[int] = []
    other_side: list[int] = []
    for hidden in (0, 1):
        start = at + timedelta(hours=HOURS[hidden])
        with acting("pso@antwerp.demo"):
            own = ("organisation-port-of-antwerp-bruges",)
            there = flight(
                *own, tlp=Tlp.AMBER_STRICT, at=at, starts_at=start, ends_at=start + timedelta(hours=1)
            ).record_id
        owner.execute("vacuum analyze sharing_record, sharing_posting, flights_flight")

        def ask(which: int) -> list[Any]:
            moment = at + timedelta(hours=HOURS[which], minutes=20)
            return queries.authorised(Sighting(moment, moment, "BEANR", LOCK.lat, LOCK.lon), at=at)

        with acting("pso@northsea.demo"):
            assert len(ask(0)) == len(ask(1)) == 6, "it is hidden"
            some, others = paired(ask, hidden, PAIRS // 4, draw)
        hidden_side += some
        other_side += others
        owner.execute("delete from sharing_record where id = %s", [there])
    assert abs(auc(hidden_side, other_side) - 0.5) < MARGIN, f"{auc(hidden_side, other_side):.3f}"
