"""One's account, hats, sessions, tokens; the organisation's machines; a lost second factor."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.test import Client, RequestFactory

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.config.gate import SignedIn, by_token
from port2port.members import token_command, tokens
from port2port.members.acting import SignedOut
from tests.identity.conftest import enrol_app, sign_in

PSO, ADMIN, OTHER = "pso@antwerp.demo", "admin@antwerp.demo", "pso@northsea.demo"
ClientFor = Callable[[str], Client]
Journalled = Callable[[str], list[dict[str, Any]]]
FORM = {"name": "gate system of quay 1", "scopes": ["read", "report"], "days": "30"}


def opened_by(secret: str) -> SignedIn | None:
    """Return as whom a machine with this token acts, or None."""
    request = RequestFactory(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/reports")
    try:
        with by_token(request, secret) as who:
            return who
    except SignedOut:
        return None


def test_the_account_says_what_each_hat_may_do(client_for: ClientFor) -> None:
    page = client_for(PSO).get("/me/").content.decode()
    assert "Port security officer (PSO)" in page
    assert "Reads what is shared with the port, reports, shares further" in page
    assert PSO in page


def test_the_language_is_kept(client_for: ClientFor, owner: psycopg.Connection[Any], cast: dict[str, Any]) -> None:
    client = client_for(PSO)
    answer = client.post("/me/language/", {"language": "de"})
    assert answer.status_code == 302 and answer.cookies["django_language"].value == "de"
    row = owner.execute("select language from members_person where id = %s", [cast[PSO].person]).fetchone()
    assert row == ("de",)
    assert client.post("/me/language/", {"language": "xx"}).status_code == 422


def test_another_hat(
    client_for: ClientFor, owner: psycopg.Connection[Any], cast: dict[str, Any], journalled: Journalled
) -> None:
    hat = "01900000-0000-7000-8000-000000000001"
    owner.execute(
        "insert into members_membership (id, person_id, organisation_id, roles, since) values (%s, %s, %s, %s, now())",
        [hat, cast[PSO].person, cast[OTHER].organisation, ["contact"]],
    )
    client = client_for(PSO)
    assert client.post("/me/hat/", {"hat": hat, "next": "https://elsewhere.example/"}).headers["Location"] == "/"
    assert owner.execute("select hat_id::text from members_session").fetchone() == (hat,)
    assert [entry["record"] for entry in journalled("hat.changed")] == [hat]
    assert client.post("/me/hat/", {"hat": str(cast[OTHER].hat)}).status_code == 404, "not a hat of mine"


def test_sessions_end_one_or_all_others(client_for: ClientFor, journalled: Journalled) -> None:
    here, second, third, stranger = client_for(PSO), client_for(PSO), client_for(PSO), client_for(OTHER)
    page = here.get("/me/sessions/")
    assert [one.here for one in page.context["sessions"]] == [True, False, False]
    assert here.cookies["sessionid"].value not in page.content.decode()
    foreign = stranger.get("/me/sessions/").context["sessions"][0].key
    assert here.post("/me/sessions/", {"end": foreign}).status_code == 404
    assert here.post("/me/sessions/", {"end": page.context["sessions"][1].key}).status_code == 302
    assert here.post("/me/sessions/", {"end": page.context["sessions"][0].key}).status_code == 403
    assert sorted([second.get("/me/").status_code, third.get("/me/").status_code]) == [200, 302]
    assert here.post("/me/sessions/", {"others": "1"}).status_code == 302
    assert [client.get("/me/").status_code for client in (here, second, third, stranger)] == [200, 302, 302, 200]
    assert len(journalled("session.ended")) == 2


def test_a_token_is_shown_once_and_stored_as_a_hash(
    client_for: ClientFor, owner: psycopg.Connection[Any], cast: dict[str, Any], journalled: Journalled
) -> None:
    client = client_for(PSO)
    secret = client.post("/me/tokens/", FORM).context["secret"]
    assert secret.startswith("p2p_") and len(secret) == 47
    stored = owner.execute("select secret_hash, scopes, expires_at - made_at from members_token").fetchone()
    assert stored is not None
    assert bytes(stored[0]) == hashlib.sha256(secret.encode()).digest()
    assert stored[1:] == (["read", "report"], timedelta(days=30))
    page = client.get("/me/tokens/").content.decode()
    assert FORM["name"] in page and secret not in page
    who = opened_by(secret)
    assert who is not None and who.person == cast[PSO].person and who.scopes == {"read", "report"}
    entry = journalled("token.made")[0]
    assert client_for(OTHER).post(f"/me/tokens/{entry['record']}/revoke/").status_code == 404
    assert opened_by(secret) is not None
    assert client.post(f"/me/tokens/{entry['record']}/revoke/").status_code == 302
    assert opened_by(secret) is None
    assert len(journalled("token.revoked")) == 1


def test_a_token_ends(client_for: ClientFor, owner: psycopg.Connection[Any]) -> None:
    secret = client_for(PSO).post("/me/tokens/", FORM).context["secret"]
    owner.execute("update members_token set expires_at = now()")
    assert opened_by(secret) is None


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}])
def test_a_token_in_an_address_is_none_unless_it_is_a_calendars(client_for: ClientFor, header: dict[str, str]) -> None:
    secret = client_for(PSO).post("/me/tokens/", FORM).context["secret"]
    client = Client(headers=header)
    assert client.get("/feeds/calendar.ics", {"key": secret}).status_code in {302, 401}
    assert client.get("/api/v1/reports", {"key": secret}).status_code == 401


def test_a_token_says_the_language_of_the_answer(client_for: ClientFor, owner: psycopg.Connection[Any]) -> None:
    secret = client_for(PSO).post("/me/tokens/", FORM).context["secret"]
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    said = set()
    for language in ("de", "fr"):
        owner.execute("update members_person set language = %s", [language])
        said.add(client.get("/api/v1/reports", {"cursor": "!"}).json()["title"])
    assert len(said) == 2
    client.cookies["django_language"] = "de"
    assert client.get("/api/v1/reports", {"cursor": "!"}).json()["title"] in said


def test_a_token_makes_no_tokens(client_for: ClientFor) -> None:
    secret = client_for(PSO).post("/me/tokens/", FORM).context["secret"]
    machine = Client(headers={"authorization": f"Bearer {secret}"})
    assert machine.post("/me/tokens/", FORM).status_code in {302, 403}
    assert machine.get("/me/").status_code in {302, 403}


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": " "}, "name"), ({"scopes": []}, "scopes"), ({"scopes": ["everything"]}, "scopes"),
     ({"days": 0}, "expires"),
     ({"days": 366}, "expires"), ({"name": "x" * 81}, "name")],
)  # fmt: skip
def test_bad_tokens_are_refused(acting: Any, cast: dict[str, Any], change: dict[str, Any], field: str) -> None:
    given = {"name": "a", "scopes": ["read"], "days": 1} | change
    at = now()
    with acting(PSO) as actor, pytest.raises(Invalid) as caught:
        tokens.make(
            person=actor.person, hat=cast[PSO].hat, name=given["name"], scopes=given["scopes"],
            expires=at + timedelta(days=given["days"]), by=actor.person, at=at,
        )  # fmt: skip
    assert [problem.field for problem in caught.value.problems] == [field]


def test_the_form_says_what_is_missing(client_for: ClientFor) -> None:
    page = client_for(PSO).post("/me/tokens/", {"name": "", "days": "30"})
    assert page.status_code == 422
    assert "Say what the token is for." in page.content.decode()


def test_a_machine_outlives_who_made_it(
    client_for: ClientFor, owner: psycopg.Connection[Any], cast: dict[str, Any], journalled: Journalled
) -> None:
    admin = client_for(ADMIN)
    assert client_for(PSO).get("/organisation/machines/").status_code == 403
    made = admin.post("/organisation/machines/", {"name": "Gate cameras (invented)", "verified": "on"})
    page = made.headers["Location"]
    secret = admin.post(page, FORM).context["secret"]
    owner.execute("update members_person set active = false where id = %s", [cast[ADMIN].person])
    who = opened_by(secret)
    assert who is not None and who.hat is not None
    assert who.name == "Gate cameras (invented)" and who.hat.organisation == cast[ADMIN].organisation
    assert who.hat.roles == ("service",)
    owner.execute("update members_person set active = true where id = %s", [cast[ADMIN].person])
    assert admin.post(page, {"confirm": "something else"}).status_code == 422
    assert opened_by(secret) is not None
    assert admin.post(page, {"confirm": "Gate cameras (invented)"}).status_code == 302
    assert opened_by(secret) is None
    assert [len(journalled(act)) for act in ("machine.made", "token.made", "machine.removed")] == [1, 1, 1]


def test_machines_of_others_are_not_there(client_for: ClientFor, owner: psycopg.Connection[Any], cast: Any) -> None:
    page = client_for(ADMIN).post("/organisation/machines/", {"name": "Cameras"}).headers["Location"]
    owner.execute("update members_membership set roles = '{administrator}' where id = %s", [cast[OTHER].hat])
    assert client_for(OTHER).get(page).status_code == 404


def test_the_command_makes_a_token(db: None, cast: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    parser = argparse.ArgumentParser()
    token_command.register(parser.add_subparsers())
    arguments = parser.parse_args(["token", PSO, "--scope", "read", "--json"])
    assert arguments.run(arguments) == 0
    said = json.loads(capsys.readouterr().out)
    who = opened_by(said["secret"])
    assert who is not None and who.person == cast[PSO].person and said["scopes"] == ["read"]
    unknown = parser.parse_args(["token", "nobody@antwerp.demo"])
    with pytest.raises(Invalid):
        unknown.run(unknown)


def test_a_lost_second_factor_takes_two_administrators(
    client_for: ClientFor, browser: Any, with_password: Any, owner: psycopg.Connection[Any], cast: dict[str, Any],
    journalled: Journalled, outbox: list[Any],
) -> None:  # fmt: skip
    with_password(PSO)
    lost = browser()
    sign_in(lost, PSO)
    enrol_app(lost)
    page = f"/organisation/people/{cast[PSO].person}/second-factor/"
    admin = client_for(ADMIN)
    assert client_for(OTHER).get(page).status_code == 404, "an administrator, but of another organisation"
    assert client_for(PSO).get(page).status_code == 403, "no administrator"
    assert admin.post(page).status_code == 302
    assert admin.post(page, {"approve": "1"}).status_code == 403, "not the one who asked"
    assert lost.get("/me/").status_code == 200
    colleague = owner.execute(
        "select a.email from members_membership m join members_account a on a.person_id = m.person_id"
        " where m.organisation_id = %s and m.person_id not in (%s, %s)",
        [cast[PSO].organisation, cast[PSO].person, cast[ADMIN].person],
    ).fetchone()
    assert colleague is not None
    owner.execute(
        "update members_membership set roles = roles || '{administrator}'::varchar[] where id = %s",
        [cast[colleague[0]].hat],
    )
    outbox.clear()
    assert client_for(colleague[0]).post(page, {"approve": "1"}).status_code == 302
    assert lost.get("/me/").status_code == 302, "signed out"
    assert [letter.to for letter in outbox] == [[PSO]]
    again = browser()
    assert sign_in(again, PSO).status_code == 302
    assert again.get("/me/").headers["Location"] == "/account/second-factor/", "the password, then enrolling anew"
    enrol_app(again)
    assert again.get("/me/").status_code == 200
    assert len(journalled("second_factor.reset_asked")) == len(journalled("second_factor.reset")) == 1


def test_strangers_are_not_reset(client_for: ClientFor, cast: dict[str, Any]) -> None:
    assert client_for(ADMIN).get(f"/organisation/people/{cast[OTHER].person}/second-factor/").status_code == 404
    assert client_for(ADMIN).post(f"/organisation/people/{cast[OTHER].person}/second-factor/").status_code == 404
