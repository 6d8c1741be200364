"""The fast path beside the full posterior by Markov chains, and what is said where the extra is missing."""

import importlib
import warnings
from dataclasses import replace

import numpy as np
import pytest

from port2port.displacement.methods import posterior
from port2port.displacement.methods.design import DELTA, TAU, design
from port2port.displacement.methods.effort import Effort
from port2port.displacement.methods.laplace import components
from port2port.displacement.methods.model import effect_of
from tests.displacement.worlds import made_panel

with warnings.catch_warnings():
    # arviz 0.23, in which pymc keeps its draws, announces its next version whenever it is imported.
    warnings.filterwarnings("ignore", category=FutureWarning, module="arviz")
    import pymc  # noqa: F401 - imported here so that the sampler finds it without that warning


@pytest.mark.parametrize("missing", [False, True])
def test_the_fast_path_is_the_full_posterior(missing):
    """Posterior mean within 0.1 sd, sd within 10 %, for tau and delta; effort measured with error, or not at the most
    exposed port since the measure.
    """
    data = made_panel(seed=5, ports=4, months=24, delta=0.4, error=0.2, jump=3.0 if missing else 1.0)
    if missing:
        measured = data.effort.measured.copy()
        measured[1, 12:] = np.nan
        data = replace(data, effort=Effort(measured, 0.2))
    chains = posterior.sample(data, draws=3000, tune=800, chains=2, cores=2, seed=2)
    assert chains.worst_rhat < 1.01
    parts = components(design(data))
    for column, draws in ((TAU, chains.tau), (DELTA, chains.delta)):
        fast = effect_of(parts, {column: 1.0})
        assert abs(fast.mean - draws.mean()) < 0.1 * draws.std()
        assert fast.sd == pytest.approx(draws.std(), rel=0.1)
        # a tenth of an sd, where the density is highest
        assert fast.p_positive == pytest.approx(float((draws > 0).mean()), abs=0.04)
        assert [fast.low, fast.high] == pytest.approx(np.quantile(draws, [0.025, 0.975]), abs=0.25 * draws.std())


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    def absent(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(posterior.ExtraMissing, match="posterior"):
        posterior.sample(made_panel(seed=1), seed=1)


def test_split_rhat_sees_chains_that_disagree():
    rng = np.random.default_rng(1)
    same = rng.normal(size=(2, 500))
    assert posterior.split_rhat(same) < 1.01
    assert posterior.split_rhat(same + np.array([[0.0], [1.0]])) > 1.1
