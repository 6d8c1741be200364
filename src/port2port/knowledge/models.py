"""What the network knows: the tables of each part, gathered for Django."""

from port2port.knowledge.practices.models import Endorsement, Practice, PracticeFile, PracticeLink, PracticeText
from port2port.knowledge.systems.models import Installation, Measurement, Procurement

__all__ = [
    "Endorsement",
    "Installation",
    "Measurement",
    "Practice",
    "PracticeFile",
    "PracticeLink",
    "PracticeText",
    "Procurement",
]
