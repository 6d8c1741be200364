"""Pages of one's own API tokens. The forms for machines' tokens are the same (`machine_pages`)."""

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base import clock
from port2port.base.errors import Refused
from port2port.members import tokens
from port2port.members.identity_pages import in_browser

DAYS = [
    ("7", gettext_lazy("a week")),
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("a year")),
]


class TokenForm(forms.Form):
    """What a new token is for, may do, and when it ends."""

    name = forms.CharField(
        max_length=tokens.LONGEST_NAME,
        label=gettext_lazy("What is it for?"),
        help_text=gettext_lazy("For example: gate system of quay 1."),
        error_messages={"required": gettext_lazy("Say what the token is for.")},
    )
    scopes = forms.MultipleChoiceField(
        # the calendar's link has a page of its own: a secret that stands in an address opens nothing else
        choices=[(code, words) for code, words in tokens.SCOPES.items() if code != tokens.CALENDAR],
        initial=["read"],
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("What may it do?"),
        help_text=gettext_lazy("Never more than whoever it acts for."),
        error_messages={"required": gettext_lazy("Choose what the token may do.")},
    )
    days = forms.ChoiceField(
        choices=DAYS, initial="90", widget=forms.RadioSelect, label=gettext_lazy("How long does it work?")
    )


@require_http_methods(["GET", "POST"])
@in_browser
def tokens_page(request: HttpRequest) -> HttpResponse:
    """My tokens, and a form for a new one, which acts under the hat I wear now."""
    actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if actor.hat is None:
            raise Refused(_("You belong to no organisation: there is nothing a token could do."))
        token, secret = tokens.make(
            person=actor.person,
            hat=actor.hat.id,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires=at + timedelta(days=int(form.cleaned_data["days"])),
            by=actor.person,
            at=at,
        )
        return render(request, "members/identity/token_made.html", {"token": token, "secret": secret})
    context = {"form": form, "tokens": tokens.current(actor.person, at=at), "scope_words": tokens.SCOPES}
    return render(request, "members/identity/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@in_browser
def revoke(request: HttpRequest, token: UUID) -> HttpResponse:
    """End a token of mine, or of a machine I administer."""
    ended = tokens.revoke(token, at=clock.now())
    messages.success(request, _("The token %(name)s no longer works.") % {"name": ended.name})
    if ended.person_id != request.actor.person:  # type: ignore[attr-defined]
        return redirect("members:machine", ended.person_id)
    return redirect("members:tokens")
