"""Every word the rewind slider shows, in one place, so that a translation is possible; {…} is filled by the browser."""

WORDS = {
    "rounds": "Weights left (grey lines: the other sizes)",
    "slider": "Rewind to step",
    "step": "k = {step}",
    "of": "of {budget} steps · {seeds}",
    "seed": "1 seed",
    "seeds": "{n} seeds",
    "steps": "rewind step k",
    "errors": "test error (%)",
    "zone": "within {points} points of the whole net",
    "wrong": "{wrong} wrong",
    "against": "{against} than the whole net",
    "walk": "Two siblings from step k with {kept} left, and the walk between them",
    "walk_only": "Siblings were trained with {kept} left only: two of them from step k, and the walk between",
    "hill": "hill: {points}",
    "here": "sibling",
    "alpha": "way from one to the other",
    "above": "{value} ↑",
    "none": "No siblings were trained from this step.",
    "untold": "not recorded yet",
    "summary": "{net}, {step} {of}: {values}.",
}
