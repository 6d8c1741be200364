"""The forms of reports: what a person types, turned into a draft, an addressing and terms. No decision is made here."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.members.places import Places
from port2port.reports import vocabulary
from port2port.reports.addressing import Offered, addressing_of, suggested
from port2port.reports.defaults import CHOOSE
from port2port.reports.rules import CYBER, GRACE, LANGUAGES, Draft, breach_of
from port2port.reports.words import BREACH
from port2port.sharing import legal_basis
from port2port.sharing.actions import Terms
from port2port.sharing.addressing import Addressing, Reporter
from port2port.sharing.place_choices import where_choices
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

OTHER_TIME = "other"
WRITTEN_MOST = timedelta(days=3)  # as long as a draft is kept in the browser
OWN_NAMES = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}
# Where the problem of a rule is shown: the field of the form that asks for it.
FIELD_OF = {
    "place": "where", "port": "where", "facility": "where", "landmark": "where", "audience.circles": "circles",
    "audience.persons": "persons",
}  # fmt: skip

Choices = list[tuple[str, Any]]
CircleChoices = tuple[list[tuple[str, str]], list[tuple[str, str]]]  # of many; single organisations
People = list[tuple[UUID, str]]


def terms(entries: Iterable[Any], empty: str) -> Choices:
    """Return entries of the vocabulary or a register as choices, after one that leaves it open."""
    return [("", empty)] + [(entry.code, entry.label(language())) for entry in entries]


def method_choices(empty: str) -> Choices:
    """Return the modi operandi under their threats."""
    words = vocabulary.vocabulary()
    groups: Choices = [("", empty)]
    for threat in words.threats:
        found = [(m.code, f"{m.code} {m.label(language())}") for m in words.modi_operandi if m.threat == threat.code]
        if found:
            groups.append((threat.label(language()), found))
    return groups


def where_of(report_place: str, *, port: str, facility: str, landmark: str) -> str:
    """Return the value of the select for a stored place."""
    code = {"port": port, "facility": facility, "landmark": landmark}.get(report_place)
    return f"{report_place}:{code}" if code is not None else report_place


class ReportForm(forms.Form):
    """What, where, when: the facts of a report. Empty fields of the folded part keep their defaults."""

    threat = forms.ChoiceField(label=gettext_lazy("What is it?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("What happened?"), widget=forms.Textarea, help_text=gettext_lazy("No names of persons.")
    )
    nobodys = forms.BooleanField(
        label=gettext_lazy("These numbers and names are nobody's own: a desk's, a company's"), required=False
    )
    where = forms.ChoiceField(label=gettext_lazy("Where?"))
    when = forms.ChoiceField(label=gettext_lazy("When?"), required=False)
    occurred_at = forms.DateTimeField(
        label=gettext_lazy("Day and time"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=160)
    nature = forms.ChoiceField(label=gettext_lazy("Nature"), required=False)
    severity = forms.ChoiceField(label=gettext_lazy("Severity"), required=False)
    modus_operandi = forms.ChoiceField(label=gettext_lazy("Modus operandi"), required=False)
    phase = forms.ChoiceField(label=gettext_lazy("Phase"), required=False)
    occurred_precision = forms.ChoiceField(label=gettext_lazy("How exactly is the time known?"), required=False)
    occurred_margin = forms.IntegerField(label=gettext_lazy("Give or take, in minutes"), required=False)
    substance = forms.ChoiceField(label=gettext_lazy("Substance or goods"), required=False)
    quantity_kg = forms.FloatField(label=gettext_lazy("Quantity in kilograms"), required=False, localize=True)
    waterway = forms.ChoiceField(label=gettext_lazy("Waterway"), required=False)
    waterway_km = forms.FloatField(label=gettext_lazy("Kilometre"), required=False, localize=True)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False)
    place_text = forms.CharField(label=gettext_lazy("Where exactly, in words"), required=False, max_length=160)
    source = forms.ChoiceField(label=gettext_lazy("How do you know?"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language of the text"), required=False)
    personal_data_breach = forms.ChoiceField(label=gettext_lazy("Were personal data breached?"), required=False)
    aware_since = forms.DateTimeField(
        label=gettext_lazy("Since when do you know?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        help_text=gettext_lazy("The times to notify authorities (NIS2, GDPR) run from here."),
    )
    written_at = forms.DateTimeField(required=False, widget=forms.HiddenInput(attrs={"data-kept": ""}))
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(attrs={"data-kept": ""}))

    def __init__(self, *args: Any, places: Places, who: Reporter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places, self.who = places, who
        self.fields["when"].required = not self.is_bound  # it always has an answer; a client that sends none means now
        words = vocabulary.vocabulary()
        pick = _("Not known")
        told = [s for s in words.sources if s.code != "published"]
        self._choices(
            threat=[(t.code, t.short_label(language())) for t in words.threats],
            where=where_choices(places, who),
            when=[
                ("now", _("Now")), ("10", _("10 minutes ago")), ("30", _("Half an hour ago")), ("60", _("An hour ago")),
                (OTHER_TIME, _("At another time")),
            ],
            nature=terms(words.natures, _("Suspicious situation, unless you choose another")),
            severity=terms(words.severities, _("Moderate, unless you choose another")),
            modus_operandi=method_choices(pick),
            phase=terms(words.phases, pick),
            occurred_precision=terms(words.date_precisions, _("To the minute, unless you choose another")),
            substance=terms(words.substances, pick),
            waterway=[("", _("None")), *((slug, w.label(language())) for slug, w in places.waterways.items())],
            source=terms(told, _("Seen by the reporter, unless you choose another")),
            personal_data_breach=[("", BREACH["unknown"]), ("yes", BREACH["yes"]), ("no", BREACH["no"])],
            language=[("", _("The language of these pages")), *((code, OWN_NAMES[code]) for code in LANGUAGES)],
        )  # fmt: skip

    def _choices(self, **choices: Choices) -> None:
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def moment(self, at: datetime) -> datetime:
        """Return when it happened: as typed, or counted back from when it was written (a draft may have waited)."""
        data = self.cleaned_data
        typed = data.get("occurred_at")
        if typed is not None and data.get("when") in (OTHER_TIME, "", None):
            return typed.astimezone(UTC) if typed.tzinfo else timezone.make_aware(typed)
        written = data.get("written_at")
        start = written if written is not None and at - WRITTEN_MOST < written <= at + GRACE else at
        back = data.get("when") or "now"
        return start - timedelta(minutes=int(back) if back.isdigit() else 0)

    def draft(self, at: datetime, **fixed: Any) -> Draft:
        """Return what was typed as a draft, also when parts of it are missing or wrong."""
        data = self.cleaned_data
        kind, _colon, code = (data.get("where") or "").partition(":")
        free = kind in ("waterway", "sea", "point")
        values: dict[str, Any] = {
            "threat": data.get("threat") or "",
            "text": data.get("text") or "",
            "place": kind,
            kind if code else "port": code,
            "occurred_at": self.moment(at),
            "language": data.get("language") or language(),
            "waterway": (data.get("waterway") or "") if kind == "waterway" else "",
            "waterway_km": data.get("waterway_km") if kind == "waterway" else None,
            "lat": data.get("lat"),
            "lon": data.get("lon"),
        }
        if not free and (data.get("lat") is None or data.get("lon") is None):
            values["lat"] = values["lon"] = None
        for name in ("title", "modus_operandi", "phase", "substance", "place_text"):
            values[name] = data.get(name) or ""
        for name in ("nature", "severity", "occurred_precision", "source"):
            if data.get(name):
                values[name] = data[name]
        for name in ("occurred_margin", "quantity_kg"):
            values[name] = data.get(name)
        if values["threat"] == CYBER:
            values["personal_data_breach"] = breach_of(CYBER, data.get("personal_data_breach") or "")
            values["aware_since"] = data.get("aware_since")
        return Draft(**(values | fixed))

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems of the rules beside the fields that ask for it; once a field, the form's own first."""
        for problem in problems:
            name = FIELD_OF.get(problem.field, problem.field)
            if name == "occurred_at" and not self.data.get("occurred_at"):
                name = "when"
            if name not in self.fields:
                self.add_error(None, str(problem.message))
            elif name not in self.errors:
                self.add_error(name, str(problem.message))


class NewReportForm(ReportForm):
    """A new report: the facts, and who should know on which terms."""

    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"}),
        help_text=gettext_lazy("Seen by whoever sees the report. Position and camera data are taken out."),
    )  # fmt: skip
    audience = forms.ChoiceField(label=gettext_lazy("Who should know?"), widget=forms.RadioSelect, required=False)
    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Circles"), widget=forms.CheckboxSelectMultiple, required=False
    )
    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Single organisations and facilities"), widget=forms.CheckboxSelectMultiple, required=False
    )
    persons = forms.MultipleChoiceField(
        label=gettext_lazy("Persons"), widget=forms.CheckboxSelectMultiple, required=False
    )
    protect = forms.BooleanField(
        label=gettext_lazy("Protect me: nobody reads that I wrote this"), required=False,
        help_text=gettext_lazy("It is written under an alias of your organisation. You follow it under “protected”."),
    )  # fmt: skip
    may_know = forms.MultipleChoiceField(
        label=gettext_lazy("These persons may know that it was me"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    tlp = forms.ChoiceField(label="TLP", required=False)
    pap = forms.ChoiceField(label=gettext_lazy("What may be done with it (PAP)"), required=False)
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), required=False)
    legal_basis = forms.ChoiceField(label=gettext_lazy("Legal basis"), required=False)
    personal_data = forms.ChoiceField(label=gettext_lazy("Personal data"), required=False)

    def __init__(
        self,
        *args: Any,
        offers: list[Offered],
        circles: tuple[Choices, Choices],
        persons: list[tuple[UUID, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offers = offers
        self.fields["audience"].required = not self.is_bound  # left open, it follows from what it is
        follows = _("Follows from what it is")
        self._choices(
            audience=[*((o.code, o.name) for o in offers), (CHOOSE, _("Choose..."))],
            circles=circles[0],
            organisations=circles[1],
            persons=[(str(i), name) for i, name in persons],
            may_know=[(str(i), name) for i, name in persons],
            tlp=[("", _("Follows from who should know")), *((t.name, t.label) for t in Tlp)],
            pap=terms(legal_basis.permitted_actions(), _("PAP:AMBER, unless you choose another")),
            purpose=terms(legal_basis.purposes(), follows),
            legal_basis=terms(legal_basis.legal_bases(), follows),
            personal_data=terms(legal_basis.personal_data_classes(), _("None, unless you choose another")),
        )  # fmt: skip

    def addressing(self) -> Addressing:
        """Return who should know. Raises Invalid when nobody was chosen."""
        return addressing_from(self.cleaned_data, self.offers, self.who)

    def knowing(self) -> list[UUID] | None:
        """Return who may know the writer; None: the report is not protected."""
        data = self.cleaned_data
        return [UUID(key) for key in data.get("may_know", ())] if data.get("protect") else None

    def terms(self, default: Terms, basis_for: Mapping[str, str]) -> Terms:
        """Return the terms as chosen; what was not chosen follows from the default, a basis from its purpose."""
        data = self.cleaned_data
        purpose = data.get("purpose") or default.purpose
        basis = data.get("legal_basis") or (
            default.legal_basis if purpose == default.purpose else basis_for.get(purpose, default.legal_basis)
        )
        return Terms(
            purpose=purpose,
            legal_basis=basis,
            pap=Tlp[data["pap"]] if data.get("pap") else default.pap,
            personal_data=data.get("personal_data") or default.personal_data,
        )


def addressing_from(data: Mapping[str, Any], offers: list[Offered], who: Reporter) -> Addressing:
    """Return the addressing that form data stands for: a choice with its TLP or another, or circles by hand."""
    choice = data.get("audience") or (suggested(data["threat"], who, offers) if data.get("threat") else "")
    tlp = Tlp[data["tlp"]] if data.get("tlp") else None
    if choice == CHOOSE:
        keys = [
            UUID(key) for key in (*data.get("circles", ()), *data.get("organisations", ()), *data.get("persons", ()))
        ]
        return Addressing(tuple(keys), tlp if tlp is not None else Tlp.AMBER)
    found = addressing_of(choice, offers)
    return Addressing(found.addressed, tlp if tlp is not None else found.tlp, found.read)
