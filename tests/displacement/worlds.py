"""Small panels with a known truth, for the tests of the model."""

import numpy as np

from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.panel import Panel, network_weights, panel


def made_panel(
    *,
    seed: int,
    ports: int = 5,
    months: int = 30,
    rate: float = 3.0,
    delta: float = 0.0,
    tau: float = -0.5,
    jump: float = 1.0,
    error: float = 0.0,
    dependent: tuple[bool, ...] = (True, False),
    effort: bool = True,
) -> Panel:
    """Return counts drawn from the model itself: port 0 is covered from the middle on, effort at port 1 jumps then."""
    rng = np.random.default_rng(seed)
    away = rng.uniform(10, 200, size=(ports, ports))
    away[1, 0] = away[0, 1] = 10
    weights = network_weights((away + away.T) / 2, scale=60)
    covered = np.zeros((ports, months))
    covered[0, months // 2 :] = 1
    spill = weights @ covered
    work = np.exp(rng.normal(0, 0.05, size=(ports, months)).cumsum(axis=1))
    work[1, months // 2 :] *= jump
    log = rng.normal(np.log(rate), 0.3, size=(ports, len(dependent)))[:, :, None]
    log = log + tau * covered[:, None] + delta * spill[:, None]
    log = log + np.log(work)[:, None] * np.array(dependent)[None, :, None]
    counts = rng.poisson(np.exp(log) * rng.gamma(10, 0.1, size=log.shape))
    return panel(
        counts,
        covered,
        weights,
        ports=tuple(f"XX{i:03d}" for i in range(ports)),
        methods=tuple(f"M{i}" for i in range(len(dependent))),
        dependent=dependent,
        effort=Effort(work * np.exp(rng.normal(0, error, size=work.shape)), error) if effort else None,
    )
