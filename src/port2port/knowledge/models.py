"""What the network knows: the tables of each part, gathered for Django."""

from port2port.knowledge.experts.models import Expert, Expertise
from port2port.knowledge.practices.models import Endorsement, Practice, PracticeFile, PracticeLink, PracticeText
from port2port.knowledge.questions.models import Question, QuestionEvent, Told
from port2port.knowledge.systems.models import Installation, Measurement, Procurement

__all__ = [
    "Endorsement",
    "Expert",
    "Expertise",
    "Installation",
    "Measurement",
    "Practice",
    "PracticeFile",
    "PracticeLink",
    "PracticeText",
    "Procurement",
    "Question",
    "QuestionEvent",
    "Told",
]
