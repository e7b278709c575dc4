"""Speak gRPC about releases of a vocabulary."""

import grpc

from services.runtime.database import Session
from services.terminology import gate, messages_quality, messages_releases, store_releases
from services.terminology.calls import Calls
from services.terminology.release_differences import Difference, compare
from tbt.terminology.v1 import release_pb2 as pb


class ReleaseCalls(Calls):
    """Answers the calls about releases of a vocabulary."""

    def PublishRelease(self, request: pb.PublishReleaseRequest, context: grpc.ServicerContext) -> pb.Release:  # noqa: N802
        """Release the agreed concepts of a vocabulary."""
        del context
        waivers = messages_quality.waivers_from(request.waivers)

        def work(session: Session) -> pb.Release:
            store_releases.require_new_label(session, request.domain, request.label)
            concepts = store_releases.agreed_concepts(session, request.domain)
            gate.require_releasable(concepts, waivers)
            row = store_releases.publish_release(session, concepts, request.label, request.note, waivers)
            return messages_releases.release_to(row)

        return self._database.write(work, request)

    def GetRelease(self, request: pb.GetReleaseRequest, context: grpc.ServicerContext) -> pb.Release:  # noqa: N802
        """Read a release."""
        del context
        row = self._database.look_up(lambda session: store_releases.get_release(session, request.name))
        return messages_releases.release_to(row)

    def ListReleases(  # noqa: N802
        self, request: pb.ListReleasesRequest, context: grpc.ServicerContext
    ) -> pb.ListReleasesResponse:
        """List releases, the latest first."""
        del context
        page = self._pager.page(request)
        rows = self._database.look_up(lambda session: store_releases.list_releases(session, request.domain, page))
        releases, token = self._pager.fill(
            request, page, rows, store_releases.release_order, messages_releases.release_to
        )
        return pb.ListReleasesResponse(releases=releases, next_page_token=token)

    def ListReleaseConcepts(  # noqa: N802
        self, request: pb.ListReleaseConceptsRequest, context: grpc.ServicerContext
    ) -> pb.ListReleaseConceptsResponse:
        """List the concepts of a release as it holds them."""
        del context
        page = self._pager.page(request)

        def work(session: Session) -> list[store_releases.Frozen]:
            row = store_releases.get_release(session, request.name)
            return store_releases.list_frozen(session, row.release_id, page)

        concepts, token = self._pager.fill(
            request,
            page,
            self._database.read(work),
            lambda one: (one.sort_key, one.concept_id),
            messages_releases.frozen_to,
        )
        return pb.ListReleaseConceptsResponse(concepts=concepts, next_page_token=token)

    def CompareReleases(  # noqa: N802
        self, request: pb.CompareReleasesRequest, context: grpc.ServicerContext
    ) -> pb.CompareReleasesResponse:
        """Tell two releases apart, or a release and the vocabulary as it is agreed now."""
        del context
        page = self._pager.page(request)
        base_count, found, survivors = self._database.read(lambda session: _compared(session, request))
        rest = [one for one in found if page.after is None or one.order > page.after]
        shown, token = self._pager.fill(
            request,
            page,
            rest[: page.size + 1],
            lambda one: one.order,
            lambda one: messages_releases.difference_to(one, survivors),
        )
        return messages_releases.comparison_to(found, base_count, shown, token)


def _compared(session: Session, request: pb.CompareReleasesRequest) -> tuple[int, list[Difference], dict[str, str]]:
    base_row = store_releases.get_release(session, request.base)
    base = store_releases.list_frozen(session, base_row.release_id)
    if request.other:
        other = store_releases.list_frozen(session, store_releases.get_release(session, request.other).release_id)
    else:
        other = store_releases.frozen_now(session, base_row.domain)
    found = compare(base, other)
    return len(base), found, store_releases.survivors_of(session, [one.shown.concept_id for one in found])
