"""The public way: one case per form, a code that opens it and nothing else, and nothing to be had by hammering."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from port2port.base.clock import now
from port2port.helpdesk import actions, public, queries
from port2port.helpdesk.proof import Form
from port2port.helpdesk.vocabulary import portwatch, public_form
from port2port.members.acting import acting_as_system
from tests.helpdesk.asking import TEXT, asked, code_in, filled, token, work

DESK = "pso@antwerp.demo"
ASK, ANSWER = "/help/ask/", "/help/answer/"
PART = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xff\xff\r\n--x--\r\n'
TIP = "I saw that my colleague was bribed to let cocaine through."


def said(answer) -> str:
    return answer.content.decode()


def cases(owner) -> int:
    return owner.execute("select count(*) from helpdesk_case").fetchone()[0]


def read(code: str, client: Client | None = None):
    return (client or Client()).post(ANSWER, {"code": code, "language": "en"})


def test_a_question_from_outside_reaches_the_desk_and_its_answer_comes_back(acting, owner):
    answer = Client().post(ASK, filled())
    code = code_in(answer)
    assert len(code.replace("-", "")) == 28
    assert not answer.cookies
    assert answer["Cache-Control"].count("no-store") == 1
    with acting(DESK):
        (found,) = queries.open_cases(at=now())
        assert found.case.company is None and found.side == "desk"
        assert found.record.tlp == 2
        actions.do(found.record.id, "answer", text="Yes, accompanied.", at=now())
        actions.do(found.record.id, "note", text="zqsecretnote", at=now())
    page = said(read(code))
    assert "Yes, accompanied." in page and TEXT in page and "The desk has answered" in page
    assert "zqsecretnote" not in page and "Demo" not in page.split("<main", 1)[1].split("</main>")[0].replace(
        "Demo: everything", ""
    )


def test_neither_code_nor_address_is_kept(db, owner):
    code = asked()
    tables = [row[0] for row in owner.execute(
        "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname = 'public' and c.relkind = 'r'")]  # fmt: skip
    for table in tables:
        dump = str(owner.execute(f'select to_jsonb(t)::text from "{table}" t').fetchall())
        for secret in (code, code.replace("-", ""), "127.0.0.1", "127.0.0.0"):
            assert secret not in dump, (table, secret)


def test_the_same_form_twice_is_one_case_and_one_code(db, owner):
    form = filled()
    first, second = Client().post(ASK, form), Client().post(ASK, form)
    assert code_in(first) == code_in(second) != ""
    assert "sent before" in said(second) and cases(owner) == 1


def test_the_same_form_with_another_text_is_refused_and_its_text_kept(db, owner):
    form = filled()
    Client().post(ASK, form)
    answer = Client().post(ASK, form | {"text": "Something else altogether?"})
    assert answer.status_code == 422 and code_in(answer) == ""
    assert "Something else altogether?" in said(answer) and cases(owner) == 1
    assert form["token"] not in said(answer)  # a new one, so that pressing again works


def test_the_code_is_not_shown_again_later(db, owner):
    form = filled()
    Client().post(ASK, form)
    owner.execute("update helpdesk_message set at = at - interval '11 minutes'")
    answer = Client().post(ASK, form)
    assert answer.status_code == 422 and code_in(answer) == "" and cases(owner) == 1


def test_many_at_once_are_one_case(db, owner):
    form = filled()
    codes: list[str] = []
    gate = threading.Barrier(6)

    def send() -> None:
        try:
            gate.wait()
            codes.append(code_in(Client().post(ASK, form)))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 6 and len(set(codes)) == 1 and codes[0]
    assert cases(owner) == 1


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"token": ""}, 422),
        ({"token": "x" * 54}, 422),
        ({"token": "\u00e9" * 54}, 422),
        ({"token": "A" * 100_000}, 413),
        ({"topic": "nonsense"}, 422),
        ({"port": "XXXXX"}, 422),
        ({"text": ""}, 422),
        ({"text": " \n\t "}, 422),
        ({"text": "a" * 4001}, 422),
        ({"text": "a" * 70_000}, 413),
        ({"text": "nul \x00 nul"}, 422),
        ({"text": "turned \u202e round"}, 422),
        ({"website": "http://spam.example"}, 422),
        ({"text": "My number is 85.07.30-033 28."}, 422),
        ({"text": "Call me on +32 470 12 34 56 please."}, 422),
        ({"text": TIP}, 422),
    ],
)
def test_what_is_wrong_is_said_and_nothing_kept(db, owner, change, status):
    answer = Client().post(ASK, filled() | change)
    assert answer.status_code == status and code_in(answer) == "" and cases(owner) == 0


def test_a_time_cannot_be_forged(db, owner):
    good = filled()
    for at, letter in enumerate(good["token"]):
        if at % 7 == 0:
            other = "B" if letter != "B" else "C"
            forged = good["token"][:at] + other + good["token"][at + 1 :]
            assert Client().post(ASK, good | {"token": forged, "proof": work(forged)}).status_code == 422
    assert cases(owner) == 0


@pytest.mark.parametrize(
    ("age", "proof", "status"),
    [(2, True, 422), (6, True, 200), (6, False, 422), (31, False, 200), (7201, True, 422), (-60, True, 422)],
)
def test_too_soon_and_too_late(db, owner, age, proof, status):
    answer = Client().post(ASK, filled(age=age, proof=proof))
    assert answer.status_code == status and cases(owner) == (status == 200)
    assert status == 200 or TEXT in said(answer)


def test_a_wrong_proof_is_no_proof(db, owner):
    for proof in ("0", "-1", "1e3", "\u0661", "9" * 400, "abc"):
        form = filled(age=6, proof=False) | {"proof": proof}
        if work(form["token"]) != proof:
            assert Client().post(ASK, form).status_code == 422
    other = token(age=6)
    assert Client().post(ASK, filled(age=6, proof=False) | {"proof": work(other)}).status_code == 422
    assert cases(owner) == 0


def test_a_form_of_another_network_or_another_kind_does_not_serve(db, owner):
    elsewhere = token(address="192.0.2.7")
    assert Client().post(ASK, filled() | {"token": elsewhere, "proof": work(elsewhere)}).status_code == 422
    kind = token(form=Form.WRITE)
    assert Client().post(ASK, filled() | {"token": kind, "proof": work(kind)}).status_code == 422
    assert cases(owner) == 0


def test_another_site_cannot_send_with_its_visitors_browsers(db, owner):
    answer = Client(headers={"sec-fetch-site": "cross-site"}).post(ASK, filled())
    assert answer.status_code == 403 and cases(owner) == 0


def test_it_needs_no_cookie_and_no_secret_of_a_session(db, owner):
    strict = Client(enforce_csrf_checks=True)
    assert not strict.get(ASK).cookies
    assert strict.post(ASK, filled()).status_code == 200 and not strict.cookies


def test_a_tip_is_shown_where_it_goes_and_never_kept(db, owner):
    form = filled(TIP) | {"topic": "tip"}
    answer = Client().post(ASK, form)
    page = said(answer)
    assert answer.status_code == 200 and portwatch().url in page and "101" in page and "112" in page
    assert "bribed" not in page and cases(owner) == 0
    warned = Client().post(ASK, filled(TIP))
    assert warned.status_code == 422 and "reads like a tip" in said(warned) and portwatch().url in said(warned)
    assert cases(owner) == 0
    assert Client().post(ASK, filled(TIP) | {"not_a_tip": "on"}).status_code == 200
    assert cases(owner) == 1


def test_what_identifies_somebody_is_pointed_out_and_sent_when_confirmed(db, owner):
    form = filled("Call our desk on +32 470 12 34 56 please.")
    assert "may stand there" in said(Client().post(ASK, form))
    assert Client().post(ASK, form | {"confirmed": "on"}).status_code == 200
    kept = owner.execute("select personal_data, expires_at - at from sharing_record where kind = 'case'").fetchone()
    assert kept[0] == "indirect" and kept[1] <= timedelta(days=365)


def test_a_neighbourhood_cannot_flood(db, owner):
    limits = public_form()
    for number in range(limits.cases_with_proof):
        assert Client(REMOTE_ADDR=f"127.0.0.{number + 1}").post(ASK, filled()).status_code == 200
    answer = Client().post(ASK, filled("One too many?"))
    assert answer.status_code == 429 and "One too many?" in said(answer)
    assert cases(owner) == limits.cases_with_proof
    made = token(address="192.0.2.1")
    elsewhere = filled() | {"token": made, "proof": work(made)}
    assert Client(REMOTE_ADDR="192.0.2.1").post(ASK, elsewhere).status_code == 200


def test_without_proof_fewer_go_through(db, owner):
    limits = public_form()
    statuses = [Client().post(ASK, filled(proof=False)).status_code for _ in range(limits.cases_without_proof + 2)]
    assert statuses == [200] * limits.cases_without_proof + [429] * 2
    assert Client().post(ASK, filled()).status_code == 200  # the way with proof stays open


def test_a_code_cannot_be_guessed(db, owner):
    code = asked()
    bare = code.replace("-", "")
    wrong = [bare[:-1] + ("2" if bare[-1] != "2" else "3"), bare[1:], bare + "0", "", "x", "%", "'; drop table", "\x00"]
    answers = [read(one) for one in (*wrong, "0" * 28)]
    assert {one.status_code for one in answers} == {404}
    assert len({said(one).replace(typed, "") for one, typed in zip(answers[:3], wrong[:3], strict=True)}) == 1
    assert read(code.lower().replace("-", " ")).status_code == 200


def test_looks_are_limited_whatever_the_code(db, owner):
    code = asked()
    limits = public_form()
    statuses = [read("0" * 28).status_code for _ in range(limits.looks)]
    assert set(statuses) == {404}
    assert read(code).status_code == read("0" * 28).status_code == 429
    assert Client(REMOTE_ADDR="192.0.2.9").post(ANSWER, {"code": code}).status_code == 200


def test_a_wrong_a_withdrawn_an_expired_and_a_long_closed_one_are_the_same(acting, owner):
    codes = [asked(f"Question number {number}, is it?") for number in range(3)]
    ids = [row[0] for row in owner.execute("select record_id from helpdesk_case order by record_id").fetchall()]
    assert all(read(code).status_code == 200 for code in codes)
    with acting(DESK):
        actions.do(ids[2], "close", text="Done with it.", at=now())
    assert "Your case is closed" in said(read(codes[2]))
    owner.execute("update sharing_record set withdrawn_at = now() where id = %s", [ids[0]])
    owner.execute("update sharing_record set expires_at = now() where id = %s", [ids[1]])
    owner.execute("update helpdesk_case set closed_at = now() - interval '61 days' where record_id = %s", [ids[2]])
    pages = {said(read(code)).replace(code, "") for code in (*codes, "0" * 28)}
    pages = {page.replace("0" * 28, "") for page in pages}
    assert len(pages) == 1


def more(code: str, text: str = "And for two days?", **changes):
    made = token(form=Form.WRITE)
    form = {"code": code, "text": text, "language": "en", "token": made, "proof": work(made)} | changes
    return form, Client().post(ANSWER, form)


def test_more_is_said_once_and_turns_the_state(acting, owner):
    code = asked()
    with acting(DESK):
        (found,) = queries.open_cases(at=now())
        actions.do(found.record.id, "ask", text="For how long?", at=now())
    assert "The desk asks you something" in said(read(code))
    form, first = more(code)
    again = Client().post(ANSWER, form)
    assert first.status_code == again.status_code == 200 and said(first).count("And for two days?") == 1
    with acting(DESK):
        assert queries.case(found.record.id, at=now()).case.state == "in_hand"
        assert [one.act for one in queries.messages(found.record.id)] == ["open", "ask", "write"]


def test_nobody_writes_under_another_code_or_in_a_closed_case(acting, owner):
    code = asked()
    _form, answer = more("0" * 28, "I guess a code.")
    assert answer.status_code == 404
    with acting(DESK):
        (found,) = queries.open_cases(at=now())
        actions.do(found.record.id, "close", text="Done with it.", at=now())
    _form, closed = more(code, "But wait.")
    assert closed.status_code == 422 and "closed" in said(closed)
    assert owner.execute("select count(*) from helpdesk_message where act = 'write'").fetchone() == (0,)


def test_more_keeps_the_same_guards(db, owner):
    code = asked()
    for text in (TIP, "", "a" * 4001, "My number is 85.07.30-033 28."):
        assert more(code, text)[1].status_code == 422
    made = token(form=Form.ASK)
    assert more(code, token=made, proof=work(made))[1].status_code == 422
    assert owner.execute("select count(*) from helpdesk_message").fetchone() == (1,)


def test_one_code_does_not_open_anothers_case(db):
    first, second = asked("The first question, about gates?"), asked("The second question, about badges?")
    assert "badges" not in said(read(first)).split("What was said")[1].split("</section>")[0]
    assert "gates" not in said(read(second)).split("What was said")[1].split("</section>")[0]


def test_garbage_is_answered_and_not_an_error(db, owner):
    client = Client(raise_request_exception=True)
    bodies = [
        (b"\xff\xfe\x00\xd8=%ff%fe&text=%c3%28", "application/x-www-form-urlencoded"),
        (b"text=" + b"%" * 500, "application/x-www-form-urlencoded; charset=utf-16"),
        (b"text=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (PART, "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"&".join(b"a=1" for _ in range(1200)), "application/x-www-form-urlencoded"),
    ]  # fmt: skip
    for path in (ASK, ANSWER):
        for body, kind in bodies:
            status = client.generic("POST", path, body, content_type=kind).status_code
            assert status in (400, 404, 413, 422), (path, kind, status)
    assert cases(owner) == 0


def test_four_languages_by_address(db):
    for language, word in (("nl", "nl"), ("fr", "fr"), ("de", "de"), ("en", "en")):
        answer = Client().get(f"{ASK}?language={language}")
        assert f'<html lang="{word}"' in said(answer) and answer["Content-Language"] == language
    assert Client().get(f"{ASK}?language=xx").status_code == 200


def test_the_throttle_keeps_no_name(db, owner):
    asked()
    assert cache is not None and settings.CACHES["default"]
    keys = owner.execute("select key, value from members_throttle").fetchall()
    assert keys and all(len(bytes(key)) == 32 and value == "1" for key, value in keys)


def test_the_system_principal_sees_no_case(db, owner):
    code = asked()
    with acting_as_system("helpdesk"), connection.cursor() as cursor:
        for table in ("sharing_record", "helpdesk_case", "helpdesk_message", "sharing_searchable"):
            cursor.execute(f"select count(*) from {table}")
            assert cursor.fetchone() == (0,)
    assert public.read(code, "elsewhere").state == "new"
