"""Acting: keys for one transaction, no nesting of another actor, no answer without keys."""

import psycopg
import pytest
from django.db import connection

from port2port.members.acting import NestedActor, NotActing, SignedOut, acting_as, current_actor, nobody
from port2port.sharing.models import Record
from port2port.sharing.tlp import Tlp
from tests.sharing.sharing import share


def test_reading_without_keys_is_an_error_not_an_empty_answer(db):
    with pytest.raises(NotActing):
        list(Record.objects.all())


def test_reading_after_acting_is_an_error_again(acting):
    with acting("pso@antwerp.demo"):
        assert list(Record.objects.all()) == []
    with pytest.raises(NotActing):
        list(Record.objects.all())


def test_the_database_refuses_too_where_there_are_rows(acting, app):
    with acting("pso@antwerp.demo"):
        share(["all-members"], Tlp.GREEN)
    with pytest.raises(psycopg.Error):
        app.execute("select * from sharing_record")
    with app.transaction(), pytest.raises(psycopg.Error, match="malformed array literal"):
        app.execute("select set_config('p2p.keys', '', true)")
        app.execute("select * from sharing_record")


def test_the_same_actor_may_nest_another_may_not(acting):
    with acting("pso@antwerp.demo") as outer:
        with acting("pso@antwerp.demo") as inner:
            assert inner is outer
        with pytest.raises(NestedActor), acting("pso@northsea.demo"):
            pass
        assert current_actor() is outer
    with pytest.raises(NotActing):
        current_actor()


def test_nobody_puts_on_the_hat_of_another(db, cast):
    with pytest.raises(SignedOut), acting_as(cast["pso@antwerp.demo"].person, cast["pso@northsea.demo"].hat):
        pass


def test_settings_end_with_the_transaction(acting):
    with acting("pso@antwerp.demo"), connection.cursor() as cursor:
        cursor.execute("select current_setting('p2p.organisation')")
        assert cursor.fetchone() != ("",)
    with nobody(), connection.cursor() as cursor:
        cursor.execute("select current_setting('p2p.organisation', true)")
        assert cursor.fetchone() == ("",)
