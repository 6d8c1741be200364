"""A process that serves, waits for jobs or runs a command loads no heavy library until somebody needs what it does."""

import os
import subprocess
import sys

import pytest

HEAVY = {"numba", "numpy", "openpyxl", "scipy"}
LOADED = """
import importlib, sys
import django
django.setup()
importlib.import_module(sys.argv[1])
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(
    "module",
    ["port2port.config.urls", "port2port.live.front", "port2port.config.work", "port2port.exchange.commands"],
)
def test_no_heavy_library_is_loaded(module):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "port2port.config.settings"}
    said = subprocess.run(
        [sys.executable, "-c", LOADED, module], env=environment, capture_output=True, check=True, text=True
    )
    loaded = set(said.stdout.splitlines()[-1].split())
    assert "django" in loaded
    assert not loaded & HEAVY
