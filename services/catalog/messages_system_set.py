"""Put the figures of a standards system into messages."""

from typing import Final

from services.catalog.messages import DEGREE, LEVEL_TO
from services.runtime.civil_dates import date_to
from standards_tree.systems.kinds import StandardKind
from standards_tree.systems.statistics import Figures, NodeFigures, Statistics
from standards_tree.systems.system_view import SystemView
from tbt.catalog.v1 import system_set_pb2 as set_pb
from tbt.type.v1 import type_pb2

LANGUAGES: Final = {"en": "en", "zh": "zh-Hans", "zh-CN": "zh-Hans", "zh-Hans": "zh-Hans"}
_KIND_TO: Final = {
    StandardKind.BASIC: set_pb.STANDARD_KIND_BASIC,
    StandardKind.METHOD: set_pb.STANDARD_KIND_METHOD,
    StandardKind.PRODUCT: set_pb.STANDARD_KIND_PRODUCT,
    StandardKind.COMPONENT: set_pb.STANDARD_KIND_COMPONENT,
    StandardKind.MATERIAL: set_pb.STANDARD_KIND_MATERIAL,
    StandardKind.SAFETY: set_pb.STANDARD_KIND_SAFETY,
    StandardKind.OTHER: set_pb.STANDARD_KIND_OTHER,
}
_DEGREE_TO: Final = {degree: number for number, degree in DEGREE.items()}


def statistics_to(view: SystemView, statistics: Statistics) -> set_pb.SystemStatistics:
    """Return the figures of *view* for the wire."""
    return set_pb.SystemStatistics(
        as_of=date_to(view.as_of),
        total=_figures_to(statistics.total),
        levels=[
            set_pb.LevelStatistics(
                level=LEVEL_TO[row.category.value] if row.category is not None else type_pb2.LEVEL_UNSPECIFIED,
                figures=_figures_to(row.figures),
            )
            for row in statistics.levels
        ],
        kinds=[
            set_pb.KindStatistics(
                kind=_KIND_TO[row.category] if row.category is not None else set_pb.STANDARD_KIND_UNSPECIFIED,
                figures=_figures_to(row.figures),
            )
            for row in statistics.kinds
        ],
        nodes=[_node_to(one) for one in statistics.nodes],
        adoptions=[
            set_pb.AdoptionStatistics(degree=_DEGREE_TO[degree], count=count)
            for degree, count in statistics.adoptions.items()
        ],
        unstated_nodes=statistics.unstated_nodes,
    )


def _node_to(one: NodeFigures) -> set_pb.NodeStatistics:
    return set_pb.NodeStatistics(
        code=one.node.code,
        title=type_pb2.LocalizedText(zh=one.node.title.zh, en=one.node.title.en),
        depth=one.node.depth,
        own=_figures_to(one.own),
        branch=_figures_to(one.branch),
    )


def _figures_to(figures: Figures) -> set_pb.StockFigures:
    return set_pb.StockFigures(
        in_force=figures.in_force,
        upcoming=figures.upcoming,
        superseded=figures.superseded,
        abolished=figures.abolished,
        drafts=figures.drafts,
        additional=figures.additional,
        not_begun=figures.not_begun,
        expected=figures.expected,
        ratio=figures.ratio,
    )
