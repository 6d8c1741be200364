"""Forms of people administration. They read what was typed; the actions decide whether it can be done."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from port2port.base.errors import Problem
from port2port.members.models import Facility, Organisation
from port2port.members.people_queries import PersonRow
from port2port.members.queries import called
from port2port.members.roles import ROLES
from port2port.members.rules import ROLES_FOR_PEOPLE, VERIFICATIONS


def role_choices(*, operators: bool) -> list[tuple[str, str | Promise]]:
    """Return the roles a person can be given here; operators only in the organisations that run the platform."""
    return [(code, ROLES[code].title) for code in ROLES_FOR_PEOPLE if operators or code != "operator"]


def role_notes() -> dict[str, dict[str, str]]:
    """Return what each role may do, in words, for the list of choices."""
    return {code: {"note": str(ROLES[code].says)} for code in ROLES_FOR_PEOPLE}


class RolesForm(forms.Form):
    """What a person may do, and in which facility."""

    roles = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=_("What may they do?"),
        error_messages={"required": _("Choose at least one role."), "invalid_choice": _("There is no such role.")},
    )
    facility = forms.ChoiceField(
        required=False,
        label=_("At which facility?"),
        help_text=_("For a port facility security officer: they read what is shared with it."),
        error_messages={"invalid_choice": _("Your organisation does not operate this facility.")},
    )

    def __init__(self, *arguments: object, facilities: Iterable[Facility], operators: bool, **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.fields["roles"].choices = role_choices(operators=operators)  # type: ignore[attr-defined]
        listed = [(str(one.id), f"{called(one.names)} ({one.number})") for one in facilities]
        self.fields["facility"].choices = [("", _("None")), *listed]  # type: ignore[attr-defined]
        if not listed:
            self.fields["facility"].widget = forms.HiddenInput()

    def chosen_facility(self) -> UUID | None:
        """Return the facility, if one was chosen."""
        return UUID(self.cleaned_data["facility"]) if self.cleaned_data["facility"] else None


class InviteForm(RolesForm):
    """Whom to invite."""

    name = forms.CharField(max_length=120, label=_("Name"), error_messages={"required": _("Give the person's name.")})
    email = forms.CharField(
        max_length=254,
        label=_("Work e-mail address"),
        help_text=_("The invitation goes there. It works once, for seven days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give an e-mail address, as in name@example.org.")},
    )
    language = forms.ChoiceField(choices=settings.LANGUAGES, label=_("Language"))

    field_order = ["name", "email", "language", "roles", "facility"]


class VerificationForm(forms.Form):
    """Which verification, since when and until when: outcome and dates, nothing else."""

    kind = forms.ChoiceField(
        choices=list(VERIFICATIONS.items()),
        widget=forms.RadioSelect,
        label=_("Which verification?"),
        error_messages={"required": _("Choose which verification it was.")},
    )
    on = forms.DateField(
        label=_("Given on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day it was given."), "invalid": _("Give a day, as in 2026-11-22.")},
    )
    until = forms.DateField(
        label=_("Holds until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give the day it ends."), "invalid": _("Give a day, as in 2026-11-22.")},
    )

    def dates(self) -> tuple[date, date]:
        """Return the two days."""
        return self.cleaned_data["on"], self.cleaned_data["until"]


class RemoveForm(forms.Form):
    """Who takes over."""

    heir = forms.ChoiceField(
        label=_("Who takes over?"),
        help_text=_("They read what only this person could read."),
        error_messages={
            "required": _("Choose a colleague who takes over."),
            "invalid_choice": _("Choose a colleague."),
        },
    )
    confirm = forms.CharField(
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the name to go on.")},
    )

    def __init__(self, *arguments: object, name: str, heirs: Iterable[tuple[UUID, str]], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.name = name
        listed: list[tuple[str, str | Promise]] = [("", _("Choose"))]
        self.fields["heir"].choices = listed + [(str(key), word) for key, word in heirs]  # type: ignore[attr-defined]
        self.fields["confirm"].label = _("To go on, type %(name)s") % {"name": name}

    def clean_confirm(self) -> str:
        """The name must be typed as it stands."""
        typed: str = self.cleaned_data["confirm"].strip()
        if typed != self.name:
            raise forms.ValidationError(_("Type the name exactly as it stands above."))
        return typed

    def chosen(self) -> UUID | None:
        """Return the heir."""
        return UUID(self.cleaned_data["heir"]) if self.cleaned_data["heir"] else None


class AcceptForm(forms.Form):
    """A newcomer's name and password."""

    name = forms.CharField(max_length=120, label=_("Your name"), error_messages={"required": _("Give your name.")})
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least twelve characters. A sentence is easy to remember."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
        max_length=512,
        error_messages={"required": _("Choose a password.")},
    )


def colleagues(rows: Iterable[PersonRow], leaving: UUID) -> list[tuple[UUID, str]]:
    """Return who can take over from a person."""
    return [(row.id, row.name) for row in rows if row.id != leaving]


def other_organisations(rows: Iterable[Organisation], leaving: Organisation) -> list[tuple[UUID, str]]:
    """Return the organisations that can take over."""
    return [(row.id, called(row.names)) for row in rows if row.id != leaving.id]


def put(form: forms.Form, problems: Iterable[Problem]) -> None:
    """Put the problems an action found at the fields they name, or above the form."""
    for problem in problems:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
