"""The rows of the list as HTML. Twenty-five of them are most of the page: written here, not in a template.

Everything that somebody typed goes through `escape`.
"""

from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from port2port.reports.words import Card
from port2port.site.templatetags import parts


def columns() -> list[str]:
    """Return the heads of the table."""
    return [_("What"), _("Where"), _("When"), _("Severity"), _("Who sees this")]


def rows(cards: Iterable[Card], *, fresh: bool = False) -> SafeString:
    """Return the rows. `fresh`: all of them are new, since they are added to an open list."""
    labels = [escape(word) for word in columns()]
    word = escape(pgettext("report", "new"))
    new = f'<span class="pp-count">{word}</span> '
    return mark_safe("\n".join(_row(card, labels, new if card.new or fresh else "") for card in cards))


def _row(card: Card, labels: Sequence[str], new: str) -> str:
    report, record = card.report, card.record
    published = card.provenance == "published"
    marked = ' class="is-published"' if published else ""
    below = report.source_name if published else card.owner
    moment = parts.moment(report.occurred_at) if card.exact else escape(card.occurred)
    return (
        f'<tr data-record="{record.id}" data-version="{record.version}"{marked}>'
        f'<th scope="row" data-label="{labels[0]}">{parts.icon(card.icon)} <a href="{card.href}"'
        f' lang="{escape(report.language)}">{escape(report.title)}</a> <br>{new}{_states(card)}</th>'
        f'<td data-label="{labels[1]}">{escape(card.place)}<br><span class="u-small u-mute">{escape(below)}</span></td>'
        f'<td data-label="{labels[2]}">{moment}</td>'
        f'<td data-label="{labels[3]}">{parts.severity(report.severity)}</td>'
        f'<td data-label="{labels[4]}">{parts.sees(card.sees)}</td></tr>'
    )


def _states(card: Card) -> str:
    said = ""
    if card.provenance == "published":
        said = parts.badge("source", _("Published"))
    elif card.provenance == "invented":
        said = parts.invented()
    if card.withdrawn:
        said += " " + parts.badge("closed", _("Withdrawn"))
    elif card.report.state == "closed":
        said += " " + parts.badge("closed", card.state)
    return said
