"""Say where a comparison of limits rests on what their units leave unsaid: parts of a mass or a volume, a kelvin or a rise."""

from standards_tree.limits import Limit

CAUTION = "{unit} does not say whether by mass or by volume, as of gases and alcohol; the answer may be another"
CAUTION_RISE = (
    "{unit} is taken for a temperature; where it is a difference, as of a temperature rise, the answer is another"
)
_PARTS = ("ppm", "ppb", "%", "‰")


def caution_about(*limits: Limit) -> tuple[str, str]:
    """Return the caution that a comparison of *limits* calls for and the unit it is about; empty texts where it calls for none.

    Parts of a whole are parts by mass or by volume, and limits seldom say of which. It does not matter between per cent and
    per mille, nor where all are in one unit. A kelvin beside degrees is mostly a rise.
    """
    units = {limit.unit for limit in limits}
    if len(units) < 2 or units <= {"%", "‰"}:
        return "", ""
    if "K" in units and units & {"°C", "℃", "°F"}:
        return CAUTION_RISE, "K"
    unit = next((unit for unit in _PARTS if unit in units), "")
    return (CAUTION, unit) if unit else ("", "")
