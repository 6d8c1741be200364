"""What a search leads to beside records: whom to ask, and what an acronym means; under the policy as anywhere."""

import pytest
from django.test import Client
from django.utils.translation import override

from port2port.base.finding.asking import asked
from port2port.home.search.beside import courses_about, ready_about, topics_of
from port2port.site.glossary import acronyms_in
from tests.knowledge.experts.declaring import declared

LIEGE, NORTH, OUTSIDER = "pso@liege.demo", "pso@northsea.demo", "officer@outside.demo"


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("speurhond", "dogs"),
        ("chiens", "dogs"),
        ("lege containers", "empty_containers"),
        ("Zugangskontrolle", "access_control"),
        ("inspecties", "inspections"),
        ("identity release", "identity_release"),
        ("uithaler", "insider"),
        ("camera quay ai", "ai_cameras"),
    ],
)
def test_a_question_names_its_topic_in_any_language(question, topic):
    found = topics_of(asked(question))
    assert topic in found and len(found) <= 3


@pytest.mark.parametrize("question", ["", "zqnothing", "quay", "MSKU 123456 5"])
def test_what_names_no_topic_leads_to_nobody(question):
    assert topics_of(asked(question)) == ()


def test_an_acronym_is_explained_by_itself_and_by_its_name_in_any_language():
    (line,) = acronyms_in("a pfso on duty", "nl")
    assert line.word.startswith("PFSO: beveiligingsbeambte") and line.means
    assert [one.anchor for one in acronyms_in("Agent de sûreté de l’installation portuaire (PFSO)", "en")] == ["pfso"]
    assert acronyms_in("psoriasis", "en") == () and acronyms_in("", "en") == ()


@pytest.mark.parametrize(
    ("question", "course"),
    [("drones", "drones-what-to-do"), ("dornes", "drones-what-to-do"), ("phish", "phishing-at-a-terminal")],
)
def test_a_course_is_found_as_a_record_is(acting, question, course):
    with acting(LIEGE):
        assert courses_about(asked(question))[0].head.slug == course


@pytest.mark.parametrize("question", ["", "zqnothing", "drone zqnothing", "MSKU 123456 5"])
def test_no_course_is_about_what_it_does_not_say(acting, question):
    with acting(LIEGE):
        assert courses_about(asked(question)) == ()


@pytest.mark.parametrize(
    ("question", "slug"),
    [("drone overhead", "drone-overhead"), ("veiligheidscultuur", "culture"), ("Sicherheitskultur", "culture"),
     ("bewustwording", "culture")],
)  # fmt: skip
def test_a_campaign_and_culture_are_found_in_any_language(question, slug):
    assert slug in [one.slug for one in ready_about(asked(question))]


@pytest.mark.parametrize("question", ["", "zqnothing", "drone zqnothing"])
def test_nothing_is_ready_for_what_it_does_not_say(question):
    assert ready_about(asked(question)) == ()


def test_what_is_ready_stands_beside_the_hits(client_for, bearer_for):
    page = client_for(OUTSIDER).get("/search/?q=drone").content.decode()
    assert "/training/campaigns/drone-overhead/" in page
    found = Client(headers=bearer_for(NORTH)).get("/api/v1/search?q=drone").json()["ready"]
    one = next(row for row in found if row["slug"] == "drone-overhead")
    assert one["kind"] == "campaign" and one["name"]
    assert Client(headers=bearer_for(NORTH)).get(one["url"]).json()["slug"] == "drone-overhead"


def test_courses_stand_beside_the_hits_in_the_language_of_the_reader(client_for, bearer_for):
    with override("nl"):
        page = client_for(OUTSIDER).get("/search/?q=phishing").content.decode()
    assert "/courses/phishing-at-a-terminal/" in page
    (course,) = Client(headers=bearer_for(NORTH)).get("/api/v1/search?q=phishing").json()["courses"]
    assert course["slug"] == "phishing-at-a-terminal" and course["name"] and course["minutes"] > 0


def test_whoever_may_be_asked_stands_beside_the_hits(acting, client_for, bearer_for):
    with acting(LIEGE):
        expert = declared("dogs")
    with override("en"):
        page = client_for(NORTH).get("/search/?q=speurhonden").content.decode()
    assert "Who knows about it" in page and f"/knowledge/experts/{expert}/" in page
    answer = Client(headers=bearer_for(NORTH)).get("/api/v1/search?q=speurhonden").json()
    assert answer["topics"] == ["dogs"] and [one["id"] for one in answer["people"]] == [str(expert)]
    explained = Client(headers=bearer_for(NORTH)).get("/api/v1/search?q=TLP").json()["explained"]
    assert len(explained) == 1 and explained[0]["word"].startswith("TLP: ") and explained[0]["means"]


def test_nobody_stands_there_for_who_may_not_find_them(acting, client_for, bearer_for):
    with acting(LIEGE):
        expert = declared("dogs")
    for who in (OUTSIDER, LIEGE):  # neither an outsider nor oneself
        assert str(expert) not in client_for(who).get("/search/?q=speurhonden").content.decode()
    assert Client(headers=bearer_for(OUTSIDER)).get("/api/v1/search?q=speurhonden").json()["people"] == []
