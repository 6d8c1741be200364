"""Schemathesis over the whole OpenAPI document, in process, with real tokens: no 5xx, and answers as documented.

Examples, the documented limits from both sides, and generated values, good and bad; what is bad must be refused with
a problem document. Bounded and drawn the same way each time.
"""

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, settings

from tests.reports.writing import report

PSO = "pso@antwerp.demo"
SCOPES = (("read",), ("report",), ("export",), ("read", "report", "export"))
BOUNDED = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def carrying(scopes, bearer_for, acting):
    """The headers of a token with these scopes; there is something to read."""
    with acting(PSO):
        report("ports-and-police")
    return bearer_for(PSO, scopes)


@schema.parametrize()
@pytest.mark.parametrize("scopes", SCOPES, ids="-".join)
@BOUNDED
def test_every_operation_answers_as_documented(case, carrying):
    response = case.call(headers=carrying)
    assert response.status_code < 500, response.text
    case.validate_response(response)
    if response.status_code >= 400:
        assert response.headers["content-type"][0] == "application/problem+json"
        assert response.json()["status"] == response.status_code
