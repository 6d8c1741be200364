"""Schemathesis over the whole OpenAPI document, in process, with real tokens: no 5xx, and answers as documented.

Examples, the documented limits from both sides, and generated values, good and bad; what is bad must be refused with
a problem document. Bounded and drawn the same way each time.
"""

import re
from collections import Counter
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings
from ninja import Schema
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from tests.access.matrix import MATRIX
from tests.reports.writing import report

PSO = "pso@antwerp.demo"
ALL = ("read", "report", "export")
LESS = (("read",), ("report",), ("export",))
# The rules know more than the shapes (a lock is in a port, a quantity has a substance): what is well formed may still
# be refused. And the tokens are real ones; test_bad_input.py sends others.
BEYOND = [positive_data_acceptance, ignored_auth]


def bounded(examples: int) -> Any:
    return settings(max_examples=examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def loaded_schema(*, coverage: bool) -> Any:
    found = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    found.config.generation.with_security_parameters = False
    found.config.phases.coverage.enabled = coverage
    return found


whole, generated = loaded_schema(coverage=True), loaded_schema(coverage=False)


def answered_as_documented(case: Any, headers: dict[str, str]) -> None:
    response = case.call(headers=headers)
    assert response.status_code < 500, response.text
    case.validate_response(response, excluded_checks=BEYOND)
    if response.status_code >= 400:
        assert response.headers["content-type"][0] == "application/problem+json"
        assert response.json()["status"] == response.status_code


@pytest.fixture
def something_to_read(acting) -> None:
    with acting(PSO):
        report("ports-and-police")


@whole.parametrize()
@bounded(20)
def test_every_operation_answers_as_documented(case, bearer_for, something_to_read):
    answered_as_documented(case, bearer_for(PSO, ALL))


@generated.parametrize()
@pytest.mark.parametrize("scopes", LESS, ids=lambda scopes: scopes[0])
@bounded(6)
def test_so_it_does_for_a_token_that_may_less(case, scopes, bearer_for, something_to_read):
    answered_as_documented(case, bearer_for(PSO, scopes))


def test_no_operation_is_left_out():
    documented = {f"{one.ok().method.upper()} {one.ok().path}" for one in whole.get_all_operations()}
    served = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", row.replace(" ", " /"))
        for row, answers in MATRIX.items()
        if row.split(" ")[1].startswith("api/") and 405 not in answers
    }
    assert documented == served


def every(kind: type) -> list[type]:
    return [one for sub in kind.__subclasses__() for one in (sub, *every(sub))]


def test_no_two_shapes_have_one_name():
    """The document names shapes by their class: of two with one name the later one would stand for both."""
    ours = {one for one in every(Schema) if one.__module__.startswith("port2port.")}
    named = Counter(one.__name__ for one in ours if not one.__name__.endswith("Query"))
    assert [name for name, times in named.items() if times > 1] == []
