"""Every word the ticket wall shows, in one place. Names in braces are filled in by the browser."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "margin": "Margin: how far below the mean dense net a winner may stay",
    "margin_value": "{margin} points",
    "tally": "{wins} of {draws} tickets win",
    "none": "No ticket drawn yet",
    "rate": "win rate {rate}% · 95% interval {low}–{high}%",
    "target": "A ticket wins from {target}% on: the mean of {seeds} dense nets, {dense}%, less {margin} points.",
    "target_mark": "target {value}",
    "dense_mark": "dense, mean {value}",
    "found_mark": "found by pruning {value}",
    "axis": "test accuracy (%)",
    "key_wins": "winning tickets",
    "key_loses": "losing tickets",
    "key_dense": "dense nets",
    "wall": "Tickets",
    "wall_hint": "Each card draws the same {places} of {total} connections of its ticket. Choose one to open it.",
    "more": "Its graph, beside the found ticket’s ↓",
    "facts": "{dead} of {hidden} hidden units dead · {pixels} of {inputs} pixels read",
    "fresh_title": "Ticket {number}: training …",
    "curve_own": "this ticket",
    "curve_dense": "dense nets, mean",
    "curve_band": "all tickets",
    "curve_y": "training loss",
    "curve_x": "step",
    "curve_text": "Training loss of ticket {number}, from {first} to {last}; mean of the dense nets, from "
    "{dense_first} to {dense_last}.",
    "curve_none": "Its learning curve comes with the others, once all are drawn.",
    "as_drawn": "As drawn",
    "best_first": "Best first",
    "ticket": "Ticket {number}: {accuracy}%, {verdict}{live}",
    "wins": "wins",
    "loses": "loses",
    "live": ", drawn just now",
    "training": "Drawing {done} of {all} …",
    "queued": "Waiting for a free machine …",
    "lost": "The connection was lost; trying again …",
    "full": "The server is full; trying again …",
    "summary": "{wins} of {draws} tickets reach the target of {target}%. "
    "Win rate {rate}%, 95% interval {low} to {high}%.",
}
