"""Every way round the policy stands in docs/definer-functions.md, and none is open to everybody."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "definer-functions.md"

OURS = """
    select p.proname, p.prosecdef, p.proconfig, has_function_privilege('public', p.oid, 'execute'),
           has_function_privilege('port2port_app', p.oid, 'execute')
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'public' and p.proname not like 'procrastinate%' order by p.proname
"""


def test_every_definer_function_is_documented_and_no_other(owner):
    rows = [row for row in owner.execute(OURS).fetchall() if row[1]]
    listed = set(re.findall(r"`([a-z0-9_]+)(?:\([^`]*\))?`", DOCUMENT.read_text(encoding="utf-8")))
    assert {row[0] for row in rows} - listed == set()
    every = {row[0] for row in owner.execute(OURS).fetchall()}
    rows_of_tables = re.findall(r"^\| (`[^|]*) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for row in rows_of_tables for name in re.findall(r"`([a-z0-9_]+)", row)}
    assert named - every == set()


def test_each_pins_its_search_path(owner):
    loose = [row[0] for row in owner.execute(OURS).fetchall() if row[1] and not any(
        setting.startswith("search_path=public, pg_temp") for setting in row[2] or [])]  # fmt: skip
    assert loose == []


def test_what_the_page_says_nobody_calls_the_serving_role_cannot_call(owner):
    text = DOCUMENT.read_text(encoding="utf-8")
    closed = set()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[2].startswith("nobody"):
            closed.update(re.findall(r"`([a-z0-9_]+)", cells[0]))
    assert len(closed) > 8
    callable_ones = {row[0] for row in owner.execute(OURS).fetchall() if row[4]}
    assert closed & callable_ones == set()
