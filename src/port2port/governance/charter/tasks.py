"""Mail about a new version: that something is to be accepted and by when, never more. Arguments are opaque ids."""

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app
from procrastinate.types import JSONValue

from port2port.governance.charter.models import CharterText
from port2port.members.acting import acting_as_system
from port2port.members.data_files import label
from port2port.members.tasks import AGAIN, MAIL, send
from port2port.site import words


@app.task(name="governance.tell_version", queue=MAIL, retry=AGAIN)
def tell_version(record: str) -> None:
    """Queue one mail for each person who may accept a version that their organisation has not accepted."""
    with acting_as_system("worker"):
        people = _people(record)
        if people:
            send_version.batch_defer(*(_arguments(record=record, person=person) for person in people))


@app.task(name="governance.send_version", queue=MAIL, retry=AGAIN)
def send_version(record: str, person: str) -> None:
    """Tell one person what is to be accepted and by when; nobody, if it was accepted or they left meanwhile."""
    with acting_as_system("worker"):
        found = _people(record).get(UUID(person))
        version = CharterText.objects.filter(id=record).first()
    if found is None or version is None or version.accept_by is None:
        return
    email, language = found
    with override(language):
        name, day = label(version.titles, language), words.day(version.accept_by, language)
        subject = _("A text of the network waits for your organisation")
        said = _("%(text)s, version %(n)d: read it, and accept it for your organisation, at the latest on %(day)s.")
        send(email, subject, said % {"text": name, "n": version.number, "day": day}, f"{settings.SITE_URL}/governance/")


def _arguments(**ids: str | UUID) -> dict[str, JSONValue]:
    return {name: str(value) for name, value in ids.items()}


def _people(text: str) -> dict[UUID, tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select person, email, language from governance_people_to_tell(%s)", [UUID(text)])
        return {person: (email, language) for person, email, language in cursor.fetchall()}
