"""The contract of the catalog service: standards are found under every spelling, corrected, ended and resolved."""

from collections.abc import Callable
from uuid import uuid4

import grpc
import pytest

from catalogues import create, create_node, create_system, day, everything, new_number, reason_of, standard
from refusals import fields_of, localized
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import standard_pb2
from tbt.type.v1 import type_pb2

Stub = pb_grpc.CatalogServiceStub
Unique = Callable[[str], str]
UPCOMING = standard_pb2.STANDARD_STATUS_UPCOMING
IN_FORCE = standard_pb2.STANDARD_STATUS_IN_FORCE
SUPERSEDED = standard_pb2.STANDARD_STATUS_SUPERSEDED
ABOLISHED = standard_pb2.STANDARD_STATUS_ABOLISHED


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


def get(stub: Stub, name: str) -> standard_pb2.Standard:
    """Return a standard by whatever it is named."""
    return stub.GetStandard(pb.GetStandardRequest(name=name))


def supersede(stub: Stub, name: str, successor: str, **fields: object) -> standard_pb2.Standard:
    """Record a supersession and return the superseded standard."""
    return stub.SupersedeStandard(pb.SupersedeStandardRequest(name=name, successor=successor, **fields))


def resolve(stub: Stub, *designations: str, **fields: object) -> list[pb.ResolvedDesignation]:
    """Return what designations name."""
    request = pb.ResolveDesignationsRequest(designations=designations, **fields)
    return list(stub.ResolveDesignations(request).resolved)


def update(stub: Stub, name: str, paths: list[str], etag: str = "", **fields: object) -> standard_pb2.Standard:
    """Correct some facts of a standard and return it."""
    changed = standard_pb2.Standard(name=name, etag=etag, **fields)
    return stub.UpdateStandard(pb.UpdateStandardRequest(standard=changed, update_mask={"paths": paths}))


def listed(stub: Stub, **fields: object) -> list[str]:
    """Return the designations that a list holds on all its pages."""
    found = everything(stub.ListStandards, pb.ListStandardsRequest(page_size=2, **fields), "standards")
    return [one.designation for one in found]


def test_a_standard_is_found_under_every_spelling(grpc_stub: Stub) -> None:
    """Hyphen or dash, with or without slash and blank, in full width, or by its name."""
    number = new_number()
    created = create(grpc_stub, f"GB/T {number}.16-2018")
    spellings = [
        f"GB/T {number}.16-2018",
        f"GB/T{number}.16—2018",
        f"GBT {number}.16-2018",
        f"gb/t {number}.16–2018",
        f"ＧＢ／Ｔ　{number}．１６－２０１８",
        created.name,
    ]
    assert [get(grpc_stub, spelling) for spelling in spellings] == [created] * len(spellings)


def test_a_standard_is_answered_in_its_official_form(grpc_stub: Stub) -> None:
    """The name is made from the designation; level and obligation are read from it."""
    number = new_number()
    created = create(grpc_stub, f"gbt{number}-2024", issued_on="2024-11-28", ics=["01.040.01"], ccs=["A22"])
    assert created.name == f"standards/gb~t_{number}-2024"
    assert created.designation == f"GB/T {number}—2024"
    assert created.level == type_pb2.LEVEL_NATIONAL
    assert created.obligation == standard_pb2.OBLIGATION_RECOMMENDED
    assert (created.issued_on.year, created.issued_on.month, created.issued_on.day) == (2024, 11, 28)
    assert not created.HasField("ended_on")


def test_a_standard_is_recorded_once(grpc_stub: Stub) -> None:
    """Also not a second time under another spelling; the refusal says where it is."""
    number = new_number()
    first = create(grpc_stub, f"GB/T {number}-2024")
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, f"GBT{number}—2024")
    assert refusal.value.code() is grpc.StatusCode.ALREADY_EXISTS
    assert first.name in refusal.value.details()


def test_what_is_no_designation_is_refused(grpc_stub: Stub) -> None:
    """A catalogue of standards holds no other papers."""
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, "国务院令第743号")
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason_of(refusal.value) == "MALFORMED_DESIGNATION"


def test_a_standard_without_a_state_is_refused(grpc_stub: Stub) -> None:
    """Unset does not mean in force."""
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, f"GB/T {new_number()}-2024", status=standard_pb2.STANDARD_STATUS_UNSPECIFIED)
    assert fields_of(refusal.value) == ["status"]


def test_a_day_that_does_not_exist_is_refused(grpc_stub: Stub) -> None:
    """The refusal names the field."""
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, f"GB/T {new_number()}-2024", issued_on="2023-02-29")
    assert fields_of(refusal.value) == ["issued_on"]


def test_a_level_against_the_designation_is_refused(grpc_stub: Stub) -> None:
    """GB/T is national."""
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, f"GB/T {new_number()}-2024", level=type_pb2.LEVEL_GROUP)
    assert fields_of(refusal.value) == ["level"]


def test_an_unknown_standard_is_not_found(grpc_stub: Stub) -> None:
    """The refusal names it as it was asked for."""
    asked = f"GB/T{new_number()}"
    with pytest.raises(grpc.RpcError) as refusal:
        get(grpc_stub, asked)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert asked in refusal.value.details()


def test_an_unknown_standard_leads_to_those_that_may_have_been_meant(grpc_stub: Stub) -> None:
    """Another year first, then parts, another obligation, a slip in the number; in the language of the call."""
    number = new_number()
    part, twin = create(grpc_stub, f"YY/T {number}.3-2019"), create(grpc_stub, f"YY/T {number}-2021")
    for asked, near in (
        (f"yy/t {number}-1999", [twin, part]),
        (f"yy{number}", [twin]),
        (f"YY/T {number}.4", [twin]),
        (f"YY/T {number[:-1]}", [twin]),
    ):
        with pytest.raises(grpc.RpcError) as refusal:
            get(grpc_stub, asked)
        meant = ", ".join(one.designation for one in near)
        assert refusal.value.details() == f"{asked} is not in the catalogue; did you mean {meant}?"
    request = pb.GetStandardRequest(name=f"YY/T {number}-1999")
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.GetStandard(request, metadata=[("accept-language", "zh-Hans")])
    said = localized(refusal.value)
    assert said == f"标准库中没有 YY/T {number}-1999；您要找的是否为：{twin.designation}、{part.designation}？"


def test_an_undated_designation_is_the_edition_in_force(grpc_stub: Stub) -> None:
    """Not the one to come, not the one that ended, not an amendment."""
    number = new_number()
    create(grpc_stub, f"GB {number}-2009", status=SUPERSEDED, effective_on="2010-01-01")
    holding = create(grpc_stub, f"GB {number}-2018", effective_on="2019-01-01")
    create(grpc_stub, f"GB {number}-2018/XG1-2022", effective_on="2022-06-01")
    create(grpc_stub, f"GB {number}-2099", status=UPCOMING, effective_on="2099-12-01")
    assert get(grpc_stub, f"GB {number}") == holding


def test_an_undated_designation_of_what_has_ended_is_the_last_edition(grpc_stub: Stub) -> None:
    """A reader still finds what it was."""
    number = new_number()
    create(grpc_stub, f"GB {number}-1999", status=SUPERSEDED, effective_on="2000-01-01")
    last = create(grpc_stub, f"GB {number}-2009", status=SUPERSEDED, effective_on="2010-01-01")
    assert get(grpc_stub, f"GB {number}") == last


def test_an_update_changes_what_its_mask_names(grpc_stub: Stub) -> None:
    """Fields the mask does not name stay, and need not be sent."""
    created = create(grpc_stub, f"GB/T {new_number()}-2024", committee="SAC/TC 260", ics=["01.120"])
    changed = update(grpc_stub, created.name, ["committee", "effective_on"], effective_on=day("2025-06-01"))
    assert (changed.committee, changed.effective_on.month) == ("", 6)
    assert (changed.title, list(changed.ics)) == (created.title, ["01.120"])
    assert changed.etag != created.etag


def test_an_update_that_changes_nothing_leaves_the_version(grpc_stub: Stub) -> None:
    """Watchers are not woken for nothing."""
    created = create(grpc_stub, f"GB/T {new_number()}-2024", committee="SAC/TC 260")
    assert update(grpc_stub, created.name, ["committee"], committee="SAC/TC 260") == created


def test_an_update_of_what_somebody_changed_is_refused(grpc_stub: Stub) -> None:
    """Nobody overwrites what they have not read."""
    created = create(grpc_stub, f"GB/T {new_number()}-2024")
    update(grpc_stub, created.name, ["committee"], created.etag, committee="SAC/TC 1")
    with pytest.raises(grpc.RpcError) as refusal:
        update(grpc_stub, created.name, ["committee"], created.etag, committee="SAC/TC 2")
    assert refusal.value.code() is grpc.StatusCode.ABORTED


def test_an_update_changes_neither_number_nor_state(grpc_stub: Stub) -> None:
    """Each has its own way to change, or none."""
    created = create(grpc_stub, f"GB/T {new_number()}-2024")
    refused = []
    for path in ("designation", "status", "name", "etag"):
        with pytest.raises(grpc.RpcError) as refusal:
            update(grpc_stub, created.name, [path], status=ABOLISHED)
        refused.append(fields_of(refusal.value))
    assert refused == [["update_mask"]] * 4
    assert get(grpc_stub, created.name) == created


def test_standards_are_listed_by_designation(grpc_stub: Stub) -> None:
    """2 comes before 10, and an old edition before a new one, on as many pages as it takes."""
    number = new_number()
    for ending in (".10-2024", ".2-2024", ".2-1999", "-2024", ".1-2024"):
        create(grpc_stub, f"GB/T {number}{ending}")
    assert listed(grpc_stub, query=number) == [
        f"GB/T {number}—2024",
        f"GB/T {number}.1—2024",
        f"GB/T {number}.2—1999",
        f"GB/T {number}.2—2024",
        f"GB/T {number}.10—2024",
    ]


def test_standards_are_searched_by_number_and_titles(grpc_stub: Stub, unique: Unique) -> None:
    """In any spelling, in both languages; signs between words ask for nothing, and none is a pattern."""
    number, word = new_number(), unique("Wort")
    official = create(
        grpc_stub, f"GB/T {number}-2024", title={"zh": f"示例{word}　１００%", "en": f"Example_{word}"}
    ).designation
    for query in (f"gbt{number}", f"GB／T {number}", f"示例{word.upper()}", f"{word} 100%", f"example-{word}"):
        assert listed(grpc_stub, query=query) == [official]
    for query in (f"{word[:-1]}%x", f"{word[:4]}_{word[5:]}", f"examples not {word}", "%", "!"):
        assert listed(grpc_stub, query=query) == []


def test_standards_are_listed_by_field(grpc_stub: Stub, unique: Unique) -> None:
    """A code stands for what lies below it."""
    word = unique("field")
    chemistry = create(
        grpc_stub, f"GB/T {new_number()}-2024", title={"en": word}, ics=["71.100.40"], ccs=["A22"]
    ).designation
    create(grpc_stub, f"GB/T {new_number()}-2024", title={"en": word}, ics=["01.120"], ccs=["B10"])
    for prefix in ("71", "71.100", "71.100.40"):
        assert listed(grpc_stub, query=word, ics_prefix=prefix) == [chemistry]
    assert listed(grpc_stub, query=word, ccs_prefix="A", ics_prefix="71") == [chemistry]


def test_a_part_of_a_code_is_no_field(grpc_stub: Stub) -> None:
    """71.1 stands above nothing: the refusal names the field of the request."""
    with pytest.raises(grpc.RpcError) as refusal:
        listed(grpc_stub, ics_prefix="71.1")
    assert fields_of(refusal.value) == ["ics_prefix"]


def test_standards_are_listed_by_level_and_state(grpc_stub: Stub, unique: Unique) -> None:
    """Every condition given must hold."""
    word = unique("state")
    create(grpc_stub, f"GB/T {new_number()}-2024", title={"en": word})
    wanted = create(grpc_stub, f"GB/T {new_number()}-2023", title={"en": word}, status=SUPERSEDED).designation
    create(grpc_stub, f"T/X{uuid4().hex[:8].upper()} 1-2023", title={"en": word}, status=SUPERSEDED)
    found = listed(grpc_stub, query=word, levels=[type_pb2.LEVEL_NATIONAL], statuses=[SUPERSEDED, ABOLISHED])
    assert found == [wanted]


def test_standards_are_listed_by_branch(grpc_stub: Stub, unique: Unique) -> None:
    """What stands at a node or below it, or anywhere in a system."""
    system = create_system(grpc_stub, unique("s"))
    for code, parent in (("1", ""), ("1.1", "1"), ("2", "")):
        create_node(grpc_stub, system, code, parent)
    number = new_number()
    for part, code in ((1, "1.1"), (2, "1"), (3, "2")):
        name = create(grpc_stub, f"GB/T {number}.{part}-2024").name
        grpc_stub.PlaceStandard(pb.PlaceStandardRequest(node=f"{system}/nodes/{code}", standard=name))
    assert listed(grpc_stub, branch=f"{system}/nodes/1") == [f"GB/T {number}.1—2024", f"GB/T {number}.2—2024"]
    assert len(listed(grpc_stub, branch=system)) == 3


def test_a_token_continues_only_its_own_list(grpc_stub: Stub) -> None:
    """With other arguments it would skip without a sign."""
    number = new_number()
    for part in range(3):
        create(grpc_stub, f"GB/T {number}.{part}-2024")
    page = grpc_stub.ListStandards(pb.ListStandardsRequest(query=number, page_size=1))
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.ListStandards(pb.ListStandardsRequest(query="", page_token=page.next_page_token))
    assert fields_of(refusal.value) == ["page_token"]


def test_a_superseded_standard_ends_when_its_successor_comes_into_force(grpc_stub: Stub) -> None:
    """Its state, its end and the relation are recorded together."""
    number = new_number()
    old = create(grpc_stub, f"GB/T {number}-2009")
    new = create(grpc_stub, f"GB/T {number}-2020", effective_on="2020-10-01")
    ended = supersede(grpc_stub, f"GB/T {number}-2009", f"GB/T {number}-2020", etag=old.etag)
    assert (ended.status, ended.ended_on.year, ended.ended_on.month) == (SUPERSEDED, 2020, 10)
    (relation,) = grpc_stub.ListRelations(pb.ListRelationsRequest(target=old.name)).relations
    assert (relation.source, relation.target) == (new.name, old.name)
    assert relation.kind == standard_pb2.RELATION_KIND_SUPERSEDES


def test_a_standard_that_was_divided_has_two_successors(grpc_stub: Stub) -> None:
    """A second supersession keeps the first."""
    number = new_number()
    create(grpc_stub, f"GB/T {number}-2009")
    for part in (1, 2):
        create(grpc_stub, f"GB/T {number}.{part}-2020")
        supersede(grpc_stub, f"GB/T {number}-2009", f"GB/T {number}.{part}-2020", ended_on=day("2020-10-01"))
    (resolved,) = resolve(grpc_stub, f"GB/T {number}-2009")
    assert list(resolved.successors) == [f"standards/gb~t_{number}.1-2020", f"standards/gb~t_{number}.2-2020"]


def test_a_supersession_that_closes_a_cycle_is_refused(grpc_stub: Stub) -> None:
    """No standard takes the place of its own successor, directly or along a chain, or of itself."""
    names = [create(grpc_stub, f"GB/T {new_number()}-{year}").name for year in (1993, 2000, 2009)]
    for old, new in ((0, 1), (1, 2)):
        supersede(grpc_stub, names[old], names[new])
    reasons = []
    for old, new in ((2, 0), (1, 0), (2, 2)):
        with pytest.raises(grpc.RpcError) as refusal:
            supersede(grpc_stub, names[old], names[new])
        reasons.append(reason_of(refusal.value))
    assert reasons == ["CYCLE"] * 3
    assert get(grpc_stub, names[2]).status == IN_FORCE


def test_a_supersession_by_what_is_unknown_is_refused(grpc_stub: Stub) -> None:
    """The successor is recorded first."""
    old = create(grpc_stub, f"GB/T {new_number()}-2009")
    with pytest.raises(grpc.RpcError) as refusal:
        supersede(grpc_stub, old.name, f"GB/T {new_number()}-2020")
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_an_abolished_standard_has_ended(grpc_stub: Stub) -> None:
    """Without a successor, on the day given."""
    standard_name = create(grpc_stub, f"GB/T {new_number()}-2009").name
    request = pb.AbolishStandardRequest(name=standard_name, ended_on=day("2017-03-23"))
    abolished = grpc_stub.AbolishStandard(request)
    assert (abolished.status, abolished.ended_on.day) == (ABOLISHED, 23)


def test_what_has_ended_is_not_abolished_again(grpc_stub: Stub) -> None:
    """Its date is corrected by an update."""
    standard_name = create(grpc_stub, f"GB/T {new_number()}-2009").name
    grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=standard_name, ended_on=day("2017-03-23")))
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.AbolishStandard(pb.AbolishStandardRequest(name=standard_name, ended_on=day("2018-01-01")))
    assert refusal.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert update(grpc_stub, standard_name, ["ended_on"], ended_on=day("2018-01-01")).ended_on.year == 2018


def test_designations_are_resolved_along_the_chain(grpc_stub: Stub) -> None:
    """In the order asked, each with its state on the date asked and all that took its place, nearest first."""
    number = new_number()
    years = {1993: "1994-01-01", 2000: "2001-01-01", 2009: "2010-01-01"}
    for year, since in years.items():
        create(grpc_stub, f"GB/T {number}-{year}", effective_on=since)
    for old, new in ((1993, 2000), (2000, 2009)):
        supersede(grpc_stub, f"GB/T {number}-{old}", f"GB/T {number}-{new}")
    undated, oldest, newest = resolve(
        grpc_stub, f"GB/T {number}", f"GBT{number}—1993", f"GB/T {number}-2009", as_of=day("2005-06-01")
    )
    assert (undated.dated, undated.standard.designation) == (False, f"GB/T {number}—2000")
    assert undated.status == IN_FORCE
    assert (oldest.dated, oldest.text, oldest.designation) == (True, f"GBT{number}—1993", f"GB/T {number}—1993")
    assert oldest.status == SUPERSEDED
    assert list(oldest.successors) == [f"standards/gb~t_{number}-2000", f"standards/gb~t_{number}-2009"]
    assert (newest.status, list(newest.successors)) == (UPCOMING, [])


def test_what_cannot_be_resolved_says_why(grpc_stub: Stub) -> None:
    """Text that is no designation has a problem; a designation the catalogue lacks has no standard."""
    number = new_number()
    text, unknown = resolve(grpc_stub, "见附录A", f"ISO {number}:2015")
    assert text.problem
    assert (text.designation, text.HasField("standard"), text.status) == ("", False, 0)
    assert (unknown.problem, unknown.designation) == ("", f"ISO {number}:2015")
    assert (unknown.HasField("standard"), unknown.status) == (False, 0)


def test_a_thousand_designations_are_resolved_in_one_call(grpc_stub: Stub) -> None:
    """In the order asked, the same one as often as asked."""
    number = new_number()
    create(grpc_stub, f"GB/T {number}-2024")
    asked = [f"GB/T {number}", f"GB/T {number}.9-2024"] * 500
    resolved = resolve(grpc_stub, *asked)
    assert [one.text for one in resolved] == asked
    assert [one.HasField("standard") for one in resolved] == [True, False] * 500


def test_a_creation_sent_again_takes_effect_once(grpc_stub: Stub) -> None:
    """The second answer is the first one."""
    request = pb.CreateStandardRequest(standard=standard(f"GB/T {new_number()}-2024"), request_id=str(uuid4()))
    assert grpc_stub.CreateStandard(request) == grpc_stub.CreateStandard(request)


def test_a_creation_that_only_checks_records_nothing(grpc_stub: Stub) -> None:
    """It is answered as if it were done."""
    wanted = standard(f"GB/T {new_number()}-2024")
    answer = grpc_stub.CreateStandard(pb.CreateStandardRequest(standard=wanted, validate_only=True))
    with pytest.raises(grpc.RpcError) as refusal:
        get(grpc_stub, answer.name)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
