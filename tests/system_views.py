"""Build invented views of standards systems."""

import random
from collections.abc import Sequence
from datetime import date

from standards_tree.catalogue import Title
from standards_tree.standards import Level, StandardStatus
from standards_tree.systems.system_view import (
    PlacedDraft,
    PlacedStandard,
    Subject,
    SystemView,
    ViewNode,
    view_of,
)

AS_OF = date(2026, 5, 10)
SYSTEM = Title("示例标准体系", "Invented standards system")
_WORDS = (
    "安全",
    "性能",
    "试验方法",
    "要求",
    "管理",
    "评价",
    "通用",
    "信息",
    "设备",
    "材料",
    "食品",
    "包装",
    "标签",
    "能效",
    "玩具",
)
_ENGLISH = ("safety", "performance", "tests", "of", "electrical", "equipment,", "toys", "(general", "requirements)")


def node(code: str, title: str = "", **facts: object) -> ViewNode:
    """Return a node below the one its number says: 1.2 stands below 1."""
    parent = code.rpartition(".")[0]
    return ViewNode(code, Title(title or f"节点{code}", f"Node {code}"), parent, depth=code.count("."), **facts)  # type: ignore[arg-type]


def standard(at: str, number: int, **facts: object) -> PlacedStandard:
    """Return a standard in force at the node *at*."""
    facts = {"title": Title("示例 试验方法"), "level": Level.NATIONAL, "status": StandardStatus.IN_FORCE, **facts}
    return PlacedStandard(at, f"GB/T {number}—2020", **facts)  # type: ignore[arg-type]


def view(
    nodes: Sequence[ViewNode], standards: Sequence[PlacedStandard] = (), drafts: Sequence[PlacedDraft] = ()
) -> SystemView:
    """Return the view of a whole system."""
    return view_of(Subject("invented", SYSTEM, AS_OF), nodes, standards, drafts)


def grown(count: int, seed: int, tops: int = 6, deepest: int = 4) -> SystemView:
    """Return a tree of *count* nodes grown at random, with titles of all lengths in both scripts."""
    dice = random.Random(seed)
    children: dict[str, int] = {}
    codes: list[str] = []
    for number in range(count):
        open_codes = [code for code in codes if code.count(".") < deepest - 1]
        parent = "" if number < tops or not open_codes else dice.choice(open_codes[: max(12, len(open_codes) // 2)])
        children[parent] = children.get(parent, 0) + 1
        codes.append(f"{parent}.{children[parent]}" if parent else str(children[parent]))
    codes.sort(key=lambda code: [int(part) for part in code.split(".")])
    nodes = [
        ViewNode(
            code,
            Title(
                "".join(dice.choices(_WORDS, k=dice.randint(1, 14))),
                " ".join(dice.choices(_ENGLISH, k=dice.randint(1, 9))),
            ),
            code.rpartition(".")[0],
            depth=code.count("."),
            planned_standards=dice.randint(0, 9),
        )
        for code in codes
    ]
    return view(nodes, [standard(dice.choice(codes), 1000 + number) for number in range(2 * count)])
