"""Hold the captions of what is inferred, and the words for the steps of its ways."""

from collections.abc import Mapping

INFERRED_CAPTIONS: Mapping[str, tuple[str, str]] = {
    "inferred": ("Inferred, not confirmed", "推断的覆盖（未确认）"),
    "inferred_note": (
        "No verdict and no figure of this report counts what stands here: nobody has confirmed it. For requirements that no link "
        "answers it names the standard that most probably does, with the way through the network of relations.",
        "以下内容未经确认，不计入本报告的任何结论和数字。对没有关联标准的要求，列出经关系网络推断最可能与之对应的标准及其路径。",
    ),
    "inferred_none": ("Nothing is inferred.", "没有推断结果。"),
    "inferred_standard": ("Probably answered by", "可能对应的标准"),
    "inferred_strength": ("Would answer", "推断的覆盖程度"),
    "inferred_probability": ("Probability", "概率"),
    "inferred_way": ("Way", "路径"),
    "sheet_inferred": ("Inferred", "推断"),
}

WAY_WORDS: Mapping[str, tuple[str, str]] = {
    "strength_whole": ("the whole", "全部"),
    "strength_part": ("at least a part", "至少一部分"),
    "strength_related": ("perhaps", "可能相关"),
    "way_refers_dated": ("refers to (dated)", "注日期引用"),
    "way_refers_undated": ("refers to (undated)", "不注日期引用"),
    "way_refers_informative": ("refers to (informative)", "资料性引用"),
    "way_supersedes": ("supersedes", "代替"),
    "way_amends": ("amends", "修改"),
    "way_adopts_idt": ("adopts (IDT)", "等同采用"),
    "way_adopts_mod": ("adopts (MOD)", "修改采用"),
    "way_adopts_neq": ("adopts (NEQ)", "非等效采用"),
    "way_adopts": ("adopts", "采用"),
    "way_cites": ("cites", "提及"),
    "way_part_of": ("is part of", "属于"),
    "way_revises": ("revises", "修订"),
    "way_link_equal": ("is answered exactly by", "等同关联"),
    "way_link_subset": ("lies within", "被标准包含"),
    "way_link_superset": ("is wider than", "超出标准"),
    "way_link_intersects": ("overlaps", "与标准交叉"),
    "way_contains": ("contains", "包含"),
    "way_related_to": ("is related to", "相关"),
    "way_linked_to": ("is linked to", "关联"),
}
