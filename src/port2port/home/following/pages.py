"""What I follow: the list, the button's answer, ending one. They only translate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from port2port.base.clock import now
from port2port.home.following import actions
from port2port.home.following.models import Follow
from port2port.home.following.queries import follows
from port2port.home.following.subjects import RECORD, SUBJECTS
from port2port.home.search.sources import by_kind, hits_of, note_hits
from port2port.sharing.found import Hit
from port2port.sharing.models import Record


@dataclass(frozen=True)
class Row:
    """Something followed, in words. `hit`: of a record, how it is shown."""

    follow: Follow
    word: Promise | str
    icon: str
    title: str
    href: str
    hit: Hit | None = None


def rows(*, at: datetime) -> list[Row]:
    """Return what the actor follows, newest first; records that they do not see are not there. Journalled as a list."""
    kept = follows()
    wanted = [UUID(one.key) for one in kept if one.subject == RECORD]
    kinds = Record.objects.filter(id__in=wanted).values_list("id", "kind") if wanted else []
    hits = hits_of([(one, kind) for one, kind in kinds if kind in by_kind()], at)
    note_hits(hits.values(), at)
    made = (_row(one, hits) for one in kept)
    return [row for row in made if row is not None]


def _row(one: Follow, hits: dict[UUID, Hit]) -> Row | None:
    if one.subject == RECORD:
        hit = hits.get(UUID(one.key))
        return None if hit is None else Row(one, by_kind()[hit.kind].word, hit.icon, hit.title, hit.href, hit)
    subject = SUBJECTS[one.subject]
    # A key that left the vocabulary is shown as it is, so that it can be ended.
    return Row(one, subject.word, subject.icon, subject.keys().get(one.key, one.key), subject.page(one.key))


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest) -> HttpResponse:
    """Show what I follow and what else I could; take a press of the button and go back to where it stood."""
    if request.method == "POST":
        subject, key = request.POST.get("subject", ""), request.POST.get("key", "")
        if request.POST.get("follow") == "0":
            actions.unfollow(subject, key)
            messages.success(request, _("You follow it no more."))
        else:
            actions.follow(subject, key, at=now())
            messages.success(request, _("You follow it. What is new about it stands in the news."))
        return redirect(_back(request))
    kept = rows(at=now())
    return render(request, "home/following.html", {"rows": kept, "answer": _answer(kept), "more": _more(kept)})


@require_POST
def end(request: HttpRequest, follow: UUID) -> HttpResponse:
    """End one of mine."""
    actions.end_follow(follow)
    messages.success(request, _("You follow it no more."))
    return redirect("following")


def _answer(kept: list[Row]) -> str:
    if not kept:
        return _("You follow nothing yet")
    return ngettext("You follow %(n)d thing", "You follow %(n)d things", len(kept)) % {"n": len(kept)}


def _more(kept: list[Row]) -> list[dict[str, Any]]:
    """Return the threats and ports that could be followed too."""
    mine = {(row.follow.subject, row.follow.key) for row in kept}
    return [
        {"subject": one.code, "word": one.word, "keys": open_}
        for one in SUBJECTS.values()
        if (open_ := [(key, name) for key, name in one.keys().items() if (one.code, key) not in mine])
    ]


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    here = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if target and here else reverse("following")
