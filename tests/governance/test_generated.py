"""What is generated: retention with its proof, releases outside the country, the files of the desk; and its data."""

import pytest

from port2port.base.clock import now
from port2port.governance.desk import queries
from port2port.governance.desk.catalogue import DATA, breaches, read_breaches, read_requests, requests
from port2port.governance.desk.rules import breach_step_allowed, step_allowed
from port2port.governance.kind_words import KINDS
from port2port.members.acting import acting_as_system
from port2port.members.models import Organisation
from port2port.sharing import legal_basis
from port2port.sharing.actions import expire
from port2port.sharing.tlp import Tlp
from tests.governance.asking import DPO
from tests.governance.test_requests import PSO, told


def test_what_went_is_counted_and_what_should_be_gone_is_named(acting, owner, client_for):
    with acting(PSO):
        late, kept = told("ports-and-police"), told("ports-and-police")
    owner.execute("update sharing_record set expires_at = now() - interval '2 hours' where id = %s", [late])
    with acting(DPO):
        (before,) = [one for one in queries.held() if one.kind == "report"]
        assert (before.held, before.past) == (2, 1) and queries.gone() == []
    assert "1 record is past its time and still there" in client_for(DPO).get("/governance/desk/retention/").text
    with acting_as_system("worker"):
        assert expire(at=now()) == 1
    with acting(DPO):
        (after,) = [one for one in queries.held() if one.kind == "report"]
        (gone,) = queries.gone()
        assert (after.held, after.past, gone.kind, gone.expired, gone.withdrawn) == (1, 0, "report", 1, 0), kept
    browser = client_for(DPO)
    assert "Nothing is kept past its time" in browser.get("/governance/desk/retention/").text
    for form, begins in (("csv", "\ufeff".encode()), ("xlsx", b"PK")):
        assert browser.get(f"/governance/desk/retention/file/?format={form}").content.startswith(begins)
        assert browser.get(f"/governance/desk/transfers/file/?format={form}").content.startswith(begins)
    assert browser.get("/governance/desk/retention/file/?format=doc").status_code == 422


def test_releases_outside_the_country_are_counted_by_recipient(acting, cast, client_for):
    with acting(DPO):
        assert queries.transfers() == []
    with acting(PSO):
        told("ports-and-police")
        told(None, tlp=Tlp.RED, person=cast["pso@northsea.demo"].person)
        told(None, tlp=Tlp.AMBER, person=cast["pso@northsea.demo"].person)
    with acting(DPO):
        found = {one.recipient.slug: one for one in queries.transfers()}
    north = Organisation.objects
    with acting(PSO):
        port = north.get(id=cast["pso@northsea.demo"].organisation)
    assert found[port.slug].records == 1, "what one person holds is not counted"
    assert "NL" in found[port.slug].country, "why it counts: the country of its port abroad"
    assert cast["pso@liege.demo"].organisation not in {one.recipient.id for one in found.values()}
    assert port.names["en"] in client_for(DPO).get("/governance/desk/transfers/").text


@pytest.mark.parametrize(
    ("file", "find", "put", "problem"),
    [
        ("requests.v1.toml", "keep_days = 1095", "keep_days = 10", "the proof goes before the names"),
        ("requests.v1.toml", 'regime = "police"', 'regime = "poetry"', "regime"),
        ("requests.v1.toml", 'regimes = ["openness"]', "regimes = []", "regimes"),
        ("breaches.v1.toml", 'code = "high"', 'code = "huge"', "what the law tells apart"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path, file, find, put, problem):
    text = (DATA / file).read_text(encoding="utf-8")
    assert find in text
    wrong = tmp_path / file
    wrong.write_text(text.replace(find, put, 1), encoding="utf-8")
    read = read_requests if file.startswith("requests") else read_breaches
    with pytest.raises(ValueError, match=problem):
        read(wrong)


def test_the_files_that_ship_are_whole():
    assert {one.code for one in requests().grounds_for("openness_flemish")} >= {"privacy", "public_security"}
    assert "privacy" not in {one.code for one in requests().grounds_for("access")}
    assert [one.code for one in breaches().risks] == ["none", "risk", "high"]


def test_what_may_follow_what():
    assert not step_allowed("answered", ["received"], regime="gdpr")
    assert not step_allowed("answered", ["received", "identity"], regime="gdpr")
    assert step_allowed("answered", ["received", "identity", "searched"], regime="gdpr")
    assert step_allowed("answered", ["received", "identity"], regime="openness")
    assert step_allowed("forwarded", ["received"], regime="police")
    assert not step_allowed("forwarded", ["received"], regime="gdpr")
    assert not step_allowed("extended", ["received", "extended"], regime="gdpr")
    assert not step_allowed("identity", ["received", "refused"], regime="gdpr")
    assert not breach_step_allowed("closed", [("opened", ""), ("assessed", "none")])
    assert not breach_step_allowed("not_notified", [("opened", ""), ("assessed", "none"), ("assessed", "high")])
    assert breach_step_allowed("closed", [("assessed", "none"), ("not_notified", "")])
    assert not breach_step_allowed("closed", [("assessed", "high"), ("notified", "")])
    assert breach_step_allowed("closed", [("assessed", "high"), ("notified", ""), ("persons_spared", "")])


def test_every_kind_that_is_kept_has_a_word():
    kept = {rule.kind for rule in legal_basis.register().retention} - {"*"}
    assert kept - set(KINDS) == set()
