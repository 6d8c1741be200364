"""The API of practices: it translates, calls one query or one action, and translates back."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Status
from ninja.files import UploadedFile
from ninja.params.functions import Header as header
from ninja.params.functions import Query as query

from port2port.alerts.api_shapes import WideningIn
from port2port.base.clock import now
from port2port.base.errors import Invalid, NotFound
from port2port.knowledge.practices import actions, audience_actions, queries, turning, use_actions
from port2port.knowledge.practices import files as practice_files
from port2port.knowledge.practices.actions import About, Original, stewarded
from port2port.knowledge.practices.api_shapes import (
    ExperienceIn,
    PracticeChangeIn,
    PracticeFilterQuery,
    PracticeIn,
    PracticeLinkIn,
    PracticeOut,
    PracticePage,
    PracticeReviewIn,
    PracticeTurnIn,
    PracticeVersionOut,
    PracticeWhole,
    PreparedOut,
    practice_out,
    prepared_out,
    version_out,
    whole,
)
from port2port.knowledge.practices.shown import shown
from port2port.knowledge.widening import asked_by_api
from port2port.reports import addressing
from port2port.reports.api import addressed
from port2port.reports.api_shapes import WithdrawalIn
from port2port.reports.attachments.forms import uploads
from port2port.reports.attachments.pages import given_out
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing, named, reporter
from port2port.sharing.api_ground import (
    around,
    by_path,
    etag,
    expected_version,
    gone,
    has_already,
    known_parameters,
    needs,
    problems,
)
from port2port.sharing.api_shapes import AudienceIn
from port2port.sharing.tlp import Tlp

router = Router(tags=["practices"])
LARGEST_PAGE = 100
SIZE = query(25, ge=1, le=LARGEST_PAGE, description="How many on a page")
CURSOR = query("", max_length=300, description="From `next` or `previous` of a page")
BASED_ON = header("", alias="If-Match", description="ETag of what is changed")
KNOWN = header("", alias="If-None-Match", description="ETag you have already")
OF = query(alias="id", description="Of a closed report of your organisation, or of a lesson of its desk")
NEWEST = query(False, description="The newest text instead of the published one, for who looks after it")
FILE = {"responses": {200: {"description": "The file", "content": {"application/octet-stream": {}}}}}
PATHS = {"audience": "audience.circles", "tlp": "audience.tlp"}


def _to(sent: AudienceIn | None, threat: str) -> Addressing:
    """Return whom it will reach; left out, all members."""
    if sent is None:
        return named(["all-members"], [], Tlp.GREEN)
    return addressed(sent, threat or "other", reporter())


def _newest(identifier: UUID) -> dict[str, Any]:
    return whole(queries.practice(identifier, at=now(), newest=True))


@router.get("/practices", response={200: PracticePage} | problems(), url_name="practices",
            summary="Practices you see, newest first", operation_id="list_practices")  # fmt: skip
def list_practices(
    request: HttpRequest, narrowed: Query[PracticeFilterQuery], cursor: str = CURSOR, size: int = SIZE
) -> Any:
    """Return a page of the practices this token's holder sees. Scope: read."""
    needs(request, "read")
    known_parameters(request, *PracticeFilterQuery.model_fields, "cursor", "size")
    found = queries.page(narrowed.filters(), at=now(), cursor=cursor, size=size)
    return {"items": [practice_out(row) for row in found.rows], "count": found.count, **around(request, found.slice)}


@router.post("/practices", response={201: PracticeWhole} | problems(404, 409), summary="Write a practice",
             operation_id="write_practice")  # fmt: skip
def write(request: HttpRequest, sent: PracticeIn) -> Any:
    """Write a draft, which your organisation alone sees until a second person publishes it. Scope: report."""
    needs(request, "report")
    at, source = now(), sent.source
    about = About(sent.threat, sent.port, _to(sent.audience, sent.threat))
    terms = addressing.terms_for(sent.threat, reporter())
    try:
        if source is not None:
            made = turning.turn_into_practice(
                turning.prepared(source.kind, source.id, at=at), draft=sent.draft(), about=about, terms=terms, at=at,
                review_on=sent.review_on, may_stand=source.may_stand,
            )  # fmt: skip
        else:
            original = None
            if sent.original is not None:
                original = Original(sent.original, queries.published_number(sent.original) or 0)
            made = actions.write_practice(
                draft=sent.draft(), about=about, terms=terms, at=at, review_on=sent.review_on, original=original
            )
    except Invalid as error:
        raise by_path(error, PATHS) from error
    return Status(201, _newest(made.record_id))


@router.get("/practices/prepared", response={200: PreparedOut} | problems(404, 409), url_name="practice_prepared",
            summary="A practice to begin with, without particulars", operation_id="prepare_practice")  # fmt: skip
def prepare(
    request: HttpRequest,
    kind: str = query(description="report or lesson"),
    identifier: UUID = OF,
) -> Any:
    """Return the text of a report or lesson without what tells whose case it was, and what went. Scope: read."""
    needs(request, "read")
    known_parameters(request, "kind", "id")
    return prepared_out(turning.prepared(kind, identifier, at=now()))


@router.get("/practices/{uuid:practice}", response={200: PracticeWhole} | problems(404, 410), url_name="practice",
            summary="One practice", operation_id="read_practice",
            openapi_extra={"responses": {304: {"description": "You have this version already"}}})  # fmt: skip
def read(
    request: HttpRequest,
    response: HttpResponse,
    practice: UUID,
    newest: bool = NEWEST,
    if_none_match: str = KNOWN,
) -> Any:
    """Return a practice with who uses it and what it belongs to; 410 when it was withdrawn. Scope: read.

    Its ETag is its version, which uses and links do not change: ask without If-None-Match to read new ones.
    """
    needs(request, "read")
    known_parameters(request, "newest")
    try:
        version = queries.version_of(practice)
        if has_already(if_none_match, version):
            return HttpResponse(status=304, headers={"ETag": etag(version)})
        found = queries.practice(practice, at=now(), newest=newest)
    except NotFound as error:
        raise gone(practice, error) from error
    response["ETag"] = etag(version)
    return whole(found)


@router.put("/practices/{uuid:practice}", response={200: PracticeWhole} | problems(404, 409, 412, 428),
            summary="Write the next version", operation_id="change_practice")  # fmt: skip
def change(request: HttpRequest, practice: UUID, sent: PracticeChangeIn, if_match: str = BASED_ON) -> Any:
    """Write the next version, a draft again; readers keep the published one. Scope: report."""
    needs(request, "report")
    found = stewarded(practice, at=now())
    expected = expected_version(if_match, found.record)
    row = found.practice
    to = Addressing(tuple(row.audience), Tlp(row.audience_tlp)) if sent.audience is None else _to(sent.audience, "")
    try:
        actions.change_practice(
            practice, draft=sent.draft(), about=About(sent.threat, sent.port, to), at=now(), expected=expected,
            original_number=sent.original_number,
        )  # fmt: skip
    except Invalid as error:
        raise by_path(error, PATHS) from error
    return _newest(practice)


@router.post("/practices/{uuid:practice}/state", response={200: PracticeWhole} | problems(404, 409),
             url_name="practice_state", summary="Ask for a second reader, give back, publish",
             operation_id="turn_practice")  # fmt: skip
def turn(request: HttpRequest, practice: UUID, sent: PracticeTurnIn) -> Any:
    """Who publishes is not who wrote it last, and looks after the organisation's records. Scope: report."""
    needs(request, "report")
    actions.turn_practice(practice, sent.turn, at=now(), review_on=sent.review_on)
    return _newest(practice)


@router.post("/practices/{uuid:practice}/review", response={200: PracticeWhole} | problems(404, 409),
             url_name="practice_review", summary="Say that it still holds", operation_id="keep_practice")  # fmt: skip
def keep(request: HttpRequest, practice: UUID, sent: PracticeReviewIn) -> Any:
    """Say that it still holds, and when it will be looked at again. Scope: report."""
    needs(request, "report")
    actions.keep_practice(practice, review_on=sent.review_on, at=now())
    return _newest(practice)


@router.get("/practices/{uuid:practice}/versions", response={200: list[PracticeVersionOut]} | problems(404),
            url_name="practice_versions", summary="Its texts", operation_id="list_practice_versions")  # fmt: skip
def versions(request: HttpRequest, practice: UUID) -> Any:
    """Return the texts one may read, oldest first, each with what differs from the one before. Scope: read."""
    needs(request, "read")
    known_parameters(request)
    found = queries.practice(practice, at=now(), newest=True)
    texts = queries.comparable(found)
    return [version_out(before, after) for before, after in zip([None, *texts], texts, strict=False)]


@router.put("/practices/{uuid:practice}/use", response={200: PracticeWhole} | problems(404), url_name="practice_use",
            summary="Say that your organisation uses it", operation_id="endorse_practice")  # fmt: skip
def endorse(request: HttpRequest, practice: UUID, sent: ExperienceIn) -> Any:
    """Say "we use this", with what that was like; said again, it replaces what was said. Scope: report."""
    needs(request, "report")
    use_actions.endorse(practice, experience=sent.experience, at=now())
    return whole(queries.practice(practice, at=now()))


@router.delete("/practices/{uuid:practice}/use", response={200: PracticeWhole} | problems(404),
               summary="Say that it is no longer used", operation_id="take_back_practice_use")  # fmt: skip
def take_back(request: HttpRequest, practice: UUID) -> Any:
    """Say no longer that your organisation uses it. Scope: report."""
    needs(request, "report")
    use_actions.take_back_endorsement(practice, at=now())
    return whole(queries.practice(practice, at=now()))


@router.post("/practices/{uuid:practice}/links", response={201: PracticeWhole} | problems(404, 409),
             url_name="practice_links", summary="Link it to a record", operation_id="link_practice")  # fmt: skip
def link(request: HttpRequest, practice: UUID, sent: PracticeLinkIn) -> Any:
    """Say what it belongs to; who looks after either side may. Seen by who sees both. Scope: report."""
    needs(request, "report")
    use_actions.link(practice, target=sent.target, at=now())
    return Status(201, whole(queries.practice(practice, at=now())))


@router.delete("/practices/{uuid:practice}/links/{uuid:tie}", response={200: PracticeWhole} | problems(404),
               url_name="practice_tie", summary="Take a link off", operation_id="unlink_practice")  # fmt: skip
def unlink(request: HttpRequest, practice: UUID, tie: UUID) -> Any:
    """Take a link off. Scope: report."""
    needs(request, "report")
    use_actions.unlink(practice, tie=tie, at=now())
    return whole(queries.practice(practice, at=now()))


@router.post("/practices/{uuid:practice}/audience", response={200: PracticeWhole} | problems(404, 409, 412),
             url_name="practice_audience", summary="Share a practice with more",
             operation_id="widen_practice")  # fmt: skip
def widen(
    request: HttpRequest,
    practice: UUID,
    sent: WideningIn,
    if_match: str = header("", alias="If-Match", description="ETag; left out: whatever the version is"),
) -> Any:
    """Let more read what is published; not who wrote it last. Scope: report; it needs a role that may share."""
    needs(request, "report")
    record = sharing.record(practice, queries.KIND)
    expected = expected_version(if_match, record) if if_match else None
    to = asked_by_api(sent.circles, sent.persons, sent.tlp, record)
    audience_actions.widen_practice(practice, to=to, at=now(), expected=expected)
    return whole(queries.practice(practice, at=now()))


@router.post("/practices/{uuid:practice}/withdrawal", response={200: PracticeOut} | problems(404, 409),
             url_name="practice_withdrawal", summary="Withdraw a practice",
             operation_id="withdraw_practice")  # fmt: skip
def withdraw(request: HttpRequest, practice: UUID, sent: WithdrawalIn) -> Any:
    """Take a practice back; all who had it are told. Scope: report."""
    needs(request, "report")
    found = stewarded(practice, at=now(), act="withdraw")
    actions.withdraw_practice(practice, reason=sent.reason, at=now())
    return practice_out(next(iter(shown([practice], newest=True)), found))


@router.post("/practices/{uuid:practice}/files", response={200: PracticeWhole} | problems(404, 409, 503),
             url_name="practice_files", summary="Put files on a draft", operation_id="put_practice_files")  # fmt: skip
def put_files(request: HttpRequest, practice: UUID, files: File[list[UploadedFile]]) -> Any:
    """Put pictures and documents on a draft, all or none; those that are there stay. Scope: report.

    At most 10 MB in one request. What names or shows somebody, and what is marked as secret, is refused.
    """
    needs(request, "report")
    practice_files.add_files(practice, uploads(files), at=now())
    return _newest(practice)


@router.get("/practice-files/{uuid:file}", response=problems(404), url_name="practice_file",
            operation_id="read_practice_file",
            openapi_extra=FILE)  # fmt: skip
def content(request: HttpRequest, file: UUID) -> HttpResponse:
    """Return a picture or document. Scope: read."""
    needs(request, "read")
    row = practice_files.one_file(file)
    return given_out(practice_files.content(row, at=now()), row.media_type, row.filename)


@router.delete("/practice-files/{uuid:file}", response={200: PracticeWhole} | problems(404, 409),
               operation_id="remove_practice_file")  # fmt: skip
def remove_file(request: HttpRequest, file: UUID) -> Any:
    """Take a file off its practice. Scope: report."""
    needs(request, "report")
    return _newest(practice_files.remove_file(file, at=now()))
