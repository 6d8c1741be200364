"""The form by which an administrator takes a TAK server on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.exchange.certificates import LONGEST_PEM
from port2port.exchange.tak.actions import LONGEST_ADDRESS, LONGEST_NAME, WIDEST, Target
from port2port.sharing.tlp import Tlp

PEM = {"rows": 4, "spellcheck": "false", "autocomplete": "off"}


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
    certificate = forms.CharField(
        label=_("Our certificate (PEM)"), max_length=LONGEST_PEM, widget=forms.Textarea(attrs=PEM),
        help_text=_("The keeper of the server makes it for you."),
    )  # fmt: skip
    key = forms.CharField(
        label=_("Its key (PEM, without a password)"), max_length=LONGEST_PEM, widget=forms.Textarea(attrs=PEM),
        help_text=_("It is kept sealed and never shown."),
    )  # fmt: skip
    ca = forms.CharField(
        label=_("Who vouches for the server (PEM)"), max_length=LONGEST_PEM, widget=forms.Textarea(attrs=PEM),
        required=False, help_text=_("Leave it empty for a certificate that every machine trusts."),
    )  # fmt: skip

    def target(self) -> Target:
        """Return what was filled in."""
        said = self.cleaned_data
        return Target(**(said | {"tlp": Tlp[said["tlp"]]}))
