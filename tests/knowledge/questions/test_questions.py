"""A question from asking to its end: who is told, who answers, what is accepted, merged, taken back."""

import psycopg
import pytest
from django.utils.translation import override

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.helpdesk.actions import LessonDraft, do, share_lesson
from port2port.knowledge.experts.actions import declare
from port2port.knowledge.questions import actions, agenda, queries, tasks, waiting
from port2port.knowledge.questions.models import Question, QuestionEvent, Told
from port2port.knowledge.questions.queries import Filters
from port2port.knowledge.questions.similar import similar
from port2port.members.models import Circle
from port2port.sharing import queries as sharing
from port2port.sharing.addressing import Addressing
from port2port.sharing.tlp import Tlp
from port2port.workgroups.models import Group
from tests.attacks import FORBIDDEN, refused
from tests.helpdesk.asking import case
from tests.knowledge.experts.declaring import declaration
from tests.knowledge.questions.asking import TITLE, draft, question
from tests.workgroups.writing import world

ASKER, ANSWERER, THIRD = "pso@antwerp.demo", "pso@northsea.demo", "pso@ostend.demo"
DIRECTOR, OUTSIDER, POLICE = "director@antwerp.demo", "officer@outside.demo", "analyst@police.demo"
TERMINAL = "pfso@quay1.demo"  # a member like all, and not among ports and police


@pytest.fixture
def one(acting):
    with acting(ASKER):
        return question()


def answered(acting, email, identifier, text="We have one, at the port authority."):
    with acting(email):
        return actions.answer(identifier, text=text, language="en", at=now())


def turned(acting, email, identifier, what, target=None):
    with acting(email):
        actions.do(identifier, what, at=now(), target=target)


def row(acting, identifier, email=ASKER):
    with acting(email):
        return queries.question(identifier, at=now()).question


def test_what_is_asked_is_seen_by_whom_it_asks(acting, one):
    for email, sees in ((ASKER, True), (ANSWERER, True), (OUTSIDER, False), (DIRECTOR, False)):
        with acting(email):
            assert [found.record.id for found in queries.page(Filters(), at=now()).rows] == [one] * sees
            assert sharing.found("authorised flights", ["question"]) == [one] * sees
            if not sees:
                for act in ("answer", "accept", "close"):
                    with pytest.raises(NotFound):
                        if act == "answer":
                            actions.answer(one, text="x", language="en", at=now())
                        else:
                            actions.do(one, act, at=now(), target=new_id())


def test_everything_wrong_is_said_at_once_and_nothing_is_kept(acting):
    with acting(ASKER):
        with pytest.raises(Invalid) as error:
            actions.ask(
                draft=draft("", "Born 24.03.1985, call 0470 00 00 00", topic="x"),
                to=Addressing((), Tlp.GREEN),
                at=now(),
            )
        fields = {problem.field for problem in error.value.problems}
        assert {"topic", "title", "circles"} <= fields and Question.objects.count() == 0
    with acting(DIRECTOR), pytest.raises(Refused):
        question(circles=("all-members",))


def test_answers_are_accepted_taken_back_and_found(acting, one):
    first = answered(acting, ANSWERER, one)
    second = answered(acting, THIRD, one, "Ask the lock keepers: skippershut.")
    with acting(POLICE):
        assert sharing.found("skippershut", ["question"]) == [one]
    for email in (ANSWERER, THIRD):
        with pytest.raises(Refused):
            turned(acting, email, one, "accept", first)
    with pytest.raises(Invalid, match="answer"):
        turned(acting, ASKER, one, "accept", new_id())
    with pytest.raises(Invalid, match="answer"):
        turned(acting, ASKER, one, "accept")
    turned(acting, ASKER, one, "accept", second)
    assert (row(acting, one).state, row(acting, one).accepted, row(acting, one).answers) == ("answered", second, 2)
    with pytest.raises(Refused):
        turned(acting, ANSWERER, one, "retract", second)
    turned(acting, THIRD, one, "retract", second)
    found = row(acting, one)
    assert (found.state, found.accepted, found.answers) == ("open", None, 1)
    with acting(POLICE):
        assert sharing.found("skippershut", ["question"]) == [], "its words are gone from the index"
        assert sharing.found("port authority", ["question"]) == [one] == sharing.found("authorised", ["question"])
        assert QuestionEvent.objects.get(id=second).text == ""
    with pytest.raises(Invalid):
        turned(acting, THIRD, one, "retract", second)
    turned(acting, ASKER, one, "accept", first)
    turned(acting, ASKER, one, "unaccept")
    turned(acting, ASKER, one, "close")
    with pytest.raises(Conflict):
        answered(acting, ANSWERER, one)
    turned(acting, ASKER, one, "reopen")
    assert row(acting, one).state == "open"


def test_duplicates_are_merged_traced_and_undone(acting, one):
    with acting(ANSWERER):
        same = question("Is there a register of authorised drone flights somewhere?")
    with acting(THIRD):
        other = question("Again: a register of drone flights?")
        with pytest.raises(Refused):
            actions.do(same, "merge", at=now(), target=one)
    for wrong in (same, new_id()):
        with pytest.raises(Invalid, match="into"):
            turned(acting, ANSWERER, same, "merge", wrong)
    turned(acting, ANSWERER, same, "merge", one)
    with pytest.raises(Invalid, match="into"):
        turned(acting, THIRD, other, "merge", same)  # it leads on itself
    assert (row(acting, same).state, row(acting, same).merged_into) == ("merged", one)
    with acting(POLICE):
        assert [found.record.id for found in queries.duplicates(one, at=now())] == [same]
    turned(acting, ANSWERER, same, "unmerge")
    assert (row(acting, same).state, row(acting, same).merged_into) == ("open", None)
    assert [event.act for event in _events(acting, same)] == ["merge", "unmerge"]


def _events(acting, identifier):
    with acting(ASKER):
        return queries.events(identifier)


def test_nobody_merges_into_what_one_does_not_see(acting, one):
    with acting(TERMINAL):
        own = question("May we join?", circles=("all-members",))
    with pytest.raises(Invalid, match="into"):
        turned(acting, TERMINAL, own, "merge", one)
    with acting(ASKER):
        wide = question("May we all join the register?", circles=("all-members",))
        actions.do(wide, "merge", at=now(), target=one)
    with acting(TERMINAL):  # sees that it was merged; of the question it goes on in nothing
        found = queries.question(wide, at=now())
        assert found.question.state == "merged" and queries.shown([found.question.merged_into], at=now()) == []


def test_words_are_changed_by_who_asked_and_stay_findable(acting, one):
    answered(acting, ANSWERER, one, "At the havenmeester.")
    with acting(ASKER):
        version = queries.version_of(one)
        actions.change(one, draft=draft("Who keeps flights?", "Which flugregister?"), at=now(), expected=version)
        with pytest.raises(Conflict):
            actions.change(one, draft=draft(), at=now(), expected=version)
        assert sharing.found("flugregister", ["question"]) == [one] == sharing.found("havenmeester", ["question"])
        assert sharing.found("sensors", ["question"]) == []
    with acting(ANSWERER), pytest.raises(Refused):
        actions.change(one, draft=draft(), at=now(), expected=version + 1)
    with acting(ASKER):
        actions.withdraw(one, reason="mistake", at=now())
        with pytest.raises(Conflict):
            actions.answer(one, text="late", language="en", at=now())
    with acting(ANSWERER), pytest.raises(NotFound):
        queries.question(one, at=now())


def test_those_who_know_are_told_confirmed_ones_first(acting, cast, owner, outbox):
    for email in (POLICE, ANSWERER, TERMINAL):
        with acting(email):
            circles = ("all-members",) if email == TERMINAL else ("ports-and-police",)
            declare(declaration("drone_law", circles=circles), at=now())
    owner.execute(
        "update knowledge_expertise t set confirmed_by_id = %s, confirmed_at = now() from knowledge_expert e"
        " where e.id = t.expert_id and e.person_id = %s",
        [cast[ASKER].person, cast[ANSWERER].person],
    )
    with acting(ASKER):
        asked = question(asked_of="expertise", topic="drone_law")
        assert Told.objects.count() == 0, "whom it was told is known to each of them alone"
    jobs = owner.execute(
        "select args ->> 'event' from procrastinate_jobs where task_name = 'questions.tell_expert' order by id"
    )
    told = [each for (each,) in jobs.fetchall()]
    assert len(told) == 3
    for each in told:
        tasks.tell_expert(each)
    assert [mail.to for mail in outbox] == [[ANSWERER], [POLICE]], "the terminal knows, but does not see the question"
    assert all(TITLE in mail.body and str(asked) in mail.body for mail in outbox)
    with acting(ANSWERER) as actor:
        (need,) = waiting.needs(actor, now())
        assert need.href == f"/knowledge/questions/{asked}/" and not need.overdue
    with acting(TERMINAL) as actor:
        assert waiting.needs(actor, now()) == []
    owner.execute("update sharing_record set at = now() - interval '8 days' where id = %s", [asked])
    with acting(ANSWERER) as actor:
        assert waiting.needs(actor, now())[0].overdue
    answered(acting, POLICE, asked)
    with acting(ANSWERER) as actor:
        assert waiting.needs(actor, now()) == []


def test_mail_of_amber_says_that_something_waits_and_nothing_else(acting, owner, outbox):
    with acting(POLICE):
        declare(declaration("drones"), at=now())
    with acting(ASKER):
        asked = question(asked_of="expertise", tlp=Tlp.AMBER)
    answered(acting, ANSWERER, asked, "Secret words.")
    for name in ("tell_expert", "tell_asker"):
        (identifier,) = owner.execute(
            f"select args ->> 'event' from procrastinate_jobs where task_name = 'questions.{name}'"
        ).fetchone()
        getattr(tasks, name)(identifier)
    assert [mail.to for mail in outbox] == [[POLICE], [ASKER]]
    for mail in outbox:
        text = mail.subject + mail.body
        assert "register" not in text and "Secret" not in text and str(asked) not in text and "question" not in text
    outbox.clear()
    owner.execute("update sharing_record set tlp = 1 where id = %s", [asked])
    tasks.tell_asker(identifier)
    assert TITLE in outbox[0].body and "Secret" not in outbox[0].body
    outbox.clear()
    with acting(ASKER):
        actions.withdraw(asked, reason="mistake", at=now())
    tasks.tell_asker(identifier)
    assert outbox == []


@override("en")
def test_what_waits_for_who_asked(acting, one, owner):
    with acting(ASKER) as actor:
        assert waiting.needs(actor, now()) == []
    owner.execute("update sharing_record set at = now() - interval '8 days' where id = %s", [one])
    with acting(ASKER) as actor:
        assert [need.text for need in waiting.needs(actor, now())] == ["Nobody has answered your question yet"]
        assert [found.record.id for found in queries.page(Filters(waiting=True), at=now()).rows] == [one]
    answered(acting, ANSWERER, one)
    with acting(ASKER) as actor:
        assert [need.text for need in waiting.needs(actor, now())] == ["1 answer to your question: does one help?"]
        assert queries.page(Filters(waiting=True), at=now()).rows == []


@override("en")
def test_the_next_meeting_speaks_of_what_nobody_answered(acting, cast, owner):
    ours = world(acting, cast)
    with acting(ASKER):
        group = Group.objects.get(id=ours.group)
        circle = Circle.objects.get(id=group.circle_id)
        made = {}
        for tlp in (Tlp.GREEN, Tlp.AMBER):
            to = Addressing((circle.id,), tlp)
            made[tlp] = actions.ask(draft=draft(f"Question {tlp.name}"), to=to, at=now()).record_id
        elsewhere = question("Not of this group")
        assert agenda.offers(group, now()) == []
    owner.execute("update sharing_record set at = now() - interval '8 days' where kind = 'question'")
    with acting(ASKER):
        found = {offer.target: offer for offer in agenda.offers(group, now())}
        assert set(found) == set(made.values()) and elsewhere not in found
        assert found[made[Tlp.GREEN]].title == "Question GREEN" and "8 days" in found[made[Tlp.GREEN]].note
        assert "AMBER" not in found[made[Tlp.AMBER]].title
        assert [link.title for link in agenda.linked([made[Tlp.GREEN], new_id()])] == ["Question GREEN"]
    with acting(OUTSIDER):
        assert agenda.offers(group, now()) == [] and agenda.linked(list(made.values())) == []
    answered(acting, ANSWERER, made[Tlp.GREEN])
    with acting(ASKER):
        assert {offer.target for offer in agenda.offers(group, now())} == {made[Tlp.AMBER]}


def test_what_is_alike_is_only_what_one_sees(acting, one):
    with acting("pfso@quay1.demo"):
        opened = case("May our own drone fly over the quay for an inspection of flights?", port="BEANR")
    with acting(ASKER):
        do(opened, "answer", text="With a permit.", at=now())
        everybody = Addressing((Circle.objects.get(slug="all-members").id,), Tlp.GREEN)
        words = LessonDraft("Drone flights need a permit", "May we fly?", "With a permit.", "en")
        lesson = share_lesson(opened, draft=words, to=everybody, at=now()).record_id
    with acting(ANSWERER):
        hits = similar("authorised drone flights", at=now())
        assert [hit.record.id for hit in hits] == [one, lesson], "all words first, then any of them"
        assert [hit.record.id for hit in similar("drone flights", at=now(), kinds=("question",), without=one)] == []
        assert similar("", at=now()) == [] == similar("zzqq", at=now())
    with acting(TERMINAL):
        assert [hit.record.id for hit in similar("authorised drone flights", at=now())] == [lesson]


ACT = "select knowledge_act(%s, %s, %s, 'en', '', %s, null)"


def test_attacks_with_raw_sql(enter, one, acting, cast, owner):
    said = answered(acting, ANSWERER, one)
    db = enter(ANSWERER)
    assert db.execute("update knowledge_question set title = 'forged'").rowcount == 0
    for column, value in (("state", "closed"), ("accepted", str(said)), ("answers", 9), ("merged_into", str(one))):
        assert refused(db, f"update knowledge_question set {column} = %s", value) == FORBIDDEN
    assert refused(db, "delete from knowledge_question") == FORBIDDEN
    assert refused(db, "update knowledge_questionevent set text = 'forged'") == FORBIDDEN
    assert refused(db, "delete from knowledge_questionevent") == FORBIDDEN
    forged = (
        "insert into knowledge_questionevent (id, question_id, at, act, person_id, organisation_id, text, language)"
        " values (new_uuid7(), %s, now(), 'answer', %s, %s, 'forged', 'en')"
    )
    assert refused(db, forged, one, cast[ASKER].person, cast[ASKER].organisation) == FORBIDDEN
    assert refused(db, ACT, one, "close", "", None) == "PP403"
    assert refused(db, ACT, one, "answer", " ", None) == "PP422"
    assert refused(db, ACT, one, "nothing", "", None) == "PP403"
    tell = "insert into knowledge_told (id, question_id, person_id) values (new_uuid7(), %s, %s)"
    assert refused(db, tell, one, cast[POLICE].person) == FORBIDDEN
    assert refused(db, "select * from knowledge_to_tell('answer', %s)", said) == "PP403"
    assert refused(db, "select knowledge_asked(%s)", one) == FORBIDDEN
    db = enter(OUTSIDER)
    assert db.execute("select count(*) from knowledge_question").fetchone() == (0,)
    assert db.execute("select count(*) from knowledge_questionevent").fetchone() == (0,)
    assert refused(db, ACT, one, "answer", "x", None) == "PP404" == refused(db, ACT, new_id(), "answer", "x", None)
    db = enter(ASKER)
    born = (
        "insert into knowledge_question (record_id, asked_of, topic, title, text, language, state, answers)"
        " values (%s, 'network', 'drones', 'T', 'T', 'en', 'open', %s)"
    )
    assert refused(db, born, one, 3) == FORBIDDEN
    assert refused(db, tell, one, cast[POLICE].person) == FORBIDDEN, "it asks a circle, not an expertise"
    assert refused(db, "select knowledge_act(%s, 'retract', '', '', '', %s, 1)", one, said) == "PP403"


def test_two_that_merge_into_each_other_wait_and_one_is_refused(acting, one, app, cast, owner_dsn):
    with acting(ASKER):
        other = question("The same in other words")
    with psycopg.connect(app.info.dsn, password=app.info.password) as db:
        db.execute("select * from members_enter(%s, %s)", [cast[ASKER].person, cast[ASKER].hat])
        db.execute(ACT, [one, "merge", "", other])
    with pytest.raises(Invalid, match="into"):
        turned(acting, ASKER, other, "merge", one)


def test_an_expired_question_takes_all_along(acting, one, owner):
    answered(acting, ANSWERER, one)
    owner.execute("delete from sharing_record where id = %s", [one])
    for table in ("knowledge_question", "knowledge_questionevent"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,)


@pytest.fixture(autouse=True)
def quiet_log(caplog):
    caplog.set_level("ERROR")
