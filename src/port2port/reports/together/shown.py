"""What the page of a report shows of the work of others: one value, made for whoever reads it."""

from datetime import datetime
from typing import Any

from port2port.members.acting import current_actor
from port2port.reports.shown import Shown
from port2port.reports.together import queries
from port2port.reports.together.drawing import web
from port2port.reports.together.words import (
    feedback_words,
    label_of,
    link_word,
    linked_heading,
    said_heading,
    said_words,
)
from port2port.reports.words import card
from port2port.sharing import queries as sharing
from port2port.sharing.queries import envelope
from port2port.sharing.rules import decide


def together_on(found: Shown, *, at: datetime) -> dict[str, Any]:
    """Return updates, links, the reporter's answer and the lesson of a report, and what the actor may add."""
    record = found.record
    actor = current_actor()
    open_to_all = record.withdrawn_at is None
    ours = record.owner_id == actor.organisation
    changes = decide(actor, "change", envelope(record), at=at).allowed
    said = queries.said_about(record.id)
    others = queries.shown_of([one.other for one in said if one.other])
    entries = [said_words(one, others) for one in said]
    around = queries.around(record.id)
    listed = {one.record.id: one.record for one in (*around.reports, *others.values())}
    sharing.note_reading(queries.KIND, listed.values(), at=at, act="listed")
    may_answer = open_to_all and queries.may_answer(record.id)
    return {
        "entries": entries,
        "heading": said_heading(len(entries)),
        "linked": _linked(found, around),
        "linked_heading": linked_heading(len(around.reports)),
        "web": web(record.id, around.links, [one.record.id for one in around.reports]) if around.reports else "",
        "answer": _answer(found, may_answer=may_answer, at=at),
        "lesson": queries.lesson_of(record.id),
        "ours": ours,
        "may_say": open_to_all and actor.may("report") and actor.organisation is not None,
        "may_share": open_to_all and decide(actor, "share", envelope(record), at=at).allowed,
        "may_change": open_to_all and changes,
        "may_answer": may_answer,
    }


def _linked(found: Shown, around: queries.Around) -> list[dict[str, Any]]:
    """Return the linked reports in the order of their numbers, with how each belongs to the report or to another."""
    here = found.record.id
    listed = []
    for one in around.reports:
        direct = [link for link in around.of(one.record.id) if here in (link.a_id, link.b_id)]
        made = card(one)
        listed.append(
            {
                "card": made,
                "how": ", ".join(link_word(link, seen_from=here) for link in direct),
                "links": direct,
            }
        )
    return listed


def _answer(found: Shown, *, may_answer: bool, at: datetime) -> dict[str, Any]:
    """Return the answer that the reporter got; else, for who waits or may give it, until when it is owed."""
    feedback = queries.feedback_of(found.record.id)
    if feedback is not None:
        return {"given": feedback_words(feedback)}
    reporter = queries.reporter_of(found.record.id)
    concerned = may_answer or reporter == current_actor().organisation
    owed = queries.owed(found, reporter) if concerned else None
    if owed is None:
        return {}
    return {"due": owed.due_at, "overdue": owed.due_at < at, "desks": [label_of(desk) for desk in owed.desks]}
