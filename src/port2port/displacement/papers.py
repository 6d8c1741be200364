"""The answer as a paper: claims, figures, ledger, method, for who may export. What one circle reads does not leave."""

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import NotFound, Refused
from port2port.displacement import board as boards
from port2port.displacement.explaining import data_facts, method_facts
from port2port.displacement.models import Run
from port2port.members.acting import action
from port2port.sharing.exports import File
from port2port.sharing.papers import printed
from port2port.sharing.tlp import Tlp

KIND = "displacement"
TEMPLATE = "displacement/papers/result.typ"
SERIES, LEDGER, CLAIMS = 8, 40, 20
METRICS: dict[str, Promise] = {
    "cocaine_kg_seized": gettext_lazy("Cocaine seized (kg)"),
    "drone_flights": gettext_lazy("Drone flights"),
    "extractor_arrests": gettext_lazy("Extractors arrested"),
    "port_intrusions": gettext_lazy("Intrusions"),
    "seizure_count": gettext_lazy("Seizures"),
    "other": gettext_lazy("Other figures"),
}


def metric_word(code: str) -> str:
    """Return what a metric is called; an unknown code stands for itself."""
    return str(METRICS.get(code, code))


@action
def result_paper(run: Run, *, at: datetime) -> File:
    """Return a result as PDF. Raises NotFound without one, Refused for a named one and without the act `export`."""
    if run.sight != "released":
        raise Refused(_("What only this circle reads does not leave as a file."), kind="run", record=run.id)
    shown = boards.board(run)
    if shown is None:
        raise NotFound(kind="run", record=run.id)
    data: dict[str, Any] = {
        "answer": boards.answer(shown),
        "variants": _("Other choices tried since: %(n)d") % {"n": shown.variants},
        "claims_head": _("What may have moved"),
        "claims_columns": [_("Grade"), _("Claim")],
        "tipping_word": _("What would change it"),
        "claims": [[one.grade, one.sentence, one.tipping] for one in (shown.told or shown.claims)[:CLAIMS]],
        "series_head": _("Months observed, and what was expected"),
        "series": [
            {"name": f"{one.port}, {one.category}: {one.says}", "svg": for_paper(one.svg)}
            for one in shown.drawn(SERIES)
        ],
        "ledger_head": _("Ledger"),
        "ledger_columns": [_("Measure at"), _("Next door"), _("What"), _("Before"), _("After"), _("Times (95 %)")],
        "ledger": [
            [row["treated"], row["neighbour"], row["category"], str(row["before"]), str(row["after"]), row["times"]]
            for row in shown.ledger(LEDGER)
        ],
        "method_head": _("How do we know?"),
        "method": [list(pair) for pair in (*data_facts(shown), *method_facts(shown))],
        "cost": boards.cost_words(shown.result),
    }
    return printed(
        TEMPLATE, data, title=_("Displacement"), name="displacement", kind=KIND, tlp=Tlp.GREEN, records=[], at=at
    )


# A paper knows no style sheet: the same drawing with its colours written in (ink, grey and the one hue).
PAPER = {
    'class="c-band"': 'fill="#dbe7ee"', 'class="c-exp"': 'fill="none" stroke="#2c6a86" stroke-dasharray="4 3"',
    'class="c-start"': 'stroke="#1b2b3a" stroke-width="1.5"', 'class="c-ax"': 'stroke="#c9d2da"',
    'class="c-dot c-dot--unk"': 'fill="none" stroke="#5b6b7a"', 'class="c-dot"': 'fill="#44525f"',
    'class="c-t2"': 'fill="#5b6b7a" font-size="11" font-family="Libertinus Serif"',
    'class="pp-plot"': 'xmlns="http://www.w3.org/2000/svg"',
}  # fmt: skip


def for_paper(svg: str) -> str:
    """Return a drawing with its colours in it, for where there is no style sheet."""
    for one, other in PAPER.items():
        svg = svg.replace(one, other)
    return str(svg)
