"""`port2port exchange`: `render` every record as STIX again; `pull` from another node, or `push` to it, until done."""

import argparse
import json
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection

from port2port.base.clock import now
from port2port.exchange.peers import client
from port2port.exchange.peers.client import Failed
from port2port.exchange.peers.pulling import Came, pull_page
from port2port.exchange.peers.pushing import push_page
from port2port.exchange.peers.turns import failed, next_at, turns
from port2port.exchange.store.rendering import render_due, render_network
from port2port.members.acting import acting_as_system

MOST_PEERS = 10  # of one name, each of another organisation


def register(subparsers: Any) -> None:
    """Add `exchange`."""
    commands = subparsers.add_parser("exchange", help="what partners' systems read").add_subparsers(
        dest="exchange_command", required=True
    )
    again = commands.add_parser("render", help="render every record as STIX again; stopped, the worker goes on")
    again.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")
    again.set_defaults(run=render)
    for word, page, says in (("pull", pull_page, "read another node"), ("push", push_page, "send to another node")):
        command = commands.add_parser(word, help=f"{says}, until there is no more; stopped, it goes on where it was")
        command.add_argument("peer", metavar="PEER", help="its name or id")
        command.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")
        command.set_defaults(run=partial(_exchange, page))


def _exchange(page: Callable[..., Came], arguments: argparse.Namespace) -> int:
    """Read or send page by page, for each peer of this name. Returns 0, or 1 when one cannot be reached."""
    found = turns(named=arguments.peer, most=MOST_PEERS)
    if not found:
        print(f"There is no peer {arguments.peer}, or it is paused.", file=sys.stderr)
        return 1
    done = 0
    problems = []
    for turn in found:
        try:
            came = Came(0, more=True)
            while came.more:
                came = page(turn, reach=client.reach(), at=now())
                done += came.fresh
            next_at(turn, at=now())
        except Failed as problem:
            failed(turn, problem.code, at=now())
            problems.append(problem.code)
    said = {"objects": done, "problems": problems}
    print(json.dumps(said) if arguments.json else " ".join([f"{done} objects.", *problems]))
    return 1 if problems else 0


def render(arguments: argparse.Namespace) -> int:
    """Mark everything as due and work it off, batch by batch. Returns 0."""
    with acting_as_system("worker"):
        render_network(at=now())
        with connection.cursor() as cursor:
            cursor.execute("select exchange_again()")
            (records,) = cursor.fetchone()
    while True:
        with acting_as_system("worker"):
            if not render_due(at=now()):
                break
    print(json.dumps({"rendered": records}) if arguments.json else f"{records} records rendered.")
    return 0
