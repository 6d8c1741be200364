"""What is done together on a report, through the real actions: by whom, with what outcome, and what is refused."""

import itertools
from datetime import timedelta

import pytest

from port2port.base.clock import now
from port2port.base.errors import Conflict, Invalid, NotFound, Refused
from port2port.base.ids import new_id
from port2port.reports import actions as reports
from port2port.reports import queries as reading
from port2port.reports.models import Report
from port2port.reports.shown import shown
from port2port.reports.together import actions, queries
from port2port.reports.together.actions import Sighting
from port2port.reports.together.models import Link, Update
from port2port.sharing.models import Record
from port2port.sharing.references import reference
from port2port.sharing.tlp import Tlp
from tests.reports.writing import own, report

TEXT = "The same drone came over here, towards the sea."


def seen(port="BEGNE", text=TEXT, **changes):
    return Sighting(
        **({"port": port, "occurred_at": now() - timedelta(minutes=5), "text": text, "language": "en"} | changes)
    )


@pytest.fixture
def first(acting):
    """Antwerp's report to the ports and the police."""
    with acting("pso@antwerp.demo"):
        return report("ports-and-police", modus_operandi="UA01").record_id


def test_who_sees_it_says_something_and_nobody_else(acting, first, owner):
    with acting("pso@northsea.demo"):
        said = actions.say(first, text="  Ours saw it as well.  ", at=now())
        version = Record.objects.get(id=first).version
    with acting("pso@antwerp.demo"):
        found = queries.said_about(first)
        assert [(one.update.id, one.update.text, one.author) for one in found] == [
            (said, "Ours saw it as well.", "Demo PSO North Sea Port")
        ]
        assert not found[0].mine
    with acting("contact@agent.demo"), pytest.raises(NotFound):
        actions.say(first, text="Hello", at=now())
    with acting("director@antwerp.demo"), pytest.raises(NotFound):
        actions.say(first, text="Hello", at=now())
    assert version == 1, "an update is no change of the report"
    act = owner.execute("select act, keys from sharing_event where record = %s order by id desc limit 1", [first])
    told = act.fetchone()
    with acting("pso@antwerp.demo"):
        assert told == ("changed", Record.objects.get(id=first).audience), "those who see it are told at once"


def test_a_role_that_does_not_report_reads_and_says_nothing(acting):
    with acting("pso@antwerp.demo"):
        mine = report("all-members", tlp=Tlp.GREEN).record_id
    with acting("director@antwerp.demo"):
        assert shown([mine])
        with pytest.raises(Refused):
            actions.say(mine, text="Hello", at=now())


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001, "Number 85.07.30-033.28 was his.", "a\x00b"])
def test_what_may_not_be_said_is_refused(acting, first, text):
    with acting("pso@northsea.demo"):
        with pytest.raises(Invalid):
            actions.say(first, text=text, at=now())
        assert Update.objects.count() == 0


def test_what_was_said_is_taken_back_by_who_said_it(acting, first):
    with acting("pso@northsea.demo"):
        said = actions.say(first, text="I was wrong.", at=now())
    with acting("pso@antwerp.demo"), pytest.raises(NotFound):
        actions.unsay(said, at=now())
    with acting("pso@northsea.demo"):
        assert actions.unsay(said, at=now()) == first
        with pytest.raises(NotFound):
            actions.unsay(said, at=now())
    with acting("pso@antwerp.demo"):
        row = queries.said_about(first)[0].update
        assert (row.text, row.withdrawn_at is not None) == ("", True)


def test_a_question_waits_until_the_owner_answers(acting, first):
    with acting("pso@northsea.demo"):
        asked = actions.say(first, text="Which way did it go?", kind="question", at=now())
    with acting("pso@liege.demo"):
        actions.say(first, text="I guess north.", kind="answer", reply_to=asked, at=now())
        assert queries.open_questions(at=now()) == []
    with acting("admin@antwerp.demo"):
        assert queries.open_questions(at=now()) == [], "not of those who do not look after reports"
    with acting("pso@antwerp.demo"):
        assert [one.id for one in queries.open_questions(at=now())] == [asked], "another's guess is no answer"
        with pytest.raises(Invalid):
            actions.say(first, text="North.", kind="answer", at=now())
        actions.say(first, text="North.", kind="answer", reply_to=asked, at=now())
        assert queries.open_questions(at=now()) == []
        with pytest.raises(NotFound):
            actions.say(first, text="North.", reply_to=new_id(), at=now())


def test_nothing_is_said_of_what_was_withdrawn(acting, first):
    with acting("pso@antwerp.demo"):
        reports.withdraw_report(first, reason="mistake", at=now())
        with pytest.raises(Conflict):
            actions.say(first, text="Still", at=now())


def test_seen_here_too_is_a_report_of_its_own_and_a_link(acting, first):
    with acting("pso@northsea.demo"):
        made = actions.see_too(first, sighting=seen(), at=now())
        original = shown([first])[0]
        assert made.record.threat == original.record.threat
        assert made.modus_operandi == "UA01"
        assert made.record.tlp == original.record.tlp
        assert set(original.record.addressed) < set(made.record.addressed), "and whoever reported first"
        assert made.record.owner.slug == "north-sea-port" and made.record.port.locode == "BEGNE"
        assert [(one.update.kind, one.other) for one in queries.said_about(first)] == [("seen_too", made.record_id)]
    with acting("pso@liege.demo"):
        assert queries.said_about(first)[0].other == made.record_id
        assert [one.record.id for one in queries.around(first).reports] == [made.record_id]
    with acting("pso@northsea.demo"):
        reports.withdraw_report(made.record_id, reason="mistake", at=now())
        assert queries.said_about(first) == [], "a sighting that was withdrawn was none"


def test_a_sighting_is_shared_no_wider_than_what_was_seen_first(acting, cast):
    with acting("pfso@quay1.demo"):
        own_only = report(to=own(), tlp=Tlp.AMBER_STRICT).record_id
    with acting("pfso@quay1.demo"):
        same = actions.see_too(own_only, sighting=seen("BEANR"), at=now())
        assert same.record.tlp == Tlp.AMBER_STRICT and same.record.addressed == list(own())
    with acting("pso@antwerp.demo"):
        red = report("Demo PSO North Sea Port", tlp=Tlp.RED).record_id
    with acting("pso@northsea.demo"):
        also = actions.see_too(red, sighting=seen(), at=now())
        assert also.record.tlp == Tlp.RED
        assert set(also.record.audience) == {cast[one].person for one in ("pso@northsea.demo", "pso@antwerp.demo")}
    with acting("pso@liege.demo"), pytest.raises(NotFound):
        actions.see_too(red, sighting=seen(), at=now())


def test_a_sighting_may_begin_within_the_own_organisation(acting, first):
    with acting("pso@northsea.demo"):
        made = actions.see_too(first, sighting=seen(), own_only=True, at=now())
        assert made.record.addressed == list(own()) and made.record.tlp == Tlp.AMBER
    with acting("pso@liege.demo"):
        assert shown([made.record_id]) == []
        assert [(one.update.kind, one.other) for one in queries.said_about(first)] == [("seen_too", None)]


def test_a_bad_sighting_leaves_nothing(acting, first):
    with acting("pso@northsea.demo"):
        for wrong in (
            seen(text="short"),
            seen(port="XXXXX"),
            seen(occurred_at=now() + timedelta(days=1)),
            seen(text=""),
        ):
            with pytest.raises(Invalid):
                actions.see_too(first, sighting=wrong, at=now())
        assert Update.objects.count() == 0 and Link.objects.count() == 0
        assert Report.objects.filter(record__owner__slug="north-sea-port").count() == 0


def test_links_are_made_and_undone_by_who_looks_after_one(acting, first):
    with acting("pso@northsea.demo"):
        other = report("ports-and-police").record_id
    with acting("pso@liege.demo"), pytest.raises(Refused):
        actions.link_reports(first, other, kind="related", at=now())
    with acting("pso@northsea.demo"):
        link = actions.link_reports(other, first, kind="same_event", at=now())
        with pytest.raises(Conflict):
            actions.link_reports(first, other, kind="same_event", at=now())
        with pytest.raises(Invalid):
            actions.link_reports(first, first, kind="related", at=now())
        with pytest.raises(Invalid):
            actions.link_reports(first, other, kind="seen_too", at=now())
    with acting("pso@liege.demo"):
        assert len(queries.around(first).links) == 1
        with pytest.raises(Refused):
            actions.unlink(link.id, at=now())
    with acting("pso@antwerp.demo"):
        actions.unlink(link.id, at=now())
        assert queries.around(first).reports == []
        with pytest.raises(NotFound):
            actions.unlink(link.id, at=now())
        undone = Link.objects.get(id=link.id)
        assert undone.undone_by_id is not None, "traceable: it stays, undone"


def test_the_graph_goes_two_links_far_and_no_further(acting, first):
    with acting("pso@antwerp.demo"):
        chain = [first, *(report("ports-and-police").record_id for _number in range(3))]
        hidden = report(to=own()).record_id
        for one, other in (*itertools.pairwise(chain), (first, hidden)):
            actions.link_reports(one, other, kind="related", at=now())
        assert {one.record.id for one in queries.around(first).reports} == {chain[1], chain[2], hidden}
        assert len(queries.around(first, most=1).reports) == 1
    with acting("pso@liege.demo"):
        around = queries.around(first)
        assert [one.record.id for one in around.reports] == chain[1:3]
        assert len(around.links) == 2, "what is hidden has no line either"


def test_a_duplicate_is_merged_and_the_merge_undone(acting, first):
    with acting("pso@antwerp.demo"):
        again = report("ports-and-police").record_id
        link = actions.mark_duplicate(again, of=first, at=now())
        row = Report.objects.select_related("record").get(record_id=again)
        kept = Record.objects.get(id=first)
        assert (row.state, row.outcome) == ("closed", f"Merged into {reference(kept)}")
        assert (link.kind, link.merged_id) == ("duplicate", again)
        assert reading.history(shown([again])[0])[0].act == "closed"
        with pytest.raises(Conflict):
            actions.mark_duplicate(again, of=first, at=now())
        actions.unlink(link.id, at=now())
        row.refresh_from_db()
        assert (row.state, row.outcome) == ("open", "")
        assert [change.act for change in reading.history(shown([again])[0])] == ["reopened", "closed", "reported"]
        with pytest.raises(Invalid):
            actions.mark_duplicate(first, of=first, at=now())


def test_a_merge_names_no_report_that_a_reader_does_not_see(acting, first):
    with acting("pso@antwerp.demo"):
        closer = report(to=own()).record_id
        actions.mark_duplicate(first, of=closer, at=now())
        outcome = Report.objects.get(record_id=first).outcome
        assert outcome == "Merged into another report"


def test_a_duplicate_of_another_owner_is_proposed(acting, first):
    with acting("pso@northsea.demo"):
        ours = report("ports-and-police").record_id
        link = actions.mark_duplicate(ours, of=first, at=now())
        assert link.kind == "same_event" and link.merged_id is None
        assert Report.objects.get(record_id=ours).state == "open"
    with acting("pso@antwerp.demo"):
        asked = queries.open_questions(at=now())
        assert [one.report_id for one in asked] == [first]
        assert queries.said_about(first)[0].other == ours, "and it sees which is meant"
    with acting("pso@liege.demo"), pytest.raises(Refused):
        actions.mark_duplicate(ours, of=first, at=now())


def test_who_sees_it_proposes_and_the_owner_lets_in(acting, first, cast):
    outside = cast["pfso@quay1.demo"].organisation
    with acting("pso@northsea.demo"):
        asked = actions.propose_access(first, organisation=outside, why="It came from their side.", at=now())
        with pytest.raises(Refused):
            actions.let_in(asked, at=now())
        with pytest.raises(Invalid):
            actions.propose_access(
                first, organisation=cast["pso@liege.demo"].organisation, why="They see it.", at=now()
            )
    with acting("pfso@quay1.demo"):
        assert shown([first]) == []
        with pytest.raises(NotFound):
            actions.let_in(asked, at=now())
    with acting("pso@antwerp.demo"):
        note = actions.say(first, text="Only a note.", at=now())
        with pytest.raises(NotFound):
            actions.let_in(note, at=now())
        assert actions.let_in(asked, at=now()) == first
        with pytest.raises(Invalid):
            actions.let_in(asked, at=now())
    with acting("pfso@quay1.demo"):
        assert shown([first]) and queries.said_about(first), "who is let in reads what was said"


def test_a_report_is_handed_over_to_who_sees_it(acting, first, cast, owner):
    liege = cast["pso@liege.demo"].organisation
    with acting("pso@liege.demo"), pytest.raises(Refused):
        actions.hand_over(first, to=liege, at=now())
    with acting("pso@antwerp.demo"):
        for wrong in (cast["officer@outside.demo"].organisation, cast["pso@antwerp.demo"].organisation, new_id()):
            with pytest.raises(Invalid) as error:
                actions.hand_over(first, to=wrong, at=now())
            assert error.value.problems[0].field == "to"
        with pytest.raises(Conflict):
            actions.hand_over(first, to=liege, at=now(), expected=7)
        before = Record.objects.get(id=first)
        actions.hand_over(first, to=liege, at=now(), expected=1)
        after = shown([first])[0]
        assert (after.record.owner_id, after.record.audience) == (liege, before.audience)
        assert reading.history(after)[0].act == "handed_over"
        assert queries.reporter_of(first) == cast["pso@antwerp.demo"].organisation
        with pytest.raises(Refused):
            actions.hand_over(first, to=liege, at=now())
    acts = owner.execute("select act from base_journal_entry where record = %s", [first]).fetchall()
    assert ("report.handed_over",) in acts


def test_what_must_stay_is_not_handed_over(acting, cast):
    liege = cast["pso@liege.demo"].organisation
    with acting("pso@antwerp.demo"):
        strict = report(to=own(), tlp=Tlp.AMBER_STRICT).record_id
        red = report("Demo PSO Liège", tlp=Tlp.RED).record_id
        for one in (strict, red):
            with pytest.raises(Invalid):
                actions.hand_over(one, to=liege, at=now())


def late(owner, report_id, days=30):
    """Let a report have been shared some days ago."""
    for table, key in (("sharing_record", "id"), ("sharing_posting", "record_id")):
        owner.execute(f"update {table} set at = at - make_interval(days => %s) where {key} = %s", [days, report_id])


def owed_to(report_id):
    return queries.owed(shown([report_id])[0], queries.reporter_of(report_id))


def test_a_reporter_is_owed_an_answer_and_gets_it(acting, owner, cast):
    with acting("pfso@quay1.demo"):
        theirs = report("port-beanr", severity="high").record_id
        due = owed_to(theirs)
        assert due is not None and [desk.slug for desk in due.desks] == ["port-of-antwerp-bruges"]
        assert due.due_at == Record.objects.get(id=theirs).at + timedelta(days=3)
        with pytest.raises(Refused):
            actions.answer_reporter(theirs, verdict="used", at=now())
    with acting("pso@antwerp.demo"):
        assert queries.unanswered(at=now()) == []
        assert [one.record.id for one in queries.unanswered(at=now(), overdue=False)] == [theirs]
    late(owner, theirs)
    with acting("officer@customs.demo"):
        assert queries.unanswered(at=now()) == [], "it may answer, but the port's desk owes it"
        assert queries.may_answer(theirs)
    with acting("pso@northsea.demo"):
        assert queries.unanswered(at=now()) == []
    with acting("pso@antwerp.demo"):
        assert [one.record.id for one in queries.unanswered(at=now())] == [theirs]
        with pytest.raises(Invalid):
            actions.answer_reporter(theirs, verdict="perhaps", at=now())
        actions.answer_reporter(theirs, verdict="used", text="The patrol was moved.", at=now())
        with pytest.raises(Conflict):
            actions.answer_reporter(theirs, verdict="not_used", at=now())
        assert queries.unanswered(at=now(), overdue=False) == []
    with acting("pfso@quay1.demo"):
        given = queries.feedback_of(theirs)
        assert given is not None and (given.verdict, given.text) == ("used", "The patrol was moved.")
        assert given.organisation_id == cast["pso@antwerp.demo"].organisation


def test_no_answer_is_owed_within_or_by_who_does_not_see_it(acting, owner):
    with acting("pfso@quay1.demo"):
        inside = report(to=own()).record_id
        police = report("organisation-federal-police").record_id
        assert owed_to(inside) is None
        assert owed_to(police) is None, "the port's desk does not see it, so it owes nothing"
    with acting("pso@antwerp.demo"):
        ours = report("ports-and-police", place="port", port="BEANR", landmark="").record_id
        assert owed_to(ours) is None, "the desk of one's own port is oneself"
    with acting("analyst@police.demo"):
        assert queries.may_answer(ours)


def test_about_insiders_the_police_answers(acting, owner):
    with acting("pfso@quay1.demo"):
        about = report("insider-desk", tlp=Tlp.RED, threat="insider", place="port", port="BEANR", landmark="").record_id
        due = owed_to(about)
        assert due is not None and {desk.kind for desk in due.desks} == {"police"}
    late(owner, about)
    with acting("pso@antwerp.demo"):
        assert queries.unanswered(at=now()) == []
    with acting("analyst@police.demo"):
        assert [one.record.id for one in queries.unanswered(at=now())] == [about]


def test_who_reported_stays_owed_after_a_hand_over(acting, cast, owner):
    with acting("pso@northsea.demo"):
        theirs = report("ports-and-police", place="port", port="BEANR", landmark="").record_id
        actions.hand_over(theirs, to=cast["pso@antwerp.demo"].organisation, at=now())
    with acting("pso@northsea.demo"):
        assert not queries.may_answer(theirs)
        assert owed_to(theirs) is not None
    late(owner, theirs)
    with acting("pso@antwerp.demo"):
        assert [one.record.id for one in queries.unanswered(at=now())] == [theirs]
        actions.answer_reporter(theirs, verdict="useful_cannot_say", at=now())


def test_what_was_learned_is_written_by_who_looks_after_it(acting, first):
    with acting("pso@northsea.demo"), pytest.raises(Refused):
        actions.learn(first, text="Close the gate earlier.", at=now())
    with acting("pso@antwerp.demo"):
        actions.learn(first, text="Close the gate earlier.", at=now())
        actions.learn(first, text="Close the gate at dusk.", at=now())
        with pytest.raises(Invalid):
            actions.learn(first, text="x" * 1001, at=now())
    with acting("pso@liege.demo"):
        kept = queries.lesson_of(first)
        assert kept is not None and kept.text == "Close the gate at dusk."
    with acting("contact@agent.demo"):
        assert queries.lesson_of(first) is None


def test_a_report_is_found_by_its_reference(acting, first):
    with acting("pso@northsea.demo"):
        said = shown([first])[0].reference
        assert queries.named(f"see {said}").record.id == first
        assert queries.named(str(first)).record.id == first
        assert queries.named("26-0101-0000") is None and queries.named("?") is None
    with acting("contact@agent.demo"):
        assert queries.named(said) is None and queries.named(str(first)) is None


def test_what_hangs_on_a_report_goes_with_it(acting, first, owner):
    with acting("pso@northsea.demo"):
        made = actions.see_too(first, sighting=seen(), at=now()).record_id
        asked = actions.say(first, text="Where?", kind="question", at=now())
    with acting("pso@antwerp.demo"):
        actions.say(first, text="There.", kind="answer", reply_to=asked, at=now())
        actions.learn(first, text="Something.", at=now())
    owner.execute("delete from sharing_record where id = %s", [first])
    for table in ("reports_update", "reports_link", "reports_lesson", "reports_feedback"):
        assert owner.execute(f"select count(*) from {table}").fetchone() == (0,), table
    assert owner.execute("select count(*) from reports_report where record_id = %s", [made]).fetchone() == (1,)
