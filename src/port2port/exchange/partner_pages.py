"""Pages for who connects a system: how, what it would get now, what it sent, and making a report of that."""

import json
from uuid import UUID

import msgspec
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid
from port2port.exchange.forms import WITH_CIRCLE, AcceptForm
from port2port.exchange.inbound import accepting
from port2port.exchange.inbound import queries as inbound
from port2port.exchange.inbound.reading import said
from port2port.exchange.misp.groups import limit_of
from port2port.exchange.models import Inbound
from port2port.exchange.store import queries as store
from port2port.exchange.store.queries import Stored
from port2port.exchange.taxii.collections import collections
from port2port.members.acting import current_actor
from port2port.members.queries import called
from port2port.members.roles import Act
from port2port.sharing.queries import COUNT_LIMIT
from port2port.sharing.tlp import Tlp

SHOWN = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show how a system connects, what it would get now with one's own sight, and what was sent."""
    rows = store.newest(SHOWN)
    store.note_reading(rows, at=now())
    number = store.count()
    answer = ngettext("Your systems would get %(n)s object", "Your systems would get %(n)s objects", number)
    return render(
        request,
        "exchange/home.html",
        {
            "answer": answer % {"n": number if number <= COUNT_LIMIT else f"{COUNT_LIMIT}+"},
            "address": f"{settings.SITE_URL}{reverse('exchange:taxii')}",
            "misp": f"{settings.SITE_URL}{reverse('exchange:misp').removesuffix('manifest.json')}",
            "cap": f"{settings.SITE_URL}{reverse('exchange:feed')}",
            "map": f"{settings.SITE_URL}{reverse('exchange:map_feed')}",
            "may": current_actor().may("report"),
            "administers": current_actor().may(Act.ADMINISTER),
            "collections": collections(),
            "rows": [_row(row) for row in rows],
            "sent": [_line(row) for row in inbound.newest(SHOWN, kind=accepting.INCIDENT)],
            "deliveries": [one for one in inbound.deliveries(SHOWN) if one.refused],
        },
    )


def _row(row: Stored) -> dict[str, object]:
    """Return what is shown of an object that would leave: what it is called, and all of it as it is sent."""
    found = json.loads(row.body)
    return {
        "kind": found["type"],
        "name": store.called(found),
        "row": row,
        "text": json.dumps(found, indent=2, ensure_ascii=False),
    }


def _line(row: Inbound) -> dict[str, object]:
    """Return what is shown of an incident that was sent."""
    named = str(json.loads(row.body).get("name") or row.stix_id)
    return {"name": named[:160], "href": reverse("exchange:inbound", args=[row.id]), "row": row}


@require_http_methods(["GET", "HEAD", "POST"])
def sent(request: HttpRequest, inbound: UUID) -> HttpResponse:
    """Show an incident that was sent, and make a report of it."""
    row = accepting.incident(inbound)
    found = msgspec.json.decode(row.body)
    limit = limit_of(row)
    circle = called(limit.circle.names) if limit is not None and limit.circle is not None else ""
    form = AcceptForm(request.POST if request.method == "POST" else None, said(found), circle)
    problems = []
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            made = accepting.make_report(
                row.id, threat=chosen["threat"], port=chosen["port"], at=now(),
                with_circle=chosen.get("audience") == WITH_CIRCLE,
            )  # fmt: skip
        except Invalid as error:
            problems = error.problems
        else:
            messages.success(request, _("It is a report of your organisation now. Share it from there."))
            return HttpResponseRedirect(reverse("reports:detail", args=[made.record_id]))
    return render(
        request,
        "exchange/sent.html",
        {
            "row": row,
            "sender": row.peer.name if row.peer is not None else "",
            "name": str(found.get("name") or row.stix_id)[:160],
            "description": str(found.get("description") or ""),
            "text": json.dumps(json.loads(row.body), indent=2, ensure_ascii=False),
            "form": form,
            "problems": problems,
            "limited": limit is not None,
            "red": row.tlp == Tlp.RED,
            "may": current_actor().may("report") and not row.revoked,
        },
        status=422 if request.method == "POST" else 200,
    )
