"""Home: what needs whoever is signed in, what is new, what was withdrawn, the week at each port."""

import json
from datetime import timedelta

from port2port.base.clock import now
from port2port.reports.actions import share_report, withdraw_report
from port2port.reports.addressing import terms_for
from port2port.reports.rules import Draft
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from tests.sharing.sharing import keys
from tests.training.courses.taking import taken


def report(names=("ports-and-police",), tlp=Tlp.AMBER, text="A drone over the lock (test)."):
    draft = Draft(
        threat="drone_misuse", text=text, place="port", port="BEANR", occurred_at=now(), language="en"
    )  # fmt: skip
    to = Addressing(tuple(keys(names)), tlp)
    return share_report(draft=draft, to=to, terms=terms_for(draft.threat, reporter()), at=now()).record_id


def test_it_says_when_nothing_waits(acting, client_for):
    page = client_for("pso@ostend.demo").get("/").content.decode()
    assert "Nothing waits for you" not in page and "TLP and handling" in page, "whoever reads AMBER learns to handle it"
    with acting("pso@ostend.demo"):
        taken()
    page = client_for("pso@ostend.demo").get("/").content.decode()
    assert "Nothing waits for you" in page


def test_it_shows_what_was_shared_and_only_to_those_who_see_it(acting, client_for):
    with acting("pso@antwerp.demo"):
        made = report()
    assert str(made) in client_for("pso@northsea.demo").get("/").content.decode()
    assert str(made) not in client_for("officer@outside.demo").get("/").content.decode()


def test_a_withdrawal_is_told_to_those_who_had_it_and_to_nobody_else(acting, client_for):
    with acting("pso@antwerp.demo"):
        made = report()
        withdraw_report(made, reason="mistake", at=now())
    told = client_for("pso@northsea.demo").get("/").content.decode()
    assert "Withdrawn this week" in told and f"/reports/{made}/" in told and "It was wrong" in told
    assert "drone over the lock" not in told
    assert "Withdrawn this week" not in client_for("officer@outside.demo").get("/").content.decode()


def test_reports_left_open_for_a_month_need_their_steward(acting, client_for, owner):
    with acting("pso@antwerp.demo"):
        made = report()
    owner.execute("update sharing_record set at = %s where id = %s", [now() - timedelta(days=40), made])
    assert "1 report of yours is still open" in client_for("pso@antwerp.demo").get("/").content.decode()
    assert "still open" not in client_for("pso@northsea.demo").get("/").content.decode()


def test_an_unverified_member_is_told_so(client_for, owner, cast):
    owner.execute("update members_membership set verified_until = null where id = %s", [cast["pso@liege.demo"].hat])
    assert "you read up to TLP:GREEN" in client_for("pso@liege.demo").get("/").content.decode()


def test_the_map_holds_the_ports_of_the_network_by_what_one_sees(acting, client_for):
    with acting("pso@antwerp.demo"):
        report()

    def sizes(email):
        features = json.loads(client_for(email).get("/home/map.json").content)["features"]
        return {f["properties"]["name"]: f["properties"]["size"] for f in features if f["properties"]["kind"] == "port"}

    partner, outsider = sizes("pso@northsea.demo"), sizes("officer@outside.demo")
    assert partner["Antwerp"] > partner["Ghent"]
    assert outsider["Antwerp"] == outsider["Ghent"]
