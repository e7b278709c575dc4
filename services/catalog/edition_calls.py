"""Speak gRPC about editions of a system."""

from collections.abc import Iterator

import grpc

from services.catalog import messages_editions, names, store_edition_contents, store_editions
from services.catalog.calls import Calls
from services.runtime.calls import current_principal
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from standards_tree.systems.editions import compare_editions
from tbt.catalog.v1 import edition_pb2 as pb


class EditionCalls(Calls):
    """Answers the calls about editions of a system."""

    def PublishEdition(self, request: pb.PublishEditionRequest, context: grpc.ServicerContext) -> pb.Edition:  # noqa: N802
        """Publish the present state of a system as an edition, which never changes."""
        del context
        system_id = names.system_id(request.system, "system")
        imprint = messages_editions.imprint_from(request.edition, today(), current_principal().subject)

        def work(session: Session) -> pb.Edition:
            return messages_editions.edition_to(store_editions.publish_edition(session, system_id, imprint))

        return self._database.write(work, request)

    def GetEdition(self, request: pb.GetEditionRequest, context: grpc.ServicerContext) -> pb.Edition:  # noqa: N802
        """Read an edition."""
        del context
        name = names.edition_name(request.name)
        found = self._database.look_up(lambda session: store_editions.get_edition(session, name))
        return messages_editions.edition_to(found)

    def ListEditions(  # noqa: N802
        self, request: pb.ListEditionsRequest, context: grpc.ServicerContext
    ) -> pb.ListEditionsResponse:
        """List the editions of a system, newest first."""
        del context
        system_id = names.system_id(request.system, "system")
        page = self._pager.page(request)
        found = self._database.read(lambda session: store_editions.list_editions(session, system_id, page))
        editions, token = self._pager.fill(
            request, page, found, lambda row: (row.number,), messages_editions.edition_to
        )
        return pb.ListEditionsResponse(editions=editions, next_page_token=token)

    def ListEditionNodes(  # noqa: N802
        self, request: pb.ListEditionNodesRequest, context: grpc.ServicerContext
    ) -> pb.ListEditionNodesResponse:
        """List the nodes of an edition, in the order of the tree."""
        del context
        name = names.edition_name(request.edition, "edition")
        page = self._pager.page(request)
        found = self._database.look_up(lambda session: store_editions.list_edition_nodes(session, name, page))
        nodes, token = self._pager.fill(
            request,
            page,
            found,
            lambda row: (row.position,),
            lambda row: messages_editions.node_to(name.system_id, row.node),
        )
        return pb.ListEditionNodesResponse(nodes=nodes, next_page_token=token)

    def ListEditionEntries(  # noqa: N802
        self, request: pb.ListEditionEntriesRequest, context: grpc.ServicerContext
    ) -> pb.ListEditionEntriesResponse:
        """List the standards of an edition, with the state they have on any day."""
        del context
        name = names.edition_name(request.edition, "edition")
        branch = names.node_name_or_none(request.branch, name.system_id, "branch")
        top = branch.id_or_code if branch is not None else ""
        as_of = date_from(request.as_of, "as_of")
        page = self._pager.page(request)
        found = self._database.read(lambda session: store_editions.list_edition_entries(session, name, top, page))
        entries, token = self._pager.fill(
            request,
            page,
            found,
            lambda row: (row.position,),
            lambda row: messages_editions.frozen_to(name.system_id, row, as_of),
        )
        return pb.ListEditionEntriesResponse(entries=entries, next_page_token=token)

    def CompareEditions(  # noqa: N802
        self, request: pb.CompareEditionsRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.CompareEditionsResponse]:
        """Tell what changed from one edition to another, or to the present state."""
        del context
        base = names.edition_name(request.base, "base")
        present = request.target == base.system
        target = None if present else names.edition_of(request.target, base.system_id, "target")
        before, after = self._database.read(lambda session: store_edition_contents.two_contents(session, base, target))
        wanted = {messages_editions.CHANGE_KIND[kind] for kind in request.kinds}
        changes = compare_editions(before, after)
        changes = [change for change in changes if not wanted or change.kind in wanted]
        yield from messages_editions.Comparison(base.system_id, before, after, changes).pieces()

    def SupersedeEdition(self, request: pb.SupersedeEditionRequest, context: grpc.ServicerContext) -> pb.Edition:  # noqa: N802
        """Mark a mistaken edition as superseded by a later one."""
        del context
        name = names.edition_name(request.name)
        successor = names.edition_of(request.successor, name.system_id, "successor")

        def work(session: Session) -> pb.Edition:
            marked = store_editions.supersede_edition(session, name, successor, request.reason)
            return messages_editions.edition_to(marked)

        return self._database.write(work, request)
