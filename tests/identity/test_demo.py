"""Sign-in by one click: in demo mode, on this machine, in a demo's database; nowhere else."""

from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.test import Client, override_settings

from port2port.config.urls import urlpatterns as all_urlpatterns
from port2port.members.identity_urls import demo_urlpatterns

urlpatterns = [*all_urlpatterns, *demo_urlpatterns]
PSO = "pso@antwerp.demo"


@pytest.fixture
def demo(db: None, owner: psycopg.Connection[Any]) -> Any:
    """A demo as `make run` starts it."""
    owner.execute("insert into base_setting values ('demo', 'yes') on conflict (key) do update set value = 'yes'")
    with override_settings(DEMO=True, ROOT_URLCONF=__name__):
        yield


def account(page: Any, email: str) -> str:
    return next(str(one.account) for one in page.context["people"] if one.email == email)


def test_one_click(demo: None, owner: psycopg.Connection[Any]) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/demo/")
    assert "Reads what is shared with the port" in page.content.decode()
    assert client.post("/demo/", {"account": account(page, PSO)}).status_code == 302
    assert client.get("/me/").status_code == 200
    assert owner.execute("select strong from members_session").fetchone() == (True,)


def test_it_is_not_even_an_address_otherwise(db: None) -> None:
    assert not settings.DEMO
    assert Client().get("/demo/").status_code == 404


@pytest.mark.parametrize(
    "request_meta",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_FORWARDED": "for=x"},
    ],
)
def test_only_from_this_machine(demo: None, cast: dict[str, Any], request_meta: dict[str, str]) -> None:
    client = Client(**request_meta)  # type: ignore[arg-type]
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/", {"account": str(cast[PSO].account)}).status_code == 404


def test_only_in_a_database_that_says_it_is_a_demo(demo: None, owner: psycopg.Connection[Any], cast: Any) -> None:
    owner.execute("delete from base_setting where key = 'demo'")
    assert Client().get("/demo/").status_code == 404
    assert Client().post("/demo/", {"account": str(cast[PSO].account)}).status_code == 404


def test_only_out_of_demo_mode(demo: None) -> None:
    with override_settings(DEMO=False):
        assert Client().get("/demo/").status_code == 404


def test_only_accounts_without_a_password(demo: None, with_password: Any, cast: dict[str, Any]) -> None:
    with_password(PSO)
    assert Client().post("/demo/", {"account": str(cast[PSO].account)}).status_code == 404
