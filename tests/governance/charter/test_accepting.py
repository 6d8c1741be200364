"""Accepting and publishing: who may, what is recorded, what cannot be undone or forged."""

import hashlib
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.governance.charter import queries, waiting
from port2port.governance.charter.actions import accept_text, decide_version, propose_version
from port2port.governance.charter.register import DATA, read_register, unwrapped
from port2port.members.acting import current_actor
from port2port.sharing import gates
from port2port.sharing.tlp import Tlp
from tests.attacks import FORBIDDEN, refused
from tests.governance.charter.texts import CODE, SECOND, WRITER, draft, proposed, published
from tests.prepared import as_owner
from tests.reports.writing import report

Acting = Callable[[str], AbstractContextManager[Any]]
LOADED = "import django; django.setup(); from port2port.governance.apps import load_starters; load_starters()"
DIRECTOR, PSO = "director@antwerp.demo", "pso@antwerp.demo"


def test_the_digest_is_that_of_the_text(acting: Acting) -> None:
    with acting(PSO):
        for text in queries.in_force():
            for language, body in text.bodies.items():
                assert text.digests[language] == hashlib.sha256(body.encode()).hexdigest()


def test_starters_are_templates_in_four_languages(acting: Acting) -> None:
    with acting(PSO):
        found = queries.in_force()
    assert [one.code for one in found] == ["charter", "joint-controllers", "dpia"]
    assert all(one.template and set(one.bodies) == {"nl", "fr", "de", "en"} for one in found)
    for one in found:
        assert len(set(one.bodies.values())) == 4, f"{one.code} is not translated"
        for language, body in one.bodies.items():
            assert body.startswith("> "), f"{one.code} in {language} says at its head that it is a template"
            assert 600 <= len(body.split()) <= 1300


def test_a_break_of_the_file_is_none_of_the_text() -> None:
    assert unwrapped("> one\n> two\n\n# Head\nfirst\nsecond\n\n1. a\n   b\n2. c\n\n| x |\n|---|\n| y |\n") == (
        "> one two\n\n# Head\nfirst second\n\n1. a b\n2. c\n\n| x |\n|---|\n| y |"
    )


def test_an_acceptance_is_proven_by_the_journal(
    acting: Acting, journalled: Callable[[str], list[dict[str, Any]]]
) -> None:
    text = published(acting)
    with acting(DIRECTOR):
        made = accept_text(text, language="fr", digest=text.digests["fr"], at=now())
    (entry,) = journalled("charter.accepted")
    assert entry["id"] == str(made.entry)
    assert entry["record"] == str(made.id)
    assert entry["details"] == {
        "text": CODE, "number": 2, "sha256": text.digests["fr"], "language": "fr",
    }  # fmt: skip
    with acting(PSO):
        assert queries.proof(made.id).entry == made.entry
    with acting("pso@northsea.demo"), pytest.raises(NotFound):
        queries.proof(made.id)


@pytest.mark.parametrize("email", [PSO, "dpo@antwerp.demo"])
def test_only_who_is_entitled_accepts(acting: Acting, email: str) -> None:
    text = published(acting)
    with acting(email), pytest.raises(Refused):
        accept_text(text, language="en", digest=text.digests["en"], at=now())


def test_nobody_accepts_twice_or_another_text(acting: Acting) -> None:
    text = published(acting)
    with acting(DIRECTOR):
        with pytest.raises(Conflict):
            accept_text(text, language="en", digest="0" * 64, at=now())
        accept_text(text, language="en", digest=text.digests["en"], at=now())
        with pytest.raises(Conflict):
            accept_text(text, language="en", digest=text.digests["en"], at=now())
        first = queries.version(CODE, 1)
        with pytest.raises(Conflict):
            accept_text(first, language="en", digest=first.digests["en"], at=now())


def test_a_version_is_published_by_a_second_operator(acting: Acting) -> None:
    text = proposed(acting)
    with acting(PSO), pytest.raises(NotFound):
        queries.version(CODE, 2)
    with acting(WRITER), pytest.raises(Refused):
        decide_version(text, act="publish", at=now())
    with acting(DIRECTOR), pytest.raises(Refused):
        decide_version(text, act="publish", at=now())
    with acting(SECOND):
        assert [need.title for need in waiting.needs(current_actor(), now())]
        assert decide_version(text, act="publish", at=now()).state == "published"
        with pytest.raises(Conflict):
            decide_version(queries.version(CODE, 2), act="publish", at=now())


def test_a_new_version_leaves_days_to_accept(acting: Acting, owner: psycopg.Connection[Any]) -> None:
    published(acting, days=10)
    with acting(PSO):
        assert report("ports-and-police", tlp=Tlp.AMBER).record.tlp == Tlp.AMBER
        (soon,) = gates.hindrances()
        assert (soon.holds, soon.until is not None) == (False, True)
        assert waiting.needs(current_actor(), now()) == []
    with acting(DIRECTOR):
        (need,) = waiting.needs(current_actor(), now())
        assert (need.due, need.overdue) == (soon.until, False)
    owner.execute("update governance_text set accept_by = current_date - 1 where number = 2")
    with acting(PSO), pytest.raises(Refused):
        report("ports-and-police", tlp=Tlp.AMBER)


def test_a_version_that_does_not_ask_owes_nothing(acting: Acting) -> None:
    published(acting, asks=False)
    with acting(DIRECTOR):
        assert queries.owed() == []


def test_a_version_is_checked(acting: Acting) -> None:
    with acting(WRITER):
        for changes in (
            {"why": " "}, {"days": 0}, {"entitled": ("service",)}, {"bodies": {"en": "x"}}, {"code": "another"},
        ):  # fmt: skip
            with pytest.raises(Invalid):
                propose_version(draft(**changes), at=now())
        same = queries.version(CODE, 1).bodies
        with pytest.raises(Invalid):
            propose_version(draft(bodies=same), at=now())
        propose_version(draft(), at=now())
        with pytest.raises(Conflict):
            propose_version(draft(), at=now())


def test_what_differs_is_shown(acting: Acting) -> None:
    text = published(acting)
    with acting(PSO):
        before = queries.before(text)
        assert before is not None
        pieces = queries.changes(text, before, "de")
    assert "".join(one.text for one in pieces if one.kind == "new").strip() == "One sentence more."
    assert not [one for one in pieces if one.kind == "gone"]


def test_only_overseers_see_the_others(acting: Acting) -> None:
    text = published(acting)
    with acting(DIRECTOR):
        accept_text(text, language="en", digest=text.digests["en"], at=now())
    for email in (PSO, "pso@northsea.demo", "contact@agent.demo"):
        with acting(email), pytest.raises(NotFound):
            queries.members()
    for email in (WRITER, "director@commissioner.demo"):
        with acting(email):
            found = {one.organisation.slug: one for one in queries.members()}
            assert not found["port-of-antwerp-bruges"].owes
            assert found["north-sea-port"].owes


def test_starters_do_not_cover_the_operators_own(acting: Acting, owner: psycopg.Connection[Any]) -> None:
    published(acting)
    as_owner(LOADED, os.environ)
    there = owner.execute("select number, template from governance_text where code = 'charter' order by 1").fetchall()
    assert there == [(1, True), (2, False)]


def test_the_file_is_read_loudly(tmp_path: Any) -> None:
    text = (DATA / "charter.toml").read_text(encoding="utf-8")
    path = tmp_path / "charter.toml"
    path.write_text(text.replace('"director"', '"king"'), encoding="utf-8")
    with pytest.raises(ValueError, match="king"):
        read_register(path)


def test_raw_sql_forges_nothing(enter: Callable[..., Any], cast: dict[str, Any], acting: Acting) -> None:
    text = published(acting)
    one, other = cast[PSO], cast["pso@northsea.demo"]
    accept = (
        "insert into governance_acceptance (id, text_id, organisation_id, person_id, hat_id, role, language, digest,"
        " entry, at) values (new_uuid7(), %s, %s, %s, %s, %s, 'en', %s, new_uuid7(), now())"
    )
    connection = enter(PSO)
    assert (
        refused(connection, accept, text.id, one.organisation, one.person, one.hat, "director", text.digests["en"])
        == "PP403"
    )
    assert (
        refused(
            connection,
            accept,
            text.id,
            other.organisation,
            other.person,
            other.hat,
            "administrator",
            text.digests["en"],
        )
        == FORBIDDEN
    )
    assert refused(connection, accept, text.id, one.organisation, one.person, one.hat, "director", "0" * 64) == "PP409"
    for attack in (
        "update governance_acceptance set organisation_id = organisation_id",
        "delete from governance_acceptance",
        "update governance_text set bodies = '{}'",
        "delete from governance_text",
        "update governance_exemption set kind = ''",
        "insert into base_setting values ('charter_grace_until', '2099-01-01')",
        "alter table sharing_record disable trigger charter",
    ):
        assert refused(connection, attack) == FORBIDDEN
    assert connection.execute(
        "select count(*) from governance_acceptance where organisation_id <> %s", [one.organisation]
    ).fetchone() == (0,)
    assert connection.execute("select count(*) from governance_outstanding()").fetchone() == (0,)
    assert connection.execute("select count(*) from governance_people_to_tell(%s)", [text.id]).fetchone() == (0,)
    changed = connection.execute("update governance_text set state = 'declined', decided_at = now()")
    assert changed.rowcount == 0
    operator = enter(WRITER)
    born = (
        "insert into governance_text (id, code, number, titles, bodies, digests, template, asks, entitled, why, state,"
        " days, accept_by, proposed_by_id, proposed_at, decided_at)"
        " values (new_uuid7(), 'charter', 9, '{}', '{}', '{}', false, true, '{director}', '', %s, 30,"
        " %s, %s, now(), %s)"
    )
    at = now()
    assert refused(operator, born, "published", at.date(), cast[WRITER].person, at) == FORBIDDEN
    operator.execute(born, ["proposed", None, cast[WRITER].person, None])
    own = (
        "update governance_text set state = 'published', accept_by = current_date, decided_at = now(),"
        " decided_by_id = %s where number = 9"
    )
    assert refused(operator, own, cast[WRITER].person) == FORBIDDEN
