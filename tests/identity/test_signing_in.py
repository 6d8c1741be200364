"""Password, second factor, and what is closed without one."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client

from tests.identity.conftest import PASSWORD, code_now, enrol_app, sign_in

PSO = "pso@antwerp.demo"
Browser = Callable[[], Client]
Journalled = Callable[[str], list[dict[str, Any]]]


def test_the_password_alone_opens_only_enrolling(browser: Browser, with_password: Any) -> None:
    with_password(PSO)
    client = browser()
    answer = sign_in(client, PSO)
    assert answer.status_code == 302
    closed = client.get("/me/")
    assert closed.status_code == 302 and closed.headers["Location"] == "/account/second-factor/"
    page = client.get("/account/second-factor/")
    assert page.status_code == 200
    assert "Set up a second factor to go on" in page.content.decode()


def test_enrolling_makes_the_session_strong_at_once(
    browser: Browser, with_password: Any, outbox: list[Any], journalled: Journalled, cast: dict[str, Any]
) -> None:
    with_password(PSO)
    client = browser()
    sign_in(client, PSO)
    enrol_app(client)
    assert client.get("/me/").status_code == 200
    codes = client.get("/account/recovery-codes/")
    assert len(codes.context["unused_codes"]) == 10
    assert [entry["details"]["person"] for entry in journalled("second_factor.added")] == [str(cast[PSO].person)]
    assert [letter.to for letter in outbox] == [[PSO], [PSO]], "a new browser, a new factor"


def test_the_next_sign_in_asks_for_the_code_and_takes_it_once(
    browser: Browser, with_password: Any, journalled: Journalled
) -> None:
    with_password(PSO)
    first = browser()
    sign_in(first, PSO)
    secret = enrol_app(first)

    second = browser()
    answer = sign_in(second, PSO)
    assert answer.headers["Location"].startswith("/account/code/")
    assert second.get("/me/").status_code == 302, "half signed in is not signed in"
    wrong = second.post("/account/code/", {"code": "000000"})
    assert wrong.status_code == 200 and "This code is not right" in wrong.content.decode()
    code = code_now(secret, later=1)
    assert second.post("/account/code/", {"code": code}).status_code == 302
    assert second.get("/me/").status_code == 200

    third = browser()
    sign_in(third, PSO)
    again = third.post("/account/code/", {"code": code})
    assert "This code is not right" in again.content.decode(), "a code counts once"
    assert [entry["details"]["second_factor"] for entry in journalled("session.started")] == [False, True]
    assert {entry["reason"] for entry in journalled("session.failed")} == {"second-factor"}


def test_a_recovery_code_is_a_second_factor_once(browser: Browser, with_password: Any) -> None:
    with_password(PSO)
    first = browser()
    sign_in(first, PSO)
    enrol_app(first)
    code = first.get("/account/recovery-codes/").context["unused_codes"][0]
    second = browser()
    sign_in(second, PSO)
    assert second.post("/account/code/", {"code": code}).status_code == 302
    assert second.get("/me/").status_code == 200
    third = browser()
    sign_in(third, PSO)
    assert third.post("/account/code/", {"code": code}).status_code == 200


def test_removing_the_last_factor_closes_everything_at_once(browser: Browser, with_password: Any) -> None:
    with_password(PSO)
    other, client = browser(), browser()
    sign_in(client, PSO)
    secret = enrol_app(client)
    sign_in(other, PSO)
    other.post("/account/code/", {"code": code_now(secret, later=1)})
    assert other.get("/me/").status_code == 200
    assert client.post("/account/app/remove/").status_code == 302
    assert client.get("/me/").headers["Location"] == "/account/second-factor/"
    assert other.get("/me/").headers["Location"].startswith("/account/login/"), "the other browser is signed out"


def test_secrets_lie_encrypted(browser: Browser, with_password: Any, owner: psycopg.Connection[Any]) -> None:
    with_password(PSO)
    client = browser()
    sign_in(client, PSO)
    secret = client.get("/account/app/add/").context["form"].secret
    sessions = owner.execute("select session_data from members_session").fetchall()
    assert all(secret not in _opened(row[0]) for row in sessions), "not in clear in the session either"
    client.post("/account/app/add/", {"code": code_now(secret)})
    stored = [row[0] for row in owner.execute("select data::text from mfa_authenticator").fetchall()]
    assert len(stored) == 2
    assert all(secret not in row and "gAAAA" in row for row in stored), "Fernet begins so"


def _opened(data: str) -> str:
    from django.core import signing

    return str(signing.loads(data, salt="django.contrib.sessions.SessionStore", max_age=None)) if ":" in data else data


def test_unknown_and_known_addresses_answer_alike(
    browser: Browser, with_password: Any, journalled: Journalled, cast: dict[str, Any], outbox: list[Any]
) -> None:
    with_password(PSO)
    pages = []
    for email in (PSO, "nobody@antwerp.demo"):
        answer = sign_in(browser(), email, "not the password at all")
        pages.append((answer.status_code, answer.content.decode().replace(email, "")))
    assert _without_secrets(pages[0][1]) == _without_secrets(pages[1][1])
    assert "do not belong together" in pages[0][1]
    assert [entry["details"] for entry in journalled("session.failed")] == [{"person": str(cast[PSO].person)}, {}]
    asked = [browser().post("/account/password/forgotten/", {"email": e}) for e in (PSO, "nobody@antwerp.demo")]
    assert asked[0].headers["Location"] == asked[1].headers["Location"] == "/account/password/sent/"
    assert [letter.to for letter in outbox] == [[PSO]]


def _without_secrets(page: str) -> str:
    return "\n".join(line for line in page.split("\n") if "csrfmiddlewaretoken" not in line)


def test_the_throttle_counts_in_the_database_under_closed_keys(
    browser: Browser, with_password: Any, owner: psycopg.Connection[Any]
) -> None:
    with_password(PSO)
    answers = [sign_in(browser(), PSO, f"wrong password {n}").content.decode() for n in range(6)]
    assert "Too many tries" in answers[5] and "Too many tries" not in answers[4]
    assert "Too many tries" in sign_in(browser(), PSO).content.decode(), "even with the right password"
    rows = owner.execute("select key, value from members_throttle").fetchall()
    assert rows and all(len(bytes(row[0])) == 32 for row in rows)
    assert all("antwerp" not in row[1] and "127.0.0.1" not in row[1] for row in rows)


def test_the_throttle_is_closed_outside_signing_in(
    app: psycopg.Connection[Any], owner: psycopg.Connection[Any], acting: Any
) -> None:
    owner.execute("insert into members_throttle values ('key', '1', now() + interval '1 hour')")
    with pytest.raises(psycopg.errors.UndefinedObject):
        app.execute("select * from members_throttle")
    with acting(PSO), connection.cursor() as cursor:
        cursor.execute("select * from members_throttle")
        assert cursor.fetchall() == []
        cursor.execute("delete from members_throttle")
        assert cursor.rowcount == 0


def test_a_forgotten_password(browser: Browser, with_password: Any, outbox: list[Any], journalled: Journalled) -> None:
    with_password(PSO)
    signed_in = browser()
    sign_in(signed_in, PSO)
    outbox.clear()
    client = browser()
    client.post("/account/password/forgotten/", {"email": PSO}, headers={"host": "localhost"})
    link = next(line for line in outbox[0].body.splitlines() if line.startswith("http"))
    path = "/" + link.split("/", 3)[3]
    form = client.get(path, follow=True)
    target = form.redirect_chain[-1][0]
    weak = client.post(target, {"password1": "password1234", "password2": "password1234"})
    assert weak.status_code == 200 and "too common" in weak.content.decode()
    new = "quay crane blue heron"
    assert client.post(target, {"password1": new, "password2": new}).status_code == 302
    assert signed_in.get("/account/second-factor/").headers["Location"].startswith("/account/login/")
    assert sign_in(browser(), PSO).status_code == 200, "the old password no longer works"
    assert sign_in(browser(), PSO, new).status_code == 302
    assert "no longer works" in browser().get(path).content.decode(), "the link works once"
    assert len(journalled("password.reset")) == 1


def test_changing_the_password_ends_other_sessions(browser: Browser, with_password: Any) -> None:
    with_password(PSO)
    here, there = browser(), browser()
    sign_in(here, PSO)
    sign_in(there, PSO)
    short = here.post(
        "/account/password/change/", {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}
    )
    assert "12 characters" in short.content.decode()
    new = "tide table brass bell"
    here.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert here.get("/account/second-factor/").status_code == 200
    assert there.get("/account/second-factor/").status_code == 302


def test_signing_out_is_a_post_and_is_journalled(browser: Browser, with_password: Any, journalled: Journalled) -> None:
    with_password(PSO)
    client = browser()
    sign_in(client, PSO)
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/account/second-factor/").status_code == 200, "asking is not doing"
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/account/second-factor/").status_code == 302
    assert len(journalled("session.ended")) == 1


def test_a_new_browser_is_told_once(browser: Browser, with_password: Any, outbox: list[Any]) -> None:
    with_password(PSO)
    client = browser()
    sign_in(client, PSO)
    client.post("/account/logout/")
    sign_in(client, PSO)
    assert len(outbox) == 1
    sign_in(browser(), PSO)
    assert len(outbox) == 2
    assert all(PASSWORD not in letter.body for letter in outbox)


@pytest.mark.parametrize("path", ["/account/signup/", "/account/email/", "/account/passkeys/signup/", "/accounts/"])
def test_nobody_signs_up(browser: Browser, path: str) -> None:
    assert browser().get(path).status_code == 404


def test_after_an_end_of_access_nobody_signs_in(
    browser: Browser, with_password: Any, owner: psycopg.Connection[Any], cast: dict[str, Any]
) -> None:
    with_password(PSO)
    owner.execute("update members_account set is_active = false where email = %s", [PSO])
    client = browser()
    sign_in(client, PSO)
    assert client.get("/account/second-factor/").status_code == 302
