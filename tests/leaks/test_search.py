"""The leak property of the one search: hits, counts, suggestions, page, box and API agree with `decide()`."""

import random
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.helpdesk import actions as helpdesk
from port2port.home.search import queries
from port2port.home.search.queries import Filters
from port2port.members.acting import acting_as
from port2port.reports.observables.normal import normalised
from port2port.sharing import queries as sharing
from port2port.sharing.models import Record
from port2port.sharing.rules import Envelope, decide
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import alert
from tests.helpdesk.asking import case
from tests.leaks.test_property import WATCHERS
from tests.reports.writing import report

AUTHORS = ("pso@antwerp.demo", "pso@northsea.demo", "analyst@police.demo", "pfso@quay1.demo")
AUDIENCES = ("all-members", "ports-and-police", "port-beanr", "port-security-officers", "insider-desk")
DESK = "pso@antwerp.demo"  # whose desk notes something in each case
EVERYWHERE = "zqeverywhere"  # in each record of a world
THREATS = ("drug_smuggling", "cyber_attack", "drone_misuse")
Written = tuple[UUID, str, str, Envelope]  # id, kind, word, envelope


def written(pick: random.Random, cast: dict[str, Any], number: int) -> Written | None:
    """Write a record of some kind with a word of its own; None when the audience does not go with the TLP."""
    kind = pick.choice(("report", "report", "alert", "case"))
    author = "contact@agent.demo" if kind == "case" else pick.choice(AUTHORS)
    word = f"zq{number}word{pick.randrange(10**6)}"
    to = pick.sample(AUDIENCES, pick.randint(1, 2))
    tlp = pick.choice((Tlp.GREEN, Tlp.AMBER))
    text = f"Something {EVERYWHERE} happened, {word}."
    with acting_as(cast[author].person, cast[author].hat):
        try:
            if kind == "report":
                made = report(*to, tlp=tlp, title=f"On {word}", text=text, threat=pick.choice(THREATS),
                              observables=[normalised("badge", f"b{word}")]).record_id  # fmt: skip
            elif kind == "alert":
                made = alert(*to, tlp=tlp, text=text).record_id
            else:
                made = case(text)
        except Invalid:
            return None
        envelope = sharing.envelope(Record.objects.get(id=made))
    if kind == "case":
        with acting_as(cast[DESK].person, cast[DESK].hat):
            helpdesk.do(made, "note", text=f"Between us: zqnote{word}.", at=now())
    return made, kind, word, envelope


@pytest.mark.parametrize("world", range(3))
def test_the_search_agrees_with_decide(db, cast, owner, client_for, bearer_for, world):
    pick = random.Random(world)  # the same worlds each time
    for email in pick.sample([one for one in WATCHERS if one != DESK], 2):
        owner.execute("update members_membership set verified_until = null where id = %s", [cast[email].hat])
    there = [one for number in range(9) if (one := written(pick, cast, number)) is not None]
    for email in WATCHERS:
        member = cast[email]
        with acting_as(member.person, member.hat) as actor:
            allowed = {i for i, _k, _w, e in there if decide(actor, "see", e, at=datetime.now(UTC)).allowed}
            for every in (False, True):
                all_found = queries.search(EVERYWHERE, Filters(every=every), at=now(), size=50)
                assert {row.hit.record.id for row in all_found.rows} == allowed
                assert all_found.count == len(allowed), "a count counts nothing else"
            for kind in ("report", "alert", "case", "lesson"):
                some = queries.search(EVERYWHERE, Filters(kind=kind), at=now(), size=50)
                assert {row.hit.record.id for row in some.rows} == {i for i, k, _w, _e in there if k == kind} & allowed
                assert some.count == len(some.rows)
            by_threat = [queries.search(EVERYWHERE, Filters(threat=one), at=now(), size=50).count for one in THREATS]
            assert sum(by_threat) <= len(allowed)
            for made, _kind, word, envelope in there:
                own = queries.search(word, at=now())
                assert ({row.hit.record.id for row in own.rows}, own.count) == (
                    ({made}, 1) if made in allowed else (set(), 0)
                ), (email, word)
                misspelt = queries.search(word[:-1] + "x", at=now())
                assert not misspelt.rows and not misspelt.corrections, "nothing is suggested from what is written"
                badge = queries.search(f"b{word}", at=now())
                assert not badge.rows or (made in allowed and envelope.owner == actor.organisation)
                assert not queries.search(f"zqnote{word}", at=now()).rows
        ways_out(client_for(email), Client(headers=bearer_for(email)), there, allowed)


def ways_out(browser: Client, api: Client, there: list[Written], allowed: set[UUID]) -> None:
    hidden = [(made, word) for made, _kind, word, _envelope in there if made not in allowed]
    for path in (
        f"/search/?q={EVERYWHERE}",
        f"/search/?q={EVERYWHERE}&all=1",
        f"/search/now/?q={EVERYWHERE}",
        "/search/",
    ):
        body = browser.get(path).content.decode()
        assert not any(word in body or str(made) in body for made, word in hidden), path
    answer = api.get(f"/api/v1/search?q={EVERYWHERE}&size=100").json()
    assert {UUID(one["id"]) for one in answer["items"]} == allowed and answer["count"] == len(allowed)
    absent = bare(browser, "zqabsentword", "/search/"), bare(browser, "zqabsentword", "/search/now/")
    nothing = api.get("/api/v1/search?q=zqabsentword").json()
    for _made, word in hidden:
        assert (bare(browser, word, "/search/"), bare(browser, word, "/search/now/")) == absent, (
            "as if it were not there"
        )
        assert api.get(f"/api/v1/search?q={word}").json() == nothing


def bare(browser: Client, word: str, path: str) -> str:
    """The answer without the word that was asked for and without what differs each time."""
    body = browser.get(f"{path}?q={word}").content.decode().replace(word, "WORD")
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", body)
    return re.sub(r"\d\d:\d\d", "", body)


def found_by_sql(query: str, **arguments: Any) -> list[Any]:
    named = "".join(f", {name} => %({name})s" for name in arguments)
    with connection.cursor() as cursor:
        cursor.execute(
            f"select record from sharing_find(%(query)s, array['report'], 10{named})", {"query": query, **arguments}
        )
        return cursor.fetchall()


def test_no_key_and_no_facet_can_be_asked_for_by_hand(acting, owner):
    with acting("pso@antwerp.demo"):
        made = report("ports-and-police", "insider-desk", text="A fence was cut there.").record_id
    key = owner.execute("select id from members_circle where slug = 'insider-desk'").fetchone()[0]
    with acting("pso@northsea.demo"):
        assert found_by_sql("fence") == [(made,)]
        for query in (f"'@{key}!'", f"fence & '@{key}!'", f"fence & !'@{key}!'", "'#report'", "@", "fence'", ""):
            assert found_by_sql(query) == [], query
        for name in ("near", "wide", "first"):
            assert found_by_sql("fence", **{name: f"'@{key}!'"}) == []
        assert found_by_sql("fence", in_threat=f"' | '@{key}!") == []
        assert found_by_sql("fence", in_port=key) == []


def test_nobody_writes_a_key_among_the_words(acting, app):
    with acting("pso@antwerp.demo"), connection.cursor() as cursor:
        made = report("organisation-port-of-antwerp-bruges", tlp=Tlp.AMBER_STRICT).record_id
        for words in ("'@01a21ea1-25a6-76f1-8363-aabc73407b34':1A", "'#alert':1A"):
            cursor.execute("savepoint before")
            with pytest.raises(Exception, match="sharing_searchable_words") as refused:
                cursor.execute("update sharing_searchable set words = %s where record_id = %s", [words, made])
            assert isinstance(refused.value.__cause__, psycopg.errors.CheckViolation)
            cursor.execute("rollback to before")
        for column in ("lexemes", "at", "until"):
            cursor.execute("savepoint before")
            with pytest.raises(Exception, match="permission denied"):
                cursor.execute(f"update sharing_searchable set {column} = null where record_id = %s", [made])
            cursor.execute("rollback to before")
