"""The rules of the page for drawings, for a drawing that stands alone: with the values of custom properties put in."""

import re
from typing import Final

FONTS: Final = (
    '.drawing{font-family:system-ui,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","DejaVu Sans",sans-serif}'
)
COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
MEDIA: Final = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
RULE: Final = re.compile(r"([^{}]+)\{([^{}]*)\}")
PROPERTY: Final = re.compile(r"(--[\w-]+):\s*([^;]+);")
LOOKED_UP: Final = re.compile(r"var\((--[\w-]+)\)")
OURS: Final = re.compile(r"\.fig-|\.drawing(?![-\w])")


def drawing_style(base: str, figures: str) -> str:
    """The rules for drawings in the sheet `figures`, with the properties that the sheet `base` defines.

    Raises:
        ValueError: a rule looks up a property that `base` does not define.
    """
    values: dict[str, str] = dict(PROPERTY.findall(base))
    rules = [
        f"{_line(selector)}{{{_line(body)}}}"
        for selector, body in RULE.findall(MEDIA.sub("", COMMENT.sub("", figures)))
        if OURS.search(selector) and "drawing-narrow" not in selector
    ]

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise ValueError(f"figures.css: expected a property of base.css, got {found[1]}. Define it in :root.")
        return values[found[1]]

    return FONTS + LOOKED_UP.sub(value, "".join(rules))


def _line(rule: str) -> str:
    return " ".join(rule.split())
