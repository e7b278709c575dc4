"""Hold the words of a report in English and Simplified Chinese, by code; codes themselves are never translated."""

from collections.abc import Mapping

from standards_tree.errors import InvalidArgumentError
from standards_tree.gap.reasons import Reason
from standards_tree.limits import EXPLANATIONS
from standards_tree.reports.inferred_captions import WAY_WORDS
from standards_tree.reports.labels_changes import CHANGE_WORDS, WORK_WORDS

LANGUAGES = ("en", "zh-Hans")

_Words = dict[str, tuple[str, str]]

_STATES: _Words = {
    "verdict_covered": ("Covered", "已覆盖"),
    "verdict_covered_stale": ("Covered, but stale", "已覆盖但需更新"),
    "verdict_partial": ("Partly covered", "部分覆盖"),
    "verdict_weaker": ("Weaker limit", "指标偏低"),
    "verdict_draft_only": ("In preparation", "仅有在研标准"),
    "verdict_uncovered": ("Not covered", "未覆盖"),
    "verdict_not_assessed": ("Not assessed", "未评估"),
    "severity_critical": ("Critical", "极高"),
    "severity_high": ("High", "高"),
    "severity_medium": ("Medium", "中"),
    "severity_low": ("Low", "低"),
    "severity_none": ("None", "无"),
    "status_in_force": ("in force", "现行"),
    "status_upcoming": ("not yet in force", "即将实施"),
    "status_superseded": ("superseded", "被代替"),
    "status_abolished": ("abolished", "废止"),
    "status_unknown": ("not in the catalogue", "目录中没有"),
    "status_draft": ("draft", "在研"),
    "level_national": ("National", "国家标准"),
    "level_industry": ("Industry", "行业标准"),
    "level_local": ("Local", "地方标准"),
    "level_group": ("Group", "团体标准"),
    "level_enterprise": ("Enterprise", "企业标准"),
    "level_international": ("International", "国际标准"),
    "level_foreign": ("Foreign", "国外标准"),
    "level_": ("to be decided", "待定"),
    "stage_00": ("preliminary stage", "预阶段"),
    "stage_10": ("proposal stage", "立项阶段"),
    "stage_20": ("preparatory stage", "起草阶段"),
    "stage_30": ("comment stage", "征求意见阶段"),
    "stage_40": ("review stage", "审查阶段"),
    "stage_50": ("approval stage", "批准阶段"),
    "stage_60": ("publication stage", "出版阶段"),
    "stage_90": ("systematic review", "复审阶段"),
    "stage_95": ("withdrawal stage", "废止阶段"),
    "kind_limit": ("Limit", "限值"),
    "kind_test_method": ("Test method", "试验方法"),
    "kind_design": ("Design", "设计与构成"),
    "kind_performance": ("Performance", "性能"),
    "kind_labelling": ("Labelling", "标签标识"),
    "kind_certification": ("Conformity assessment", "合格评定"),
    "kind_registration": ("Registration", "注册许可"),
    "kind_documentation": ("Documentation", "文件资料"),
    "kind_procedure": ("Procedure", "程序"),
    "kind_other": ("Other", "其他"),
    "link_state_confirmed": ("confirmed", "已确认"),
    "link_state_suggested": ("suggested", "建议"),
    "set_equal": ("equal", "等同"),
    "set_subset": ("inside the standard", "标准包含要求"),
    "set_superset": ("wider than the standard", "要求超出标准"),
    "set_intersects": ("overlaps the standard", "与标准交叉"),
    "set_none": ("has nothing in common with the standard", "与标准无交集"),
    "edge_link": ("linked to", "关联"),
    "edge_superseded_by": ("superseded by", "被代替为"),
    "edge_normative_reference": ("refers to", "规范性引用"),
    "edge_amends": ("amends", "修改"),
    "edge_adopts": ("adopts", "采用"),
    "dated": ("dated", "注日期"),
    "undated": ("undated", "不注日期"),
}

_DEFECTS: _Words = {
    "defect_reference_abolished": ("Reference to an abolished standard", "引用已废止的标准"),
    "defect_reference_superseded": ("Reference to a superseded edition", "引用被代替的版本"),
    "defect_adoption_outdated": ("Adopts a superseded edition", "采用的国际标准版本已过时"),
    "defect_reference_unknown": ("Reference to a standard not in the catalogue", "引用目录中没有的标准"),
    "defect_reference_not_yet": ("Reference to a standard not yet in force", "引用尚未实施的标准"),
    "defect_review_overdue": ("Review overdue", "超期未复审"),
}

_ACTIONS: _Words = {
    "action_adopt": ("Adopt", "采用国际标准"),
    "action_revise": ("Revise", "修订"),
    "action_write_new": ("Write a new standard", "制定新标准"),
    "action_re_date": ("Renew a reference", "更新引用"),
    "action_relink": ("Link again", "重新关联"),
    "action_confirm_link": ("Review links", "确认关联"),
    "action_speed_up": ("Speed up", "加快制修订"),
    "action_review": ("Review", "复审"),
    "action_register": ("Complete the catalogue", "补充目录"),
    "action_assess": ("Assess", "开展评估"),
    "action_wait": ("Wait", "等待实施"),
}

_REASONS: _Words = {
    "standard_outside": (
        "{standard} is an international or foreign standard: it can be adopted, but it is no domestic answer",
        "{standard}是国际或国外标准，可以采用，但不能作为国内标准的覆盖",
    ),
    "standard_abolished": ("{standard} is abolished", "{standard}已废止"),
    "standard_without_successor": (
        "{standard} is superseded and no successor is recorded",
        "{standard}已被代替，且没有代替标准的记录",
    ),
    "edition_superseded": (
        "the link names {standard}, which is superseded by {successor}",
        "关联的是{standard}，已被{successor}代替",
    ),
    "standard_not_yet": ("{standard} is issued but comes into force on {date}", "{standard}已发布，{date}起实施"),
    "draft_under_way": ("only the draft {draft} answers it ({stage})", "仅有在研标准{draft}（{stage}）"),
    "link_equal": ("{standard} asks for the same", "{standard}与该要求一致"),
    "link_subset": ("{standard} covers it", "{standard}包含该要求"),
    "link_superset": ("it asks for more than {standard} covers", "该要求超出{standard}的范围"),
    "link_intersects": ("it and {standard} each have something the other lacks", "该要求与{standard}互有缺项"),
    "link_none": ("{standard} is no answer to it", "{standard}并未回应该要求"),
    "limits_equal": (EXPLANATIONS["limits_equal"], "标准的{standard}与要求的{required}相同"),
    "limit_within": (EXPLANATIONS["limit_within"], "标准的{standard}不低于要求的{required}"),
    "limit_wider": (EXPLANATIONS["limit_wider"], "标准的限值（{standard}）比所要求的（{required}）宽"),
    "limits_overlap": (EXPLANATIONS["limits_overlap"], "标准的{standard}与要求的{required}只有部分重合"),
    "limits_apart": (EXPLANATIONS["limits_apart"], "标准的{standard}所允许的值均为要求的{required}所不允许"),
    "limits_opposite": (EXPLANATIONS["limits_opposite"], "标准的{standard}与要求的{required}限制方向相反"),
    "units_differ": (EXPLANATIONS["units_differ"], "标准的{standard}与要求的{required}单位不能换算"),
    "assessed_nothing_found": ("it was assessed and no standard answers it", "经评估，没有标准与之对应"),
    "suggestions_waiting": ("suggested links wait for review: {count}", "有{count}条建议的关联等待确认"),
    "candidates_rejected": ("every candidate was rejected: {count}", "候选标准均被否定（{count}条）"),
    "nobody_looked": ("nobody has looked for standards that answer it", "尚未查找与之对应的标准"),
    "points_verdict": ("verdict", "结论"),
    "points_in_force": ("the measure has been in force since {date}", "措施自{date}起已生效"),
    "points_near": ("the measure enters into force on {date}", "措施将于{date}生效"),
    "points_far": ("the measure enters into force on {date}", "措施将于{date}生效"),
    "points_comments": ("comments may be sent until {date}", "评议截止日期为{date}"),
    "points_market_access": ("it decides market access", "直接影响市场准入"),
}

_ADVICE: _Words = {
    "relink_successor": (
        "Check the link against {successor}, which supersedes {standard}",
        "对照代替{standard}的{successor}重新确认关联",
    ),
    "re_date": (
        "In {standard}, refer to {successor} instead of {target}",
        "{standard}中对{target}的引用更新为{successor}",
    ),
    "revise_reference": (
        "Revise {standard}: it refers to {target}, which has ended without a successor",
        "修订{standard}：所引用的{target}已失效且没有代替标准",
    ),
    "revise_foreign_chain": (
        "Revise {standard}: a foreign standard it depends on refers to {target}, which has ended",
        "修订{standard}：所依据的国外标准引用了已失效的{target}",
    ),
    "revise_adoption": (
        "Revise {standard}: it adopts {target}, which was withdrawn without a successor",
        "修订{standard}：所采用的{target}已撤销且没有代替标准",
    ),
    "revise_limit": (
        "Revise {standard} so that its limit is at least as strict as {limit}",
        "修订{standard}，使其指标不宽于“{limit}”",
    ),
    "revise_extend": ("Revise {standard} so that it covers the whole requirement", "修订{standard}，使其覆盖全部要求"),
    "adopt_edition": (
        "In {standard}, adopt {successor} instead of {target}",
        "{standard}改为采用{successor}（现采用{target}）",
    ),
    "adopt_standard": ("Adopt {standard} at {node}; level: {level}", "在“{node}”下采用{standard}，宜定级别：{level}"),
    "adopt_standard_somewhere": (
        "Adopt {standard}; level: {level}; place in the system: open",
        "采用{standard}，宜定级别：{level}；体系位置待定",
    ),
    "write_new": ("New standard at {node}; level: {level}", "在“{node}”下制定，宜定级别：{level}"),
    "write_new_somewhere": (
        "New standard; level: {level}; place in the system: open",
        "宜定级别：{level}；体系位置待定",
    ),
    "register_reference": (
        "Record {target}, which {standard} refers to, in the catalogue",
        "将{standard}所引用的{target}录入目录",
    ),
    "await_reference": (
        "{target}, which {standard} refers to, comes into force on {date}",
        "{standard}所引用的{target}将于{date}实施",
    ),
    "review": ("Review {standard}: due since {date}", "复审{standard}：自{date}起超期"),
    "link_cited": ("Link {standard}, which the requirement cites", "关联该要求所引用的{standard}"),
    "link_adopter": ("Link {adopter}, which adopts {standard}", "关联采用{standard}的{adopter}"),
    "speed_up": ("Speed up the draft {draft} ({stage})", "加快在研标准{draft}（{stage}）"),
    "speed_up_revision": (
        "Speed up {draft} ({stage}), which revises {standard}",
        "加快修订{standard}的{draft}（{stage}）",
    ),
    "bring_forward": (
        "Bring {standard} into force before {date}: the measure applies from {entry}",
        "提前实施{standard}（原定{date}）：措施自{entry}起适用",
    ),
    "await_entry": ("{standard} comes into force on {date}", "{standard}将于{date}实施"),
    "confirm_links": ("Review the suggested links: {count}", "确认建议的关联：{count}条"),
    "assess": ("Look for standards that answer the requirement", "查找与该要求对应的标准"),
}

_PROBLEMS: _Words = {
    "problem_relation_source_unknown": (
        "Relations of standards that are not in the catalogue",
        "关系的主体标准不在目录中",
    ),
    "problem_relation_target_unknown": (
        "Relations to standards that are not in the catalogue",
        "关系所指的标准不在目录中",
    ),
    "problem_relation_to_itself": ("Standards related to themselves", "标准与自身存在关系"),
    "problem_supersession_cycle": ("Standards that supersede each other in a circle", "标准代替关系成环"),
    "problem_superseded_without_successor": (
        "Superseded standards without a recorded successor",
        "被代替但没有代替标准的记录",
    ),
    "problem_in_force_though_superseded": (
        "Standards recorded as in force although their successor is",
        "代替标准已实施但仍记为现行的标准",
    ),
    "problem_standard_without_dates": ("Standards in force without any date", "没有任何日期的现行标准"),
    "problem_term_source_superseded": (
        "Terms whose definition is quoted from a superseded edition",
        "术语定义引自已被代替的标准",
    ),
    "problem_term_source_abolished": (
        "Terms whose definition is quoted from an abolished standard",
        "术语定义引自已废止的标准",
    ),
    "problem_term_source_missing": (
        "Terms whose definition is quoted from a standard that is not in the catalogue",
        "术语定义引自目录中没有的标准",
    ),
    "problem_term_source_ambiguous": (
        "Terms whose source may be one of several standards",
        "术语定义的来源不唯一",
    ),
    "problem_term_without_source": ("Terms whose definition quotes no standard", "术语定义未引自标准"),
    "problem_node_parent_unknown": ("Nodes whose parent node does not exist", "上级节点不存在的节点"),
    "problem_placement_unknown": ("Places that name an unknown node or standard", "体系位置所指的节点或标准不存在"),
    "problem_standard_without_place": (
        "Standards that answer requirements but stand in no system",
        "对应要求但未列入体系的标准",
    ),
    "problem_requirement_without_measure": ("Requirements of unknown measures", "所属措施不存在的要求"),
    "problem_link_without_requirement": ("Links of unknown requirements", "所属要求不存在的关联"),
    "problem_link_target_unknown": ("Links to unknown standards or drafts", "所指标准或草案不存在的关联"),
    "problem_measure_without_requirements": ("Measures not yet broken down into requirements", "尚未分解为要求的措施"),
    "problem_measure_without_dates": (
        "Measures with neither a comment deadline nor an entry into force",
        "既无评议截止日期也无生效日期的措施",
    ),
    "problem_requirement_without_codes": ("Requirements without HS or ICS codes", "没有HS或ICS编码的要求"),
    "problem_limit_not_compared": (
        "Covered requirements whose limit could not be compared with the standard's",
        "已覆盖但限值未能与标准比较的要求",
    ),
}

WORDS: Mapping[str, tuple[str, str]] = {
    **_STATES,
    **_DEFECTS,
    **_ACTIONS,
    **_REASONS,
    **_ADVICE,
    **_PROBLEMS,
    **CHANGE_WORDS,
    **WORK_WORDS,
    **WAY_WORDS,
}


def language_of(tag: str) -> str:
    """Return the language of a report for a BCP 47 tag.

    Raises:
        InvalidArgumentError: reports are not written in that language.
    """
    primary = tag.replace("_", "-").split("-")[0].casefold()
    found = {"en": "en", "zh": "zh-Hans"}.get(primary)
    if found is None:
        raise InvalidArgumentError.in_field("language", "{language} is not one of en, zh-Hans", language=tag)
    return found


def label(code: str, language: str) -> str:
    """Return the words for *code*."""
    return WORDS[code][LANGUAGES.index(language)]


def sentence(reason: Reason, language: str) -> str:
    """Return what a reason says."""
    filled = {name: _shown(name, value, language) for name, value in reason.parameters}
    if "node" in filled:
        filled["node"] = f"{filled['node']} {filled['node_en' if language == 'en' else 'node_zh']}".rstrip()
    return label(reason.code, language).format(**filled)


def stage_label(stage: str, language: str) -> str:
    """Return the name of a harmonized stage code, the code itself where it has no name."""
    code = f"stage_{stage[:2]}"
    return label(code, language) if code in WORDS else stage


def _shown(name: str, value: str, language: str) -> str:
    if name == "level":
        return label(f"level_{value}", language)
    if name == "stage":
        return stage_label(value, language)
    if name in ("date", "entry") and not value:
        return ("a date not recorded", "日期未记录的日子")[LANGUAGES.index(language)]
    return value
