"""Every word the subset sum shows, in one place, so that a translation is possible; {…} is filled by the browser."""

WORDS = {
    "count": "Random weights",
    "target": "Target",
    "again": "New weights",
    "off": "off by {error}",
    "best": "the best of {subsets} subsets",
    "weight": "weight {number}: {value}, {state}",
    "kept": "kept",
    "left": "left out",
    "sum": "sum",
    "chart": "Distance to the target. Blue: half of all draws come closer; band: the middle eight of ten. Green: these "
             "weights.",
    "weights": "random weights",
    "error": "distance",
    "draws": "{draws} draws so far. With {n} weights half come within {median} of the target, {share} within {near}.",
    "begun": "Drawing …",
    "more": "Draw {many} more",
    "running": "Pause",
    "numbers": "Numbers",
    "half": "half come within",
    "within": "within {near}",
    "summary": "{n} weights, target {target}: the best subset keeps {kept} and sums to {sum}, off by {error}.",
}
