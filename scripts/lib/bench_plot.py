"""CPU seconds over voxels, both axes logarithmic, as an SVG."""
import math
import os

WIDTH, HEIGHT = 640, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 20, 55
COLOURS = {"original": "#1b6ca8", "full": "#c2571a"}


def write_plot(path, series, fits):
    """Points of each series with the curve start + factor * voxels^exponent of its fit."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    horizontal, vertical = decades(xs), decades(ys)

    def at(x, y):
        share_x = (math.log10(x) - horizontal[0]) / (horizontal[1] - horizontal[0])
        share_y = (math.log10(y) - vertical[0]) / (vertical[1] - vertical[0])
        return (
            LEFT + share_x * (WIDTH - LEFT - RIGHT),
            HEIGHT - BOTTOM - share_y * (HEIGHT - TOP - BOTTOM))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for power in range(horizontal[0], horizontal[1] + 1):
        x, low = at(10.0**power, 10.0 ** vertical[0])
        parts.append(segment(x, low, x, TOP, "#ddd"))
        parts.append(label(x, low + 20, power_text(power), "middle"))
    for power in range(vertical[0], vertical[1] + 1):
        left, y = at(10.0 ** horizontal[0], 10.0**power)
        parts.append(segment(left, y, WIDTH - RIGHT, y, "#ddd"))
        parts.append(label(left - 8, y + 4, power_text(power), "end"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(label(middle, HEIGHT - 12, "voxels of the VOI", "middle"))
    parts.append(
        f'<text x="18" y="{HEIGHT / 2}" text-anchor="middle" '
        f'transform="rotate(-90 18 {HEIGHT / 2})">CPU seconds, whole process</text>')
    for row, (name, points) in enumerate(series.items()):
        colour = COLOURS[name]
        exponent, factor, start = fits[name]
        steps = [min(xs) * (max(xs) / min(xs)) ** (step / 60) for step in range(61)]
        line = [at(x, start + factor * x**exponent) for x in steps]
        path_text = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        parts.append(f'<polyline points="{path_text}" fill="none" stroke="{colour}"/>')
        for x, y in (at(*point) for point in points):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}"/>')
        height = TOP + 18 + 20 * row
        parts.append(f'<circle cx="{LEFT + 16}" cy="{height - 4}" r="4" fill="{colour}"/>')
        parts.append(label(LEFT + 28, height, f"{name}, exponent {exponent:.2f}", "start"))
    with open(path, "w") as file:
        file.write("\n".join([*parts, "</svg>"]) + "\n")


def decades(values):
    return math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))


def power_text(power):
    return f'10<tspan dy="-5" font-size="10">{power}</tspan>'


def segment(x1, y1, x2, y2, colour):
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        'stroke-width="1.5"/>')


def label(x, y, text, anchor):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{text}</text>'
