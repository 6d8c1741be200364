"""Pages of circles: which there are for me, who is in them where that may be known, keeping those one made."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from port2port.base import clock
from port2port.base.errors import Invalid, NotFound, Refused
from port2port.members import circle_actions, circle_queries
from port2port.members.acting import current_actor
from port2port.members.circle_queries import CircleNow
from port2port.members.identity_pages import in_browser
from port2port.members.people_forms import put
from port2port.members.roles import Act, Level

UNPROCESSABLE = 422
READERS: dict[str, tuple[Promise, Promise]] = {
    Level.OPERATIONAL: (
        gettext_lazy("Those on duty"),
        gettext_lazy("Port and facility security officers, duty desks, officers, analysts."),
    ),
    Level.STRATEGIC: (gettext_lazy("Those who decide"), gettext_lazy("Directors, commissioners and analysts.")),
    Level.COMMUNITY: (gettext_lazy("All members"), gettext_lazy("Everybody there, but company contacts.")),
}


class NameForm(forms.Form):
    """What it is called."""

    name = forms.CharField(
        max_length=circle_actions.LONGEST_NAME,
        label=gettext_lazy("What is it called?"),
        help_text=gettext_lazy("Its members see this name. No names of persons, nothing secret."),
        error_messages={"required": gettext_lazy("Give the circle a name.")},
    )


class MembersForm(forms.Form):
    """Who joins."""

    members = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Who joins?"),
        error_messages={
            "required": gettext_lazy("Choose who joins."),
            "invalid_choice": gettext_lazy("You cannot add one of these."),
        },
    )

    def __init__(self, *arguments: object, among: list[tuple[UUID, str]], **named: object) -> None:
        super().__init__(*arguments, **named)  # type: ignore[arg-type]
        self.fields["members"].choices = [(str(key), name) for key, name in among]  # type: ignore[attr-defined]

    def chosen(self) -> list[UUID]:
        """Return the ids."""
        return [UUID(value) for value in self.cleaned_data["members"]]


class MakeForm(NameForm):
    """A new circle; who is in it comes next."""

    of = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[("persons", gettext_lazy("Persons, by name")), ("organisations", gettext_lazy("Organisations"))],
        initial="persons",
        label=gettext_lazy("Whom does it join?"),
    )
    level = forms.ChoiceField(
        widget=forms.RadioSelect,
        choices=[(code, words[0]) for code, words in READERS.items()],
        initial=Level.OPERATIONAL,
        label=gettext_lazy("Who of them reads?"),
    )
    confidential = forms.BooleanField(
        required=False,
        label=gettext_lazy("Confidential: who is in it is shown to nobody but those who keep it"),
    )


@require_GET
def circles(request: HttpRequest) -> HttpResponse:
    """The circles I am in, and those I may also write to."""
    rows = circle_queries.circles()
    context = {
        "mine": [row for row in rows if row.mine],
        "others": [row for row in rows if not row.mine],
        "may_make": current_actor().may(Act.SHARE),
    }
    return render(request, "members/circles/circles.html", context)


@require_http_methods(["GET", "POST"])
@in_browser
def make(request: HttpRequest) -> HttpResponse:
    """Make a circle for an occasion."""
    if not current_actor().may(Act.SHARE):
        raise Refused(_("None of your roles in this organisation may do that."))
    form = MakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = circle_actions.make_circle(
                name=form.cleaned_data["name"],
                of=form.cleaned_data["of"],
                level=form.cleaned_data["level"],
                confidential=form.cleaned_data["confidential"],
                members=[],
                at=clock.now(),
            )
        except Invalid as wrong:
            put(form, wrong.problems)
        else:
            messages.success(request, _("The circle is there. Now say who joins."))
            return redirect("members:circle", made.id)
    notes = {code: {"note": str(words[1])} for code, words in READERS.items()}
    context = {"form": form, "notes": notes}
    return render(request, "members/circles/make.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_GET
def circle(request: HttpRequest, circle: UUID) -> HttpResponse:
    """One circle: who is in it, where that may be known; for those who keep it, what can be changed."""
    return _page(request, circle_queries.circle(circle))


@require_POST
@in_browser
def rename(request: HttpRequest, circle: UUID) -> HttpResponse:
    """Give it another name."""
    now = _kept(circle)
    form = NameForm(request.POST)
    if form.is_valid():
        circle_actions.rename_circle(circle, name=form.cleaned_data["name"], at=clock.now())
        messages.success(request, _("The circle has its new name."))
        return redirect("members:circle", circle)
    return _page(request, now, rename=form)


@require_POST
@in_browser
def add(request: HttpRequest, circle: UUID) -> HttpResponse:
    """Let organisations or persons join."""
    now = _kept(circle)
    form = MembersForm(request.POST, among=_candidates(now))
    if form.is_valid():
        try:
            new = circle_actions.add_members(circle, members=form.chosen(), at=clock.now())
        except Invalid as wrong:
            put(form, wrong.problems)
        else:
            messages.success(request, ngettext("%(n)d joined.", "%(n)d joined.", new) % {"n": new})
            return redirect("members:circle", circle)
    return _page(request, now, joining=form)


@require_POST
@in_browser
def remove(request: HttpRequest, circle: UUID, member: UUID) -> HttpResponse:
    """Take one out."""
    circle_actions.remove_member(circle, member=member, at=clock.now())
    messages.success(request, _("Taken out of the circle."))
    return redirect("members:circle", circle) if _still_known(circle) else redirect("members:circles")


@require_http_methods(["GET", "POST"])
@in_browser
def close(request: HttpRequest, circle: UUID) -> HttpResponse:
    """Close it, confirmed by typing its name."""
    now = _kept(circle)
    problem = ""
    if request.method == "POST":
        if request.POST.get("confirm", "").strip() == now.row.name:
            circle_actions.close_circle(circle, at=clock.now())
            messages.success(request, _("The circle is closed."))
            return redirect("members:circles")
        problem = _("Type the name exactly as it stands above.")
    context = {"now": now, "problem": problem, "problem_items": [("#confirm-name", problem)]}
    return render(request, "members/circles/close.html", context, status=UNPROCESSABLE if problem else 200)


def _kept(circle: UUID) -> CircleNow:
    now = circle_queries.circle(circle)
    if not now.row.keeps:
        raise NotFound()
    return now


def _still_known(circle: UUID) -> bool:
    try:
        circle_queries.circle(circle)
    except NotFound:
        return False
    return True


def _candidates(now: CircleNow) -> list[tuple[UUID, str]]:
    return circle_queries.candidates(now.row.of, {member.id for member in now.members})


def _page(
    request: HttpRequest, now: CircleNow, *, rename: NameForm | None = None, joining: MembersForm | None = None
) -> HttpResponse:
    failed = rename or joining
    context = {
        "now": now,
        "rename": rename or NameForm(initial={"name": now.row.name}),
        "joining": joining or (MembersForm(among=_candidates(now)) if now.row.keeps else None),
        "older": _older_words(now.older) if now.row.keeps else "",
        "me": current_actor().person,
    }
    return render(request, "members/circles/circle.html", context, status=UNPROCESSABLE if failed else 200)


def _older_words(older: int | None) -> str:
    if older is None:
        return _(
            "Whoever joins also sees what was shared with this circle before. "
            "You are not in it, so you do not know how much."
        )
    if older > circle_queries.COUNT_LIMIT:
        return _("Whoever joins also sees what was shared with this circle before: 1,000+ records become visible.")
    if not older:
        return _("Nothing was shared with this circle yet.")
    return ngettext(
        "Whoever joins also sees what was shared with this circle before: %(n)d record becomes visible.",
        "Whoever joins also sees what was shared with this circle before: %(n)d records become visible.",
        older,
    ) % {"n": older}
