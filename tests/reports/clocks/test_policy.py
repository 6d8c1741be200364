"""Attacks on clocks as the serving role; and that being shared a report shows nobody the clocks of who sent it."""

from django.test import Client

from port2port.base.clock import now
from port2port.compliance.models import Happening, Owed, Subject
from port2port.reports.clocks import queries
from port2port.reports.clocks.models import Sending
from tests.attacks import FORBIDDEN, refused
from tests.reports.clocks.given import PARTNER, PSO, attack, in_scope, sent

WORD, ASKED = "zqsent", "zqasked"  # the one is looked for with the other


def given(acting):
    with acting(PSO):
        in_scope()
        made = attack("ports-and-police", hours=30)
        one = sent(made, "nis2_notified", text=f"A text, {WORD} {ASKED}.", reference=WORD)
        return made, one, Subject.objects.get(record_id=made).id


def test_clocks_are_seen_by_who_looks_after_the_report_and_by_nobody_it_was_shared_with(acting, cast):
    made, _one, subject = given(acting)
    for email in cast:
        with acting(email) as actor:
            mine = queries.clocks(made, at=now())
            if email == PSO:
                assert {one.row.rule for one in mine.clocks} == {
                    "nis2_early_warning", "nis2_notification", "nis2_final_report",
                }  # fmt: skip
                continue
            colleague = actor.organisation == cast[PSO].organisation and actor.may("steward")
            assert colleague or mine.subject is None, email
            assert colleague or not Owed.objects.filter(subject_id=subject).exists(), email
            assert colleague or not Happening.objects.filter(subject_id=subject).exists(), email
            assert colleague or not Sending.objects.exists(), email


def test_by_every_way_out_what_was_sent_stays(acting, cast, client_for, bearer_for):
    made, one, subject = given(acting)
    paths = (
        f"/reports/{made}/", f"/reports/{made}/clocks/nis2_final_report/", f"/reports/clocks/sent/{one.id}/",
        f"/deadlines/files/{subject}/", "/deadlines/", "/deadlines/?show=late", "/deadlines/overview/", "/",
        "/access/journal/", f"/search/?q={ASKED}", "/reports/",
    )  # fmt: skip
    calls = (
        f"/api/v1/reports/{made}/clocks", f"/api/v1/clocks/sent/{one.id}", f"/api/v1/reports/{made}/routing",
        f"/api/v1/reports/{made}", f"/api/v1/search?q={ASKED}", f"/api/v1/deadlines/files/{subject}",
        "/api/v1/deadlines?state=late&size=500", f"/api/v1/reports/{made}/clocks/nis2_final_report/text",
    )  # fmt: skip
    for email in cast:
        browser, machine = client_for(email), Client(headers=bearer_for(email))
        said = "".join(browser.get(path).content.decode() for path in paths)
        answers = [machine.get(path) for path in calls]
        said += "".join(answer.content.decode() for answer in answers)
        with acting(email):
            owns = queries.clocks(made, at=now()).subject is not None
        assert owns or email != PSO
        assert (WORD in said) == owns, email
        assert answers[1].status_code == (200 if owns else 404), email
        assert ("Early warning to the CCB" in said) == owns, email


INSERT = (
    'insert into reports_sending (id, report_id, organisation_id, happening_id, kind, "case", form, form_version,'
    " language, text, sha256, channel, sent_at, reference, by_id, at) select new_uuid7(), report_id, %s, %s, kind, '',"
    " 'f', 1, 'en', %s, encode(sha256(convert_to(%s, 'UTF8')), 'hex'), 'mail', sent_at, '', %s, now()"
    " from reports_sending limit 1"
)


def test_what_was_sent_is_never_changed_and_not_written_in_anothers_name(acting, enter, cast):
    made, one, subject = given(acting)
    connection = enter(PSO)
    for column in ("text = 'x'", "sha256 = 'x'", "sent_at = now()", "by_id = null", "reference = 'x'"):
        assert refused(connection, f"update reports_sending set {column}") == FORBIDDEN, column
    assert refused(connection, "delete from reports_sending") == FORBIDDEN
    own, other = cast[PSO], cast[PARTNER]
    strange = [own.organisation, subject, "x", "x", own.person]  # no event of this clock
    assert refused(connection, INSERT, *strange) == FORBIDDEN
    named = [own.organisation, one.happening_id, "x", "x", other.person]
    assert refused(connection, INSERT, *named) == FORBIDDEN
    forged = [own.organisation, one.happening_id, "x", "y", own.person]  # a digest of another text
    assert refused(connection, INSERT, *forged) in ("23514", "23505")
    values = "(new_uuid7(), 'report', %s, %s, '', '', '{}', false, '')"
    begin = (
        "insert into compliance_subject (id, kind, record_id, organisation_id, function, holder, attributes, invented,"
        f" book) values {values}"
    )
    for organisation in (own.organisation, other.organisation):  # whoever merely sees the report has no clock on it
        assert refused(enter(PARTNER), begin, made, organisation) == FORBIDDEN
    assert refused(connection, "update compliance_subject set attributes = '{}'") == FORBIDDEN
    for email in (PARTNER, "authority@ansm.demo", "admin@antwerp.demo"):
        assert refused(enter(email), "select compliance_report_is(%s, '{}')", subject) == "PP404", email


def test_what_a_report_is_changes_by_who_looks_after_it_alone(acting, enter, cast, owner):
    _made, _one, subject = given(acting)
    enter(PSO).execute("select compliance_report_is(%s, '{}')", [subject])
    facility = "insert into compliance_subject (id, kind, facility_id, function, holder, attributes, invented, book)"
    owner.execute(
        f"{facility} select new_uuid7(), 'facility', id, '', '', '{{}}', false, '' from members_facility limit 1"
    )
    (file,) = owner.execute("select id from compliance_subject where kind = 'facility'").fetchone()
    assert refused(enter(PSO), "select compliance_report_is(%s, '{}')", file) == "PP404"
