"""What an organisation teaches its own people leaves by no way but to them: pages, API, search, culture."""

from django.test import Client

from port2port.training.authoring.queries import own_course
from port2port.training.courses.models import CourseMedium, OwnCourse
from tests.training.authoring.writing import written as draft
from tests.training.courses.taking import GUARD, KEEPER, OTHER, TRAINER
from tests.training.courses.test_own import NAMES, published, written

SLUG, NAME = "own-gate", NAMES["en"]
PAGES = (
    "/", "/training/courses/", "/training/culture/", "/training/year/", "/training/courses/team/",
    "/training/courses/sessions/new/", "/training/courses/team/results/", "/search/?q=gate",
)  # fmt: skip
OWN = (
    f"/training/courses/{SLUG}/",
    f"/training/courses/{SLUG}/modules/labels/",
    f"/training/courses/{SLUG}/questions/",
)


def test_an_own_course_is_told_to_nobody_elsewhere(acting, client_for, bearer_for, cast):
    with acting(TRAINER):
        published(written())
    here = client_for(GUARD)
    assert NAME in here.get("/training/courses/").content.decode()
    assert NAME in here.get("/search/?q=gate").content.decode()
    for email in (OTHER, KEEPER, "analyst@police.demo"):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = [browser.get(path).content.decode() for path in PAGES]
        said += [machine.get(path).content.decode() for path in ("/api/v1/courses", "/api/v1/search?q=gate")]
        assert not any(secret in one for one in said for secret in (SLUG, NAME)), email
        for path in OWN:
            assert browser.get(path).status_code == 404, (email, path)
        assert machine.get(f"/api/v1/courses/{SLUG}").status_code == 404
        begun = browser.post(f"/training/courses/{SLUG}/quiz/")
        assert begun.status_code == 404


def test_a_draft_and_its_pictures_are_of_who_trains_there_alone(acting, client_for, bearer_for):
    with acting(TRAINER):
        own, ours = draft(), own_course(draft())
    base, root = f"/training/courses/own/{own}/", "/api/v1/courses/own"
    pages = [
        base + piece for piece in ("", "head/", "modules/arrive/", "preview/", "publish/", "file/", "media/gate.jpg")
    ]
    assert all(client_for(TRAINER).get(page).status_code == 200 for page in pages)
    for email in (GUARD, OTHER, KEEPER, "analyst@police.demo"):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        for page in (
            *pages,
            f"/training/courses/{ours.row.slug}/",
            f"/training/courses/{ours.row.slug}/media/gate.jpg",
        ):
            assert browser.get(page).status_code in (403, 404), (email, page)
        for path in (root, f"{root}/{own}"):
            answer = machine.get(path)
            assert answer.status_code in (403, 404) or answer.json() == [], (email, path)
        with acting(email):
            assert not CourseMedium.objects.exists() and not OwnCourse.objects.exists()
