"""What is sent to the inbox by who means harm, or does not know better, over HTTP as served.

Each is refused with a reason, and what else came with it is kept, as the status says; or all of it is refused. Never
half, never an error of ours, and the memory of who serves stays within bounds.
"""

import gzip
import http.client
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from port2port.exchange.inbound.checking import MOST_PARTS
from tests.served import Server, serving

OWNER = "pso@antwerp.demo"
INBOX = "/taxii2/p2p/collections/inbox/objects/"
TYPE = "application/taxii+json;version=2.1"
TAKEN, BAD, TOO_LARGE, UNSUPPORTED = 202, 400, 413, 415
TEN_MEGABYTES = 10_000_000  # what the front takes
DATED = {"spec_version": "2.1", "created": "2026-11-20T10:00:00.000Z", "modified": "2026-11-20T10:00:00.000Z"}


@pytest.fixture(scope="module")
def served(loaded: None) -> Iterator[Server]:
    """The program as it is operated, on the database of the tests."""
    with serving() as server:
        yield server


Send = Callable[..., tuple[int, Any]]


@pytest.fixture
def send(served: Server, bearer_for: Any) -> Send:
    """`send(body)` returns the status and what was answered."""
    own = bearer_for(OWNER) | {"Accept": TYPE, "Content-Type": TYPE}

    def sent(body: bytes, **headers: str) -> tuple[int, Any]:
        status, _headers, answer = served.ask("POST", INBOX, body, own | headers)
        return status, json.loads(answer)

    return sent


@pytest.fixture
def held(owner: Any) -> Callable[[], list[str]]:
    """`held()` is what the inbox holds, as it came."""
    return lambda: [row[0] for row in owner.execute("select body from exchange_inbound order by added").fetchall()]


def incident(**changes: Any) -> dict[str, Any]:
    return {"type": "incident", "id": f"incident--{uuid4()}", "name": "A box was opened (test)", **DATED} | changes


def written(one: object) -> bytes:
    return json.dumps(one, ensure_ascii=False).encode()


def bundle(*objects: bytes) -> bytes:
    return b'{"objects":[%s]}' % b",".join(objects)


def holding(value: bytes) -> bytes:
    """An incident with a property of this value, as it would be written."""
    return written(incident())[:-1] + b',"x_value":%s}' % value


# What is no object of STIX 2.1, and is sent between two that are.
REFUSED: dict[str, bytes] = {
    "nested 40 deep": holding(b"[" * 40 + b"]" * 40),
    "a number above all": holding(b"1e999"),
    "a number of 5,000 digits": holding(b"9" * 5000),
    "invalid UTF-8": holding(b'"\xff\xfe"'),
    "half a character": holding(b'"\xed\xa0\x80"'),
    "U+0000": holding(b'"a\\u0000b"'),
    "U+0000 after a backslash": holding(b'"a\\\\\\u0000b"'),
    "longer than an object may be": holding(b'"%s"' % (b"x" * 300_000)),
    "of STIX 2.0": written(incident(spec_version="2.0")),
    "of a version that is a number": written(incident(spec_version=2.1)),
    "without a version": written({"type": "incident", "id": f"incident--{uuid4()}", "created": DATED["created"]}),
    "modified and never created": written({k: v for k, v in incident().items() if k != "created"}),
    "modified before it was created": written(incident(modified="2020-01-01T00:00:00.000Z")),
    "modified on 30 February": written(incident(modified="2026-02-30T00:00:00.000Z")),
    "dated by an object": written(incident(created={"now": True})),
    "an id of another type": written(incident(type="report")),
    "an id with a line end": written(incident(id=f"incident--{uuid4()}\n")),
    "an id that is a list": written(incident(id=[f"incident--{uuid4()}"])),
    "a bundle within a bundle": written({"type": "bundle", "id": f"bundle--{uuid4()}", "objects": [incident()]}),
    "marks that are objects": written(incident(object_marking_refs=[{"id": "x"}])),
    "an origin that is a number": written(
        incident(extensions={"extension-definition--b832f379-abde-5b7e-9f7e-f79cc29c0c03": 7})
    ),
    "a text": b'"incident"',
    "nothing": b"null",
}


@pytest.mark.parametrize("name", REFUSED)
def test_one_that_is_none_is_refused_with_a_reason_and_the_rest_is_kept(send, held, name):
    before, after = written(incident()), written(incident())
    status, answer = send(bundle(before, REFUSED[name], after))
    assert status == TAKEN
    assert (answer["status"], answer["total_count"]) == ("complete", 3)
    assert (answer["success_count"], answer["failure_count"], answer["pending_count"]) == (2, 1, 0)
    assert answer["failures"][0]["message"]
    assert held() == [before.decode(), after.decode()]


# What is no envelope: there is nothing in it that could be kept.
NO_ENVELOPE: dict[str, bytes] = {
    "nothing at all": b"",
    "not a number": bundle(written(incident()), holding(b"NaN")),
    "infinity": bundle(written(incident()), holding(b"-Infinity")),
    "a character cut in two": bundle(written(incident()), holding(b'"\\ud800"')),
    "a raw U+0000": bundle(written(incident()), holding(b'"a\x00b"')),
    "nested 100,000 deep": bundle(written(incident()), holding(b"[" * 100_000 + b"]" * 100_000)),
    "nested without an end": b'{"objects":' + b"[" * 1_000_000,
    "objects nested 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "cut off": bundle(written(incident()), written(incident()))[:-20],
    "UTF-16": bundle(written(incident())).decode().encode("utf-16"),
    "a list": b"[%s]" % written(incident()),
    "XML that grows": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
    "XML that reads files": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>',
    "packed, and not said to be": gzip.compress(bundle(written(incident()))),
}


@pytest.mark.parametrize("name", NO_ENVELOPE)
def test_what_is_no_envelope_is_refused_whole(send, held, name):
    status, answer = send(NO_ENVELOPE[name])
    assert status == BAD
    assert answer["http_status"] == str(BAD)
    assert held() == []


def test_the_same_id_twice_in_one_bundle(send, held):
    first, other = incident(), incident()
    changed = first | {"name": "Something else (test)"}
    later = first | {"modified": "2026-11-21T10:00:00.000Z", "name": "Later (test)"}
    seen = {"type": "ipv4-addr", "spec_version": "2.1", "id": f"ipv4-addr--{uuid4()}", "value": "198.51.100.7"}
    status, answer = send(
        bundle(*map(written, (first, first, changed, later, other, seen, seen, seen | {"value": "198.51.100.8"})))
    )
    assert status == TAKEN
    assert (answer["total_count"], answer["success_count"], answer["failure_count"]) == (8, 6, 2)
    assert {one["id"] for one in answer["failures"]} == {first["id"], seen["id"]}
    assert held() == [one.decode() for one in map(written, (first, later, other, seen))]


def test_what_names_itself_and_each_other_is_kept_and_leads_nowhere(send, held, client_for, owner):
    a, b, marking = (f"{kind}--{uuid4()}" for kind in ("incident", "relationship", "marking-definition"))
    circle = [
        incident(id=a, object_marking_refs=[marking], created_by_ref=a),
        {"type": "relationship", "id": b, "relationship_type": "related-to", "source_ref": a, "target_ref": b, **DATED},
        {"type": "relationship", "id": f"relationship--{uuid4()}", "relationship_type": "related-to", "source_ref": b,
         "target_ref": a, **DATED},
        {"type": "marking-definition", "spec_version": "2.1", "id": marking, "created": DATED["created"],
         "object_marking_refs": [marking]},
        {"type": "grouping", "id": f"grouping--{uuid4()}", "context": "test", "object_refs": [a, b], **DATED},
    ]  # fmt: skip
    status, answer = send(bundle(*map(written, circle)))
    assert (status, answer["success_count"]) == (TAKEN, len(circle))
    assert len(held()) == len(circle)
    (row,) = owner.execute("select id from exchange_inbound where kind = 'incident'").fetchone()
    made = client_for(OWNER).post(f"/systems/sent/{row}/", {"threat": "other", "port": "BEANR"})
    assert made.status_code == http.client.FOUND


@pytest.mark.parametrize("kind", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_what_is_packed_is_not_unpacked(send, held, kind):
    bomb = gzip.compress(b"[" * 50_000_000)
    status, answer = send(bomb, **{"Content-Encoding": kind})
    assert (status, answer["http_status"]) == (UNSUPPORTED, str(UNSUPPORTED))
    status, answer = send(bundle(written(incident())), **{"Content-Encoding": "identity"})
    assert (status, answer["success_count"]) == (TAKEN, 1)
    assert len(held()) == 1


@pytest.mark.parametrize("kind", ["application/xml", "text/xml", "application/json", "multipart/form-data"])
def test_what_is_of_another_type_is_not_read(send, held, kind):
    status, _answer = send(b"<x/>", **{"Content-Type": kind})
    assert status == UNSUPPORTED
    assert held() == []


def streamed(server: Server, headers: dict[str, str], megabytes: int, *, chunked: bool) -> bytes:
    """Send so many megabytes as a stream and return the first line of the answer, if one came before the line broke."""
    head = {**headers, "Host": f"localhost:{server.port}"}
    head |= {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(megabytes * 1_000_000)}
    piece = b"1," * 500_000
    with socket.create_connection(("127.0.0.1", server.port), 30) as line:
        line.sendall(f"POST {INBOX} HTTP/1.1\r\n".encode())
        line.sendall("".join(f"{name}: {value}\r\n" for name, value in head.items()).encode() + b"\r\n")
        try:
            for _number in range(megabytes):
                line.sendall(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        except OSError:
            pass  # it was told to stop, and the line was closed
        try:
            return line.recv(100).partition(b"\r\n")[0]
        except OSError:
            return b""


@pytest.mark.parametrize("chunked", [False, True], ids=["length said", "chunked"])
def test_a_hundred_megabytes_are_not_read_to_their_end(served, send, held, bearer_for, chunked):
    headers = bearer_for(OWNER) | {"Accept": TYPE, "Content-Type": TYPE}
    assert streamed(served, headers, 11, chunked=chunked)[:12] in (b"", b"HTTP/1.1 413")
    before = resident(served)
    streamed(served, headers, 100, chunked=chunked)
    assert resident(served) < before + 50
    assert held() == []
    assert send(bundle(written(incident())))[0] == TAKEN


def test_a_crowd_of_what_is_none_is_not_taken_apart(send, held):
    assert send(bundle(*[b"1"] * 5_001))[0] == TOO_LARGE
    crowd = bundle(b"1," * (MOST_PARTS + 1) + b"1")
    assert len(crowd) < TEN_MEGABYTES
    assert send(crowd)[0] == TOO_LARGE
    assert held() == []


def resident(server: Server, what: str = "VmRSS") -> float:
    """Return the memory of the process that serves, in megabytes; `VmHWM`: the most that it ever had (proc(5))."""
    lines = Path(f"/proc/{server.serving_process()}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(f"{what}:")).split()[1]) / 1000


def test_memory_is_bounded_whatever_comes(served, send, held):
    assert send(bundle(*[written(incident()) for _number in range(1000)]))[0] == TAKEN
    usual = resident(served)
    sizes = TEN_MEGABYTES - 1000
    for body in (
        bundle(*[written(incident(x="é" * 800)) for _number in range(4_000)]),
        bundle(*[written(incident(x="\U0001f6a2" * 400)) for _number in range(4_000)]),
        bundle(b"{}," * (sizes // 3) + b"{}"),
        bundle(b"[" * sizes),
        bundle(holding(b"[" + b"1," * (sizes // 2) + b"1]")),
        bundle(holding(b'{"":' * (sizes // 4))),
        bundle(holding(b'"' + b"\\u0000" * (sizes // 6) + b'"')),
        bundle(*[holding(b"[" + b"{}," * 20_000 + b"{}]") for _number in range(40)]),
    ):
        status, _answer = send(body)
        assert status in (TAKEN, BAD, TOO_LARGE)
    # Most of it is the program itself; ten megabytes taken apart as objects alone would be several hundred more.
    assert resident(served, "VmHWM") < 2.5 * usual
    assert resident(served) < 2 * usual
    assert len(held()) >= 1000
