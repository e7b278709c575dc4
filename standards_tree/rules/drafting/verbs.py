"""The verbs of provision: which words stand for them and must not (GB/T 1.1-2020, 9.4.2, 9.5.2 and annex C).

The rules here are data: a pattern, what it should read, and what else in the sentence makes it right.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from standards_tree.documents.model import BlockKind
from standards_tree.rules.drafting.draft import Draft, Passage, sentences
from standards_tree.rules.drafting.rule import MAY, MUST, SHOULD, DraftingRule, Example, Find, Hit, in_passage, rule
from standards_tree.rules.drafting.words import around

Replacement = str | Callable[[re.Match[str]], str] | None


class Word(NamedTuple):
    """A word that must not stand where it does.

    ``instead`` is what it should read where that is certain; ``unless`` what else in the sentence makes it right;
    ``in_print`` looks at the text as printed, not with compounds blanked out.
    """

    pattern: re.Pattern[str]
    instead: Replacement = None
    unless: re.Pattern[str] | None = None
    in_print: bool = False


def finder(word: Word) -> Find:
    """Return how *word* is found in the text of a draft, examples of markup apart."""

    def find(draft: Draft) -> Iterator[Hit]:
        for passage in draft.passages:
            text = passage.text if word.in_print else passage.masked
            if passage.kind is not BlockKind.CODE and word.pattern.search(text):
                yield from _hits(passage, text, word)

    return find


def _hits(passage: Passage, text: str, word: Word) -> Iterator[Hit]:
    for start, sentence in sentences(text):
        if word.unless is not None and word.unless.search(passage.text[start : start + len(sentence)]):
            continue
        for match in word.pattern.finditer(text, start, start + len(sentence)):
            yield word_hit(passage, match, word.instead)


def word_hit(passage: Passage, match: re.Match[str], instead: Replacement = None) -> Hit:
    """Return a breach by one word: the part of the sentence around it, and how that should read."""
    subject, begin = around(passage.text, match.start(), match.end())
    found = passage.text[match.start() : match.end()]
    fix = ""
    if instead is not None:
        new = instead if isinstance(instead, str) else instead(match)
        fix = subject[: match.start() - begin] + new + subject[match.end() - begin :]
    return in_passage(passage, subject, fix, word=found)


_EQUIVALENTS = {"应该": "应", "可以": "可", "能够": "能", "不应该": "不应", "可以不": "不必", "不能够": "不能"}
_EQUIVALENT = re.compile(
    r"不应该|(?<!□)应该|可以不|可以(?![及看说]|理解|认为|预|[^，。；：]{1,12}(?:方式|形式|途径|渠道|名义|身份))|不?能够"
)
_CLAUSE_NAME = re.compile(r"第\s*((?:\d+|[A-Z])(?:\.\d+)+)\s*[条节款]|第\s*(\d+)\s*节")


def _equivalents(draft: Draft) -> Iterator[Hit]:
    for passage in draft.core:
        for match in _EQUIVALENT.finditer(passage.masked):
            instead = _EQUIVALENTS[match[0]]
            hit = word_hit(passage, match, instead)
            yield in_passage(passage, hit.subject, hit.fix, word=match[0], instead=instead)


def _clause_names(draft: Draft) -> Iterator[Hit]:
    for passage in draft.passages:
        for match in _CLAUSE_NAME.finditer(passage.text):
            if passage.text[: match.start()].rstrip().endswith("》"):
                continue  # the article of a law is called 第5条
            instead = match[1] or f"第{match[2]}章"
            hit = word_hit(passage, match, instead)
            yield in_passage(passage, hit.subject, hit.fix, instead=instead)


_LAW = re.compile(r"法律|法规|条例|依法|强制|《[^》]*[法规例定]》")
_RULE = "用于表示要求的能愿动词是“应”“不应”。"
_RULE_EN = "A requirement is expressed by 应 or 不应."

RULES: tuple[DraftingRule, ...] = (
    rule(
        "VERB-MUST",
        MUST,
        "附录C表C.1",
        (
            "不用“必须”代替“应”；“必须”只用于指出法律的外部约束。",
            "必须 does not stand for 应; it only points to a constraint by law.",
        ),
        ("“{subject}”：以“应”代替“必须”", "“{subject}”: write 应 instead of 必须"),
        finder(Word(re.compile(r"必须(?!指出|说明的是|强调|承认)|必需要"), "应", _LAW)),
        Example("操作人员应佩戴示例护具", "操作人员必须佩戴示例护具"),
    ),
    rule(
        "VERB-MUST-NOT",
        MUST,
        "附录C表C.1",
        ("不用“不得”代替“不应”。", "不得 does not stand for 不应."),
        ("“{subject}”：以“不应”代替“不得”", "“{subject}”: write 不应 instead of 不得"),
        finder(Word(re.compile(r"(?<![觉舍怪记懂])不得"), "不应", _LAW)),
        Example("表面不应有裂纹", "表面不得有裂纹"),
    ),
    rule(
        "VERB-FORBIDDEN",
        MUST,
        "附录C表C.1",
        ("不用“禁止”代替“不应”。", "禁止 does not stand for 不应."),
        ("“{subject}”：以“不应”代替“{word}”", "“{subject}”: write 不应 instead of {word}"),
        finder(
            Word(
                re.compile(
                    r"(?<![被国盟])(?<!成员)(?:严禁|禁止)(?!标[志识]|令|类|[性]|物|吸烟标|通行标|区"
                    r"|(?:使用|添加|进口|出口|销售|生产|携带|寄递|入境|进境|经营|排放)的)"
                ),
                "不应",
                _LAW,
            )
        ),
        Example("装置不应在无介质时运行", "装置禁止在无介质时运行"),
    ),
    rule(
        "VERB-CANNOT-BE",
        MUST,
        "附录C表C.1",
        ("不用“不可”代替“不应”。", "不可 does not stand for 不应."),
        ("“{subject}”：以“不应”代替“不可”", "“{subject}”: write 不应 instead of 不可"),
        finder(
            Word(
                re.compile(
                    r"不可(?![以能靠逆抗再或分见避预行用溶燃降回接控信比少变数知思量言说得取]|拆|[\u4e00-\u9fff]{1,4}?[的性率度式])"
                ),
                "不应",
                _LAW,
                in_print=True,
            )
        ),
        Example("试样不应重复使用", "试样不可重复使用"),
    ),
    rule(
        "VERB-OUGHT",
        SHOULD,
        "附录C表C.1",
        (
            "表示要求用“应”；“应当”“须”不在表C.1中。",
            "A requirement is expressed by 应; 应当 and 须 are not in table C.1.",
        ),
        ("“{subject}”：以“应”代替“{word}”", "“{subject}”: write 应 instead of {word}"),
        finder(Word(re.compile(r"应当|(?<![必无勿胡触])须(?![知弥根发眉])"), "应", _LAW)),
        Example("阀体应承受示例压力", "阀体须承受示例压力"),
    ),
    rule(
        "VERB-NOT-ALLOWED",
        SHOULD,
        "附录C表C.1",
        (
            "表示禁止用“不应”，特殊情况下用“不准许”；“不允许”“不许”不在表C.1中。",
            "A prohibition is expressed by 不应; 不允许 is not in table C.1.",
        ),
        ("“{subject}”：以“不应”代替“{word}”", "“{subject}”: write 不应 instead of {word}"),
        finder(Word(re.compile(r"不允许|(?<![准允])不许(?!可)"), "不应", _LAW)),
        Example("密封面不应修补", "密封面不允许修补"),
    ),
    rule(
        "VERB-EQUIVALENT",
        MAY,
        "9.1",
        (
            "“应该”“可以”“能够”等等效表述只在特殊情况下使用。",
            "Equivalents such as 应该, 可以 and 能够 are for special cases only.",
        ),
        (
            "“{subject}”：除非由于语言的原因，以“{instead}”代替“{word}”",
            "“{subject}”: unless the language needs it, write {instead} instead of {word}",
        ),
        _equivalents,
        Example("示例阀可安装在水平管道上", "示例阀可以安装在水平管道上"),
    ),
    rule(
        "VERB-VAGUE",
        MUST,
        "附录C表C.1",
        ("不使用“应足够……”“应较为……”等定性的要求。", "No vague requirement such as 应足够坚固."),
        (
            "“{subject}”：该要求不能证实，请给出可测量的要求",
            "“{subject}” cannot be verified; say what is to be measured",
        ),
        finder(Word(re.compile(r"应(?:该|当)?(?:具有|有|保持)?(?:足够|较为|较|适当|相当|比较|尽快|良好地|合理)(?!□)"))),
        Example("阀杆应能手动操作", "阀杆应足够坚固"),
    ),
    rule(
        "VERB-WITH-EFFORT",
        MUST,
        "9.4.2.2",
        (
            "“尽可能”“尽量”“考虑”“避免”“慎重”不与“应”一起表示要求，可与“宜”一起表示推荐。",
            "尽可能, 尽量, 考虑, 避免 and 慎重 do not go with 应; they may go with 宜.",
        ),
        ("“{subject}”：改用“宜”，或给出明确的要求", "“{subject}”: write 宜, or say exactly what is required"),
        finder(
            Word(
                re.compile(
                    r"应(?:该|当)?[^，。；：宜]{0,3}?(?:尽可能|尽□□|尽量|考虑|避免|慎重)|(?:尽可能|尽□□|尽量)[^，。；：宜]{0,4}应"
                ),
                lambda match: re.sub(r"应(?:该|当)?", "宜", match[0]) if "□" not in match[0] else match[0],
            )
        ),
        Example("管路宜避免死角", "管路应避免死角"),
    ),
    rule(
        "VERB-WITH-USUALLY",
        MUST,
        "9.4.2.3",
        ("“通常”“一般”“原则上”不与“应”“不应”一起表示要求。", "通常, 一般 and 原则上 do not go with 应."),
        ("“{subject}”：删去“{word}”中的限定词，或改用“宜”", "“{subject}”: leave out what limits it, or write 宜"),
        finder(Word(re.compile(r"(?<![□])(?:通常|一般|原则上)[^，。；：]{0,2}不?应|应(?:通常|一般|原则上)"))),
        Example("介质温度应低于示例限值", "介质温度一般应低于示例限值"),
    ),
    rule(
        "VERB-DOUBLE",
        MUST,
        "附录C",
        ("一个条款只用一个类型的能愿动词。", "A provision has one verb of provision."),
        (
            "“{subject}”：“{word}”含两类能愿动词，请保留一个",
            "“{subject}”: {word} holds two verbs of provision; keep one",
        ),
        finder(Word(re.compile(r"应宜|宜应|应可(?!□)|可应|宜可(?!□)|可宜"))),
        Example("标志宜位于阀体正面", "标志宜应位于阀体正面"),
    ),
    rule(
        "VERB-LAW",
        MUST,
        "9.5.4.4.3",
        ("不规定应符合法律、法规或政策性文件。", "A document does not require that the law is kept."),
        (
            "“{subject}”：不论是否声明符合标准，法律法规均需遵守，请删去",
            "“{subject}”: the law holds anyway; leave it out",
        ),
        finder(
            Word(
                re.compile(
                    r"应(?:该|当)?(?:符合|遵守|满足|执行|遵照)[^，。；：]{0,8}(?:法律|法规|规章|政策|行政管理规定)"
                )
            )
        ),
        Example("产品应符合5.2的规定", "产品应符合国家有关法律法规的规定"),
    ),
    rule(
        "VERB-OBEY",
        SHOULD,
        "9.4.2.1",
        ("需要“人”做到的用“遵守”，需要“物”达到的用“符合”。", "People obey (遵守), things conform (符合)."),
        ("“{subject}”：对物用“符合”", "“{subject}”: of things write 符合"),
        finder(
            Word(
                re.compile(r"(?:产品|材料|装置|设备|部件|试样|样品|尺寸|含量|性能|温度|压力|质量)应遵守"),
                lambda match: match[0].replace("遵守", "符合"),
            )
        ),
        Example("密封材料应符合5.3的规定", "密封材料应遵守5.3的规定"),
    ),
    rule(
        "SELF-NAME",
        MUST,
        "9.5.2",
        ("文件称呼自身用“本文件”。", "A document calls itself 本文件."),
        ("“{subject}”：以“本文件”代替“{word}”", "“{subject}”: write 本文件 instead of {word}"),
        finder(
            Word(
                re.compile(
                    r"(?<![基样文版成资根日标课书脚副原剧读])本(?:标准|部分|规范|规程|指南|指导性技术文件|导则|准则)"
                    r"(?!化|差|偏差|样|物质|溶液|曲线|品|性|第)"
                ),
                "本文件",
            )
        ),
        Example("本文件中的示例阀均为手动", "本标准中的示例阀均为手动"),
    ),
    rule(
        "POINT-PAGE",
        MUST,
        "9.5.3",
        ("提及文件的内容用编号，不用页码。", "Content is referred to by its number, not by the page."),
        (
            "“{subject}”：以内容的编号代替页码",
            "“{subject}”: give the number of the clause, table or figure instead of the page",
        ),
        finder(Word(re.compile(r"(?:第\s*\d+\s*[～~\-—]?\s*\d*\s*页(?!\s*[/／]?\s*共))|(?:见|参见)\s*[pP]\.?\s*\d+"))),
        Example("结构见图1", "结构见第3页"),
    ),
    rule(
        "POINT-ABOVE",
        MUST,
        "9.5.5.2",
        (
            "提示文件的内容用“见”加编号，不用“见上文”“见下文”。",
            "Content is pointed to by 见 and its number, not by 见上文 or 见下文.",
        ),
        ("“{subject}”：以内容的编号代替“{word}”", "“{subject}”: give the number instead of {word}"),
        finder(
            Word(
                re.compile(
                    r"见[上下前后](?:文|述|面|条|章)?(?![\u4e00-\u9fff])|见[上下前后][文述面]|[如见][上下]所[述示]"
                    r"|(?<![以之])[上下][表图](?![面形像达现征皿格层书片案])"
                )
            )
        ),
        Example("维护要求见5.4", "维护要求见下文"),
    ),
    rule(
        "POINT-CLAUSE",
        SHOULD,
        "9.5.3",
        ("条表述为“5.2”，不写“第5.2条”；章表述为“第5章”。", "A clause is called 5.2, not 第5.2条."),
        ("“{subject}”：写作“{instead}”", "“{subject}”: write {instead}"),
        _clause_names,
        Example("按6.2进行试验", "按第6.2条进行试验"),
    ),
    rule(
        "TEXT-CONTRACT",
        MUST,
        "5.5.3",
        (
            "文件不规定合同要求、行政管理措施、法律责任和罚则。",
            "A document sets no contract terms, administrative measures or penalties.",
        ),
        ("“{subject}”：“{word}”不属于标准的内容，请删去", "“{subject}”: {word} is not for a standard; leave it out"),
        finder(
            Word(
                re.compile(
                    r"罚款|罚则|索赔|费用结算|追究[^，。；]{0,6}责任|予以处罚|承担(?:法律|赔偿|违约)责任|违约金|质保金"
                )
            )
        ),
        Example("随装置提供示例说明书", "供方逾期的予以罚款"),
    ),
    rule(
        "TEXT-TRADEMARK",
        SHOULD,
        "9.13.1",
        ("给出产品的名称或描述，不给出商品名或商标。", "Products are named or described, not called by a trade mark."),
        (
            "“{subject}”：以产品的名称或描述代替商标",
            "“{subject}”: name or describe the product instead of the trade mark",
        ),
        finder(Word(re.compile(r"[®™]"))),
        Example("密封圈用聚四氟乙烯制成", "密封圈用示例牌®材料制成"),
    ),
    rule(
        "TEXT-PUNCTUATION",
        MUST,
        "9.4.1",
        (
            "标点符号符合GB/T 15834：汉字之间用全角标点。",
            "Punctuation between Chinese characters is full-width (GB/T 15834).",
        ),
        ("“{subject}”：以全角标点代替“{word}”", "“{subject}”: use the full-width mark instead of {word}"),
        finder(
            Word(
                re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?](?=[\u4e00-\u9fff])"),
                lambda match: match[0].translate(str.maketrans(",;:!?", "，；：！？")),
                in_print=True,
            )
        ),
        Example("先排空介质，再拆卸阀盖", "先排空介质,再拆卸阀盖"),
    ),
    rule(
        "TEXT-PLACEHOLDER",
        MUST,
        "5.1",
        ("文件不留未填写的内容。", "Nothing is left to be filled in."),
        ("“{subject}”：请填写“{word}”", "“{subject}”: fill in {word}"),
        finder(
            Word(
                re.compile(
                    r"(?<![A-Za-z0-9])(?:TBD|TODO|FIXME)(?![A-Za-z])|待定|待补充|待填写|[×X]{3,}|\?{2,}|？{2,}"
                    r"|\[\s*(?:not supplied|未提供|待定)\s*\]|_{3,}",
                    re.IGNORECASE,
                ),
                None,
                re.compile(r"[A-Z]/?[A-Z]?\s?[×X]{3,}[—\-]\d{4}(?=》)"),
            )
        ),
        Example("公称压力为示例值A", "公称压力为待定"),
    ),
)
