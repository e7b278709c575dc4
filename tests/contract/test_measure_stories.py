"""The contract of the linkage service: stories of measures, their documents and trade concerns."""

import random
from datetime import date, timedelta

import grpc
import pytest
from google.type.date_pb2 import Date

from invented import symbol
from linking import create_measure
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from tbt.linkage.v1 import concern_pb2, story_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2
from uploads import upload

Stub = pb_grpc.LinkageServiceStub
FIRST = date(2026, 1, 5)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def on(days: int) -> Date:
    """Return the day so many days after the first notification."""
    day = FIRST + timedelta(days=days)
    return Date(year=day.year, month=day.month, day=day.day)


def family(base: str) -> list[tuple[str, dict[str, object]]]:
    """Return the symbols of a notification and of four documents behind it, and what is recorded of each."""
    done = "The regulation was adopted and came into force on 1 November 2026."
    first = {"distributed_on": on(0), "comment_deadline": on(60), "adoption_on": on(90), "hs_codes": ["9503"]}
    return [
        (base, first),
        (f"{base}/Add.1", {"distributed_on": on(40), "comment_deadline": on(80)}),
        (f"{base}/Corr.1", {"distributed_on": on(50), "adoption_on": on(95)}),
        (f"{base}/Rev.1", {"distributed_on": on(200), "comment_deadline": on(260), "ics_codes": ["97.200"]}),
        (f"{base}/Rev.1/Add.1", {"distributed_on": on(300), "description": done}),
    ]


def record(stub: Stub, base: str, order: list[int]) -> None:
    """Record the documents of a family in an order of arrival."""
    documents = family(base)
    for position in order:
        name, fields = documents[position]
        create_measure(stub, name, **fields)


def story(stub: Stub, name: str, days: int) -> story_pb2.GetMeasureStoryResponse:
    """Return the story of a measure on a day."""
    return stub.GetMeasureStory(story_pb2.GetMeasureStoryRequest(name=name, as_of=on(days)))


def state(stub: Stub, name: str, days: int) -> str:
    """Return the state of a measure on a day, with a mark where it is presumed."""
    held = story(stub, name, days).story
    word = story_pb2.StoryState.Name(held.state).removeprefix("STORY_STATE_").lower()
    return f"{word}?" if held.presumed else word


def test_a_notification_and_what_follows_it_are_one_story(grpc_stub: Stub) -> None:
    """Asked for by any of its documents, it is the same; the state is that of the day."""
    base = symbol()
    record(grpc_stub, base, [0, 1, 2, 3, 4])
    days = (0, 70, 81, 95, 200, 261, 300)
    assert [state(grpc_stub, base, day) for day in days] == [
        "open_for_comment",
        "open_for_comment",
        "closed",
        "adopted?",
        "open_for_comment",
        "closed",
        "in_force",
    ]
    told = story(grpc_stub, f"{base}/Rev.1/Add.1", 300)
    assert told == story(grpc_stub, base, 300) == story(grpc_stub, told.story.name, 300)
    assert (list(told.story.hs_codes), list(told.story.ics_codes)) == (["9503"], ["97.200"])
    assert [document.kind for document in told.documents] == [
        "regular",
        "addendum",
        "corrigendum",
        "revision",
        "addendum",
    ]
    assert told.story.last_changed_by.endswith("rev.1~add.1")
    assert told.events[-1].kind == story_pb2.STORY_EVENT_KIND_ENTRY_INTO_FORCE


def test_every_order_of_arrival_gives_the_same_story(grpc_stub: Stub) -> None:
    """Families of the same documents that arrived in different orders tell the same, but for their numbers."""
    told = set()
    dice = random.Random(6)
    for _ in range(6):
        base, order = symbol(), [0, 1, 2, 3, 4]
        dice.shuffle(order)
        record(grpc_stub, base, order)
        number = base.rpartition("/")[2]
        answer = story(grpc_stub, base, 300)
        listed = grpc_stub.ListStories(story_pb2.ListStoriesRequest(query=base, as_of=on(300))).stories[0]
        told.add((str(answer).replace(number, "N"), str(listed).replace(number, "N")))
    assert len(told) == 1


def test_nothing_is_told_of_before_the_first_notification(grpc_stub: Stub) -> None:
    """The refusal says when the story begins."""
    base = symbol()
    record(grpc_stub, base, [0])
    with pytest.raises(grpc.RpcError) as refusal:
        story(grpc_stub, base, -1)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert "2026-01-05" in refusal.value.details()


def test_a_joint_notification_ties_the_documents_of_its_members_together(grpc_stub: Stub) -> None:
    """Also where the addendum came first and had a story of its own."""
    one, other = symbol(), symbol()
    create_measure(grpc_stub, f"{other}/Add.1", distributed_on=on(10), comment_deadline=on(90))
    create_measure(grpc_stub, one, other, distributed_on=on(0), comment_deadline=on(60))
    assert state(grpc_stub, one, 80) == "open_for_comment"
    found = grpc_stub.ListStories(story_pb2.ListStoriesRequest(query=other, as_of=on(80))).stories
    assert [list(entry.symbols) for entry in found] == [[one, other, f"{other}/Add.1"]]


def test_stories_are_listed_by_state_deadline_member_and_codes(grpc_stub: Stub) -> None:
    """The state is that of the day asked for."""
    base = symbol()
    record(grpc_stub, base, [0, 3])
    wanted = [
        {"states": [story_pb2.STORY_STATE_OPEN_FOR_COMMENT]},
        {"hs_prefix": "95"},
        {"ics_prefix": "97"},
        {"member_codes": ["xxx"]},
        {"deadline_from": on(260), "deadline_to": on(260)},
    ]
    unwanted = [
        {"states": [story_pb2.STORY_STATE_CLOSED]},
        {"hs_prefix": "94"},
        {"ics_prefix": "67"},
        {"member_codes": ["USA"]},
        {"deadline_from": on(261)},
    ]

    def found(fields: dict[str, object]) -> list[str]:
        request = story_pb2.ListStoriesRequest(query=base, as_of=on(230), **fields)
        return [entry.symbols[0] for entry in grpc_stub.ListStories(request).stories]

    assert [found(fields) for fields in wanted] == [[base]] * len(wanted)
    assert [found(fields) for fields in unwanted] == [[]] * len(unwanted)


def test_lists_of_stories_come_in_pages(grpc_stub: Stub) -> None:
    """Every story once, those that changed last first."""
    number = symbol().rpartition("/")[2]
    bases = [f"G/SPS/N/XXX/{number}", f"G/TBT/N/XXX/{number}"]
    for day, base in enumerate(bases):
        create_measure(grpc_stub, base, distributed_on=on(day))
    first = grpc_stub.ListStories(story_pb2.ListStoriesRequest(query=f"XXX/{number}", as_of=on(9), page_size=1))
    request = story_pb2.ListStoriesRequest(
        query=f"XXX/{number}", as_of=on(9), page_size=1, page_token=first.next_page_token
    )
    second = grpc_stub.ListStories(request)
    assert [page.stories[0].symbols[0] for page in (first, second)] == bases[::-1]
    assert not second.next_page_token


def test_a_document_is_attached_with_its_role_and_language(grpc_stub: Stub, channel: grpc.Channel) -> None:
    """Attached again, it has the new role; a document that is not there is refused."""
    measure = create_measure(grpc_stub)
    name = upload(documents_grpc.DocumentsServiceStub(channel), b"text", "draft.txt").name
    for role in (story_pb2.MEASURE_DOCUMENT_ROLE_OTHER, story_pb2.MEASURE_DOCUMENT_ROLE_NOTIFIED_TEXT):
        document = story_pb2.MeasureDocument(document=name, role=role, language="en")
        grpc_stub.AttachMeasureDocument(story_pb2.AttachMeasureDocumentRequest(measure=measure.name, document=document))
    listed = grpc_stub.ListMeasureDocuments(story_pb2.ListMeasureDocumentsRequest(measure=measure.name)).documents
    assert [(entry.document, entry.role, entry.file_name) for entry in listed] == [
        (name, story_pb2.MEASURE_DOCUMENT_ROLE_NOTIFIED_TEXT, "draft.txt")
    ]
    missing = story_pb2.MeasureDocument(document="documents/0", role=story_pb2.MEASURE_DOCUMENT_ROLE_OTHER)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.AttachMeasureDocument(story_pb2.AttachMeasureDocumentRequest(measure=measure.name, document=missing))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_a_trade_concern_belongs_to_the_story_of_its_measure(grpc_stub: Stub) -> None:
    """Recorded under the notification, it is found under every document of the story."""
    base = symbol()
    record(grpc_stub, base, [0, 3])
    number = int(base.rpartition("/")[2])
    concern = concern_pb2.TradeConcern(
        number=number,
        agreement="TBT",
        title=type_pb2.LocalizedText(zh="示例关注"),
        symbols=[base.lower()],
        raised_by=["XXA", "XXB"],
        sources=["https://example.org/minutes"],
        first_raised_on=on(30),
        times_raised=2,
    )
    stored = grpc_stub.CreateTradeConcern(concern_pb2.CreateTradeConcernRequest(trade_concern=concern))
    assert (stored.name, list(stored.symbols)) == (f"tradeConcerns/tbt-{number}", [base])
    request = concern_pb2.ListTradeConcernsRequest(measure=f"{base}/Rev.1")
    assert list(grpc_stub.ListTradeConcerns(request).trade_concerns) == [stored]
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.CreateTradeConcern(concern_pb2.CreateTradeConcernRequest(trade_concern=concern))
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS


def test_a_measure_keeps_what_is_stated_where_there_is_no_day(grpc_stub: Stub) -> None:
    """A stated unknown is neither a date nor lost."""
    said = type_pb2.StatedDay(stated="待定", kind=type_pb2.StatedDay.KIND_UNKNOWN)
    measure = create_measure(grpc_stub, adoption_stated=said, agencies=["SAC"], articles=["2.9.2"])
    read = grpc_stub.GetMeasure(pb.GetMeasureRequest(name=measure.name))
    assert (read.adoption_stated, list(read.agencies), list(read.articles)) == (said, ["SAC"], ["2.9.2"])
    assert not read.HasField("adoption_on")
