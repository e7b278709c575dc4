"""Turn what the catalogue says into what suggestions and links need to know of standards."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from standards_tree.designations import key_of_resource_id, parse_designation_or_none
from standards_tree.linking.adoptions import Adoption
from standards_tree.linking.reviewing import TargetFacts
from standards_tree.linking.standards_index import IndexedStandard, StandardsIndex
from standards_tree.standards import AdoptionDegree, RelationKind, StandardStatus
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2

# So many standards that have changed make the small index beside the large one slow to make; then both are made anew.
MAX_CHANGED = 1_000

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

    @property
    def grown(self) -> bool:
        """Tell whether so much is new that the index is better made anew."""
        return len(self.fresh) > MAX_CHANGED

    def target_facts(self, name: str) -> TargetFacts:
        """Return what a link to the standard *name* relies on."""
        standard = self.standards.get(name)
        ended = standard.status if standard is not None and standard.ended else None
        return TargetFacts(ended, frozenset(self.ends.get(name, ())))

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
        if older is None:
            return StandardsIndex(self.standards.values(), adoptions, successors)
        return StandardsIndex(self.fresh.values(), adoptions, successors, older.base)

    def changed(
        self,
        standards: Mapping[str, standard_pb2.Standard],
        relations: Mapping[str, standard_pb2.Relation | None],
        opened: Iterable[str],
        closed: Iterable[str],
    ) -> "CatalogueFacts":
        """Return the facts with what has changed in its place; a relation that is None is gone."""
        read = {name: _standard(message) for name, message in standards.items()}
        fresh = {name: standard for name, standard in read.items() if standard is not None}
        known = {name: one for name, one in self.relations.items() if name not in relations}
        known.update(
            {name: one for name, message in relations.items() if message is not None and (one := _relation(message))}
        )
        return replace(
            self,
            standards={**self.standards, **fresh},
            relations=known,
            open_drafts=(self.open_drafts | set(opened)) - set(closed),
            fresh={**self.fresh, **fresh},
            ends=_ends(known.values()) if relations else self.ends,
        )


def read_catalogue(pieces: Iterable[pb.ExportCatalogResponse]) -> tuple[int, CatalogueFacts]:
    """Return the revision of an exported catalogue and its facts."""
    revision = 0
    standards: dict[str, IndexedStandard] = {}
    relations: dict[str, KnownRelation] = {}
    drafts: set[str] = set()
    for piece in pieces:
        kind = piece.WhichOneof("piece")
        if kind == "revision":
            revision = piece.revision
        elif kind == "standards":
            for message in piece.standards.standards:
                if (standard := _standard(message)) is not None:
                    standards[standard.name] = standard
        elif kind == "relations":
            for entry in piece.relations.relations:
                if (relation := _relation(entry)) is not None:
                    relations[entry.name] = relation
        elif kind == "drafts":
            drafts.update(draft.name for draft in piece.drafts.drafts)
    return revision, CatalogueFacts(standards, relations, frozenset(drafts), {}, _ends(relations.values()))


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
    kind = _KINDS.get(message.kind)
    target = parse_designation_or_none(message.target_designation)
    if kind is None or target is None or message.suspension or message.partial:
        return None
    name = message.target or f"standards/{target.resource_id}"
    if kind is not RelationKind.ADOPTS:
        return KnownRelation(message.source, name, kind)
    source = parse_designation_or_none(key_of_resource_id(message.source.removeprefix("standards/")))
    if source is None:
        return None
    adoption = Adoption(message.source, source, target, _DEGREES.get(message.degree, AdoptionDegree.NEQ))
    return KnownRelation(message.source, name, kind, adoption)
