"""`port2port mail-in RECIPIENT`: a mail server hands one message over, on standard input.

Exit codes are those that mail servers know (sysexits.h): 0 taken, 65 the message is not fit, 75 try again later. What
is printed may come back to the sender: it says what is wrong with the message, and nothing of whom it was for.
"""

import argparse
import sys
from typing import Any

from django.conf import settings
from django.db import OperationalError

from port2port.base.clock import now
from port2port.exchange.mail.actions import keep_letter
from port2port.exchange.mail.reading import LARGEST, Unfit, read_message
from port2port.members.acting import acting_as_system

TAKEN, UNFIT, LATER = 0, 65, 75  # EX_OK, EX_DATAERR, EX_TEMPFAIL


def register(subparsers: Any) -> None:
    """Add `mail-in`."""
    command = subparsers.add_parser("mail-in", help="one message from a mail server, as a draft for a desk")
    command.add_argument("recipient", metavar="RECIPIENT", help="the address of the envelope, as desk-...@example.be")
    command.set_defaults(run=take)


def take(arguments: argparse.Namespace) -> int:
    """Read one message and keep it, once, for whoever has this address; for nobody's the answer is the same."""
    try:
        letter = read_message(sys.stdin.buffer.read(LARGEST + 1), server=settings.MAIL_IN_SERVER)
    except Unfit as error:
        print(f"This message is not taken. {error}", file=sys.stderr)
        return UNFIT
    try:
        with acting_as_system("worker"):
            keep_letter(arguments.recipient.partition("@")[0], letter, at=now())
    except OperationalError:  # no database now: the mail server keeps the message and tries again
        print("Not now. Try again later.", file=sys.stderr)
        return LATER
    return TAKEN
