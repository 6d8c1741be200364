"""The field in which somebody pastes a certificate or a key, the same in every form."""

from typing import Any

from django import forms

from port2port.exchange.certificates import LONGEST_PEM


class PemField(forms.CharField):
    """Text in PEM form; takes what any field takes."""

    def __init__(self, **said: Any) -> None:
        attributes = {"rows": 3, "autocomplete": "off", "spellcheck": "false", "class": "u-mono"}
        super().__init__(max_length=LONGEST_PEM, widget=forms.Textarea(attrs=attributes), **said)
