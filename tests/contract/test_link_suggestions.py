"""Suggestions of links: the adopted counterpart comes first, every suggestion says why, and verdicts teach the weights."""

import itertools
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest

from catalogues import create, medical_records, run_import
from labelled_pairs import SPELLINGS, adoptions, foreign_standards, medical_index
from linking import create_measure, refused, require
from standards_tree.designations import parse_designation
from standards_tree.linking.adoptions import core_of
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as catalog_grpc
from tbt.linkage.v1 import desk_pb2, suggestion_pb2
from tbt.linkage.v1 import linkage_service_pb2 as pb
from tbt.linkage.v1 import linkage_service_pb2_grpc as pb_grpc
from tbt.terminology.v1 import concept_pb2
from tbt.terminology.v1 import terminology_service_pb2 as terminology_pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as terminology_grpc
from tbt.type.v1 import type_pb2

Stub = pb_grpc.LinkageServiceStub
Catalog = catalog_grpc.CatalogServiceStub
_NUMBERS: Iterator[int] = itertools.count(860_001)


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def catalog(channel: grpc.Channel) -> Catalog:
    """Return an administrator's stub of the catalog service."""
    return Catalog(channel)


def suggestions(stub: Stub, requirement: str, **fields: object) -> list[suggestion_pb2.LinkSuggestion]:
    """Return what is suggested for a requirement."""
    return list(stub.SuggestLinks(suggestion_pb2.SuggestLinksRequest(requirement=requirement, **fields)).suggestions)


@pytest.fixture(scope="module")
def medical(catalog: Catalog, shared_data: Path) -> list[dict[str, str]]:
    """Record the Chinese catalogue of medical devices, and return its adoptions."""
    folder = shared_data / "catalogues" / "china_medical"
    run_import(catalog, "systems/suggested-medical", medical_records(folder))
    rows: list[dict[str, str]] = json.loads((folder / "adoptions.json").read_text(encoding="utf-8"))
    return rows


def english(text: str) -> type_pb2.LocalizedText:
    """Return a text in English."""
    return type_pb2.LocalizedText(en=text)


def test_a_cited_international_standard_leads_to_the_one_that_adopts_it(
    grpc_stub: Stub, medical: list[dict[str, str]]
) -> None:
    """In any edition and spelling, and through European numbers; to the edition that holds, and the answer says how."""
    measure = create_measure(grpc_stub).name
    for row, spell in zip(medical, itertools.cycle(SPELLINGS), strict=False):
        cited = spell(row["iso_number"])
        demand = require(grpc_stub, measure, text=english("it shall be evaluated"), cited_standards=[cited])
        first = suggestions(grpc_stub, demand.name, most=3)[0]
        wanted = parse_designation(row["gb_number"])
        found = parse_designation(first.designation)
        assert found.undated_key == wanted.undated_key, cited
        reason = first.reasons[0]
        assert (reason.signal, reason.share > 0.5) == (suggestion_pb2.LINK_SIGNAL_ADOPTION, True)
        assert wanted.official in reason.explanation
        assert first.probability > 0.7


def test_european_lists_find_the_counterpart_of_what_they_adopt(
    grpc_stub: Stub, medical: list[dict[str, str]], shared_data: Path
) -> None:
    """Of the entries whose ISO or IEC standard has a Chinese adoption in the data, at least 95 in 100 have it among five."""
    counterpart = {core_of(one.adopted).undated_key: one.designation.undated_key for one in adoptions(shared_data)}
    measure = create_measure(grpc_stub).name
    hits = asked = 0
    for foreign in foreign_standards(shared_data, medical_index(shared_data)):
        wanted = counterpart.get(core_of(foreign.designation).undated_key)
        if wanted is None:
            continue
        demand = require(grpc_stub, measure, text=english(f"{foreign.designation.official} {foreign.title_en}"[:900]))
        found = suggestions(grpc_stub, demand.name, most=5)
        asked += 1
        hits += wanted in [parse_designation(one.designation).undated_key for one in found]
    assert asked > 20
    assert hits / asked >= 0.95


def test_an_english_notification_meets_a_chinese_title_through_the_terminology_registry(
    grpc_stub: Stub, catalog: Catalog, channel: grpc.Channel, unique: Callable[[str], str]
) -> None:
    """The registry knows the concept in both languages; only as a word of its own does it count."""
    registry = terminology_grpc.TerminologyServiceStub(channel)
    word = f"{unique('zorb')} ball"
    designations = [
        concept_pb2.TermDesignation(language=language, text=text, status=concept_pb2.DESIGNATION_STATUS_PREFERRED)
        for language, text in (("zh-Hans", "魍魉球"), ("en", word))
    ]
    registry.CreateConcept(
        terminology_pb.CreateConceptRequest(
            concept=concept_pb2.Concept(designations=designations, domain=unique("domain"))
        )
    )
    wanted = create(catalog, f"GB/T {next(_NUMBERS)}—2024", title={"zh": "魍魉球 安全技术规范"})
    demand = require(grpc_stub, create_measure(grpc_stub).name, text=english(f"every {word} shall be safe"))

    # Other tests leave standards and concepts that share words with this text; this concept leads to this one alone.
    by_concept = {
        one.target: reason.explanation
        for one in suggestions(grpc_stub, demand.name, most=50)
        for reason in one.reasons
        if reason.signal == suggestion_pb2.LINK_SIGNAL_CONCEPTS and word in reason.explanation
    }
    assert list(by_concept) == [wanted.name]


def test_codes_count_where_they_agree_below_the_chapter(grpc_stub: Stub, catalog: Catalog) -> None:
    """An ICS group counts, a field alone does not; so do an HS heading and a chapter, through links confirmed earlier."""
    near = create(catalog, f"GB/T {next(_NUMBERS)}—2024", title={"zh": "魑魅箱 要求"}, ics=["97.200.50"])
    far = create(catalog, f"GB/T {next(_NUMBERS)}—2024", title={"zh": "魑魅箱 试验"}, ics=["97.145"])
    heading = str(next(_NUMBERS))[-4:]

    def signals(**fields: object) -> dict[str, set[int]]:
        demand = require(grpc_stub, create_measure(grpc_stub, **fields).name, text=type_pb2.LocalizedText(zh="魑魅箱"))
        found = suggestions(grpc_stub, demand.name, most=50)
        return {one.target: {reason.signal for reason in one.reasons} for one in found}

    by_ics = signals(ics_codes=["97.200.10"])
    assert suggestion_pb2.LINK_SIGNAL_ICS in by_ics[near.name]
    assert suggestion_pb2.LINK_SIGNAL_ICS not in by_ics[far.name]
    assert suggestion_pb2.LINK_SIGNAL_HS not in signals(hs_codes=[f"{heading}10"])[near.name]

    earlier = require(grpc_stub, create_measure(grpc_stub, hs_codes=[f"{heading}2000"]).name)
    link = grpc_stub.CreateLink(
        pb.CreateLinkRequest(
            link=pb.Link(requirement=earlier.name, target=near.name, relation=type_pb2.SET_RELATION_EQUAL, confidence=1)
        )
    )
    grpc_stub.ReviewLink(pb.ReviewLinkRequest(name=link.name, state=pb.LINK_STATE_CONFIRMED))
    assert suggestion_pb2.LINK_SIGNAL_HS in signals(hs_codes=[f"{heading}10"])[near.name]
    assert (
        suggestion_pb2.LINK_SIGNAL_HS not in signals(hs_codes=[f"{heading[:2]}{int(heading[2:]) ^ 1:02}10"])[near.name]
    )
    grpc_stub.ReviewLink(pb.ReviewLinkRequest(name=link.name, state=pb.LINK_STATE_REJECTED))
    assert suggestion_pb2.LINK_SIGNAL_HS not in signals(hs_codes=[f"{heading}10"])[near.name]


def test_a_standard_that_came_or_ended_a_moment_ago_is_suggested_or_not(grpc_stub: Stub, catalog: Catalog) -> None:
    """What is suggested is what the catalogue holds; a superseded edition gives way to the one that holds."""
    number = f"GB/T {next(_NUMBERS)}"
    old = create(catalog, f"{number}—2019", issued_on="2019-01-01", effective_on="2019-02-01")
    demand = require(grpc_stub, create_measure(grpc_stub).name, cited_standards=[f"{number}-2019"])
    assert suggestions(grpc_stub, demand.name, most=50)[0].target == old.name
    new = create(catalog, f"{number}—2023", issued_on="2023-01-01", effective_on="2023-02-01")
    catalog.SupersedeStandard(
        catalog_pb.SupersedeStandardRequest(
            name=old.name, successor=new.name, ended_on={"year": 2023, "month": 2, "day": 1}
        )
    )
    targets = [one.target for one in suggestions(grpc_stub, demand.name, most=50)]
    assert targets[0] == new.name
    assert old.name not in targets


def test_suggestions_are_recorded_for_review_and_nothing_is_confirmed(
    grpc_stub: Stub, catalog: Catalog, as_role: Callable[..., grpc.Channel]
) -> None:
    """What is recorded waits on the desk with the signals it was suggested with; a second time nothing is recorded."""
    wanted = create(catalog, f"GB/T {next(_NUMBERS)}—2024", title={"zh": "魃魈灯 技术要求"})
    demand = require(grpc_stub, create_measure(grpc_stub).name, cited_standards=[wanted.designation])
    assert suggestions(grpc_stub, demand.name, most=50)[0].target == wanted.name
    request = suggestion_pb2.RecordSuggestionsRequest(requirement=demand.name, most=1)
    reader = Stub(as_role("reader"))
    assert refused(lambda: reader.RecordSuggestions(request)).code() is grpc.StatusCode.PERMISSION_DENIED

    answer = grpc_stub.RecordSuggestions(request)

    assert answer.recorded_count == 1
    link = grpc_stub.GetLink(pb.GetLinkRequest(name=answer.suggestions[0].link))
    assert (link.state, link.target) == (pb.LINK_STATE_SUGGESTED, wanted.name)
    assert link.confidence == pytest.approx(answer.suggestions[0].probability)
    assert [one.signal for one in link.signals] == [one.signal for one in answer.suggestions[0].reasons]
    assert grpc_stub.RecordSuggestions(request).recorded_count == 0


def test_verdicts_teach_the_weights(grpc_stub: Stub, catalog: Catalog) -> None:
    """Ten of each are needed; the new version is in use, and says how well it does on verdicts it has not seen."""
    titles = [f"鬿雀{chr(0x9B00 + place)}鱼竿 第{place}部分：要求" for place in range(12)]
    right = [create(catalog, f"GB/T {next(_NUMBERS)}—2024", title={"zh": title}).name for title in titles]
    verdicts = []
    for title, good in zip(titles, right, strict=True):
        demand = require(grpc_stub, create_measure(grpc_stub).name, text=type_pb2.LocalizedText(zh=title))
        assert suggestions(grpc_stub, demand.name, most=50)[0].target == good
        request = suggestion_pb2.RecordSuggestionsRequest(requirement=demand.name, most=2)
        for one in grpc_stub.RecordSuggestions(request).suggestions:
            verdict = desk_pb2.VERDICT_ACCEPT if one.target == good else desk_pb2.VERDICT_REJECT
            verdicts.append(desk_pb2.LinkVerdict(link=one.link, verdict=verdict))
    grpc_stub.ReviewLinks(desk_pb2.ReviewLinksRequest(verdicts=verdicts))

    fitted = grpc_stub.RefitSuggestions(suggestion_pb2.RefitSuggestionsRequest())

    assert fitted.confirmed_count >= 12
    assert fitted.rejected_count >= 12
    assert fitted.brier_after < fitted.brier_before
    assert fitted.in_use
    listed = grpc_stub.ListSuggestionWeights(suggestion_pb2.ListSuggestionWeightsRequest()).weights
    assert listed[0] == fitted
    assert (listed[-1].version, listed[-1].in_use) == (0, False)
    demand = require(grpc_stub, create_measure(grpc_stub).name, text=type_pb2.LocalizedText(zh="鬿雀鱼竿"))
    asked = suggestion_pb2.SuggestLinksRequest(requirement=demand.name)
    assert grpc_stub.SuggestLinks(asked).weights_version == fitted.version


def test_measures_that_say_the_same_are_found_across_members_and_years(grpc_stub: Stub) -> None:
    """The same rule in another year, by another member, with its codes; what merely lies in one chapter is not."""
    text = "Technical regulation on the safety of kaleidoscopic umbrellas for infants"
    first = create_measure(grpc_stub, title=english(text), hs_codes=["950300"])
    other = f"G/TBT/N/YYY/{next(_NUMBERS)}"
    again = create_measure(
        grpc_stub, other, title=english(f"Draft {text.lower()}, second edition"), hs_codes=["95030010"]
    )
    create_measure(grpc_stub, title=english("Order on labels of tinned fish"), hs_codes=["950400"])

    request = suggestion_pb2.SearchSimilarMeasuresRequest(measure=first.name, other_members=True)
    (found,) = grpc_stub.SearchSimilarMeasures(request).measures

    assert found.measure == again.name
    assert found.hs_code == "950300"
    assert found.similarity > 0.7
    assert "kaleidoscopic" in found.explanation
