"""The leak property of the monitor: what one circle reads, and what a port told, stand in no way out of others.

A named result, effort and signals carry words of their own; for each of the cast each way out shows what is allowed.
"""

from typing import Any

from django.test import Client

from port2port.base.clock import now
from port2port.displacement.effort_actions import tell_effort
from port2port.displacement.rules import Told, last_months
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.references import ZONE
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from tests.displacement.monitor.given import ANALYST, PARTNER, PSO, answered, signal, stored

IN_CIRCLE = {
    "pso@antwerp.demo", "pso@northsea.demo", "pso@limburg.demo", "pso@liege.demo", "pso@brussels.demo",
    "pso@ostend.demo", "analyst@commissioner.demo", "director@commissioner.demo",
}  # fmt: skip
NAMED, RELEASED, SUPPOSED = "zqnamed", "zqreleased", "zqsupposed"
EFFORT = 9173.0
AUDIENCES = (
    ("all-members", Tlp.GREEN), ("ports-and-police", Tlp.AMBER), ("port-security-officers", Tlp.AMBER),
    ("insider-desk", Tlp.RED),
)  # fmt: skip


def text_of(client: Any, path: str) -> str:
    answer = client.get(path)
    return str(answer.content.decode()) if answer.status_code == 200 else ""


def test_a_named_result_leaves_to_its_circle_only(acting, cast, client_for, bearer_for):
    released = stored(acting, word=RELEASED)
    named = stored(acting, sight="named", word=NAMED)
    ways = (
        f"/displacement/how/?run={named.id}", "/displacement/how/?sight=named", f"/displacement/?run={named.id}",
        f"/displacement/runs/{named.id}/", "/displacement/?sight=named",
    )  # fmt: skip
    plain = ("/displacement/", "/displacement/how/", "/displacement/runs/", "/displacement/warnings/", "/")
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        inside = email in IN_CIRCLE
        for path in ways:
            assert browser.get(path).status_code == (200 if inside else 404), (email, path)
        shown = "".join(text_of(browser, path) for path in plain)
        assert NAMED not in shown and str(named.id) not in ("" if inside else shown), email
        for path in ("?sight=named", f"/runs/{named.id}"):
            answer = machine.get(f"/api/v1/displacement{path}")
            assert answer.status_code == (200 if inside else 404), (email, path)
            assert (NAMED in answer.content.decode()) == inside, (email, path)
        listed = "".join(text_of(machine, f"/api/v1/displacement{path}") for path in ("", "/runs", "/warnings"))
        assert NAMED not in listed, email
        assert inside or str(named.id) not in listed, email
        assert machine.get(f"/api/v1/displacement/runs/{named.id}/paper").status_code in (403, 404), email
    assert text_of(client_for(PSO), f"/displacement/how/?run={released.id}").count(RELEASED) >= 1


def test_effort_leaves_to_its_own_organisation_only(acting, cast, client_for, bearer_for):
    month = last_months(now().astimezone(ZONE).date())[-1]
    with acting(PARTNER):
        tell_effort([Told("BEGNE", month, "scans", EFFORT)], at=now())
    own = {email for email, one in cast.items() if one.organisation == cast[PARTNER].organisation}
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        paths = ("/displacement/", "/displacement/effort/", "/displacement/effort/file/", "/")
        shown = "".join(text_of(browser, path) for path in paths) + text_of(machine, "/api/v1/displacement/effort")
        assert ("9173" in shown) == (email in own), email


def test_signals_are_seen_as_decide_says_by_every_way_out(acting, cast, client_for, bearer_for):
    made = {}
    with acting(PSO):
        for name, tlp in AUDIENCES:
            word = f"zq{name.replace('-', '')}"
            key = signal(name, tlp=tlp, why=f"What moves is told by {word} in the trade (test).")
            made[key] = word, sharing.envelope(Record.objects.get(id=key))
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        with acting_as(cast[email].person, cast[email].hat) as actor:
            allowed = {key for key, (_w, one) in made.items() if decide(actor, "see", one, at=now()).allowed}
            found = {key for key, (word, _one) in made.items() if key in sharing.found(word, ["signal"])}
            assert found == allowed, email
        pages = "".join(text_of(browser, path) for path in ("/displacement/", "/displacement/signals/"))
        api = text_of(machine, "/api/v1/displacement/signals?size=100")
        for key, (word, _one) in made.items():
            sees = key in allowed
            assert (word in api) == sees, (email, word)
            assert (str(key) in pages) == sees, (email, word)
            for client, path in (
                (browser, f"/displacement/signals/{key}/"),
                (machine, f"/api/v1/displacement/signals/{key}"),
            ):
                assert client.get(path).status_code == (200 if sees else 404), (email, path)


def test_where_crime_would_go_leaves_to_who_asked_only(acting, cast, client_for, bearer_for, owner):
    found = answered(acting, answer_word=SUPPOSED)
    pages = (
        "/", "/displacement/", "/displacement/how/", "/displacement/runs/", "/displacement/what-if/",
        f"/displacement/runs/{found.run_id}/",
    )  # fmt: skip
    calls = ("", "/runs", "/what-if", f"/runs/{found.run_id}")
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        own = email == ANALYST
        shown = "".join(text_of(browser, path) for path in pages)
        shown += "".join(text_of(machine, f"/api/v1/displacement{path}") for path in calls)
        assert (str(found.id) in shown) == own, email
        assert SUPPOSED not in shown, email
        sought = text_of(browser, f"/search/?q={SUPPOSED}") + text_of(machine, f"/api/v1/search?q={SUPPOSED}")
        assert str(found.id) not in sought, email
        for client, path in (
            (browser, f"/displacement/what-if/{found.id}/"),
            (machine, f"/api/v1/displacement/what-if/{found.id}"),
        ):
            answer = client.get(path)
            assert answer.status_code == (200 if own else 404), (email, path)
            assert (SUPPOSED in answer.content.decode()) == own, (email, path)
            assert answer["Cache-Control"] == "no-store", (email, path)
        for way in ("paper", "export", "csv"):  # there is no file of it, not even for who asked
            assert browser.get(f"/displacement/what-if/{found.id}/{way}/").status_code == 404, (email, way)
    payloads = owner.execute("select string_agg(payload::text, ' ') from base_journal_entry").fetchone()[0]
    assert SUPPOSED not in payloads and "supposed_read" in payloads
