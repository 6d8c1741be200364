"""What is going to happen in an exercise leaves by no way: list, page, API, search, live event."""

import json

from django.test import Client

from port2port.base.clock import now
from port2port.sharing.queries import found
from port2port.training.exercises import playing
from port2port.training.exercises.queries import injects
from tests.training.exercises.writing import OUTSIDER, OWNER, PARTNER, PLAYER, by_second, played

SECRET = "lorry driver"  # of the first inject, which is for the guards


def test_the_script_leaves_by_no_way(acting, cast, client_for, bearer_for, owner):
    made = played(acting, cast)  # plays the role pfso
    with acting(OWNER):
        script = by_second(made)
        playing.tick(made, act="start", at=now())
        assert SECRET in injects(made)[0].text["en"]
        assert found(SECRET, ["exercise"]) == []  # a script is not what an exercise is found by
    for email in (PLAYER, PARTNER, OUTSIDER):
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        paths = [
            "/",
            "/training/",
            f"/training/exercises/{made}/",
            f"/training/exercises/{made}/play/",
            "/search/?q=lorry",
        ]
        for path in paths:
            assert SECRET not in browser.get(path).content.decode(), (email, path)
        for path in ("/api/v1/exercises", f"/api/v1/exercises/{made}", f"/api/v1/exercises/{made}/report"):
            assert SECRET not in machine.get(path).content.decode(), (email, path)
    machine = Client(headers=bearer_for(PLAYER))
    told = machine.get(f"/api/v1/exercises/{made}").json()
    assert (told["your_role"], told["injects"], told["observations"]) == ("pfso", [], [])
    assert machine.post(
        f"/api/v1/exercises/injects/{script[0]}/reactions", data="{}", content_type="application/json"
    ).status_code == 404  # fmt: skip
    keys = owner.execute("select keys from sharing_event where record = %s and act = 'inject'", [made]).fetchall()
    assert keys == [([cast[OWNER].person],)]  # its staff; the player of another role hears nothing


def test_the_api_plans_runs_and_reports(acting, cast, bearer_for):
    machine = Client(headers=bearer_for(OWNER))

    def sent(verb, path, **body):
        return getattr(machine, verb)(path, data=json.dumps(body), content_type="application/json")

    made = sent(
        "post", "/api/v1/exercises", title="By machine (test)", size="drill", starts_at="2030-01-10T09:00:00+01:00",
        minutes=40, threat="drone_misuse", scenario="drone-over-a-quay",
        parts=[{"organisation": str(cast[OWNER].organisation), "port": "BEANR"}],
    )  # fmt: skip
    assert made.status_code == 201
    base = f"/api/v1/exercises/{made.json()['id']}"
    assert sent("post", f"{base}/clock", act="start").json()["running"] is True
    assert sent("post", f"{base}/clock", act="start").status_code == 409
    assert sent("post", f"{base}/observations", text="Quick (test).", role="guards").status_code == 200
    assert sent("put", f"{base}/sheet", values={"people_safe": 5}).status_code == 204
    assert sent("post", f"{base}/clock", act="end").json()["running"] is False
    assert sent("post", f"{base}/lessons", text="Ring sooner (test).").status_code == 200
    assert sent("put", f"{base}/report", text="Good (test).", close=True).status_code == 204
    report = machine.get(f"{base}/report").json()
    assert (report["text"], [one["text"] for one in report["lessons"]]) == ("Good (test).", ["Ring sooner (test)."])
    assert {"criterion": "people_safe", "median": 5.0, "n": 1} in report["evaluation"]
    whole = machine.get(base).json()
    assert whole["state"] == "closed" and len(whole["injects"]) == 8 and whole["injects"][0]["expected"]
    [learned] = report["lessons"]
    begun = machine.get(f"/api/v1/exercises/lessons/{learned['id']}").json()["begun"]
    assert begun["text"] == "Ring sooner (test)."
    made = sent(
        "post", f"/api/v1/exercises/lessons/{learned['id']}/measure", title=begun["title"], text=begun["text"],
        audience={"circles": ["all-members"], "tlp": "GREEN"},
    )  # fmt: skip
    assert made.status_code == 200 and [one["kind"] for one in made.json()["became"]] == ["measure"]
    assert machine.get(f"{base}/report").json()["lessons"][0]["became"] == made.json()["became"]
