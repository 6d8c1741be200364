"""Cases for tests through the real actions, and the public form as a browser sends it."""

import hashlib
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.test import Client

from port2port.base.clock import now
from port2port.helpdesk import actions
from port2port.helpdesk.proof import Form, make_token, neighbourhood
from port2port.helpdesk.rules import Draft
from port2port.helpdesk.vocabulary import public_form
from port2port.members.models import Circle

TEXT = "May a driver without a badge of his own work on the quay for a day?"
HERE = "127.0.0.1"


def draft(text: str = TEXT, *, topic: str = "access", port: str = "BEANR", language: str = "en") -> Draft:
    return Draft(topic=topic, text=text, language=language, port=port)


def case(text: str = TEXT, **changes: Any) -> UUID:
    """Ask as the current actor."""
    return actions.open_case(draft=draft(text, **changes), at=now()).record_id


def own_circle(slug: str) -> UUID:
    return Circle.objects.get(slug=f"organisation-{slug}").id


def token(*, age: float = 60, form: Form = Form.ASK, address: str = HERE) -> str:
    """A form's token as the page gave it `age` seconds ago."""
    limits = public_form()
    place = neighbourhood(address, ipv4_bits=limits.ipv4_bits, ipv6_bits=limits.ipv6_bits)
    return make_token(settings.SECRET_KEY, form, place, at=now() - timedelta(seconds=age))


def work(of: str) -> str:
    """Do the work that the browser's script does."""
    bits = public_form().work_bits
    number = 0
    while int.from_bytes(hashlib.sha256(f"{of}:{number}".encode()).digest(), "big") >> (256 - bits):
        number += 1
    return str(number)


def filled(text: str = TEXT, *, age: float = 60, proof: bool = True, **changes: Any) -> dict[str, Any]:
    """The public form, filled in."""
    made = token(age=age)
    sent = {"topic": "access", "port": "BEANR", "text": text, "language": "en", "token": made, "website": ""}
    return sent | {"proof": work(made) if proof else ""} | changes


def code_in(answer: Any) -> str:
    """The code that a page shows, or "" when it shows none."""
    found = re.search(r"<b>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){6})</b>", answer.content.decode())
    return found[1] if found else ""


def asked(text: str = TEXT, **changes: Any) -> str:
    """Ask from outside, and return the code."""
    answer = Client().post("/help/ask/", filled(text, **changes))
    assert answer.status_code == 200, answer.content.decode()
    code = code_in(answer)
    assert code
    return code
