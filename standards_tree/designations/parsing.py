"""Parse a text that is one designation and nothing else."""

from standards_tree.designations.designation import Designation
from standards_tree.designations.diagnosis import MAX_DESIGNATION_CHARACTERS, explain
from standards_tree.designations.folding import capitals, fold
from standards_tree.designations.reading import read_designation


def parse_designation(text: str) -> Designation:
    """Return the designation that *text* is, in any of its spellings.

    Bodies whose grammar is not known are read as foreign ones if they are written in capitals before a number.

    Raises:
        MalformedDesignationError: *text* is no designation; the message says what is wrong at which character.
    """
    designation = parse_designation_or_none(text)
    if designation is not None:
        return designation
    raise explain(text)


def parse_designation_or_none(text: str) -> Designation | None:
    """Return the designation that *text* is, None if it is none."""
    if len(text) > MAX_DESIGNATION_CHARACTERS:
        return None
    folded = fold(text)
    reading = read_designation(folded, capitals(folded), 0, text, running=False)
    return reading[0] if reading is not None and reading[1] == len(folded) else None
