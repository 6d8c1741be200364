"""`port2port token EMAIL`: make an API token for a person, in their own name. The secret is printed once."""

import argparse
import json
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from port2port.base import clock
from port2port.base.errors import Invalid, Problem
from port2port.members import tokens
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.models import Account


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("token", help="make an API token for a person; the secret is printed once")
    parser.add_argument("email", metavar="EMAIL", help="the person's address")
    parser.add_argument(
        "--scope", action="append", choices=list(tokens.SCOPES), help="what it may do; may be repeated (default: read)"
    )
    parser.add_argument("--name", default="command line", help="what it is for")
    parser.add_argument("--days", type=int, default=tokens.USUAL.days, help="how long it works (at most 365)")
    parser.add_argument("--organisation", default="", metavar="SLUG", help="under which hat; default: the oldest")
    parser.add_argument("--json", action="store_true", help="print an object instead of the bare secret")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Make the token and print it. Raises Invalid when nobody active has the address."""
    at = clock.now()
    with acting_as_system("identity"):
        account = Account.objects.filter(email__iexact=arguments.email.strip(), is_active=True).first()
        hats = []
        if account is not None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select h.hat from members_hats(%s) h join members_organisation o on o.id = h.organisation"
                    " where %s in ('', o.slug)",
                    [account.person_id, arguments.organisation],
                )
                hats = [row[0] for row in cursor.fetchall()]
    if account is None or not hats:
        raise Invalid([Problem("EMAIL", _("Nobody active in such an organisation has this address."))])
    with acting_as(account.person_id, hats[0]):
        token, secret = tokens.make(
            person=account.person_id,
            hat=hats[0],
            name=arguments.name,
            scopes=arguments.scope or ["read"],
            expires=at + timedelta(days=arguments.days),
            by=account.person_id,
            at=at,
        )
    if arguments.json:
        print(
            json.dumps(
                {"id": str(token.id), "secret": secret, "scopes": token.scopes, "expires": token.expires_at.isoformat()}
            )
        )
    else:
        print(secret)
    return 0
