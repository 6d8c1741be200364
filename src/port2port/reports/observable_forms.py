"""The forms of observables. What is recognised is offered with boxes; nothing is saved that was not shown before."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from port2port.base.errors import Problem
from port2port.reports.forms import terms
from port2port.reports.observable_words import Offer, Recognised, token_of
from port2port.reports.observables.kinds import kinds
from port2port.reports.observables.normal import Observable, normalised
from port2port.reports.observables.recognise import recognise
from port2port.reports.observables.refused import Unrecognised
from port2port.sharing import legal_basis
from port2port.site.reader import language

LONGEST_PASTE = 100_000


def recognised_in(data: QueryDict) -> Recognised:
    """Return what a form says was observed.

    `text` and `observables` are searched; `observable` are the boxes that are ticked, `offered` those that were shown
    (a box that was shown and is not ticked stays so); `observable_kind` and `observable_value` name one by its kind.
    """
    pasted = data.get("observables", "")[:LONGEST_PASTE]
    ticked, shown = set(data.getlist("observable")), set(data.getlist("offered"))
    given = {(one.kind, one.value): Observable(one.kind, one.value, one.checked) for one in recognise(pasted)}
    found = {
        (one.kind, one.value): Observable(one.kind, one.value, one.checked)
        for one in recognise(data.get("text", "")[:LONGEST_PASTE])
    } | given
    problems = []
    for token in sorted(ticked):
        code, _bar, value = token.partition("|")
        try:
            one = normalised(code, value)
            found.setdefault((one.kind, one.value), one)
        except (Unrecognised, KeyError):
            problems.append(Problem("observables", _("One of the boxes is not one of ours.")))
    code, value = data.get("observable_kind", ""), data.get("observable_value", "").strip()
    named: Observable | None = None
    if value:
        try:
            named = normalised(code, value)
            found[named.kind, named.value] = given[named.kind, named.value] = named
        except Unrecognised as error:
            problems.append(Problem("observable_value", error.reason))
        except KeyError:
            problems.append(Problem("observable_kind", _("Choose what it is.")))
    offers = []
    for one in found.values():
        token = token_of(one)
        chosen = one == named or token in ticked or token not in shown
        offers.append(Offer(one, chosen, token in shown, (one.kind, one.value) in given))
    return Recognised(
        offers=offers,
        kinds=[(one.code, one.label(language())) for one in kinds()],
        pasted=pasted,
        confirmed=all(token_of(one) in shown for one in given.values()),
        problems=problems,
    )


class _Form(forms.Form):
    def put(self, problems: Iterable[Problem]) -> None:
        """Show what the rules found at the fields that ask for it."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, str(problem.message))


class AskForm(_Form):
    """Why one asks, and on which legal basis one would receive it."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you ask?"), max_length=400, widget=forms.Textarea,
        help_text=gettext_lazy("The owner reads this and the name of your organisation. No names of persons."),
    )  # fmt: skip
    legal_basis = forms.ChoiceField(label=gettext_lazy("On which legal basis would you receive it?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases = [one for one in legal_basis.legal_bases() if one.personal_data]
        self.fields["legal_basis"].choices = terms(bases, _("Choose a legal basis"))  # type: ignore[attr-defined]


class AnswerForm(_Form):
    """What the owner gives. `whole`: there is a value to give; a report is shared by its own page."""

    answer = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        widget=forms.RadioSelect,
        choices=[
            ("shared", gettext_lazy("Share: the value, and what you write below")),
            ("part", gettext_lazy("Share in part: only what you write below")),
            ("declined", gettext_lazy("Decline, with the reason below")),
        ],
    )
    words = forms.CharField(
        label=gettext_lazy("What they may know, or why not"), required=False, max_length=400, widget=forms.Textarea,
        help_text=gettext_lazy("It is read by their organisation, for 30 days."),
    )  # fmt: skip

    def __init__(self, *args: Any, whole: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not whole:
            self.fields["answer"].choices = [  # type: ignore[attr-defined]
                ("part", _("Tell them what you write below")), ("declined", _("Decline, with the reason below")),
            ]  # fmt: skip


class HoldForm(_Form):
    """Until when a report matches in silence."""

    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Left empty: until it is released."),
    )  # fmt: skip
