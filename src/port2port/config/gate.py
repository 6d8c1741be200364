"""The gate: who is asking, and in whose name the view runs. Every view but the public ones runs inside `acting_as`.

`Recognise` reads a browser's cookie; `Act` opens the actor's transaction round the view, so that an error undoes
everything the view did, and writes what was refused into the journal. A machine's token is read and entered at once, by
`Act`: it opens no page, so nothing before the view needs to know it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.conf import settings
from django.contrib.auth import logout
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import activate, get_language
from django.utils.translation import gettext as _

from port2port.base import journal
from port2port.base.errors import Invalid, NotFound, Port2PortError, Problem, Refused
from port2port.config.edge import TAXII, answer, wants_json
from port2port.members.acting import SignedOut, acting_as, acting_as_system, acting_by_token
from port2port.members.actor import current_actor
from port2port.members.network_data import label
from port2port.members.roles import ROLES, ProtectedReporter
from port2port.members.roles import Act as Permitted
from port2port.members.sessions import recognise
from port2port.members.tokens import CALENDAR, digest, presented
from port2port.sharing.platform import platform_state

View = Callable[..., HttpResponseBase]
# A token opens these and no page: its scopes are checked there. A cookie opens pages and none of these.
FOR_MACHINES = ("/api/", TAXII, "/feeds/", "/metrics")
# What taxii2-client, and OpenCTI with it, writes before a token.
TAXII_SCHEMES = ("Token ",)
# Calendars on phones send no header: their secret stands in the address, and opens this one address alone.
CALENDAR_FEED, ONLY_CALENDAR = "/feeds/calendar.ics", frozenset({CALENDAR})
# Where the front puts the SHA-256 of the client certificate that a trusted proxy took; no header can (`live/environ`).
CERTIFICATE = "port2port.certificate"
# Under an alias one follows the own report; all else is done under the own name, or it would lead to who wears it.
FOR_ALIASES = re.compile(r"/reports/($|rows/|points/|attachments/|updates/|[0-9a-f-]{36}/)|/me/hat/|/access/why/")


@dataclass(frozen=True)
class Hat:
    """A membership one may act under, with the organisation's name in the reader's language."""

    id: UUID
    organisation: UUID
    names: dict[str, str]
    roles: tuple[str, ...]

    @property
    def shielded(self) -> bool:
        """Whether it is the alias of a protected reporter."""
        return ProtectedReporter.code in self.roles

    @property
    def organisation_name(self) -> str:
        """The name in the active language."""
        return label(self.names, get_language() or "en")


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, as pages show it. `strong`: with a second factor, without which only enrolling is possible."""

    person: UUID
    name: str
    language: str
    hat: Hat | None
    hats: tuple[Hat, ...]
    strong: bool
    scopes: frozenset[str] | None = None  # of a token; None for a browser

    @property
    def organisation_name(self) -> str:
        """The organisation one acts for, in the active language."""
        return self.hat.organisation_name if self.hat else ""

    @property
    def may_report(self) -> bool:
        """Whether one of the hat's roles reports: without it the shell offers no way to."""
        return self._may(Permitted.REPORT)

    @property
    def may_operate(self) -> bool:
        """Whether one of the hat's roles looks after the platform itself."""
        return self._may(Permitted.OPERATE)

    def _may(self, act: Permitted) -> bool:
        return self.hat is not None and any(act in ROLES[code].acts for code in self.hat.roles if code in ROLES)


class Recognise:
    """Set `request.actor` from the session cookie (None: nobody, or a machine that is still to be recognised)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(FOR_MACHINES):
            request.actor = by_session(request)  # type: ignore[attr-defined]
        actor: SignedIn | None = request.actor  # type: ignore[attr-defined]
        if actor is not None:
            request.COOKIES.setdefault(settings.LANGUAGE_COOKIE_NAME, actor.language)
            request.platform_state = platform_state()  # type: ignore[attr-defined]
        return self.get_response(request)


def secret_of(request: HttpRequest) -> str:
    """Return the token that a machine shows: in its header, or as a calendar in the address of its feed; else ""."""
    if not request.path.startswith(FOR_MACHINES):
        return ""
    return _in_header(request) or (request.GET.get("key", "") if request.path == CALENDAR_FEED else "")


def _in_header(request: HttpRequest) -> str:
    header = request.headers.get("Authorization", "")
    return presented(header, *(TAXII_SCHEMES if request.path.startswith(TAXII) else ()))


@contextmanager
def by_token(request: HttpRequest, secret: str) -> Iterator[SignedIn]:
    """Let whoever a token stands for act, and yield who it is; its language is the answer's unless the client says one.

    Raises Paused for a machine that is to wait, SignedOut for a token that is unknown or over, for one in an address
    that may do more than a calendar's, and for an alias: it opens the pages of its own report alone.
    """
    with acting_by_token(digest(secret), certificate=request.META.get(CERTIFICATE, "")) as entry:
        acting, hats = current_actor(), _hats(entry.hats)
        if acting.shielded or (not _in_header(request) and entry.scopes != ONLY_CALENDAR):
            raise SignedOut()
        hat = next((h for h in hats if h.id == acting.hat), None)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and "Accept-Language" not in request.headers:
            activate(acting.language)
        yield SignedIn(entry.holder, acting.name, acting.language, hat, hats, True, entry.scopes)


def by_session(request: HttpRequest) -> SignedIn | None:
    """Return who the session cookie stands for; the hat is the one last put on, or the oldest membership."""
    known = recognise(request.session)  # type: ignore[arg-type]
    if known is not None:
        request._cached_user = known.account  # type: ignore[attr-defined]  # where Django's `request.user` looks
        person, name, language, hats = known.account.person_id, known.name, known.language, _hats(known.hats)
    else:
        with acting_as_system("identity"):
            user = request.user
            if not user.is_authenticated:
                return None
            person = user.person_id
            name, language, hats = _person(person)
    wanted = str(request.session.get("hat", ""))
    hat = next((h for h in hats if str(h.id) == wanted), hats[0] if hats else None)
    if hat is not None and wanted != str(hat.id):
        request.session["hat"] = str(hat.id)
    return SignedIn(person, name, language, hat, hats, bool(request.session.get("strong")))


def _hats(told: str) -> tuple[Hat, ...]:
    return tuple(Hat(UUID(i), UUID(o), names, tuple(roles)) for i, o, names, roles in msgspec.json.decode(told))


def _person(person: UUID) -> tuple[str, str, tuple[Hat, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("select name, language from members_person where id = %s", [person])
        name, language = cursor.fetchone()
        cursor.execute("select hat, organisation, names::text, roles from members_hats(%s)", [person])
        hats = tuple(Hat(row[0], row[1], msgspec.json.decode(row[2]), tuple(row[3])) for row in cursor.fetchall())
    return name, language, hats


class Act:
    """Call the view as the actor; last in the list, so that all other middleware has had its say."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase:
        """Return the view's answer, or the error's: after the transaction has ended."""
        actor: SignedIn | None = request.actor  # type: ignore[attr-defined]
        secret = secret_of(request)
        try:
            check_address(request)
            if getattr(view, "identity", False):
                with acting_as_system("identity"):
                    return rendered(view(request, *args, **kwargs))
            if getattr(view, "public", False):
                return view(request, *args, **kwargs)
            if secret:
                with by_token(request, secret) as actor:
                    request.actor = actor  # type: ignore[attr-defined]
                    return rendered(view(request, *args, **kwargs))
            if actor is None:
                return sign_in(request)
            if not actor.strong:
                return HttpResponseRedirect(reverse("mfa_index"))
            if actor.hat is not None and actor.hat.shielded and not FOR_ALIASES.match(request.path):
                return HttpResponseRedirect(reverse("reports:list"))
            with acting_as(actor.person, actor.hat.id if actor.hat else None):
                return rendered(view(request, *args, **kwargs))
        except SignedOut as error:
            if actor is not None and actor.scopes is None:
                with acting_as_system("identity"):
                    logout(request)
            return answer(request, error) if wants_json(request) else sign_in(request)
        except Port2PortError as error:
            if actor is not None and isinstance(error, Refused | NotFound) and "record" in error.context:
                note_refusal(actor, error)
            return answer(request, error)


def check_address(request: HttpRequest) -> None:
    """Refuse U+0000 in an address, once for every page and operation: PostgreSQL takes no text with it.

    Raises NotFound for it in the path, Invalid naming the parameter; TAXII has an error of its own for that.
    """
    if "\x00" in request.path:
        raise NotFound()
    if "%00" not in request.META["QUERY_STRING"] or request.path.startswith(TAXII):
        return
    raise Invalid(
        [
            Problem(name.replace("\x00", ""), _("This holds characters that cannot be shown."))
            for name, values in request.GET.lists()
            if any("\x00" in text for text in (name, *values))
        ]
    )


def rendered(response: HttpResponseBase) -> HttpResponseBase:
    """Return the response, complete: what streams later would run with nobody acting and stream nothing."""
    if response.streaming:
        raise RuntimeError("a response made inside acting_as must be complete")
    if hasattr(response, "render") and not getattr(response, "is_rendered", True):
        response = response.render()
    return response


def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask a person to sign in and come back; tell a machine that it needs a token."""
    if wants_json(request):
        return answer(request, SignedOut())
    target = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': target})}")


def note_refusal(actor: SignedIn, error: Port2PortError) -> None:
    """Write who was refused what; in a transaction of its own, since the refused one was undone."""
    try:
        with acting_as(actor.person, actor.hat.id if actor.hat else None):
            journal.write(
                "refused",
                kind=error.context.get("kind", ""),
                record=error.context["record"],
                reason=error.code,
            )
    except SignedOut:
        return
