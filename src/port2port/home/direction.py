"""The director's page: what is late, what waits to be decided, how far the ports are, at one glance and on paper."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_safe

from port2port.base.clock import now
from port2port.base.errors import Invalid, Problem, Refused
from port2port.base.ids import new_id
from port2port.home.direction_sources import Part, parts_of
from port2port.members.acting import action, current_actor
from port2port.members.models import Circle, Membership
from port2port.sharing import exports
from port2port.sharing.exports import File
from port2port.sharing.papers import printed
from port2port.sharing.rules import REASONS
from port2port.sharing.sheets import XLSX, Sheet, to_xlsx
from port2port.sharing.tlp import Tlp
from port2port.site.downloads import as_download

KIND = "direction"
FORMS = {
    "pdf": "application/pdf",
    "xlsx": XLSX,
}
SHEET_NAME = 31  # Excel's limit


def directs() -> bool:
    """Tell whether the actor directs: by role, or in a circle of strategic level. One query, at most two."""
    actor = current_actor()
    roles = Membership.objects.filter(id=actor.hat).values_list("roles", flat=True).first() if actor.hat else None
    if roles and "director" in roles:
        return True
    return Circle.objects.filter(id__in=actor.keys, level="strategic", of="persons").exists()


def parts(*, at: datetime) -> list[Part]:
    """Return the sections for a director. Raises Refused for anybody else."""
    if not directs():
        raise Refused(REASONS["no-role"])
    return parts_of(current_actor(), at)


def answer(found: list[Part]) -> str:
    """Return the heading: what is late and what waits."""
    late, waiting = sum(part.late for part in found), sum(part.open for part in found)
    if not late and not waiting:
        return _("Nothing is overdue, and no decision waits")
    first = (
        ngettext("%(n)d adoption is overdue", "%(n)d adoptions are overdue", late) % {"n": late}
        if late
        else _("Nothing is overdue")
    )
    second = (
        ngettext("%(n)d decision waits", "%(n)d decisions wait", waiting) % {"n": waiting}
        if waiting
        else _("no decision waits")
    )
    return f"{first}, {second}"


@require_safe
def direction(request: HttpRequest) -> HttpResponse:
    """Show the director what is late, what waits, and how far the ports are; each number opens what it counts."""
    found = parts(at=now())
    named = any(part.named for part in found)
    context = {
        "answer": answer(found),
        "parts": found,
        "named": named,
        "sees": {
            "tlp": Tlp.RED if named else Tlp.AMBER_STRICT,
            "audience": [current_actor().name],
            "note": _("Each reader sees here what they may see; ports by name are for one circle.") if named else "",
        },
        "may_take": current_actor().may("export"),
    }
    return render(request, "home/direction.html", context)


@require_GET
def direction_file(request: HttpRequest) -> HttpResponse:
    """Answer the page as PDF or XLSX, without others' ports by name: those leave by two persons."""
    form = request.GET.get("format", "")
    if form not in FORMS:
        raise Invalid([Problem("format", _("Choose pdf or xlsx."))])
    file = take_out(form, at=now())
    return as_download(file.body, file.name, FORMS[form])


@action
def take_out(form: str, *, at: datetime) -> File:
    """Return the page as `pdf` or `xlsx`. Raises Refused without the act `export`, or for who does not direct."""
    exports.taker()
    every = parts(at=at)
    kept = [part for part in every if not part.named]
    records = sorted({key for part in kept for key in part.records})
    left_out = _("Ports by name are left out: they are taken out from the weakest link, by two persons.")
    remark = left_out if len(kept) < len(every) else ""
    if form == "pdf":
        data = {"parts": [_printed(part) for part in kept], "remark": remark, "head": [_("What"), _("Number"), ""]}
        return printed(
            "home/papers/direction.typ", data, title=answer(every), name="direction", kind=KIND,
            tlp=Tlp.AMBER_STRICT, records=records, at=at,
        )  # fmt: skip
    return _sheets(kept, records, at=at)


def _printed(part: Part) -> dict[str, Any]:
    return {"title": part.title, "rows": [[row.word, str(row.value), row.note] for row in part.figures]}


def _sheets(kept: list[Part], records: list[UUID], *, at: datetime) -> File:
    export = new_id()
    columns = (_("What"), _("Number"), _("Remark"))
    sheets = [
        Sheet(part.code[:SHEET_NAME], columns, [(row.word, row.value, row.note) for row in part.figures])
        for part in kept
    ]
    body = to_xlsx(sheets, exports.mark(export, len(records), at=at))
    exports.remember(export, kind=KIND, form="xlsx", records=records, at=at)
    return File(f"direction-{timezone.localtime(at):%Y%m%d-%H%M}-{export}.xlsx", body, len(records))
