"""The rules on a vocabulary, in one table.

A source stands here only where it was read or is known to say so; where its clause was not, that is said.
"""

from typing import Final

from standards_tree.errors import Bilingual
from standards_tree.vocabulary.quality import QualityRule, Severity

_ENTRY: Final = Bilingual("GB/T 1.1-2020, 8.7.3", "GB/T 1.1—2020，8.7.3")
_DEFINITION: Final = Bilingual("GB/T 1.1-2020, 8.7.3.3", "GB/T 1.1—2020，8.7.3.3")
_PROVISIONS: Final = Bilingual("GB/T 1.1-2020, 8.7.3.3 and annex C", "GB/T 1.1—2020，8.7.3.3 和附录C")
_ISO_704: Final = Bilingual("ISO 704; clause not checked", "ISO 704；条款未核对")
_ISO_10241: Final = Bilingual("ISO 10241-1; clause not checked", "ISO 10241-1；条款未核对")
_DIRECTIVES: Final = Bilingual(
    "ISO/IEC Directives, Part 2, terms and definitions; clause not checked",
    "ISO/IEC 导则 第2部分（术语和定义）；条款未核对",
)
_OURS: Final = Bilingual("this system's rule", "本系统的规则")

NO_PREFERRED: Final = QualityRule(
    "T001",
    Severity.MUST,
    Bilingual("A concept has a preferred term in each language it has words in.", "概念在其每种语言中应有首选术语。"),
    Bilingual("has no preferred term in {language}", "在语言 {language} 中没有首选术语"),
    _ISO_10241,
)
SEVERAL_PREFERRED: Final = QualityRule(
    "T002",
    Severity.MUST,
    Bilingual("A concept has one preferred term in a language.", "概念在一种语言中只应有一个首选术语。"),
    Bilingual("has several preferred terms in {language}: {terms}", "在语言 {language} 中有多个首选术语：{terms}"),
    _ISO_10241,
)
NO_EQUIVALENT: Final = QualityRule(
    "T003",
    Severity.MUST,
    Bilingual("A concept has a term in Chinese and one in English.", "概念应有中文术语和英文对应词。"),
    Bilingual("has no term in {language}", "缺少语言 {language} 的术语"),
    _ENTRY,
)
NO_DEFINITION: Final = QualityRule(
    "T004",
    Severity.MUST,
    Bilingual("A concept has a definition.", "概念应有定义。"),
    Bilingual("has no definition", "没有定义"),
    _ENTRY,
)
DEFINITION_UNTRANSLATED: Final = QualityRule(
    "T005",
    Severity.SHOULD,
    Bilingual("A definition is there in Chinese and in English.", "定义宜有中文和英文。"),
    Bilingual("has no definition in {language}", "缺少语言 {language} 的定义"),
    _OURS,
)
UNTRANSLATED: Final = QualityRule(
    "T006",
    Severity.SHOULD,
    Bilingual(
        "What stands in another language has been translated, not copied from the English.",
        "其他语言的术语和定义宜为译文，而非照抄英文。",
    ),
    Bilingual("in {language} repeats the English: “{text}”", "语言 {language} 中照抄英文：“{text}”"),
    _OURS,
)
OPENING: Final = QualityRule(
    "T007",
    Severity.MUST,
    Bilingual(
        "A definition can take the place of the term: it does not open with 是指, 系指, 指, 是, “is” or “means”.",
        "定义应能替代术语，不以“是指”“系指”“指”“是”或“is”“means”开头。",
    ),
    Bilingual("the definition in {language} opens with “{opening}”", "语言 {language} 的定义以“{opening}”开头"),
    _DEFINITION,
)
ARTICLE: Final = QualityRule(
    "T008",
    Severity.SHOULD,
    Bilingual("An English definition opens without an article.", "英文定义开头宜不用冠词。"),
    Bilingual(
        "the definition in {language} opens with the article “{opening}”", "语言 {language} 的定义以冠词“{opening}”开头"
    ),
    _DIRECTIVES,
)
FULL_STOP: Final = QualityRule(
    "T009",
    Severity.SHOULD,
    Bilingual("An English definition ends without a full stop.", "英文定义末尾宜不用句点。"),
    Bilingual("the definition in {language} ends with a full stop", "语言 {language} 的定义以句点结尾"),
    _DIRECTIVES,
)
REPEATS_TERM: Final = QualityRule(
    "T010",
    Severity.MUST,
    Bilingual("A definition does not use the term it defines.", "定义中不应出现被定义的术语。"),
    Bilingual(
        "the definition in {language} uses the term “{term}” itself", "语言 {language} 的定义使用了术语“{term}”本身"
    ),
    _ISO_704,
)
CIRCULAR: Final = QualityRule(
    "T011",
    Severity.MUST,
    Bilingual(
        "Definitions do not lead back to where they started by way of the terms they use.",
        "定义不应循环，即不应经由所用术语的定义回到原术语。",
    ),
    Bilingual("the definitions in {language} lead in a circle: {path}", "语言 {language} 的定义循环：{path}"),
    _ISO_704,
)
REQUIREMENT: Final = QualityRule(
    "T012",
    Severity.MUST,
    Bilingual("A definition contains no requirement: no 应, no “shall”.", "定义不应包含要求，即不用“应”“shall”等。"),
    Bilingual("the definition in {language} sets a requirement: “{word}”", "语言 {language} 的定义含有要求：“{word}”"),
    _PROVISIONS,
)
RECOMMENDATION: Final = QualityRule(
    "T013",
    Severity.SHOULD,
    Bilingual(
        "A definition recommends and permits nothing: no 宜, no 可, no “should”, no “may”.",
        "定义不宜包含推荐或允许，即不用“宜”“可”“should”“may”等。",
    ),
    Bilingual(
        "the definition in {language} recommends or permits: “{word}”", "语言 {language} 的定义含有推荐或允许：“{word}”"
    ),
    _PROVISIONS,
)
HOMONYM: Final = QualityRule(
    "T014",
    Severity.MUST,
    Bilingual(
        "A designation stands for one concept of a domain and field; homonyms are told apart by them.",
        "同一领域内一个名称只应表示一个概念；同形异义以领域区分。",
    ),
    Bilingual("“{term}” ({language}) also stands for {others}", "“{term}”（{language}）还表示：{others}"),
    _ISO_704,
)
SHARED: Final = QualityRule(
    "T015",
    Severity.SHOULD,
    Bilingual(
        "A designation that stood for a concept no longer used, that is deprecated, a symbol or of another field is not"
        " used for a further concept of the domain.",
        "已停用概念的名称、拒用名称、符号或其他专业的名称，在同一领域内不宜再表示另一概念。",
    ),
    Bilingual("“{term}” ({language}) is shared with {others}", "“{term}”（{language}）与下列概念共用：{others}"),
    _OURS,
)
DEPRECATED_PREFERRED: Final = QualityRule(
    "T016",
    Severity.SHOULD,
    Bilingual(
        "A designation deprecated for one concept is not the preferred term of another of the domain.",
        "一个概念的拒用名称，在同一领域内不宜是另一概念的首选术语。",
    ),
    Bilingual(
        "“{term}” ({language}) is deprecated here and preferred for {others}",
        "“{term}”（{language}）在此拒用，却是下列概念的首选术语：{others}",
    ),
    _OURS,
)
NO_SUCCESSOR: Final = QualityRule(
    "T017",
    Severity.MUST,
    Bilingual("A superseded concept says what took its place.", "被替代的概念应指明替代它的概念。"),
    Bilingual("is superseded and names no successor", "已被替代，但未指明替代它的概念"),
    _OURS,
)
SUPERSEDED_ALONE: Final = QualityRule(
    "T018",
    Severity.MUST,
    Bilingual(
        "Where a designation is superseded there is a preferred one in its language.",
        "有被替代的名称时，该语言应有首选术语。",
    ),
    Bilingual(
        "“{term}” is superseded and no term in {language} is preferred",
        "“{term}”已被替代，但语言 {language} 中没有首选术语",
    ),
    _OURS,
)
DANGLING: Final = QualityRule(
    "T019",
    Severity.MUST,
    Bilingual("A relation leads to a concept that is there.", "关系应指向存在的概念。"),
    Bilingual("the {kind} relation leads to {target}, which is not there", "{kind} 关系指向不存在的 {target}"),
    _OURS,
)
SELF_RELATION: Final = QualityRule(
    "T020",
    Severity.MUST,
    Bilingual("A relation leads to another concept.", "关系应指向另一概念。"),
    Bilingual("the {kind} relation leads back to the concept itself", "{kind} 关系指向概念自身"),
    _OURS,
)
RELATION_CYCLE: Final = QualityRule(
    "T021",
    Severity.MUST,
    Bilingual(
        "No concept is broader than itself or a part of itself, by way of others.",
        "概念不应经由其他概念成为自身的上位概念或整体。",
    ),
    Bilingual("the {kind} relations lead in a circle: {path}", "{kind} 关系循环：{path}"),
    _ISO_704,
)
RELATED_TO_ENDED: Final = QualityRule(
    "T022",
    Severity.SHOULD,
    Bilingual("A relation leads to a concept that is still used.", "关系宜指向仍在使用的概念。"),
    Bilingual("the {kind} relation leads to {target}, which is no longer used", "{kind} 关系指向已停用的 {target}"),
    _OURS,
)
NO_FULL_FORM: Final = QualityRule(
    "T023",
    Severity.SHOULD,
    Bilingual("An abbreviation stands beside its full form.", "简称宜与其全称并列。"),
    Bilingual("“{term}” ({language}) has no full form beside it", "“{term}”（{language}）没有对应的全称"),
    _OURS,
)
NO_SOURCE: Final = QualityRule(
    "T024",
    Severity.SHOULD,
    Bilingual("A concept says where it is taken from.", "概念宜注明来源。"),
    Bilingual("names no source, neither for itself nor for a definition", "概念及其定义均未注明来源"),
    _OURS,
)
NUMBER_TWICE: Final = QualityRule(
    "T025",
    Severity.MUST,
    Bilingual("A number stands for one concept of a domain.", "同一领域内一个条目编号只应对应一个概念。"),
    Bilingual("the number {number} also stands for {others}", "条目编号 {number} 还对应：{others}"),
    _OURS,
)

RULES: Final = (
    *(NO_PREFERRED, SEVERAL_PREFERRED, NO_EQUIVALENT, NO_DEFINITION, DEFINITION_UNTRANSLATED, UNTRANSLATED),
    *(OPENING, ARTICLE, FULL_STOP, REPEATS_TERM, CIRCULAR, REQUIREMENT, RECOMMENDATION),
    *(HOMONYM, SHARED, DEPRECATED_PREFERRED, NO_SUCCESSOR, SUPERSEDED_ALONE),
    *(DANGLING, SELF_RELATION, RELATION_CYCLE, RELATED_TO_ENDED, NO_FULL_FORM, NO_SOURCE, NUMBER_TWICE),
)
_BY_ID: Final = {rule.id: rule for rule in RULES}


def rule_of(rule_id: str) -> QualityRule | None:
    """Return the rule of that id, or None where there is none."""
    return _BY_ID.get(rule_id)
