"""The cases of the demo: invented, and they say so; made through the real actions."""

from datetime import datetime
from uuid import UUID

from port2port.helpdesk import actions
from port2port.helpdesk.actions import LessonDraft
from port2port.helpdesk.models import Case
from port2port.helpdesk.rules import Draft
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.members.models import Circle
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp

AGENT, TERMINAL, DESK = "contact@agent.demo", "pfso@quay1.demo", "pso@antwerp.demo"


def seed_cases(at: datetime) -> int:
    """Make the demo's cases and a lesson, unless there are any. Returns how many cases."""
    with acting_as(*cast_member(AGENT)):
        if Case.objects.exists():
            return 0
        badges = _asked(
            "screening",
            "Een chauffeur van een onderaannemer heeft nog geen badge. Mag hij onder begeleiding op de kaai, en wie"
            " moet dan bij hem blijven?",
            at,
        )
        _asked(
            "release",
            "Is it normal that a haulier asks us by telephone for a release code? We say no, but they call every week.",
            at,
        )
    with acting_as(*cast_member(TERMINAL)):
        cameras = _asked(
            "drones_cameras",
            "Hoe lang mogen wij beelden van de nieuwe poortcamera's bewaren, en wie mag ze bij ons opvragen?",
            at,
        )
    with acting_as(*cast_member(DESK)):
        actions.do(badges, "take", at=at)
        actions.do(badges, "note", text="Same question as last spring; the rule has not changed.", at=at)
        actions.do(
            badges,
            "answer",
            text="Ja, als bezoeker: hij staat in het register, en iemand met een eigen badge blijft de hele tijd bij"
            " hem. Voor meer dan één dag vraagt u beter een tijdelijke badge aan.",
            at=at,
        )
        actions.do(cameras, "ask", text="Gaat het om camera's aan de openbare weg of alleen op uw terrein?", at=at)
        everybody = Circle.objects.get(slug="all-members").id
        actions.share_lesson(
            badges,
            draft=LessonDraft(
                title="A driver without a badge is a visitor, and is never alone",
                question="May somebody without a badge of their own work on the quay for a day?",
                answer="As a visitor: entered in the register and accompanied all the time by somebody who holds a"
                " badge. For longer, ask for a temporary badge.",
                language="en",
            ),
            to=Addressing((everybody,), Tlp.GREEN),
            at=at,
        )
    return 3


def _asked(topic: str, text: str, at: datetime) -> UUID:
    language = "en" if topic == "release" else "nl"
    draft = Draft(topic=topic, text=text, language=language, port="BEANR")
    made = actions.open_case(draft=draft, at=at, provenance="invented")
    return made.record_id
