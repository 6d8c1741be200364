"""A tiny Django site and a tiny live source, so that a bench measures the front and the streams and nothing else."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

import django
import psycopg
from asgiref.wsgi import WsgiToAsgi
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

DSN = os.environ.get("BENCH_DATABASE_URL", "")

settings.configure(
    SECRET_KEY="only for a bench " * 4,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    DATABASES={},
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
    LANGUAGES=[("en", "English")],
    LIVE_DATABASE_URL=DSN,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.template import engines  # noqa: E402

from port2port.live.app import LiveSite  # noqa: E402
from port2port.live.broadcast import Broadcast  # noqa: E402
from port2port.live.buffering import Front  # noqa: E402
from port2port.live.events import Credential, Event, id_before  # noqa: E402

PAGE = engines["django"].from_string(
    "<!doctype html><title>Bench</title><table>{% for row in rows %}<tr><td>{{ row.0 }}<td>{{ row.1 }}</tr>"
    "{% endfor %}</table>"
)


def page(request: HttpRequest) -> HttpResponse:
    """Return 25 rows."""
    return HttpResponse(PAGE.render({"rows": [(number, f"Quay {number}") for number in range(25)]}, request))


def upload(request: HttpRequest) -> HttpResponse:
    """Take a body."""
    return HttpResponse(str(len(request.body)))


def download(request: HttpRequest) -> StreamingHttpResponse:
    """Return 20 MB, more than the buffers of a socket."""

    def blocks() -> Iterator[bytes]:
        for _number in range(320):
            yield b"0" * 65536

    return StreamingHttpResponse(blocks(), headers={"Content-Length": str(320 * 65536)})


urlpatterns = [path("", page), path("upload", upload), path("download", download)]


@dataclass(frozen=True, slots=True)
class Listener:
    """An actor whose session name is also its key."""

    person: UUID
    session: str
    keys: frozenset[UUID]
    organisation: UUID | None = None
    ceiling: int = 4


class TableSource:
    """A source over a plain table `sharing_event`, without policy: the policy has its own bench."""

    def __init__(self) -> None:
        self.connection: psycopg.Connection | None = None

    def _rows(self, query: str, parameters: Sequence[object]) -> list[Event]:
        if self.connection is None or self.connection.closed:
            self.connection = psycopg.connect(DSN, autocommit=True)
        rows = self.connection.execute(query.encode(), parameters).fetchall()
        return [
            Event(id, at, kind, act, record, frozenset(keys), tlp, expires_at)
            for id, at, kind, act, record, keys, tlp, expires_at in rows
        ]

    def resolve(self, credential: Credential) -> Listener | None:
        """Take `<person>.<key>` for a session."""
        person, _point, key = credential.value.partition(".")
        return Listener(UUID(person), person, frozenset({UUID(key), UUID(person)}))

    def events(self, ids: Sequence[UUID]) -> list[Event]:
        """Return these rows."""
        return self._rows("select * from sharing_event where id = any(%s)", [list(ids)])

    def replay(self, keys: frozenset[UUID], ceiling: int, after: UUID, most: int) -> list[Event]:
        """Return later rows."""
        query = "select * from sharing_event where keys && %s and tlp <= %s and id > %s order by id limit %s"
        return self._rows(query, [list(keys), ceiling, id_before(after, 10), most])

    def close(self) -> None:
        """Close the connection."""
        if self.connection is not None:
            self.connection.close()


wsgi = WSGIHandler()
asgiref = WsgiToAsgi(wsgi)  # type: ignore[no-untyped-call]
front = Front(wsgi)
live = Front(wsgi, LiveSite(Broadcast(TableSource(), DSN)))
