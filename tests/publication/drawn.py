"""Reading a drawing back: its texts and where they and the marks stand."""

import re
from xml.etree import ElementTree as ET

from publication.charts.fitting import width_of

SVG = "{http://www.w3.org/2000/svg}"


def drawings(html: str) -> list[ET.Element]:
    """Every drawing of a page, parsed: what is not well-formed is an error."""
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", html, re.DOTALL)]  # noqa: S314 - our own drawing


def texts(drawing: ET.Element) -> list[str]:
    return [text.text or "" for text in drawing.iter(f"{SVG}text")]


def named(drawing: ET.Element, name: str) -> list[ET.Element]:
    """The elements with a class."""
    return [one for one in drawing.iter() if name in (one.get("class") or "").split()]


def outside(drawing: ET.Element) -> list[str]:
    """Texts and points of paths that leave the drawing; texts are taken to be as wide as the widest common face."""
    width, height = float(drawing.get("width", "0")), float(drawing.get("height", "0"))
    size = 15 if width < 500 else 14
    found = []
    for one in drawing.iter(f"{SVG}text"):
        wide = width_of(one.text or "", size)
        start = float(one.get("x", "0")) - {"end": wide, "middle": wide / 2}.get(one.get("text-anchor", ""), 0.0)
        if start < -0.5 or start + wide > width + 0.5 or not 0 < float(one.get("y", "0")) <= height:
            found.append(one.text or "")
    for one in drawing.iter(f"{SVG}path"):
        for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", one.get("d") or ""):
            if not (0 <= float(x) <= width and 0 <= float(y) <= height):
                found.append(f"{one.get('class')}: {x}, {y}")
    return found
