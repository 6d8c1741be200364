"""The link at the foot of a digest: it ends the digest of whom it is for, without signing in, and does nothing else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from port2port.alerts.delivery.weekly import end_by_token
from port2port.base.access import public
from port2port.members.acting import acting_as_system


@public
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end_digest(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or on POST end it: mail programs post by themselves when one presses Unsubscribe (RFC 8058 section 3.2).

    Whether the link is ours is told only when it is used; a scanner that follows links ends nothing (GET only asks).
    No cookie goes with it and none is needed: the signature is all the authority there is, so no other site has any.
    """
    if request.method == "POST":
        with acting_as_system("identity"):
            end_by_token(token)
    return render(request, "home/digest_end.html", {"ended": request.method == "POST"})
