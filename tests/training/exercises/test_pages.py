"""The pages walked as those who use them: plan, seat, play, control, score, report, close; guests from outside."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from port2port.base.clock import now
from port2port.compliance.models import Happening
from port2port.members.acting import current_actor
from port2port.training.exercises import actions, playing, queries, waiting
from port2port.training.exercises.models import Guest, Part
from port2port.training.exercises.seeding import seed_exercises
from tests.training.exercises.writing import DRILL, OWNER, PARTNER, PLAYER, by_second, places, planned, played

SCRIPTED = ("drone-over-a-quay", "A lorry driver says", "Write down place")


@pytest.fixture
def client_of(client_for):
    return client_for


def test_an_exercise_is_planned_from_a_scenario_by_its_form(client_of, acting, cast):
    client = client_of(OWNER)
    page = client.get(f"/training/exercises/new/?scenario={DRILL}")
    assert page.status_code == 200
    with acting(OWNER):
        [own, quay] = places(cast, facility=True)
    sent = {
        "title": "Drill in December (test)", "size": "drill", "starts_at": "2030-01-10T09:00", "minutes": "40",
        "threat": "drone_misuse", "ports": [str(own.port)], "organisations": [str(own.organisation)],
        "facilities": [str(quay.facility)], "notes": "", "language": "en", "scenario": DRILL, "key": "one",
    }  # fmt: skip
    answer = client.post("/training/exercises/new/", sent)
    assert answer.status_code == 302
    assert client.post("/training/exercises/new/", sent)["Location"] == answer["Location"]  # sent twice, planned once
    page = client.get(answer["Location"]).content.decode()
    assert "Drill in December" in page
    assert client.get("/training/").status_code == 200
    assert client.post("/training/exercises/new/", {"title": ""}).status_code == 422


def test_a_player_sees_nothing_of_the_script_in_any_page(client_of, acting, cast):
    made = played(acting, cast, role="guards")
    client = client_of(PLAYER)
    for path in ("", "play/", "play/?part=1"):
        page = client.get(f"/training/exercises/{made}/{path}")
        assert page.status_code == 200
        assert not any(word in page.content.decode() for word in SCRIPTED)
    for path in ("control/", "sheet/", "report/", "edit/", "injects/", "guests/", "paper/"):
        assert client.get(f"/training/exercises/{made}/{path}").status_code == 403
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
    page = client.get(f"/training/exercises/{made}/play/?part=1").content.decode()
    assert page.count('<li class="pp-task"') == 1
    assert "EX" in page  # marked in every language


def test_it_is_run_from_the_control_room_and_closed_with_its_report(client_of, acting, cast):
    made = played(acting, cast, role="guards", facility=True)
    control, player = client_of(OWNER), client_of(PLAYER)
    base = f"/training/exercises/{made}"
    with acting(OWNER):
        script = by_second(made)
    assert control.post(f"{base}/clock/", {"act": "start"}).status_code == 302
    assert player.post(f"/training/exercises/injects/{script[0]}/react/", {}).status_code == 302
    assert player.post(f"/training/exercises/injects/{script[0]}/react/", {"text": "I ring (test)."}).status_code == 302
    assert player.post(f"/training/exercises/injects/{script[1]}/react/", {}).status_code == 404
    assert control.post(f"/training/exercises/injects/{script[4]}/send/", {"how": "hand"}).status_code == 302
    assert control.post(f"/training/exercises/injects/{script[4]}/send/", {"how": "hand"}).status_code == 409
    assert control.post(f"{base}/observations/", {"text": "Quick (test).", "role": "guards"}).status_code == 302
    assert control.post(f"{base}/observations/", {"text": ""}).status_code == 422
    assert control.post(f"{base}/sheet/", {"people_safe": "4"}).status_code == 302
    page = control.get(f"{base}/control/").content.decode()
    assert "I ring (test)." in page and "Quick (test)." in page
    assert control.post(f"{base}/clock/", {"act": "pause"}).status_code == 302
    assert control.post(f"{base}/clock/", {"act": "pause"}).status_code == 409
    assert control.post(f"{base}/clock/", {"act": "end"}).status_code == 302
    assert player.get(f"{base}/report/").status_code == 403
    assert control.post(f"{base}/lessons/", {"text": "Ring sooner (test)."}).status_code == 302
    assert control.post(f"{base}/report/", {"text": " ", "close": "yes"}).status_code == 422
    assert control.post(f"{base}/report/", {"text": "It went well (test).", "close": "yes"}).status_code == 302
    page = player.get(f"{base}/report/").content.decode()
    assert "It went well (test)." in page and "Ring sooner (test)." in page
    paper = control.get(f"{base}/paper/")
    assert paper.status_code == 200 and paper.content.startswith(b"%PDF")


def test_it_fulfils_what_the_facility_owes(client_of, acting, cast):
    made = played(acting, cast, role="guards", facility=True)
    client = client_of(PLAYER)
    with acting(PLAYER):
        part = Part.objects.get(exercise_id=made, facility__isnull=False).id
    sent = {"part": str(part), "what": "held"}
    assert client.post(f"/training/exercises/{made}/credit/", sent).status_code == 409  # it was not held yet
    with acting(OWNER):
        playing.tick(made, act="start", at=now() - timedelta(minutes=40))
        playing.tick(made, act="end", at=now())
    assert client.post(f"/training/exercises/{made}/credit/", sent).status_code == 302
    assert client.post(f"/training/exercises/{made}/credit/", sent).status_code == 409
    with acting(PLAYER):
        [held] = Happening.objects.filter(kind="drill_held")
        assert held.details == {"drill": queries.seen(made).reference}


def test_who_does_not_keep_a_file_writes_nothing_into_it(client_of, acting, cast):
    made = played(acting, cast, OWNER, PLAYER, PARTNER, facility=True)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        playing.tick(made, act="end", at=now())
        part = Part.objects.get(exercise_id=made, facility__isnull=False).id
    answer = client_of(PARTNER).post(f"/training/exercises/{made}/credit/", {"part": str(part), "what": "held"})
    assert answer.status_code == 403


def test_a_link_opens_once_on_one_device_and_shows_its_role(client_of, acting, cast):
    made = played(acting, cast, role="guards")
    control = client_of(OWNER)
    page = control.post(f"/training/exercises/{made}/guests/", {"function": "Fire brigade (test)", "role": "pfso"})
    link = page.content.decode().split("/training/join/")[1].split("/")[0]
    guest, other = Client(), Client()
    assert guest.get("/training/guest/").status_code == 404
    assert guest.get(f"/training/join/{link}/").status_code == 200
    assert guest.get(f"/training/join/{link}/").status_code == 200  # to look opens nothing
    assert guest.post(f"/training/join/{link}/").status_code == 302
    assert other.post(f"/training/join/{link}/").status_code == 404
    assert other.get(f"/training/join/{link}/").status_code == 404
    assert guest.get("/training/guest/").status_code == 200
    with acting(OWNER):
        script = by_second(made)
        playing.tick(made, act="start", at=now())
        playing.send_inject(script[1], how="hand", at=now())
    page = guest.get("/training/guest/?part=1").content.decode()
    assert page.count('<li class="pp-task"') == 1 and not any(word in page for word in SCRIPTED)
    assert guest.post(f"/training/guest/{script[1]}/", {"text": "We come (test)."}).status_code == 302
    assert guest.post(f"/training/guest/{script[0]}/", {}).status_code == 404  # it came to others
    assert "We come (test)." in control.get(f"/training/exercises/{made}/control/").content.decode()
    with acting(OWNER):
        [row] = Guest.objects.filter(exercise_id=made).defer("secret", "device")
    assert control.post(f"/training/exercises/guests/{row.id}/end/").status_code == 302
    assert guest.get("/training/guest/").status_code == 404
    assert guest.post(f"/training/guest/{script[1]}/", {}).status_code == 404


def linked(client_of, exercise, role="guards"):
    page = client_of(OWNER).post(
        f"/training/exercises/{exercise}/guests/", {"function": "Pilot (test)", "role": role}
    )  # fmt: skip
    return page.content.decode().split("/training/join/")[1].split("/")[0]


def test_after_the_end_a_link_says_kindly_that_it_is_over_and_nothing_else(client_of, acting, cast):
    with acting(OWNER):
        made = planned(cast)
    link, unused, withdrawn = (linked(client_of, made) for _link in range(3))
    guest = Client(headers={"accept-language": "en"})
    guest.post(f"/training/join/{link}/")
    with acting(OWNER):
        last = Guest.objects.filter(exercise_id=made).order_by("id").defer("secret", "device").last()
        playing.tick(made, act="start", at=now())
        script = by_second(made)
    assert client_of(OWNER).post(f"/training/exercises/guests/{last.id}/end/").status_code == 302
    with acting(OWNER):
        playing.tick(made, act="end", at=now())
        title = queries.seen(made).exercise.title
    late = guest.post(f"/training/guest/{script[0]}/", {"text": "We come (test)."})
    assert "not kept" in late.content.decode()
    pages = [guest.get("/training/guest/"), guest.get("/training/guest/?part=1"), late]
    pages += [guest.get(f"/training/join/{one}/") for one in (link, unused)]
    pages.append(Client().post(f"/training/join/{unused}/"))
    for page in pages:
        assert page.status_code == 410
        assert title not in page.content.decode() and not any(word in page.content.decode() for word in SCRIPTED)
    for nothing in (withdrawn, "never-made"):
        assert Client().get(f"/training/join/{nothing}/").status_code == 404
        assert Client().post(f"/training/join/{nothing}/").status_code == 404
    stranger = Client()
    stranger.cookies["p2p_exercise"] = "never-made"
    assert stranger.get("/training/guest/").status_code == 404
    assert Client().get("/training/guest/").status_code == 404
    with acting(OWNER):
        assert queries.reactions(made) == []


def test_a_link_to_what_was_called_off_says_so(client_of, acting, cast):
    with acting(OWNER):
        made = planned(cast)
    link = linked(client_of, made)
    with acting(OWNER):
        actions.call_off(made, why="A strike (test).", at=now())
    page = Client(headers={"accept-language": "en"}).get(f"/training/join/{link}/")
    assert page.status_code == 410
    assert "called off" in page.content.decode() and "strike" not in page.content.decode()


def test_a_screen_asks_for_what_is_new_alone(client_of, acting, cast):
    made = played(acting, cast)
    link = linked(client_of, made, role="pfso")
    guest = Client()
    guest.post(f"/training/join/{link}/")
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
        script = by_second(made)
        for one in script[1:3]:
            playing.send_inject(one, how="hand", at=now())
    screens = (client_of(PLAYER), f"/training/exercises/{made}/play/?part=1"), (guest, "/training/guest/?part=1")
    for browser, path in screens:
        assert browser.get(path).content.decode().count("data-inject=") == 2
        [newest, oldest] = sorted(re.findall('data-at="([^"]+)"', browser.get(path).content.decode()), reverse=True)
        page = browser.get(path, {"part": "1", "after": oldest}).content.decode()
        assert f'data-inject="{script[2]}"' in page and f'data-inject="{script[1]}"' not in page
        page = browser.get(path, {"part": "1", "after": newest}).content.decode()
        assert "data-exercise-clock" in page and "data-inject=" not in page


def test_nothing_is_mailed(client_of, acting, cast):
    made = played(acting, cast)
    with acting(OWNER):
        playing.tick(made, act="start", at=now())
    assert mail.outbox == []


def test_the_library_is_read_whole(client_of):
    client = client_of(PARTNER)
    assert client.get("/training/scenarios/").status_code == 200
    assert client.get(f"/training/scenarios/{DRILL}/").status_code == 200
    assert client.get("/training/scenarios/none/").status_code == 404


def test_the_demo_has_one_that_is_over_and_one_to_come(client_of, acting, cast):
    assert seed_exercises(at=now()) == 2
    assert seed_exercises(at=now()) == 0
    with acting(PLAYER):
        assert [one.exercise.state for one in queries.exercises(at=now())] == ["closed", "planned"]
        told = waiting.needs(current_actor(), now())  # of its own file: that one was held, that one is to come
        assert len(told) == 2 and sum("/notified/" in need.href for need in told) == 1
    with acting(OWNER):
        made = planned(cast)
        playing.tick(made, act="start", at=now())
        [need, notice] = waiting.needs(current_actor(), now())
        assert need.href == f"/training/exercises/{made}/control/" and "/notified/" in notice.href
