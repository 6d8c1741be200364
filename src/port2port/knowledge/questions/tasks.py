"""Mail about questions: whoever knows about one, and whoever asked. Arguments are ids; all else is looked up when sent.

What is TLP:CLEAR or GREEN is told by its title; of AMBER and narrower only that something waits (`knowledge_to_tell`).
"""

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override
from procrastinate.contrib.django import app

from port2port.members.acting import acting_as_system
from port2port.members.tasks import AGAIN, MAIL, send


@app.task(name="questions.tell_expert", queue=MAIL, retry=AGAIN)
def tell_expert(event: str) -> None:
    """Tell somebody who declared to know about it that a question was asked."""
    _send("told", event)


@app.task(name="questions.tell_asker", queue=MAIL, retry=AGAIN)
def tell_asker(event: str) -> None:
    """Tell whoever asked that there is an answer."""
    _send("answer", event)


def _send(what: str, identifier: str) -> None:
    with acting_as_system("worker"), connection.cursor() as cursor:
        cursor.execute(
            "select email, language, question, title from knowledge_to_tell(%s, %s)", [what, UUID(identifier)]
        )
        row = cursor.fetchone()
    if row is None:
        return
    email, language, question, title = row
    with override(language):
        if not title:
            send(
                email, _("Something needs you"), _("There is something for you on Port 2 Port."),
                f"{settings.SITE_URL}/",
            )  # fmt: skip
            return
        address = f"{settings.SITE_URL}/knowledge/questions/{question}/"
        if what == "told":
            subject = _("A question on what you know")
            text = _("Somebody asks: %(title)s") % {"title": title}
        else:
            subject = _("There is an answer to your question")
            text = _("Your question: %(title)s") % {"title": title}
        send(email, subject, text, address)
