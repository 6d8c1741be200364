"""Many people of one organisation, each signed in: for benches of a hall or a class full of screens.

`python -m bench.people make NUMBER` writes them (as the owner of the tables), `python -m bench.people sign_in NUMBER`
prints their sessions.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta

OF = "pso@antwerp.demo"  # whose organisation
ROLE = "contact"
VERIFIED_FOR = timedelta(days=365)  # who is not verified sees and hears nothing of TLP:AMBER


def email(number: int) -> str:
    """Return the address of one of them."""
    return f"player{number}@bench.demo"


def people(environment: Mapping[str, str], number: int) -> list[str]:
    """Make so many people in this installation and return the session of each."""
    command = [sys.executable, "-m", "bench.people"]
    owner = {**environment, "PORT2PORT_AS": "owner"}
    subprocess.run([*command, "make", str(number)], check=True, env=owner)
    said = subprocess.run([*command, "sign_in", str(number)], check=True, env=dict(environment), capture_output=True)
    found: list[str] = json.loads(said.stdout.splitlines()[-1])
    return found


def make(number: int) -> str:
    """Write them."""
    import django

    django.setup()
    from port2port.base.clock import now
    from port2port.members.models import Account, Membership, Person

    home = Membership.objects.filter(person__account__email=OF).order_by("since")[0].organisation
    for one in range(number):
        person = Person.objects.create(name=f"Player {one} (invented)", language="en", joined_at=now())
        account = Account(person=person, email=email(one))
        account.set_unusable_password()
        account.save()
        Membership.objects.create(
            person=person, organisation=home, roles=[ROLE], since=now(), verified_at=now(),
            verified_until=now().date() + VERIFIED_FOR,
        )  # fmt: skip
    return ""


def sign_in(number: int) -> list[str]:
    """Return a session for each."""
    import django

    django.setup()
    from bench.reports import session_of

    return [session_of(email(one)) for one in range(number)]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "port2port.config.settings")
    print(json.dumps({"make": make, "sign_in": sign_in}[sys.argv[1]](int(sys.argv[2]))))
