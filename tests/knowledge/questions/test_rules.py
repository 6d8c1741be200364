"""What may be done with a question in which state, and that the database holds the same table."""

from datetime import timedelta
from importlib import import_module

from port2port.base.clock import now
from port2port.knowledge.questions.rules import ACTS, STATES, Draft, acts_of, next_state, problems_of, unanswered


def test_the_database_holds_the_same_table(owner):
    for act in ACTS:
        for state in STATES:
            for asker in (True, False):
                for accepted in (True, False):
                    row = owner.execute("select knowledge_next(%s, %s, %s, %s)", [act, state, asker, accepted])
                    assert row.fetchone() == (next_state(act, state, asker=asker, accepted=accepted),), (act, state)


def test_whoever_reads_it_answers_and_only_the_asker_turns_it():
    assert acts_of("open", asker=False, accepted=False) == ("answer", "retract")
    assert acts_of("merged", asker=False, accepted=False) == ("retract",)
    assert acts_of("closed", asker=True, accepted=True) == ("retract", "reopen")
    assert next_state("reopen", "closed", asker=True, accepted=True) == "answered"
    assert next_state("unmerge", "merged", asker=True, accepted=False) == "open"


def test_everything_wrong_is_said_at_once():
    wrong = Draft("nobody", "nothing", " ", "x" * 4001, "xx")
    assert [one.field for one in problems_of(wrong, topics=["drones"])] == [
        "asked_of", "topic", "language", "title", "text",
    ]  # fmt: skip
    assert problems_of(Draft("network", "drones", "T", "\u202e", "en"), topics=["drones"])[0].field == "text"


def test_unanswered_is_open_without_an_answer_for_the_whole_time():
    at = now()
    week = timedelta(days=7)
    assert unanswered(state="open", answers=0, asked_at=at - week, at=at, days=7)
    assert not unanswered(state="open", answers=0, asked_at=at - week + timedelta(seconds=1), at=at, days=7)
    assert not unanswered(state="open", answers=1, asked_at=at - week, at=at, days=7)
    assert not unanswered(state="closed", answers=0, asked_at=at - week, at=at, days=7)


def test_the_worker_finds_the_mail_of_questions():
    """It imports the module `tasks` of each app, and nothing else: a task elsewhere is never run."""
    found = vars(import_module("port2port.knowledge.tasks"))
    assert {task.name for task in found.values() if hasattr(task, "queue")} == {
        "questions.tell_asker", "questions.tell_expert",
    }  # fmt: skip
