"""How the network governs itself: the tables of each part, gathered for Django."""

from port2port.governance.charter.models import Acceptance, CharterText, Exemption

__all__ = ["Acceptance", "CharterText", "Exemption"]
