"""The form of the next version of a text. The action checks what it gives."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from port2port.compliance.forms import Put
from port2port.governance.charter.actions import LONGEST_WHY, Draft
from port2port.governance.charter.models import CharterText
from port2port.governance.charter.register import LONGEST, MOST_DAYS, register
from port2port.members.data_files import LANGUAGES
from port2port.members.roles import ROLES

MAY_ACCEPT = tuple(code for code in ROLES if code not in ("service", "protected_reporter"))


class VersionForm(Put):
    """The text in each language, what changed, whether it must be accepted again, by whom and within how many days."""

    why = forms.CharField(label=_("What changed, and why?"), widget=forms.Textarea, max_length=LONGEST_WHY)
    nl = forms.CharField(label=_("The text in Dutch"), widget=forms.Textarea, max_length=LONGEST)
    fr = forms.CharField(label=_("The text in French"), widget=forms.Textarea, max_length=LONGEST)
    de = forms.CharField(label=_("The text in German"), widget=forms.Textarea, max_length=LONGEST)
    en = forms.CharField(label=_("The text in English"), widget=forms.Textarea, max_length=LONGEST)
    asks = forms.BooleanField(
        label=_("Every member must accept it again"), required=False, initial=True,
        help_text=_("Leave this out only for what binds nobody: a slip of the pen, an address."),
    )  # fmt: skip
    days = forms.IntegerField(label=_("Days to accept it"), min_value=1, max_value=MOST_DAYS)
    entitled = forms.MultipleChoiceField(
        label=_("Who may accept it for an organisation"), widget=forms.CheckboxSelectMultiple,
        choices=[(code, ROLES[code].title) for code in MAY_ACCEPT],
    )  # fmt: skip

    def field_of(self, name: str) -> str:
        """Return the field that a problem speaks of."""
        return name.removeprefix("bodies.")

    def draft(self, code: str) -> Draft:
        """Return what was written."""
        said = self.cleaned_data
        bodies = {language: said[language].replace("\r\n", "\n") for language in LANGUAGES}
        return Draft(code, bodies, said["why"], said["asks"], said["days"], tuple(said["entitled"]))


def begun(text: CharterText) -> dict[str, Any]:
    """Return what the form begins with: the version in force."""
    return {
        **{language: text.bodies.get(language, "") for language in LANGUAGES},
        "asks": True, "days": register().head.days, "entitled": text.entitled,
    }  # fmt: skip
