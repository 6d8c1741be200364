"""Pages that take rosters and results in from a file. They only translate."""

from collections.abc import Iterable
from typing import cast, get_args

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from port2port.base.clock import now
from port2port.base.errors import NotFound
from port2port.sharing import intake
from port2port.site.downloads import as_download
from port2port.training.courses import examples, queries, records
from port2port.training.courses.pages import BOTH
from port2port.training.courses.words import naming, offered_names


def _codes() -> list[intake.Codes]:
    return [intake.Codes(_("Codes of courses"), list(offered_names().items()))]


def _crumbs() -> list[tuple[str, str]]:
    return [(_("Courses"), reverse("training:courses")), (_("Who is trained"), reverse("training:course_team"))]


@require_safe
def example(request: HttpRequest, what: str, table: str) -> HttpResponse:
    """Answer a file to begin with."""
    if what not in get_args(examples.What) or table not in get_args(examples.Form):
        raise NotFound()
    file = examples.example(cast(examples.What, what), cast(examples.Form, table), at=now())
    return as_download(file.body, file.name, file.kind)


def _examples(what: examples.What) -> list[tuple[str, str]]:
    return [
        (form.upper(), reverse("training:course_example", args=[what, form])) for form in get_args(examples.Form)
    ]  # fmt: skip


@require_http_methods(BOTH)
def roster(request: HttpRequest) -> HttpResponse:
    """Take in who should take which course by when."""
    queries.trainer()
    at, home = now(), reverse("training:course_team")
    return intake.page(
        request,
        intake.Intake(
            name="roster", title=_("Take in a roster: who should take what by when"),
            lead=_("People of your organisation. First you see what would happen, row by row."), crumbs=_crumbs(),
            plan=lambda data: records.plan_roster(data, at=at),
            write=lambda data: records.import_roster(data=data, at=at), look=lambda done: _look(done, _("Due")),
            said=_written, to=home, to_word=_("To who is trained"), needed=records.ROSTER,
            needed_note=_person_note(), codes=_codes(), examples=_examples("roster"),
        ),
    )  # fmt: skip


@require_http_methods(BOTH)
def results(request: HttpRequest) -> HttpResponse:
    """Take in who took part in what, by the organisation's own records."""
    queries.trainer()
    at, home = now(), reverse("training:course_team")
    return intake.page(
        request,
        intake.Intake(
            name="results", title=_("Take in results: who took part elsewhere"),
            lead=_("By your own records, which stay with you. A result counts as a session does, and its certificate"
                   " says that it is by a record of the organisation."),
            crumbs=_crumbs(), plan=lambda data: records.plan_results(data, at=at),
            write=lambda data: records.import_results(data=data, at=at), look=lambda done: _look(done, _("Taken on")),
            said=_written, to=home, to_word=_("To who is trained"), needed=records.RESULTS,
            needed_note=f"{_person_note()} {_learning_system()}", codes=_codes(), examples=_examples("results"),
        ),
    )  # fmt: skip


def _person_note() -> str:
    return _("A person as the list of your people names them, or by id; a day as 2026-11-28.")


def _learning_system() -> str:
    return _("A learning system sends them itself, as xAPI statements to %(url)s with a token of yours.") % {
        "url": f"{settings.SITE_URL}/api/v1/courses/xapi/"
    }


def _rows(planned: records.Plan) -> Iterable[tuple[records.Row, str]]:
    return [*((one, _("new")) for one in planned.new), *((one, _("another day")) for one in planned.changed)]


def _look(planned: records.Plan, day: str) -> intake.Look:
    rows, course = list(_rows(planned)), naming()
    number = len(rows)
    return intake.Look(
        answer=ngettext("%(n)s row would be written", "%(n)s rows would be written", number) % {"n": number},
        stays=intake.stays(len(planned.same)),
        columns=[intake.Column(_("Who"), "head"), intake.Column(_("Course")), intake.Column(day, "day"),
                 intake.Column(_("What would happen"))],
        lines=[intake.Line(one.row, (one.name, course(one.course), one.day, word)) for one, word in rows],
    )  # fmt: skip


def _written(done: records.Plan) -> str:
    number = len(done.new) + len(done.changed)
    return ngettext("%(n)d row written", "%(n)d rows written", number) % {"n": number}
