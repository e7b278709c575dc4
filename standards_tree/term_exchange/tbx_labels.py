"""Say in a note of TBX-Basic what it has no data category for, and find it there again.

A note is written as ``Label: text``. A note that only looks like one is written with the label of a plain note, so that
what was written is what is read.
"""

from enum import StrEnum


class Label(StrEnum):
    """What a labelled note holds."""

    NOTE = "Note"
    NUMBER = "Number"
    STATUS = "Concept status"
    RELATION = "Relation"
    EXAMPLE = "Example"
    DERIVED_FROM = "Derived from"
    USAGE = "Usage"
    TYPE = "Type"
    SCRIPT = "Script"
    SOURCE = "Source"


_LABELS = {label.value: label for label in Label}


def labelled(label: Label, text: str) -> str:
    """Return the note that says *text* under *label*."""
    return f"{label}: {text}"


def plain(text: str) -> str:
    """Return the note that says *text* and nothing else."""
    return labelled(Label.NOTE, text) if split_label(text)[0] is not None else text


def split_label(note: str) -> tuple[Label | None, str]:
    """Return the label of a note and its text; None for a note without one of the labels."""
    head, found, text = note.partition(": ")
    label = _LABELS.get(head) if found else None
    return (label, text) if label is not None else (None, note)
