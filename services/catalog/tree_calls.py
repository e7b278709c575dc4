"""Speak gRPC about systems and their nodes."""

import grpc

from services.catalog import (
    messages,
    messages_tree,
    names,
    store_branches,
    store_nodes,
    store_tree,
)
from services.catalog.calls import Calls
from services.runtime.database import Session
from services.runtime.interceptors.validation import require_valid
from services.runtime.masks import apply_mask
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import system_pb2, tree_pb2

CHANGEABLE = frozenset({"code", "title", "level", "kind", "planned_standards"})


class TreeCalls(Calls):
    """Answers the calls about systems and their nodes."""

    def CreateSystem(  # noqa: N802
        self, request: pb.CreateSystemRequest, context: grpc.ServicerContext
    ) -> system_pb2.System:
        """Create a standards system."""
        del context
        title = messages.title_from(request.system.title, "system.title")

        def work(session: Session) -> system_pb2.System:
            return messages.system_to(store_nodes.create_system(session, request.system_id, title))

        return self._database.write(work, request)

    def GetSystem(self, request: pb.GetSystemRequest, context: grpc.ServicerContext) -> system_pb2.System:  # noqa: N802
        """Read a standards system."""
        del context
        system_id = names.system_id(request.name)
        return messages.system_to(self._database.look_up(lambda session: store_nodes.get_system(session, system_id)))

    def ListSystems(  # noqa: N802
        self, request: pb.ListSystemsRequest, context: grpc.ServicerContext
    ) -> pb.ListSystemsResponse:
        """List the standards systems, by name."""
        del context
        page = self._pager.page(request)
        found = self._database.look_up(lambda session: store_nodes.list_systems(session, page))
        systems, token = self._pager.fill(request, page, found, lambda row: (row.system_id,), messages.system_to)
        return pb.ListSystemsResponse(systems=systems, next_page_token=token)

    def UpdateSystem(  # noqa: N802
        self, request: tree_pb2.UpdateSystemRequest, context: grpc.ServicerContext
    ) -> system_pb2.System:
        """Change the title of a standards system."""
        del context
        system_id = names.system_id(request.system.name, "system.name")

        def work(session: Session) -> system_pb2.System:
            record = store_nodes.get_system(session, system_id)
            changed = messages.system_to(record)
            apply_mask(changed, request.system, request.update_mask, frozenset({"title"}))
            require_valid(changed)
            title = messages.title_from(changed.title, "system.title")
            return messages.system_to(store_nodes.update_system(session, record, title, request.system.etag))

        return self._database.write(work, request)

    def CreateNode(self, request: pb.CreateNodeRequest, context: grpc.ServicerContext) -> system_pb2.Node:  # noqa: N802
        """Create a node in a standards system."""
        del context
        system_id = names.system_id(request.system, "system")
        node = messages.node_from(request.node)
        parent_name = names.node_name_or_none(request.node.parent, system_id, "node.parent")

        def work(session: Session) -> system_pb2.Node:
            parent = store_nodes.get_node(session, parent_name) if parent_name is not None else None
            return messages.node_to(store_tree.create_node(session, system_id, node, parent))

        return self._database.write(work, request)

    def GetNode(self, request: pb.GetNodeRequest, context: grpc.ServicerContext) -> system_pb2.Node:  # noqa: N802
        """Read a node."""
        del context
        name = names.node_name(request.name)
        return messages.node_to(self._database.look_up(lambda session: store_nodes.get_node(session, name)))

    def ListNodes(self, request: pb.ListNodesRequest, context: grpc.ServicerContext) -> pb.ListNodesResponse:  # noqa: N802
        """List the nodes of a system, or of one branch, in the order of the tree."""
        del context
        name = names.branch_of(request.system, request.branch)
        page = self._pager.page(request)
        archived_too = request.include_archived
        found = self._database.look_up(
            lambda session: store_nodes.list_nodes(session, name, page, include_archived=archived_too)
        )
        nodes, token = self._pager.fill(request, page, found, lambda row: (row.node_id,), messages.node_to)
        return pb.ListNodesResponse(nodes=nodes, next_page_token=token)

    def UpdateNode(self, request: pb.UpdateNodeRequest, context: grpc.ServicerContext) -> system_pb2.Node:  # noqa: N802
        """Change the code, title, kind or level of a node."""
        del context
        name = names.node_name(request.node.name, "node.name")

        def work(session: Session) -> system_pb2.Node:
            record = store_nodes.get_node(session, name)
            changed = messages.node_to(record)
            apply_mask(changed, request.node, request.update_mask, CHANGEABLE)
            require_valid(changed)
            node = messages.node_from(changed)
            return messages.node_to(store_tree.update_node(session, record, node, request.node.etag))

        return self._database.write(work, request)

    def MoveNode(self, request: pb.MoveNodeRequest, context: grpc.ServicerContext) -> system_pb2.Node:  # noqa: N802
        """Move a node with everything below it."""
        del context
        name = names.node_name(request.name)
        parent_name = names.node_name_or_none(request.parent, name.system_id, "parent")

        def work(session: Session) -> system_pb2.Node:
            record = store_nodes.get_node(session, name)
            parent = store_nodes.get_node(session, parent_name) if parent_name is not None else None
            return messages.node_to(store_tree.move_node(session, record, parent, request.etag))

        return self._database.write(work, request)

    def ArchiveNode(self, request: pb.ArchiveNodeRequest, context: grpc.ServicerContext) -> system_pb2.Node:  # noqa: N802
        """Archive a node with everything below it."""
        del context
        name = names.node_name(request.name)

        def work(session: Session) -> system_pb2.Node:
            record = store_nodes.get_node(session, name)
            return messages.node_to(store_tree.archive_branch(session, record, request.etag))

        return self._database.write(work, request)

    def RestoreNode(  # noqa: N802
        self, request: tree_pb2.RestoreNodeRequest, context: grpc.ServicerContext
    ) -> system_pb2.Node:
        """Take an archived node back into use, with all that was archived together with it."""
        del context
        name = names.node_name(request.name)

        def work(session: Session) -> system_pb2.Node:
            record = store_nodes.get_node(session, name)
            return messages.node_to(store_tree.restore_branch(session, record, request.etag))

        return self._database.write(work, request)

    def MergeNodes(self, request: tree_pb2.MergeNodesRequest, context: grpc.ServicerContext) -> system_pb2.Node:  # noqa: N802
        """Merge a node into another of its system."""
        del context
        name = names.node_name(request.name)
        into = names.node_in(request.into, name.system_id, "into")

        def work(session: Session) -> system_pb2.Node:
            record, taker = store_nodes.get_node(session, name), store_nodes.get_node(session, into)
            return messages.node_to(store_branches.merge_nodes(session, record, taker, request.etag))

        return self._database.write(work, request)

    def SplitNode(self, request: tree_pb2.SplitNodeRequest, context: grpc.ServicerContext) -> system_pb2.Node:  # noqa: N802
        """Move named standards and nodes below a node to a new node beside it."""
        del context
        name = names.node_name(request.name)
        split = store_branches.Split(
            messages.node_from(request.node),
            [names.standard_name(standard) for standard in request.standards],
            [names.node_in(child, name.system_id, "children") for child in request.children],
        )

        def work(session: Session) -> system_pb2.Node:
            record = store_nodes.get_node(session, name)
            return messages.node_to(store_branches.split_node(session, record, split, request.etag))

        return self._database.write(work, request)

    def RenumberBranch(  # noqa: N802
        self, request: tree_pb2.RenumberBranchRequest, context: grpc.ServicerContext
    ) -> tree_pb2.RenumberBranchResponse:
        """Give the nodes of a branch new codes, all at once."""
        del context
        name = names.branch_name(request.branch)

        def work(session: Session) -> tree_pb2.RenumberBranchResponse:
            branch = store_nodes.get_branch(session, name)
            numbering = messages_tree.numbering_from(request, name)
            return messages_tree.renumbered_to(branch, store_branches.renumber_branch(session, branch, numbering))

        return self._database.write(work, request)
