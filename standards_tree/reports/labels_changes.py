"""Hold the words for what differs between two reports, and for the work of a plan."""

from collections.abc import Mapping

CHANGE_WORDS: Mapping[str, tuple[str, str]] = {
    "change_closed": ("Closed", "已消除"),
    "change_opened": ("Opened", "新增"),
    "change_worsened": ("Worsened", "加重"),
    "change_improved": ("Improved", "减轻"),
    "change_entered_scope": ("the requirement is new in the scope", "该要求新纳入分析范围"),
    "change_left_scope": ("the requirement is not in the scope any more", "该要求已不在分析范围内"),
    "change_verdict": ("the verdict was “{before}” and is “{after}”", "结论由“{before}”变为“{after}”"),
    "change_standard": ("{after} decides in place of {before}", "判定依据由{before}变为{after}"),
    "change_nothing": ("nothing", "无"),
    "change_defect_gone": ("no longer: {what}", "已解决：{what}"),
    "change_defect_new": ("new: {what}", "新出现：{what}"),
    "change_no_longer": ("gives no points any more: {what}", "不再计分：{what}"),
}

WORK_WORDS: Mapping[str, tuple[str, str]] = {
    "work_write_new": ("Write", "制定"),
    "work_revise": ("Revise", "修订"),
    "work_adopt": ("Adopt", "采用"),
}
