"""How long and how far to be vigilant after an event: near repeats over the waterways."""

from port2port.displacement.analysis.found import Band, NearRepeats
from port2port.displacement.analysis.inputs import Choices
from port2port.displacement.analysis.prepared import Prepared
from port2port.displacement.methods.near_repeat import near_repeat_network

BANDS_KM = (1.0, 50.0, 150.0)  # the same port; a neighbour; a region
BANDS_DAYS = (7.0, 14.0, 28.0, 56.0)
FEWEST_EVENTS = 20  # with fewer hardly a pair is near in both


def near_repeats(data: Prepared, choices: Choices) -> NearRepeats:
    """Return the table of bands; times are permuted within a category, so that a wave of one is no contagion."""
    rows = data.day_level
    if len(rows) < FEWEST_EVENTS:
        return NearRepeats(len(rows), (), None, None, "too_few_events")
    if len({one.on for one in rows}) == 1:
        return NearRepeats(len(rows), (), None, None, "one_day")
    found = near_repeat_network(
        [data.ports.index(one.port) for one in rows],
        data.km,
        [float(one.on.toordinal()) for one in rows],
        distances=BANDS_KM,
        days=BANDS_DAYS,
        permutations=choices.permutations,
        seed=choices.seed,
        strata=[data.categories.index(one.category) for one in rows],
    )
    bands = tuple(
        Band(
            (c.distance_above, c.distance_to), (c.days_above, c.days_to), c.observed, c.expected, c.ratio, c.p,
            c.p_adjusted,
        )
        for c in found.cells
    )  # fmt: skip
    why = "" if found.vigilance_days is not None else "none_shown"
    return NearRepeats(len(rows), bands, found.vigilance_days, found.vigilance_radius, why)
