"""The questions of the demo: invented, and they say so; asked and answered through the real actions."""

from datetime import datetime, timedelta
from uuid import UUID

from port2port.knowledge.questions import actions, queries
from port2port.knowledge.questions.models import Question
from port2port.knowledge.questions.rules import Draft
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.sharing.tlp import Tlp

ASKED: tuple[tuple[str, Draft, str, int], ...] = (
    (
        "pso@liege.demo",
        Draft(
            "expertise",
            "drone_detection",
            "Comment distinguer un drone autorisé d’un intrus au-dessus d’une écluse ?",
            "Nos capteurs signalent plusieurs drones par jour. La plupart sont autorisés.\n\n"
            "- Consultez-vous un registre des vols ?\n- Qui appelle l’exploitant ?",
            "fr",
        ),
        "all-members",
        1,
    ),
    (
        "pso@ostend.demo",
        Draft(
            "network",
            "identity_release",
            "How long did hauliers need to get used to release by identity?",
            "We start in spring with four terminals. Small hauliers fear queues in the first weeks.",
            "en",
        ),
        "all-members",
        9,
    ),
    (
        "pso@northsea.demo",
        Draft(
            "circle",
            "approaches",
            "Wie begeleidt bij u personeel dat door ronselaars is aangesproken?",
            "Wij zoeken een vast aanspreekpunt buiten de hiërarchie. Welke functie neemt dat bij u op zich?",
            "nl",
        ),
        "ports-and-police",
        12,
    ),
)
ANSWER = (
    "pso@antwerp.demo",
    "About six weeks here:\n\n1. two weeks in which both ways worked,\n"
    "2. a person at the gate who helped, not refused,\n"
    "3. the old way off on a Tuesday, not on a Monday.",
)


def seed_questions(at: datetime) -> int:
    """Ask the demo's questions, unless there are any. Returns how many."""
    with acting_as(*cast_member(ASKED[0][0])):
        if Question.objects.exists():
            return 0
    made: list[UUID] = []
    for email, draft, circle, days in ASKED:
        with acting_as(*cast_member(email)):
            to = queries.addressing(
                draft.asked_of,
                [Circle.objects.get(slug=circle).id],
                Tlp.AMBER if draft.asked_of == "circle" else Tlp.GREEN,
            )
            made.append(actions.ask(draft=draft, to=to, at=at - timedelta(days=days), provenance="invented").record_id)
    with acting_as(*cast_member(ANSWER[0])):
        helped = actions.answer(made[1], text=ANSWER[1], language="en", at=at)
    with acting_as(*cast_member(ASKED[1][0])):
        actions.do(made[1], "accept", at=at, target=helped)
    return len(made)
