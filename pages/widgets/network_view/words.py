"""Every word the network view shows, in one place, so that a translation replaces one table.

Names in braces are filled in by the browser.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "slider": "Sparsity: share of weights removed",
    "play": "Play",
    "pause": "Pause",
    "kept": "kept",
    "pruned": "pruned",
    "kept_of_total": "{kept} of {total} weights kept",
    "accuracy_heading": "Test accuracy at this sparsity",
    "value_text": "{sparsity}% removed, {kept} of {total} weights kept",
    "summary": "{sparsity}% removed: {kept} of {total} weights kept. {accuracies}.",
    "network": "Network {name}: {kept} of {total} weights kept, {pruned} pruned; {dead} of {units} units dead.",
    "sampled": "{drawn} of the {total} weights are drawn: a random sample of each layer. Counts and curves are exact.",
    "network_hint": "Point at a connection or tap it to read its weight.",
    "edge": "weight {weight}",
    "edge_place": "{source} → {target}",
    "edge_rank": "rank {rank} of {total} by size",
    "edge_dies": "pruned from {sparsity}% on",
    "edge_kept": "kept here",
    "edge_gone": "already pruned here",
    "unit": "{layer}, unit {index}",
    "dead": "dead unit",
    "chart_hint": "Drag across the chart to move the slider.",
    "sparsity": "sparsity",
    "histogram": "Weights by size |w|",
    "histogram_text": "Histogram of {total} weights by absolute value; those below {threshold} are pruned.",
    "threshold": "cut at {threshold}",
    "nothing_cut": "nothing cut yet",
    "everything_cut": "everything cut",
    "pixels": "Where the net still looks",
    "pixels_text": "Input pixels by surviving first-layer connections: {blind} of {pixels} pixels have none left.",
    "pixels_legend": "connections left per pixel",
    "blind": "{blind} of {pixels} pixels are read by nothing",
}
