"""Reading packages of the own organisation, and one's own runs of them. The policy says whose rows one sees."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from port2port.base.errors import NotFound
from port2port.training.courses.contents import Course
from port2port.training.courses.models import Edition
from port2port.training.courses.queries import course_of
from port2port.training.packages.models import Package, Run


@dataclass(frozen=True)
class Playing:
    """A run of one's own, with its package and the course as it was published."""

    run: Run
    package: Package
    course: Course


def works() -> bool:
    """Tell whether packages are opened on this platform."""
    return bool(settings.PACKAGES_ORIGIN)


def packages() -> list[Package]:
    """Return the packages of the own organisation in their newest version, the newest first; retired ones too."""
    found = Package.objects.filter(edition__counts_until=None)
    return list(found.select_related("edition").order_by("-made_at", "edition_id"))


def package_of(slug: str) -> Package | None:
    """Return the package that a course consists of in its newest version; None when it consists of none."""
    edition = Edition.objects.filter(slug=slug).defer("content").order_by("-version").first()
    return Package.objects.select_related("edition").filter(edition=edition).first() if edition is not None else None


def run_of(package: Package) -> Run | None:
    """Return one's own run of a package."""
    return Run.objects.filter(edition_id=package.edition_id).first()


def own_run(identifier: UUID) -> Playing:
    """Return a run of one's own. Raises NotFound, the same for absent and another's."""
    run = Run.objects.filter(id=identifier).first()
    package = Package.objects.select_related("edition").filter(edition_id=run.edition_id).first() if run else None
    if run is None or package is None:
        raise NotFound()
    return Playing(run, package, course_of(run.edition_id))
