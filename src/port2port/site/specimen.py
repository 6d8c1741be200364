"""What `/parts/` shows: every part once, with invented values. Also the page that axe and the screenshots look at.

Its words are for whoever builds pages, and stay English.
"""

from datetime import timedelta
from typing import Any

from django import forms

from port2port.base.clock import now
from port2port.site.charts import multiple
from port2port.site.map_data import Point, chart


class SpecimenForm(forms.Form):
    """A form with one field of each kind."""

    kind = forms.ChoiceField(
        label="What is it?",
        choices=[("drugs", "Drugs"), ("insider", "Insider"), ("other", "Other")],
        widget=forms.RadioSelect,
    )
    what = forms.CharField(
        label="What happened?",
        widget=forms.Textarea,
        help_text="No names of persons.",
        error_messages={"required": "Write what happened"},
    )
    container = forms.CharField(label="Container", required=False, help_text="Four letters and seven digits")
    where = forms.ChoiceField(label="Where?", choices=[("kallo", "Kallo"), ("quay1", "Quay 1")])
    audience = forms.ChoiceField(
        label="Who should know?",
        choices=[("named", "PSO and police, named persons"), ("ports", "Ports and police")],
        widget=forms.RadioSelect,
    )

    def clean_container(self) -> str:
        """Refuse the specimen's wrong check digit (ISO 6346), so that the page shows an error."""
        value: str = self.cleaned_data["container"]
        if value == "CSQU3054388":
            raise forms.ValidationError("Check the container number: the last digit should be 3")
        return value


PORTS = (
    Point("Antwerp", 4.34, 51.26, size=0.9),
    Point("Zeebrugge", 3.2, 51.33, size=0.45, label="below"),
    Point("Ghent", 3.74, 51.12, size=0.55, ringed=True, label="left"),
    Point("Ostend", 2.92, 51.23, size=0.15, label="below"),
    Point("Brussels", 4.35, 50.87, size=0.25),
    Point("Liège", 5.6, 50.65, size=0.15, label="left"),
    Point("Genk", 5.45, 50.93, size=0.05, label="left"),
)
GROUNDS = ("paper", "surface", "sunken", "ink", "ink-2", "ink-3", "line-2", "water", "water-2", "water-ink", "land",
           "action", "signal", "ok", "part", "error", "focus")  # fmt: skip


def specimen() -> dict[str, Any]:
    """Return the invented values of the page."""
    at = now()
    return {
        "grounds": GROUNDS,
        "at": at - timedelta(minutes=8),
        "yesterday": at - timedelta(days=1),
        "soon": (at + timedelta(days=6)).date(),
        "seen_red": {"tlp": 4, "audience": ["3 named persons"], "why_url": "#why"},
        "seen_amber": {"tlp": 2, "audience": ["Ports", "police"], "why_url": "#why"},
        "seen_green": {"tlp": 1, "audience": ["All members"], "why_url": "#why", "note": "412 people."},
        "kind_icons": {
            "drugs": {"icon": "drugs"},
            "insider": {"icon": "insider"},
            "other": {"icon": "other"},
        },
        "audience_notes": {
            "named": {"tlp": 4, "note": "3"},
            "ports": {"disabled": True, "note": "Too wide for an insider report"},
        },
        "columns": [
            {"word": "When", "href": "?sort=when", "sorted": "descending"},
            {"word": "What"},
            {"word": "Where"},
            {"word": "State"},
            {"word": "Seen too", "number": True},
        ],
        "cursor": {"newer": "?newer", "older": "?older"},
        "chips": [
            {"word": "All", "href": "?", "current": True, "count": 38},
            {"word": "Drugs", "href": "?kind=drugs", "count": 12},
            {"word": "Insider", "href": "?kind=insider", "count": 3},
        ],
        "steps": [
            {"word": "Proposed", "when": "3 Oct", "done": True},
            {"word": "Discussed", "when": "24 Oct", "done": True},
            {"word": "Positions", "when": "27 Nov", "current": True},
            {"word": "Agreed"},
            {"word": "In place"},
        ],
        "entries": [
            {
                "at": at - timedelta(minutes=1),
                "what": "Acknowledged by Ostend",
                "more": "fifth of nine",
                "now": True,
            },
            {"at": at - timedelta(minutes=4), "what": "Ghent: seen here too"},
            {"at": at - timedelta(minutes=8), "what": "Reported", "more": "by the lock crew", "key": True},
        ],
        "facts": [
            ("Purpose", "prevent and detect offences in the port"),
            ("Kept until", "22 May 2027"),
            ("Empty", ""),
        ],
        "rows": [
            multiple("Ghent", [2, 3, 2, 3, 2, 1, 3, 2, 2, 2, 2, 3, 4, 5], (1.2, 3.8), why_url="#why"),
            multiple("Antwerp", [8, 10, 11, 9, 8, 11, 10, 9, 12, 10, 11, 9, 10, 12], (8, 12), href="#antwerp"),
            multiple("Genk", [0], (0, 2)),
        ],
        "chart": chart(
            PORTS,
            label="Ghent reports more than usual; the rest of the network is as usual",
            caption="Dot size: number of reports. Ringed: changed more than chance explains.",
            ways=[[(3.74, 51.12), (4.0, 51.03), (4.34, 51.26)], [(4.34, 51.26), (4.9, 51.17), (5.45, 50.93)]],
        ),
    }
