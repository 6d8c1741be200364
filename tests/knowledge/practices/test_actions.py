"""Practices through their actions: drafts, the second person, versions, uses, links, translations."""

from dataclasses import replace
from datetime import timedelta

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.home.needs import needs_of
from port2port.knowledge.practices import actions, queries, use_actions
from port2port.knowledge.practices.actions import About, Original
from port2port.knowledge.practices.queries import Filters
from port2port.knowledge.practices.words import changes
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from tests.knowledge.practices.writing import DRAFT, REVIEWER, WRITER, changed, drafted, later, published
from tests.measures.writing import measure

READER = "pso@antwerp.demo"


def test_a_draft_is_its_organisations_alone_until_somebody_else_publishes_it(acting):
    with acting(WRITER):
        made = drafted().record_id
        assert queries.practice(made, at=now()).practice.state == "draft"
        actions.turn_practice(made, "ask", at=now())
        with pytest.raises(Refused):
            actions.turn_practice(made, "publish", at=now(), review_on=later())
    with acting(READER):
        with pytest.raises(NotFound):
            queries.practice(made, at=now())
        assert queries.page(Filters(), at=now()).count == 0 and not sharing.found("hauliers", ["practice"])
    with acting(REVIEWER) as actor:
        assert [one for one in needs_of(actor, now()) if DRAFT.title in one.title]
        with pytest.raises(Invalid):
            actions.turn_practice(made, "publish", at=now())  # until when?
        actions.turn_practice(made, "publish", at=now(), review_on=later())
        assert not [one for one in needs_of(actor, now()) if DRAFT.title in one.title]
        with pytest.raises(Conflict):
            actions.turn_practice(made, "publish", at=now(), review_on=later())
    with acting(READER):
        found = queries.practice(made, at=now())
        assert found.text.title == DRAFT.title and found.practice.published == 1
        assert sharing.found("hauliers", ["practice"]) == [made]
    with acting("officer@outside.demo"), pytest.raises(NotFound):
        queries.practice(made, at=now())


def test_a_change_is_the_next_version_and_readers_keep_the_published_one(acting):
    made = published(acting)
    with acting(WRITER):
        changed(made, done="The gate calls the haulier's desk zqsecret and writes it down.")
        assert [one.number for one in queries.versions(made)] == [1, 2]
        said = changes(*queries.versions(made))
        assert [one.field for one in said] == ["done"]
        assert "zqsecret" in "".join(piece.text for piece in said[0].pieces if piece.kind == "new")
        assert queries.practice(made, at=now()).text.number == 1
        assert queries.practice(made, at=now(), newest=True).text.number == 2
        with pytest.raises(Conflict):
            changed(made, expected=1, done="Something quite different from before.")
    with acting(READER):
        assert queries.practice(made, at=now(), newest=True).text.number == 1
        assert [one.number for one in queries.versions(made)] == [1]
        assert not sharing.found("zqsecret", ["practice"])
    with acting(REVIEWER):
        actions.turn_practice(made, "ask", at=now())
        actions.turn_practice(made, "back", at=now())
        changed(made, done="Written last by the reviewer, who may not publish it.")
        actions.turn_practice(made, "ask", at=now())
        with pytest.raises(Refused):
            actions.turn_practice(made, "publish", at=now())
        actions.turn_practice(made, "back", at=now())
    with acting(WRITER):
        changed(made, done="The gate calls zqopen and writes it down.")
        actions.turn_practice(made, "ask", at=now())
    with acting(REVIEWER):
        actions.turn_practice(made, "publish", at=now())
    with acting(READER):
        assert queries.practice(made, at=now()).text.number == 4
        assert sharing.found("zqopen", ["practice"]) == [made]


def test_what_is_wrong_is_said_at_once_and_identities_are_refused(acting):
    with acting(WRITER):
        with pytest.raises(Invalid) as error:
            drafted(title="", context="short", maturity="proven_one", outcome="", topic="cats", modi=("XX99",))
        assert {p.field for p in error.value.problems} == {"title", "context", "outcome", "topic", "modi"}
        with pytest.raises(Invalid) as error:
            drafted(done="Born 85.07.30-033.28 he said: the gate calls the desk.")
        assert {p.field for p in error.value.problems} == {"done"}
        with pytest.raises(Invalid) as error:
            drafted("insider-desk", tlp=Tlp.RED)
        assert "tlp" in {p.field for p in error.value.problems}
    with acting("director@antwerp.demo"), pytest.raises(Refused):
        drafted()


def test_it_says_when_it_is_stale_and_its_organisation_is_asked(acting, owner):
    made = published(acting)
    owner.execute("update knowledge_practice set review_on = current_date - 1")
    with acting(REVIEWER) as actor:
        asked = [one for one in needs_of(actor, now()) if DRAFT.title in one.title]
        assert [one.overdue for one in asked] == [True]
        with pytest.raises(Invalid):
            actions.keep_practice(made, review_on=later(-1), at=now())
        actions.keep_practice(made, review_on=later(), at=now())
        assert not [one for one in needs_of(actor, now()) if DRAFT.title in one.title]
    with acting(READER):
        assert not queries.practice(made, at=now()).stale((now() + timedelta(days=1)).date())
        with pytest.raises(Refused):
            actions.keep_practice(made, review_on=later(), at=now())


def test_one_word_for_each_organisation_by_who_may_speak_for_it(acting, cast):
    made = published(acting)
    with acting(READER):
        use_actions.endorse(made, experience="It works at our inland gate too.", at=now())
        use_actions.endorse(made, experience="It works at both our gates now.", at=now())
        assert [one.experience for one in queries.endorsements(made)] == ["It works at both our gates now."]
        found = queries.practice(made, at=now())
        assert found.uses.organisations == 1 and found.uses.ports >= 1
        with pytest.raises(Invalid):
            use_actions.endorse(made, experience="ok", at=now())
    with acting("pso@ostend.demo"):
        use_actions.endorse(made, experience="We begin an hour earlier.", at=now())
        assert queries.practice(made, at=now()).uses.organisations == 2
        use_actions.take_back_endorsement(made, at=now())
        with pytest.raises(NotFound):
            use_actions.take_back_endorsement(made, at=now())
    for email in (REVIEWER, WRITER, "admin@antwerp.demo"):
        with acting(email), pytest.raises(Refused):
            use_actions.endorse(made, experience="We use it ourselves, of course.", at=now())
    with acting("officer@outside.demo"), pytest.raises(NotFound):
        use_actions.endorse(made, experience="We use it abroad as well.", at=now())


def test_a_link_is_seen_by_who_sees_both_and_made_by_who_looks_after_one(acting):
    made = published(acting)
    with acting(READER):
        close = measure("port-security-officers").record_id
        use_actions.link(made, target=close, at=now())  # of the measure's owner
        assert [one.to.id for one in queries.ties(made)] == [close]
        assert [one.id for one in queries.linked_to(close)] == [made]
        with pytest.raises(Conflict):
            use_actions.link(made, target=close, at=now())
    with acting("analyst@police.demo"):
        assert queries.practice(made, at=now()) and queries.ties(made) == [] and queries.linked_to(close) == []
        with pytest.raises(Invalid):
            use_actions.link(made, target=close, at=now())
    with acting("pso@ostend.demo"):
        tie = queries.ties(made)[0].id
        with pytest.raises(Refused):
            use_actions.unlink(made, tie=tie, at=now())
        other = measure("all-members").record_id
    with acting("pso@liege.demo"), pytest.raises(Refused):
        use_actions.link(made, target=other, at=now())
    with acting(REVIEWER):
        use_actions.unlink(made, tie=tie, at=now())
        assert queries.ties(made) == []


def test_a_translation_says_when_the_original_has_moved_on(acting):
    made = published(acting)
    with acting(READER):
        original = Original(made, 1)
        with pytest.raises(Invalid):
            drafted(original=original)  # it is in English already
        with pytest.raises(Invalid):
            drafted(original=Original(made, 2), language="nl")
        translated = drafted(original=original, language="nl", title="Een tweede blik (test)").record_id
        assert queries.translations(made)[0].id == translated and queries.moved_on() == []
    with acting(WRITER):
        assert queries.translations(made) == []  # it is a draft of Antwerp
        changed(made, done="The gate calls the desk, and the desk calls back.")
        actions.turn_practice(made, "ask", at=now())
    with acting(READER):
        assert queries.moved_on() == []  # what is not published is nobody's business
    with acting(REVIEWER):
        actions.turn_practice(made, "publish", at=now())
    with acting(READER) as actor:
        assert [one.id for one in queries.moved_on()] == [translated]
        assert [one for one in needs_of(actor, now()) if "Een tweede blik" in one.title]
        found = actions.stewarded(translated, at=now())
        to = Addressing(tuple(found.practice.audience), Tlp(found.practice.audience_tlp))
        actions.change_practice(
            translated, draft=replace(found.draft, done="De poort belt de balie van de vervoerder."),
            about=About("drug_smuggling", "", to), at=now(),
            expected=found.record.version, original_number=2,
        )  # fmt: skip
        assert queries.moved_on() == []


def test_withdrawn_it_is_gone_for_all_but_its_writer(acting):
    made = published(acting)
    with acting(READER), pytest.raises(Refused):
        actions.withdraw_practice(made, reason="mistake", at=now())
    with acting(WRITER):
        actions.withdraw_practice(made, reason="mistake", at=now())
        with pytest.raises(Conflict):
            changed(made, done="Something after it was withdrawn.")
    with acting(READER), pytest.raises(NotFound):
        queries.practice(made, at=now())


def test_lists_are_narrowed(acting):
    made = published(acting)
    published(acting, topic="cyber", maturity="idea", language="nl", modi=(), title="Iets anders (test)")
    with acting(READER):
        for narrowed in (
            Filters(topic="release_process"), Filters(maturity="pilot"), Filters(language="en"),
            Filters(modus_operandi="DR02"), Filters(q="hauliers second"),
        ):  # fmt: skip
            assert [row.id for row in queries.page(narrowed, at=now()).rows] == [made], narrowed
        assert queries.page(Filters(port="BEGNE"), at=now()).count == 2
        assert queries.page(Filters(port="BEANR"), at=now()).count == 0
        with pytest.raises(Invalid):
            queries.page(Filters(topic="cats"), at=now())
