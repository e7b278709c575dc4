"""Say in Chinese and English what a condition of a system or a reason of an impact means, by its code."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """One meaning in both languages."""

    zh: str
    en: str

    def spoken(self, language: str) -> str:
        """Return the wording for a language tag; English where it is not Chinese."""
        return self.zh if language.startswith("zh") else self.en


CONDITIONS = {
    "reference_cycle": Wording("规范性引用循环", "standards that refer to each other in a circle"),
    "reference_unknown": Wording("引用了目录中没有的标准", "references to standards the catalogue does not hold"),
    "reference_to_itself": Wording("规范性引用自身", "standards that refer to themselves"),
    "superseded_but_cited": Wording("已被代替但仍被引用", "superseded, but still referred to"),
    "abolished_but_cited": Wording("已废止但仍被引用", "abolished, but still referred to"),
    "review_overdue": Wording("复审超期", "reviews overdue"),
    "unreachable": Wording("体系与要求均不涉及的标准", "standards that no system and no requirement leads to"),
    "island": Wording("与主体无关联的标准群", "groups of standards apart from the rest"),
    "term_source_superseded": Wording(
        "术语定义引自已被代替的标准", "terms whose definition is quoted from a superseded edition"
    ),
    "term_source_abolished": Wording(
        "术语定义引自已废止的标准", "terms whose definition is quoted from an abolished standard"
    ),
    "term_source_missing": Wording(
        "术语定义引自目录中没有的标准", "terms whose definition is quoted from a standard the catalogue does not hold"
    ),
    "term_source_ambiguous": Wording("术语定义的来源不唯一", "terms whose source may be one of several standards"),
    "term_without_source": Wording("术语定义未引自标准", "terms whose definition quotes no standard"),
}
ACTIONS = {
    "term_source_superseded": Wording(
        "对照接替的版本核对定义，一致后改引该版本；不一致的先提交讨论",
        "hold the definition against the edition that took its place and quote that; discuss it first where they differ",
    ),
    "term_source_abolished": Wording(
        "改引现行标准，或停用该术语", "quote a standard in force, or take the term out of use"
    ),
    "term_source_missing": Wording(
        "将该标准录入目录，或更正来源", "record the standard in the catalogue, or correct the source"
    ),
    "term_source_ambiguous": Wording(
        "在来源中只写一个标准，并注明年份", "name one standard in the source, with its year"
    ),
    "term_without_source": Wording(
        "写明定义引自哪个标准及条款；自拟的定义无需处理",
        "say which standard and clause the definition is taken from; nothing where the words are one's own",
    ),
}

REASONS = {
    "renewed_refers_dated": Wording(
        "注日期引用：仍指向旧版，需更新引用的年份",
        "refers to it with its year: the reference stays with the old edition until it is re-dated",
    ),
    "renewed_refers_undated": Wording(
        "不注日期引用：自动适用新版，需核对内容是否仍然适用",
        "refers to it without a year: the new edition applies by itself; check that it still fits",
    ),
    "renewed_amends": Wording(
        "是旧版的修改单：其内容需并入新版", "amends the old edition: its content has to go into the new one"
    ),
    "renewed_adopts": Wording("采用的是旧版：需按新版重新采标", "adopts the old edition: has to be adopted anew"),
    "renewed_cites": Wording("要求的文本引用了旧版", "its text names the old edition"),
    "renewed_link": Wording(
        "由旧版满足：关联需按新版重新确认",
        "is answered by the old edition: the link has to be confirmed against the new one",
    ),
    "renewed_revises": Wording(
        "草案修订的是该标准：需核对草案的基础", "the draft revises it: check what the draft builds on"
    ),
    "renewed_defined_in": Wording(
        "术语定义引自该标准：需对照新版核对定义",
        "defines term: its definition is quoted from it; hold the definition against the new edition",
    ),
    "ended_refers_dated": Wording(
        "注日期引用：引用的标准不再有效", "refers to it with its year: what it refers to is no longer valid"
    ),
    "ended_refers_undated": Wording(
        "不注日期引用：没有其他现行版本可适用", "refers to it without a year: no other edition takes its place"
    ),
    "ended_amends": Wording("是该标准的修改单：随之失去对象", "amends it: there is nothing left to amend"),
    "ended_adopts": Wording("采用该标准：采标依据不再有效", "adopts it: what it adopts is no longer valid"),
    "ended_cites": Wording("要求的文本引用了该标准", "its text names it"),
    "ended_link": Wording("由该标准满足：将不再被满足", "is answered by it: will be answered no more"),
    "ended_revises": Wording("草案修订该标准：将失去修订对象", "the draft revises it: there is nothing left to revise"),
    "ended_defined_in": Wording(
        "术语定义引自该标准：需改引现行标准",
        "defines term: its definition is quoted from it; quote it from a standard that is valid",
    ),
    "beneath_uses": Wording(
        "使用了定义受影响的术语：定义变更后需核对要求的含义",
        "defines term: uses a term whose definition is touched; check what the requirement means then",
    ),
    "beneath_refers_dated": Wording("引用了受影响的标准", "refers to a standard that is touched"),
    "beneath_refers_undated": Wording("引用了受影响的标准", "refers to a standard that is touched"),
    "beneath_amends": Wording("修改了受影响的标准", "amends a standard that is touched"),
    "beneath_adopts": Wording("采用了受影响的标准", "adopts a standard that is touched"),
    "beneath_cites": Wording("要求的文本引用了受影响的标准", "its text names a standard that is touched"),
    "beneath_link": Wording("由受影响的标准满足", "is answered by a standard that is touched"),
    "beneath_revises": Wording("草案修订受影响的标准", "the draft revises a standard that is touched"),
    "beneath_part_of": Wording("措施含有受影响的要求", "a requirement of the measure is touched"),
    "entry_part_of": Wording("是该措施的要求", "a requirement of the measure"),
    "entry_link": Wording("满足该措施的要求", "answers a requirement of the measure"),
    "entry_cites": Wording("被该措施的要求引用", "is named by a requirement of the measure"),
    "entry_revises": Wording("草案修订与该措施有关的标准", "the draft revises a standard that the measure concerns"),
}
