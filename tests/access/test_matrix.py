"""The access matrix: every address and verb, for every kind of person. A row that is missing fails.

The records of the matrix are a report and an alert of Antwerp, TLP:AMBER, to "Ports and police"; the circle, token,
machine and request are Antwerp's too. Columns, in order: nobody, company, outsider, partner, authority, the owner's
administrator, a platform operator, the owner.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from port2port.alerts.delivery.actions import add_webhook
from port2port.alerts.delivery.queries import webhooks
from port2port.alerts.suppliers.actions import Entry, keep_use
from port2port.alerts.suppliers.names import System
from port2port.base.clock import now
from port2port.base.ids import new_id
from port2port.compliance.rule_actions import propose_rule
from port2port.displacement import warnings
from port2port.exchange.files.actions import keep_mapping
from port2port.exchange.files.mapping import read_mapping
from port2port.exchange.inbound.actions import receive
from port2port.exchange.mail.actions import keep_letter, renew_address
from port2port.exchange.mail.models import MailDraft
from port2port.exchange.mail.reading import read_message
from port2port.exchange.misp.groups import say as say_group
from port2port.exchange.misp.records import event_id
from port2port.exchange.models import Inbound
from port2port.exchange.peers.actions import Link
from port2port.exchange.peers.actions import link as link_node
from port2port.exchange.stix.ids import object_id
from port2port.exchange.store.rendering import render_due
from port2port.exchange.tak.actions import Target
from port2port.exchange.tak.actions import add as add_tak
from port2port.helpdesk.actions import LessonDraft, do, share_lesson
from port2port.home.following.actions import follow
from port2port.knowledge.practices import files as practice_files
from port2port.knowledge.practices.use_actions import link as tie_to
from port2port.knowledge.systems.rules import product_key
from port2port.measures.adoption_actions import ask_how
from port2port.measures.operations.aid_actions import offer_aid
from port2port.members.acting import acting_as_system
from port2port.members.machines import make as make_machine
from port2port.members.models import Circle
from port2port.members.sessions import SessionStore
from port2port.members.tokens import EXCHANGE
from port2port.reports import observable_queries
from port2port.reports.actions import share_report
from port2port.reports.addressing import terms_for
from port2port.reports.attachments.actions import add_files
from port2port.reports.attachments.checking import Upload
from port2port.reports.observables.normal import normalised
from port2port.reports.rules import Draft
from port2port.reports.together.actions import link_reports, say
from port2port.sharing.addressing import Addressing, reporter
from port2port.sharing.tlp import Tlp
from port2port.training.authoring.actions import copy_course
from port2port.training.campaigns.actions import note_deed
from port2port.training.courses.actions import enrol
from port2port.training.courses.queries import enrolments, own_passes
from port2port.training.courses.rules import Plan as SessionPlan
from port2port.training.courses.session_actions import plan_session
from port2port.training.exercises.afterwards import add_lesson as note_lesson
from port2port.training.exercises.guests import invite as invite_guest
from port2port.training.exercises.playing import tick as move_clock
from port2port.training.exercises.queries import injects as exercise_injects
from port2port.training.exercises.queries import seats as exercise_seats
from port2port.training.exercises.queries import seen as exercise_seen
from port2port.training.packages.actions import open_package
from port2port.workgroups.work_actions import assign, hand_in, propose
from tests.access.matrix import MATRIX, PUBLIC
from tests.alerts.writing import alert
from tests.compliance.files.given import happened
from tests.compliance.files.test_rules import EVENTS
from tests.compliance.files.test_rules import entry as rule_entry
from tests.compliance.screening.given import kept as screening
from tests.displacement.monitor.given import answered, signal, stored
from tests.exchange.certificates import Issuer
from tests.exchange.files.partner import MAPPING
from tests.exchange.mail.letters import raw
from tests.flights.writing import flight
from tests.governance.asking import breach as desk_breach
from tests.governance.asking import checked as desk_request
from tests.helpdesk.asking import case as question
from tests.knowledge.experts.declaring import declared
from tests.knowledge.practices.writing import drafted, published_of, widened
from tests.knowledge.questions.asking import question as network_question
from tests.knowledge.systems.writing import installation, procurement
from tests.knowledge.systems.writing import result as measured
from tests.levels.given import entered as level_notice
from tests.levels.test_declarations import declared as declared_security
from tests.measures.operations.writing import asked as asked_aid
from tests.measures.operations.writing import planned
from tests.measures.writing import agreed, objective, tells
from tests.reports.attachments.files import picture
from tests.reports.clocks.given import attack, in_scope, sent
from tests.reports.writing import report as shared
from tests.training.campaigns.running import ran as ran_campaign
from tests.training.courses.taking import COURSE
from tests.training.courses.taking import taken as taken_course
from tests.training.exercises.writing import planned as planned_exercise
from tests.training.packages.making import brought_in as brought_in_package
from tests.workgroups.writing import world as workgroup

COLUMNS = (
    "",
    "contact@agent.demo",
    "officer@outside.demo",
    "pso@northsea.demo",
    "analyst@police.demo",
    "admin@antwerp.demo",
    "operator@platform.demo",
    "pso@antwerp.demo",
)

MACHINES = ("api/", "feeds/", "taxii2/")


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        else:
            yield route, pattern


def all_routes() -> set[str]:
    return {route for route, _ in routes(get_resolver())}


def test_every_address_has_its_row():
    listed = {row.split(" ", 1)[1] for row in MATRIX}
    assert all_routes() - listed - PUBLIC == set(), "add these to tests/access/matrix.py"
    assert (listed | PUBLIC) - all_routes() == set(), "these are no addresses any more"


def test_what_is_public_is_marked_so():
    marked = {
        route
        for route, pattern in routes(get_resolver())
        if getattr(pattern.callback, "public", False) or getattr(pattern.callback, "identity", False)
    }
    assert marked == PUBLIC


@pytest.fixture
def world(acting: Any, cast: dict[str, Any], owner: Any) -> dict[str, str]:
    """The ids that stand in addresses."""
    return build_world(acting, cast, owner)


def build_world(acting: Any, cast: dict[str, Any], owner: Any) -> dict[str, str]:
    """Make what the addresses of the matrix are about, and return their ids by the names in the addresses."""
    with acting("pso@antwerp.demo"):
        circle = Circle.objects.get(slug="ports-and-police").id
        report = share_report(
            draft=Draft(
                threat="drone_misuse", text="A drone over the lock (test).", place="landmark", landmark="kallo-lock",
                occurred_at=now(), language="en", modus_operandi="UA01",
            ),
            to=Addressing((circle,), Tlp.AMBER),
            terms=terms_for("drone_misuse", reporter()),
            at=now(),
            observables=[normalised("container", "CSQU3054383")],
        ).record_id  # fmt: skip
        observable = observable_queries.of_report(report)[0].id
        quay = cast["pfso@quay1.demo"].organisation
        update = say(report, text="They should see it too (test).", kind="question", let_in=quay, at=now())
        another = shared("ports-and-police").record_id
        link = link_reports(report, another, kind="related", at=now()).id
        raised = alert("ports-and-police").record_id
        flown = flight().record_id
        attachment = add_files(report, [Upload("gate.png", picture())], at=now())[0].id
    with acting("pfso@quay1.demo"):
        case = question()
    with acting("pso@antwerp.demo"):
        do(case, "answer", text="As a visitor (test).", at=now())
        members = Addressing((Circle.objects.get(slug="all-members").id,), Tlp.GREEN)
        learned = LessonDraft("A lesson (test)", "What was asked?", "What helps.", "en")
        lesson = share_lesson(case, draft=learned, to=members, at=now()).record_id
    owner.execute("update helpdesk_case set lesson = null")  # the matrix asks for the form of another
    asked = new_id()  # a customs officer asks about it, behind the back of the functions
    owner.execute(
        "insert into reports_ask (id, organisation_id, asked_by_id, asked_at, observable_id, reason, legal_basis,"
        " owner, target, state, answer) values (%s, %s, %s, now(), %s, 'test', 'gdpr_public_task', %s, %s, 'open', '')",
        [
            *(asked, cast["officer@customs.demo"].organisation, cast["officer@customs.demo"].person),
            *(observable, cast["pso@antwerp.demo"].organisation, observable),
        ],
    )
    antwerp, page, number = cast["director@antwerp.demo"], new_id(), new_id()  # somebody else handed the shift over
    owner.execute(
        "insert into alerts_handover (id, organisation_id, by_id, at, text, open_items, remark)"
        " values (%s, %s, %s, now(), 'The gate sticks (test).', '{}', '')",
        [page, antwerp.organisation, antwerp.person],
    )
    owner.execute(
        "insert into alerts_dutynumber (id, organisation_id, label, number, hours, position, changed_by_id, changed_at)"
        " values (%s, %s, 'Duty desk', '+442079460001', '', 1, %s, now())",
        [number, antwerp.organisation, antwerp.person],
    )
    ours = workgroup(acting, cast)  # Antwerp in the chair, North Sea Port a member
    with acting("pso@antwerp.demo"):
        given = assign(
            ours.group, text="Ask (test).", owner=cast["pso@antwerp.demo"].person, due=now().date(), language="en",
            item=ours.item, at=now(),
        ).record_id  # fmt: skip
        proposal = propose(ours.group, title="P (test)", text="T", language="en", item=ours.item, at=now()).record_id
        paper = hand_in(ours.group, title="A paper (test)", text="T", language="en", at=now()).record_id
    with acting("pso@antwerp.demo"):
        use = keep_use(Entry(System("Siemens", "SIMATIC S7-1500")), at=now()).id
    adhoc = new_id()
    owner.execute(
        "insert into members_circle (id, slug, names, kind, of, level, membership, addressed_by, organisation_id)"
        " values (%s, 'matrix', '{\"en\": \"Matrix\"}', 'adhoc', 'persons', 'own', 'confidential', 'members', %s)",
        [adhoc, cast["pso@antwerp.demo"].organisation],
    )
    owner.execute(
        "insert into members_circlemember (id, circle_id, person_id, since) values (new_uuid7(), %s, %s, now())",
        [adhoc, cast["pso@antwerp.demo"].person],
    )
    measure = agreed(acting, "ports-and-police", tlp=Tlp.AMBER)
    with acting("pso@antwerp.demo"):
        aim = objective("ports-and-police", tlp=Tlp.AMBER).record_id
        tells(measure, place="BEANR")
    with acting("pso@ostend.demo"):
        how = ask_how(measure, text="How did you do it (test)?", at=now()).id
    with acting("pso@antwerp.demo"):
        operation = planned(cast)
        lent = asked_aid("ports-and-police")
    with acting("pso@northsea.demo"):
        offered = offer_aid(lent, amount=1, note="", at=now()).id
    run = stored(acting, measure=str(measure))
    with acting("pso@antwerp.demo"):
        followed = follow("port", "BEANR", at=now()).id
    with acting("pso@antwerp.demo"):
        early = warnings.warnings()[0].id
        sign = signal("ports-and-police")
    supposed = answered(acting, email="analyst@police.demo", measure=str(measure))
    with acting("pso@antwerp.demo"):  # seen as the report is; the owner's next draft is not
        practice = drafted("ports-and-police", tlp=Tlp.AMBER).record_id
        kept = practice_files.add_files(practice, [Upload("gate.png", picture())], at=now())[0].id
    published_of(practice, owner)
    with acting("pso@antwerp.demo"):
        widened(practice)
        tie = tie_to(practice, target=lesson, at=now()).id
        installed = installation("ports-and-police", tlp=Tlp.AMBER)
        measurement = measured(installed, "ports-and-police", tlp=Tlp.AMBER)
        bought = procurement(installed, "own")
        asking = network_question()
        expert = declared("drones")
        event = happened("port_opened", 30, "BEANR").id
        in_scope()
        recorded = sent(attack(), "nis2_early_warning").id
    with acting("authority@ansm.demo"):
        change = propose_rule(entry=rule_entry(), events=EVENTS, why="Test", at=now()).id
    with acting("pso@antwerp.demo"):
        exercise = planned_exercise(cast, "pso@antwerp.demo", "pso@northsea.demo")
        inject = exercise_injects(exercise)[-1].id
        chair = exercise_seats(exercise)[0].id
        part = exercise_seen(exercise).parts[0].id
        over = planned_exercise(cast, "pso@antwerp.demo", "pso@northsea.demo")
        move_clock(over, act="start", at=now())
        move_clock(over, act="end", at=now())
        learned = note_lesson(over, text="Ring sooner (test).", at=now()).id
        guest = invite_guest(exercise, role="pfso", function="Fire brigade (test)", at=now())[0].id
        level = level_notice().id
        attempt = taken_course().attempt.id
        package = brought_in_package()
        opened = open_package(package, at=now())
        completion = own_passes(on=now().date())[0].completion.id
        plan = SessionPlan(COURSE, now() + timedelta(days=9), 45, "Quay room (test)", 5)
        session = plan_session(plan=plan, at=now()).id
        enrol(COURSE, people=[cast["director@antwerp.demo"].person], due=now().date(), at=now())
        enrolment = enrolments()[0].id
        own_course = copy_course(COURSE, at=now())
        campaign = ran_campaign()
        deed = note_deed(campaign.id, kind="poster", number=3, on=now().date(), at=now()).id
        declaration = declared_security("BEANR", facility_post="pso").record_id
    with acting("pso@antwerp.demo"):
        # of its own: what other rows do to the report takes its objects away
        projected = shared("ports-and-police").record_id
    with acting_as_system("worker"):
        render_due(at=now())
    stix = object_id("incident", projected, "incident")
    with acting("pso@antwerp.demo"):
        brought = {"type": "incident", "id": object_id("incident", "matrix"), "created": "2026-11-20T10:00:00.000Z"}
        bundle = {"objects": [brought | {"spec_version": "2.1", "name": "Test"}]}
        received = receive(json.dumps(bundle).encode(), at=now())
        delivery, inbound = received.id, Inbound.objects.get().id
    with acting("admin@antwerp.demo") as admin:
        node = Link("There", "https://node.example/taxii2/p2p/", "a-token", pulls=False, pushes=False)
        linked = link_node(node, verified=False, language="en", at=now()).id
        pair = Issuer("Authority (test)").client("Antwerp (test)")
        screen = add_tak(Target("Screen", "tak.example:8089", pair.pem, pair.key), language="en", at=now()).id
        machine = make_machine(
            name="Gate (test)", organisation=admin.organisation, language="en", verified=False, by=admin.person,
            at=now(),
        ).person_id  # fmt: skip
        add_webhook(name="Gate (test)", url="https://gate.example/hook", at=now())
        hook = webhooks()[0].id
        alias = renew_address(at=now()).alias
    with acting_as_system("worker"):
        keep_letter(alias, read_message(raw(), server=""), at=now())
    with acting("pso@antwerp.demo"):
        written, mapped = MailDraft.objects.get().id, keep_mapping(read_mapping(MAPPING), name="Test", at=now()).id
        police = Circle.objects.get(slug="ports-and-police").id
        grouping = say_group(group=new_id(), name="Group (test)", circle=police, at=now()).id
    with acting("dpo@antwerp.demo"):
        demand = desk_request().id
    with acting("operator@platform.demo"):
        breach = desk_breach().id
    with acting("pso@antwerp.demo"):
        screened = screening("PA-1", "").subject_id
    return {
        "level": str(level),
        "port": "BEANR",
        "declaration": str(declaration),
        "exercise": str(exercise),
        "inject": str(inject),
        "seat": str(chair),
        "guest": str(guest),
        "part": str(part),
        "tells": "notified",
        "what": "roster",
        "table": "csv",
        "learned": str(learned),
        "scenario": "drone-over-a-quay",
        "practice": str(practice),
        "tie": str(tie),
        "file": str(kept),
        "installation": str(installed),
        "measurement": str(measurement),
        "procurement": str(bought),
        "product": product_key("drone_rf", "Test Sensors", "Harrier"),
        "asked": str(asking),
        "expert": str(expert),
        "topic": "drones",
        "event": str(event),
        "kind": "nis2_early_warning",
        "sending": str(recorded),
        "change": str(change),
        "charter": "charter",
        "edition": "1",
        "run": str(run.id),
        "what_if": str(supposed.id),
        "warning": str(early),
        "signal": str(sign),
        "measure": str(measure),
        "objective": str(aim),
        "question": str(how),
        "place": "BEANR",
        "subject": str(screened),
        "report": str(report),
        "record": str(report),
        "alert": str(raised),
        "case": str(case),
        "lesson": str(lesson),
        "flight": str(flown),
        "handover": str(page),
        "number": str(number),
        "use": str(use),
        "observable": str(observable),
        "attachment": str(attachment),
        "ask": str(asked),
        "update": str(update),
        "link": str(link),
        "rule": "drone",
        "form": "drone_sighting",
        "circle": str(adhoc),
        "member": str(cast["pso@antwerp.demo"].person),
        "person": str(cast["director@antwerp.demo"].person),
        "slug": "port-of-antwerp-bruges",
        "locode": "beanr",
        "machine": str(machine),
        "grouping": str(grouping),
        "token": str(new_id()),
        "invitation": str(new_id()),
        "glass": str(new_id()),
        "export": str(new_id()),
        "alarm": str(new_id()),
        "pair": str(new_id()),
        "subscription": str(new_id()),
        "leave": str(new_id()),
        "webhook": str(hook),
        "notice": str(new_id()),
        "group": str(ours.group),
        "meeting": str(ours.meeting),
        "item": str(ours.item),
        "action": str(given),
        "decision": str(proposal),
        "result": str(proposal),
        "paper": str(paper),
        "operation": str(operation),
        "entry": str(new_id()),
        "aid": str(lent),
        "offer": str(offered),
        "follow": str(followed),
        "named": "all",
        "stix_id": stix,
        "misp": str(event_id(projected)),
        "delivery": str(delivery),
        "inbound": str(inbound),
        "peer": str(linked),
        "server": str(screen),
        "mapping": str(mapped),
        "letter": str(written),
        "demand": str(demand),
        "breach": str(breach),
        "course": COURSE,
        "module": "marks",
        "own": str(own_course),
        "piece": "marks",
        "medium": "report.svg",
        "media": "report.svg",
        "attempt": str(attempt),
        "package": package,
        "opened": str(opened),
        "nth": "1",
        "completion": str(completion),
        "session": str(session),
        "enrolment": str(enrolment),
        "campaign": campaign.slug,
        "ran": str(campaign.id),
        "deed": str(deed),
        "who": str(new_id()),
    }


def address(route: str, world: dict[str, str]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: world[match.group(1)], route)


def asked(client: Client, verb: str, path: str) -> int:
    options: dict[str, Any] = {} if verb == "GET" else {"data": {"sent": "1"}}
    if path.startswith("/api/") and verb != "GET":
        options = {"data": "{}", "content_type": "application/json"}
    return int(getattr(client, verb.lower())(path, **options).status_code)


def answers(world: dict[str, str], client_for: Any, bearer_for: Any) -> dict[str, tuple[int, ...]]:
    browsers = [client_for(email) if email else Client() for email in COLUMNS]
    machines = [Client(headers=bearer_for(email)) if email else Client() for email in COLUMNS]
    found = {}
    for row in MATRIX:
        verb, route = row.split(" ", 1)
        clients = machines if route.startswith(MACHINES) else browsers
        found[row] = tuple(asked(client, verb, address(route, world)) for client in clients)
    return found


def test_the_matrix(world, client_for, bearer_for):
    found = answers(world, client_for, bearer_for)
    wrong = {row: (found[row], MATRIX[row]) for row in MATRIX if found[row] != MATRIX[row]}
    assert wrong == {}


def test_a_token_opens_no_page_and_a_cookie_no_api(world, client_for, bearer_for):
    token = Client(headers=bearer_for("pso@antwerp.demo"))
    cookie = client_for("pso@antwerp.demo")
    for route in all_routes() - PUBLIC:
        path = address(route, world)
        if route.startswith(MACHINES):
            assert cookie.get(path).status_code in (401, 405), path
        else:
            assert token.get(path).status_code == 302, path


def test_a_token_for_the_exchange_opens_that_alone(world, bearer_for):
    client = Client(headers=bearer_for("pso@antwerp.demo", (EXCHANGE,)))
    for row, answer in MATRIX.items():
        verb, route = row.split(" ", 1)
        if route in PUBLIC or not route.startswith(MACHINES):
            continue
        found = asked(client, verb, address(route, world))
        if route.startswith(("taxii2/", "feeds/alerts", "feeds/misp/")):
            assert found == answer[-1], row
        else:  # 422: what was sent was not looked at further
            assert found in (403, 405, 422), row


def test_without_a_second_factor_only_enrolling(world, client_for):
    browser = client_for("pso@antwerp.demo")
    with acting_as_system("identity"):
        session = SessionStore(browser.cookies[settings.SESSION_COOKIE_NAME].value)
        session["strong"] = False
        session.save()
    for route in all_routes() - PUBLIC:
        if not route.startswith(MACHINES):
            answer = browser.get(address(route, world))
            assert answer.status_code == 302 and answer.headers["Location"] == "/account/second-factor/", route
