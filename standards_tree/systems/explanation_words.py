"""Hold the words of the compilation explanation (编制说明) in English and Simplified Chinese, by code."""

from collections.abc import Mapping
from typing import Final

EXPLANATION_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "to_write": ("[To be written] {hint}", "【待编写】{hint}"),
    "to_write_key": (
        "Passages marked “[To be written]” are for the compilers; all figures come from the catalogue on {date}.",
        "标有“【待编写】”的内容由编制人员撰写；全部数据取自{date}的标准目录。",
    ),
    "section_basis": ("Basis of the compilation and goals", "编制体系表的依据及要达到的目标"),
    "section_survey": ("Standards at home and abroad", "国内外标准概况"),
    "section_analysis": (
        "Analysis of the statistics: gaps towards international and foreign standards, weak links, main directions",
        "结合统计表，分析现有标准与国际、国外的差距和薄弱环节，明确今后的主攻方向",
    ),
    "section_division": ("Basis and result of the division into subjects", "专业划分依据和划分情况"),
    "section_overlap": ("Overlaps with other systems and how they are handled", "与其他体系交叉情况和处理意见"),
    "section_support": ("What other systems should supply", "需要其他体系协调配套的意见"),
    "section_other": ("Other matters", "其他"),
    "basis_standard": (
        "The system is compiled after GB/T 13016-2018, Principles and requirements for the construction of standards systems.",
        "本标准体系依据GB/T 13016-2018《标准体系构建原则和要求》编制。",
    ),
    "basis_extent": (
        "On {date}, it has {nodes} nodes, {tops} of them at the top, with {standards} standards and {drafts} drafts.",
        "截至{date}，体系共有节点{nodes}个，其中一级节点{tops}个，收录标准{standards}项、在研项目{drafts}项。",
    ),
    "hint_basis": (
        "laws, policies and plans the system rests on; the period it is for; what it shall achieve.",
        "体系所依据的法律法规、政策和规划，适用期限，要达到的目标。",
    ),
    "survey_states": (
        "Of the standards in the system, {in_force} are in force, {upcoming} not yet, {superseded} superseded and {abolished} "
        "abolished; {mandatory} of those in force are mandatory.",
        "体系收录的标准中，现行{in_force}项，即将实施{upcoming}项，被代替{superseded}项，废止{abolished}项；现行标准中强制性标准{mandatory}项。",
    ),
    "survey_adoptions": (
        "{count} standards in force adopt international or foreign standards ({share} of those in force).",
        "现行标准中采用国际标准、国外标准的共{count}项，占{share}。",
    ),
    "table_states": ("Standards by level and state", "标准级别与状态统计"),
    "table_adoptions": ("Adoption of international and foreign standards, in force", "采用国际标准、国外标准情况（现行标准）"),
    "level_column": ("Level", "标准级别"),
    "in_force": ("In force", "现行"),
    "degree_column": ("Degree of adoption", "一致性程度"),
    "count_column": ("Number", "数量（项）"),
    "hint_survey": (
        "international and foreign standardization bodies in this field and their standards; how domestic ones compare.",
        "本领域国际、国外标准化机构及其标准情况，国内标准现状及与之对比。",
    ),
    "table_statistics": ("Statistics table", "标准统计表"),
    "table_weak": ("Branches that lack most", "缺口较大的分支"),
    "lacking": ("Lacking", "缺口（项）"),
    "weak_none": ("No branch with a stated number lacks standards.", "已规定应有数的分支均无缺口。"),
    "weak_unstated": (
        "The system states nowhere how many standards there should be; gaps cannot be counted.",
        "体系未规定各节点应有数，无法计算缺口。",
    ),
    "empty_nodes": (
        "{count} nodes without nodes below them have no standard in force: {names}.",
        "没有现行标准的末级节点共{count}个：{names}。",
    ),
    "ended_standards": (
        "{count} standards in the system are superseded or abolished: {names}.",
        "体系中已被代替或废止、需要调整的标准共{count}项：{names}。",
    ),
    "drafts_under_way": (
        "{count} drafts are under way, {additional} of them for new standards.",
        "在研项目{count}项，其中新制定{additional}项。",
    ),
    "planned_not_begun": ("{count} standards are planned and not begun.", "规划制定而尚未立项的标准{count}项。"),
    "and_more": ("{names} and {count} more", "{names}等，另有{count}项"),
    "hint_analysis": (
        "gaps towards international and foreign standards, weak links and their causes, where to concentrate efforts.",
        "与国际、国外标准的差距，薄弱环节及原因，今后的主攻方向。",
    ),
    "table_branches": ("Branches of the system", "体系分支情况"),
    "hint_division": (
        "why the subjects are divided this way (by trade, speciality or category, not by administration), and their limits.",
        "专业划分的依据（按行业、专业或门类划分，而非按行政系统划分），各专业的范围和界限。",
    ),
    "shared_none": (
        "No standard of this system stands in another system of the catalogue.",
        "目录内没有与其他标准体系共同收录的标准。",
    ),
    "table_shared": ("Standards that stand in other systems too", "与其他标准体系共同收录的标准"),
    "system_column": ("Standards system", "标准体系"),
    "hint_overlap": (
        "how each overlap is handled: in which system a standard is kept, and how the other one refers to it.",
        "对每一交叉情况的处理意见：标准归入哪一体系，另一体系如何引用。",
    ),
    "outside_none": (
        "No normative references to standards outside the system are recorded.",
        "目录中没有本体系标准规范性引用体系外标准的记录。",
    ),
    "table_outside": ("Standards outside the system that it cites most", "本体系标准规范性引用较多的体系外标准"),
    "citing_column": ("Cited by (standards)", "引用的标准数（项）"),
    "hint_support": (
        "which standards other systems should write, revise or speed up, and by when.",
        "需要其他体系制定、修订或加快的标准及时限要求。",
    ),
    "hint_other": ("how the system is kept up to date; open questions.", "体系的动态维护机制，遗留问题。"),
}  # fmt: skip
