"""Translate the columns of an export into the facts that an analysis reads: the same as :mod:`facts` makes of records."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import numpy as np

from services.gap import facts
from services.gap.gathered import Gathering
from standards_tree.designations import key_of_resource_id
from standards_tree.gap.columns import DEGREE_NUMBER, KIND_NUMBER, Relations
from standards_tree.gap.graph import Numbers
from standards_tree.gap.ordered_texts import UNKNOWN, Words
from standards_tree.gap.snapshot import LinkFact, MeasureFact, RequirementFact, StandardFact
from standards_tree.standards import Level, Validity
from tbt.catalog.v1 import export_columns_pb2 as catalog_columns
from tbt.linkage.v1 import export_columns_pb2 as linkage_columns
from tbt.linkage.v1 import linkage_service_pb2 as linkage_pb

_LEVELS = {number: level or Level.FOREIGN for number, level in facts.LEVELS.items()}
_STATUSES = {number: status for number, status in facts.STATUSES.items() if status is not None}
_KINDS = np.array([0 if kind is None else KIND_NUMBER[kind] for kind in facts.RELATION_KINDS.values()], np.int8)
_DEGREES = np.array([DEGREE_NUMBER[degree] for degree in facts.DEGREES.values()], np.int8)


class Days(dict[int, date | None]):
    """The days by their numbers; most are asked for again and again."""

    def __missing__(self, number: int) -> date | None:
        day = self[number] = date.fromordinal(number) if number else None
        return day


class Shared(dict[tuple[str, ...], tuple[str, ...]]):
    """Lists of codes, each held once."""

    def split(self, entries: Sequence[str], counts: Iterable[int]) -> Iterator[tuple[str, ...]]:
        """Yield lists again that were sent one after the other."""
        start = 0
        every = tuple(entries)
        for count in counts:
            codes = every[start : start + count]
            start += count
            yield self.setdefault(codes, codes)


class CatalogColumns:
    """Takes the columns of one export of the catalogue over."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._days = Days()
        self._codes = Shared()
        self._ids: list[str] = []
        self._texts: list[str] = []
        self._nodes: list[str] = []
        self._names: list[bytes] = []
        self._columns: list[list[Any]] = []

    def standards(self, piece: catalog_columns.StandardColumns) -> None:
        """Take standards over."""
        days, held = self._days.__getitem__, self._gathering.standards
        rows = zip(
            piece.ids,
            map(key_of_resource_id, piece.ids),
            piece.undated_keys,
            piece.designations,
            piece.titles_zh,
            piece.titles_en,
            map(_LEVELS.__getitem__, piece.levels),
            map(
                Validity,
                map(_STATUSES.__getitem__, piece.statuses),
                map(days, piece.issued_on),
                map(days, piece.effective_on),
                map(days, piece.ended_on),
            ),
            map(facts.OBLIGATIONS.__getitem__, piece.obligations),
            map(days, piece.reviewed_on),
            self._codes.split(piece.ics, piece.ics_counts),
            self._codes.split(piece.ccs, piece.ccs_counts),
            strict=True,
        )
        for one, key, undated, text, zh, en, level, validity, obligation, reviewed_on, ics, ccs in rows:
            # An amendment beside its standard meets no other edition in the catalogue, but is one of its number here.
            mine, number = (key, undated) if undated != key else facts.standard_keys(text)
            held[f"standards/{one}"] = StandardFact(
                mine, number, text, zh, en, level, validity, obligation, reviewed_on, ics, ccs
            )

    def relations(self, piece: catalog_columns.RelationColumns) -> None:
        """Take relations over; they count when `finish` is called, because a target may come after what refers to it."""
        self._ids.extend(piece.new_ids)
        self._texts.extend(piece.new_texts)
        self._names.append(piece.names)
        columns = (piece.sources, piece.targets, piece.target_designations, piece.clauses)
        count = len(piece.kinds)
        kinds = _KINDS[np.fromiter(piece.kinds, np.int64, count)]
        degrees = _DEGREES[np.fromiter(piece.degrees, np.int64, count)]
        numbers = [np.fromiter(column, np.int32, count) for column in columns]
        self._columns.append([*numbers, kinds, np.fromiter(piece.dated, np.bool_, count), degrees])

    def placements(self, piece: catalog_columns.PlacementColumns) -> None:
        """Take places over."""
        self._nodes.extend(piece.new_nodes)
        systems = {number: facts.system_of(self._nodes[number]) for number in set(piece.nodes)}
        for standard, node in zip(piece.standards, piece.nodes, strict=True):
            self._gathering.places.setdefault(f"standards/{standard}", {})[systems[node]] = self._nodes[node]

    def finish(self) -> None:
        """Hold the relations that came."""
        if self._columns:
            columns = [np.concatenate(parts) for parts in zip(*self._columns, strict=True)]
            self._columns = []
            self._gathering.relations.fill(b"".join(self._names), self._relations(*columns))
            self._names = []

    def _relations(  # noqa: PLR0913, PLR0917  (the columns of a relation)
        self, sources: Numbers, targets: Numbers, texts: Numbers, clauses: Numbers, kinds: Any, dated: Any, degrees: Any
    ) -> Relations:
        keys, known = self._keys()
        by_name = dated & known[targets]
        of_dated = self._keys_of_texts(texts[dated & ~by_name], dated=True)
        of_undated = self._keys_of_texts(texts[~dated], dated=False)
        written = [*keys, *self._texts, *of_dated.values(), *of_undated.values()]
        words, numbers = Words.numbered(written)
        counts = (len(keys), len(self._texts), len(of_dated))
        of_ids, of_texts, *of_targets = np.split(numbers.astype(np.int32), np.cumsum(counts))
        meant = np.where(by_name, of_ids[targets], np.int32(UNKNOWN))
        pairs = (dated & ~by_name, of_dated), (~dated, of_undated)
        for (chosen, found), of_found in zip(pairs, of_targets, strict=True):
            of_text = np.full(len(self._texts), UNKNOWN, dtype=np.int32)
            of_text[list(found)] = of_found
            meant[chosen] = of_text[texts[chosen]]
        return Relations(words, of_ids[sources], meant, of_texts[texts], kinds, dated, degrees, of_texts[clauses])

    def _keys(self) -> tuple[list[str], Any]:
        """Return the match key of each id, and whether the catalogue has that standard."""
        held = [self._gathering.standards.get(f"standards/{one}") for one in self._ids]
        keys = [
            key_of_resource_id(one) if fact is None else fact.key for one, fact in zip(self._ids, held, strict=True)
        ]
        return keys, np.fromiter((fact is not None for fact in held), np.bool_, len(held))

    def _keys_of_texts(self, positions: Numbers, *, dated: bool) -> dict[int, str]:
        """Return the keys of designations by their positions among the texts."""
        return {one: facts.target_key(self._texts[one], dated=dated) for one in np.unique(positions).tolist()}


class LinkageColumns:
    """Takes the columns of one export of the linkage over."""

    def __init__(self, gathering: Gathering) -> None:
        self._gathering = gathering
        self._days = Days()
        self._codes = Shared()
        self._measures: list[str] = []
        self._requirements: dict[tuple[int, int], str] = {}
        self._texts: list[str] = []

    def take(self, piece: linkage_pb.ExportLinkageResponse) -> None:
        """Take a piece over, if it has columns."""
        kind = piece.WhichOneof("piece")
        if kind == "measure_columns":
            self.measures(piece.measure_columns)
        elif kind == "requirement_columns":
            self.requirements(piece.requirement_columns)
        elif kind == "link_columns":
            self.links(piece.link_columns)

    def measures(self, piece: linkage_columns.MeasureColumns) -> None:
        """Take measures over."""
        days, split = self._days.__getitem__, self._codes.split
        rows = zip(
            piece.ids,
            piece.titles_zh,
            piece.titles_en,
            split(piece.symbols, piece.symbol_counts),
            split(piece.member_codes, piece.member_counts),
            split(piece.hs_codes, piece.hs_counts),
            split(piece.ics_codes, piece.ics_counts),
            map(days, piece.distributed_on),
            map(days, piece.comment_deadlines),
            map(days, piece.entries_into_force),
            piece.examples,
            strict=True,
        )
        for one, zh, en, symbols, *columns in rows:
            name = f"measures/{one}"
            self._measures.append(name)
            self._gathering.measures[name] = MeasureFact(symbols[0], zh, en, symbols, *columns)

    def requirements(self, piece: linkage_columns.RequirementColumns) -> None:
        """Take requirements over."""
        limits = dict(zip(piece.limited, map(facts.limit_of, piece.limits), strict=True))
        measures, held = self._gathering.measures, self._gathering.requirements
        rows = zip(
            piece.measures,
            piece.numbers,
            piece.texts_zh,
            piece.texts_en,
            map(facts.REQUIREMENT_KINDS.__getitem__, piece.kinds),
            piece.parameters,
            self._codes.split(piece.hs_codes, piece.hs_counts),
            self._codes.split(piece.cited_standards, piece.cited_counts),
            piece.assessed,
            strict=True,
        )
        for position, (measure, number, zh, en, kind, parameter, hs, cited, assessed) in enumerate(rows):
            of = self._measures[measure]
            name = f"{of}/requirements/{number}"
            self._requirements[measure, number] = name
            citations = tuple(map(facts.citation_of, cited)) if cited else ()
            held[name] = RequirementFact(
                name,
                measures[of].symbol,
                number,
                zh,
                en,
                kind,
                parameter,
                limits.get(position),
                hs,
                (),
                citations,
                assessed,
            )

    def links(self, piece: linkage_columns.LinkColumns) -> None:
        """Take links over."""
        self._texts.extend(piece.new_texts)
        limits = dict(zip(piece.limited, map(facts.limit_of, piece.limits), strict=True))
        texts, held, digits = self._texts.__getitem__, self._gathering.links, piece.names.hex()
        rows = zip(
            map(self._requirements.__getitem__, zip(piece.measures, piece.numbers, strict=True)),
            map(texts, piece.targets),
            map(texts, piece.designations),
            map(texts, piece.clauses),
            map(texts, piece.rationales_zh),
            map(texts, piece.rationales_en),
            map(facts.SET_RELATIONS.__getitem__, piece.relations),
            map(facts.LINK_STATES.__getitem__, piece.states),
            piece.confidences,
            strict=True,
        )
        standards = self._gathering.standards
        for position, (demand, target, designation, clause, zh, en, relation, state, confidence) in enumerate(rows):
            name = f"links/{digits[position * 32 : position * 32 + 32]}"
            fact = standards.get(target)
            draft = target if fact is None and target.startswith(facts.DRAFTS) else ""
            key = "" if draft else (fact.key if fact is not None else facts.linked_key(target, designation))
            held[name] = LinkFact(
                name, demand, relation, state, key, draft, confidence, zh, en, clause, limits.get(position)
            )
