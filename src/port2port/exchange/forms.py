"""The form by which a person says what a sent incident is about."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from port2port.members.facts import facts
from port2port.members.network_data import label
from port2port.reports.vocabulary import threats
from port2port.site.reader import language

WITH_CIRCLE, OWN = "circle", "own"


class AcceptForm(forms.Form):
    """Threat and port, chosen already where the incident says so; and for whom, if it came for a circle of ours."""

    threat = forms.ChoiceField(label=_("What is it about?"), choices=())
    port = forms.ChoiceField(label=_("Which port?"), choices=())

    def __init__(self, sent: Mapping[str, str] | None, said: Mapping[str, Any], circle: str = "") -> None:
        super().__init__(sent, initial={"threat": said.get("threat"), "port": said.get("port")})
        code = language()
        ports = [one for one in facts().ports.values() if one.member]
        self.fields["threat"].choices = [(one.code, one.label(code)) for one in threats()]  # type: ignore[attr-defined]
        self.fields["port"].choices = sorted(  # type: ignore[attr-defined]
            ((one.locode, label(one.names, code)) for one in ports), key=lambda pair: pair[1]
        )
        if circle:  # what it came for is proposed; it never goes further
            self.fields["audience"] = forms.ChoiceField(
                label=_("Who should know?"),
                choices=[(WITH_CIRCLE, format_lazy(_("Your organisation and {circle}"), circle=circle)),
                         (OWN, _("Your organisation alone"))],
                initial=WITH_CIRCLE,
                widget=forms.RadioSelect,
                help_text=_("It came for a sharing group of a MISP that is this circle here. It can never go further."),
            )  # fmt: skip
