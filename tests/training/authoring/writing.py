"""Writing a small course through the real actions: two modules, nine questions of all four kinds, one picture."""

from io import BytesIO
from uuid import UUID

import msgspec
from PIL import Image

from port2port.base.clock import now
from port2port.reports.attachments.checking import Upload
from port2port.training.authoring import actions, pictures
from port2port.training.authoring.rules import BEGUN, mark, question_code
from port2port.training.courses.contents import Area, Course, Module, Option, Question

TEXT = {"en": "## The gate (invented)\n\n" + "Ask for the pass, look at the seal, call the desk. " * 8}
TITLE = {"en": "The gate of quay 1742 (invented)"}
HEAD = msgspec.structs.replace(BEGUN, names=TITLE, summary={"en": "What to do at the gate (invented)."}, draw=5)

EMPTY = Course(HEAD, (), (), (), own=True)


def photo(colour: str = "red", *, name: str = "gate.jpg") -> Upload:
    """Return a picture as a camera makes it: with a place in it."""
    made, exif = Image.new("RGB", (160, 100), colour), Image.Exif()
    exif[0x8825] = {1: "N", 2: (51.0, 15.0, 0.0), 3: "E", 4: (4.0, 17.0, 0.0)}
    body = BytesIO()
    made.save(body, "JPEG", exif=exif)
    return Upload(name, body.getvalue())


def module(code: str, **changes: object) -> Module:
    """Return a whole module."""
    return msgspec.structs.replace(Module(code=code, names={"en": code.title()}, texts=TEXT), **changes)


def question(about: str, kind: str = "single", **changes: object) -> Question:
    """Return a whole question, whose first choice is right."""
    ordered, spot = kind == "order", kind == "hotspot"
    options = tuple(
        Option(
            code=code, text={"en": f"Choice {code}"}, right=None if ordered else n == 0,
            why=None if ordered else {"en": f"Because of {code}."},
            area=Area(x=n * 30, y=10, width=20, height=20) if spot else None,
        )
        for n, code in enumerate("abc")
    )  # fmt: skip
    made = Question(
        code=question_code(), module=about, kind=kind, text={"en": f"What is first ({kind})?"}, options=options,
        picture="gate.jpg" if spot else None, why={"en": "Safety first."} if ordered else None,
    )  # fmt: skip
    return msgspec.structs.replace(made, **changes)


def written() -> UUID:
    """Write a course that can be published, as the current actor. Returns its id."""
    own = actions.write_course(EMPTY, at=now())
    pictures.add_pictures(own, [photo()], at=now())
    shows = {"en": TEXT["en"] + "\n\n![The gate at night](gate.jpg)"}
    for one in (module("arrive"), module("leave", texts=shows)):
        actions.put_module(own, one, seen=mark(None), at=now())
    for n, kind in enumerate(["single", "multiple", "order", "hotspot", *["single"] * 5]):
        actions.put_question(own, question(("arrive", "leave")[n % 2], kind), seen=mark(None), at=now())
    return own
