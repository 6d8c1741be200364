"""Writes the desks of a data file into the database; run as the owner, since desks are facts of the network."""

from pathlib import Path

from port2port.helpdesk.models import Desk
from port2port.helpdesk.vocabulary import DESKS, read_desks
from port2port.members.data_files import raise_problems
from port2port.members.models import Circle, Organisation, Port


def load_desks(path: Path = DESKS) -> int:
    """Write the desks; one that is not in the file any more takes nothing new. Returns how many there are.

    Raises ValueError with a line per problem: the file's own, and organisations and ports that the network lacks.
    """
    entries = read_desks(path)
    organisations = {o.slug: o for o in Organisation.objects.filter(left_at=None)}
    circles = {c.organisation_id: c for c in Circle.objects.filter(kind="organisation", closed_at=None)}
    ports = dict(Port.objects.values_list("locode", "id"))
    problems = []
    for desk in entries:
        where = f"{path.name}: desks {desk.code!r}"
        if desk.organisation not in organisations:
            problems.append(f"{where}: organisation: no organisation {desk.organisation!r} in the network")
        elif organisations[desk.organisation].id not in circles:
            problems.append(f"{where}: organisation: {desk.organisation!r} has no circle of its own")
        problems += [f"{where}: ports: no port {code!r} in the network" for code in desk.ports if code not in ports]
    raise_problems(problems)
    for desk in entries:
        organisation = organisations[desk.organisation]
        Desk.objects.update_or_create(
            code=desk.code,
            defaults={
                "organisation": organisation,
                "circle": circles[organisation.id],
                "names": desk.names,
                "ports": [ports[code] for code in desk.ports],
                "national": desk.national,
                "first_answer_hours": desk.first_answer_hours,
                "closing_hours": desk.closing_hours,
                "closed_at": None,
            },
        )
    return len(entries)
