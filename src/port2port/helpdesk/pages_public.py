"""The public form and the public page of an answer: no account, no cookie, no script needed. They only translate.

Nobody's authority goes with a request here, so there is nothing that another site could borrow; that it does not use
its visitors' browsers to send either is what the form's token sees to, which is bound to where it was loaded.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from port2port.base.access import public
from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Problem, Refused, Throttled, TooLarge
from port2port.helpdesk import public as desk
from port2port.helpdesk import queries
from port2port.helpdesk.forms import CodeForm, PublicQuestionForm, SayForm
from port2port.helpdesk.proof import Form, make_token, neighbourhood, read_token
from port2port.helpdesk.public import Conversation, Sent
from port2port.helpdesk.vocabulary import portwatch, public_form
from port2port.helpdesk.words import ACT_WORDS, STATE_BADGES, duration, state_word, topic_word
from port2port.members.acting import acting_as_system
from port2port.members.data_files import LANGUAGES, label
from port2port.site.context import OWN_NAMES
from port2port.site.reader import language

View = Callable[..., HttpResponse]


def open_page(view: View) -> View:
    """Make a view open to everyone: in the language of its address, never kept by a browser, bounded in size."""

    @wraps(view)
    def opened(request: HttpRequest, **named: str) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        largest = public_form().largest_body
        if not length.isdigit() or int(length) > largest or len(request.body) > largest:
            raise TooLarge(_("Write at most %(n)d characters.") % {"n": public_form().longest_text})
        # Another site may not use its visitors' browsers to send here (Fetch Metadata, W3C).
        if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "") == "cross-site":
            raise Refused(_("This form is too old. Go back, load the page again and send it again."))
        wanted = request.GET.get("language") or (request.POST.get("language") if request.method == "POST" else "")
        with override(wanted if wanted in LANGUAGES else get_language()):
            response = view(request, **named)
            response["Content-Language"] = (get_language() or settings.LANGUAGE_CODE)[:2]
        patch_vary_headers(response, ("Cookie", "Accept-Language"))
        return response

    return opened


def _place(request: HttpRequest) -> str:
    limits = public_form()
    return neighbourhood(
        request.META.get("REMOTE_ADDR", ""), ipv4_bits=limits.ipv4_bits, ipv6_bits=limits.ipv6_bits
    )  # fmt: skip


def _sent(request: HttpRequest, form: Form) -> Sent:
    token, place = request.POST.get("token", "")[:200], _place(request)
    read = read_token(token, settings.SECRET_KEY, form, place)
    done = read is not None and desk.proved(token, request.POST.get("proof", ""))
    return Sent(read, done, place)


def _token(request: HttpRequest, form: Form, *, renew: bool = False) -> dict[str, Any]:
    """Return the token of a form to be drawn: the one it came with while that is good, so that waiting counts."""
    limits, place, came = public_form(), _place(request), request.POST.get("token", "")[:200]
    kept = None if renew else read_token(came, settings.SECRET_KEY, form, place)
    good = kept is not None and 0 <= (now() - kept.made_at).total_seconds() < limits.oldest
    fresh = make_token(settings.SECRET_KEY, form, place, at=now())
    return {"token": came if good else fresh, "bits": limits.work_bits, "soonest": limits.soonest_with_proof}


def _languages(request: HttpRequest) -> list[dict[str, Any]]:
    active = language()
    return [
        {"word": OWN_NAMES[one], "href": f"{request.path}?language={one}", "current": one == active}
        for one in LANGUAGES
    ]


def _base(request: HttpRequest) -> dict[str, Any]:
    return {"languages": _languages(request), "language": language(), "portwatch": portwatch(),
            "portwatch_name": portwatch().label(language())}  # fmt: skip


@public
@csrf_exempt
@never_cache
@sensitive_post_parameters("text", "token")
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def ask(request: HttpRequest) -> HttpResponse:
    """Ask what it is about and take a question; a tip about a crime is shown where it goes, and nothing is taken."""
    with acting_as_system("helpdesk"):
        ports = queries.ports()
    posted = request.method == "POST"
    form = PublicQuestionForm(request.POST if posted else None, ports=ports)
    if not posted:
        return _ask_page(request, form)
    if form.tip:
        return render(request, "helpdesk/public_tip.html", _base(request))
    draft = form.draft()
    problems = desk.draft_problems(draft, confirmed=form.ticked("confirmed"), not_a_tip=form.ticked("not_a_tip"))
    if request.POST.get("website"):
        problems.append(Problem("website", _("Leave this empty")))
    sent = _sent(request, Form.ASK)
    problems = problems or desk.form_problems(sent, at=now())  # what to put right first; waiting passes meanwhile
    if problems:
        form.put(problems)
        return _ask_page(request, form, status=Invalid.status)
    try:
        receipt = desk.ask(draft, sent, key=settings.SECRET_KEY, at=now())
    except Invalid as error:
        form.put(error.problems)
        return _ask_page(request, form, status=Invalid.status, renew=True)
    except Throttled as error:
        form.put([Problem("", error.reason)])
        return _ask_page(request, form, status=Throttled.status)
    days = public_form().read_after_closing
    return render(request, "helpdesk/receipt.html", _base(request) | {"receipt": receipt, "days": days})


def _ask_page(
    request: HttpRequest, form: PublicQuestionForm, status: int = 200, *, renew: bool = False
) -> HttpResponse:
    with acting_as_system("helpdesk"):
        hours = {one.first_answer_hours for one in queries.desks()}
    context = {
        "form": form,
        "within": duration(max(hours)) if hours else "",
        **_token(request, Form.ASK, renew=renew),
    }
    return render(request, "helpdesk/ask.html", _base(request) | context, status=status)


@public
@csrf_exempt
@never_cache
@sensitive_post_parameters("code", "text", "token")
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def answer(request: HttpRequest) -> HttpResponse:
    """Take a code and show what was said under it; take what its holder says besides."""
    if request.method != "POST":
        return _code_page(request, CodeForm())
    code, place = request.POST.get("code", "")[:200], _place(request)
    form, status, said = SayForm(), 200, ""
    try:
        if "text" in request.POST:
            form, status = SayForm(request.POST), Invalid.status
            form.is_valid()
            said = _write(request, code, form)
            if said:
                form, status = SayForm(), 200
        conversation = desk.read(code, place)
    except NotFound:
        return _wrong(request, _("There is nothing under this code. Look at it again."), NotFound.status)
    except Throttled as error:
        return _wrong(request, str(error.reason), Throttled.status)
    return _conversation(request, code, conversation, form, said=said, status=status)


def _write(request: HttpRequest, code: str, form: SayForm) -> str:
    """Say what stands in the form; return what to tell, or "" when its problems stand beside it."""
    text = form.cleaned_data.get("text") or ""
    problems = desk.write_problems(text, confirmed=form.ticked("confirmed"), not_a_tip=form.ticked("not_a_tip"))
    if not problems:
        try:
            desk.write(code, text, _sent(request, Form.WRITE), at=now())
            return _("Sent. The desk has it.")
        except Invalid as error:
            problems = error.problems
        except Conflict:
            problems = [Problem("text", _("This case is closed. Ask anew if something is open."))]
    form.put(problems)
    return ""


def _code_page(request: HttpRequest, form: CodeForm, status: int = 200) -> HttpResponse:
    return render(request, "helpdesk/code.html", _base(request) | {"form": form}, status=status)


def _wrong(request: HttpRequest, told: str, status: int) -> HttpResponse:
    form = CodeForm(request.POST)
    form.is_valid()
    form.put([Problem("code", told)])
    return _code_page(request, form, status)


def _conversation(
    request: HttpRequest, code: str, found: Conversation, form: SayForm, *, said: str, status: int
) -> HttpResponse:
    lines = []
    for one in found.said:
        what = str(ACT_WORDS[one.act])
        if one.act == "escalate" and one.circle:
            what = _("Sent on to %(whom)s") % {"whom": label(one.circle, language())}
        who = label(one.organisation, language()) if one.organisation else _("You")
        lines.append({"at": one.at, "what": what, "who": who, "text": one.text, "ours": one.side == "sender"})
    context = {
        "code": code,
        "found": found,
        "state": state_word(found.state),
        "badge": STATE_BADGES[found.state],
        "topic": topic_word(found.topic),
        "desk": label(found.desk, language()),
        "lines": lines,
        "form": form,
        "said": said,
        "days": public_form().read_after_closing,
        **_token(request, Form.WRITE, renew=bool(said)),
    }
    return render(request, "helpdesk/answer.html", _base(request) | context, status=status)
