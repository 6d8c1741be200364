"""Sign-in by one click, for the demo alone: demo mode, this machine alone, and a database that says it is a demo.

`identity_urls` registers the page only when settings.DEMO; the rest is checked at each request.
"""

import ipaddress
import json
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth import login
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from port2port.base.errors import NotFound
from port2port.base.models import Setting
from port2port.members.data_files import label
from port2port.members.identity import begin_session
from port2port.members.models import Account
from port2port.members.roles import ROLES

ADDRESSES = ".demo"  # a top-level domain nobody can have mail in
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@dataclass(frozen=True)
class CastMember:
    """One of the cast, with every hat in words."""

    account: UUID
    name: str
    email: str
    organisations: str
    roles: str
    says: list[str]


def allowed(request: HttpRequest) -> bool:
    """Whether this request may sign in by one click. A forwarded request came from elsewhere, whatever it says."""
    if (
        not settings.DEMO
        or "port2port.forwarded" in request.META
        or "X-Forwarded-For" in request.headers
        or "Forwarded" in request.headers
    ):
        return False
    try:
        here = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return here and Setting.objects.filter(key="demo", value="yes").exists()


def cast() -> list[CastMember]:
    """Return the people of the demo: accounts without a password, in addresses that cannot exist."""
    active = get_language() or "en"
    members = []
    for account in Account.objects.filter(email__endswith=ADDRESSES, is_active=True).select_related("person"):
        if account.has_usable_password():
            continue
        with connection.cursor() as cursor:
            cursor.execute("select names, roles from members_hats(%s)", [account.person_id])
            hats = [(row[0], [ROLES[code] for code in row[1] if code in ROLES]) for row in cursor.fetchall()]
        roles = {role.code: role for _names, held in hats for role in held}
        members.append(
            CastMember(
                account=account.id,
                name=account.person.name,
                email=account.email,
                organisations=", ".join(label(_as_names(names), active) for names, _held in hats),
                roles=", ".join(str(role.title) for role in roles.values()),
                says=[str(role.says) for role in roles.values()],
            )
        )
    return members


@never_cache
@require_http_methods(["GET", "POST"])
def cast_page(request: HttpRequest) -> HttpResponse:
    """Show the cast; sign in as the one that was clicked. Runs as the system principal `identity`."""
    if not allowed(request):
        raise NotFound()
    people = cast()
    if request.method == "POST":
        chosen = next((one for one in people if str(one.account) == request.POST.get("account", "")), None)
        if chosen is None:
            raise NotFound()
        account = Account.objects.get(id=chosen.account)
        login(request, account, backend=BACKEND)
        begin_session(request, account, strong=True, reason="demo")
        return HttpResponseRedirect("/")
    return render(request, "members/identity/demo.html", {"people": people})


def _as_names(names: object) -> dict[str, str]:
    if isinstance(names, str):  # the driver hands jsonb of a function over as text or parsed, as Django set it up
        names = json.loads(names)
    return dict(names)  # type: ignore[call-overload, no-any-return]
