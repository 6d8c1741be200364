"""What a package keeps of its player leaves to that person alone; the package itself to its organisation alone."""

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.training.packages import actions, queries
from tests.training.courses.taking import GUARD, KEEPER, OTHER, TRAINER
from tests.training.packages.making import HEAD, brought_in

SECRET = "bookmark-of-the-guard"
PAGES = ("/", "/training/courses/", "/training/courses/team/", "/training/culture/", "/search/?q=poort")
CALLS = ("courses", "courses/packages", "courses/participation/team", "search?q=poort")


@pytest.fixture
def begun(acting):
    """A package of Antwerp, and the guard's run of it."""
    with acting(TRAINER):
        slug = brought_in()
    with acting(GUARD):
        run = actions.open_package(slug, at=now())
        actions.keep(run, number=1, values={"cmi.suspend_data": SECRET}, at=now())
    return slug, run


def test_how_far_one_is_leaves_to_oneself_alone(begun, client_for, bearer_for):
    slug, run = begun
    assert SECRET in client_for(GUARD).get(f"/training/courses/packages/{run}/").content.decode()
    for email in (TRAINER, OTHER, KEEPER, "admin@antwerp.demo"):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = [browser.get(path).content.decode() for path in (*PAGES, f"/training/courses/{slug}/")]
        said += [machine.get(f"/api/v1/{path}").content.decode() for path in CALLS]
        assert not any(secret in one for one in said for secret in (SECRET, str(run))), email
        assert browser.get(f"/training/courses/packages/{run}/").status_code == 404
        assert machine.get(f"/api/v1/courses/packages/{slug}/run").status_code == 404


def test_a_package_is_told_to_nobody_elsewhere(begun, client_for, bearer_for, acting):
    slug, _run = begun
    for email in (OTHER, KEEPER, "analyst@police.demo"):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = [browser.get(path).content.decode() for path in PAGES]
        said += [machine.get(f"/api/v1/{path}").content.decode() for path in CALLS]
        assert not any(secret in one for one in said for secret in (slug, HEAD.name)), email
        assert browser.get(f"/training/courses/{slug}/").status_code == 404
        with acting(email):
            assert queries.packages() == []
