"""Suggestions and reviews of links in the domain: citations, codes, titles, weights, and who must agree."""

import math
from pathlib import Path

import pytest

from labelled_pairs import SPELLINGS, adoptions, medical_index
from standards_tree.designations import parse_designation
from standards_tree.errors import PreconditionError
from standards_tree.linking import suggesting
from standards_tree.linking.adoptions import Adoption, AdoptionMap, core_of
from standards_tree.linking.codes import hs_match, ics_match
from standards_tree.linking.reviewing import LinkSuspectCause, Standing, TargetFacts
from standards_tree.linking.similar import MeasureIndex, MeasureText
from standards_tree.linking.standards_index import IndexedStandard, StandardsIndex, Texts
from standards_tree.linking.suggesting import Sought, SoughtConcept, suggest, with_concepts
from standards_tree.linking.title_index import TitleIndex, lexemes_of
from standards_tree.linking.weights import SHIPPED, Reviewed, Signal, brier, refit, reliability
from standards_tree.standards import AdoptionDegree, LinkState, SetRelation, StandardStatus


def indexed(designation: str, title_zh: str = "", status: StandardStatus = StandardStatus.IN_FORCE) -> IndexedStandard:
    """Return a standard as the index has it."""
    read = parse_designation(designation)
    return IndexedStandard(f"standards/{read.resource_id}", read, title_zh, "", status)


def adopting(source: str, adopted: str, degree: AdoptionDegree = AdoptionDegree.IDT) -> Adoption:
    """Return an adoption."""
    read = parse_designation(source)
    return Adoption(f"standards/{read.resource_id}", read, parse_designation(adopted), degree)


def test_every_spelling_of_every_adopted_standard_leads_to_its_counterpart_first(shared_data: Path) -> None:
    """Any edition, undated, by European numbers, in full width, in small letters: the counterpart is the first suggestion."""
    index = medical_index(shared_data)
    for adoption in adoptions(shared_data):
        for spell in SPELLINGS:
            cited = spell(adoption.adopted.official.removesuffix(" CSV"))
            first = suggest(index, Sought("", cited=(cited,)), SHIPPED, 3)[0]
            assert first.standard.designation.undated_key == adoption.designation.undated_key, cited
            assert first.reasons[0].signal is Signal.ADOPTION


@pytest.mark.parametrize(
    ("cited", "core"),
    [
        ("BS EN ISO 10993-9:2021", "iso 10993-9"),
        ("EN 60601-1-2:2015", "iec 60601-1-2"),
        ("EN IEC 60601-2-2", "iec 60601-2-2"),
        ("EN 455-1:2020", "en 455-1"),
        ("ANSI/AAMI/ISO 10993-1", "iso 10993-1"),
        ("ISO/IEC 80601-2-12", "iec 80601-2-12"),
        ("ISO 80601-2-12:2023", "iec 80601-2-12"),
        ("ISO 10993.5", "iso 10993-5"),
        ("GB/T 16886.1", "gb/t 16886.1"),
        ("ASTM F136-26", "astm f136"),
    ],
)
def test_a_number_carries_the_international_standard_it_was_made_from(cited: str, core: str) -> None:
    """What a region or a country adopts keeps the number; what is its own stays what it is."""
    assert core_of(parse_designation(cited)).undated_key == core


def test_the_closer_adoption_and_the_edition_cited_count_more() -> None:
    """IDT before MOD before NEQ; another edition a little less; a whole series less than one part."""
    known = AdoptionMap(
        [
            adopting("GB/T 900001.1-2020", "ISO 99001-1:2018"),
            adopting("GB/T 900002-2020", "ISO 99002:2018", AdoptionDegree.MOD),
            adopting("GB/T 900003-2020", "ISO 99003:2018", AdoptionDegree.NEQ),
        ]
    )

    def strength(cited: str) -> float:
        return max(path.strength for path in known.paths(parse_designation(cited)))

    assert strength("ISO 99001-1:2018") == strength("ISO 99001-1") == 1.0
    assert strength("ISO 99001-1:2018") > strength("ISO 99001-1:2009") > strength("ISO 99001")
    assert strength("ISO 99002") > strength("ISO 99003")
    assert list(known.paths(parse_designation("ISO 99009"))) == []


def test_what_took_the_place_of_an_adopting_standard_is_suggested() -> None:
    """The next edition of the number, or the standard that superseded it; what has ended is never suggested."""
    standards = [
        indexed("GB/T 900001-2010", status=StandardStatus.SUPERSEDED),
        indexed("GB/T 900001-2020"),
        indexed("GB/T 900005-2010", status=StandardStatus.SUPERSEDED),
        indexed("GB/T 900006-2021"),
        indexed("GB/T 900007-2010", status=StandardStatus.ABOLISHED),
    ]
    named = [adopting("GB/T 900001-2010", "ISO 99001:2008"), adopting("GB/T 900005-2010", "ISO 99005:2008")]
    named.append(adopting("GB/T 900007-2010", "ISO 99007:2008"))
    successors = {standards[2].name: [standards[3].name]}
    index = StandardsIndex(standards, named, successors)

    def first(cited: str) -> list[str]:
        return [one.standard.designation.official for one in suggest(index, Sought("", cited=(cited,)), SHIPPED, 1)]

    assert first("ISO 99001") == ["GB/T 900001—2020"]
    assert first("ISO 99005") == ["GB/T 900006—2021"]
    assert first("ISO 99007") == []
    assert first("GB/T 900001-2010") == ["GB/T 900001—2020"]


def test_a_cited_edition_is_told_from_its_amended_text_and_from_the_next_edition() -> None:
    """The base edition is not its consolidated version, and a standard is not said to adopt what it is cited as."""
    named = [
        adopting("GB 900030-2020", "IEC 69930:2005+AMD2:2020"),
        adopting("YY 900031-2021", "IEC 69930:2005+AMD2:2020"),
    ]
    index = StandardsIndex([indexed("GB 900030-2020"), indexed("YY 900031-2021")], named, {})

    def findings(cited: str) -> dict[str, list[str]]:
        return {
            one.standard.designation.official: [reason.finding for reason in one.reasons]
            for one in suggest(index, Sought("", cited=(cited,)), SHIPPED, 5)
        }

    assert findings("IEC 69930:2005+AMD1:2012+AMD2:2020")["GB 900030—2020"] == ["adopts_cited"]
    assert findings("IEC 69930:2005")["GB 900030—2020"] == ["adopts_other_edition"]
    assert findings("GB 900030-2020") == {"GB 900030—2020": ["cites_it"], "YY 900031—2021": ["adopts_cited"]}
    assert findings("GB 900030-2007") == {
        "GB 900030—2020": ["cites_other_edition"],
        "YY 900031—2021": ["adopts_other_edition"],
    }


@pytest.mark.parametrize("cited", ["GB 900020-2003", "GB 900020"])
def test_what_superseded_a_cited_standard_under_other_numbers_is_not_said_to_be_it(cited: str) -> None:
    """All that took its place are suggested, each says so, and none is said to be equal."""
    standards = [
        indexed("GB 900020-2003", status=StandardStatus.SUPERSEDED),
        indexed("GB 900021.1-2014"),
        indexed("GB 900021.2-2014"),
    ]
    index = StandardsIndex(standards, [], {standards[0].name: [standards[1].name, standards[2].name]})
    found = suggest(index, Sought("", cited=(cited,)), SHIPPED, 5)
    assert [one.standard.designation.official for one in found] == ["GB 900021.1—2014", "GB 900021.2—2014"]
    assert {one.reasons[0].finding for one in found} == {"cites_superseded"}
    assert {one.relation for one in found} == {SetRelation.INTERSECTS}
    assert "superseded" in suggesting.EXPLANATIONS["cites_superseded"]


def test_the_same_text_is_equal_and_anything_less_overlaps() -> None:
    """The relation to begin with claims no more than the citation shows."""
    index = StandardsIndex(
        [indexed("GB/T 900001-2020"), indexed("GB/T 900002-2020")],
        [adopting("GB/T 900001-2020", "ISO 99001:2018"), adopting("GB/T 900002-2020", "ISO 99002", AdoptionDegree.MOD)],
        {},
    )
    found = {
        cited: suggest(index, Sought("", cited=(cited,)), SHIPPED, 1)[0].relation
        for cited in ("ISO 99001:2018", "ISO 99001:2009", "ISO 99002", "GB/T 900001")
    }
    assert list(found.values()) == [
        SetRelation.EQUAL,
        SetRelation.INTERSECTS,
        SetRelation.INTERSECTS,
        SetRelation.EQUAL,
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "code"),
    [
        (["95030010"], ["95030010"], "95030010"),
        (["95030010"], ["95030090"], "950300"),
        (["9503"], ["950300"], "9503"),
        (["9503"], ["9504"], None),
        (["95"], ["95"], None),
    ],
)
def test_hs_codes_agree_at_a_heading_or_below(ours: list[str], theirs: list[str], code: str | None) -> None:
    """A chapter alone is no match."""
    match = hs_match(ours, theirs)
    assert (match.code if match else None) == code


def test_ics_codes_agree_at_a_group_or_below() -> None:
    """A field alone is no match, and a sub-group says more than a group."""
    fine, coarse = ics_match(["97.200.50"], ["97.200.50"]), ics_match(["97.200.50"], ["97.200.10"])
    assert fine is not None
    assert coarse is not None
    assert (fine.code, coarse.code) == ("97.200.50", "97.200")
    assert fine.strength > coarse.strength
    assert ics_match(["97.200.50"], ["97.145"]) is None


def test_a_title_is_found_by_what_it_says_and_rare_words_count_more() -> None:
    """The ranks are BM25 over sets of words; an index of what is new borrows the weights of the old one."""
    titles = ["儿童玩具 安全要求", "灯具 安全要求", "泵 安全要求", ""]
    index = TitleIndex(titles)
    shared = index.shared(lexemes_of("玩具安全"))
    assert index.best(shared, 2)[0] == 0
    assert index.weight_of("玩具") > index.weight_of("安全")
    assert index.likeness(index.shared(lexemes_of("儿童玩具 安全要求")), 0) == pytest.approx(1.0)
    assert index.likeness(shared, 3) == 0.0
    newer = TitleIndex(["玩具 包装"], index)
    assert newer.weight_of("玩具") == index.weight_of("玩具")
    assert index.containing("玩具") == [0]
    assert TitleIndex(["Safety of lamps", "Safety of clamps"]).containing("lamps") == [0]
    assert TitleIndex([]).best(TitleIndex([]).shared({"a"}), 5) == []


def test_a_part_of_a_series_stands_out_from_its_siblings() -> None:
    """Titles of one series share most of what they say: only the one that is meant is probable."""
    titles = {
        f"GB 9000{part}-2020": f"医用电气设备 第2部分：{word}的基本安全" for part, word in enumerate("灯泵镜床椅")
    }
    index = StandardsIndex([indexed(number, title) for number, title in titles.items()], [], {})
    found = suggest(index, Sought("医用电气设备 第2部分：镜的基本安全"), SHIPPED, 5)
    assert found[0].standard.title_zh == "医用电气设备 第2部分：镜的基本安全"
    assert found[0].probability > 0.8
    assert found[1].probability < 0.2


@pytest.mark.parametrize("said", ["第2部分", "第 2 部分", "第二部分", "Part 2", "part 2:"])
def test_the_number_of_a_part_is_the_same_in_both_languages_and_all_spellings(said: str) -> None:
    """It tells the parts of a series apart where the rest of their titles is the same, or in another language."""
    parts = [indexed(f"GB/T 90000{part}-2020", f"示例器械 第{part}部分：示例的专用要求") for part in (1, 2, 3)]
    found = suggest(StandardsIndex(parts, [], {}), Sought(f"Example devices - {said} - Requirements 示例"), SHIPPED, 3)

    assert found[0].standard.name == parts[1].name
    assert found[0].probability > 1.2 * found[1].probability


def test_shares_tell_what_each_signal_adds() -> None:
    """They are one together, and so is every explanation's strength between nought and one."""
    index = StandardsIndex(
        [indexed("GB/T 900001-2020", "玩具 安全")], [adopting("GB/T 900001-2020", "ISO 99001:2018")], {}
    )
    (one,) = suggest(index, Sought("玩具", cited=("ISO 99001",)), SHIPPED, 5)
    assert math.isclose(sum(reason.share for reason in one.reasons), 1.0)
    assert [reason.signal for reason in one.reasons] == [Signal.ADOPTION, Signal.TEXT]
    assert all(0 < reason.strength <= 1 for reason in one.reasons)


def test_a_concept_that_the_registry_does_not_see_in_the_title_is_taken_back() -> None:
    """A word that is a part of another one is no concept of the title."""
    index = StandardsIndex([indexed("GB/T 900001-2020", "铅笔 要求")], [], {})
    sought = Sought("lead", concepts=(SoughtConcept("concepts/1", "lead", (("zh", "铅"), ("en", "lead"))),))
    wrong = suggest(index, Sought("lead 铅笔", concepts=sought.concepts), SHIPPED, 5)
    held = with_concepts(wrong, sought, SHIPPED, {})
    assert not any(reason.signal is Signal.CONCEPTS for one in held for reason in one.reasons)


def verdicts(count: int, *, noisy: bool = False) -> list[Reviewed]:
    """Return verdicts of people who believe ICS and nothing else."""
    return [
        Reviewed({Signal.ICS: float(place % 2), Signal.TEXT: 0.3}, right=bool(place % 2) != (noisy and place % 7 == 0))
        for place in range(count)
    ]


def test_verdicts_move_the_weights_and_few_move_them_little() -> None:
    """A refit is held to the weights in use: twenty verdicts change less than two thousand."""
    few, many = refit(verdicts(20), SHIPPED), refit(verdicts(2000, noisy=True), SHIPPED)
    before = SHIPPED.by_signal[Signal.ICS]
    assert before < few.weights.by_signal[Signal.ICS] < many.weights.by_signal[Signal.ICS]
    assert many.better
    assert all(weight >= 0 for weight in many.weights.by_signal.values())


def test_too_few_verdicts_teach_nothing() -> None:
    """Ten of each are the least; the refusal says how many there are."""
    with pytest.raises(PreconditionError, match="9 confirmed and 9 rejected"):
        refit(verdicts(18), SHIPPED)


def test_scores_of_probabilities_are_those_of_the_definitions() -> None:
    """The Brier score and the reliability table, on figures one can check by hand."""
    judged = [(0.9, True), (0.8, True), (0.2, False), (0.1, True)]
    assert brier(judged) == pytest.approx((0.01 + 0.04 + 0.04 + 0.81) / 4)
    table = reliability(judged, bins=2)
    assert [(row.count, row.right) for row in table] == [(2, 0.5), (2, 1.0)]


def test_two_different_persons_agree_where_two_must() -> None:
    """The first agreement waits; the same person cannot give the second; one person is enough to reject."""
    waiting = Standing(LinkState.SUGGESTED).accepted("li", 2)
    assert (waiting.state, waiting.first_reviewer) == (LinkState.SUGGESTED, "li")
    with pytest.raises(PreconditionError, match="another person"):
        waiting.accepted("li", 2)
    assert waiting.accepted("wang", 2) == Standing(LinkState.CONFIRMED, "wang", "li")
    assert waiting.rejected("wang").state is LinkState.REJECTED
    assert Standing(LinkState.SUGGESTED).accepted("li", 1).state is LinkState.CONFIRMED


def test_what_happened_to_a_standard_is_told_from_what_was_written_down() -> None:
    """Facts survive being written; only what is new since puts a link in doubt."""
    known = TargetFacts(None, frozenset({"gb~t_1-2020~xg1"}))
    now = TargetFacts(StandardStatus.SUPERSEDED, frozenset({"gb~t_1-2020~xg1", "gb~t_1-2020~xg2"}))
    assert TargetFacts.read(now.written) == now
    assert list(now.causes_since(known)) == [
        LinkSuspectCause.STANDARD_SUPERSEDED,
        LinkSuspectCause.STANDARD_AMENDED,
    ]
    assert list(known.causes_since(known)) == []


def test_a_measure_that_changed_is_compared_as_it_is_now() -> None:
    """The newer text takes the place of the older one; other members only, where asked."""
    first = MeasureText("a", "rules for kaleidoscopic umbrellas", ("950300",), (), ("USA",))
    second = MeasureText("b", "rules for kaleidoscopic umbrellas", ("950300",), (), ("EU",))
    older = MeasureIndex([first, second, MeasureText("c", "tinned fish", ("160400",), (), ("EU",))])
    (found,) = older.similar(first, 0.3, 5, other_members=True)
    assert (found.measure_id, round(found.similarity, 2)) == ("b", 0.97)
    newer = MeasureIndex([MeasureText("b", "labels of tinned fish", (), (), ("EU",))], older)
    assert newer.similar(first, 0.3, 5, other_members=True) == []


def test_a_scope_finds_what_the_title_does_not_say_and_a_title_says_more():
    """BM25 over both fields: of two standards with the same words the one that has them in its title comes first."""
    standards = [
        indexed("GB/T 900001-2020", "示例器具"),
        indexed("GB/T 900002-2020", "甲醛限值"),
        indexed("GB/T 900003-2020", "示例用品"),
    ]
    scopes = {
        "standards/gb~t_900001-2020": Texts("本文件规定了甲醛限值。"),
        "standards/gb~t_900003-2020": Texts("本文件规定了示例用品的分类。"),
    }
    index = StandardsIndex(standards, [], {}, texts=scopes)
    found = suggest(index, Sought("甲醛限值"), SHIPPED, 5)
    assert [one.standard.designation.number for one in found] == ["900002", "900001"]
    (reason,) = found[1].reasons
    assert (reason.signal, reason.finding) == (Signal.SCOPE, "scope_agrees_zh")
    assert suggest(StandardsIndex(standards[:1], [], {}), Sought("甲醛限值"), SHIPPED, 5) == []


def test_the_words_that_scopes_are_made_of_say_nothing_however_few_there_are():
    """Of a thousand standards two have a scope: that both specify something does not find them."""
    standards = [indexed(f"GB/T {900000 + number}-2020", f"示例{number}") for number in range(1000)]
    texts = {one.name: Texts("本文件规定了要求。") for one in standards[:2]}
    index = StandardsIndex(standards, [], {}, texts=texts)
    found = suggest(index, Sought("本文件规定了要求"), SHIPPED, 5)
    assert all(one.probability < 0.1 for one in found)


@pytest.mark.parametrize(
    ("title", "text", "words"),
    [
        ("电子产品接口 安全要求", "纺织品接缝的电子产品", "电子产品"),
        ("锂离子蓄电池", "便携设备用电池", "电池"),
        ("和服", "产品和服务", ""),
        ("防爆设备 第2部分", "explosion-proof equipment part 2", "part 2, 2"),
    ],
)
def test_the_words_of_a_reason_are_words(title: str, text: str, words: str):
    """品接 crosses the border of two words in both, and 和服 in one; the likeness itself counts every pair."""
    index = StandardsIndex([indexed("GB/T 900001-2020", title)], [], {})
    (one,) = suggest(index, Sought(text), SHIPPED, 5)
    (reason,) = one.reasons
    assert reason.parameters.get("words", "") == words
    assert reason.finding == ("words_agree_zh" if words else "pairs_agree_zh")
    assert reason.parameters["count"] == str(len(words.split(", ")))
    assert reason.strength > 0


def test_the_english_title_of_what_is_adopted_is_one_of_the_standard():
    """So that an English text meets a Chinese standard whose own title is Chinese alone."""
    texts = {"standards/gb~t_900001-2020": Texts("", "", "ISO 99901:2018", "Safety of example lamps")}
    index = StandardsIndex([indexed("GB/T 900001-2020", "示例灯具安全")], [], {}, texts=texts)
    (one,) = suggest(index, Sought("Requirements for the safety of lamps"), SHIPPED, 5)
    (reason,) = one.reasons
    assert (reason.finding, reason.parameters["adopted"]) == ("words_agree_adopted", "ISO 99901:2018")


def test_a_part_whose_adoption_is_not_recorded_is_found_by_the_number_of_its_series():
    """Where the parts that are recorded have the numbers of the parts they adopt, and there is nothing better."""
    ours = [parse_designation(f"GB/T 900001.{part}-2020") for part in (1, 2)]
    adopted = parse_designation("ISO 99901-1:2018")
    known = Adoption("standards/gb~t_900001.1-2020", ours[0], adopted, AdoptionDegree.IDT)
    index = StandardsIndex([indexed(one.official, "示例") for one in ours], [known], {})
    (one,) = suggest(index, Sought("Devices", cited=("ISO 99901-2:2019",)), SHIPPED, 5)
    assert (one.standard.designation.part, one.reasons[0].finding) == ("2", "series_adopts")
    (exact,) = suggest(index, Sought("Devices", cited=("ISO 99901-1:2018",)), SHIPPED, 5)
    assert (exact.standard.designation.part, exact.reasons[0].finding) == ("1", "adopts_cited")
    assert exact.probability > one.probability


def test_another_part_than_the_text_speaks_of_is_less_like_it(monkeypatch: pytest.MonkeyPatch):
    """The parts of a series share most of a title."""
    index = StandardsIndex([indexed("GB/T 900001.2-2020", "示例设备 第2部分：要求")], [], {})

    def strength(part: str) -> float:
        (one,) = suggest(index, Sought(f"示例设备 {part} 要求"), SHIPPED, 1)
        return one.strengths[Signal.TEXT]

    same, other = strength("第2部分"), strength("第3部分")
    monkeypatch.setattr(suggesting, "OTHER_PART", 1.0)
    assert other == pytest.approx(0.8 * strength("第3部分"))
    assert same == strength("第2部分") > other
