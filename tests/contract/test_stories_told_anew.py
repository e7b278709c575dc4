"""Stories that were told before the words of addenda were read as they are now are told anew in lists too."""

import importlib

import pytest
from sqlalchemy import create_engine, text

from invented import symbol
from linking import create_measure
from services.embedded import EmbeddedStack
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.linkage.v1 import story_pb2
from tbt.type.v1 import type_pb2

MIGRATION = importlib.import_module("services.migrations.versions.0031_stories_anew")


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[pb_grpc.LinkageServiceStub]:
    """Name the service for pytest-grpc."""
    return pb_grpc.LinkageServiceStub


@pytest.mark.parametrize("with_base", [True, False])
def test_lists_show_what_the_story_says(
    grpc_stub: pb_grpc.LinkageServiceStub, stack: EmbeddedStack, with_base: bool
) -> None:
    """Whatever a list kept of a story of before; nothing else of it changes, and it stands there once."""
    base = symbol()
    later = f"{base}/Add.1"
    for name in (base, later) if with_base else (later,):
        create_measure(grpc_stub, name, title=type_pb2.LocalizedText(en="The order was adopted on 1 March 2020."))
    request = story_pb2.ListStoriesRequest(query=base)
    told = grpc_stub.ListStories(request)
    engine = create_engine(stack.database_url)
    with engine.begin() as connection:
        names = {"base": base.lower()}
        connection.execute(
            text("UPDATE linkage.story SET title_en = 'otherwise' WHERE symbols[1] ILIKE :base || '%'"), names
        )
        connection.execute(text(MIGRATION.UNTOLD))
    engine.dispose()
    assert grpc_stub.ListStories(request) == told
    assert [one.title.en for one in told.stories] == ["The order was adopted on 1 March 2020."]
