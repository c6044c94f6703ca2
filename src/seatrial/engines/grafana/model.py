"""A declared board as Grafana's JSON, by the types of grafana-foundation-sdk 0.0.21.

Its builders are left alone: they load every panel there is, which takes longer than a plan. The
data source is named by a fixed uid: `${DS_...}` never resolves where boards are provisioned, and
without one Grafana takes the default.
"""

import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from seatrial.contract.board import Board, Kind, Level, Onward, Panel, Query, Unit
from seatrial.engines.grafana.names import CENTRAL, LEAST_STEP, SOURCE, Address

with warnings.catch_warnings():
    # it recommends the second schema, which only Grafana 12 and newer read
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.cog.encoder import JSONEncoder
    from grafana_foundation_sdk.models import (
        bargauge,
        common,
        dashboard,
        heatmap,
        prometheus,
        stat,
        table,
        timeseries,
    )


_UNITS: Mapping[Unit, str] = {
    Unit.COUNT: "short",
    Unit.SHARE: "percentunit",
    Unit.PER_SECOND: "cps",
    Unit.SECONDS: "s",
    Unit.BYTES: "bytes",
    Unit.BYTES_PER_SECOND: "Bps",
    Unit.CORES: "short",
    Unit.YES_NO: "bool_yes_no",
}
_COLORS: Mapping[Level, str] = {Level.GOOD: "green", Level.WARN: "orange", Level.BAD: "red"}
_TYPES: Mapping[Kind, str] = {
    Kind.LINES: "timeseries",
    Kind.STAT: "stat",
    Kind.TABLE: "table",
    Kind.BARS: "bargauge",
    Kind.HEATMAP: "heatmap",
}
_WIDE = 24
_HIGH = 8


def text(board: Board, *, tags: Iterable[str], address: Address) -> str:
    """The board's JSON: the same bytes for the same board."""
    made = dashboard.Dashboard(
        uid=board.uid,
        title=board.title,
        description=board.summary,
        tags=["seatrial", *tags],
        editable=False,
        graph_tooltip=dashboard.DashboardCursorSync.CROSSHAIR,
        time=dashboard.DashboardDashboardTime(from_val="now-1h", to="now"),
        timepicker=dashboard.TimePickerConfig(),
        refresh="10s",
        panels=_panels(board, address),
        links=_links(board.links, address),
        templating=dashboard.DashboardDashboardTemplating(),
        annotations=dashboard.AnnotationContainer(),
        version=1,
    )
    return _written(made)


# without keys in order a field that is added would move all others
_encoded = JSONEncoder(sort_keys=True).encode


def _written(made: dashboard.Dashboard) -> str:
    """Its JSON, with a line for each key, and of each panel too.

    Python's own encoder is ten times as slow where it indents, and a thousand boards are written.
    """
    panels = [_lined(each.to_json(), "   ", "  }") for each in made.panels or ()]
    listed = "[\n  " + ",\n  ".join(panels) + "\n ]" if panels else "[]"
    whole = made.to_json()
    rows = (
        f" {_encoded(key)}: {listed if key == 'panels' else _encoded(whole[key])}"
        for key in sorted(whole)
    )
    return "{\n" + ",\n".join(rows) + "\n}\n"


def _lined(values: Mapping[str, Any], before: str, end: str) -> str:
    rows = (f"{before}{_encoded(key)}: {_encoded(values[key])}" for key in sorted(values))
    return "{\n" + ",\n".join(rows) + "\n" + end


def _panels(board: Board, address: Address) -> list[dashboard.Panel | dashboard.RowPanel]:
    found: list[dashboard.Panel | dashboard.RowPanel] = []
    number, top = 0, 0
    source = common.DataSourceRef(type_val="prometheus", uid=CENTRAL if board.central else SOURCE)
    for place, row in enumerate(board.rows):
        at = dashboard.GridPos(h=1, w=_WIDE, x=0, y=top)
        # rows are numbered after all panels: a panel's number is its place, and links name it
        id_ = len(board.panels) + place + 1
        found.append(dashboard.RowPanel(title=row.title, grid_pos=at, id_val=id_, panels=[]))
        top, left = top + 1, 0
        for panel in row.panels:
            number += 1
            if left + panel.width > _WIDE:
                top, left = top + _HIGH, 0
            place_ = dashboard.GridPos(h=_HIGH, w=panel.width, x=left, y=top)
            found.append(_panel(panel, number, place_, source, address))
            left += panel.width
        top += _HIGH
    return found


def _panel(
    panel: Panel,
    number: int,
    place: dashboard.GridPos,
    source: common.DataSourceRef,
    address: Address,
) -> dashboard.Panel:
    return dashboard.Panel(
        type_val=_TYPES[panel.kind],
        id_val=number,
        title=panel.title,
        description=panel.description,
        datasource=source,
        grid_pos=place,
        targets=[_target(panel, each, at, source) for at, each in enumerate(panel.queries)],
        links=_links(panel.links, address),
        interval=LEAST_STEP,
        options=_options(panel),
        field_config=dashboard.FieldConfigSource(defaults=_defaults(panel), overrides=[]),
    )


def _target(
    panel: Panel, query: Query, at: int, source: common.DataSourceRef
) -> prometheus.Dataquery:
    now = panel.kind in {Kind.STAT, Kind.TABLE, Kind.BARS}
    forms = {Kind.HEATMAP: prometheus.PromQueryFormat.HEATMAP}
    return prometheus.Dataquery(
        ref_id=chr(ord("A") + at),
        expr=query.over("$__rate_interval"),
        legend_format=query.legend,
        instant=now,
        range_val=not now,
        format_val=forms.get(panel.kind, prometheus.PromQueryFormat.TIME_SERIES),
        datasource=source,
    )


def _defaults(panel: Panel) -> dashboard.FieldConfig:
    mode = (
        dashboard.FieldColorModeId.THRESHOLDS
        if panel.thresholds and panel.kind is not Kind.LINES
        else dashboard.FieldColorModeId.PALETTE_CLASSIC_BY_NAME
    )
    steps = [
        dashboard.Threshold(value=each.at, color=_COLORS[each.level]) for each in panel.thresholds
    ] or [dashboard.Threshold(value=None, color=_COLORS[Level.GOOD])]
    return dashboard.FieldConfig(
        unit=_UNITS[panel.unit],
        min_val=0 if panel.kind is Kind.LINES else None,
        no_value="no data",
        thresholds=dashboard.ThresholdsConfig(mode=dashboard.ThresholdsMode.ABSOLUTE, steps=steps),
        color=dashboard.FieldColor(mode=mode),
        mappings=[],
        custom=_lines(panel) if panel.kind is Kind.LINES else None,
    )


def _lines(panel: Panel) -> timeseries.FieldConfig:
    stacking = common.StackingMode.NORMAL if panel.stacked else common.StackingMode.NONE
    shown = common.GraphThresholdsStyleMode
    return timeseries.FieldConfig(
        draw_style=common.GraphDrawStyle.LINE,
        line_width=1,
        fill_opacity=20 if panel.stacked else 5,
        show_points=common.VisibilityMode.NEVER,
        stacking=common.StackingConfig(mode=stacking),
        span_nulls=False,  # a gap is a gap
        thresholds_style=common.GraphThresholdsStyleConfig(
            mode=shown.DASHED if panel.thresholds else shown.OFF
        ),
    )


def _options(panel: Panel) -> Any:
    last = common.ReduceDataOptions(calcs=["lastNotNull"], fields="", values=False)
    match panel.kind:
        case Kind.STAT:
            return stat.Options(reduce_options=last, color_mode=common.BigValueColorMode.BACKGROUND)
        case Kind.BARS:
            return bargauge.Options(
                reduce_options=last, orientation=common.VizOrientation.HORIZONTAL
            )
        case Kind.TABLE:
            return table.Options()
        case Kind.HEATMAP:
            return heatmap.Options()
        case _:
            legend = common.VizLegendOptions(
                show_legend=True,
                display_mode=common.LegendDisplayMode.LIST,
                placement=common.LegendPlacement.BOTTOM,
                calcs=["lastNotNull"],
            )
            return timeseries.Options(legend=legend, tooltip=_tooltip())


def _tooltip() -> common.VizTooltipOptions:
    return common.VizTooltipOptions(
        mode=common.TooltipDisplayMode.MULTI, sort=common.SortOrder.DESCENDING
    )


def _links(links: Iterable[Onward], address: Address) -> list[dashboard.DashboardLink]:
    return [
        dashboard.DashboardLink(
            title=each.title,
            type_val=dashboard.DashboardLinkType.LINK,
            url=address(each),
            icon="external link",
            target_blank=False,
        )
        for each in links
        if address(each)
    ]
