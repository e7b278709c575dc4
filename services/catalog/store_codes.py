"""Speak SQL about imported versions of code lists."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Table, insert, select, update
from sqlmodel import Session

from services.catalog.tables_codes import CodeListVersionRow, CodeRow
from services.runtime.changes import record_change
from standards_tree.code_lists import Code, CodeListId

VERSION: Table = CodeListVersionRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it
CODE: Table = CodeRow.__table__  # type: ignore[attr-defined]  # as above


class VersionRecord(NamedTuple):
    """An imported version; the fields are columns of the same names."""

    list_id: str
    version_id: str
    source: str
    valid_from: date | None
    sha256: bytes
    code_count: int
    level_counts: list[int]
    current: bool
    imported_by: str
    imported_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return the resource's name."""
        return f"codeLists/{self.list_id}/versions/{self.version_id}"


COLUMNS = [VERSION.c[name] for name in VersionRecord._fields]


def list_versions(session: Session, list_id: CodeListId | None = None) -> list[VersionRecord]:
    """Return the imported versions of a list, or of all, by name."""
    query = select(*COLUMNS).order_by(VERSION.c.list_id, VERSION.c.version_id)
    if list_id is not None:
        query = query.where(VERSION.c.list_id == list_id.value)
    return [VersionRecord(*row) for row in session.connection().execute(query)]


def current_versions(session: Session) -> dict[str, VersionRecord]:
    """Return the version that counts of each list; a list without one goes by the shipped version."""
    query = select(*COLUMNS).where(VERSION.c.current)
    return {row.list_id: VersionRecord(*row) for row in session.connection().execute(query)}


def find_version(session: Session, list_id: CodeListId, version_id: str) -> VersionRecord | None:
    """Return an imported version by its name; None if there is none."""
    query = select(*COLUMNS).where(VERSION.c.list_id == list_id.value, VERSION.c.version_id == version_id)
    row = session.connection().execute(query).one_or_none()
    return None if row is None else VersionRecord(*row)


def load_codes(session: Session, version: VersionRecord) -> dict[str, Code]:
    """Return every code of *version*."""
    columns = ("code", "parent", "level", "title_zh", "title_en", "notes", "withdrawn", "replaced_by", "aliases")
    query = select(*[CODE.c[name] for name in columns]).where(
        CODE.c.list_id == version.list_id, CODE.c.version_id == version.version_id
    )
    rows = session.connection().execute(query).mappings()
    return {row["code"]: Code(**{**row, "aliases": tuple(row["aliases"])}) for row in rows}


def create_version(session: Session, version: VersionRecord, codes: Mapping[str, Code]) -> VersionRecord:
    """Store *version* with its codes, and return it as stored; it does not count yet."""
    facts = version._asdict() | {"current": False}
    del facts["imported_at"]
    stored = session.connection().execute(insert(VERSION).returning(*COLUMNS), facts).one()
    session.connection().execute(
        insert(CODE),
        [
            {
                "list_id": version.list_id,
                "version_id": version.version_id,
                "code": code.code,
                "parent": code.parent,
                "level": code.level,
                "title_zh": code.title_zh,
                "title_en": code.title_en,
                "notes": code.notes,
                "withdrawn": code.withdrawn,
                "replaced_by": code.replaced_by,
                "aliases": list(code.aliases),
            }
            for code in codes.values()
        ],
    )
    record_change(session, version.name, "created")
    return VersionRecord(*stored)


def activate(session: Session, list_id: CodeListId, version_id: str | None, name: str) -> None:
    """Let a version count, None for the shipped one; nothing happens if it does already."""
    of_list = VERSION.c.list_id == list_id.value
    current = session.connection().execute(select(VERSION.c.version_id).where(of_list, VERSION.c.current)).scalar()
    if current == version_id:
        return
    session.connection().execute(update(VERSION).where(of_list, VERSION.c.current).values(current=False))
    if version_id is not None:
        session.connection().execute(
            update(VERSION).where(of_list, VERSION.c.version_id == version_id).values(current=True)
        )
    record_change(session, name, "activated")
