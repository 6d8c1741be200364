"""What the network knows: the tables of each part, gathered for Django."""

from port2port.knowledge.systems.models import Installation, Measurement, Procurement

__all__ = ["Installation", "Measurement", "Procurement"]
