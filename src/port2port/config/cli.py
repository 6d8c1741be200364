"""The command line. Exit codes: 0 done, 1 the data was refused (a line per refusal), 2 wrong usage.

Commands of the ground (this folder) need no Django. Each domain brings a `commands.py` with `register(subparsers)`,
which adds its commands and sets `run=` (a function from the parsed arguments to an exit code) on each; it is imported
after `setup()`, so it may import models at its top.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

from ..base.errors import Invalid, Port2PortError
from . import ground
from .options import BadOption, load
from .ready import setup

DONE, REFUSED, USAGE = 0, 1, 2

# Modules that add commands, in the order of `--help`. A domain that gets a commands.py adds its line here.
DOMAINS: tuple[str, ...] = (
    "port2port.base.commands",
    "port2port.members.commands",
    "port2port.members.token_command",
    "port2port.reports.commands",
    "port2port.helpdesk.commands",
    "port2port.flights.commands",
    "port2port.knowledge.practices.commands",
    "port2port.compliance.commands",
    "port2port.home.search.commands",
    "port2port.exchange.commands",
    "port2port.exchange.mail.commands",
    "port2port.config.seed",
)
# Their commands that need to see every row: they run beside the database, by whoever keeps it.
AS_OWNER = frozenset({"journal", "network", "founder", "desks", "search"})

# Commands that work on files alone: no database runs, and what they bring (the numerical libraries) is loaded for them
# only.
ON_FILES = {"displacement": "port2port.displacement.commands"}
# The matrices of displacement are small: more than one thread in each would only get in each other's way.
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")

Subparsers = Any  # argparse._SubParsersAction, which is private


def parser(*, domains: bool, modules: Sequence[str] = (*DOMAINS, *ON_FILES.values())) -> argparse.ArgumentParser:
    """Return the parser, with or without the commands of the domains (of these modules)."""
    top = argparse.ArgumentParser(prog="port2port", description="Port 2 Port: ports defend themselves together.")
    subparsers = top.add_subparsers(dest="command", metavar="command", required=True)
    ground.register(subparsers)
    for name in modules if domains else ():
        importlib.import_module(name).register(subparsers)
    return top


def refusals(problem: Invalid) -> list[str]:
    """Return one line per refusal: row, field, why."""
    lines = []
    for one in problem.problems:
        place = f"row {one.row}: " if one.row is not None else ""
        lines.append(f"{place}{one.field}: {one.message}")
    return lines


def run(words: Sequence[str], modules: Sequence[str] = ()) -> int:
    """Parse and run. Returns the exit code."""
    arguments = parser(domains=bool(modules), modules=modules).parse_args(words)
    return int(arguments.run(arguments) or DONE)


def main(words: Sequence[str] | None = None) -> int:
    """Run one command. Returns its exit code."""
    words = sys.argv[1:] if words is None else list(words)
    wanted = next((word for word in words if not word.startswith("-")), "")
    for name in ONE_THREAD:  # before anything loads the numerical libraries, also in the worker
        os.environ.setdefault(name, "1")
    try:
        if wanted in ground.COMMANDS:
            return run(words)
        if wanted in ON_FILES:
            setup()
            return run(words, [ON_FILES[wanted]])
        if not wanted:  # --help lists every command
            setup()
            return run(words, [*DOMAINS, *ON_FILES.values()])
        with ground.database_running(load()):
            setup(as_owner=wanted in AS_OWNER)
            return run(words, DOMAINS)
    except Invalid as problem:
        for line in refusals(problem):
            print(line, file=sys.stderr)
        return REFUSED
    except Port2PortError as problem:
        print(problem.reason or problem.title, file=sys.stderr)
        return REFUSED
    except BadOption as problem:
        print(problem, file=sys.stderr)
        return USAGE
    except BrokenPipeError:  # `port2port ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        return REFUSED
