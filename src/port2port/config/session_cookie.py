"""The session cookie, read and written as the system principal `identity`: nobody else may see the session table."""

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from port2port.members.acting import acting_as_system


class HashedSessionMiddleware(SessionMiddleware):
    """Django's, except that saving happens in a transaction of its own, as `identity`."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not request.session.modified:
            return super().process_response(request, response)
        with acting_as_system("identity"):
            return super().process_response(request, response)
