"""Speak gRPC about stories of measures."""

import grpc

from services.linkage import store_stories as store
from services.linkage.calls import Calls
from services.linkage.messages_stories import filter_from, listed_to, story_to
from services.runtime.civil_dates import date_from, today
from services.runtime.database import Session
from tbt.linkage.v1 import story_pb2 as pb


class StoryCalls(Calls):
    """Answers the calls about stories."""

    def GetMeasureStory(  # noqa: N802
        self, request: pb.GetMeasureStoryRequest, context: grpc.ServicerContext
    ) -> pb.GetMeasureStoryResponse:
        """Tell the story of a measure."""
        del context
        as_of = date_from(request.as_of, "as_of") or today()
        return story_to(self._database.read(lambda session: store.get_family(session, request.name)), as_of)

    def ListStories(  # noqa: N802
        self, request: pb.ListStoriesRequest, context: grpc.ServicerContext
    ) -> pb.ListStoriesResponse:
        """List stories, those that changed last first."""
        del context
        page, wanted = self._pager.page(request), filter_from(request)
        if self._database.look_up(store.has_untold):
            self._database.write(_tell_untold)
        rows = self._database.read(lambda session: store.list_stories(session, wanted, page))
        stories, token = self._pager.fill(request, page, rows, store.page_key, listed_to)
        return pb.ListStoriesResponse(stories=stories, next_page_token=token)


def _tell_untold(session: Session) -> pb.ListStoriesResponse:
    store.refresh_untold(session)
    return pb.ListStoriesResponse()
