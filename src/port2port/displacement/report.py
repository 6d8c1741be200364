"""A report in one HTML file: no host, no script, readable in light and dark, printable."""

from datetime import date
from html import escape
from importlib.resources import files

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from port2port.displacement.analysis import sentences
from port2port.displacement.analysis.result import Claim, LedgerRow, MeasureResult, Result
from port2port.displacement.drawing import chart

STYLE = files("port2port.displacement") / "data" / "report.css"
CLAIMED = ("supported", "indicated")
SMALLEST = 0.005  # ratios below it would be written as 0.00


def html_report(result: Result, language: str) -> str:
    """Return the report in the active language, which `language` names."""
    title = _("Displacement between ports")
    parts = [
        f'<p class="kicker">{escape(title)}</p><h1>{escape(answer(result))}</h1>',
        f'<div class="lead">{paragraphs(sentences.summary_lines(result))}</div>',
        section(_("What may be claimed"), claims(result)),
        section(_("Counts and what was expected"), charts(result)),
        section(_("The ledger"), ledger(result)),
        section(_("What is going on"), warning(result)),
        section(_("What is not known"), unknown(result)),
        section(_("How this was done"), method(result)),
    ]
    style = STYLE.read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{style}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def answer(result: Result) -> str:
    """Return what all of it comes to, in a line: the report's heading."""
    told = next((one for one in result.claims if one.grade in CLAIMED), None)
    if told is None:
        return _("Nothing is seen to have moved, or it cannot be told yet")
    names = {one.identifier: one.name for one in result.measures}
    return sentences.claim_sentence(told, names[told.measure])


def day_words(day: date, precision: str = "day") -> str:
    """Return a day as it is known: no day where only the month is."""
    pattern = {"year": "y", "month": "LLLL y"}.get(precision, "d MMMM y")
    return format_date(day, pattern, get_language() or "en")


def section(heading: str, body: str) -> str:
    """Return a section."""
    return f"<section><h2>{escape(heading)}</h2>{body}</section>"


def paragraphs(lines: list[str]) -> str:
    """Return a paragraph per line."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a table that scrolls by itself on a narrow screen."""
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide" tabindex="0"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


def folded(heading: str, body: str) -> str:
    """Return something long under a line that opens it; on paper it is open."""
    return f"<details><summary>{escape(heading)}</summary>{body}</details>"


def claims(result: Result) -> str:
    """Return each measure with what may be said of it, what is claimed first, and how we know."""
    told: list[tuple[int, str]] = []
    names = {one.identifier: one.name for one in result.measures}
    for measure in result.measures:
        mine = [one for one in result.claims if one.measure == measure.identifier]
        if mine:
            strong = sum(one.grade in CLAIMED for one in mine)
            told.append((-strong, measure_part(measure, mine, names)))
    told.sort(key=lambda pair: pair[0])
    return "".join(text for _rank, text in told) or paragraphs([_("No measure could be analysed.")])


def measure_part(measure: MeasureResult, mine: list[Claim], names: dict[str, str]) -> str:
    """Return one measure: what is said of the whole, what is claimed of a port, and the rest folded."""
    first, rest = mine[0], mine[1:]
    shown = [first, *(one for one in rest if one.grade in CLAIMED)]
    folded = [one for one in rest if one.grade not in CLAIMED]
    ports = ", ".join(dict.fromkeys(sentences.port_name(phase.port) for phase in measure.phases))
    starts = day_words(measure.phases[0].starts, measure.phases[0].precision)
    body = f"<h3>{escape(measure.name)}</h3><p>{escape(ports)}, {escape(starts)}</p>"
    for one in shown:
        body += f'<p class="claim {one.grade}">{escape(sentences.claim_sentence(one, measure.name))}</p>'
        know = "".join(
            f"<dt>{escape(part.heading)}</dt><dd>{escape(part.text)}</dd>"
            for part in sentences.how_do_we_know(one, measure, names)
        )
        asked = _("How do we know?")
        body += f"<details><summary>{escape(asked)}</summary><dl>{know}</dl></details>"
    if folded:
        items = "".join(f"<li>{escape(sentences.claim_sentence(one, measure.name))}</li>" for one in folded)
        each = _("Port by port")
        body += f"<details><summary>{escape(each)}</summary><ul>{items}</ul></details>"
    return f"<article>{body}</article>"


def charts(result: Result) -> str:
    """Return a chart for each series, with the start of measures at its port."""
    drawn = []
    for one in result.series:
        starts = [
            (phase.starts, measure.name)
            for measure in result.measures
            for phase in measure.phases
            if phase.port == one.port and not measure.why_not
        ]
        name = f"{sentences.port_name(one.port)}: {sentences.category_name(one.category)}"
        drawn.append(f"<figure><figcaption>{escape(name)}</figcaption>{chart(one, starts, name)}</figure>")
    legend = _("Dots: events a month. Band: what 95 of 100 months would hold. Dashed lines: a measure begins.")
    return paragraphs([legend]) + f'<div class="charts">{"".join(drawn)}</div>' if drawn else paragraphs(["–"])


def ledger(result: Result) -> str:
    """Return the rows that could be computed, and how many could not, by reason."""
    names = {one.identifier: one.name for one in result.measures}
    rows: dict[str, list[list[str]]] = {}
    for row in result.ledger:
        if row.difference is not None:
            rows.setdefault(row.measure, []).append(ledger_row(row))
    missing: dict[str, int] = {}
    for row in result.ledger:
        if row.why_not:
            why = sentences.why_words(row.why_not)
            missing[why] = missing.get(why, 0) + 1
    head = [
        _("Category"), _("Neighbour"), _("Difference a month"), _("At the measure"),
        _("At the neighbour"), _("Least fall that would be found"), _("Months to see a halving"),
    ]  # fmt: skip
    told = [f"{why}: {sentences.whole(times)}" for why, times in sorted(missing.items())]
    tables = "".join(f"<h3>{escape(names[measure])}</h3>{table(head, each)}" for measure, each in rows.items())
    return (tables or paragraphs(["–"])) + (paragraphs([_("Not computed:"), *told]) if told else "")


def ledger_row(row: LedgerRow) -> list[str]:
    """Return a row as cells. A fall that only nothing at all would be is none that could be found."""
    found = row.minimum_detectable is not None and row.minimum_detectable >= SMALLEST
    return [
        sentences.category_name(row.category),
        sentences.port_name(row.neighbour),
        interval(row.difference, row.difference_interval),
        interval(row.treated_change, row.treated_interval),
        interval(row.neighbour_change, row.neighbour_interval),
        f"× {sentences.number(row.minimum_detectable or 0.0, 2)}" if found else "–",
        "–" if row.months_for_halving is None else sentences.whole(row.months_for_halving),
    ]


def interval(value: float | None, around: tuple[float, float] | None) -> str:
    """Return a number with its interval."""
    if value is None or around is None:
        return "–"
    low, high = (sentences.number(end, 2) for end in around)
    return f"{sentences.number(value, 2)} ({low} – {high})"


def warning(result: Result) -> str:
    """Return clusters and alarms, and near repeats."""
    found = result.early_warning
    rows = [
        [
            ", ".join(sentences.port_name(port) for port in one.ports),
            f"{day_words(one.start)} – {day_words(one.end)}",
            f"{one.observed} / {sentences.number(one.expected)}",
            sentences.number(one.p, 3),
        ]
        for one in (*found.clusters, *found.past_clusters)
    ]
    head = [_("Ports"), _("Days"), _("Counted / expected"), "p"]
    alarms = [
        [
            f"{sentences.port_name(one.port)}: {sentences.category_name(one.category)}",
            day_words(one.week),
            f"{one.observed} / {sentences.number(one.expected)}",
            one.method,
        ]
        for one in found.alarms
    ]
    text = table(head, rows) if rows else paragraphs([_("No cluster.")])
    text += table([_("Series"), _("Week"), _("Counted / expected"), _("Method")], alarms) if alarms else ""
    return text + paragraphs([sentences.vigilance_sentence(result)])


def unknown(result: Result) -> str:
    """Return what lacks: effort, and every line left out with its reason."""
    rows = [
        [
            one.file,
            "" if one.row is None else str(one.row),
            one.identifier,
            one.field,
            sentences.why_words(one.why),
            one.value,
        ]
        for one in result.dropped
    ]
    head = [_("File"), _("Row"), _("Line"), _("Field"), _("Why"), _("Value")]
    return paragraphs([sentences.effort_sentence(result)]) + folded(
        sentences.left_out_sentence(result), table(head, rows)
    )


def method(result: Result) -> str:
    """Return what is needed to do it again."""
    how = result.method
    return paragraphs(
        [
            f"Port 2 Port {how.code_version}; seed {how.seed}; permutations {how.permutations}; "
            f"threshold {how.threshold:g}; scale {how.scale_km:g} km; window {how.months_before} + {how.months_after}; "
            f"as of {how.as_of.isoformat()}",
            _("The methods, their papers and what was measured of them: docs/displacement.md."),
        ]
    )
