"""Distances between ports along the waterways of a country pack, in km. Schematic, and fixed before any count.

Sea ports reach each other over the sea, by the great circle: a lower bound of the way, the same for all. A port joins
the waterways at their nearest vertex, if it lies within `JOINS_KM`. Goods also go by road: see docs/displacement.md.
"""

from functools import cache

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from port2port.displacement.analysis.inputs import Network
from port2port.members.network_data import load_network
from port2port.members.network_shapes import Network as Pack
from port2port.members.network_shapes import distance_km

JOINS_KM = 15.0  # ports are points in the pack, and Antwerp alone is twenty kilometres long
LEAST_KM = 0.001  # two places are never at no distance: a sparse matrix would read it as no way

Point = tuple[float, float]  # longitude, latitude


def waterway_network(pack: Pack) -> Network:
    """Return the ports of a pack (those not given are none) and how far apart they are; infinite where no way is."""
    ports = [port for port in pack.ports if port.kind != "unspecified"]
    number: dict[Point, int] = {}
    edges: dict[tuple[int, int], float] = {}

    def join(one: int, other: int, km: float) -> None:
        key = (min(one, other), max(one, other))
        if one != other:
            edges[key] = min(edges.get(key, np.inf), max(km, LEAST_KM))

    for water in pack.waterways:
        places = [number.setdefault(point, len(ports) + len(number)) for point in water.line]
        for (lon, lat), (far_lon, far_lat), one, other in zip(
            water.line, water.line[1:], places, places[1:], strict=False
        ):
            join(one, other, distance_km(lat, lon, far_lat, far_lon))
    for at, port in enumerate(ports):
        near = [(distance_km(port.lat, port.lon, lat, lon), place) for (lon, lat), place in number.items()]
        km, place = min(near, default=(np.inf, 0))
        if km <= JOINS_KM:
            join(at, place, km)
        for other, second in enumerate(ports[:at]):
            if port.kind == second.kind == "sea":
                join(at, other, distance_km(port.lat, port.lon, second.lat, second.lon))
    size = len(ports) + len(number)
    rows, columns = ([key[side] for key in edges] for side in (0, 1))
    matrix = csr_array((list(edges.values()), (rows, columns)), shape=(size, size))
    away = dijkstra(matrix, directed=False, indices=range(len(ports)))[:, : len(ports)]
    away = np.minimum(away, away.T)  # sums in another order differ in their last digit, and both ways are one
    return Network(tuple(p.code for p in ports), tuple(tuple(float(km) for km in row) for row in away))


@cache
def shipped_network() -> Network:
    """Return the network of the country pack that ships with the program."""
    return waterway_network(load_network())
