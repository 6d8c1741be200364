"""The form by which a machine is bound to a client certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.exchange.certificates import LONGEST_PEM


class CertificateForm(forms.Form):
    """The certificate without which its tokens do not work."""

    certificate = forms.CharField(
        label=_("Its client certificate"),
        max_length=LONGEST_PEM,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "class": "u-mono"}),
        help_text=_("In PEM form. Its tokens work with it alone; leave it empty to let them work without."),
    )
