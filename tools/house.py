"""House rules that a reader would otherwise have to remember, each with its reason. Exit 1 when one is broken."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "port2port"
LONGEST_FILE = 500  # lines; files aim under 300
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "manager", "misc"}

# What a task may be given: ids, the moment of a periodic task, and the queue's own context.
TASK_ARGUMENTS = {"context", "delivery", "event", "invitation", "person", "record", "request", "run", "timestamp"}

# A block of data (application/json) is not run, so the policy lets it be.
INLINE = re.compile(
    r"\sstyle\s*=|<style\b|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*(\bsrc=|application/json))[^>]*>|javascript:"
)

Finding = tuple[Path, int, str]


def python_files() -> Iterator[Path]:
    """Every source file of ours but generated migrations."""
    yield from (p for p in SOURCE.rglob("*.py") if p.name != "0001_initial.py")


def names(path: Path) -> Iterator[Finding]:
    """Names from the glossary, never a drawer."""
    if path.stem in FORBIDDEN_NAMES:
        yield path, 1, f"a module called {path.stem} says nothing about what is in it"


def length(path: Path) -> Iterator[Finding]:
    """A file one can read in one go."""
    lines = path.read_text(encoding="utf-8").count("\n")
    if lines > LONGEST_FILE:
        yield path, lines, f"{lines} lines: split it by what it speaks of"


def unfinished(path: Path) -> Iterator[Finding]:
    """Nothing is left for later in the code."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            yield path, number, "unfinished: do it, or write it into the issue"


def broad_excepts(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """An error is caught by its name, or not at all; where everything must be caught, the line says why."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            broad = any(isinstance(k, ast.Name) and k.id in {"Exception", "BaseException"} for k in kinds)
            raised_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            if (node.type is None or broad) and not raised_again and "  # " not in lines[node.lineno - 1]:
                yield path, node.lineno, "a broad except hides what it was not written for: say the reason on its line"


def row_security_kept(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """Only `sharing` writes envelopes and postings, and nobody sets the session's settings from Python."""
    text = path.read_text(encoding="utf-8")
    if "p2p." in text and "set_config" in text:
        yield path, 1, "only members_enter sets who acts"
    if "sharing" not in path.parts:
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(r"\bRecord\(|Record\.objects\.(create|update|bulk)|Posting\.objects\.(create|bulk)", line):
                yield path, number, "envelopes are made by sharing.actions.publish"


def streams(path: Path) -> Iterator[Finding]:
    """A response that streams inside acting_as streams nothing."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if "StreamingHttpResponse" in line or "FileResponse(" in line:
            yield path, number, "responses are complete; exports are made whole or by the worker"


def downloads(path: Path) -> Iterator[Finding]:
    """Files to keep are answered in one way, which writes their names safely."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if "Content-Disposition" in line and path.name != "downloads.py":
            yield path, number, "a file to keep is answered by site.downloads"


def clock(path: Path) -> Iterator[Finding]:
    """Rules and actions are given the moment; only edges read the clock."""
    if path.name not in {"rules.py", "models.py", "queries.py"}:
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if re.search(r"clock\.now\(\)|timezone\.now\(\)|datetime\.now\(", line):
            yield path, number, "the clock is read at the edge and handed on"


def words_in_f_strings(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """The extractor of translations does not look into f-strings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Call) and ast.unparse(inner.func) in {"_", "gettext", "ngettext", "pgettext"}:
                    yield path, node.lineno, "a text to translate stands in an f-string, where it is not found"


def job_arguments(path: Path, tree: ast.AST) -> Iterator[Finding]:
    """The queue is readable by the serving role: tasks take ids, never text or addresses."""
    if path.name != "tasks.py":
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and any("task" in ast.unparse(d) for d in node.decorator_list):
            for argument in node.args.args + node.args.kwonlyargs:
                if argument.arg not in TASK_ARGUMENTS:
                    yield path, node.lineno, f"{node.name}({argument.arg}): task arguments are ids only"


def templates() -> Iterator[Finding]:
    """The content security policy forbids inline style and script; a page that has them breaks silently."""
    for path in SOURCE.rglob("templates/**/*.html"):
        if "/email/" in path.as_posix():  # a mail is not a page: it has no policy and no sheet
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if INLINE.search(line):
                yield path, number, "no inline style, script or handler: the policy forbids it"
            if re.search(r"(?:src|href)=\"(?:https?:)?//", line):
                yield path, number, "nothing comes from another host"
            if "|safe" in line or "autoescape off" in line:
                yield path, number, "nothing is marked safe in a template"


def addresses() -> Iterator[Finding]:
    """Lock files name packages, not hosts."""
    for path in [*ROOT.glob("requirements/*.txt"), ROOT / "package-lock.json", ROOT / "pyproject.toml"]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"index-url|find-links|\"resolved\": *\"http", line):
                yield path, number, "a lock file names a host"


def main() -> int:
    """Print what breaks a rule. Returns 1 when anything does."""
    found: list[Finding] = [*templates(), *addresses()]
    for path in python_files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for rule in (names, length, unfinished, streams, downloads, clock):
            found.extend(rule(path))
        for tree_rule in (broad_excepts, row_security_kept, words_in_f_strings, job_arguments):
            found.extend(tree_rule(path, tree))
    for path, line, why in found:
        print(f"{path.relative_to(ROOT)}:{line}: {why}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
