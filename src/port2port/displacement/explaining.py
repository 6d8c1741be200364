"""What stands behind a result, a run or a warning, in the reader's words: choices, method, data, evidence."""

from django.utils.translation import gettext as _

from port2port.displacement import run_queries
from port2port.displacement.analysis.sentences import number
from port2port.displacement.board import Board
from port2port.displacement.models import Warning
from port2port.displacement.rules import Choice, choice_of
from port2port.displacement.running import result_of
from port2port.displacement.words import (
    grade_word,
    month_word,
    port_word,
    sight_word,
    source_word,
)

LEFT_OUT = {"all", "monthly"}


def lack_cost(port: str, *, known: int, of: int) -> str:
    """Return what missing effort costs a port, for the page on which it is entered."""
    if known == of:
        return ""
    run = run_queries.newest("released")
    result = result_of(run) if run is not None else None
    held = any(
        claim.port == port and claim.depends_on_detection and claim.effort_known < 1
        for claim in (result.claims if result is not None else ())
    )
    if held:
        return _("Without it, claims about this port cannot be more than “indicated”: more looking finds more.")
    return _("Without it nobody can tell more crime from more looking here.")


def choice_facts(choice: Choice) -> list[tuple[str, str]]:
    """Return a choice in words."""
    yes, no = _("yes"), _("no")
    return [
        (_("Incidents"), source_word(choice.data)),
        (_("Months before and after"), f"{choice.months_before}, {choice.months_after}"),
        (_("Reach"), f"{choice.scale_km:g} km"),
        (_("Threshold"), f"{choice.threshold:g}"),
        (_("Effort taken into account"), yes if choice.with_effort else no),
        (_("Asked where the answer must be no"), yes if choice.placebos else no),
    ]


def method_facts(shown: Board) -> list[tuple[str, str]]:
    """Return how it was done, so that it can be done again."""
    method = shown.result.method
    return [
        *choice_facts(choice_of(shown.run.choice)),
        (_("Who reads it"), sight_word(shown.run.sight)),
        (_("Looked at up to"), method.as_of.isoformat()),
        (_("False discoveries allowed"), f"{method.false_discoveries:g}"),
        (_("Permutations"), str(method.permutations)),
        (_("Seed"), str(method.seed)),
        (_("Code version"), method.code_version),
        (_("Categories, version"), str(method.categories_version)),
        (_("Result, version"), str(method.result_version)),
    ]


def data_facts(shown: Board) -> list[tuple[str, str]]:
    """Return what was counted, and what was left out."""
    summary = shown.result.summary
    left = sum(1 for one in shown.result.dropped if one.left_out_of in LEFT_OUT)
    span = f"{summary.first:%Y-%m} – {summary.last:%Y-%m}" if summary.first and summary.last else ""
    return [
        (_("Incidents"), str(summary.incidents)),
        (_("From, to"), span),
        (_("Separate events"), str(summary.events)),
        (_("Left out of the monthly counts"), str(left)),
        (_("Port not given"), str(summary.port_not_given)),
        (_("Measures, of them analysed"), f"{summary.measures}, {summary.measures_analysed}"),
    ]


def problem_words(problem: dict[str, str]) -> str:
    """Return why a run failed, in a line."""
    if not problem["where"]:
        return _("Something went wrong inside. It is in the log of the worker.")
    return f"{problem['where']}: {problem['what'].replace('_', ' ')} {problem['value']}".strip()


def evidence_line(warning: Warning) -> str:
    """Return the evidence of a warning in a line."""
    found = warning.evidence
    if found["kind"] == "claim":
        low, high = found["interval"] or (0.0, 0.0)
        return _("%(grade)s: %(ratio)s times as many as without the measure (%(low)s to %(high)s).") % {
            "grade": grade_word(found["grade"]), "ratio": number(found["ratio"] or 0.0), "low": number(low),
            "high": number(high),
        }  # fmt: skip
    if found["kind"] == "alarm":
        return _("%(observed)d in the week of %(week)s; %(expected)s are expected, %(limit)s is the limit.") % {
            "observed": found["observed"], "week": found["week"], "expected": number(found["expected"]),
            "limit": number(found["limit"]),
        }  # fmt: skip
    return _("%(observed)d from %(start)s to %(end)s, where %(expected)s are expected (p = %(p)s).") % {
        "observed": found["observed"], "start": found["start"], "end": found["end"],
        "expected": number(found["expected"]), "p": number(found["p"], 3),
    }  # fmt: skip


def evidence_facts(warning: Warning) -> list[tuple[str, str]]:
    """Return the evidence of a warning, value by value."""
    found = warning.evidence
    facts = [(_("Since"), month_word(warning.month)), (_("Seen"), evidence_line(warning))]
    if found["kind"] == "claim":
        before, after = found["events"]
        facts.append((_("Counted before and after"), f"{before}, {after}"))
        facts.append((_("Months with known effort"), f"{found['effort_known']:.0%}"))
    if warning.probability is not None:
        facts.append((_("Probability"), number(warning.probability, 2)))
    if found["kind"] == "cluster":
        facts.append((_("Ports"), ", ".join(port_word(port) for port in found["ports"])))
    return facts
