"""The form by which a machine is bound to a client certificate."""

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.exchange.pem_fields import PemField


class CertificateForm(forms.Form):
    """The certificate without which its tokens do not work."""

    certificate = PemField(
        label=_("Its client certificate"),
        required=False,
        help_text=_("In PEM form. Its tokens work with it alone; leave it empty to let them work without."),
    )
