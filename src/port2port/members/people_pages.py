"""Pages of people administration, for an organisation's administrators; and the page of whoever was invited."""

from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import activate, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from port2port.base import clock
from port2port.base.errors import Conflict, Invalid, Refused
from port2port.members import actions, people_queries, queries
from port2port.members.acting import current_actor
from port2port.members.identity import begin_session
from port2port.members.identity_pages import in_browser
from port2port.members.identity_views import identity
from port2port.members.models import Organisation
from port2port.members.people_forms import (
    AcceptForm,
    InviteForm,
    RemoveForm,
    RolesForm,
    VerificationForm,
    colleagues,
    other_organisations,
    put,
    role_notes,
)
from port2port.members.people_queries import PersonRow, administrator
from port2port.members.queries import called, role_titles
from port2port.members.roles import ROLES, Act

UNPROCESSABLE = 422


@require_GET
@in_browser
def people(request: HttpRequest) -> HttpResponse:
    """The people of my organisation: roles, facility, verification, second factor, last review; open invitations."""
    administrator()
    at = clock.now()
    rows = people_queries.people(at.date())
    invited = people_queries.pending_invitations(at)
    context = {
        "rows": rows,
        "unverified": sum(not row.verified for row in rows),
        "without_factor": sum(not row.second_factor for row in rows),
        "invitations": [(one, role_titles(one.roles)) for one in invited],
        "review": people_queries.review_now(at.date()),
        "roles": [ROLES[code] for code in sorted({code for row in rows for code in row.roles}) if code in ROLES],
        "organisation": called(_organisation().names),
    }
    return render(request, "members/people/people.html", context)


@require_http_methods(["GET", "POST"])
@in_browser
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody: name, address, language, roles."""
    administrator()
    organisation = _organisation()
    form = InviteForm(
        request.POST or None,
        facilities=people_queries.own_facilities(),
        operators=organisation.kind == "platform_operator",
        initial={"language": (request.LANGUAGE_CODE or "nl")[:2]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.invite(
                name=form.cleaned_data["name"],
                email=form.cleaned_data["email"],
                language=form.cleaned_data["language"],
                roles=form.cleaned_data["roles"],
                facility=form.chosen_facility(),
                at=clock.now(),
            )
        except Invalid as wrong:
            put(form, wrong.problems)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": made.email})
            return redirect("members:people")
    context = {"form": form, "notes": role_notes(), "organisation": called(organisation.names)}
    return render(request, "members/people/invite.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@in_browser
def cancel_invitation(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Take an invitation back."""
    found = actions.cancel_invitation(invitation, at=clock.now())
    messages.success(request, _("The invitation to %(email)s no longer works.") % {"email": found.email})
    return redirect("members:people")


@require_http_methods(["GET", "POST"])
@in_browser
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """One person: roles and verification. The name of the button says which of the two forms was sent."""
    administrator()
    at = clock.now()
    row = people_queries.person(person, at.date())
    do = request.POST.get("do", "")
    roles = _roles_form(row, request.POST if do == "roles" else None)
    verification = VerificationForm(
        request.POST if do == "verify" else None, initial={"kind": "security-verification", "on": at.date()}
    )
    if do == "roles" and roles.is_valid():
        try:
            actions.change_roles(person, roles=roles.cleaned_data["roles"], facility=roles.chosen_facility(), at=at)
        except Invalid as wrong:
            put(roles, wrong.problems)
        except (Conflict, Refused) as refused:
            roles.add_error("roles", str(refused.reason))
        else:
            messages.success(request, _("The roles of %(name)s are changed.") % {"name": row.name})
            return _after_change(request, person)
    if do == "verify" and verification.is_valid():
        on, until = verification.dates()
        try:
            actions.confirm_verification(person, kind=verification.cleaned_data["kind"], on=on, until=until, at=at)
        except Invalid as wrong:
            put(verification, wrong.problems)
        except Refused as refused:
            verification.add_error(None, str(refused.reason))
        else:
            messages.success(request, _("Confirmed: %(name)s now reads AMBER.") % {"name": row.name})
            return redirect("members:person", person)
    if do == "unverify":
        actions.withdraw_verification(person, at=at)
        messages.success(request, _("%(name)s no longer reads AMBER.") % {"name": row.name})
        return redirect("members:person", person)
    failed = bool(roles.errors or verification.errors)
    context = {"row": row, "roles": roles, "notes": role_notes(), "verification": verification}
    return render(request, "members/people/person.html", context, status=UNPROCESSABLE if failed else 200)


@require_http_methods(["GET", "POST"])
@in_browser
def remove(request: HttpRequest, person: UUID) -> HttpResponse:
    """Take a person out, with a named heir, confirmed by typing the name."""
    administrator()
    at = clock.now()
    row = people_queries.person(person, at.date())
    form = RemoveForm(request.POST or None, name=row.name, heirs=colleagues(people_queries.people(at.date()), person))
    if request.method == "POST" and form.is_valid():
        try:
            moved = actions.remove_person(person, heir=form.chosen(), at=at)
        except Invalid as wrong:
            put(form, wrong.problems)
        except Conflict as refused:
            form.add_error(None, str(refused.reason))
        else:
            passed = ngettext("%(n)d record passed on.", "%(n)d records passed on.", moved) % {"n": moved}
            messages.success(request, _("%(name)s is out.") % {"name": row.name} + " " + passed)
            return redirect("members:review" if "review" in request.GET else "members:people")
    context = {"row": row, "form": form, "alone": len(form.fields["heir"].choices) == 1}  # type: ignore[attr-defined]
    return render(request, "members/people/remove.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@in_browser
def close_organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """A whole organisation leaves, confirmed by typing its name; for operators of the platform."""
    if not current_actor().may(Act.OPERATE):
        raise Refused(_("Only an operator of the platform does this."))
    leaving = queries.organisation(slug)
    name = called(leaving.names)
    heirs = other_organisations(queries.current_organisations(), leaving)
    form = RemoveForm(request.POST or None, name=name, heirs=heirs)
    form.fields["heir"].help_text = _(
        "It looks after the records from then on: it may change, widen and withdraw them."
    )
    if request.method == "POST" and form.is_valid():
        try:
            moved = actions.close_organisation(leaving, heir=form.chosen(), at=clock.now())
        except Invalid as wrong:
            put(form, wrong.problems)
        else:
            passed = ngettext("%(n)d record passed on.", "%(n)d records passed on.", moved) % {"n": moved}
            messages.success(request, _("%(name)s has left.") % {"name": name} + " " + passed)
            return redirect("members:organisation", slug)
    context = {"organisation": leaving, "name": name, "form": form}
    return render(request, "members/people/close.html", context, status=UNPROCESSABLE if form.errors else 200)


@identity
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation: a newcomer chooses a password, who is here already signs in. Runs as `identity`."""
    at = clock.now()
    invitation = people_queries.invitation(secret, at)
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        activate(invitation.language)
    signed_in: Any = request.actor  # type: ignore[attr-defined]
    account = people_queries.account_with(invitation.email)
    context = {
        "invitation": invitation,
        "organisation": called(invitation.organisation.names),
        "roles": [ROLES[code] for code in invitation.roles if code in ROLES],
        "facility": called(invitation.facility.names) if invitation.facility else "",
        "account": account is not None,
        "other": signed_in is not None and (account is None or account.person_id != signed_in.person),
        "mine": signed_in is not None and account is not None and account.person_id == signed_in.person,
        "closed": account is not None and not account.is_active,
        "sign_in": f"{reverse('account_login')}?next={request.path}",
    }
    if account is not None:
        if request.method == "POST" and context["mine"]:
            made = actions.accept_as(invitation, signed_in.person, at=at)
            request.session["hat"] = str(made.id)
            messages.success(request, _("You now act for %(name)s.") % {"name": context["organisation"]})
            return HttpResponseRedirect("/")
        return render(request, "members/people/accept.html", context)
    form = AcceptForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and not context["other"] and form.is_valid():
        try:
            new = actions.accept_as_new(
                invitation, name=form.cleaned_data["name"], password=form.cleaned_data["password"], at=at
            )
        except Invalid as wrong:
            put(form, wrong.problems)
        else:
            record_authentication(request, new, method="password", email=new.email)  # not asked again to enrol
            login(request, new, backend=settings.AUTHENTICATION_BACKENDS[0])
            begin_session(request, new, strong=False, reason="invitation")
            return redirect("mfa_index")
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "members/people/accept.html", {**context, "form": form}, status=status)


def _organisation() -> Organisation:
    return Organisation.objects.get(id=people_queries.own_organisation())


def _roles_form(row: PersonRow, data: Any) -> RolesForm:
    return RolesForm(
        data,
        facilities=people_queries.own_facilities(),
        operators=_organisation().kind == "platform_operator",
        initial={"roles": list(row.roles), "facility": str(row.facility_id or "")},
    )


def _after_change(request: HttpRequest, person: UUID) -> HttpResponse:
    return redirect("members:review") if "review" in request.GET else redirect("members:person", person)
