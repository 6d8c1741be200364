"""The director's page: who gets it, what it counts, and that no file of it names others' ports."""

import io
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.measures.writing import OWNER, agreed, measure, objective, opened, tells

DIRECTORS = ("director@commissioner.demo", "director@antwerp.demo")


def told(acting: Any, owner: Any) -> Any:
    """One measure: in place at Antwerp, planned at Liège for a day that has passed."""
    made = agreed(acting)
    with acting(OWNER):
        objective()
        tells(made, place="BEANR")
    with acting("pso@liege.demo"):
        tells(made, "planned", place="BELGG")
    due = timezone.localdate() - timedelta(days=3)
    owner.execute("update measures_adoption set due = %s where state = 'planned'", [due])
    return made


def test_only_directors_get_it(acting, cast, client_for, bearer_for):
    for email in cast:
        expected = 200 if email in DIRECTORS else 403
        assert client_for(email).get("/direction/").status_code == expected, email
        machine = Client(headers=bearer_for(email))
        assert machine.get("/api/v1/direction").status_code == expected, email
        page = client_for(email).get("/").content.decode()
        assert ('href="/direction/"' in page) == (email in DIRECTORS), email


def test_its_heading_is_the_answer_and_each_number_opens_what_it_counts(acting, owner, client_for, bearer_for):
    made = told(acting, owner)
    with acting(OWNER):
        opened(measure().record_id)
    browser = client_for("director@commissioner.demo")
    page = browser.get("/direction/").content.decode()
    assert "1 adoption is overdue, 1 decision waits" in page and f"/measures/matrix/?measure={made}" in page
    found = Client(headers=bearer_for("director@commissioner.demo")).get("/api/v1/direction").json()
    parts = {part["code"]: part for part in found["parts"]}
    assert [row["value"] for row in parts["overdue"]["figures"]] == [3]
    assert {row["word"]: row["value"] for row in parts["ports"]["figures"]}["Antwerp"] == 1
    for part in found["parts"]:
        for row in part["figures"]:
            assert browser.get(row["href"]).status_code == 200, row


def test_a_port_director_reads_of_the_own_port_alone(acting, owner, client_for):
    told(acting, owner)
    page = client_for("director@antwerp.demo").get("/direction/").content.decode()
    assert "Liège" not in page and "Antwerp" in page and "/measures/matrix/?measure=" not in page


def test_no_file_of_it_names_the_ports_of_others(acting, owner, client_for):
    told(acting, owner)
    for email in DIRECTORS:
        client = client_for(email)
        answer = client.get("/direction/file/?format=pdf")
        assert answer.status_code == 200
        words = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
        book = load_workbook(io.BytesIO(client.get("/direction/file/?format=xlsx").content))
        cells = "\n".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        assert "Liège" not in words + cells and "Luik" not in words + cells, email
        assert "TLP:AMBER+STRICT" in words and "1 objective" in words
        assert "objectives" in book.sheetnames and ("ports" in book.sheetnames) == (email == "director@antwerp.demo")
    assert client_for(OWNER).get("/direction/file/?format=pdf").status_code == 403
