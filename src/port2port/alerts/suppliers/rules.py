"""What an entry of the register, and what an alert about a supplier, must be: all problems at once. Pure."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from port2port.alerts.suppliers.aliases import aliases
from port2port.alerts.suppliers.names import System, heard_by, parse_cpe, parse_package
from port2port.base.errors import Problem

NAME_LONGEST, VERSION_LONGEST, IDENTIFIER_LONGEST, USE_LONGEST = 120, 60, 250, 200
SYSTEMS_MOST = 5  # of one alert
ENTRIES_MOST = 300  # of one register, as the database has it
_LONGEST = {
    "vendor": NAME_LONGEST, "product": NAME_LONGEST, "version": VERSION_LONGEST, "cpe": IDENTIFIER_LONGEST,
    "package": IDENTIFIER_LONGEST,
}  # fmt: skip


def one_system_problems(system: System) -> Iterable[Problem]:
    """Yield what is wrong with a supplier or system, by the name of its field."""
    for name, longest in _LONGEST.items():
        text = getattr(system, name)
        if len(text) > longest:
            yield Problem(name, _("This is longer than %(longest)d characters.") % {"longest": longest})
        elif not text.isprintable():
            yield Problem(name, _("This holds characters that cannot be shown. Type it again."))
    if system.cpe.strip() and parse_cpe(system.cpe) is None:
        yield Problem("cpe", _("This is no CPE 2.3 name, as cpe:2.3:a:supplier:product:version:*:*:*:*:*:*:*."))
    if system.package.strip() and not parse_package(system.package):
        yield Problem("package", _("This is no package URL, as pkg:pypi/name."))
    if (system.product.strip() or system.version.strip()) and not system.vendor.strip() and not system.cpe.strip():
        yield Problem("vendor", _("Say whose it is: the supplier or maker."))
    elif not heard_by(system, aliases()):
        yield Problem("vendor", _("Name the supplier, with a letter or digit."))


def system_problems(systems: Sequence[System]) -> Iterable[Problem]:
    """Yield what is wrong with the systems of an alert; a problem of the second names `systems.1.cpe` and the like."""
    if len(systems) > SYSTEMS_MOST:
        yield Problem("systems", _("Name at most %(most)d suppliers or systems.") % {"most": SYSTEMS_MOST})
    for number, system in enumerate(systems[:SYSTEMS_MOST]):
        for problem in one_system_problems(system):
            yield Problem(f"systems.{number}.{problem.field}", problem.message)
