"""The demo's follows: so that the news of some of the cast begin with what they wish to hear of."""

from datetime import datetime

from port2port.home.following.actions import follow
from port2port.members.acting import acting_as
from port2port.members.cast import cast_member

FOLLOWED = (
    ("pso@antwerp.demo", "threat", "drone_misuse"),
    ("pso@antwerp.demo", "port", "BEGNE"),
    ("pso@northsea.demo", "port", "BEANR"),
    ("analyst@commissioner.demo", "threat", "drug_smuggling"),
)


def seed_follows(*, at: datetime) -> None:
    """Let some of the cast follow a threat or a port. Run again it changes nothing."""
    for email, subject, key in FOLLOWED:
        with acting_as(*cast_member(email)):
            follow(subject, key, at=at)
