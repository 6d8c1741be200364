"""One's own things: the account, the hat, the language, where one is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from port2port.base import clock, journal
from port2port.base.errors import Invalid, NotFound, Problem, Refused
from port2port.members import second_factor, shielding, tokens
from port2port.members.acting import current_actor
from port2port.members.browsers import browser_words
from port2port.members.data_files import label
from port2port.members.identity import end_other_sessions
from port2port.members.models import Account, CircleMember, Membership, Person, Session
from port2port.members.roles import ROLES
from port2port.members.sessions import hashed

View = Callable[..., HttpResponse]


def in_browser(view: View) -> View:
    """Refuse a token: one's account, tokens and machines are handled in person, with a second factor."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.scopes is not None:  # type: ignore[attr-defined]
            raise Refused(_("This is done in a browser, not with a token."))
        return view(request, *args, **kwargs)

    return checked


@dataclass(frozen=True)
class Role:
    """A role in words."""

    title: str
    says: str


@dataclass(frozen=True)
class HatWords:
    """A hat as the account page shows it."""

    id: str
    organisation: str
    roles: list[Role]
    current: bool
    until: datetime | None
    verified: bool


def hat_words(request: HttpRequest) -> list[HatWords]:
    """Return the hats of whoever asks, with what each role may do."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = {row.id: row for row in Membership.objects.filter(person_id=actor.person)}
    today = clock.now().date()
    return [
        HatWords(
            id=str(hat.id),
            organisation=hat.organisation_name,
            roles=[Role(str(ROLES[code].title), str(ROLES[code].says)) for code in hat.roles if code in ROLES],
            current=actor.hat is not None and hat.id == actor.hat.id,
            until=rows[hat.id].until,
            verified=(rows[hat.id].verified_until or today.min) >= today,
        )
        for hat in actor.hats
        if not hat.shielded
    ]


@require_GET
@in_browser
def me(request: HttpRequest) -> HttpResponse:
    """Who I am here, what I may do, how I sign in, and what is known about me."""
    actor = request.actor  # type: ignore[attr-defined]
    person = Person.objects.get(id=actor.person)
    account = Account.objects.get(person_id=actor.person)
    at = clock.now()
    active = get_language() or "en"
    circles = CircleMember.objects.filter(person_id=actor.person, until=None).select_related("circle")
    known = [
        (_("Name"), person.name),
        (_("E-mail address"), account.email),
        (_("Member since"), date_format(localtime(person.joined_at), "DATE_FORMAT")),
        (_("Circles of persons you are in"), ", ".join(sorted(label(row.circle.names, active) for row in circles))),
    ]
    context = {
        "person": person,
        "hats": hat_words(request),
        "factors": second_factor.factors(account),
        "has_password": account.has_usable_password(),
        "session_count": Session.objects.filter(person_id=actor.person, expire_date__gt=at).count(),
        "token_count": len(tokens.current(actor.person, at=at)),
        "known": known,
        "administers": any("administrator" in hat.roles for hat in actor.hats if hat == actor.hat),
        "languages": settings.LANGUAGES,
    }
    return render(request, "members/identity/me.html", context)


@require_POST
@in_browser
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language of pages and mail, for the person and for this browser."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Invalid([Problem("language", _("Choose one of the languages."))])
    Person.objects.filter(id=request.actor.person).update(language=wanted)  # type: ignore[attr-defined]
    response = redirect("members:me")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_POST
@in_browser
def hat(request: HttpRequest) -> HttpResponse:
    """Put on another hat. Open screens ask again, because the session's row changes."""
    actor = request.actor  # type: ignore[attr-defined]
    wanted = next((one for one in actor.hats if str(one.id) == request.POST.get("hat", "")), None)
    if wanted is None:
        raise NotFound()
    if wanted.shielded:
        if not current_actor().shielded:
            shielding.note_opened(wanted.id, at=clock.now())
        request.session["hat"] = str(wanted.id)  # and not a word in the journal: it would tie the two together
    elif actor.hat is None or wanted.id != actor.hat.id:
        if not current_actor().shielded:
            journal.write("hat.changed", kind="membership", record=wanted.id)
        request.session["hat"] = str(wanted.id)
        messages.success(request, _("You now act for %(name)s.") % {"name": wanted.organisation_name})
    return HttpResponseRedirect(within_site(request, request.POST.get("next", "/")))


def within_site(request: HttpRequest, target: str) -> str:
    """Return the address if it lies within this site, else the start."""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe else "/"


@dataclass(frozen=True)
class SignedInAt:
    """A session as the list shows it; `key` names it and opens nothing (it is a hash)."""

    key: str
    browser: str
    since: datetime
    seen: datetime
    here: bool


@require_http_methods(["GET", "POST"])
@in_browser
def sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in; end one, or all but this one."""
    person = request.actor.person  # type: ignore[attr-defined]
    here = hashed(request.session.session_key or "")
    if request.method == "POST":
        if "others" in request.POST:
            count = end_other_sessions(request, person)
        else:
            key = request.POST.get("end", "")
            if key == here:
                raise Refused(_("To end this one, sign out."))
            count, _by_model = Session.objects.filter(person_id=person, session_key=key).delete()
            if not count:
                raise NotFound()
            journal.write("session.ended", kind="session", person=person, number=count)
        messages.success(request, ngettext("%(n)d session ended.", "%(n)d sessions ended.", count) % {"n": count})
        return redirect("members:sessions")
    rows = Session.objects.filter(person_id=person, expire_date__gt=clock.now()).order_by("-seen_at")
    shown = [
        SignedInAt(row.session_key, browser_words(row.agent), row.created_at, row.seen_at, row.session_key == here)
        for row in rows
    ]
    shown.sort(key=lambda one: not one.here)
    return render(request, "members/identity/sessions.html", {"sessions": shown, "others": len(shown) - 1})
