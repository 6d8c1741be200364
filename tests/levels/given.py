"""Levels for the tests: notices entered through the real actions by the cast."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from port2port.base.clock import now
from port2port.levels.actions import enter_notice
from port2port.levels.models import Notice
from port2port.levels.rules import Draft

PFSO, PSO, PARTNER, ANSM = "pfso@quay1.demo", "pso@antwerp.demo", "pso@northsea.demo", "authority@ansm.demo"
COMPANY, OUTSIDER, POLICE = "contact@agent.demo", "officer@outside.demo", "analyst@police.demo"
QUAY, OTHER, PORT = "BEANR-9901", "BEANR-9903", "BEANR"


def ago(**delta: float) -> datetime:
    return now() - timedelta(**delta)


def draft(level: int = 2, **values: Any) -> Draft:
    return replace(Draft(port=PORT, level=level, starts=ago(minutes=5), reference=f"N-{level}"), **values)


def entered(level: int = 2, **values: Any) -> Notice:
    """Enter a notice as whoever acts, now."""
    return enter_notice(draft=draft(level, **values), at=now())


def lowered(of: UUID, **values: Any) -> Notice:
    """Enter that a notice is replaced by level 1."""
    return entered(1, replaces=of, starts=ago(minutes=1), **values)
