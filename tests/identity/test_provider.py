"""Signing in at an OpenID Connect provider: a real one, over HTTP on this machine."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import psycopg
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client, override_settings

from port2port.config.urls import urlpatterns as all_urlpatterns
from port2port.members.acting import acting_as_system
from port2port.members.identity_urls import oidc_urlpatterns
from port2port.members.models import Account

# The provider of the tests uses old names of its own libraries; what it serves over HTTP is what matters here.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

urlpatterns = [*all_urlpatterns, *oidc_urlpatterns]
PSO = "pso@antwerp.demo"


@pytest.fixture
def provider(db: None) -> Iterator[str]:
    """A running provider, and the platform configured for it."""
    with oidc_provider_mock.run_server_in_thread(port=0) as server:
        issuer = f"http://localhost:{server.server_port}"
        app = {
            "provider_id": "provider", "name": "Harbour ID", "client_id": "port2port", "secret": "a-shared-secret",
            "settings": {"server_url": issuer},
        }  # fmt: skip
        with override_settings(
            OIDC_NAME="Harbour ID",
            OIDC_PROVIDER_ID="provider",
            SOCIALACCOUNT_PROVIDERS={"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}},
            ROOT_URLCONF=__name__,
        ):
            yield issuer


def sign_in_there(issuer: str, email: str, *, verified: bool = True) -> tuple[Client, Any]:
    """Go through the provider as a browser does; return the browser and the platform's last answer."""
    httpx.put(f"{issuer}/users/{email}", json={"email": email, "email_verified": verified}).raise_for_status()
    client = Client(headers={"accept-language": "en"}, SERVER_NAME="localhost")
    assert "Sign in with Harbour ID" in client.get("/account/login/").content.decode()
    there = client.post("/oidc/provider/login/").headers["Location"]
    asked = parse_qs(urlsplit(there).query)
    assert there.startswith(issuer) and asked["code_challenge_method"] == ["S256"]
    back = httpx.post(there, data={"sub": email}).headers["location"]
    parts = urlsplit(back)
    return client, client.get(f"{parts.path}?{parts.query}")


def test_a_member_is_recognised_by_a_verified_address(
    provider: str, owner: psycopg.Connection[Any], cast: dict[str, Any]
) -> None:
    client, answer = sign_in_there(provider, PSO)
    assert answer.status_code == 302
    assert client.get("/me/").headers["Location"] == "/account/second-factor/", "our own second factor is still asked"
    rows = owner.execute("select user_id, extra_data::text from socialaccount_socialaccount").fetchall()
    assert rows == [(cast[PSO].account, "{}")], "connected, and nothing else of what the provider says is kept"
    assert owner.execute("select count(*) from socialaccount_socialtoken").fetchone() == (0,)


def test_the_second_factor_is_asked_after_the_provider(provider: str, cast: dict[str, Any]) -> None:
    with acting_as_system("identity"):
        TOTP.activate(Account.objects.get(pk=cast[PSO].account), "JBSWY3DPEHPK3PXP")
    client, answer = sign_in_there(provider, PSO)
    assert answer.headers["Location"].startswith("/account/code/")
    assert client.get("/me/").headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize(
    ("email", "verified"), [("nobody@antwerp.demo", True), (PSO, False), ("nobody@antwerp.demo", False)]
)
def test_nobody_becomes_a_member_by_a_provider(
    provider: str, owner: psycopg.Connection[Any], email: str, verified: bool
) -> None:
    before = owner.execute("select count(*) from members_account").fetchone()
    client, answer = sign_in_there(provider, email, verified=verified)
    assert "Nobody here is known by this address" in answer.content.decode()
    assert client.get("/me/").headers["Location"].startswith("/account/login/")
    assert owner.execute("select count(*) from members_account").fetchone() == before
    assert owner.execute("select count(*) from socialaccount_socialaccount").fetchone() == (0,)


def test_a_provider_that_is_down(db: None) -> None:
    app = {"provider_id": "provider", "name": "x", "client_id": "x", "settings": {"server_url": "http://localhost:9"}}
    with override_settings(SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": [app]}}, ROOT_URLCONF=__name__):
        assert Client().post("/oidc/provider/login/").status_code == 503
