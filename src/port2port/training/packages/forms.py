"""The forms by which a trainer brings a package in: the file, then what it is. No decision is made here."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from port2port.measures.forms import Put
from port2port.measures.operations.forms import clean
from port2port.members.data_files import label
from port2port.site.reader import language
from port2port.training.courses.contents import CourseHead, topics, word
from port2port.training.packages.rules import BETWEEN, LONGEST, Head


class PackageFileForm(forms.Form):
    """A package to look at; nothing is written before its head is said."""

    file = forms.FileField(
        label=gettext_lazy("Package (ZIP)"), widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=gettext_lazy("SCORM 1.2 or SCORM 2004, of one part, at most 9 MB."),
    )  # fmt: skip


def _number(name: str, words: Any, **more: Any) -> forms.IntegerField:
    least, most = BETWEEN[name]
    return forms.IntegerField(label=words, min_value=least, max_value=most, **more)


class PackageForm(Put):
    """What the package is, and what a pass of it is worth."""

    ticket = forms.CharField(widget=forms.HiddenInput)
    language = forms.ChoiceField(label=gettext_lazy("Language of the package"), choices=settings.LANGUAGES)
    name = forms.CharField(label=gettext_lazy("Name of the course"), max_length=LONGEST["name"])
    summary = forms.CharField(
        label=gettext_lazy("What is it about?"), max_length=LONGEST["summary"], widget=forms.Textarea(attrs={"rows": 3})
    )
    minutes = _number("minutes", gettext_lazy("How many minutes?"), initial=15)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("Topics of the ISPS Code"), widget=forms.CheckboxSelectMultiple
    )  # fmt: skip
    valid_months = _number("valid_months", gettext_lazy("For how many months does a pass count?"), initial=24)
    grace_days = _number(
        "grace_days", gettext_lazy("How many days do passes count on after a newer version?"), initial=90
    )  # fmt: skip

    def __init__(self, sent: Any = None, *, head: CourseHead | None = None, title: str = "", ticket: str = "") -> None:
        code = language()
        initial: dict[str, Any] = {"language": code, "name": title[: LONGEST["name"]], "ticket": ticket}
        if head is not None:
            said = next(iter(head.names))
            initial |= {
                "language": said, "name": head.names[said], "summary": label(head.summary, said),
                "minutes": head.minutes, "topics": head.topics, "valid_months": head.valid_months,
                "grace_days": head.grace_days,
            }  # fmt: skip
        super().__init__(sent, initial=initial)
        every = [(one.code, f"{word('audiences', one.audience, code)}: {one.label(code)}") for one in topics().list]
        self.set_choices(topics=every)

    def value(self) -> Head:
        """Return what was typed."""
        data = self.cleaned_data
        return Head(
            data["language"], clean(data["name"]), clean(data["summary"]), data["minutes"], tuple(data["topics"]),
            data["valid_months"], data["grace_days"],
        )  # fmt: skip
