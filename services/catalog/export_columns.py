"""Put the whole catalogue into messages column by column."""

from collections.abc import Iterator

from services.catalog import store_export as store
from services.catalog.messages import DEGREE_TO, LEVEL_TO, OBLIGATION_TO, RELATION_KIND_TO, STATUS_TO
from services.runtime.database import Session
from services.runtime.raw_rows import NewTexts, flat, portions, sixteen_bytes
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import export_columns_pb2 as columns
from tbt.catalog.v1 import standard_pb2


def standards(session: Session) -> Iterator[pb.ExportCatalogResponse]:
    """Yield every standard, by id."""
    for found in portions(store.standard_rows(session), texts=(0, 1, 2, 3, 13), lists=(11, 12)):
        ids, designations, zh, en, levels, obligations, statuses, *days, ics, ccs, undated = found
        (all_ics, ics_counts), (all_ccs, ccs_counts) = flat(ics), flat(ccs)
        yield pb.ExportCatalogResponse(
            standard_columns=columns.StandardColumns(
                ids=ids,
                designations=designations,
                titles_zh=zh,
                titles_en=en,
                levels=map(LEVEL_TO.__getitem__, levels),
                obligations=[OBLIGATION_TO.get(word, standard_pb2.OBLIGATION_UNSPECIFIED) for word in obligations],
                statuses=map(STATUS_TO.__getitem__, statuses),
                issued_on=days[0],
                effective_on=days[1],
                ended_on=days[2],
                reviewed_on=days[3],
                ics=all_ics,
                ics_counts=ics_counts,
                ccs=all_ccs,
                ccs_counts=ccs_counts,
                undated_keys=undated,
            )
        )


def scopes(session: Session) -> Iterator[pb.ExportCatalogResponse]:
    """Yield the scope of every standard that has one, by id."""
    for found in portions(store.scope_rows(session), texts=(0, 1, 2)):
        ids, zh, en = found
        yield pb.ExportCatalogResponse(scope_columns=columns.ScopeColumns(ids=ids, scopes_zh=zh, scopes_en=en))


def relations(session: Session) -> Iterator[pb.ExportCatalogResponse]:
    """Yield every relation that counts, by source, kind and target."""
    ids, texts = NewTexts(), NewTexts()
    for found in portions(store.relation_rows(session), texts=(1, 2, 3, 7)):
        names, sources, targets, designations, kinds, dated, degrees, clauses, partial = found
        message = columns.RelationColumns(
            names=sixteen_bytes(names),
            sources=ids.numbers(sources),
            targets=ids.numbers(targets),
            target_designations=texts.numbers(designations),
            kinds=map(RELATION_KIND_TO.__getitem__, kinds),
            dated=dated,
            degrees=[DEGREE_TO.get(word, standard_pb2.ADOPTION_DEGREE_UNSPECIFIED) for word in degrees],
            clauses=texts.numbers(clauses),
            partial=partial,
        )
        message.new_ids.extend(ids.taken())
        message.new_texts.extend(texts.taken())
        yield pb.ExportCatalogResponse(relation_columns=message)


def placements(session: Session) -> Iterator[pb.ExportCatalogResponse]:
    """Yield every place, by system and standard."""
    nodes = NewTexts()
    for found in portions(store.placement_rows(session), texts=(2,)):
        systems, places, held = found
        names = [f"systems/{system}/nodes/{node}" for system, node in zip(systems, places, strict=True)]
        message = columns.PlacementColumns(standards=held, nodes=nodes.numbers(names))
        message.new_nodes.extend(nodes.taken())
        yield pb.ExportCatalogResponse(placement_columns=message)
