"""Hold the captions of the plan of work, and the sentence that says how good it is."""

from collections.abc import Mapping

from standards_tree.reports.labels import LANGUAGES, label
from standards_tree.reports.schema import PlanEntry

PLAN_CAPTIONS: Mapping[str, tuple[str, str]] = {
    "plan": ("Plan of work", "工作计划"),
    "plan_year": ("Year", "年度"),
    "plan_kind": ("Work", "工作"),
    "plan_work": ("What to do", "工作内容"),
    "plan_closes": ("Closes the gap of", "消除差距的要求"),
    "plan_helps": ("Helps to close", "有助于消除"),
    "plan_weight": ("Weight", "权重"),
    "plan_subject": ("Standard", "标准"),
    "plan_measure": ("Answers the measure", "对应措施"),
    "plan_none": (
        "No budget was given, so that nothing is scheduled. This is the work that would close gaps, the weightiest first.",
        "未给定预算，因此不排定年度。以下为可消除差距的标准工作，按权重由高到低排列。",
    ),
    "plan_nothing": ("No work on standards would close a gap.", "没有可通过标准制修订消除的差距。"),
    "plan_budget": (
        "{years} years from {first}, {count} standards a year",
        "自{first}年起{years}年，每年{count}项标准",
    ),
    "plan_budget_level": ("of {level} at most {count}", "其中{level}不超过{count}项"),
    "plan_sentence": (
        "Budget: {budget}. Of {candidates} pieces of work {chosen} are planned; they close {closed} of the {closable} gaps that "
        "work on standards can close, {closed_weight} of {closable_weight} points.",
        "预算：{budget}。在{candidates}项可选工作中安排{chosen}项，消除{closable}条可通过标准工作消除的差距中的{closed}条，"
        "即{closable_weight}分中的{closed_weight}分。",
    ),
    "plan_proven": (
        "The plan is proven to be the best (value {value}; taking the greatest gain first would reach {greedy}).",
        "经证明该计划为最优（价值{value}；贪心选取可达{greedy}）。",
    ),
    "plan_bounded": (
        "The plan is worth {value}, no plan is worth more than {bound}: it is at most {gap} from the best. Taking the greatest "
        "gain first would reach {greedy}.",
        "该计划价值{value}，任何计划的价值不超过{bound}，与最优相差不超过{gap}；贪心选取可达{greedy}。",
    ),
    "plan_year_line": (
        "{year}: {works} pieces of work; {closed} of {whole} points closed by then",
        "{year}年：{works}项工作，累计消除{whole}分中的{closed}分",
    ),
    "plan_drawn": ("Share of the weight that is closed, by years", "各年度消除的权重占比"),
    "plan_others": ("Other work that would close gaps", "其他可消除差距的工作"),
    "evidence_drawn": (
        "The way from the requirement to the standard and to what is wrong",
        "从要求到标准及其问题的路径",
    ),
    "tree_drawn": (
        "The system: each node as wide as the standards it should have, coloured by how many there are",
        "标准体系：宽度为应有数，颜色为现有数占应有数的比例",
    ),
    "tree_scale": ("There are, of what should be:", "现有数占应有数："),
    "calendar_drawn": ("The deadlines of the next twelve months", "未来十二个月的期限"),
    "method_plan": (
        "A gap weighs its points. A revision extends a standard, renews its references and its adoption at once; a new standard "
        "answers one measure at one place. A gap is closed when everything it takes is done, and counts for every year of the "
        "plan from then on. The plan is found by integer programming; greedy choice is shown beside it.",
        "差距的权重为其分值。修订一项标准即同时扩充其内容、更新其引用和采标；一项新标准对应一项措施和一个体系位置。"
        "差距在所需工作全部完成时消除，自该年度起逐年计入。计划由整数规划求得，并列出贪心选取的结果。",
    ),
}


def plan_caption(code: str, language: str, **parameters: object) -> str:
    """Return the caption for *code*, filled with *parameters*."""
    return PLAN_CAPTIONS[code][LANGUAGES.index(language)].format(**parameters)


def plan_sentence(plan: PlanEntry, language: str) -> str:
    """Return what the plan reaches within which budget, and how far from the best it may be."""
    budget = plan["budget"]
    parts = [
        plan_caption(
            "plan_budget",
            language,
            years=budget["years"],
            first=budget["first_year"],
            count=budget["standards_per_year"],
        )
    ]
    parts += [
        plan_caption("plan_budget_level", language, level=label(f"level_{level}", language), count=count)
        for level, count in budget["levels"].items()
    ]
    reached = plan_caption(
        "plan_sentence",
        language,
        budget=("，" if language == "zh-Hans" else ", ").join(parts),
        candidates=plan["candidates"],
        chosen=len(plan["work"]),
        closed=plan["closed"],
        closable=plan["closable"],
        closed_weight=plan["closed_weight"],
        closable_weight=plan["closable_weight"],
    )
    proven = plan["value"] == plan["upper_bound"]
    quality = plan_caption(
        "plan_proven" if proven else "plan_bounded",
        language,
        value=plan["value"],
        greedy=plan["greedy_value"],
        bound=plan["upper_bound"],
        gap=f"{plan['optimality_gap'] * 100:.2f}%",
    )
    return reached + ("" if language == "zh-Hans" else " ") + quality
