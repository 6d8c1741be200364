"""The form by which an administrator takes a TAK server on, or changes one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.exchange.models import TakServer
from port2port.exchange.pem_fields import PemField
from port2port.exchange.tak.actions import LONGEST_ADDRESS, LONGEST_NAME, WIDEST, Target
from port2port.sharing.tlp import Tlp


class TakForm(forms.Form):
    """Where it is, what it gets, and by which certificates both sides know each other."""

    name = forms.CharField(label=_("Which TAK server?"), max_length=LONGEST_NAME)
    address = forms.CharField(
        label=_("Host and port"), max_length=LONGEST_ADDRESS, help_text=_("Such as tak.example:8089, over TLS.")
    )
    tlp = forms.ChoiceField(
        label=_("Up to which mark?"),
        choices=[(tlp.name, tlp.label) for tlp in reversed(WIDEST)],
        help_text=_("All who are on the server see it. Nothing above TLP:GREEN goes there."),
    )
    certificate = PemField(label=_("Our certificate (PEM)"), help_text=_("The keeper of the server makes it for you."))
    key = PemField(label=_("Its key (PEM, without a password)"), help_text=_("It is kept sealed and never shown."))
    ca = PemField(
        label=_("Who vouches for the server (PEM)"),
        required=False,
        help_text=_("Leave it empty for a certificate that every machine trusts."),
    )

    def __init__(self, sent: Any = None, *, server: TakServer | None = None) -> None:
        initial = {}
        if server is not None:
            initial = {one: getattr(server, one) for one in ("name", "address", "certificate", "ca")}
            initial["tlp"] = Tlp(server.tlp).name
        super().__init__(sent, initial=initial)
        if server is not None:
            self.fields["key"].required = False
            self.fields["key"].help_text = _("Leave it empty to keep the one that is there.")

    def target(self) -> Target:
        """Return what was filled in."""
        said = self.cleaned_data
        return Target(**(said | {"tlp": Tlp[said["tlp"]]}))
