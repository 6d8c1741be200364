"""Drills, exercises and what else is learned by doing: the tables of each part, gathered for Django."""

from port2port.training.exercises.models import (
    Became,
    ClockEvent,
    Exercise,
    Expected,
    Guest,
    Inject,
    Lesson,
    Observation,
    Part,
    Reaction,
    Release,
    Score,
    Script,
    Seat,
    Sent,
)

__all__ = [
    "Became",
    "ClockEvent",
    "Exercise",
    "Expected",
    "Guest",
    "Inject",
    "Lesson",
    "Observation",
    "Part",
    "Reaction",
    "Release",
    "Score",
    "Script",
    "Seat",
    "Sent",
]
