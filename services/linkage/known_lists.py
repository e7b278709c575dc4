"""Hold the codes of measures and requirements against the lists that count: what they do not have is kept, and marked."""

import contextlib
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.linkage.upstream import LinkageUpstreams
from standards_tree.classifications import Scheme
from standards_tree.code_lists.known_codes import KnownHsCodes, KnownIcsCodes
from standards_tree.errors import DomainError, UnavailableError

HS_LIST, ICS_LIST = "codeLists/hs", "codeLists/ics"
MAX_MARKS: Final = 200
"""What a measure has of them at the most, as its contract says."""

Marks = dict[str, list[dict[str, str]]]
"""Why codes were not simply read, by classification, as it is written down."""


@dataclass(frozen=True, slots=True)
class KnownLists:
    """The HS and the ICS list that count."""

    hs: KnownHsCodes
    ics: KnownIcsCodes

    def faults(self, hs_codes: Iterable[str], ics_codes: Iterable[str]) -> Iterator[tuple[Scheme, str, str]]:
        """Yield the codes that a list does not have, each with its classification and the reason."""
        for code in hs_codes:
            if reason := self.hs.fault(code):
                yield Scheme.HS, code, reason
        for code in ics_codes:
            if reason := self.ics.fault(code):
                yield Scheme.ICS, code, reason

    def marked(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a measure or a requirement with a mark for each code that a list does not have."""
        marks: Marks = {scheme: list(known) for scheme, known in columns.get("code_marks", {}).items()}
        for scheme, code, reason in self.faults(columns["hs_codes"], columns.get("ics_codes", ())):
            known = marks.setdefault(scheme.value, [])
            if all(mark["code"] != code for mark in known) and sum(map(len, marks.values())) < MAX_MARKS:
                known.append({"found": code, "code": code, "reason": reason})
        return {**columns, "code_marks": {scheme: known for scheme, known in marks.items() if known}}


class CodeLists:
    """Gives the lists as they are now: which version counts is asked each time, the codes are read once for each version."""

    def __init__(self, upstreams: LinkageUpstreams) -> None:
        self._upstreams = upstreams
        self._reading = threading.Lock()
        self._read: tuple[tuple[str, str], KnownLists] | None = None
        self._ahead: threading.Thread | None = None

    def read_ahead(self) -> None:
        """Begin to read the lists, so that who asks first need not wait for 7,000 codes."""
        if self._ahead is None:
            self._ahead = threading.Thread(target=self._begin, name="code lists", daemon=True)
            self._ahead.start()

    def _begin(self) -> None:
        # The catalogue may be away again: then who asks first is told so, or reads them.
        with contextlib.suppress(DomainError):
            self.current()

    def close(self) -> None:
        """Wait for what was begun."""
        if self._ahead is not None:
            self._ahead.join()

    def current(self) -> KnownLists:
        """Return the lists; while the catalogue does not answer, those that were read last.

        Raises:
            UnavailableError: the catalogue does not answer, and they were never read.
        """
        with self._reading:
            try:
                versions = self._upstreams.code_versions()
                wanted = (versions[HS_LIST], versions[ICS_LIST])
                if self._read is None or self._read[0] != wanted:
                    hs, ics = map(self._upstreams.codes, (HS_LIST, ICS_LIST))
                    self._read = (wanted, KnownLists(KnownHsCodes(hs), KnownIcsCodes(ics)))
            except UnavailableError:
                # A list of yesterday marks nearly what that of today does, and what people enter is not to wait for it.
                if self._read is None:
                    raise
            return self._read[1]

    def marked(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return columns with their marks; without codes nobody is asked.

        Raises:
            UnavailableError: see `current`.
        """
        if not columns["hs_codes"] and not columns.get("ics_codes"):
            return dict(columns)
        return self.current().marked(columns)
