"""What the network knows: the tables of each part, gathered for Django."""

from port2port.knowledge.experts.models import Expert, Expertise
from port2port.knowledge.questions.models import Question, QuestionEvent, Told

__all__ = ["Expert", "Expertise", "Question", "QuestionEvent", "Told"]
