"""The forms of practices: what a person types, turned into drafts and choices. No decision is made here."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.knowledge.practices.actions import About
from port2port.knowledge.practices.queries import Filters
from port2port.knowledge.practices.rules import FIELD_WORDS, LONGEST, WRITTEN, Draft
from port2port.knowledge.practices.vocabulary import terms
from port2port.measures.forms import Addressed, Put, day_field
from port2port.members.places import Places
from port2port.reports.attachments.forms import FilesField
from port2port.reports.forms import OWN_NAMES, Choices, method_choices
from port2port.reports.forms import terms as choices_of
from port2port.reports.vocabulary import threats
from port2port.site.reader import language

MARKDOWN = gettext_lazy("Markdown: lists with -, bold with **, links, pictures of this practice.")


def _area(name: str, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=FIELD_WORDS[name], required=required, widget=forms.Textarea, help_text=help_text)


class FilterForm(Put):
    """What the list is narrowed to; by address, so that it can be kept and sent."""

    q = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=200)
    topic = forms.ChoiceField(label=FIELD_WORDS["topic"], required=False)
    maturity = forms.ChoiceField(label=FIELD_WORDS["maturity"], required=False)
    language = forms.ChoiceField(label=FIELD_WORDS["language"], required=False)
    port = forms.ChoiceField(label=gettext_lazy("Port"), required=False)
    modus_operandi = forms.ChoiceField(label=gettext_lazy("Modus operandi"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        every = _("All")
        self.set_choices(
            topic=choices_of(terms()["topics"], every),
            maturity=choices_of(terms()["maturities"], every),
            language=[("", every), *OWN_NAMES.items()],
            port=_ports(places, every),
            modus_operandi=method_choices(every),
            state=choices_of(terms()["states"], every),
        )

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        return Filters(**{name: self.cleaned_data.get(name) or "" for name in Filters.__dataclass_fields__})


class WriteForm(Addressed):
    """The text of a practice, what it is about, and whom it will reach."""

    title = forms.CharField(label=FIELD_WORDS["title"], max_length=LONGEST["title"])
    topic = forms.ChoiceField(label=FIELD_WORDS["topic"])
    maturity = forms.ChoiceField(label=FIELD_WORDS["maturity"])
    context = _area("context", required=True, help_text=gettext_lazy("Where, and which problem it was to solve."))
    done = _area("done", required=True, help_text=MARKDOWN)
    cost = _area("cost", help_text=gettext_lazy("Money, people, time: an order of magnitude is enough."))
    outcome = _area("outcome", help_text=gettext_lazy("With a figure where there is one, and how it was counted."))
    wrong = _area("wrong", help_text=gettext_lazy("What others pay for most, when nobody tells them."))
    conditions = _area("conditions", help_text=gettext_lazy("What must be there first; what a small port needs."))
    modi = forms.MultipleChoiceField(label=FIELD_WORDS["modi"], widget=forms.CheckboxSelectMultiple, required=False)
    contact = forms.CharField(
        label=FIELD_WORDS["contact"], required=False, max_length=LONGEST["contact"],
        help_text=gettext_lazy("A desk or a function, not a person's own number."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    threat = forms.ChoiceField(label=gettext_lazy("Against what?"), required=False)
    port = forms.ChoiceField(label=gettext_lazy("At which port?"), required=False)
    review_on = day_field(gettext_lazy("When will it be looked at again?"))
    original_number = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    may_stand = forms.BooleanField(
        label=gettext_lazy("What is pointed out here may stand: it tells nobody whose case it was"), required=False
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Places, original: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = language()
        numbers: Choices = [(str(n), _("Version %(n)d") % {"n": n}) for n in range(original, 0, -1)]
        self.set_choices(
            topic=choices_of(terms()["topics"], _("Choose a topic")),
            maturity=choices_of(terms()["maturities"], _("Choose")),
            modi=[(one, name) for _group, group in method_choices("")[1:] for one, name in group],
            language=list(OWN_NAMES.items()),
            threat=[("", _("None in particular")), *((one.code, one.label(code)) for one in threats())],
            port=_ports(places, _("None in particular")),
            original_number=[("", _("As before")), *numbers],
        )  # fmt: skip
        self.fields["original_number"].label = _("Which version of the original does it say now?")

    def draft(self) -> Draft:
        """Return what was typed as a draft, also when parts are missing."""
        data = self.cleaned_data
        values = {name: _clean(data.get(name)) for name in WRITTEN}
        return Draft(
            **values, topic=data.get("topic") or "", maturity=data.get("maturity") or "",
            modi=tuple(data.get("modi") or ()), language=data.get("language") or language(),
        )  # fmt: skip

    def about(self) -> About:
        """Return what is said beside the text. Raises Invalid when nobody was chosen."""
        data = self.cleaned_data
        return About(data.get("threat") or "", data.get("port") or "", self.addressing())


class PublishForm(Put):
    """Until when it holds without being looked at."""

    review_on = day_field(gettext_lazy("When will it be looked at again?"))


class ExperienceForm(Put):
    """What it was like at one's own place."""

    experience = forms.CharField(
        label=gettext_lazy("What was it like at your place?"), widget=forms.Textarea,
        help_text=gettext_lazy("What you changed, what it cost you, what came of it. Readers of the practice read it."),
    )  # fmt: skip


class LinkForm(Put):
    """A record that a practice belongs to, by its address or number."""

    target = forms.CharField(label=gettext_lazy("Link or number of a report, measure or lesson"), max_length=200)


class FilesForm(Put):
    """Pictures and documents for a draft."""

    files = FilesField(  # type: ignore[assignment]  # a form has the files that were sent under this name
        label=gettext_lazy("Files"), allow_empty_file=True,
        error_messages={"required": gettext_lazy("Choose at least one file.")},
        help_text=gettext_lazy(
            "Pictures (JPEG, PNG, WebP), PDF, Office documents without macros, text. At most 10 MB together. Position,"
            " author and other hidden data are taken out. No faces, names or plates."
        ),
    )  # fmt: skip


def _ports(places: Places, empty: str) -> Choices:
    return [("", empty), *((one.code, one.names.get(language(), one.code)) for one in places.ports.values())]


def _clean(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()
