"""The contract of designations: a batch of texts is read in one call, each to its parts or to what is wrong where."""

import json
from pathlib import Path

import grpc
import pytest

from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import designation_pb2 as pb
from tbt.catalog.v1 import standard_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def parse(stub: Stub, *texts: str, language: str = "en") -> list[pb.ParsedDesignation]:
    """Return what *texts* say."""
    metadata = [("accept-language", language)]
    return list(stub.ParseDesignations(pb.ParseDesignationsRequest(texts=texts), metadata=metadata).parsed)


def test_a_double_number_comes_back_in_its_parts(grpc_stub: Stub) -> None:
    """Forms, keys, name, level, obligation, amendment and the standard adopted."""
    (answer,) = parse(grpc_stub, "ｇｂ／ｔ 4943.1－2011/XG1-2015/IEC 60950-1:2005")
    found = answer.designation
    assert (found.official, found.plain) == (
        "GB/T 4943.1—2011/XG1—2015/IEC 60950-1:2005",
        "GB/T 4943.1-2011/XG1-2015/IEC 60950-1:2005",
    )
    assert (found.key, found.undated_key, found.series_key) == ("gb/t 4943.1-2011/xg1-2015", "gb/t 4943.1", "gb/t 4943")
    assert found.standard == "standards/gb~t_4943.1-2011~xg1-2015"
    assert (found.body, found.level, found.obligation) == (
        "GB/T",
        type_pb2.LEVEL_NATIONAL,
        standard_pb2.OBLIGATION_RECOMMENDED,
    )
    assert (found.number, found.part, list(found.subparts), found.year) == ("4943", "1", ["1"], 2011)
    assert [(each.kind, each.number, each.year) for each in found.supplements] == [("XG", "1", 2015)]
    assert (found.adopted.official, found.adopted.level) == ("IEC 60950-1:2005", type_pb2.LEVEL_INTERNATIONAL)


@pytest.mark.parametrize(
    ("text", "field", "code", "title"),
    [
        ("QB/T 2946-2020", "industry", "QB", "轻工"),
        ("NB/SH/T 0001-2013", "industry", "NB/SH", "石油化工"),
        ("DB31/T 1234-2020", "region", "31", "上海市"),
        ("DB3302/T 1-2020", "region", "3302", "宁波市"),
        ("DB3303/T 1-2020", "region", "3303", ""),
    ],
)
def test_who_issued_a_standard_has_a_name(grpc_stub: Stub, text: str, field: str, code: str, title: str) -> None:
    """Industries, provinces and the cities that the program knows; another city has its code only."""
    issuer = getattr(parse(grpc_stub, text)[0].designation, field)
    assert (issuer.code, issuer.title.zh) == (code, title)


@pytest.mark.parametrize(
    ("text", "place", "suggestion", "message"),
    [
        ("  GB/T 1234：2020", (11, 12), "GB/T 1234—2020", "年份"),
        ("ISO 9001:20I5", (9, 13), "ISO 9001:2015", "字母"),
        ("《GB/T 1.1—2020》", (0, 1), "GB/T 1.1—2020", "之前"),
        ("AB/T 1-2000", (0, 2), "", "AB"),
        ("JB/T", (4, 4), "", "JB/T"),
        ("", (0, 0), "", "顺序号"),
    ],
)
def test_a_problem_says_where_and_what_would_be_right(
    grpc_stub: Stub, text: str, place: tuple[int, int], suggestion: str, message: str
) -> None:
    """Places count the characters of the text as it was given; the message is in the caller's language."""
    problem = parse(grpc_stub, text, language="zh-Hans")[0].problem
    assert ((problem.start, problem.end), problem.suggestion) == (place, suggestion)
    assert message in problem.message


def test_a_batch_is_answered_in_its_order(grpc_stub: Stub, shared_data: Path) -> None:
    """A thousand texts in one call, what is none among them."""
    spelled = (shared_data / "designations" / "iso_basic.txt").read_text(encoding="utf-8").splitlines()[:999]
    answers = parse(grpc_stub, *spelled, "标准")
    assert [answer.text for answer in answers] == [*spelled, "标准"]
    assert [answer.HasField("problem") for answer in answers] == [False] * 999 + [True]


def test_every_worked_case_is_told_apart_by_the_call(grpc_stub: Stub, shared_data: Path) -> None:
    """What the library reads is what the call answers."""
    cases = json.loads((shared_data / "designations" / "cases.json").read_text(encoding="utf-8"))
    answers = parse(grpc_stub, *[case["text"] for case in cases])
    assert [answer.HasField("designation") for answer in answers] == [case["valid"] for case in cases]


@pytest.mark.parametrize("texts", [[], ["GB/T 1"] * 1001, ["x" * 2001]])
def test_a_batch_has_limits(grpc_stub: Stub, texts: list[str]) -> None:
    """One to a thousand texts, each of a length that can be answered."""
    with pytest.raises(grpc.RpcError) as error:
        parse(grpc_stub, *texts)
    assert error.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_a_long_text_is_one_problem_of_its_own(grpc_stub: Stub) -> None:
    """It does not keep the others of its batch from being read."""
    answers = parse(grpc_stub, "GB/T 1" + "0" * 400, "GB/T 1.1-2020")
    assert (answers[0].problem.start, answers[1].designation.official) == (300, "GB/T 1.1—2020")
