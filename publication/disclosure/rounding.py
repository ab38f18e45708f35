"""How a raw number becomes a published one, so that it can be recomputed to the last decimal."""

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

NOISE = Decimal("1e-9")  # below the last decimal that two machines agree on


def _settled(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(NOISE, rounding=ROUND_HALF_UP)


def nearest(value: float, decimals: int) -> float:
    """Rounded half up, after the noise of floating point has been taken off."""
    return float(_settled(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)) + 0.0


def down(value: float, decimals: int) -> float:
    """The lower end of an interval: rounded outward, so that the published interval is never the narrower one."""
    return float(_settled(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_FLOOR)) + 0.0


def up(value: float, decimals: int) -> float:
    """The upper end of an interval: rounded outward."""
    return float(_settled(value).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_CEILING)) + 0.0
