"""The figures as one picture, an SVG of a few plain shapes: accuracy by way, for each set and number of examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

WIDTH, LEFT, BAR, GAP, HEAD = 760, 250, 15, 3, 34
FULL = WIDTH - LEFT - 110
COLOURS = ("#1f5c4d", "#4f9d86", "#b9792b", "#8a6fb0", "#9aa3ab", "#c5ccd1", "#c5ccd1", "#c5ccd1", "#c5ccd1", "#c5ccd1")


def picture(charts: Sequence[tuple[str, Mapping[str, tuple[float, float]]]]) -> str:
    """Charts one under another: a title, and by way the mean (0 to 1) and the spread of its draws."""
    parts: list[str] = []
    top = 30
    for title, bars in charts:
        parts += _chart(title, bars, top)
        top += HEAD + len(bars) * (BAR + GAP) + 14
    ways = ", ".join(title for title, _ in charts)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {top}" role="img" '
            f'font-family="system-ui, sans-serif" font-size="12">',
            f"<title>Share of messages told apart rightly: {escape(ways)}</title>",
            f'<rect width="{WIDTH}" height="{top}" fill="#fff"/>',
            *parts,
            "</svg>",
            "",
        ]
    )


def charts_of(found: Mapping[str, Any]) -> list[tuple[str, dict[str, tuple[float, float]]]]:
    """What `bench.intents` found, as charts."""
    return [
        (title, {way: (told["accuracy"]["mean"], told["accuracy"]["spread"]) for way, told in ways.items()})
        for title, ways in found["sets"].items()
    ]


def _chart(title: str, bars: Mapping[str, tuple[float, float]], top: int) -> list[str]:
    parts = [f'<text x="{LEFT}" y="{top + 10}" font-weight="bold">{escape(title)}</text>']
    for at, (way, (mean, spread)) in enumerate(bars.items()):
        y = top + HEAD - 14 + at * (BAR + GAP)
        colour = COLOURS[min(at, len(COLOURS) - 1)]
        middle = y + BAR - 3
        parts.append(f'<text x="{LEFT - 8}" y="{middle}" text-anchor="end">{escape(way)}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{FULL * mean:.1f}" height="{BAR}" fill="{colour}"/>')
        if spread:
            low, high = (LEFT + FULL * (mean + side * spread) for side in (-1, 1))
            parts.append(f'<path d="M{low:.1f} {y + BAR / 2}H{high:.1f}" stroke="#111" stroke-width="1.5"/>')
        parts.append(f'<text x="{LEFT + FULL * mean + 8:.1f}" y="{middle}">{mean:.1%}</text>')
    return parts
