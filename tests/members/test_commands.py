"""A real installation begins: the founder's link, and the facts of a country pack."""

import argparse
import re

import pytest

from port2port.base.errors import Invalid
from port2port.members import commands
from port2port.members.acting import acting_as_system
from port2port.members.models import Account, Membership
from tests.members.conftest import PASSWORD


def parsed(*words):
    top = argparse.ArgumentParser()
    commands.register(top.add_subparsers())
    return top.parse_args(words)


def found(email, slug, *more):
    arguments = parsed("founder", email, "--name", "First", "--organisation", slug, *more)
    return arguments.run(arguments)


def test_the_first_administrator_joins_by_the_printed_link(db, browser, capsys, owner):
    assert found("first@prosecutor.example", "prosecutor-antwerp") == 0
    path = re.search(r"/invitation/[\w-]+/", capsys.readouterr().out)
    assert path is not None
    answer = browser().post(path[0], {"name": "First", "password": PASSWORD})
    assert answer.headers["Location"] == "/account/second-factor/"
    with acting_as_system("identity"):
        account = Account.objects.get(email="first@prosecutor.example")
        row = Membership.objects.get(person=account.person_id)
    assert (row.roles, row.verified_until) == (["administrator"], None)
    with pytest.raises(Invalid, match="has an administrator already"):
        found("second@prosecutor.example", "prosecutor-antwerp")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("a@b.example", "nowhere"), "there is no such organisation"),
        (("not an address", "prosecutor-antwerp"), "not an e-mail address"),
        (("a@b.example", "prosecutor-antwerp", "--role", "operator"), "have operators"),
        (("a@b.example", "port-of-ostend"), "has an administrator already"),
    ],
)
def test_what_does_not_hold_is_refused_in_words(words, why, db, owner):
    with pytest.raises(Invalid, match=why):
        found(*words)
    assert owner.execute("select count(*) from members_invitation").fetchone() == (0,)


def test_a_broken_pack_is_refused_by_line_before_anything_is_written(db, tmp_path, capsys):
    (tmp_path / "network.toml").write_text("[pack]\n", encoding="utf-8")
    arguments = parsed("network", "load", "--folder", str(tmp_path))
    assert arguments.run(arguments) == 1
    assert "network.toml" in capsys.readouterr().err
