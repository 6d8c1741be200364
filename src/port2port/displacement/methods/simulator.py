"""A network of ports with an adversary who adapts, and with the truth known: what the methods are tried on.

Attempts choose a port, a method and a facility. A measure covers the facilities of a port one after the other.
Offenders learn of it with a delay; of those who would have come to a covered facility a share is put off, and of
these some take an uncovered facility of that port, some another method there, some another port of the network, some
wait a month, and the rest give up. Attempts vary more than Poisson, with season and a common trend; each is found
with a chance that follows effort for the methods that depend on detection, and is constant for the others. Effort
itself drifts, may jump, and is written down with error or not at all.
"""

from dataclasses import dataclass, replace

import numpy as np

from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.panel import Panel, network_weights, panel
from port2port.displacement.methods.periods import YEAR, Floats
from port2port.displacement.methods.refusal import Problem, refuse

NO_ROOM = 1e-9  # of uncovered facilities
HUB = 0  # the port that is covered, and the largest


@dataclass(frozen=True)
class World:
    """Parameters of a world. Shares are from 0 to 1; `events` is the mean number found a month, port and method, hub
    apart.

    deterrence: share put off at a covered facility. to_facility, to_method, to_port, to_later: where those go (the rest
    gives up). diffusion: share by which attempts at a port of exposure 1 fall by themselves. learning: share of what
    offenders do not know yet that they learn each month. spread: alpha of attempts. wave_sd: port-wide waves (log sd,
    monthly persistence 0.7) that no column of the model knows. trend_sd: step of the common trend. jump: factor by
    which effort at the most exposed port grows with the measure. error_sd: of log effort as written down. missing:
    share of port-months without it; missing_after: nor at the most exposed port since the measure.
    """

    ports: int = 6
    facilities: int = 4
    dependent: tuple[bool, ...] = (True, False)
    covered_methods: tuple[bool, ...] = (True, True)
    months: int = 48
    start: int = 24
    phase: int = 1
    events: float = 2.0
    hub: float = 4.0
    port_sd: float = 0.5
    deterrence: float = 0.6
    to_facility: float = 0.0
    to_method: float = 0.0
    to_port: float = 0.0
    to_later: float = 0.0
    diffusion: float = 0.0
    learning: float = 0.5
    spread: float = 0.15
    wave_sd: float = 0.0
    season: float = 0.15
    trend_sd: float = 0.02
    effort_walk: float = 0.03
    jump: float = 1.0
    error_sd: float = 0.0
    missing: float = 0.0
    missing_after: bool = False
    found: float = 0.2
    scale: float = 60.0


QUIET = World()
MOVING = World(to_port=0.7, to_facility=0.1, to_later=0.1)
SCENARIOS: dict[str, World] = {
    "none": QUIET,
    "effort_triples": replace(QUIET, jump=3.0),
    "effort_triples_noisy": replace(QUIET, jump=3.0, error_sd=0.25),
    "effort_triples_missing": replace(QUIET, jump=3.0, missing=0.2, missing_after=True),
    # The worst for any method: all that is counted are finds, and nobody wrote down that a port began to look.
    "effort_triples_unseen": replace(QUIET, jump=3.0, missing=0.2, missing_after=True, dependent=(True, True)),
    "waves": replace(QUIET, wave_sd=0.15),
    "diffusion": replace(QUIET, diffusion=0.4),
    "displacement": MOVING,
    "displacement_noisy": replace(MOVING, error_sd=0.25),
    "displacement_missing": replace(MOVING, missing=0.2, missing_after=True),
    "displacement_phased": replace(MOVING, phase=12),
}
NULLS = (
    "none",
    "effort_triples",
    "effort_triples_noisy",
    "effort_triples_missing",
    "effort_triples_unseen",
    "waves",
    "diffusion",
)


@dataclass(frozen=True)
class Run:
    """One history: the panel an analyst gets, found events by facility (P, K, T, F), and the truth.

    delta, tau: log ratios at exposure and coverage 1 that fit the true rates best (least squares, weighed by expected
    finds; exactly 0 when nothing moves). displaced: finds at exposed ports that there would not have been.
    """

    panel: Panel
    by_facility: Floats
    delta: float
    tau: float
    displaced: float


def world_problems(world: World) -> list[Problem]:
    """Return what is wrong with the parameters."""
    shares = (
        "deterrence",
        "to_facility",
        "to_method",
        "to_port",
        "to_later",
        "diffusion",
        "learning",
        "missing",
        "found",
    )
    problems = [Problem(n, "out_of_range", f"{v:g}") for n in shares if not 0 <= (v := getattr(world, n)) <= 1]
    if world.to_facility + world.to_method + world.to_port + world.to_later > 1:
        problems.append(Problem("to_port", "more_than_all"))
    if not 1 <= world.start < world.months:
        problems.append(Problem("start", "out_of_range", str(world.start)))
    if len(world.dependent) != len(world.covered_methods):
        problems.append(Problem("covered_methods", "shape"))
    return problems


def simulate(world: World, *, seed: int) -> Run:
    """Return one history. Raises `BadInput` for parameters that make none."""
    refuse(world_problems(world))
    rng = np.random.default_rng(seed)
    p, k, t = world.ports, len(world.dependent), world.months
    places = rng.uniform(0, 200, size=(p, 2))
    weights = network_weights(np.linalg.norm(places[:, None] - places, axis=2), scale=world.scale)
    size = np.exp(rng.normal(-(world.port_sd**2) / 2, world.port_sd, size=(p, k)))
    size[HUB] = world.hub
    month = np.arange(t)
    common = world.season * np.sin(2 * np.pi * month / YEAR) + rng.normal(0, world.trend_sd, t).cumsum()
    base = world.events / world.found * size[:, :, None] * np.exp(common)
    covered = rolled_out(world)
    effort, measured = efforts(world, int(np.argmax(weights[:, HUB])), rng)
    chance = np.where(np.array(world.dependent)[None, :, None], effort[:, None, :], 1.0) * world.found
    rates = attempts(world, base, covered, weights)
    without = attempts(replace(world, to_port=0.0, diffusion=0.0), base, covered, weights)
    noise = rng.gamma(1 / world.spread, world.spread, size=(p, k, t)) * waves(world, rng)[:, None, :]
    made = rng.poisson(rates * noise[..., None])
    found = rng.binomial(made, np.minimum(chance, 1.0)[..., None])
    data = panel(
        found.sum(axis=3),
        covered.mean(axis=2),
        weights,
        ports=tuple(f"XX{i:03d}" for i in range(p)),
        methods=tuple(f"M{i}" for i in range(k)),
        dependent=world.dependent,
        effort=Effort(measured, world.error_sd),
    )
    chance = np.minimum(chance, 1.0)
    return Run(data, found.astype(np.float64), *truth(data, rates.sum(axis=3), without.sum(axis=3), base, chance))


def truth(data: Panel, rates: Floats, without: Floats, base: Floats, chance: Floats) -> tuple[float, float, float]:
    """Return (delta, tau, displaced) from true rates with and without moving, and with no measure at all."""
    spill = np.broadcast_to(data.spill[:, None, :], rates.shape)
    covered = np.broadcast_to(data.coverage[:, None, :], rates.shape)
    finds = without * chance

    def best(ratio: Floats, x: Floats) -> float:
        below = float((finds * x**2).sum())
        return float((finds * x * np.log(ratio)).sum()) / below if below > 0 else 0.0

    exposed = spill > 0
    return best(rates / without, spill), best(rates / base, covered), float(((rates - without) * chance)[exposed].sum())


def rolled_out(world: World) -> Floats:
    """Return coverage (P, T, F), 0 or 1: the hub's facilities one after the other over `phase` months."""
    covered = np.zeros((world.ports, world.months, world.facilities))
    for facility in range(world.facilities):
        covered[HUB, world.start + facility * world.phase // world.facilities :, facility] = 1.0
    return covered


def attempts(world: World, base: Floats, covered: Floats, weights: Floats) -> Floats:
    """Return attempt rates (P, K, T, F) after everybody has reacted, from rates (P, K, T) before any measure."""
    known = np.zeros_like(covered)
    for month in range(1, world.months):
        known[:, month] = known[:, month - 1] + world.learning * (covered[:, month] - known[:, month - 1])
    port_known = known.mean(axis=2)
    spread = np.repeat(base[..., None], world.facilities, axis=3) / world.facilities
    spread = spread * (1 - world.diffusion * (weights @ port_known))[:, None, :, None]
    hit = np.array(world.covered_methods, dtype=np.float64)[None, :, None, None]
    put_off = spread * world.deterrence * hit * known[:, None]
    result = spread - put_off
    gone = put_off.sum(axis=3)
    # Another facility of the port, as far as there are uncovered ones; those who find none try another port.
    free = 1 - known
    room = free.sum(axis=2)
    inside = world.to_facility * gone * (room > NO_ROOM)[:, None, :]
    result += inside[..., None] * (free / np.where(room > NO_ROOM, room, 1.0)[..., None])[:, None]
    # Another method there, among those the measure does not touch.
    open_methods = 1 - hit[0, :, 0, 0]
    if open_methods.any():
        share = (open_methods / open_methods.sum())[None, :, None, None]
        result += world.to_method * share * put_off.sum(axis=1, keepdims=True)
    later = world.to_later * gone
    result[:, :, 1:] += later[:, :, :-1, None] / world.facilities
    # Another port: by nearness, size, and how little of it is covered.
    pull = weights[:, :, None, None] * base[:, None] * (1 - port_known)[:, None, None, :]
    total = pull.sum(axis=0)
    leaving = (world.to_port + (world.to_facility if world.to_port > 0 else 0.0) * (room <= NO_ROOM)[:, None, :]) * gone
    arriving = (pull / np.where(total > 0, total, 1.0)[None] * leaving[None]).sum(axis=1)
    result += arriving[..., None] / world.facilities
    done: Floats = result
    return done


def waves(world: World, rng: np.random.Generator) -> Floats:
    """Return port-wide waves (P, T): exp of a first-order process, persistence 0.7."""
    steps = rng.normal(0, 1, size=(world.ports, world.months))
    log = np.zeros_like(steps)
    log[:, 0] = steps[:, 0]
    for month in range(1, world.months):
        log[:, month] = 0.7 * log[:, month - 1] + np.sqrt(1 - 0.7**2) * steps[:, month]
    return np.exp(world.wave_sd * log)


def efforts(world: World, exposed: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return true effort (P, T), 1 at first, and effort as written down: with error, NaN where it was not."""
    effort = np.exp(rng.normal(0, world.effort_walk, size=(world.ports, world.months)).cumsum(axis=1))
    effort[exposed, world.start :] *= world.jump
    measured = effort * np.exp(rng.normal(0, world.error_sd, size=effort.shape))
    measured[rng.random(effort.shape) < world.missing] = np.nan
    if world.missing_after:
        measured[exposed, world.start :] = np.nan
    return effort, measured
