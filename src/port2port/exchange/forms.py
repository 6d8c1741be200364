"""The form by which a person says what a sent incident is about."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.members.facts import facts
from port2port.members.network_data import label
from port2port.reports.vocabulary import threats
from port2port.site.reader import language


class AcceptForm(forms.Form):
    """Threat and port, chosen already where the incident says so."""

    threat = forms.ChoiceField(label=_("What is it about?"), choices=())
    port = forms.ChoiceField(label=_("Which port?"), choices=())

    def __init__(self, sent: Mapping[str, str] | None, said: Mapping[str, Any]) -> None:
        super().__init__(sent, initial={"threat": said.get("threat"), "port": said.get("port")})
        code = language()
        ports = [one for one in facts().ports.values() if one.member]
        self.fields["threat"].choices = [(one.code, one.label(code)) for one in threats()]  # type: ignore[attr-defined]
        self.fields["port"].choices = sorted(  # type: ignore[attr-defined]
            ((one.locode, label(one.names, code)) for one in ports), key=lambda pair: pair[1]
        )
