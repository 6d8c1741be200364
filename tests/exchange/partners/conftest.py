"""A machine of Liège, verified for TLP:AMBER, with a token."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from port2port.base.clock import now
from port2port.members import machines, tokens

ADMIN, AUTHOR = "pso@liege.demo", "pso@antwerp.demo"


@dataclass(frozen=True)
class Made:
    """A machine, its token, and a client that shows it."""

    id: UUID
    hat: UUID
    token: UUID
    secret: str

    def client(self, **more: str) -> Client:
        """A client with the token, which says no language."""
        return Client(headers={"Authorization": f"Bearer {self.secret}"}, **more)


def make(acting: Any, admin: str = ADMIN, *, verified: bool = True, language: str = "fr") -> Made:
    at = now()
    with acting(admin) as actor:
        hat = machines.make(
            name="Reader of things", organisation=actor.organisation, language=language, verified=verified,
            by=actor.person, at=at,
        )  # fmt: skip
        token, secret = tokens.make(
            person=hat.person_id, hat=hat.id, name="Reading", scopes=["read", "report"], expires=at + tokens.USUAL,
            by=actor.person, at=at,
        )  # fmt: skip
    return Made(hat.person_id, hat.id, token.id, secret)


@pytest.fixture
def machine(acting: Any) -> Iterator[Made]:
    yield make(acting)
