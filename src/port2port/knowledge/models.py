"""What the network knows: the tables of each part, gathered for Django."""

from port2port.knowledge.experts.models import Expert, Expertise

__all__ = ["Expert", "Expertise"]
