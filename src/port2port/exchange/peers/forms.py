"""The form by which an administrator links with another node, or changes the link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.exchange.models import Peer
from port2port.exchange.peers.actions import LONGEST_COLLECTION, LONGEST_NAME, LONGEST_TOKEN, Link
from port2port.exchange.pem_fields import PemField

LONGEST_ADDRESS = 2000


class PeerForm(forms.Form):
    """Where a node is, by which token it lets us in, and which way objects go."""

    name = forms.CharField(label=_("Which node?"), max_length=LONGEST_NAME, help_text=_("As your people call it."))
    root = forms.CharField(
        label=_("Address of its TAXII root"),
        max_length=LONGEST_ADDRESS,
        widget=forms.URLInput(),
        help_text=_("Such as https://node.example/taxii2/p2p/"),
    )
    token = forms.CharField(
        label=_("Their token for us"),
        max_length=LONGEST_TOKEN,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("They make it for you. It is kept sealed and never shown."),
    )
    pulls = forms.BooleanField(label=_("Read from it"), required=False, initial=True)
    pushes = forms.BooleanField(label=_("Send to it what its machine here sees"), required=False)
    collection = forms.CharField(label=_("Collection to read"), max_length=LONGEST_COLLECTION, initial="all")
    inbox = forms.CharField(label=_("Collection to send to"), max_length=LONGEST_COLLECTION, initial="inbox")
    verified = forms.BooleanField(
        label=_("I checked where its data goes: its machine here may have TLP:AMBER for a year"), required=False
    )

    certificate = PemField(
        label=_("Our client certificate, if they ask for one"),
        required=False,
        help_text=_("In PEM form, with what it leads to below it."),
    )
    key = PemField(
        label=_("Its private key"),
        required=False,
        help_text=_("In PEM form, without a password. It is kept sealed and never shown."),
    )
    trust = PemField(
        label=_("Their certificate or authority, if this machine does not trust it"),
        required=False,
        help_text=_("In PEM form. Then nothing else is believed."),
    )

    def __init__(self, sent: Any = None, *, peer: Peer | None = None) -> None:
        names = ("name", "root", "pulls", "pushes", "collection", "inbox", "certificate", "trust")
        super().__init__(sent, initial={one: getattr(peer, one) for one in names} if peer is not None else {})
        self.fields["token"].required = peer is None
        if peer is not None:
            del self.fields["verified"]
            self.fields["token"].help_text = _("Leave it empty to keep the one that is there.")
            if peer.key is not None:
                self.fields["key"].help_text = _("Leave it empty to keep the one that is there.")

    def link(self) -> Link:
        """Return what was filled in."""
        said = self.cleaned_data
        names = ("name", "root", "token", "pulls", "pushes", "collection", "inbox", "certificate", "key", "trust")
        return Link(**{one: said[one] for one in names})
