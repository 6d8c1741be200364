"""How the network governs itself: the tables of each part, gathered for Django."""

from port2port.governance.desk.models import Breach, BreachStep, Request, RequestStep, Trace

__all__ = ["Breach", "BreachStep", "Request", "RequestStep", "Trace"]
