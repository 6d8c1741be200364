"""kill -9 of the serving process while a class takes a quiz: what was kept is kept, and each goes on where it was."""

import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.served import Server, children_of, serves, serving, token_of, wait_for

COURSE = "phishing-at-a-terminal"
TAKERS = ("pso@antwerp.demo", "pso@northsea.demo", "pfso@quay1.demo")
PATIENCE = 120.0


@dataclass
class Taker:
    """Somebody who answers question after question, each again until it is kept, and reads where one was."""

    server: Server
    headers: Mapping[str, str]
    kept: dict[int, list[str]] = field(default_factory=dict)  # by number: what the server said it keeps
    broken: int = 0
    handed_in: bool = False

    def run(self) -> None:
        """Take the quiz to its end."""
        until = time.monotonic() + PATIENCE
        while not self.handed_in and time.monotonic() < until:
            try:
                self._on()
            except (OSError, http.client.HTTPException):
                self.broken += 1
                time.sleep(0.05)

    def _on(self) -> None:
        """Go on where one was, as another browser would: nothing is remembered here but what was promised."""
        attempt = self._ask("POST", f"/api/v1/courses/{COURSE}/attempts", {})
        for one in attempt["questions"]:
            assert one["chosen"] == self.kept.get(one["number"], one["chosen"]), "what was kept is still kept"
        missing = next((one for one in attempt["questions"] if one["chosen"] is None), None)
        path = f"/api/v1/courses/attempts/{attempt['id']}"
        if missing is None:
            self._ask("POST", f"{path}/hand-in", {})
            self.handed_in = True
            return
        options = [one["code"] for one in missing["options"]]
        chosen = options if missing["kind"] == "order" else options[:1]
        self._ask("PUT", f"{path}/answers/{missing['number']}", {"chosen": chosen})
        self.kept[missing["number"]] = chosen
        time.sleep(0.05)

    def _ask(self, method: str, path: str, sent: Any) -> Any:
        headers = {**self.headers, "Content-Type": "application/json"}
        status, _headers, body = self.server.ask(method, path, json.dumps(sent).encode(), headers)
        if status >= http.client.INTERNAL_SERVER_ERROR:
            raise http.client.HTTPException(str(status))
        assert status < http.client.BAD_REQUEST, body
        return json.loads(body) if body else None


def test_a_class_whose_server_is_killed_goes_on_where_it_was(own):
    with own.owner() as owner, serving(own.environment) as server:
        owner.execute("delete from training_attempt")
        takers = [Taker(server, token_of(owner, email)) for email in TAKERS]
        threads = [threading.Thread(target=one.run, daemon=True) for one in takers]
        for thread in threads:
            thread.start()
        wait_for(lambda: all(one.kept for one in takers), 60, "each kept an answer")
        killed = server.serving_process()
        os.kill(killed, signal.SIGKILL)
        assert not any(one.handed_in for one in takers), "it was killed in the middle"
        wait_for(lambda: killed not in children_of(server.process.pid))
        wait_for(lambda: any(serves(pid) for pid in children_of(server.process.pid)))
        for thread in threads:
            thread.join(PATIENCE)
        assert all(one.handed_in for one in takers)
        assert sum(one.broken for one in takers) > 0, "somebody noticed"
        rows = owner.execute("select id, questions, submitted_at from training_attempt").fetchall()
        assert len(rows) == len(TAKERS) and all(row[2] for row in rows), "one attempt each, and judged"
        for attempt, questions, _at in rows:
            stored = owner.execute("select question from training_answer where attempt_id = %s", [attempt]).fetchall()
            assert {row[0] for row in stored} == {one["code"] for one in questions}, "no answer is lost"
