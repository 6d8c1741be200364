"""`port2port founder` and `port2port network load`: how a real installation begins, without the demo."""

import argparse
import secrets
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from port2port.base import clock, journal
from port2port.base.errors import Invalid, Problem
from port2port.base.ids import new_id
from port2port.members.acting import acting_as_system
from port2port.members.loading import load_facts, load_roles
from port2port.members.models import Invitation, Membership, Organisation
from port2port.members.network_data import DEFAULT_PACK, PACKS, read_network
from port2port.members.people_queries import hashed_secret
from port2port.members.rules import INVITATION_LASTS, ROLES_FOR_PEOPLE, administers

REFUSED = 1
SECRET_BYTES = 32


def register(subparsers: Any) -> None:
    """Add `founder` and `network` to the command line; both run as the owner of the database."""
    founder = subparsers.add_parser(
        "founder", help="print a one-time link with which the first administrator of an organisation joins"
    )
    founder.add_argument("email", metavar="EMAIL")
    founder.add_argument("--name", required=True)
    founder.add_argument("--organisation", required=True, metavar="SLUG")
    founder.add_argument("--language", default="nl", choices=[code for code, _name in settings.LANGUAGES])
    founder.add_argument(
        "--role", action="append", default=[], choices=[code for code in ROLES_FOR_PEOPLE if code != "administrator"],
        help="one more role beside administrator, e.g. operator in the platform's own organisation",
    )  # fmt: skip
    founder.set_defaults(run=invite_founder)
    network = subparsers.add_parser("network", help="the facts of the network")
    commands = network.add_subparsers(dest="network_command", required=True)
    loading = commands.add_parser("load", help="write a country pack's organisations, ports, facilities and circles")
    which = loading.add_mutually_exclusive_group()
    which.add_argument("--pack", default=DEFAULT_PACK, help="a pack that ships with the program (default: be)")
    which.add_argument("--folder", type=Path, metavar="FOLDER", help="a pack of your own")
    loading.set_defaults(run=load_network_pack)


def invite_founder(arguments: argparse.Namespace) -> int:
    """Make the invitation and print its link: it works once, for seven days, and is kept only as a hash.

    Raises Invalid when the organisation is not there or has an administrator: from then on they invite.
    """
    at = clock.now()
    secret = secrets.token_urlsafe(SECRET_BYTES)
    email = arguments.email.strip().lower()
    with acting_as_system("identity") as actor:
        organisation = Organisation.objects.filter(slug=arguments.organisation, left_at=None).first()
        problems = []
        try:
            validate_email(email)
        except ValidationError:
            problems.append(Problem("EMAIL", "this is not an e-mail address"))
        if organisation is None:
            known = ", ".join(Organisation.objects.filter(left_at=None).order_by("slug").values_list("slug", flat=True))
            problems.append(
                Problem("--organisation", f"there is no such organisation; there are: {known or 'none yet'}")
            )
        elif any(administers(roles) for roles in _roles_there(organisation)):
            problems.append(Problem("--organisation", "it has an administrator already, who invites others"))
        elif "operator" in arguments.role and organisation.kind != "platform_operator":
            problems.append(Problem("--role", "only the organisations that run the platform have operators"))
        if problems or organisation is None:
            raise Invalid(problems)
        made = Invitation(
            id=new_id(),
            organisation=organisation,
            email=email,
            name=arguments.name.strip()[:120],
            language=arguments.language,
            roles=sorted({"administrator", *arguments.role}),
            secret_hash=hashed_secret(secret),
            invited_by_id=actor.person,
            invited_at=at,
            expires_at=at + INVITATION_LASTS,
        )
        made.save(force_insert=True)
        journal.write("member.invited", kind="invitation", reason="founder", at=at, invitation=made.id)
    print(f"{settings.SITE_URL}/invitation/{secret}/")
    print(f"The link works once, until {made.expires_at:%Y-%m-%d %H:%M} UTC. Hand it over in person.", file=sys.stderr)
    return 0


def load_network_pack(arguments: argparse.Namespace) -> int:
    """Write the facts of a pack, whole or not at all; a line for everything wrong in it."""
    folder = arguments.folder or PACKS / arguments.pack
    try:
        network = read_network(folder)
    except ValueError as wrong:
        print(wrong, file=sys.stderr)
        return REFUSED
    with transaction.atomic():
        load_roles()
        load_facts(network, clock.now())
    print(
        f"{len(network.organisations)} organisations, {len(network.ports)} ports, {len(network.facilities)} facilities."
    )
    return 0


def _roles_there(organisation: Organisation) -> list[list[str]]:
    return list(Membership.objects.filter(organisation=organisation, until=None).values_list("roles", flat=True))
