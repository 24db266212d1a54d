"""A place's colours, made readable. Pure: whatever hex an editor chose, text on it and in it keeps its contrast."""

from __future__ import annotations

import re
from collections.abc import Mapping

PAPER = "#fbf7ef"
WHITE = "#ffffff"
BLACK = "#000000"
ENOUGH = 5.0  # WCAG asks 4.5 for text; a little room for tinted grounds
HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


def as_stylesheet(colours: Mapping[str, str]) -> str:
    """Custom properties for the page; nothing for a colour that is missing or not `#rrggbb`."""
    lines: list[str] = []
    for name in ("brand", "accent"):
        given = colours.get(name, "")
        if HEX.match(given):
            shade = readable(given.lower())
            lines.append(f"  --{name}: {shade};")
            lines.append(f"  --{name}-deep: {mix(shade, BLACK, 0.28)};")
            lines.append(f"  --{name}-soft: {mix(shade, WHITE, 0.88)};")
    return ":root {\n" + "\n".join(lines) + "\n}\n"


def readable(colour: str) -> str:
    """The colour, darkened step by step until white text on it and itself on paper can be read."""
    for step in range(21):
        shade = mix(colour, BLACK, step * 0.05)
        if contrast(shade, PAPER) >= ENOUGH:
            return shade
    return BLACK


def mix(one: str, other: str, share: float) -> str:
    """`share` of the other colour stirred into the one."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
