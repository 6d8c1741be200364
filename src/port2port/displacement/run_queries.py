"""Reading runs: the newest result of the choice fixed beforehand, and what was tried after. The policy filters."""

from port2port.displacement.models import Run
from port2port.displacement.rules import fingerprint
from port2port.displacement.running import OPEN
from port2port.displacement.vocabulary import standing
from port2port.members.acting import current_actor

MOST = 100


def is_standing(run: Run) -> bool:
    """Tell whether a run is of the choice fixed beforehand."""
    return run.fingerprint == fingerprint(run.sight, standing())


def newest(sight: str) -> Run | None:
    """Return the newest result of the choice fixed beforehand that the actor sees."""
    found = Run.objects.defer("result").filter(fingerprint=fingerprint(sight, standing()), state="done")
    return found.order_by("-asked_at").first()  # what it holds is read once a process: `running.result_of`


def under_way(sight: str) -> Run | None:
    """Return the run of the choice fixed beforehand that is being computed."""
    return Run.objects.filter(fingerprint=fingerprint(sight, standing()), state__in=OPEN).first()


def runs() -> list[Run]:
    """Return the runs that the actor sees, newest first, without their results."""
    return list(Run.objects.defer("result").order_by("-asked_at")[:MOST])


def variants(sight: str) -> int:
    """Return how many other choices were tried under a sight, whatever they said: also what nobody kept counts."""
    tried = Run.objects.filter(sight=sight, state="done").exclude(fingerprint=fingerprint(sight, standing()))
    return tried.values("fingerprint").distinct().count()


def analyses() -> bool:
    """Tell whether the actor may ask for a run."""
    actor = current_actor()
    return actor.organisation is not None and actor.may("share")
