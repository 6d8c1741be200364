"""Forms of notices: how one is told, when not, who stands in; whom an organisation calls and what machines it tells."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from port2port.alerts.delivery import bodies
from port2port.alerts.delivery.models import Preference, Quiet
from port2port.alerts.delivery.rules import CONTACTS_MOST

LONGEST_NAME, LONGEST_PHONE, LONGEST_URL = 80, 20, 2000
MOST_MINUTES = 240
CHANNELS = {"mail": _("Mail"), "push": _("Push message"), "sms": _("Text message"), "voice": _("Phone call")}
PHONES = ("sms", "voice")
NEVER, URGENT_ONLY, ALL = "never", "urgent", "all"
HOW = [(ALL, _("for every alert")), (URGENT_ONLY, _("for urgent alerts only")), (NEVER, _("never"))]
WEEKLY = [("0", _("never")), *((str(number + 1), name) for number, name in WEEKDAYS.items())]
CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WishForm(forms.Form):
    """By which channels a person is told, and the quiet hours. Channels that this installation lacks are left out."""

    mail = forms.ChoiceField(label=CHANNELS["mail"], choices=HOW)
    push = forms.ChoiceField(label=CHANNELS["push"], choices=HOW, help_text=_("In the browsers that you subscribed."))
    sms = forms.ChoiceField(label=CHANNELS["sms"], choices=HOW)
    voice = forms.ChoiceField(label=CHANNELS["voice"], choices=HOW)
    phone = forms.CharField(
        label=_("Phone on duty"),
        required=False,
        max_length=LONGEST_PHONE,
        help_text=_("With + and the country code, for text messages and calls."),
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=CLOCK)
    quiet_to = forms.TimeField(label=_("Quiet until"), required=False, widget=CLOCK)
    urgent_overrides = forms.BooleanField(
        label=_("Urgent alerts reach me in quiet hours too"), required=False, initial=True
    )
    digest = forms.BooleanField(label=_("What is not urgent once a day, when the quiet hours end"), required=False)

    weekly = forms.TypedChoiceField(
        label=_("What is new for you, once a week by mail"),
        choices=WEEKLY,
        coerce=int,
        required=False,
        empty_value=None,  # a page from before it was offered changes nothing
        help_text=_("Titles of TLP:CLEAR and TLP:GREEN, of the rest only how many. Each holds a link that ends it."),
    )

    def __init__(self, *arguments: Any, phones: bool, push: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        left_out = ([] if phones else [*PHONES, "phone"]) + ([] if push else ["push"])
        for name in left_out:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """Take both ends of the quiet hours or none."""
        data = super().clean() or {}
        if bool(data.get("quiet_from")) != bool(data.get("quiet_to")):
            self.add_error("quiet_to", _("Give both times, or neither."))
        if data.get("digest") and not data.get("quiet_to"):
            self.add_error("digest", _("Set quiet hours: a digest comes when they end."))
        data["phone"] = "".join(str(data.get("phone", "")).split())
        if not data["phone"] and any(data.get(name, NEVER) != NEVER for name in PHONES):
            self.add_error("phone" if "phone" in self.fields else None, _("Give the number to call."))
        return data


def wishes(kept: dict[str, Preference], quiet: Quiet | None, *, weekly: int) -> dict[str, Any]:
    """Return what the form begins with."""
    found: dict[str, Any] = {"mail": ALL, "push": ALL, "sms": NEVER, "voice": NEVER, "weekly": weekly}
    for channel, row in kept.items():
        found[channel] = NEVER if not row.wanted else URGENT_ONLY if row.urgent_only else ALL
    found["phone"] = next((row.address for row in kept.values() if row.address), "")
    if quiet is not None:
        found |= {"quiet_from": quiet.from_time, "quiet_to": quiet.to_time, "digest": quiet.digest}
        found["urgent_overrides"] = quiet.urgent_overrides
    return found


class LeaveForm(forms.Form):
    """Who is told in one's place, on which days."""

    deputy = forms.ChoiceField(label=_("Who is told in your place"))
    from_day = forms.DateField(label=_("From"), widget=DAY)
    to_day = forms.DateField(label=_("Until and with"), widget=DAY)

    def __init__(self, *arguments: Any, people: Sequence[tuple[UUID, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["deputy"].choices = [(str(key), name) for key, name in people]  # type: ignore[attr-defined]


class SubscriptionForm(forms.Form):
    """What a browser says of its push subscription."""

    endpoint = forms.CharField(max_length=LONGEST_URL)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)


class ReachForm(forms.Form):
    """Whether push is allowed, and whom to call in which order."""

    push_allowed = forms.BooleanField(
        label=_("Our people may be told by push messages"),
        required=False,
        help_text=_(
            "They pass by the servers of the browser's maker, who learns when somebody is told, never of what."
        ),
    )
    step_minutes = forms.IntegerField(
        label=_("Minutes until the next is called"),
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=_("When nobody here has acknowledged an urgent alert. Whoever may not see it is passed over."),
    )

    def __init__(self, *arguments: Any, people: Sequence[tuple[UUID, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        choices = [("", "–"), *((str(key), name) for key, name in people)]
        for place in range(1, CONTACTS_MOST + 1):
            label = _("Called in place %(place)s") % {"place": place}
            self.fields[f"contact_{place}"] = forms.ChoiceField(label=label, choices=choices, required=False)

    def chain(self) -> list[UUID]:
        """Return whom to call, in order."""
        named = (self.cleaned_data[f"contact_{place}"] for place in range(1, CONTACTS_MOST + 1))
        return [UUID(key) for key in named if key]


class WebhookForm(forms.Form):
    """A machine that is told."""

    name = forms.CharField(label=_("Which machine or system?"), max_length=LONGEST_NAME)
    url = forms.CharField(label=_("Its address"), max_length=LONGEST_URL, help_text=_("An https address."))
    form = forms.ChoiceField(
        label=_("What it gets"),
        required=False,
        help_text=_("The alert itself only up to TLP:GREEN; of any other it gets the number and address."),
    )

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        whole = [(form, _("The alert as %(standard)s") % {"standard": word}) for form, word in bodies.forms()]
        self.fields["form"].choices = [(bodies.NOTICE, _("Number and address")), *whole]  # type: ignore[attr-defined]
