"""Speak gRPC about standards and their relations."""

import grpc

from services.catalog import (
    messages,
    names,
    resolutions,
    standard_texts,
    store_near,
    store_relations,
    store_standards,
    store_succession,
)
from services.catalog.calls import Calls
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask
from standards_tree.designations import parse_designation
from standards_tree.errors import InvalidArgumentError
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import standard_pb2

CHANGEABLE = frozenset(
    {
        "title",
        "level",
        "obligation",
        "issued_on",
        "effective_on",
        "ended_on",
        "reviewed_on",
        "ics",
        "ccs",
        "committee",
        "source",
        "scope",
    }
)


class StandardCalls(Calls):
    """Answers the calls about standards and their relations."""

    def CreateStandard(  # noqa: N802
        self, request: pb.CreateStandardRequest, context: grpc.ServicerContext
    ) -> standard_pb2.Standard:
        """Record a published standard."""
        del context
        given = request.standard
        if request.document:
            given = standard_texts.complete(given, request.document, self._upstreams)
        standard = messages.standard_from(given)

        def work(session: Session) -> standard_pb2.Standard:
            return messages.standard_to(store_standards.create_standard(session, standard))

        return self._database.write(work, request)

    def GetStandard(  # noqa: N802
        self, request: pb.GetStandardRequest, context: grpc.ServicerContext
    ) -> standard_pb2.Standard:
        """Read a standard by its name or by its designation in any spelling."""
        del context
        name = names.standard_name(request.name)
        as_of = date_from(request.as_of, "as_of")
        rows = self._database.look_up_rows(*store_standards.asking_for(name))
        if not rows:
            raise self._database.read(lambda session: store_near.not_found(session, name))
        record = store_standards.chosen(rows, name, as_of or today())
        standard = messages.standard_to(record)
        if as_of is not None:
            standard.status_as_of = messages.STATUS_TO[record.validity.status_on(as_of)]
        return standard

    def UpdateStandard(  # noqa: N802
        self, request: pb.UpdateStandardRequest, context: grpc.ServicerContext
    ) -> standard_pb2.Standard:
        """Correct the facts of a standard."""
        del context
        name = names.standard_name(request.standard.name)
        given = request.standard
        if request.document and not given.HasField("scope"):
            given = standard_texts.with_scope(given, request.document, self._upstreams)

        def work(session: Session) -> standard_pb2.Standard:
            record = store_standards.get_standard(session, name, today())
            changed = messages.standard_to(record)
            apply_mask(changed, given, request.update_mask, CHANGEABLE)
            require_valid(changed)
            standard = messages.standard_from(changed)
            return messages.standard_to(
                store_standards.update_standard(session, record, standard, request.standard.etag)
            )

        return self._database.write(work, request)

    def SupersedeStandard(  # noqa: N802
        self, request: pb.SupersedeStandardRequest, context: grpc.ServicerContext
    ) -> standard_pb2.Standard:
        """Record that a standard is superseded by another from a date on."""
        del context
        name, successor_name = names.standard_name(request.name), names.standard_name(request.successor)
        ended_on = date_from(request.ended_on, "ended_on")
        if request.partial and ended_on is not None:
            message = "what is superseded in part stays in force; give no end"
            raise InvalidArgumentError.in_field("ended_on", message)

        def work(session: Session) -> standard_pb2.Standard:
            record = store_standards.get_standard(session, name, today())
            successor = store_standards.get_standard(session, successor_name, today())
            if request.partial:
                return messages.standard_to(store_succession.supersede_part(session, record, successor, request.etag))
            return messages.standard_to(
                store_succession.supersede_standard(session, record, successor, ended_on, request.etag)
            )

        return self._database.write(work, request)

    def AbolishStandard(  # noqa: N802
        self, request: pb.AbolishStandardRequest, context: grpc.ServicerContext
    ) -> standard_pb2.Standard:
        """Record that a standard is abolished without a successor."""
        del context
        name = names.standard_name(request.name)
        ended_on = date_from(request.ended_on, "ended_on")
        reason = messages.text_from(request.reason, "reason")

        def work(session: Session) -> standard_pb2.Standard:
            record = store_standards.get_standard(session, name, today())
            return messages.standard_to(
                store_succession.abolish_standard(session, record, ended_on, reason, request.etag)
            )

        return self._database.write(work, request)

    def ResolveDesignations(  # noqa: N802
        self, request: pb.ResolveDesignationsRequest, context: grpc.ServicerContext
    ) -> pb.ResolveDesignationsResponse:
        """Find which standards a list of designations names, and what has become of them."""
        del context
        as_of = date_from(request.as_of, "as_of") or today()
        readings = [resolutions.read(text) for text in request.designations]
        wanted = [reading.name for reading in readings if reading.name is not None]
        found = iter(self._database.read(lambda session: store_succession.resolve(session, wanted, as_of)))
        return pb.ResolveDesignationsResponse(
            resolved=[
                resolutions.resolved_to(reading, next(found) if reading.name is not None else None, as_of)
                for reading in readings
            ]
        )

    def CreateRelation(  # noqa: N802
        self, request: pb.CreateRelationRequest, context: grpc.ServicerContext
    ) -> standard_pb2.Relation:
        """Record a relation between two standards."""
        del context
        name = names.standard_name(request.relation.source)

        def work(session: Session) -> standard_pb2.Relation:
            source = store_standards.get_standard(session, name, today())
            relation = messages.relation_from(request.relation, parse_designation(source.designation))
            return messages.relation_to(store_relations.create_relation(session, relation))

        return self._database.write(work, request)

    def ListRelations(  # noqa: N802
        self, request: pb.ListRelationsRequest, context: grpc.ServicerContext
    ) -> pb.ListRelationsResponse:
        """List the relations from or to a standard."""
        del context
        wanted = messages.relation_filter_from(request)
        page = self._pager.page(request)
        found = self._database.read(lambda session: store_relations.list_relations(session, wanted, today(), page))
        relations, token = self._pager.fill(request, page, found, lambda row: row.order, messages.relation_to)
        return pb.ListRelationsResponse(relations=relations, next_page_token=token)

    def DeleteRelation(  # noqa: N802
        self, request: pb.DeleteRelationRequest, context: grpc.ServicerContext
    ) -> pb.DeleteRelationResponse:
        """Remove a relation that was recorded in error."""
        del context
        relation_id = names.local_id(request.name, "relations")

        def work(session: Session) -> pb.DeleteRelationResponse:
            store_relations.delete_relation(session, relation_id)
            return pb.DeleteRelationResponse()

        return self._database.write(work, request)
