"""The forms of flights: what a person types, turned into drafts and an addressing. No decision is made here."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Invalid, Problem
from port2port.flights.queries import WHENS, Filters
from port2port.flights.rules import Draft, repeated
from port2port.flights.tabular import polygon_from
from port2port.flights.vocabulary import words
from port2port.members.areas import Area, CircleArea, FacilityArea, PortArea
from port2port.members.places import Places
from port2port.sharing.addressing import Addressing, Reporter
from port2port.sharing.place_choices import where_choices
from port2port.sharing.tlp import Tlp
from port2port.site.reader import language

Choices = list[tuple[str, Any]]
DEFAULT, OWN, CHOOSE = "default", "own", "choose"
KM = 1.0
DRAWN = "drawn"
FIELD_OF = {
    "area": "where", "area.port": "where", "area.facility": "where", "area.landmark": "where", "area.km": "km",
    "area.lat": "lat", "area.lon": "lon", "area.points": "points", "starts_at": "start", "ends_at": "end",
    "audience.circles": "circles",
}  # fmt: skip
MORE = ("operator", "height_m", "authorisation", "reference", "remark", "serial", "operator_number", "repeat_until")
WHERE = ("km", "lat", "lon", "points")
WHEN_WORDS = {
    "now": gettext_lazy("Now"),
    "coming": gettext_lazy("Coming"),
    "past": gettext_lazy("Past"),
}


class FlightForm(forms.Form):
    """A flight, and on which further days it repeats; who knows of it."""

    task = forms.ChoiceField(label=gettext_lazy("What is it for?"))
    where = forms.ChoiceField(label=gettext_lazy("Where?"))
    day = forms.DateField(label=gettext_lazy("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    start = forms.TimeField(label=gettext_lazy("From"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    end = forms.TimeField(
        label=gettext_lazy("Until"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Earlier than the beginning: on the next day."),
    )
    contact = forms.CharField(
        label=gettext_lazy("Desk that answers while it flies"),
        help_text=gettext_lazy("A desk with its number, no person's name."),
    )
    km = forms.FloatField(label=gettext_lazy("Kilometres around"), required=False, localize=True)
    lat = forms.FloatField(label=gettext_lazy("Latitude"), required=False)
    lon = forms.FloatField(label=gettext_lazy("Longitude"), required=False)
    points = forms.CharField(
        label=gettext_lazy("Corners of the area"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("Latitude and longitude of each, one a line: 51.27 4.28"),
    )
    repeat_until = forms.DateField(
        label=gettext_lazy("Also on each day until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    operator = forms.CharField(
        label=gettext_lazy("Who flies, if not your organisation"),
        required=False,
        help_text=gettext_lazy("An organisation, no person's name."),
    )
    height_m = forms.IntegerField(label=gettext_lazy("Height limit in metres"), required=False)
    authorisation = forms.CharField(label=gettext_lazy("Reference of the authorisation"), required=False)
    reference = forms.CharField(label=gettext_lazy("Your own reference"), required=False)
    remark = forms.CharField(label=gettext_lazy("Remark"), required=False)
    serial = forms.CharField(label=gettext_lazy("Serial number of the drone"), required=False)
    operator_number = forms.CharField(label=gettext_lazy("Operator number"), required=False)
    audience = forms.ChoiceField(label=gettext_lazy("Who should know?"), widget=forms.RadioSelect)
    circles = forms.MultipleChoiceField(
        label=gettext_lazy("Circles"), widget=forms.CheckboxSelectMultiple, required=False
    )
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        places: Places,
        who: Reporter,
        default: Addressing,
        default_name: str,
        own: UUID | None,
        circles: Choices,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places, self.default, self.own = places, default, own
        code = language()
        offered = where_choices(places, who)
        elsewhere: Choices = [("point", _("A point on the map")), (DRAWN, _("An area with corners"))]
        where = [
            (name, elsewhere if isinstance(rows, list) and any(row[0] == "sea" for row in rows) else rows)
            for name, rows in offered
        ]
        audience: Choices = [(DEFAULT, default_name)] if default.addressed else []
        audience += [(OWN, _("My organisation only"))] if own is not None else []
        choices: dict[str, Choices] = {
            "task": [("", _("Choose what it is for")), *((one.code, one.label(code)) for one in words().tasks)],
            "where": where,
            "audience": [*audience, (CHOOSE, _("Choose..."))],
            "circles": circles,
        }
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def drafts(self) -> list[Draft]:
        """Return the flight, and one for each further day. Raises Invalid naming `points` or `repeat_until`."""
        data = self.cleaned_data
        start, end = self._moments(data["day"], data["start"], data["end"])
        same = ("task", "contact", "operator", "authorisation", "remark", "serial", "operator_number", "reference")
        draft = Draft(
            **{name: data.get(name) or "" for name in same},
            area=self._area(),
            starts_at=start,
            ends_at=end,
            height_m=data.get("height_m"),
        )
        until = data.get("repeat_until")
        if until is None:
            return [draft]
        most = words().limits.most_repeats
        if until < data["day"]:
            raise Invalid([Problem("repeat_until", _("This lies before the first day."))])
        if (until - data["day"]).days >= most:
            raise Invalid([Problem("repeat_until", _("At most %(n)d days at a time.") % {"n": most})])
        return repeated(draft, until, timezone.get_default_timezone())

    @staticmethod
    def _moments(day: date, start: time, end: time) -> tuple[datetime, datetime]:
        zone = timezone.get_default_timezone()
        last = day if end > start else day + timedelta(days=1)
        return datetime.combine(day, start, tzinfo=zone), datetime.combine(last, end, tzinfo=zone)

    def _area(self) -> Area | None:
        data = self.cleaned_data
        kind, _colon, code = (data.get("where") or "").partition(":")
        km = data["km"] if data.get("km") is not None else KM
        lat, lon = data.get("lat"), data.get("lon")
        if kind == "port":
            return PortArea(code)
        if kind == "facility":
            return FacilityArea(code)
        if kind == "landmark":
            spot = self.places.landmarks[code]
            return CircleArea(spot.lat or 0.0, spot.lon or 0.0, km, code)
        if kind == "point":
            missing = [name for name, value in (("lat", lat), ("lon", lon)) if value is None]
            if missing:
                raise Invalid([Problem(name, _("This is needed.")) for name in missing])
            return CircleArea(lat or 0.0, lon or 0.0, km)
        problems: list[Problem] = []
        drawn = polygon_from(data.get("points") or "", problems, field="points")
        if problems:
            raise Invalid(problems)
        return drawn

    def addressing(self) -> Addressing:
        """Return who knows of it: the data's own, the own organisation alone, or circles by hand."""
        choice = self.cleaned_data["audience"]
        if choice == OWN and self.own is not None:
            return Addressing((self.own,), Tlp.AMBER_STRICT)
        if choice == CHOOSE:
            return Addressing(tuple(UUID(key) for key in self.cleaned_data["circles"]), self.default.tlp)
        return self.default

    def put(self, problems: Iterable[Problem]) -> None:
        """Show problems of the rules beside the fields that ask for it; once a field, the form's own first."""
        for problem in problems:
            name = FIELD_OF.get(problem.field, problem.field)
            if name not in self.fields:
                self.add_error(None, str(problem.message))
            elif name not in self.errors:
                self.add_error(name, str(problem.message))


class FilterForm(forms.Form):
    """What the list is narrowed to."""

    when = forms.ChoiceField(label=gettext_lazy("When"), required=False)
    port = forms.ChoiceField(label=gettext_lazy("Port"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, places: Places, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code, every = language(), _("All")
        choices: dict[str, Choices] = {
            "when": [("", every), *((when, WHEN_WORDS[when]) for when in WHENS if when)],
            "port": [("", every), *((p.code, p.names.get(code, p.code)) for p in places.ports.values())],
            "state": [("", every), *((str(one.code), one.label(code)) for one in words().states)],
        }
        for name, value in choices.items():
            self.fields[name].choices = value  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return the filters; a field that cannot be read narrows nothing and says so."""
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})
