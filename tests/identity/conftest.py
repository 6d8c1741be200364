"""What the tests of signing in need: accounts with a password, codes of an authenticator app, mail, the journal."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from port2port.members.acting import acting_as_system
from port2port.members.models import Account

PASSWORD = "harbour lantern seven gulls"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def with_password(db: None, cast: dict[str, Any]) -> Callable[[str], None]:
    """Give one of the cast a password."""

    def give(email: str) -> None:
        with acting_as_system("identity"):
            account = Account.objects.get(pk=cast[email].account)
            account.set_password(PASSWORD)
            account.save(update_fields=["password"])

    return give


@pytest.fixture
def browser(db: None) -> Callable[[], Client]:
    """A fresh browser that reads English."""

    def fresh() -> Client:
        client = Client(headers={"accept-language": "en", "user-agent": FIREFOX})
        client.cookies["django_language"] = "en"
        return client

    return fresh


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    """Post the sign-in form."""
    return client.post("/account/login/", {"login": email, "password": password})


def code_now(secret: str, later: int = 0) -> str:
    """Return what an authenticator app would show now (RFC 6238), or some periods later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def enrol_app(client: Client) -> str:
    """Set up an authenticator app in a browser that is signed in; return its secret."""
    page = client.get("/account/app/add/")
    secret: str = page.context["form"].secret
    answer = client.post("/account/app/add/", {"code": code_now(secret)})
    assert answer.status_code == 302, answer.content.decode()
    return secret
