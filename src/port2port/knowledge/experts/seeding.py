"""What the cast of the demo knows: invented, as the cast is; declared and confirmed through the real actions."""

from datetime import datetime, timedelta

from port2port.knowledge.experts import actions, queries
from port2port.knowledge.experts.models import Expert
from port2port.knowledge.experts.rules import Declaration
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member

DECLARED: tuple[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    ("pso@antwerp.demo", ("identity_release", "release_fraud", "approaches"), ("nl", "en"), ("question", "duty_desk")),
    ("pso@northsea.demo", ("drone_detection", "underwater", "inland_shipping"), ("nl", "en"), ("question",)),
    ("pso@ostend.demo", ("drones", "exercises"), ("nl", "fr", "en"), ("question", "mail")),
    ("pso@liege.demo", ("visitors", "inland_shipping", "security_plans"), ("fr", "en"), ("question",)),
    ("analyst@police.demo", ("insider", "release_fraud"), ("nl", "fr"), ("question",)),
    ("officer@customs.demo", ("inspections", "seals", "dogs"), ("nl", "fr", "de"), ("question", "duty_desk")),
)
CONFIRMED = ("director@antwerp.demo", "pso@antwerp.demo", "identity_release")


def seed_experts(at: datetime) -> int:
    """Let the cast declare what they know, unless somebody has. Returns how many declared."""
    with acting_as(*cast_member(DECLARED[0][0])):
        if Expert.objects.exists():
            return 0
    for email, topics, languages, reaches in DECLARED:
        with acting_as(*cast_member(email)):
            colleagues = queries.colleagues()
            said = Declaration(
                topics=topics,
                languages=languages,
                reaches=reaches,
                until=(at + timedelta(days=365)).date(),
                circles=tuple(queries.default_circles(queries.circles())),
                mail=email if "mail" in reaches else "",
                asked=colleagues[0][0] if colleagues else None,
            )
            made = actions.declare(said, at=at)
        if email == CONFIRMED[1]:
            with acting_as(*cast_member(CONFIRMED[0])):
                actions.confirm(made.expert.id, topic=CONFIRMED[2], at=at)
    return len(DECLARED)
