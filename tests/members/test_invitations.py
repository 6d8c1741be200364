"""From an invitation to the first sign-in; what a newcomer reads before anybody confirmed a verification."""

from datetime import timedelta

import pytest

from port2port.base.clock import now
from port2port.members.acting import acting_as, acting_as_system
from port2port.members.models import Account, Membership
from port2port.members.tasks import send_invitation
from port2port.sharing import queries
from port2port.sharing.models import Posting, Record
from port2port.sharing.tlp import Tlp
from tests.members.conftest import PASSWORD
from tests.sharing.sharing import share

NEW = "new@antwerp.example"
OFFICER = ["port_security_officer"]


def accept(browser, path, name="Newly Come"):
    client = browser()
    assert client.get(path).status_code == 200
    answer = client.post(path, {"name": name, "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client, answer


def newcomer():
    with acting_as_system("identity"):
        account = Account.objects.select_related("person").get(email=NEW)
        return account.person_id, Membership.objects.get(person=account.person_id, until=None).id


def test_an_invitation_leads_to_an_account_and_to_the_second_factor(invited, browser, outbox, journalled):
    path = invited(NEW, roles=OFFICER)
    assert outbox[-1].to == [NEW]
    assert "Port of Antwerp-Bruges" in outbox[-1].body
    client, answer = accept(browser, path)
    assert answer.headers["Location"] == "/account/second-factor/"
    assert client.get("/network/").headers["Location"] == "/account/second-factor/"
    person, hat = newcomer()
    said = journalled("invitation.accepted")[0]
    assert (said["details"]["person"], said["details"]["membership"]) == (str(person), str(hat))
    assert NEW not in str(said)


def test_the_link_works_once_and_only_its_hash_is_kept(invited, browser, owner):
    path = invited(NEW, roles=OFFICER)
    secret = path.split("/")[2]
    kept = owner.execute("select secret_hash from members_invitation").fetchone()
    assert kept is not None and secret.encode() not in bytes(kept[0])
    accept(browser, path)
    used, unknown = browser().get(path), browser().get("/invitation/never-was/")
    assert (used.status_code, unknown.status_code) == (404, 404)


def test_an_invitation_ends_after_seven_days(invited, browser, owner):
    path = invited(NEW, roles=OFFICER)
    owner.execute("update members_invitation set expires_at = now() - interval '1 second'")
    assert browser().get(path).status_code == 404


def test_sent_again_the_first_link_is_void(invited, browser, outbox, owner):
    first = invited(NEW, roles=OFFICER)
    identifier = owner.execute("select id from members_invitation").fetchone()[0]
    send_invitation(str(identifier))
    assert browser().get(first).status_code == 404
    assert first.split("/")[2] not in outbox[-1].body


def test_a_cancelled_invitation_is_void_and_no_longer_sent(invited, client_for, browser, outbox, owner):
    path = invited(NEW, roles=OFFICER)
    identifier = owner.execute("select id from members_invitation").fetchone()[0]
    client = client_for("admin@antwerp.demo")
    assert client.post(f"/organisation/invitations/{identifier}/cancel/").status_code == 302
    assert browser().get(path).status_code == 404
    sent = len(outbox)
    send_invitation(str(identifier))
    assert len(outbox) == sent


def test_another_organisations_invitation_cannot_be_cancelled(invited, client_for, owner):
    invited(NEW, roles=OFFICER)
    identifier = owner.execute("select id from members_invitation").fetchone()[0]
    assert client_for("pso@ostend.demo").post(f"/organisation/invitations/{identifier}/cancel/").status_code == 404
    assert owner.execute("select cancelled_at from members_invitation").fetchone() == (None,)


@pytest.mark.parametrize("password", ["short", "password1234", "new@antwerp.example"])
def test_a_weak_password_is_refused_and_nothing_is_made(password, invited, browser, owner):
    path = invited(NEW, roles=OFFICER)
    client = browser()
    answer = client.post(path, {"name": "Newly Come", "password": password})
    assert answer.status_code == 422
    assert owner.execute("select count(*) from members_account where email = %s", [NEW]).fetchone() == (0,)
    assert owner.execute("select count(*) from members_person where name = 'Newly Come'").fetchone() == (0,)
    accept(browser, path)


def test_who_is_here_already_joins_while_signed_in_and_keeps_both(invited, client_for, browser, cast, owner):
    path = invited("analyst@police.demo", roles=["analyst"])
    asked = browser().get(path).content.decode()
    assert "Sign in" in asked and 'name="password"' not in asked
    assert client_for("pso@ostend.demo").post(path).status_code == 200  # somebody else: told so, nothing made
    count = "select count(*) from members_membership where person_id = %s and until is null"
    person = cast["analyst@police.demo"].person
    assert owner.execute(count, [person]).fetchone() == (1,)
    assert client_for("analyst@police.demo").post(path).status_code == 302
    assert owner.execute(count, [person]).fetchone() == (2,)


@pytest.mark.parametrize("email", ["pso@antwerp.demo", "dpo@antwerp.demo", "director@commissioner.demo"])
def test_only_administrators_invite(email, client_for, owner):
    client = client_for(email)
    for path in ("/organisation/people/", "/organisation/people/invite/", "/organisation/review/"):
        assert client.get(path).status_code == 403
    answer = client.post("/organisation/people/invite/", {"name": "x", "email": NEW, "roles": OFFICER})
    assert answer.status_code == 403
    assert owner.execute("select count(*) from members_invitation").fetchone() == (0,)


def test_the_form_says_what_is_wrong_and_keeps_what_was_typed(client_for):
    client = client_for("admin@antwerp.demo")
    sent = {"name": "Kept", "email": "not an address", "language": "nl", "roles": ["facility_security_officer"]}
    answer = client.post("/organisation/people/invite/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Kept"' in page and 'value="not an address"' in page
    assert 'href="#id_email"' in page


def test_nobody_is_invited_twice_nor_made_an_operator_elsewhere(client_for, outbox):
    client = client_for("admin@antwerp.demo")
    sent = {"name": "N", "email": NEW, "language": "nl", "roles": OFFICER, "facility": ""}
    assert client.post("/organisation/people/invite/", sent).status_code == 302
    assert client.post("/organisation/people/invite/", sent).status_code == 422
    again = {**sent, "email": "pso@antwerp.demo"}
    assert client.post("/organisation/people/invite/", again).status_code == 422
    operator = {**sent, "email": "other@antwerp.example", "roles": ["operator"]}
    assert client.post("/organisation/people/invite/", operator).status_code == 422


def test_unverified_a_newcomer_reads_no_amber_anywhere(invited, browser, acting, client_for, cast):
    """In list, detail, count and search alike, until the organisation confirms the verification."""
    accept(browser, invited(NEW, roles=OFFICER))
    person, hat = newcomer()
    with acting("pso@northsea.demo"):
        amber = share(["ports-and-police"], Tlp.AMBER, "an unlit boat at the lock").id
        green = share(["ports-and-police"], Tlp.GREEN, "an unlit boat in the dock").id

    def seen():
        with acting_as(person, hat):
            return (
                set(queries.newest("report").ids),
                set(Record.objects.values_list("id", flat=True)),
                queries.count("report"),
                set(queries.found("unlit boat", ["report"])),
                Posting.objects.count(),
            )

    assert seen() == ({green}, {green}, 1, {green}, 1)
    client = client_for("admin@antwerp.demo")
    today = now().date()
    sent = {
        "do": "verify", "kind": "security-verification", "on": today.isoformat(),
        "until": (today + timedelta(days=365)).isoformat(),
    }  # fmt: skip
    assert client.post(f"/organisation/people/{person}/", sent).status_code == 302
    assert seen() == ({green, amber}, {green, amber}, 2, {green, amber}, 2)
    assert client.post(f"/organisation/people/{person}/", {"do": "unverify"}).status_code == 302
    assert seen() == ({green}, {green}, 1, {green}, 1)
