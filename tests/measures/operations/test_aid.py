"""Mutual aid through its actions: asked of a circle, offered, accepted in part, on the way, back; between two alone."""

from datetime import timedelta

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.measures.operations import aid_actions, aid_queries
from port2port.members.acting import current_actor
from tests.measures.operations.writing import GUEST, OUTSIDER, PARTNER, asked
from tests.measures.writing import OWNER


def offered(aid, amount=2):
    return aid_actions.offer_aid(aid, amount=amount, note="By van (test).", at=now()).id


def test_help_is_asked_offered_accepted_in_part_sent_and_returned(acting):
    with acting(OWNER):
        aid = asked()
        with pytest.raises(Refused):
            offered(aid)
    with acting(PARTNER):
        assert [row.id for row in aid_queries.requests_to_us(at=now())] == [aid]
        offer = offered(aid, amount=3)
        assert aid_queries.requests_to_us(at=now()) == []
        with pytest.raises(Conflict):
            aid_actions.turn_offer(offer, to="accepted", at=now())  # only who asked accepts
    with acting(OWNER):
        assert [row.offer.id for row in aid_queries.offers_to_decide()] == [offer]
        with pytest.raises(Invalid):
            aid_actions.turn_offer(offer, to="accepted", amount=4, at=now())
        aid_actions.turn_offer(offer, to="accepted", amount=2, at=now())
        assert aid_queries.one_aid(aid, at=now()).missing == 1
        with pytest.raises(Conflict):
            aid_actions.turn_offer(offer, to="on_way", at=now())  # only who lends sends
    with acting(PARTNER):
        aid_actions.turn_offer(offer, to="on_way", at=now())
        [lent] = aid_queries.lent_now(at=now())
        assert (lent.offer.accepted, lent.side, lent.overdue) == (2, "lender", False)
        assert aid_queries.lent_now(at=now() + timedelta(days=3))[0].overdue
    with acting(OWNER):
        assert aid_queries.lent_now(at=now())[0].side == "asker"
        aid_actions.turn_offer(offer, to="returned", at=now())
        assert aid_queries.lent_now(at=now()) == []


def test_an_offer_lies_between_who_lends_and_who_asked(acting, cast):
    with acting(OWNER):
        aid = asked()
    with acting(PARTNER):
        offer = offered(aid)
    for email in cast:
        with acting(email):
            actor = current_actor()
            try:
                seen = [row.id for row in aid_queries.offers(aid)]
                aid_queries.one_aid(aid, at=now())
            except NotFound:
                assert seen == [], email
                continue
            party = actor.organisation in (cast[OWNER].organisation, cast[PARTNER].organisation)
            assert seen == ([offer] if party else []), email
    with acting(GUEST), pytest.raises(NotFound):
        aid_actions.turn_offer(offer, to="taken_back", at=now())
    with acting(GUEST):
        assert aid_queries.one_aid(aid, at=now()).missing == 3  # what is missing is told, not from whom the rest comes


def test_taken_back_and_declined_are_missing_again(acting):
    with acting(OWNER):
        aid = asked()
    with acting(PARTNER):
        offer = offered(aid, amount=3)
    with acting(OWNER):
        aid_actions.turn_offer(offer, to="accepted", at=now())
        assert aid_queries.one_aid(aid, at=now()).missing == 0
    with acting(PARTNER):
        aid_actions.turn_offer(offer, to="taken_back", at=now())
        assert aid_queries.one_aid(aid, at=now()).missing == 3
        with pytest.raises(Conflict):
            aid_actions.turn_offer(offer, to="on_way", at=now())


def test_what_is_closed_is_not_offered_any_more(acting):
    with acting(OWNER):
        aid = asked()
        aid_actions.close_aid(aid, at=now())
        with pytest.raises(Conflict):
            aid_actions.close_aid(aid, at=now())
    with acting(PARTNER):
        with pytest.raises(Conflict):
            offered(aid)
        assert aid_queries.open_requests(at=now()) == []
        with pytest.raises(Refused):
            aid_actions.withdraw_aid(aid, reason="mistake", at=now())
    with acting(OUTSIDER), pytest.raises(NotFound):
        offered(aid)


def test_what_is_wrong_is_said_at_once(acting):
    with acting(OWNER), pytest.raises(Invalid) as error:
        asked(kind="elephants", where=" ", amount=0, until_at=now() - timedelta(days=1))
    assert {"kind", "where", "amount", "until_at"} <= {problem.field for problem in error.value.problems}
