"""The commands as a person runs them: without a database, with the exit codes that are promised."""

import json
import os
import subprocess
import sys

import pytest

HEAD = "incident_id,occurred_on,date_precision,port_unlocode,threat\n"


def run(*words, data="", folder):
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-m", "port2port", "displacement", *words],
        input=data if isinstance(data, bytes) else data.encode(),
        capture_output=True,
        env=environment | {"PORT2PORT_DATA_DIR": str(folder)},
        check=False,
    )


def test_wdd_by_hand(tmp_path):
    asked = {"control": [10, 8], "treated": [20, 10], "control_displacement": [5, 6], "displacement": [7, 9]}
    done = run("method", "wdd", data=json.dumps(asked), folder=tmp_path)
    # (10 - 20) - (8 - 10) + (9 - 7) - (6 - 5) = -7; the eight counts add up to 75.
    found = json.loads(done.stdout)
    assert done.returncode == 0 and set(found) == {"wdd", "se", "z", "ci95"}
    assert found["wdd"] == -7 and found["se"] == pytest.approx(75**0.5)
    assert found["z"] == pytest.approx(-7 / 75**0.5)
    assert found["ci95"] == pytest.approx([-7 - 1.959963985 * 75**0.5, -7 + 1.959963985 * 75**0.5])


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("wdd", "{", "input: "),
        ("wdd", b"\xff", "input: "),
        ("wdd", '{"control": [1, 2]}', "missing required field `treated`"),
        ("knox", '{"x": [1], "y": [1], "t": [1], "distance": 1, "days": 1, "dys": 2}', "unknown field `dys`"),
        ("knox", '{"x": [1, "a"], "y": [1, 2], "t": [1, 2], "distance": 1, "days": 1}', "$.x[1]"),
        ("farrington", '{"counts": [1, -1], "at": [1]}', "counts"),
    ],
)
def test_what_a_method_cannot_take_is_said(tmp_path, name, data, said):
    done = run("method", name, data=data, folder=tmp_path)
    assert done.returncode == 1 and done.stdout == b""
    assert said in done.stderr.decode() and b"Traceback" not in done.stderr


def test_an_analysis_refuses_whole_and_writes_nothing(tmp_path):
    (tmp_path / "bad.csv").write_text(HEAD + "A,2024-02-30,day,BEANR,insider\nB,2024-02-03,day,XXXXX,insider\n")
    report = tmp_path / "report.html"
    words = ("analyse", "--incidents", str(tmp_path / "bad.csv"), "--html", str(report))
    done = run(*words, folder=tmp_path)
    assert done.returncode == 1 and b"Traceback" not in done.stderr
    assert "bad.csv: row 2: occurred_on: a day is written as 2026-11-22: 2024-02-30" in done.stderr.decode()
    assert not report.exists()


def test_what_is_left_out_is_counted_and_named(tmp_path):
    rows = [f"{port}{n},2023-{n + 1:02}-03,day,{port},insider" for port in ("BEANR", "BEGNE") for n in range(12)]
    rows += ["M,2023-03,month,BEANR,insider", "Y,2023,year,BEGNE,insider", "Z,2023-05-02,day,BEZZZ,insider"]
    (tmp_path / "in.csv").write_text(HEAD + "\n".join(rows) + "\n")
    done = run("analyse", "--incidents", str(tmp_path / "in.csv"), "--permutations", "19", folder=tmp_path)
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "3 lines were left out of some method, each with its reason." in said
    assert "  incidents row 26: date_precision: only the month is known: 2023-03-01" in said
    assert "  incidents row 27: date_precision: only the year is known: 2023" in said
    assert "  incidents row 28: port_unlocode: the port is not given: BEZZZ" in said


def test_an_analysis_in_json_and_as_a_report(tmp_path):
    rows = [
        f"{port}{n},2023-{n % 12 + 1:02}-{n % 28 + 1:02},day,{port},insider"
        for port in ("BEANR", "BEGNE")
        for n in range(20)
    ]
    (tmp_path / "in.csv").write_text(HEAD + "\n".join(rows) + "\n")
    report = tmp_path / "report.html"
    words = (
        "analyse",
        "--incidents",
        str(tmp_path / "in.csv"),
        "--json",
        "--permutations",
        "19",
        "--html",
        str(report),
    )
    done = run(*words, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert {"ledger", "claims", "early_warning", "near_repeat", "dropped"} <= set(json.loads(done.stdout))
    assert "<svg" in report.read_text() and not list(tmp_path.glob("*.part"))


def test_wrong_usage_is_two(tmp_path):
    assert run("method", "magic", folder=tmp_path).returncode == 2
    assert run("analyse", folder=tmp_path).returncode == 2
