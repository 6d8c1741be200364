"""Clusters in place and time over the waterways: one scan. A job of its own, for whoever it is given to."""

from dataclasses import dataclass
from datetime import date

from port2port.displacement.analysis.inputs import Choices, Incident
from port2port.displacement.analysis.prepared import Prepared
from port2port.displacement.methods.scan import Cluster, scan

LONGEST_CLUSTER_DAYS, FARTHEST_KM = 60, 150.0
FEWEST_CASES = 3  # of a cluster worth telling; two are a pair


@dataclass(frozen=True)
class Look:
    """One scan: of a category (None: all together), of what goes on since a day (None: of all that was)."""

    kind: str | None
    since: date | None


def rows_of(data: Prepared, look: Look) -> list[Incident]:
    """Return the incidents that a scan looks at."""
    return [
        one
        for one in data.day_level
        if look.kind in (None, one.category) and (look.since is None or one.on >= look.since)
    ]


def scanned(data: Prepared, choices: Choices, look: Look) -> tuple[Cluster, ...]:
    """Return the clusters of a scan; since a day: only those that reach to the last day."""
    rows = rows_of(data, look)
    if not rows:
        return ()
    found = scan(
        [(one.port, one.on.toordinal(), 1) for one in rows],
        data.ports,
        data.km,
        max_days=LONGEST_CLUSTER_DAYS,
        max_radius=FARTHEST_KM,
        prospective=look.since is not None,
        replicas=choices.permutations,
        seed=choices.seed,
        least_cases=FEWEST_CASES,
        first_day=look.since.toordinal() if look.since else None,
        last_day=data.last_day.toordinal(),
        most_clusters=5,
    )
    return found.clusters
