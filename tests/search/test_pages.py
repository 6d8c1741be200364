"""The search as a page, as the box that answers while one types, and through the API."""

import re
from datetime import timedelta

from port2port.base.clock import now
from port2port.reports.observables.normal import normalised
from port2port.sharing.tlp import Tlp
from tests.alerts.writing import raised
from tests.helpdesk.asking import asked
from tests.reports.writing import report

PSO = "pso@antwerp.demo"
NORTH = "pso@northsea.demo"


def text_of(page: str) -> str:
    """Return what is read on a page, without marks and spaces."""
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def items(bearer, question: str) -> list[dict]:
    answer = bearer.get(f"/api/v1/search?q={question}")
    assert answer.status_code == 200, answer.content
    return answer.json()["items"]
