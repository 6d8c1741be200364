"""How the network governs itself: the tables of each part, gathered for Django."""

from port2port.governance.charter.models import Acceptance, CharterText, Exemption
from port2port.governance.desk.models import Breach, BreachStep, Request, RequestStep, Trace

__all__ = ["Acceptance", "Breach", "BreachStep", "CharterText", "Exemption", "Request", "RequestStep", "Trace"]
