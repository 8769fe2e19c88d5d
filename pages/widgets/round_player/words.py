"""Every word the round player shows, in one place, so that a translation replaces one table.

Names in braces are filled in by the browser.
"""

from __future__ import annotations

from lth_core.spec import Pruning

WORDS: dict[str, str] = {
    "next": "Next round",
    "finish": "Train the last ticket",
    "done": "All rounds played",
    "training_now": "Training …",
    "cancel": "Cancel",
    "play": "Play",
    "pause": "Pause",
    "back": "One step back",
    "step": "One step on",
    "reset": "Back to the start",
    "slow": "Slow motion",
    "another": "Next digit",
    "reads": "The {label} in the input is read as {digit}, {sure}.",
    "close": "Follow no connection",
    "keys": "Keys: N next round, ← → one step, P play or pause, Home start, End all rounds. "
            "Click a round's number or point to go back to it.",
    "steps": "The five steps of iterative magnitude pruning",
    "step1": "Draw θ₀",
    "step2": "Train",
    "step3": "Prune",
    "step4": "Rewind",
    "step5": "Repeat",
    "tell1": "{total} weights get their first, random values: θ₀. Nothing is pruned, nothing is learned.",
    "tell2": "Round {round}: the {kept} living weights learn for {steps} steps, starting from their θ₀.",
    "tell3": "Round {round}: in each layer the smallest of the trained weights go, {going} in all.",
    "tell4": "Round {round}: the {next} survivors jump back to the values they started from.",
    "tell5": "Round {round} comes next: {kept} of {total} weights are left, back at θ₀ and untrained.",
    "tell_end": "Round {round} was the last. Its ticket of {kept} weights is trained.",
    "tell_live": "Round {round}, here and now, from θ₀: step {step} of {steps}.",
    "tell_lost": "Connection lost, trying again … Round {round} goes on meanwhile.",
    "tell_full": "The server is full; trying again … Round {round} goes on meanwhile.",
    "tell_waiting": "Round {round} waits for its turn to be trained, place {position}.",
    "tell_paused": "Paused in round {round}. It goes on from there.",
    "tell_starting": "Round {round} begins.",
    "tell_measured": "Round {round} is trained, and measured.",
    "network": "Network {name}, {stage}: {kept} of {total} weights alive.",
    "stage0": "at θ₀",
    "stage1": "trained",
    "stage2": "pruned",
    "kept": "alive, wide = large",
    "pruned": "pruned now",
    "ghost": "pruned before",
    "hint": "Click a connection to follow its life.",
    "life": "",  # of the link to #life, where a page tells the whole life of the chosen weight
    "unit": "{layer}, unit {index}",
    "edge_place": "{source} → {target}",
    "edge_start": "θ₀ = {value}",
    "edge_now": "now {value}",
    "edge_rank": "|w| {size} after round {round}: number {rank} of {of}{drawn} in {layer}, counted from the smallest",
    "edge_drawn": " drawn",
    "edge_cut": "the smallest {going} go, up to {cut}",
    "edge_dead": "pruned after round {round}",
    "edge_dies": "will be pruned after round {round}",
    "edge_lives": "outlives all rounds",
    "learning": "of the validation digits after {step} steps",
    "untrained": "not trained yet",
    "scored": "of the test digits: round {round}, {left} of the weights, {against} points compared with the whole net",
    "scored_whole": "of the test digits: round 0, the whole net",
    "curve_hint": "{hue}: this round; grey: earlier rounds",
    "curve_text": "Validation accuracy in round {round}, from {first} to {last}.",
    "curve_none": "Nothing is trained yet.",
    "accuracy": "validation",
    "training_step": "training step",
    "bars": "Weights by size |w|, layer by layer",
    "bars_text": "Histograms of weight sizes, one for each layer. {cuts}",
    "bars_cut": "{layer}: smallest {going} below {cut} go",
    "cut": "cut {value}",
    "ledger": "The rounds so far",
    "table": "Rounds played: density, survivors of each layer, accuracy, early stopping, time",
    "chart_text": "Test accuracy of {rounds} trained tickets, from {first} with all weights to {last} with {left} "
                  "left.",
    "chart_none": "No round is trained yet.",
    "chart_y": "test accuracy (%)",
    "chart_x": "weights left (%)",
    "round": "round",
    "density": "left",
    "test": "test accuracy",
    "early": "early stop",
    "seconds": "seconds",
    "go": "Go to round {round}",
    "summary": "{told} {result}",
    "result": "Round {round} reads {accuracy} of the test digits with {left} of the weights.",
}

GOES = {  # what a criterion removes
    "magnitude": "the smallest of the trained weights go",
    "random": "weights chosen at random go",
    "large-init": "those that were smallest before training go",
    "movement": "those that training moved least go",
    "magnitude-increase": "those that training enlarged least, or shrank, go",
}


def telling(pruning: Pruning) -> dict[str, str]:
    """The words that hang on how a run prunes: what goes, from where, and who judged it."""
    where = "in each layer" if pruning.scope == "layer" else "wherever they are in the net"
    judge = ", judged by the first training alone" if pruning.schedule == "one-shot" else ""
    going = f"{GOES[pruning.criterion]} {where}"
    return {"tell3": f"Round {{round}}: {going}{judge}; {{going}} in all."}
