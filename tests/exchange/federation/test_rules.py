"""Properties of who may say what: in networks of any shape, whatever order things come in.

Each node of the model is the real rules and nothing else of ours: an object is told along every link, again and again,
also changed on the way. What holds then, holds for any node that a rule of ours stands before.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from port2port.exchange.inbound.checking import Origin, Taken
from port2port.exchange.peers import rules
from port2port.exchange.peers.rules import Fate, Held, Sender, judge
from port2port.sharing.tlp import Tlp

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
KEEP = AT + timedelta(days=365)
NODES = 4
ROUNDS = 6


@dataclass
class Node:
    """A node of the model: what it issued, and what it holds of others with whom it had that from."""

    number: int
    issued: dict[str, Taken] = field(default_factory=dict)
    held: dict[str, tuple[Taken, int]] = field(default_factory=dict)
    gone: set[UUID] = field(default_factory=set)
    taken: int = 0

    @property
    def id(self) -> UUID:
        return node_id(self.number)

    def hear(self, one: Taken, sender: int, linked: set[int], ceiling: Tlp) -> Fate | str:
        """Take what another node says, or not."""
        before = self.held.get(one.stix_id)
        held = None
        if before is not None:
            origin = before[0].origin
            assert origin is not None
            held = Held(node_id(100 + before[1]), origin.node, before[0].version, before[0].body, before[0].revoked)
        says = Sender(node_id(100 + sender), node_id(sender), {node_id(n) for n in linked - {sender}}, ceiling)
        fate = judge(
            one, says, held, here=self.id, issued=one.stix_id in self.issued,
            gone=one.origin is not None and one.origin.record in self.gone, at=AT,
        )  # fmt: skip
        if fate in (Fate.KEPT, Fate.GONE):
            self.taken += 1
            self.held[one.stix_id] = (one, sender)
            if fate is Fate.GONE and one.origin is not None:
                self.gone.add(one.origin.record)
            elif one.origin is not None:
                self.gone.discard(one.origin.record)
        return fate


def node_id(number: int) -> UUID:
    return UUID(int=(1 << 96) + number)


def made(node: int, number: int, version: int, tlp: Tlp, *, revoked: bool = False) -> Taken:
    """An object of a node in a version."""
    name = f"incident--{UUID(int=node * 1000 + number)}"
    modified = AT - timedelta(hours=1) + timedelta(seconds=version)
    origin = Origin(node_id(node), UUID(int=node * 1000 + number), KEEP)
    return Taken(name, "incident", modified, tlp, f"{name} {version}", origin, revoked)


def lied(one: Taken) -> Taken:
    """The object as a node tells it that wants to be believed."""
    assert one.version is not None
    return replace(one, body=f"{one.body} changed", version=one.version + timedelta(minutes=5))


TLPS = st.sampled_from(list(Tlp))
NUMBERS = st.integers(0, NODES - 1)
LINKS = st.sets(st.tuples(NUMBERS, NUMBERS).filter(lambda pair: pair[0] != pair[1]), min_size=1)
ISSUED = st.lists(
    st.tuples(NUMBERS, st.integers(0, 2), st.integers(0, 5), TLPS, st.booleans()), min_size=1, max_size=12
)  # fmt: skip


@given(links=LINKS, issued=ISSUED, hostile=st.sets(NUMBERS, max_size=1), ceiling=TLPS, data=st.data())
@settings(max_examples=300)
def test_nothing_comes_back_nothing_is_said_by_others_and_it_comes_to_rest(links, issued, hostile, ceiling, data):
    """Even when every node passes on all that it holds, which none of ours does, and one of them lies about it."""
    nodes = [Node(number) for number in range(NODES)]
    history: dict[str, set[str]] = {}
    for node, number, version, tlp, revoked in issued:
        one = made(node, number, version, tlp, revoked=revoked)
        nodes[node].issued[one.stix_id] = one
        history.setdefault(one.stix_id, set()).add(one.body)
    linked = {number: {to for by, to in links if by == number} for number in range(NODES)}
    for _round in range(ROUNDS):
        before = [node.taken for node in nodes]
        for reader, other in data.draw(st.permutations(sorted(links))):
            told = [*nodes[other].issued.values(), *(one for one, _sender in nodes[other].held.values())]
            for one in told:
                lies = other in hostile and one.stix_id not in nodes[other].issued
                nodes[reader].hear(lied(one) if lies else one, other, linked[reader], ceiling)
        if before == [node.taken for node in nodes]:
            break
    else:
        raise AssertionError("it does not come to rest")
    for node in nodes:
        for identifier, (one, sender) in node.held.items():
            assert identifier not in node.issued, "what is ours came back"
            assert one.origin is not None and one.origin.node != node.id
            assert one.tlp <= ceiling and one.tlp != Tlp.RED, "it became wider by travelling"
            origin = one.origin.node.int - (1 << 96)
            if origin in linked[node.number]:
                assert sender == origin, "somebody else speaks for a node that we are linked with"
                assert one.body in history[identifier], "what a node said was changed by another"


@given(versions=st.lists(st.integers(0, 5), min_size=1, max_size=12))
def test_whatever_order_versions_come_in_the_newest_stays_and_none_counts_twice(versions):
    here = Node(0)
    for version in versions:
        here.hear(made(1, 0, version, Tlp.GREEN), 1, {1}, Tlp.RED)
    (kept,) = here.held.values()
    assert kept[0].version == made(1, 0, max(versions), Tlp.GREEN).version
    assert here.taken <= len(set(versions))


@given(late=st.lists(st.integers(0, 5), max_size=6), after=st.integers(0, 5))
def test_after_a_withdrawal_only_a_later_version_brings_it_back(late, after):
    here = Node(0)
    here.hear(made(1, 0, 3, Tlp.GREEN, revoked=True), 1, {1}, Tlp.RED)
    for version in [*late, after]:
        fate = here.hear(made(1, 0, version, Tlp.GREEN), 1, {1}, Tlp.RED)
        assert fate is not Fate.KEPT or version > 3
    part = Taken("vessel--x", "vessel", None, Tlp.GREEN, "{}", Origin(node_id(1), UUID(int=1000), KEEP))
    sender = Sender(node_id(101), node_id(1), (), Tlp.RED)
    said = judge(part, sender, None, here=here.id, issued=False, gone=True, at=AT)
    assert said == rules.WITHDRAWN


def test_each_reason_is_one_that_is_shown():
    sender = Sender(node_id(101), node_id(1), {node_id(2)}, Tlp.GREEN)
    cases = {
        rules.OWN: made(0, 0, 0, Tlp.GREEN),
        rules.OTHERS: made(2, 0, 0, Tlp.GREEN),
        rules.RED: made(1, 0, 0, Tlp.RED),
        rules.ABOVE: made(1, 0, 0, Tlp.AMBER),
        rules.FUTURE: replace(made(1, 0, 0, Tlp.GREEN), version=AT + timedelta(days=2)),
        rules.OVER: replace(made(1, 0, 0, Tlp.GREEN), origin=Origin(node_id(1), UUID(int=1000), AT)),
    }
    for reason, one in cases.items():
        assert judge(one, sender, None, here=node_id(0), issued=False, gone=False, at=AT) == reason
    issued = made(1, 0, 0, Tlp.GREEN)
    assert judge(issued, sender, None, here=node_id(0), issued=True, gone=False, at=AT) == rules.OWN
    other = Held(node_id(103), node_id(3), AT - timedelta(hours=1), "", False)
    assert judge(issued, sender, other, here=node_id(0), issued=False, gone=False, at=AT) == rules.ANOTHER
    same = Held(node_id(101), node_id(1), issued.version, "other", False)
    assert judge(issued, sender, same, here=node_id(0), issued=False, gone=False, at=AT) == rules.CHANGED
