"""Speak SQL about a designation that the catalogue does not have: which ones it has that may have been meant."""

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session

from services.catalog.names import StandardName
from services.catalog.tables import StandardRow
from standards_tree.designations import key_of_resource_id, parse_designation_or_none
from standards_tree.designations.near import near_keys
from standards_tree.errors import Bilingual, NotFoundError

MOST = 5

_STANDARD = StandardRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
_KEY, _ORDER = _STANDARD.c.undated_key, _STANDARD.c.designation_order
# The latest edition of each.
_NEAR = (
    select(_KEY, _STANDARD.c.designation)
    .ext(distinct_on(_KEY))
    .where(_KEY.in_(bindparam("keys", expanding=True)))
    .order_by(_KEY, _ORDER.desc())
)
_PARTS = select(_STANDARD.c.designation).where(bindparam("first") <= _KEY, bindparam("last") > _KEY)
_PARTS = _PARTS.order_by(_ORDER).limit(MOST)


def not_found(session: Session, name: StandardName) -> NotFoundError:
    """Return that there is no standard *name*, with the designations that may have been meant."""
    near = _near_designations(session, name)
    if not near:
        return NotFoundError("{name} is not in the catalogue", name=name.text)
    message = "{name} is not in the catalogue; did you mean {near}?"
    return NotFoundError(message, name=name.text, near=Bilingual(", ".join(near), "、".join(near)))


def _near_designations(session: Session, name: StandardName) -> list[str]:
    """Return other years of the number first, then its parts, then other numbers."""
    designation = parse_designation_or_none(key_of_resource_id(name.standard_id))
    if designation is None:
        return []
    keys = near_keys(designation)
    rows = {row.undated_key: row.designation for row in session.connection().execute(_NEAR, {"keys": keys})}
    found = [rows[keys[0]]] if keys[0] in rows else []
    if designation.part is None:
        # Up to the character behind the one that stands before a part.
        mark, behind = (".", "/") if designation.is_chinese else ("-", ".")
        found += session.connection().execute(_PARTS, {"first": keys[0] + mark, "last": keys[0] + behind}).scalars()
    found += [rows[key] for key in keys[1:] if key in rows]
    return found[:MOST]
