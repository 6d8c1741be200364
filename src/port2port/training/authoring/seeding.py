"""A course that the demo's port of Antwerp wrote, invented, through the real actions: two languages, a picture."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import msgspec
from PIL import Image, ImageDraw

from port2port.members.acting import acting_as
from port2port.members.cast import cast_member
from port2port.reports.attachments.checking import Upload
from port2port.training.authoring import actions, pictures, queries
from port2port.training.courses.contents import Course, Source
from port2port.training.courses.models import OwnCourse
from port2port.training.courses.queries import Body

TRAINER = "pso@antwerp.demo"
WRITTEN = Path(__file__).parent / "data" / "demo_course.v1.toml"
PAPER, INK, BLUE, RED = "#f4f1e8", "#1f2b38", "#2f6f8f", "#b3125a"


def seed_own_course(at: datetime) -> int:
    """Make what is invented, unless it is there. Returns how many rows were made."""
    course = demo_course()
    with acting_as(*cast_member(TRAINER)):
        if OwnCourse.objects.exists():
            return 0
        own = actions.write_course(course, at=at)
        pictures.add_pictures(own, [Upload("gate.png", gate_drawing())], at=at)
        actions.publish(own, seen=queries.own_course(own).row.sequence, at=at)
    return 1


def demo_course() -> Course:
    """Return what it says."""
    body = msgspec.toml.decode(WRITTEN.read_bytes(), type=_Said)
    return Course(body.head, body.modules, body.questions, (), own=True)


class _Said(Body, frozen=True):
    """A body that names no sources."""

    sources: tuple[Source, ...] = ()


def gate_drawing() -> bytes:
    """Return a drawing of a gate: booth, barrier, a lorry with its seal."""
    made = Image.new("RGB", (800, 400), PAPER)
    draw = ImageDraw.Draw(made)
    draw.rectangle((0, 320, 800, 400), fill="#c9c4b5")
    draw.rectangle((40, 150, 150, 320), fill=BLUE)
    draw.rectangle((60, 180, 130, 240), fill=PAPER)
    draw.rectangle((180, 250, 196, 320), fill=INK)
    draw.line((188, 256, 268, 160), fill=RED, width=10)
    draw.rectangle((280, 120, 580, 280), fill=INK)
    draw.rectangle((300, 190, 330, 220), fill=RED)
    draw.polygon(((590, 280), (590, 160), (670, 160), (700, 220), (700, 280)), fill=BLUE)
    for middle in (330, 390, 520, 640):
        draw.ellipse((middle - 26, 268, middle + 26, 320), fill="#3c3c3c")
    body = BytesIO()
    made.save(body, "PNG")
    return body.getvalue()
