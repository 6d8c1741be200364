"""Accepting a text for one's organisation; proposing its next version, and publishing it as a second person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django import app

from port2port.base import journal, rows
from port2port.base.errors import Conflict, Invalid, Problem, Refused
from port2port.base.ids import new_id
from port2port.base.text import unreadable
from port2port.governance.charter import queries
from port2port.governance.charter.gate import KIND
from port2port.governance.charter.models import Acceptance, CharterText
from port2port.governance.charter.register import LONGEST, MOST_DAYS, register
from port2port.members.acting import action, current_actor
from port2port.members.data_files import LANGUAGES
from port2port.members.roles import ROLES

LONGEST_WHY = 1000
NOT_ENTITLED = _("This is accepted by a director or an administrator of your organisation.")
NOT_YOURS = _("The texts are kept by platform operators.")
SECOND_PERSON = _("Who wrote a version does not publish it: a second person does.")


@dataclass(frozen=True)
class Draft:
    """The next version of a text, as written: all languages, whether it asks, who may accept, within how many days."""

    code: str
    bodies: Mapping[str, str]
    why: str
    asks: bool = True
    days: int = 30
    entitled: Sequence[str] = ("administrator", "director")

    def problems(self) -> list[Problem]:
        """Return what must be put right."""
        found = []
        if self.code not in {one.code for one in register().texts}:
            found.append(Problem("code", _("There is no such text.")))
        for language in LANGUAGES:
            body = self.bodies.get(language, "")
            if not body.strip():
                found.append(Problem(f"bodies.{language}", _("This is needed, in each of the four languages.")))
            elif len(body) > LONGEST:
                found.append(Problem(f"bodies.{language}", _("At most %(n)d characters.") % {"n": LONGEST}))
            elif unreadable(body):
                found.append(Problem(f"bodies.{language}", _("This holds characters that cannot be shown.")))
        found += [Problem(f"bodies.{one}", _("There is no such language.")) for one in set(self.bodies) - {*LANGUAGES}]
        if not self.why.strip() or len(self.why) > LONGEST_WHY or unreadable(self.why):
            found.append(Problem("why", _("Say what changed, in at most %(n)d characters.") % {"n": LONGEST_WHY}))
        if not 1 <= self.days <= MOST_DAYS:
            found.append(Problem("days", _("1 to %(n)d days.") % {"n": MOST_DAYS}))
        if not self.entitled or not set(self.entitled) <= set(ROLES) - {"service", "protected_reporter"}:
            found.append(Problem("entitled", _("Choose who may accept it.")))
        return found


@action
def accept_text(text: CharterText, *, language: str, digest: str, at: datetime) -> Acceptance:
    """Accept the version in force for the actor's organisation, as it was read: in a language, by its digest.

    Raises Refused for who is not entitled, Conflict when it is not in force, was accepted before, or is another text.
    """
    actor = current_actor()
    role = queries.entitled_role(text)
    if actor.organisation is None or actor.hat is None or not role:
        raise Refused(NOT_ENTITLED)
    if queries.own_acceptance(text.id) is not None:
        raise Conflict(_("Your organisation has accepted this already."))
    if text.digests.get(language) != digest:
        raise Conflict(_("This is not the text that stands there now. Read it again."))
    made = new_id()
    entry = journal.write(
        "charter.accepted", kind=KIND, record=made, at=at, text=text.code, number=text.number, sha256=digest,
        language=language,
    )  # fmt: skip
    acceptance = Acceptance(
        id=made, text=text, organisation_id=actor.organisation, person_id=actor.person, hat_id=actor.hat, role=role,
        language=language, digest=digest, entry=entry, at=at,
    )  # fmt: skip
    rows.insert(acceptance)
    return acceptance


@action
def propose_version(draft: Draft, *, at: datetime) -> CharterText:
    """Write the next version of a text; it holds for nobody until a second operator publishes it.

    Raises Refused, Invalid, and Conflict while another one waits.
    """
    actor = current_actor()
    if not queries.keeps():
        raise Refused(NOT_YOURS)
    problems = draft.problems()
    if problems:
        raise Invalid(problems)
    there = queries.versions(draft.code)
    if any(one.state == "proposed" for one in there):
        raise Conflict(_("A version of this text waits already: publish or decline that one first."))
    if {name: body.strip() for name, body in draft.bodies.items()} == there[0].bodies:
        raise Invalid([Problem("bodies.en", _("Nothing differs from the version in force."))])
    text = CharterText(
        code=draft.code, number=there[0].number + 1, titles=there[0].titles,
        bodies={name: body.strip() for name, body in draft.bodies.items()}, asks=draft.asks,
        entitled=list(draft.entitled), why=draft.why.strip(), days=draft.days, proposed_by_id=actor.person,
        proposed_at=at,
    )  # fmt: skip
    rows.insert(text)
    journal.write("charter.proposed", kind=KIND, record=text.id, at=at, text=text.code, number=text.number)
    return queries.version(text.code, text.number)


@action
def decide_version(text: CharterText, *, act: str, at: datetime) -> CharterText:
    """`publish` a version as the second person, or `decline` it. Those who must accept it are told.

    Raises Refused, Conflict when it was decided already, Invalid.
    """
    person = current_actor().person
    if not queries.keeps():
        raise Refused(NOT_YOURS)
    if act not in ("publish", "decline"):
        raise Invalid([Problem("act", _("This is not one of the values possible."))])
    if text.state != "proposed":
        raise Conflict(_("This was decided already."))
    if act == "publish" and text.proposed_by_id == person:
        raise Refused(SECOND_PERSON)
    state = "published" if act == "publish" else "declined"
    until = timezone.localdate(at) + timedelta(days=text.days) if act == "publish" else None
    waiting = CharterText.objects.filter(id=text.id, state="proposed")
    if not waiting.update(state=state, decided_by_id=person, decided_at=at, accept_by=until):
        raise Conflict(_("This was decided already."))
    journal.write(f"charter.{state}", kind=KIND, record=text.id, at=at, text=text.code, number=text.number)
    if state == "published" and text.asks:
        app.configure_task("governance.tell_version").defer(record=str(text.id))
    return CharterText.objects.get(id=text.id)
