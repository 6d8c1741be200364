"""A photo with a report, in a browser: added, seen by a partner without what the camera wrote into it."""

import io
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.reports.attachments.files import MARKED, picture
from tests.served import wait_for

pytestmark = pytest.mark.browser
PSO, PARTNER = "pso@antwerp.demo", "pso@northsea.demo"
PHOTO = {"name": "IMG 0001.jpg", "mimeType": "image/jpeg", "buffer": picture("JPEG", (1600, 900))}
FILES = "input => [...input.files].map(({ name, size }) => [name, size])"
DRAWN = "image => image.complete && image.naturalWidth > 0"


@pytest.mark.parametrize("width", [1440, 390])
def test_a_photo_is_added_and_a_partner_sees_it_without_exif(width: int, person: Any, share: Any) -> None:
    report = share(PSO, audience={"circles": ["ports-and-police"]})
    page = person(PSO, width=width).open(f"/reports/{report}/")
    page.get_by_role("link", name="Add a file").click()
    page.get_by_label("Files").set_input_files([PHOTO])
    page.get_by_role("button", name="Put on the report").click()
    expect(page.get_by_role("heading", name="1 attachment")).to_be_visible()

    seen = person(PARTNER, width=width).open(f"/reports/{report}/")
    shot = seen.locator(".pp-shot")
    shot.scroll_into_view_if_needed()
    expect(shot).to_be_visible()
    seen.wait_for_function("document.querySelector('.pp-shot').naturalWidth > 0")
    assert shot.evaluate(DRAWN)
    box = shot.bounding_box()
    assert box is not None and abs(box["width"] / box["height"] - 16 / 9) < 0.1, "not stretched"
    assert seen.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing leaves the screen"
    with seen.expect_download() as download:
        seen.get_by_role("link", name="IMG 0001.jpg", exact=True).last.click()
    content = download.value.path().read_bytes()
    assert download.value.suggested_filename == "IMG 0001.jpg"
    assert not Image.open(io.BytesIO(content)).getexif() and b"Exif" not in content


def test_what_is_refused_stands_at_the_field(person: Any, share: Any) -> None:
    report = share(PSO)
    somebody = person(PSO, width=390)
    somebody.watched.expected.add(422)
    page = somebody.open(f"/reports/{report}/attachments/")
    page.get_by_label("Only my organisation").check()
    page.get_by_label("Files").set_input_files([{"name": "plan.txt", "mimeType": "text/plain", "buffer": MARKED}])
    page.get_by_role("button", name="Put on the report").click()
    expect(page.locator("#id_files-error")).to_contain_text("CONFIDENTIEL")
    expect(page.get_by_label("Only my organisation")).to_be_checked()


def test_a_photo_goes_with_the_report_from_the_phone(person: Any, owner: Any) -> None:
    page = person(PSO, width=390, height=844, has_touch=True, is_mobile=True).open("/reports/new/")
    page.locator("label", has=page.locator("input[name=threat][value=drone_misuse]")).tap()
    page.locator("[name=text]").fill("A drone hung above the lock for minutes.")
    page.locator("[name=where]").select_option("port:BEANR")
    page.locator("[name=photo]").set_input_files([PHOTO])
    page.locator(".pp-send button").tap()
    page.wait_for_url("**/reports/*-*/?sent=1")
    expect(page.get_by_role("heading", name="1 attachment")).to_be_visible()
    assert owner.execute("select filename from reports_attachment").fetchall() == [("IMG 0001.jpg",)]


def test_a_photo_waits_with_the_report_for_the_network(person: Any, owner: Any) -> None:
    phone = person(PSO, width=390, height=844, has_touch=True, is_mobile=True)
    phone.watched.cut = True
    page = phone.open("/reports/new/")
    page.locator("label", has=page.locator("input[name=threat][value=drone_misuse]")).tap()
    page.locator("[name=text]").fill("A drone hung above the lock for minutes.")
    page.locator("[name=where]").select_option("port:BEANR")
    page.locator("[name=photo]").set_input_files([PHOTO])
    phone.context.set_offline(True)
    page.locator(".pp-send button").tap()
    expect(page.locator("[data-outbox-said]")).to_contain_text("Waiting for network")
    assert page.locator("[name=photo]").evaluate(FILES) == [], "the form is empty again"
    (kept,) = page.evaluate("p2pOutbox.waiting(document.body.dataset.person)")
    page.evaluate("id => { location.hash = `kept-${id}`; }", kept["id"])
    wait_for(lambda: page.locator("[name=photo]").evaluate(FILES) == [[PHOTO["name"], len(PHOTO["buffer"])]])
    phone.context.set_offline(False)
    wait_for(lambda: not page.evaluate("p2pOutbox.count()"), what="it was not sent")
    assert owner.execute("select filename from reports_attachment").fetchall() == [("IMG 0001.jpg",)]
