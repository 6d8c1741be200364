"""An accepted text on paper, with what proves the acceptance."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from port2port.governance.charter import queries, words
from port2port.governance.charter.gate import KIND
from port2port.governance.charter.models import CharterText
from port2port.members.acting import action
from port2port.sharing.exports import File
from port2port.sharing.papers import printed
from port2port.sharing.tlp import Tlp
from port2port.site.markdown import blocks

TEMPLATE = "governance/papers/charter.typ"


@action
def paper(text: CharterText, *, language: str, at: datetime) -> File:
    """Return a version as PDF, in one of its languages; with the proof, if the actor's organisation accepted it.

    Raises Refused without the act `export`.
    """
    acceptance, facts = queries.own_acceptance(text.id), []
    if acceptance is not None:
        language = acceptance.language  # the very text that was accepted
        moment = timezone.localtime(acceptance.at).isoformat(timespec="seconds")
        facts = words.proof_facts(acceptance, queries.proof(acceptance.id), moment)
    data = {
        "version": _("Version %(n)d") % {"n": text.number}, "written": language,
        "blocks": blocks(text.bodies[language]),
        "proof": facts, "proof_title": _("Accepted, and how to prove it"),
        "how": _(
            "The digest is that of the text as it stands on the platform, in this language. The leaf is in the journal,"
            " whose signed heads are kept outside it: an entry cannot be put in afterwards."
        ),
    }  # fmt: skip
    return printed(
        TEMPLATE, data, title=words.title(text), name=f"{text.code}-{text.number}", kind=KIND, tlp=Tlp.GREEN,
        records=[], at=at,
    )  # fmt: skip
