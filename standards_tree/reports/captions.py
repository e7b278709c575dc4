"""Hold the captions of a report in English and Simplified Chinese: headings, columns, sentences around the figures."""

from collections.abc import Mapping

from standards_tree.reports.inferred_captions import INFERRED_CAPTIONS
from standards_tree.reports.labels import LANGUAGES
from standards_tree.reports.plan_captions import PLAN_CAPTIONS

CAPTIONS: Mapping[str, tuple[str, str]] = {
    **PLAN_CAPTIONS,
    **INFERRED_CAPTIONS,
    "title": ("Gap report: foreign technical measures and domestic standards", "技术性贸易措施标准差距分析报告"),
    "subtitle": (
        "What foreign measures require, what our standards answer, and what to do first",
        "国外措施的要求、国内标准的覆盖情况与优先行动",
    ),
    "as_of": ("State on", "基准日期"),
    "scope": ("Scope", "分析范围"),
    "scope_all": ("all measures", "全部措施"),
    "systems": ("Standards systems", "标准体系"),
    "system": ("System", "体系"),
    "branch": ("Branch", "分支"),
    "symbols": ("Measures", "措施"),
    "members": ("Members", "成员"),
    "hs_prefixes": ("HS codes", "HS编码"),
    "ics_prefixes": ("ICS codes", "ICS编码"),
    "distributed_from": ("Distributed from", "通报起始日期"),
    "distributed_to": ("Distributed to", "通报截止日期"),
    "include_suggested": ("Suggested links count, marked as tentative", "计入建议的关联，结论标为暂定"),
    "confirmed_only": ("Only confirmed links count", "仅计入已确认的关联"),
    "contents": ("Contents", "目录"),
    "summary": ("Summary", "摘要"),
    "summary_sentence": (
        "{measures} measures with {requirements} requirements were examined. {assessed} requirements have been assessed; "
        "the standards answer {answered} of them ({ratio}). {pressing} gaps are critical or high.",
        "共分析措施{measures}项、要求{requirements}条。已评估{assessed}条，其中{answered}条有标准覆盖（{ratio}）；"
        "极高和高等级差距{pressing}条。",
    ),
    "summary_unknown": (
        "{measures} measures with {requirements} requirements were examined. No requirement has been assessed yet.",
        "共分析措施{measures}项、要求{requirements}条，尚无要求经过评估。",
    ),
    "summary_undescribed": (
        "{count} measures are not yet broken down into requirements and are not part of these figures.",
        "另有{count}项措施尚未分解为要求，未计入以上数字。",
    ),
    "summary_tentative": (
        "{count} verdicts are tentative: they rest on links nobody has reviewed.",
        "其中{count}条结论为暂定：所依据的关联尚未确认。",
    ),
    "figure_gaps": ("requirements need action", "条要求需要采取行动"),
    "figure_pressing": ("gaps are critical or high", "条差距等级为极高或高"),
    "figure_ratio": ("of the assessed requirements are answered", "已评估要求的覆盖率"),
    "figure_not_assessed": ("requirements are not assessed", "条要求尚未评估"),
    "steps": ("What to do first", "优先行动"),
    "steps_serves": ("Requirements served: {count}", "涉及要求：{count}条"),
    "steps_none": ("Nothing to do: every requirement is covered.", "无需行动：全部要求均已覆盖。"),
    "measures": ("Measures and deadlines", "措施与期限"),
    "gaps": ("Gaps, evidence and action", "差距、依据与行动"),
    "gaps_none": ("No gaps.", "没有差距。"),
    "covered": ("Requirements that are covered", "已覆盖的要求"),
    "defects": ("Repairs in the standards behind the answers", "所依据标准中需要修正的问题"),
    "tree": ("Coverage of the standards system", "标准体系覆盖情况"),
    "tree_none": ("There is no standards system in this report.", "本报告没有标准体系。"),
    "unplaced": ("{count} requirements belong to no node shown here.", "有{count}条要求不属于以上任何节点。"),
    "statistics": ("Statistics table (GB/T 13016-2018)", "标准统计表（GB/T 13016-2018）"),
    "breakdown": ("Breakdown", "分类统计"),
    "by_member": ("By member", "按成员"),
    "by_hs_chapter": ("By HS chapter", "按HS章"),
    "by_ics_field": ("By ICS field", "按ICS一级类"),
    "by_level": ("By level of the standard", "按标准级别"),
    "quality": ("Quality of the facts", "数据质量"),
    "quality_none": ("No contradictions or omissions were found.", "未发现矛盾或缺漏。"),
    "method": ("Method", "方法"),
    "verdicts": ("Verdicts", "结论"),
    "severities": ("Severity", "等级"),
    "provenance": ("Where the figures come from", "数据来源"),
    "provenance_sentence": (
        "Computed from these revisions of the services' change logs. The same revisions, scope and options give the same "
        "report, byte for byte.",
        "根据以下各服务变更日志的修订号计算。修订号、范围和选项相同，报告逐字节相同。",
    ),
    "measures_count": ("Measures", "措施数"),
    "tentative_count": ("Tentative verdicts", "暂定结论数"),
    "revision_of": ("Revision of {service}", "修订号：{service}"),
    "revision": ("{service}: revision {revision}", "{service}：修订号 {revision}"),
    "schema": ("Schema", "格式"),
    "kept_short": (
        "The first {shown} of {total} are shown; the workbook and the JSON form have all.",
        "仅显示{total}条中的前{shown}条，全部内容见电子表格和JSON文件。",
    ),
    "examples_short": ("and {count} more", "另有{count}条"),
    "filter": ("Filter", "筛选"),
    "filter_all": ("All", "全部"),
    "filter_text": ("Find in this table", "在表中查找"),
    "sort": ("Sort by this column", "按此列排序"),
    "severity": ("Severity", "等级"),
    "points": ("Points", "分值"),
    "points_count": ("{points} points", "{points}分"),
    "verdict": ("Verdict", "结论"),
    "firm_verdict": ("Without suggested links", "不计建议关联的结论"),
    "tentative": ("tentative", "暂定"),
    "requirement": ("Requirement", "要求"),
    "requirement_text": ("What is required", "要求内容"),
    "requirements": ("Requirements", "要求数"),
    "kind": ("Kind", "类型"),
    "limit": ("Limit", "限值"),
    "standard_limit": ("Standard's limit", "标准限值"),
    "parameter": ("Property", "指标"),
    "measure": ("Measure", "措施"),
    "measure_title": ("Title", "名称"),
    "member": ("Member", "成员"),
    "why": ("Why", "依据"),
    "action": ("Action", "行动"),
    "action_text": ("What to do", "行动内容"),
    "standard": ("Standard", "标准"),
    "standard_title": ("Title of the standard", "标准名称"),
    "status": ("Status", "状态"),
    "level": ("Level", "级别"),
    "suitable_level": ("Proposed level", "宜定级别"),
    "node": ("Node", "体系编号"),
    "node_name": ("Name", "名称"),
    "defect": ("Problem", "问题"),
    "target": ("Refers to", "所指标准"),
    "successor": ("Current edition", "现行版本"),
    "clause": ("Clause", "条款"),
    "at_clause": ("clause {clause}", "条款{clause}"),
    "dated_column": ("Dated", "注日期"),
    "due": ("Due since {date}", "应于{date}前复审"),
    "due_column": ("Review due", "复审期限"),
    "deadline": ("Comments until", "评议截止"),
    "entry": ("Enters into force", "生效日期"),
    "distributed": ("Distributed", "通报日期"),
    "next_date": ("Next date", "下一期限"),
    "next_comments": ("comments close", "评议截止"),
    "next_entry": ("enters into force", "生效"),
    "days_left": ("{days} days left", "剩{days}天"),
    "days_left_column": ("Days left", "剩余天数"),
    "no_date": ("none to come", "无"),
    "in_force_since": ("in force since {date}", "{date}起已生效"),
    "example": ("invented example", "示例"),
    "coverage": ("Coverage", "覆盖情况"),
    "expected": ("Should be", "应有数"),
    "existing": ("There are", "现有数"),
    "ratio": ("Ratio", "比例"),
    "answered": ("Answered", "已覆盖"),
    "assessed": ("Assessed", "已评估"),
    "answered_ratio": ("Rate", "覆盖率"),
    "total": ("Total", "合计"),
    "problem": ("Problem", "问题"),
    "count": ("Count", "数量"),
    "examples": ("Cases", "实例"),
    "path": ("Path", "路径"),
    "path_length": ("Length", "长度"),
    "step": ("Step", "步"),
    "edge": ("Relation", "关系"),
    "name": ("Name", "名称"),
    "code": ("Code", "代码"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "hs": ("HS", "HS"),
    "ics": ("ICS", "ICS"),
    "sheet_summary": ("Summary", "摘要"),
    "sheet_measures": ("Measures", "措施"),
    "sheet_gaps": ("Gaps", "差距"),
    "sheet_evidence": ("Evidence", "依据"),
    "sheet_tree": ("Statistics", "标准统计表"),
    "sheet_plan": ("Plan", "工作计划"),
    "sheet_quality": ("Data quality", "数据质量"),
    "method_covered": (
        "A confirmed link says that a standard in force answers the whole requirement, and everything it depends on is sound.",
        "已确认的关联表明现行标准覆盖全部要求，且该标准所依据的标准均无问题。",
    ),
    "method_covered_stale": (
        "As above, but the link names an earlier edition, or something the standard depends on is superseded, abolished, "
        "unknown or overdue for review.",
        "同上，但关联的是旧版本，或该标准所依据的标准被代替、废止、不在目录中或超期未复审。",
    ),
    "method_partial": ("A standard in force answers a part.", "现行标准只覆盖部分要求。"),
    "method_weaker": (
        "A standard in force answers, but its limit permits what the requirement forbids.",
        "现行标准有对应内容，但其限值允许要求所不允许的情形。",
    ),
    "method_draft_only": (
        "Only a draft, or a standard that is not yet in force, answers.",
        "只有在研标准或尚未实施的标准与之对应。",
    ),
    "method_uncovered": (
        "Somebody looked, and no domestic standard in force or in preparation answers.",
        "经评估，没有现行或在研的国内标准与之对应。",
    ),
    "method_not_assessed": (
        "Nobody has looked yet, or suggested links wait for review.",
        "尚未评估，或建议的关联等待确认。",
    ),
    "method_severity": (
        "Points: not covered or weaker 4; partly covered or not assessed 3; in preparation 2; stale 2, for light reasons 1. "
        "The measure is in force or enters into force within {near} days: 2 more; comments are open or it enters into "
        "force within {far} days: 1 more. The requirement decides market access (limit, design, performance, certification, "
        "registration): 1 more. From 6 points critical, from 4 high, from 2 medium. Covered requirements are at most medium, "
        "those not assessed at most high.",
        "计分：未覆盖、指标偏低4分；部分覆盖、未评估3分；仅有在研标准2分；需更新2分，轻微原因1分。"
        "措施已生效或{near}天内生效加2分；评议未截止或{far}天内生效加1分；"
        "直接影响市场准入（限值、设计、性能、认证、注册）加1分。6分及以上为极高，4分及以上为高，2分及以上为中。"
        "已覆盖的要求最高为中，未评估的要求最高为高。",
    ),
    "method_stock": (
        "“Should be” counts standards in force, issued and in draft, those proposed here, and is never below what the system "
        "plans. “There are” counts those in force. Reviews are due {years} years after issue or the last confirmation.",
        "应有数包括现行、已发布待实施、在研的标准和本报告建议制定的标准，且不低于体系规划数；现有数为现行标准数。"
        "标准发布或上次复审确认后满{years}年应复审。",
    ),
}


def caption(code: str, language: str, **parameters: object) -> str:
    """Return the caption for *code*, filled with *parameters*."""
    return CAPTIONS[code][LANGUAGES.index(language)].format(**parameters)
