"""The form by which an administrator says where the record store is and what goes there."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.training.stores.models import RecordStore
from port2port.training.stores.rules import LONGEST, VERSIONS, Plan
from port2port.training.stores.words import ACTORS, WAYS


class StoreForm(forms.Form):
    """Where it is, what lets us in, how people are named there, and whether failed attempts go there."""

    url = forms.CharField(
        label=_("Address of the store"), max_length=LONGEST["url"], widget=forms.URLInput(),
        help_text=_("Its xAPI endpoint, without “statements”, such as https://lrs.example/xapi/"),
    )  # fmt: skip
    version = forms.ChoiceField(label=_("Version of xAPI"), choices=[(one, one) for one in VERSIONS])
    way = forms.ChoiceField(label=_("How it lets us in"), choices=list(WAYS.items()), widget=forms.RadioSelect)
    user = forms.CharField(
        label=_("Name"), max_length=LONGEST["user"], required=False,
        help_text=_("For Basic; some stores call it the key."),
    )  # fmt: skip
    secret = forms.CharField(
        label=_("Password or token"), max_length=LONGEST["secret"], required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text=_("It is kept sealed and never shown."),
    )  # fmt: skip
    actor = forms.ChoiceField(
        label=_("How your people are named there"), choices=list(ACTORS.items()), widget=forms.RadioSelect,
        help_text=_("Take the number if the store can work with it: e-mail addresses are personal data that leave."),
    )  # fmt: skip
    failed = forms.BooleanField(
        label=_("Tell it too who did not pass a quiz"), required=False,
        help_text=_("Only of attempts begun from now on. Your people are told so before they begin."),
    )  # fmt: skip
    earlier = forms.BooleanField(label=_("Send what happened before as well"), required=False)

    def __init__(self, sent: Any = None, *, store: RecordStore | None = None) -> None:
        initial: dict[str, Any] = {"way": "basic", "actor": "account", "version": VERSIONS[0]}
        if store is not None:
            initial = {name: getattr(store, name) for name in ("url", "version", "way", "actor")}
            initial["failed"] = store.failed_from is not None
        super().__init__(sent, initial=initial)
        if store is not None:
            del self.fields["earlier"]
            self.fields["secret"].help_text = _("Leave it empty to keep the one that is there.")

    def plan(self) -> Plan:
        """Return what was filled in."""
        said = self.cleaned_data
        return Plan(
            said["url"].strip(), said["way"], said["user"].strip(), said["secret"], said["version"], said["actor"],
            said["failed"], said.get("earlier", False),
        )  # fmt: skip

    def put(self, problems: list[Problem]) -> None:
        """Show problems at their fields."""
        for one in problems:
            self.add_error(one.field if one.field in self.fields else None, str(one.message))
