"""What of the work on reports waits for whoever acts: answers that are overdue, questions about own reports."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from port2port.members.rules import Need
from port2port.reports.together import queries, rules
from port2port.reports.together.words import organisation_word

MOST_COUNTED, MOST_QUESTIONS = 50, 3


def needs(at: datetime) -> list[Need]:
    """Return what waits of answers and questions."""
    return [*_overdue(at), *_questions(at)]


def _overdue(at: datetime) -> list[Need]:
    late = queries.unanswered(at=at, size=MOST_COUNTED)
    if not late:
        return []
    count = len(late)
    first = rules.due_at(late[0].record.at, late[0].report.severity)
    return [
        Need(
            title=ngettext(
                "%(n)s reporter waits too long for your answer",
                "%(n)s reporters wait too long for your answer",
                count,
            )
            % {"n": count if count < MOST_COUNTED else f"{MOST_COUNTED}+"},
            text=_("Say whether it was used, even when no more can be said."),
            href=reverse("reports:answers"),
            action=_("Answer"),
            icon="deadline",
            due=timezone.localtime(first).date(),
            overdue=True,
        )
    ]


def _questions(at: datetime) -> list[Need]:
    return [
        Need(
            title=_("A question about a report of yours"),
            text=_("%(who)s asks.") % {"who": organisation_word(asked.organisation_id)},
            href=reverse("reports:detail", args=[asked.report_id]) + "#together",
            action=_("Answer"),
            icon="ask",
        )
        for asked in queries.open_questions(at=at, most=MOST_QUESTIONS)
    ]
