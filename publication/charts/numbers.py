"""Numbers and text as they stand in a figure."""

from html import escape

MINUS = "−"


def number(value: float, decimals: int, mark: str, *, signed: bool = False) -> str:
    """The number with the language's decimal mark and a true minus; with `signed` a plus before what is above zero."""
    text = f"{abs(value):.{decimals}f}".replace(".", mark)
    if float(f"{value:.{decimals}f}") < 0:
        return MINUS + text
    return f"+{text}" if signed and float(f"{value:.{decimals}f}") > 0 else text


def share_class(share: float) -> str:
    """The width class w0 to w100 of a share in percent: the Content-Security-Policy allows no style attribute."""
    return f"w{min(100, max(0, round(share)))}"


def safe(text: object) -> str:
    return escape(str(text), quote=True)
