"""The forms of alerts: what a person chooses, turned into a draft and an addressing. No decision is made here."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.alerts.queries import Filters
from port2port.alerts.rules import Draft, PublicLine, PublicStatement
from port2port.alerts.suppliers.addressing import DEFAULT_TLP, USERS
from port2port.alerts.suppliers.names import System
from port2port.alerts.vocabulary import AlertVocabulary, Template, templates, vocabulary
from port2port.base.errors import Problem
from port2port.members.areas import Area, CircleArea, FacilityArea, PolygonArea, PortArea, StretchArea
from port2port.members.data_files import LANGUAGES
from port2port.members.places import Places
from port2port.reports import vocabulary as report_words
from port2port.reports.addressing import Offered
from port2port.reports.defaults import CHOOSE
from port2port.reports.forms import OWN_NAMES, Choices, CircleChoices, People, addressing_from, terms
from port2port.sharing.addressing import Addressing, Reporter
from port2port.sharing.place_choices import where_choices
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

HOURS: tuple[int, ...] = (1, 2, 4, 6, 12, 24, 48, 72, 168, 336, 720)
DAY = 24
KM = 2.0  # about a lock, a bridge or a point, unless the author says otherwise
# Where the problem of a rule is shown: the field of the form that asks for it.
FIELD_OF = {"valid_until": "hours", "valid_from": "start", "audience.circles": "circles", "audience.persons": "persons"}
AREA_FIELDS = {
    "km": "km", "lat": "lat", "lon": "lon", "waterway": "waterway", "from_km": "from_km", "to_km": "to_km",
    "points": "corners",
}  # fmt: skip


CORNER = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,; \t]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
POLYGON = "polygon"


def _elsewhere(places: Choices) -> Choices:
    """Return the places of a group as an alert takes them: no position at sea, but an area beside a point."""
    kept = [place for place in places if place[0] != "sea"]
    point = next((number for number, place in enumerate(kept) if place[0] == "point"), None)
    if point is not None:
        kept.insert(point + 1, (POLYGON, _("An area with corners")))
    return kept


def events(words: AlertVocabulary) -> Choices:
    """Return the kinds of alerts under their threats."""
    groups: Choices = [("", _("Choose what is going on"))]
    for threat in report_words.threats():
        found = [(event.code, event.label(language())) for event in words.events if event.threat == threat.code]
        if found:
            groups.append((threat.label(language()), found))
    return groups


def hours_words(hours: int) -> str:
    """Return how long an alert holds, in words."""
    if hours < DAY * 2:
        return _("%(n)d hours") % {"n": hours} if hours > 1 else _("1 hour")
    return _("%(n)d days") % {"n": hours // DAY}


class AlertForm(forms.Form):
    """What is going on, where, for how long, and what must be done: the content of an alert."""

    event = forms.ChoiceField(label=gettext_lazy("What is going on?"))
    where = forms.ChoiceField(label=gettext_lazy("Where?"))
    hours = forms.TypedChoiceField(label=gettext_lazy("For how long?"), coerce=int)
    instructions = forms.MultipleChoiceField(
        label=gettext_lazy("What must they do?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    more_instructions = forms.MultipleChoiceField(
        label=gettext_lazy("Other instructions"), widget=forms.CheckboxSelectMultiple, required=False
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"))
    severity = forms.ChoiceField(label=gettext_lazy("Severity"))
    certainty = forms.ChoiceField(label=gettext_lazy("Certainty"))
    status = forms.ChoiceField(label=gettext_lazy("Is it real?"), widget=forms.RadioSelect)
    headline = forms.CharField(label=gettext_lazy("In a few words of your own"), required=False)
    text = forms.CharField(
        label=gettext_lazy("What should they know besides?"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("Not translated. No names of persons."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of your own words"), required=False)
    ports = forms.MultipleChoiceField(
        label=gettext_lazy("Also in these ports"), widget=forms.CheckboxSelectMultiple, required=False
    )
    km = forms.FloatField(label=gettext_lazy("Kilometres around"), required=False, localize=True)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False)
    waterway = forms.ChoiceField(label=gettext_lazy("Waterway"), required=False)
    from_km = forms.FloatField(label=gettext_lazy("From kilometre"), required=False, localize=True)
    to_km = forms.FloatField(label=gettext_lazy("To kilometre"), required=False, localize=True)
    corners = forms.CharField(
        label=gettext_lazy("Corners of the area"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("One a line, in order: latitude, longitude, as 51.2695, 4.2811. At least three."),
    )
    start = forms.DateTimeField(
        label=gettext_lazy("From when, if not from now"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    public_nl = forms.CharField(label="Nederlands", required=False, widget=forms.Textarea)
    public_fr = forms.CharField(label="Français", required=False, widget=forms.Textarea)
    public_de = forms.CharField(label="Deutsch", required=False, widget=forms.Textarea)
    public_en = forms.CharField(label="English", required=False, widget=forms.Textarea)
    spokesperson = forms.CharField(label=gettext_lazy("Desk that speaks to the press"), required=False)
    embargo = forms.DateTimeField(
        label=gettext_lazy("Not before"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )
    template = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, places: Places, who: Reporter, systems: tuple[System, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places, self.about = places, systems
        self._gather()
        for name in ("instructions", "where"):
            self.fields[name].required = not self.is_bound  # what is missing is said by the rules
        words, code = vocabulary(), language()
        here = where_choices(places, who)
        self._choices(
            event=events(words),
            where=[(value, _elsewhere(word) if isinstance(word, list) else word) for value, word in here],
            hours=[(str(hours), hours_words(hours)) for hours in HOURS],
            instructions=[(one.code, one.label(code)) for one in words.instructions if one.code in self.suggested],
            more_instructions=[(o.code, o.label(code)) for o in words.instructions if o.code not in self.suggested],
            urgency=[(t.code, f"{t.label(code)}: {t.description(code)}") for t in words.urgencies],
            severity=[(t.code, f"{t.label(code)}: {t.description(code)}") for t in words.severities],
            certainty=[(t.code, f"{t.label(code)}: {t.description(code)}") for t in words.certainties],
            status=[(t.code, t.label(code)) for t in words.statuses],
            language=[("", _("The language of these pages")), *((one, OWN_NAMES[one]) for one in LANGUAGES)],
            ports=[(p.code, p.names.get(code, p.code)) for p in places.ports.values() if p.member],
            waterway=[("", _("None")), *((slug, w.label(code)) for slug, w in places.waterways.items())],
        )

    def _choices(self, **choices: Choices) -> None:
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def _gather(self) -> None:
        """Put what is ticked under `instructions`, with what the template suggests; the others stand folded."""
        if isinstance(self.data, QueryDict) and self.is_bound:
            self.data = self.data.copy()
            names = ("instructions", "more_instructions")
            chosen = [code for name in names for code in self.data.getlist(name)]
            self.data.setlist("instructions", list(dict.fromkeys(chosen)))
            self.data.setlist("more_instructions", [])
        else:
            chosen = list(self.initial.get("instructions", ()))
        named = (self.data if self.is_bound else self.initial).get("template", "")
        template = next((one for one in templates() if one.code == named), None)
        known = {one.code for one in vocabulary().instructions}
        # What is no code stays among the choices of nobody, and is refused as such.
        self.suggested = ({*chosen} | {*(template.instructions if template else ())}) & known

    def areas(self) -> tuple[Area, ...]:
        """Return the places chosen; one that lacks its numbers is left out, so that the rules ask for it."""
        data = self.cleaned_data
        kind, _colon, code = (data.get("where") or "").partition(":")
        km = data["km"] if data.get("km") is not None else KM
        lat, lon = data.get("lat"), data.get("lon")
        found: list[Area] = []
        if kind == "port":
            found.append(PortArea(code))
        elif kind == "facility":
            found.append(FacilityArea(code))
        elif kind == "landmark":
            spot = self.places.landmarks[code]
            found.append(CircleArea(spot.lat or 0.0, spot.lon or 0.0, km, code))
        elif kind == "waterway" and data.get("waterway") and data.get("from_km") is not None:
            end = data["to_km"] if data.get("to_km") is not None else data["from_km"]
            found.append(StretchArea(data["waterway"], data["from_km"], end))
        elif kind == "point" and lat is not None and lon is not None:
            found.append(CircleArea(lat, lon, km))
        elif kind == POLYGON and data.get("corners"):
            corners = data["corners"]
            found.append(PolygonArea(corners if corners[0] == corners[-1] else (*corners, corners[0])))
        found += [PortArea(port) for port in data.get("ports", ()) if PortArea(port) not in found]
        return tuple(found)

    def draft(self, at: datetime, *, kept: tuple[Area, ...] = ()) -> Draft:
        """Return what was chosen as a draft, also when parts of it are missing or wrong. `kept`: further areas."""
        data = self.cleaned_data
        start = data.get("start") or at
        areas = (*self.areas(), *(area for area in kept if area not in self.areas()))
        codes = ("event", "urgency", "severity", "certainty", "headline", "text", "template")
        return Draft(
            **{name: data.get(name) or "" for name in codes},
            status=data.get("status") or "Actual",
            instructions=tuple(data.get("instructions") or ()),
            language=data.get("language") or language(),
            areas=areas,
            valid_from=start,
            valid_until=start + timedelta(hours=data.get("hours") or 1),
            public=self._public(),
            systems=self.systems(),
        )

    def systems(self) -> tuple[System, ...]:
        """Return what a supplier alert is about; an update is about the same as what it follows."""
        return self.about

    def clean_corners(self) -> tuple[tuple[float, float], ...]:
        """Return the corners as points. Raises ValidationError naming the first line that is none."""
        found = []
        for number, line in enumerate(self.cleaned_data["corners"].splitlines(), start=1):
            if not line.strip():
                continue
            numbers = CORNER.fullmatch(line)
            if numbers is None:
                raise forms.ValidationError(_("Line %(n)d is no latitude and longitude.") % {"n": number})
            found.append((float(numbers[1]), float(numbers[2])))
        return tuple(found)

    def _public(self) -> PublicStatement | None:
        data = self.cleaned_data
        lines = [(code, (data.get(f"public_{code}") or "").strip()) for code in LANGUAGES]
        said = tuple(PublicLine(code, text) for code, text in lines if text)
        spokesperson = (data.get("spokesperson") or "").strip()
        return PublicStatement(said, spokesperson, data.get("embargo")) if said or spokesperson else None

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems of the rules beside the fields that ask for it; once a field, the form's own first."""
        for problem in problems:
            name = FIELD_OF.get(problem.field, problem.field)
            if name.startswith("areas"):
                name = AREA_FIELDS.get(name.rpartition(".")[2], "where")
            elif name.startswith("systems"):
                name = _system_field(name)
            elif name.startswith("public."):
                name = {"spokesperson": "spokesperson", "embargo_until": "embargo"}.get(name[7:], f"public_{name[7:]}")
            if name == "instructions" and not self.suggested:
                name = "more_instructions"  # the only list that is shown then
            if name not in self.fields:
                self.add_error(None, str(problem.message))
            elif name not in self.errors:
                self.add_error(name, str(problem.message))


class NewAlertForm(AlertForm):
    """A new alert: its content, and who must know."""

    audience = forms.ChoiceField(label=gettext_lazy("Who must know?"), widget=forms.RadioSelect)
    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Circles"), widget=forms.CheckboxSelectMultiple, required=False
    )
    organisations = forms.MultipleChoiceField(
        label=gettext_lazy("Single organisations and facilities"), widget=forms.CheckboxSelectMultiple, required=False
    )
    persons = forms.MultipleChoiceField(
        label=gettext_lazy("Persons"), widget=forms.CheckboxSelectMultiple, required=False
    )
    tlp = forms.ChoiceField(label="TLP", required=False)
    vendor = forms.CharField(
        label=gettext_lazy("Supplier or maker"),
        required=False,
        widget=forms.TextInput(attrs={"list": "suppliers", "autocomplete": "off"}),
    )
    product = forms.CharField(
        label=gettext_lazy("Product or system"),
        required=False,
        help_text=gettext_lazy("Left empty: it goes to all who use anything of this supplier."),
    )
    affected = forms.CharField(
        label=gettext_lazy("Versions affected"),
        required=False,
        help_text=gettext_lazy("They read it; whoever uses another version is warned too."),
    )
    identifier = forms.CharField(label=gettext_lazy("CPE 2.3 name or package URL"), required=False)
    more_systems = forms.CharField(
        label=gettext_lazy("Further ones"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("One a line: supplier; product; versions; identifier. At most five in all."),
    )
    report = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, who: Reporter, offers: list[Offered], circles: CircleChoices, persons: People, **kwargs: Any
    ) -> None:
        super().__init__(*args, who=who, **kwargs)
        self.offers, self.who = offers, who
        self._choices(
            audience=[
                *((o.code, o.name) for o in offers),
                (USERS, _("Users of a supplier or system (nobody learns who)")),
                (CHOOSE, _("Choose...")),
            ],
            circles=circles[0],
            organisations=circles[1],
            persons=[(str(i), name) for i, name in persons],
            tlp=[("", _("Follows from who must know")), *((t.name, t.label) for t in Tlp)],
        )

    def addressing(self) -> Addressing:
        """Return who must know; for the users of a system its mark alone. Raises Invalid when nobody was chosen."""
        if self.cleaned_data.get("audience") == USERS:
            tlp = self.cleaned_data.get("tlp")
            return Addressing((), Tlp[tlp] if tlp else DEFAULT_TLP)
        return addressing_from(self.cleaned_data, self.offers, self.who)

    def systems(self) -> tuple[System, ...]:
        """Return the suppliers and systems that it is about, when it goes to whoever uses them."""
        data = self.cleaned_data
        if data.get("audience") != USERS:
            return ()
        first = [data.get(name) or "" for name in ("vendor", "product", "affected", "identifier")]
        lines = [line.split(";") for line in (data.get("more_systems") or "").splitlines() if line.strip()]
        parts = [*([first] if any(first) or not lines else []), *lines]
        return tuple(_system([*(part.strip() for part in one), "", "", "", ""]) for one in parts)


def _system_field(path: str) -> str:
    """Return the field that asks for what a problem of a system is about: the first has fields, the others a text."""
    _systems, number, name = path.split(".") if path.count(".") == 2 else ("", "1", "")  # noqa: PLR2004 - a path
    if number != "0":
        return "more_systems"
    return {"version": "affected", "cpe": "identifier", "package": "identifier"}.get(name, name)


def _system(parts: Sequence[str]) -> System:
    """Return a system from supplier, product, version and identifier; CPE and package URL are told apart."""
    vendor, product, version, identifier = parts[:4]
    package = identifier if identifier.startswith("pkg:") else ""
    return System(vendor, product, version, "" if package else identifier, package)


def hours_for(hours: float) -> int:
    """Return the choice of the form that holds at least so long."""
    return next((choice for choice in HOURS if choice >= hours), HOURS[-1])


def from_template(template: Template) -> dict[str, Any]:
    """Return what a template fills in."""
    names = ("event", "urgency", "severity", "certainty", "status")
    return {name: getattr(template, name) for name in names} | {
        "instructions": list(template.instructions),
        "hours": hours_for(template.valid_hours),
        "template": template.code,
    }


def from_draft(draft: Draft, *, at: datetime) -> tuple[dict[str, Any], tuple[Area, ...]]:
    """Return the form's values for an alert, and the areas that the form does not show (they are kept)."""
    names = ("event", "urgency", "severity", "certainty", "status", "headline", "text", "language", "template")
    hours = hours_for((draft.valid_until - max(draft.valid_from, at)) / timedelta(hours=1))
    values: dict[str, Any] = {name: getattr(draft, name) for name in names}
    values |= {"instructions": list(draft.instructions), "hours": hours}
    if draft.valid_from > at:
        values["start"] = timezone.localtime(draft.valid_from)
    if draft.public is not None:
        values |= {f"public_{line.language}": line.text for line in draft.public.lines}
        values |= {"spokesperson": draft.public.spokesperson, "embargo": draft.public.embargo_until}
    if not draft.areas:
        return values, ()
    first, rest = _first_area(draft.areas[0]), draft.areas[1:]
    ports = [area.port for area in rest if isinstance(area, PortArea)]
    kept = tuple(area for area in rest if not isinstance(area, PortArea))
    return values | first | {"ports": ports}, kept


def _first_area(area: Area) -> dict[str, Any]:
    match area:
        case PortArea(port):
            return {"where": f"port:{port}"}
        case FacilityArea(facility):
            return {"where": f"facility:{facility}"}
        case StretchArea(waterway, start, end):
            return {"where": "waterway", "waterway": waterway, "from_km": start, "to_km": end}
        case CircleArea(lat, lon, km, landmark):
            if landmark:
                return {"where": f"landmark:{landmark}", "km": km}
            return {"where": "point", "lat": lat, "lon": lon, "km": km}
        case PolygonArea(points):
            return {"where": POLYGON, "corners": "\n".join(f"{lat}, {lon}" for lat, lon in points[:-1])}
    return {}


class FilterForm(forms.Form):
    """What the list is narrowed to; by address, so that it can be kept and sent."""

    threat = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    port = forms.ChoiceField(label=gettext_lazy("Port"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    status = forms.ChoiceField(label=gettext_lazy("Real or exercise"), required=False)

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words, every = vocabulary(), _("All")
        ports: Sequence[tuple[str, str]] = [
            (p.code, p.names.get(language(), p.code)) for p in places.ports.values() if p.member
        ]
        choices: dict[str, Choices] = {
            "threat": terms(report_words.threats(), every),
            "port": [("", every), *ports],
            "state": terms(words.states, every),
            "status": terms(words.statuses, every),
        }
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


class AcknowledgeForm(forms.Form):
    """What was done, if one says."""

    done = forms.CharField(
        label=gettext_lazy("What did you do, if you say?"), required=False, max_length=400,
        help_text=gettext_lazy("Whoever raised it reads this."),
    )  # fmt: skip

    def __init__(self, *args: Any, told_apart: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        if not told_apart:
            self.fields["done"].help_text = _("Only your own organisation reads this.")
        self.fields["done"].required = not self.is_bound  # its label says that it may be left out


class CancelForm(forms.Form):
    """Why an alert no longer applies."""

    reason = forms.CharField(
        label=gettext_lazy("Why does it no longer apply?"), widget=forms.Textarea, max_length=4000,
        help_text=gettext_lazy("They read this with the cancellation. Not translated."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


def report_area(where: str, lat: float | None, lon: float | None) -> dict[str, Any]:
    """Return the place of a report as the form's values."""
    if where == "sea":
        return {"where": "point", "lat": lat, "lon": lon}
    return {"where": where} | ({"lat": lat, "lon": lon} if where == "point" else {})
