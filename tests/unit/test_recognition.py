"""The terms of a registry are found in texts as a reader would find them, and never where a reader would not."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards_tree.recognition import (
    Directory,
    Likeness,
    Recognizer,
    RegisteredTerm,
    Standing,
    TermIndex,
    Verdict,
    Vocabulary,
)
from standards_tree.recognition.inflection import other_number
from standards_tree.recognition.spelling import PIECE_CHARACTERS, fold, fold_all
from standards_tree.recognition.words import hiding_word
from standards_tree.terms import ConceptStatus, DesignationStatus, TermDesignation

# A compound, the term that is only a part of it, and a text in which that term stands nowhere by itself.
HIDDEN = [
    *[
        ("响应", "应"),
        ("应用", "应"),
        ("反应", "应"),
        ("相应", "应"),
        ("适应", "应"),
        ("供应", "应"),
        ("对应", "应"),
        ("应答", "应"),
    ],
    *[
        ("效应", "应"),
        ("应急", "应"),
        ("应付", "应"),
        ("应力", "应"),
        ("感应", "应"),
        ("应变", "应"),
        ("应聘", "应"),
        ("应届", "应"),
    ],
    *[
        ("可能", "可"),
        ("认可", "可"),
        ("许可", "可"),
        ("可靠", "可"),
        ("可信", "可"),
        ("可见", "可"),
        ("可以", "可"),
        ("可行", "可"),
    ],
    *[("适宜", "宜"), ("便宜", "宜"), ("不宜", "宜"), ("事宜", "宜"), ("宜人", "宜")],
    *[("标准化", "标准"), ("标准型", "标准"), ("标准件", "标准"), ("标准化", "准化"), ("国家标准", "家标")],
    *[("发展中国家", "中国"), ("应对外贸易", "应对")],
]
FRAMES = ["本文件{}如下。", "按照规定，{}，予以说明。", "（{}）"]


def term(text: str, language: str = "zh-Hans", concept: str = "", **fields: object) -> RegisteredTerm:
    """Return a registered term whose concept is named after it."""
    status = fields.pop("status", DesignationStatus.PREFERRED)
    designation = TermDesignation(language, text, status)
    return RegisteredTerm(
        concept or text,
        str(fields.pop("number", "")),
        "",
        fields.pop("concept_status", ConceptStatus.APPROVED),
        designation,
        str(fields.pop("preferred", "")),
    )


def english(*texts: str) -> list[RegisteredTerm]:
    """Return English terms."""
    return [term(text, "en") for text in texts]


def chinese(*texts: str) -> list[RegisteredTerm]:
    """Return Chinese terms."""
    return [term(text) for text in texts]


def found(terms: list[RegisteredTerm], text: str, **options: object) -> list[str]:
    """Return the pieces of *text* that are recognised."""
    return [text[one.start : one.end] for one in Recognizer(Vocabulary(terms)).recognize(text, **options)]


# --- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "text", "expected"),
    [
        (
            "radio-frequency identification",
            "Radio Frequency\n  Identification (RFID)",
            ["Radio Frequency\n  Identification"],
        ),
        ("RFID标签", "用 ＲＦＩＤ 标签 和 rfid標籤。", ["ＲＦＩＤ 标签", "rfid標籤"]),
        ("合格评定", "合格\n评定；合格 评定；合格\n\n评定", ["合格\n评定"]),
        ("file", "a ﬁle, two ﬁles", ["ﬁle", "ﬁles"]),
        ("café", "cafe\u0301 CAFÉ cafe", ["cafe\u0301", "CAFÉ"]),
        ("CO2", "CO₂ and CO2", ["CO₂", "CO2"]),
        ("soft hyphen", "so\u00adft hyph\u200ben", ["so\u00adft hyph\u200ben"]),
        ("株", "㈱と株", ["株"]),
    ],
)
def test_a_term_is_found_in_any_spelling_at_its_place_in_the_original(
    registered: str, text: str, expected: list[str]
) -> None:
    """Folding changes lengths; places are those of the text as it was given."""
    language = "en" if registered.isascii() or registered == "café" else "ja" if registered == "株" else "zh-Hans"
    assert found([term(registered, language)], text) == expected


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("ab AB-–.，标准化標 \n\u3000\u0301ﬁ½㈱…Ａ１1é"), max_size=40))
def test_every_folded_character_knows_where_it_came_from(text: str) -> None:
    """What a folded character stands for, folded by itself, has that character; places never go back."""
    folded = fold(text)
    origins = folded.all_origins().tolist()
    assert origins == sorted(origins)
    assert len(origins) == len(folded.text) == len(folded.in_word)
    for place, (character, origin) in enumerate(zip(folded.text, origins, strict=True)):
        # A combining mark may have changed its place among others, and a blank or a line stand for several.
        if character.isalnum():
            assert character in fold(text[origin]).text, (place, character)


def test_a_long_text_is_folded_as_it_would_be_in_one_piece() -> None:
    """A text is folded in pieces for speed only."""
    text = "".join(random.Random(7).choices("标准 ab-\n，.é…（\u0301", k=3 * PIECE_CHARACTERS))
    pieced = fold(text)
    whole = fold(text, len(text))
    assert pieced.text == whole.text
    assert pieced.all_origins().tolist() == whole.all_origins().tolist()
    assert pieced.in_word.tolist() == whole.in_word.tolist()
    assert pieced.after_hyphen == whole.after_hyphen


def test_many_terms_are_folded_as_each_alone() -> None:
    """Folding many at once is only faster."""
    texts = ["a b", "", "标准", "c\n\nd", " ", "ﬁle", "A-b", "x", "\0", "a\u0301", "-", "\u0301", "\u200b", "\n", "a "]
    assert fold_all(texts) == [fold(text).text for text in texts]


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("registered", "text", "expected"),
    [
        (
            "standard",
            "standardization, nonstandard, standard; standards STANDARD2 standard_2",
            ["standard", "standards"],
        ),
        ("tariff", "non-tariff measure, tariff-free, tariff", ["tariff", "tariff"]),
        ("ISO 9001", "ISO 90011, ISO 9001, ISO-9001, XISO 9001", ["ISO 9001", "ISO-9001"]),
        (
            "technical regulation",
            "technical regulations; technical\tregulation",
            ["technical regulations", "technical\tregulation"],
        ),
        ("standard", "标准standard标准", ["standard"]),
        ("R&D", "R&D, r&d, R & D", ["R&D", "r&d", "R & D"]),
        ("WHO", "who said WHO", ["WHO"]),
        ("product", "product's products' by-product", ["product", "products"]),
    ],
)
def test_a_term_with_letters_is_found_as_whole_words_only(registered: str, text: str, expected: list[str]) -> None:
    """It never begins or ends inside a word, nor after a hyphen; its plural, a hyphen or a blank make no other term."""
    assert found(english(registered), text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("technical regulation", "technical regulations"),
        ("technical regulations", "technical regulation"),
        ("conformity assessment body", "conformity assessment bodies"),
        ("risk analysis", "risk analyses"),
        ("bodies", "body"),
        ("process", "processes"),
        ("processes", "process"),
        ("TBT", "TBTs"),
        ("status", "statuses"),
        ("CO2", ""),
        ("标准", ""),
    ],
)
def test_the_other_number_of_an_english_term(one: str, other: str) -> None:
    """Regular plurals are made and undone."""
    assert other_number(one) == other


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize(("compound", "part"), HIDDEN)
def test_a_short_chinese_term_is_not_found_inside_a_longer_word(frame: str, compound: str, part: str) -> None:
    """应 is not in 响应: a hundred sentences of compound words have none of their parts."""
    assert found(chinese(part), frame.format(compound)) == []


@pytest.mark.parametrize(
    ("registered", "text"),
    [
        ("应", "产品应符合要求"),
        ("可", "试验可在室温下进行"),
        ("宜", "试样宜采用新品"),
        ("标准", "国家标准"),
        ("标准", "标准体系"),
        ("中国", "中国制定的标准"),
        ("评议期", "评议期内"),
        ("合格评定", "按合格评定程序进行"),
        ("通报", "该通报的内容"),
        ("技术法规", "欧盟技术法规要求"),
    ],
)
def test_a_chinese_term_is_found_where_it_stands_for_itself(registered: str, text: str) -> None:
    """What is beside it does not matter where that is another word."""
    assert found(chinese(registered), text) == [registered]


def test_the_word_that_hides_a_term_is_named() -> None:
    """Who wonders why a term was not found can be told."""
    assert hiding_word("应当响应", 3, 4) == "响应"
    assert hiding_word("国家标准", 2, 4) == ""


# --- which -----------------------------------------------------------------------------------------------------------


def test_of_terms_that_begin_together_the_longest_is_found() -> None:
    """The longer term says more."""
    terms = chinese("合格评定", "合格评定程序", "评定程序")
    assert found(terms, "合格评定程序和合格评定，评定程序") == ["合格评定程序", "合格评定", "评定程序"]


def test_where_the_longest_is_no_whole_word_a_shorter_one_is_found() -> None:
    """What cannot be taken hides nothing: neither at its place nor inside it."""
    assert found(english("risk", "risk assess", "assessment"), "risk assessment") == ["risk", "assessment"]


def test_nested_terms_are_reported_on_request_with_what_hides_them() -> None:
    """Each hidden term names the place of the one found instead, and how it stands to that."""
    recognizer = Recognizer(Vocabulary(chinese("国家标准体系", "国家标准", "标准体系", "体系表")))
    text = "国家标准体系表"
    all_of_them = recognizer.recognize(text, nested=True)
    assert [(text[one.start : one.end], one.standing, one.outer) for one in all_of_them] == [
        ("国家标准体系", Standing.FOUND, (0, 6)),
        ("国家标准", Standing.NESTED, (0, 6)),
        ("标准体系", Standing.NESTED, (0, 6)),
        ("体系表", Standing.OVERLAPPED, (0, 6)),
    ]


def test_homonyms_are_found_together_the_preferred_one_first() -> None:
    """One place, one finding, every concept."""
    terms = [
        term("bank", "en", "river", status=DesignationStatus.DEPRECATED, preferred="shore"),
        term("bank", "en", "money"),
    ]
    (one,) = Recognizer(Vocabulary(terms)).recognize("the Banks")
    assert [entry.concept for entry in one.terms] == ["money", "river"]
    assert one.inflected
    assert one.advice().verdict is Verdict.PREFERRED


def test_a_deprecated_term_comes_with_what_to_use_instead() -> None:
    """The advice names the preferred term of the same concept and language."""
    (one,) = Recognizer(
        Vocabulary([term("符合性评估", status=DesignationStatus.DEPRECATED, preferred="合格评定")])
    ).recognize("符合性评估程序")
    assert (one.advice().verdict, one.advice().instead) == (Verdict.DEPRECATED, ("合格评定",))


def test_a_language_narrows_what_is_found() -> None:
    """`zh` is either script; a term in another language does not hide one in the language asked for."""
    terms = [term("标准体系", "ja"), term("标准", "zh-Hans"), term("standard", "en")]
    text = "标准体系 standard"
    assert found(terms, text) == ["标准体系", "standard"]
    assert found(terms, text, language="zh") == ["标准"]
    assert found(terms, text, language="zh-Hant") == []


# --- against a search by hand ----------------------------------------------------------------------------------------

LETTERS = "ab 应标准化国-A"


def by_hand(terms: list[RegisteredTerm], text: str) -> list[tuple[int, int]]:
    """Return leftmost-longest terms, trying every stretch of the folded text."""
    vocabulary = Vocabulary(terms)
    folded = fold(text)
    places = []
    at = 0
    while at < len(folded.text):
        for end in range(len(folded.text), at, -1):
            number = vocabulary.number_of.get(folded.text[at:end])
            if number is None or folded.cuts_word(at, end) or hiding_word(folded.text, at, end):
                continue
            first, last = folded.place(at, end)
            if all(meaning.capitals and text[first:last].islower() for meaning in vocabulary.meanings[number]):
                continue
            places.append((first, last))
            at = end
            break
        else:
            at += 1
    return places


TERMS = st.lists(st.text(st.sampled_from(LETTERS), min_size=1, max_size=5), min_size=1, max_size=25)


@settings(max_examples=400, deadline=None)
@given(TERMS, st.text(st.sampled_from(LETTERS), max_size=60))
def test_what_is_found_is_what_a_search_by_hand_finds(words: list[str], text: str) -> None:
    """The automaton and the repairs around it give the leftmost-longest terms, no more and no fewer."""
    terms = [term(word, "en" if word.isascii() else "zh-Hans") for word in words]
    assert [one[:2] for one in Recognizer(Vocabulary(terms)).recognize(text)] == by_hand(terms, text)


@settings(max_examples=200, deadline=None)
@given(TERMS, TERMS, st.text(st.sampled_from(LETTERS), max_size=60), st.randoms())
def test_two_vocabularies_find_what_one_of_both_would(
    old: list[str], new: list[str], text: str, source: random.Random
) -> None:
    """What changed since the automaton was made counts as if it had been made anew, whatever the order."""
    old_terms = [term(word, "en", f"c{number}") for number, word in enumerate(old)]
    outdated = {one.concept for one in old_terms if source.random() < 0.3}
    new_terms = [term(word, "en", concept) for word, concept in zip(new, sorted(outdated) + ["n"] * 99, strict=False)]
    together = [one for one in old_terms if one.concept not in outdated] + new_terms
    source.shuffle(together)
    pieced = Recognizer(Vocabulary(old_terms), Vocabulary(new_terms), frozenset(outdated))
    assert pieced.recognize(text, nested=True) == Recognizer(Vocabulary(together)).recognize(text, nested=True)


@settings(max_examples=100, deadline=None)
@given(TERMS, st.text(st.sampled_from("标准化国家体系"), min_size=4, max_size=9), st.randoms())
def test_a_misspelt_word_finds_its_term(words: list[str], word: str, source: random.Random) -> None:
    """A character changed, left out, added or swapped with its neighbour is one change, and one in four is allowed."""
    place = source.randrange(len(word) - 1)
    changed = source.choice(
        [
            word[:place] + "量" + word[place + 1 :],
            word[:place] + "量" + word[place:],
            word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        ]
    )
    directory = Directory(TermIndex(Vocabulary([term(other) for other in {*words, word}])))
    (found,) = directory.look_up([changed], "", Likeness.FUZZY, 1000)
    assert word in [one.term.designation.text for one in found]


PARTS = [
    ("technical barriers to trade", "en"),
    ("electromagnetic compatibility", "en"),
    ("trade", "en"),
    ("技术性贸易措施", "zh-Hans"),
    ("合格评定程序", "zh-Hans"),
]


@pytest.mark.parametrize(
    ("asked", "terms", "changes"),
    [
        ("barriar", ["technical barriers to trade"], 1),
        ("Compatability", ["electromagnetic compatibility"], 1),
        ("barriers of trade", ["technical barriers to trade"], 2),
        ("barrier", ["technical barriers to trade"], 0),
        ("compatibility", ["electromagnetic compatibility"], 0),
        ("贸易错施", ["技术性贸易措施"], 1),
        ("格合评定", ["合格评定程序"], 1),
        ("评定程序", ["合格评定程序"], 0),
        ("treade", ["trade"], 1),
        ("arrier", ["technical barriers to trade"], 1),
        ("bar", [], 0),
        ("贸措", [], 0),
    ],
)
def test_a_misspelt_word_of_a_term_finds_the_term(asked: str, terms: list[str], changes: int) -> None:
    """Where no whole term is near: words of a term in a row, or Chinese characters in it, with one change in four."""
    directory = Directory(TermIndex(Vocabulary([term(text, language) for text, language in PARTS])))
    (found,) = directory.look_up([asked], "", Likeness.FUZZY, 10)
    assert [one.term.designation.text for one in found] == terms
    assert {one.changes for one in found} <= {changes}
    assert directory.look_up([asked], "", Likeness.FOLDED, 10) == (
        [found] if changes == 0 and terms == [asked] else [[]]
    )


# --- hostile texts ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "应" * 300_000,
        "标准" * 150_000,
        "\u0301" * 1_000_000,
        "a\u0301\u0323" * 300_000,
        "\ufdfa" * 50_000,
        "\0" * 1_000_000,
        "\ud800" * 300_000,
        " " * 1_000_000,
        "\n" * 1_000_000,
        "-" * 1_000_000,
        "a-" * 300_000,
    ],
    ids=lambda text: ascii(text[:3]),
)
def test_a_hostile_text_is_searched_to_its_end(text: str) -> None:
    """A term behind a million odd characters is found at its place."""
    whole = f"{text}。合格评定"
    terms = [*chinese("应", "标准", "合格评定"), *english("a", "aa", "a b")]
    last = Recognizer(Vocabulary(terms)).recognize(whole)[-1]
    assert whole[last.start : last.end] == "合格评定"


def test_terms_that_are_nothing_find_nothing() -> None:
    """A blank, a sign and a dash are no words, and no vocabulary finds no terms."""
    assert found(chinese(" ", "。", "-", "\u200b", "\n"), "a 。 - b") == []
    assert found([], "standard") == []


def test_a_look_up_of_many_words_ends_between_two_when_nobody_waits() -> None:
    """What is called before each word may raise: the words after it are not looked up."""
    directory = Directory(TermIndex(Vocabulary([term("example")])))
    asked = 0

    def give_up() -> None:
        nonlocal asked
        asked += 1
        if asked > 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        directory.look_up(["exampel"] * 1_000, "", Likeness.FUZZY, 10, give_up)
    assert asked == 3
