"""Turn what the catalogue says into what suggestions and links need to know of standards."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from standards_tree.designations import Designation, key_of_resource_id, parse_designation_or_none
from standards_tree.linking.adoptions import CLOSENESS, Adoption, core_of
from standards_tree.linking.reviewing import CLOSED_DRAFT, TargetFacts
from standards_tree.linking.standards_index import IndexedStandard, StandardsIndex, Texts
from standards_tree.standards import AdoptionDegree, RelationKind, StandardStatus
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import export_columns_pb2 as columns
from tbt.catalog.v1 import standard_pb2

# So many standards that have changed make the small index beside the large one slow to make; then both are made anew.
MAX_CHANGED = 1_000
DRAFTS = "drafts/"

_KINDS = {
    standard_pb2.RELATION_KIND_SUPERSEDES: RelationKind.SUPERSEDES,
    standard_pb2.RELATION_KIND_AMENDS: RelationKind.AMENDS,
    standard_pb2.RELATION_KIND_ADOPTS: RelationKind.ADOPTS,
}
_DEGREES = {
    standard_pb2.ADOPTION_DEGREE_IDT: AdoptionDegree.IDT,
    standard_pb2.ADOPTION_DEGREE_MOD: AdoptionDegree.MOD,
    standard_pb2.ADOPTION_DEGREE_NEQ: AdoptionDegree.NEQ,
}
_STATES = {standard_pb2.StandardStatus.Value(f"STANDARD_STATUS_{status.name}"): status for status in StandardStatus}


Scope = tuple[str, str]
"""What a standard is about, in Chinese and English."""
NO_SCOPE: Scope = ("", "")
# What is not equivalent may be about something else.
_SAME_MATTER = frozenset({AdoptionDegree.IDT, AdoptionDegree.MOD})


@dataclass(frozen=True, slots=True)
class KnownRelation:
    """A relation that matters to links: by resource names, and the adoption that it is, if it is one."""

    source: str
    target: str
    kind: RelationKind
    adoption: Adoption | None = None


@dataclass(frozen=True, slots=True)
class CatalogueFacts:
    """The standards and relations of the catalogue, and what is new since the index was made; immutable by custom."""

    standards: Mapping[str, IndexedStandard]
    relations: Mapping[str, KnownRelation]
    open_drafts: frozenset[str]
    fresh: Mapping[str, IndexedStandard]
    ends: Mapping[str, tuple[str, ...]]
    """The amendments of each standard."""
    scoped: frozenset[str] = frozenset()
    """The standards whose scope is recorded."""
    scopes: Mapping[str, Scope] = field(default_factory=dict)
    """Scopes as far as they are wanted for the index: of all standards before it is made, then of what is fresh."""

    @property
    def grown(self) -> bool:
        """Tell whether so much is new that the index is better made anew."""
        return len(self.fresh) > MAX_CHANGED

    def target_facts(self, name: str) -> TargetFacts:
        """Return what a link to the standard *name* relies on."""
        standard = self.standards.get(name)
        ended = standard.status if standard is not None and standard.ended else None
        return TargetFacts(ended, frozenset(self.ends.get(name, ())))

    def written(self, target: str) -> str:
        """Return what is known of the end of a link, as it is written down with the link."""
        if target.startswith(DRAFTS):
            return "" if target in self.open_drafts else CLOSED_DRAFT
        return self.target_facts(target).written

    def amended_by(self, relations: Iterable[str]) -> list[str]:
        """Return the standards that *relations* say are amended."""
        known = (self.relations.get(name) for name in relations)
        return sorted({one.target for one in known if one is not None and one.kind is RelationKind.AMENDS})

    def index(self, older: StandardsIndex | None = None) -> StandardsIndex:
        """Return the standards ready to be suggested; what is new since *older* was made stands beside it."""
        adoptions = [one.adoption for one in self.relations.values() if one.adoption is not None]
        for standard in self.standards.values():
            if standard.designation.adopted is not None:
                adopted = standard.designation.adopted
                adoptions.append(Adoption(standard.name, standard.designation, adopted, AdoptionDegree.IDT))
        successors: dict[str, list[str]] = defaultdict(list)
        for one in self.relations.values():
            if one.kind is RelationKind.SUPERSEDES:
                successors[one.target].append(one.source)
        wanted = self.standards if older is None else self.fresh
        texts = self._texts(wanted, adoptions)
        if older is None:
            return StandardsIndex(wanted.values(), adoptions, successors, texts=texts)
        return StandardsIndex(wanted.values(), adoptions, successors, older.base, texts)

    def _texts(self, wanted: Mapping[str, IndexedStandard], adoptions: Iterable[Adoption]) -> dict[str, Texts]:
        """Return what the standards *wanted* say beside their titles: their scopes, and what they adopt says in English."""
        adopted: dict[str, tuple[float, str]] = {}
        for one in adoptions:
            if one.source in wanted and one.degree in _SAME_MATTER:
                name = f"standards/{core_of(one.adopted).resource_id}"
                if name in self.standards:
                    adopted[one.source] = max(adopted.get(one.source, (0.0, "")), (CLOSENESS[one.degree], name))
        texts = {}
        for source in {*adopted, *(name for name in self.scopes if name in wanted)}:
            other = self.standards.get(adopted.get(source, (0.0, ""))[1])
            texts[source] = Texts(
                *self.scopes.get(source, NO_SCOPE),
                other.designation.official if other is not None else "",
                other.title_en if other is not None else "",
                self.scopes.get(other.name, NO_SCOPE)[1] if other is not None else "",
            )
        return texts

    @property
    def indexed(self) -> "CatalogueFacts":
        """Return these facts without the scopes of what is indexed, which take more room than all the rest."""
        return replace(self, scopes={name: scope for name, scope in self.scopes.items() if name in self.fresh})

    def followed_by(self, news: "News") -> "CatalogueFacts":
        """Return the facts with what has changed in its place."""
        relations = {name: one for name, one in self.relations.items() if name not in news.gone}
        relations.update(news.relations)
        standards = {**self.standards, **news.standards}
        changed = {name: standards[name] for name in self.touched_by(news) if name in standards}
        return replace(
            self,
            standards=standards,
            relations=relations,
            open_drafts=(self.open_drafts | news.drafts) - news.gone,
            fresh={**self.fresh, **changed, **news.standards},
            ends=_ends(relations.values()) if news.relations or news.gone else self.ends,
            scoped=(self.scoped - news.standards.keys()) | news.scopes.keys(),
            scopes={
                **{name: scope for name, scope in self.scopes.items() if name not in news.standards},
                **news.scopes,
            },
        )

    def touched_by(self, news: "News") -> set[str]:
        """Return the standards that say something else since *news*, though they are none of it: what they adopt does."""
        before = (self.relations[name] for name in (*news.gone, *news.relations) if name in self.relations)
        found = {one.source for one in (*before, *news.relations.values()) if one.adoption is not None}
        if news.standards:
            found.update(
                one.source
                for one in self.relations.values()
                if one.adoption is not None and one.target in news.standards
            )
        return found - news.standards.keys()

    def unread_scopes(self, news: "News") -> list[str]:
        """Return the standards whose scopes an index of what is fresh needs beside those in *news*."""
        if not self.scoped:
            return []
        sources = self.touched_by(news) | news.standards.keys()
        relations = chain(self.relations.values(), news.relations.values())
        adopted = {one.target for one in relations if one.adoption is not None and one.source in sources}
        return sorted(((sources | adopted) & self.scoped) - news.standards.keys() - self.scopes.keys())


@dataclass(slots=True)
class News:
    """What an export says, piece by piece: all there is, or what has changed."""

    revision: int = 0
    everything: bool = False
    standards: dict[str, IndexedStandard] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    relations: dict[str, KnownRelation] = field(default_factory=dict)
    drafts: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    """Relations that are no more, or do not matter any more, and drafts that are closed."""
    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What columns of relations point at."""

    @property
    def facts(self) -> CatalogueFacts:
        """Return these as all the facts there are."""
        ends = _ends(self.relations.values())
        scoped = frozenset(self.scopes)
        return CatalogueFacts(self.standards, self.relations, frozenset(self.drafts), {}, ends, scoped, self.scopes)

    def take(self, piece: pb.ExportCatalogResponse) -> None:
        """Take over a piece of an export."""
        match piece.WhichOneof("piece"):
            case "revision":
                self.revision = piece.revision
            case "everything":
                self.everything = piece.everything
            case "standards":
                read = map(_standard, piece.standards.standards)
                self.standards.update({one.name: one for one in read if one is not None})
                self.scopes.update(
                    {
                        one.name: (one.scope.zh, one.scope.en)
                        for one in piece.standards.standards
                        if one.HasField("scope")
                    }
                )
            case "relations":
                for message in piece.relations.relations:
                    if (relation := _relation(message)) is not None:
                        self.relations[message.name] = relation
                    else:
                        self.gone.add(message.name)
            case "standard_columns":
                self._take_standards(piece.standard_columns)
            case "scope_columns":
                scopes = piece.scope_columns
                names = (f"standards/{one}" for one in scopes.ids)
                self.scopes.update(zip(names, zip(scopes.scopes_zh, scopes.scopes_en, strict=True), strict=True))
            case "relation_columns":
                self._take_relations(piece.relation_columns)
            case "drafts":
                self.drafts.update(draft.name for draft in piece.drafts.drafts)
            case "removals":
                self.gone.update(piece.removals.names)

    def _take_standards(self, piece: columns.StandardColumns) -> None:
        start = 0
        rows = zip(
            piece.ids,
            piece.designations,
            piece.titles_zh,
            piece.titles_en,
            piece.statuses,
            piece.ics_counts,
            strict=True,
        )
        for one, written, zh, en, status, count in rows:
            ics = tuple(piece.ics[start : start + count])
            start += count
            designation = parse_designation_or_none(written)
            if designation is not None:
                name = f"standards/{one}"
                self.standards[name] = IndexedStandard(name, designation, zh, en, _STATES[status], ics)

    def _take_relations(self, piece: columns.RelationColumns) -> None:
        """Take over what of the columns matters to links, a small part: references are most of them."""
        self.ids.extend(piece.new_ids)
        self.texts.extend(piece.new_texts)
        digits = piece.names.hex()
        rows = zip(
            piece.kinds,
            piece.partial,
            piece.sources,
            piece.targets,
            piece.target_designations,
            piece.degrees,
            strict=True,
        )
        for place, (kind, partial, source, target, designation, degree) in enumerate(rows):
            if kind not in _KINDS or partial:
                continue
            cited = parse_designation_or_none(self.texts[designation])
            ends = f"standards/{self.ids[source]}", f"standards/{self.ids[target]}"
            relation = _known(kind, *ends, cited, degree) if cited is not None else None
            if relation is not None:
                self.relations[f"relations/{digits[32 * place : 32 * place + 32]}"] = relation


def read_news(pieces: Iterable[pb.ExportCatalogResponse]) -> News:
    """Return what an export says."""
    news = News()
    for piece in pieces:
        news.take(piece)
    return news


def _ends(relations: Iterable[KnownRelation]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in relations:
        if one.kind is RelationKind.AMENDS:
            found[one.target].append(one.source.removeprefix("standards/"))
    return {target: tuple(sources) for target, sources in found.items()}


def _standard(message: standard_pb2.Standard) -> IndexedStandard | None:
    designation = parse_designation_or_none(message.designation)
    if designation is None:
        return None
    return IndexedStandard(
        message.name,
        designation,
        message.title.zh,
        message.title.en,
        _STATES[message.status],
        tuple(message.ics),
    )


def _relation(message: standard_pb2.Relation) -> KnownRelation | None:
    """Return a relation that matters to links, None where it does not: one that is suspended, partial, or of another kind."""
    target = parse_designation_or_none(message.target_designation)
    if message.kind not in _KINDS or target is None or message.suspension or message.partial:
        return None
    return _known(
        message.kind, message.source, message.target or f"standards/{target.resource_id}", target, message.degree
    )


def _known(
    number: "standard_pb2.RelationKind.ValueType",
    source: str,
    target: str,
    cited: Designation,
    degree: "standard_pb2.AdoptionDegree.ValueType",
) -> KnownRelation | None:
    kind = _KINDS[number]
    if kind is not RelationKind.ADOPTS:
        return KnownRelation(source, target, kind)
    adopting = parse_designation_or_none(key_of_resource_id(source.removeprefix("standards/")))
    if adopting is None:
        return None
    return KnownRelation(
        source, target, kind, Adoption(source, adopting, cited, _DEGREES.get(degree, AdoptionDegree.NEQ))
    )
