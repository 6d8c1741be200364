"""`port2port search reindex`: what was indexed another way is found again; stopped, it goes on where it was."""

import subprocess
import sys
from typing import Any

import psycopg

from port2port.base.clock import now
from port2port.helpdesk import actions as helpdesk
from port2port.home.search import commands
from port2port.reports.observables.normal import normalised
from port2port.sharing import queries as sharing
from tests.alerts.writing import alert
from tests.helpdesk.asking import case
from tests.measures.writing import measure, objective
from tests.reports.writing import report

PSO = "pso@antwerp.demo"
BATCHES = """
import django; django.setup()
from port2port.home.search.commands import reindex_batch
from port2port.base.clock import now
print([reindex_batch(2, at=now()) for _number in range({turns})])
"""


def words(owner: psycopg.Connection[Any]) -> dict[Any, set[str]]:
    """The words of each record, without their places."""
    rows = owner.execute(
        "select record_id, tsvector_to_array(words::tsvector) from sharing_searchable"
        " where record_id in (select id from sharing_record)"
    ).fetchall()
    return {row[0]: set(row[1]) for row in rows}


def as_owner(script: str) -> str:
    import os

    return subprocess.run(
        [sys.executable, "-c", script], check=True, env={**os.environ, "PORT2PORT_AS": "owner"}, capture_output=True,
        text=True, timeout=120,
    ).stdout.strip()  # fmt: skip


def test_indexing_again_gives_what_the_actions_gave(acting, owner):
    with acting("contact@agent.demo"):
        asked = case("May a driver come without a badge?")
    with acting(PSO):
        seen = report(
            "ports-and-police", text="The fence was cut.", modus_operandi="UA01",
            observables=[normalised("container", "MSKU1234565"), normalised("phone", "0475123456")],
        ).record_id  # fmt: skip
        warned = alert("ports-and-police").record_id
        objective()
        measure()
        helpdesk.do(asked, "answer", text="As a visitor.", at=now())
        helpdesk.do(asked, "note", text="Zqxnote.", at=now())
    before = words(owner)
    assert len(before) == 6, "a report, its annex, an alert, a case, an objective, a measure"
    owner.execute(  # as an older version wrote them
        "update sharing_searchable set words = 'fenc fence' where record_id in (select id from sharing_record)"
    )
    with acting(PSO):
        assert sharing.found("driver", ["case"]) == [] and sharing.found("fence", ["report"]) == [seen]
    assert as_owner(BATCHES.format(turns=1)) == "[2]", "stopped after the first batch"
    assert len([one for one in words(owner).values() if one == {"fenc", "fence"}]) == 4
    assert as_owner(BATCHES.format(turns=3)) == "[2, 2, 0]", "goes on, ends, having kept its place"
    assert words(owner) == before
    assert not any("zqxnote" in some for some in before.values())
    with acting(PSO):
        assert sharing.found("driver", ["case"]) == [asked] and sharing.found("drone", ["alert"]) == [warned]


def test_the_command_says_how_many(acting, owner, capsys):
    with acting(PSO):
        report("ports-and-police")
    said = as_owner(
        "from port2port.config.cli import main; import sys; sys.exit(main(['search', 'reindex', '--json']))"
    )
    assert said.endswith('{"indexed": 1}')
    assert commands.BATCH > 1
