"""`port2port exchange render`: render every record as STIX again, after the way of rendering changed."""

import argparse
import json
from typing import Any

from django.db import connection

from port2port.base.clock import now
from port2port.exchange.store.rendering import render_due, render_network
from port2port.members.acting import acting_as_system


def register(subparsers: Any) -> None:
    """Add `exchange`."""
    commands = subparsers.add_parser("exchange", help="what partners' systems read").add_subparsers(
        dest="exchange_command", required=True
    )
    again = commands.add_parser("render", help="render every record as STIX again; stopped, the worker goes on")
    again.add_argument("--json", action="store_true", help="one JSON object instead of a sentence")
    again.set_defaults(run=render)


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
