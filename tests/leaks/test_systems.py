"""The leak property of the register of systems: every way out agrees with `decide()`, and pooling with what is seen."""

from typing import Any

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.knowledge.systems import queries, waiting
from port2port.knowledge.systems.queries import KIND, MEASUREMENT, PROCUREMENT, Filters
from port2port.knowledge.systems.rules import Assessment, product_key
from port2port.members.acting import acting_as
from port2port.sharing import queries as sharing
from port2port.sharing.models import Event, Record
from port2port.sharing.rules import decide
from port2port.sharing.tlp import Tlp
from tests.knowledge.systems.writing import installation, procurement, result
from tests.leaks.test_property import WATCHERS, clean

OWNERS = (("pso@antwerp.demo", "BEANR"), ("pso@northsea.demo", "BEGNE"))
AUDIENCES = (("own", Tlp.AMBER_STRICT), ("ports-and-police", Tlp.AMBER), ("all-members", Tlp.GREEN))
API = "/api/v1/knowledge/systems"


def test_every_way_out_agrees_with_decide(db, cast, client_for, bearer_for):
    found = []
    for owner, port in OWNERS:
        for circle, tlp in AUDIENCES:
            word = f"zq{port.lower()}{circle.replace('-', '')}x"
            with acting_as(cast[owner].person, cast[owner].hat):
                made = installation(
                    circle, tlp=tlp, place=port, version=word, product=word.upper(), rights=Assessment("not_done")
                )
                measured = result(made, circle, tlp=tlp, remarks=f"result{word}")
                bought = procurement(made, "own", tender=f"tender{word}")
                records = {one.id: one for one in Record.objects.filter(id__in=[made, measured, bought])}
                envelopes = [sharing.envelope(records[one]) for one in (made, measured, bought)]
            found.append((word, (made, measured, bought), envelopes))
    for email in WATCHERS:
        member = cast[email]
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        with acting_as(member.person, member.hat) as actor:
            seen = {
                word: [decide(actor, "see", one, at=now()).allowed for one in envelopes]
                for word, _ids, envelopes in found
            }
            compared = {one.key: one for one in queries.products(Filters(), at=now())}
            shown = " ".join(f"{need.title} {need.text}" for need in waiting.needs(actor, now()))
            for word, ids, _envelopes in found:
                key = product_key("drone_rf", "Test Sensors", word)
                assert (key in compared) == seen[word][0]
                assert [one.rest.total.alarms for k, one in compared.items() if k == key] == [50] * seen[word][1]
                for text, kind, identifier, may in zip(
                    (word, f"result{word}", f"tender{word}"), (KIND, MEASUREMENT, PROCUREMENT), ids, seen[word],
                    strict=True,
                ):  # fmt: skip
                    assert sharing.found(text, [kind]) == [identifier] * may, (email, text)
                    assert Event.objects.filter(record=identifier, act="shared").exists() == may
                assert seen[word][0] or word not in shown.lower()
        listed = browser.get("/knowledge/systems/").content.decode().lower()
        offered = machine.get(f"{API}/products").content.decode().lower()
        taken = machine.get(f"{API}/file")
        home = browser.get("/").content.decode().lower()
        absent = clean(browser.get(f"/knowledge/systems/{new_id()}/"))
        for word, (made, _measured, bought), _envelopes in found:
            may, _may_result, may_bought = seen[word]
            assert (word in listed) == (word in offered) == may, email
            assert may or word not in home
            if taken.status_code == 200:
                assert (word in taken.content.decode()) == may and f"tender{word}" not in taken.content.decode()
            page = browser.get(f"/knowledge/systems/{made}/")
            whole = machine.get(f"{API}/installations/{made}")
            assert (page.status_code == 200) == (whole.status_code == 200) == may
            assert may or clean(page) == absent
            assert (
                (f"tender{word}" in page.content.decode()) == (f"tender{word}" in whole.content.decode()) == may_bought
            )
            key = product_key("drone_rf", "Test Sensors", word)
            assert (browser.get(f"/knowledge/systems/products/{key}/").status_code == 200) == may
            assert machine.get(f"{API}/products/{key}").status_code == (200 if may else 404)
            assert browser.get(f"/knowledge/systems/procurement/{bought}/withdraw/").status_code in (
                (200, 403) if may_bought else (404,)
            )


@pytest.fixture(autouse=True)
def quiet_log(caplog: Any) -> None:
    caplog.set_level("ERROR")
