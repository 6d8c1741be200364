"""Effort: zero is not unknown, own ports only, a file whole or not at all, what was typed stays."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from port2port.base.clock import now
from port2port.base.errors import Invalid, Refused, TooLarge
from port2port.displacement import effort_actions
from port2port.displacement.effort_queries import effort, grids
from port2port.displacement.rules import Told, last_months, month_before
from port2port.members.acting import acting_as_system
from port2port.sharing.references import ZONE
from port2port.sharing.rows_in import LARGEST_FILE

PSO, PARTNER, DESK = "pso@northsea.demo", "pso@antwerp.demo", "officer@waterways.demo"


def month(before: int = 1) -> date:
    return last_months(now().astimezone(ZONE).date())[-before]


def told(amount: float | None = 0.0, *, kind: str = "scans", port: str = "BEGNE", before: int = 1) -> Told:
    return Told(port, month(before), kind, amount)


def test_none_made_is_told_and_unknown_is_no_row(acting):
    with acting(PSO):
        effort_actions.tell_effort([told(0), told(12, before=2)], at=now())
        assert {(row.month, row.amount) for row in effort()} == {(month(1), 0.0), (month(2), 12.0)}
        grid = next(one for one in grids(today=now().astimezone(ZONE).date()) if one.port.locode == "BEGNE")
        assert grid.known == 2
        change = effort_actions.tell_effort([told(None), told(12, before=2)], at=now())
        assert (len(change.removed), len(change.same)) == (1, 1)
        assert [row.month for row in effort()] == [month(2)]


def test_others_neither_read_nor_write_it(acting, cast):
    with acting(PSO):
        effort_actions.tell_effort([told(7)], at=now())
    for email in (PARTNER, DESK, "analyst@police.demo", "officer@outside.demo", "director@commissioner.demo"):
        with acting(email):
            assert effort() == [], email
    with acting(PARTNER), pytest.raises(Invalid) as error:
        effort_actions.tell_effort([told(7)], at=now())
    assert [p.field for p in error.value.problems] == ["port"]
    with acting("contact@agent.demo"), pytest.raises(Refused):
        effort_actions.tell_effort([told(7)], at=now())
    with acting_as_system("worker"):
        assert [row.amount for row in effort()] == [7.0]
    with acting(PARTNER), connection.cursor() as cursor:
        cursor.execute("update displacement_effort set amount = 1")
        assert cursor.rowcount == 0
        cursor.execute("delete from displacement_effort")
        assert cursor.rowcount == 0


def test_every_problem_is_told_at_once_with_its_row(acting):
    coming = month_before(month(), -3)
    data = (
        "port_unlocode,month,kind,amount\n"
        f"BEANR,{month()},scans,4\n"
        f"BEGNE,{month()},dreams,4\n"
        f"BEGNE,{coming},scans,4\n"
        f"BEGNE,{month(2)},scans,-1\n"
        f"BEGNE,{month(3)},scans,nan\n"
        f"BEGNE,{month(4)},scans,many\n"
        "BEGNE,May,scans,3\n"
    ).encode()
    with acting(PSO), pytest.raises(Invalid) as error:
        effort_actions.import_effort(data=data, at=now())
    assert [(p.field, p.row) for p in error.value.problems] == [
        ("port_unlocode", 2), ("kind", 3), ("month", 4), ("amount", 5), ("amount", 6), ("amount", 7), ("month", 8),
    ]  # fmt: skip
    with acting(PSO):
        assert effort() == []


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b"\xff\xfe", "file"),
        (b"port_unlocode,month,kind\n", "file"),
        (b"port_unlocode,month,kind,amount\nBEGNE,May,scans,1\n", "month"),
        (b"port_unlocode,month,kind,amount\nBEGNE,2026-01,scans,many\n", "amount"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(acting, data, field):
    with acting(PSO), pytest.raises(Invalid) as error:
        effort_actions.plan_file(data, at=now())
    assert {p.field for p in error.value.problems} == {field}


def test_a_file_is_looked_at_first_and_taken_in_once(acting):
    data = f"month,kind,amount,port_unlocode\n{month():%Y-%m},scans,4,BEGNE\n{month(2)},scans,,BEGNE\n".encode()
    with acting(PSO):
        planned = effort_actions.plan_file(data, at=now())
        assert (len(planned.new), len(planned.same)) == (1, 1)
        assert effort() == []
        effort_actions.import_effort(data=data, at=now())
        [row] = effort()
        assert (row.amount, row.source) == (4.0, "imported")
        assert not effort_actions.import_effort(data=data, at=now()).any
        with pytest.raises(TooLarge):
            effort_actions.plan_file(b"x" * (LARGEST_FILE + 1), at=now())


def test_what_operations_know_fills_gaps_and_leaves_what_a_person_told(acting):
    def counted(ports: Any, first: date, last: date) -> list[Told]:
        assert "BEGNE" in ports
        return [told(100), told(90, before=2)]

    with acting(PSO):
        effort_actions.tell_effort([told(5)], at=now())
        effort_actions.derive_effort(first=month(3), last=month(), at=now(), sources=(counted,))
        assert {(row.month, row.amount, row.source) for row in effort()} == {
            (month(1), 5.0, "typed"),
            (month(2), 90.0, "derived"),
        }
        effort_actions.derive_effort(first=month(3), last=month(), at=now(), sources=(counted,))
        assert len(effort()) == 2
