"""The forms of the register: what a person types, turned into values and choices. No decision is made here."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.knowledge.systems.queries import Filters
from port2port.knowledge.systems.rules import Assessment, Bought, Installed, Measured
from port2port.knowledge.systems.vocabulary import terms
from port2port.measures.forms import Addressed, Put, day_field
from port2port.members.places import Places
from port2port.reports.forms import OWN_NAMES, Choices
from port2port.reports.forms import terms as choices_of
from port2port.sharing.addressing import Reporter
from port2port.sharing.legal_basis import legal_bases
from port2port.site.reader import language

AUDIENCE = ("audience", "circles", "organisations", "persons", "tlp")


def _text(value: Any) -> str:
    return str(value or "").replace("\r\n", "\n").strip()


def place_choices(places: Places, who: Reporter) -> Choices:
    """Return ports with their facilities, one's own first."""

    def name(names: dict[str, str], code: str) -> str:
        return names.get(language(), code)

    own = [places.ports[code] for code in who.ports if code in places.ports]
    others = [port for port in places.ports.values() if port not in own and port.kind != "unspecified"]
    groups: Choices = [("", _("Choose a place"))]
    for port in (*own, *others):
        there = [(f.code, name(f.names, f.code)) for f in places.facilities.values() if f.port == port.code]
        groups.append((name(port.names, port.code), [(port.code, name(port.names, port.code)), *there]))
    return groups


class InstallationForm(Addressed):
    """A system in use, and who sees it."""

    kind = forms.ChoiceField(label=gettext_lazy("What kind of system?"))
    maker = forms.CharField(label=gettext_lazy("Maker"), widget=forms.TextInput(attrs={"list": "makers"}))
    product = forms.CharField(
        label=gettext_lazy("Product"), widget=forms.TextInput(attrs={"list": "products"}),
        help_text=gettext_lazy("Spelled as the maker does: by it your figures meet those of other ports."),
    )  # fmt: skip
    version = forms.CharField(label=gettext_lazy("Version"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Where?"))
    since = day_field(gettext_lazy("In use since"))
    until = day_field(gettext_lazy("In use until"))
    purpose = forms.CharField(
        label=gettext_lazy("What is it for?"), widget=forms.Textarea,
        help_text=gettext_lazy("One or two sentences. No positions, no blind spots."),
    )  # fmt: skip
    legal_basis = forms.ChoiceField(label=gettext_lazy("Legal basis of its use"), required=False)
    legal_citation = forms.CharField(
        label=gettext_lazy("Citation"), required=False,
        help_text=gettext_lazy("The law and article, when the list does not have it or to say it exactly."),
    )  # fmt: skip
    retention_days = forms.IntegerField(
        label=gettext_lazy("Days its footage or data are kept"), required=False,
        help_text=gettext_lazy("0 when nothing is kept."),
    )  # fmt: skip
    rights = forms.ChoiceField(
        label=gettext_lazy("Fundamental-rights impact assessment"), widget=forms.RadioSelect,
        help_text=gettext_lazy("AI Act, article 27."),
    )  # fmt: skip
    rights_on = day_field(gettext_lazy("Done on"))
    rights_reason = forms.CharField(label=gettext_lazy("Why it is not needed"), required=False)
    privacy = forms.ChoiceField(
        label=gettext_lazy("Data-protection impact assessment"), widget=forms.RadioSelect,
        help_text=gettext_lazy("GDPR, article 35."),
    )  # fmt: skip
    privacy_on = day_field(gettext_lazy("Done on"))
    privacy_reason = forms.CharField(label=gettext_lazy("Why it is not needed"), required=False)
    ai_class = forms.ChoiceField(label=gettext_lazy("Class under the AI Act"))
    ai_article = forms.CharField(
        label=gettext_lazy("Article"), required=False,
        help_text=gettext_lazy("When it should say more than the class does, such as the point of annex III."),
    )  # fmt: skip
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, places: Places, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = terms()
        assessments = [(one.code, one.label(language())) for one in words.assessments]
        self.use_required_attribute = False  # what is missing is named all at once
        for name in ("since", "retention_days"):
            self.fields[name].required = True
        self.set_choices(
            kind=choices_of(words.kinds, _("Choose a kind")), place=place_choices(places, self.who),
            legal_basis=[("", _("None of the list")), *((one.code, one.label(language())) for one in legal_bases())],
            rights=assessments, privacy=assessments, ai_class=choices_of(words.ai_classes, _("Choose a class")),
            language=list(OWN_NAMES.items()),
        )  # fmt: skip
        if fixed:  # who sees it stays as it was
            for name in AUDIENCE:
                del self.fields[name]

    def installed(self) -> Installed:
        """Return what was typed, also when parts are missing."""
        data = self.cleaned_data
        texts = {
            name: _text(data.get(name))
            for name in ("kind", "maker", "product", "version", "purpose", "legal_basis", "legal_citation", "ai_class",
                         "ai_article")
        }  # fmt: skip
        return Installed(
            **texts, retention_days=data.get("retention_days"), rights=self._assessment("rights"),
            privacy=self._assessment("privacy"), since=data.get("since"), until=data.get("until"),
            language=data.get("language") or language(),
        )  # fmt: skip

    def _assessment(self, name: str) -> Assessment:
        data = self.cleaned_data
        return Assessment(
            data.get(name) or "", data.get(f"{name}_on"), _text(data.get(f"{name}_reason"))
        )  # fmt: skip


class ResultForm(Addressed):
    """What a system did in a period: a confusion table with its conditions."""

    since = day_field(gettext_lazy("From"))
    until = day_field(gettext_lazy("To"))
    hours = forms.FloatField(
        label=gettext_lazy("Hours observed"), required=False,
        help_text=gettext_lazy("In which it ran and somebody kept count."),
    )  # fmt: skip
    alarms = forms.IntegerField(label=gettext_lazy("Alarms"), required=False)
    true_alarms = forms.IntegerField(label=gettext_lazy("of these true"), required=False)
    false_alarms = forms.IntegerField(
        label=gettext_lazy("of these false"), required=False,
        help_text=gettext_lazy("An alarm that nobody looked into is neither: leave it out of both."),
    )  # fmt: skip
    missed = forms.IntegerField(
        label=gettext_lazy("Missed"), required=False,
        help_text=gettext_lazy("Leave it empty when nobody knows. 0 means that somebody made sure."),
    )  # fmt: skip
    truth = forms.ChoiceField(label=gettext_lazy("How was the truth established?"))
    light = forms.ChoiceField(label=gettext_lazy("Light"), required=False)
    weather = forms.CharField(label=gettext_lazy("Weather"), required=False)
    traffic = forms.CharField(label=gettext_lazy("Traffic"), required=False)
    threshold = forms.CharField(label=gettext_lazy("Threshold setting"), required=False)
    remarks = forms.CharField(label=gettext_lazy("Remarks"), required=False, widget=forms.Textarea)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name in ("since", "until", "hours", "alarms", "true_alarms", "false_alarms"):
            self.fields[name].required = True
        self.set_choices(
            truth=choices_of(terms().truths, _("Choose")), light=choices_of(terms().lights, _("Not said")),
            language=list(OWN_NAMES.items()),
        )  # fmt: skip

    def measured(self) -> Measured:
        """Return what was typed, also when parts are missing."""
        data = self.cleaned_data
        numbers: dict[str, Any] = {
            name: data.get(name)
            for name in ("since", "until", "hours", "alarms", "true_alarms", "false_alarms", "missed")
        }
        names = ("truth", "light", "weather", "traffic", "threshold", "remarks")
        texts: dict[str, Any] = {name: _text(data.get(name)) for name in names}
        return Measured(**numbers, **texts, language=data.get("language") or language())


class ProcurementForm(Addressed):
    """What is sensitive in procurement, and who sees that."""

    price = forms.IntegerField(label=gettext_lazy("Price in euro"), required=False)
    contract_until = day_field(gettext_lazy("Contract until"))
    contract = forms.CharField(label=gettext_lazy("Contract"), required=False)
    tender = forms.CharField(label=gettext_lazy("Notes on the tender"), required=False, widget=forms.Textarea)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(language=list(OWN_NAMES.items()))

    def bought(self) -> Bought:
        """Return what was typed, also when parts are missing."""
        data = self.cleaned_data
        return Bought(
            data.get("price"), data.get("contract_until"), _text(data.get("contract")), _text(data.get("tender")),
            data.get("language") or language(),
        )  # fmt: skip


class FilterForm(Put):
    """What the comparison is narrowed to."""

    q = forms.CharField(
        label=gettext_lazy("Words"), required=False, max_length=200, widget=forms.TextInput(attrs={"data-key": "/"})
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_choices(kind=choices_of(terms().kinds, _("All")))

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        return Filters(self.cleaned_data.get("kind") or "", self.cleaned_data.get("q") or "")
