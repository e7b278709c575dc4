"""Read the catalogue of standards for medical devices (NIFDC), in JSON, and its adoptions.

Each record names three levels of a tree and gives no codes; nodes get numbers in the order in which they first appear.
"""

from collections.abc import Mapping
from typing import Final

from standards_tree.catalogue import Title
from standards_tree.catalogue_files.entries import NodeEntry, Reading, RelationEntry, StandardEntry
from standards_tree.catalogue_files.rows import read_objects
from standards_tree.catalogue_files.scopes import scope_of
from standards_tree.catalogue_files.words import DEGREES, STATES, is_nothing, read_day, word_key
from standards_tree.standards import RelationKind

LEVELS: Final = ("dir_name", "l1", "l2")
MARKS: Final = frozenset({"number", "title_zh", *LEVELS})
ADOPTION_MARKS: Final = frozenset({"gb_number", "iso_number", "adoption_type"})
SCOPES: Final = ("scope_zh", "scope_en", "scope")
_USED: Final = MARKS | {"status_zh", "status", "approval_date", "effective_date", "source_url", "seq", "id", *SCOPES}


def read_medical(content: bytes) -> Reading:
    """Return the nodes and standards of the catalogue, or the adoptions of its list of adoptions.

    Raises:
        MalformedDocumentError: it is not JSON, or holds no list of objects.
        UnsafeDocumentError: it is larger than a table may be, or has more records than an import takes.
    """
    reading = Reading("medical")
    codes: dict[tuple[str, ...], str] = {}
    children: dict[tuple[str, ...], int] = {}
    for row, record in enumerate(read_objects(content), start=1):
        texts = {name: "" if value is None else str(value).strip() for name, value in record.items()}
        if texts.keys() >= ADOPTION_MARKS:
            _read_adoption(reading, row, texts)
            continue
        branch = tuple(filter(None, (texts.get(level, "") for level in LEVELS)))
        for depth in range(1, len(branch) + 1):
            _read_node(reading, row, branch[:depth], codes, children)
        _read_standard(reading, row, texts, codes.get(branch, ""))
        for name in texts.keys() - _USED:
            reading.unknown_columns[name] = reading.unknown_columns.get(name, 0) + bool(texts[name])
    return reading


def _read_node(
    reading: Reading,
    row: int,
    branch: tuple[str, ...],
    codes: dict[tuple[str, ...], str],
    children: dict[tuple[str, ...], int],
) -> None:
    if branch in codes:
        return
    above = branch[:-1]
    children[above] = children.get(above, 0) + 1
    codes[branch] = f"{codes[above]}.{children[above]}" if above else str(children[above])
    reading.add(NodeEntry(row, codes[branch], codes.get(above, ""), Title(branch[-1])))


def _read_standard(reading: Reading, row: int, texts: Mapping[str, str], node: str) -> None:
    word = texts.get("status_zh") or texts.get("status", "")
    status = STATES.get(word_key(word))
    if status is None:
        reading.remark(row, "status_zh", word, "not the state of a standard", refused=True)
        return
    days = {}
    for name in ("approval_date", "effective_date"):
        text = texts.get(name, "")
        days[name] = read_day(text) if not is_nothing(text) else None
        if days[name] is None and not is_nothing(text):
            reading.remark(row, name, text, "not one day of the calendar, and left out; write 2024-11-28")
    reading.add(
        StandardEntry(
            row,
            texts.get("number", ""),
            Title(texts.get("title_zh", "")),
            status,
            issued_on=days["approval_date"],
            effective_on=days["effective_date"],
            source=texts.get("source_url", ""),
            node=node,
            scope=scope_of(*(texts.get(name, "") for name in SCOPES)),
        )
    )


def _read_adoption(reading: Reading, row: int, texts: Mapping[str, str]) -> None:
    degree = DEGREES.get(word_key(texts["adoption_type"]))
    if degree is None:
        reading.remark(
            row, "adoption_type", texts["adoption_type"], "not a degree of adoption: idt, mod, neq", refused=True
        )
        return
    reading.add(RelationEntry(row, texts["gb_number"], texts["iso_number"], RelationKind.ADOPTS, degree))
