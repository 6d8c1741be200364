"""The methods know no Django: they run where there is neither settings nor database, and jobs bring little."""

import pkgutil
import subprocess
import sys

from port2port.displacement import methods


def test_every_method_is_importable_without_django():
    names = [f"port2port.displacement.methods.{m.name}" for m in pkgutil.iter_modules(methods.__path__)]
    assert "port2port.displacement.methods.ledger" in names
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print([m for m in ('django', 'psycopg', 'pymc') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_process_that_shares_the_work_loads_neither_the_program_nor_the_distributions():
    """Each one pays for what it imports: scipy.stats alone takes longer than a measure."""
    program = (
        "import runpy, sys\n"
        "from port2port.displacement.analysis import measuring, repeats, scanning\n"
        "runpy.run_module('port2port', run_name='__mp_main__')\n"
        "print([m for m in ('django', 'scipy.stats', 'port2port.config.cli') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
