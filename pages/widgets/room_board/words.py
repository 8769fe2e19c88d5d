"""Every word of the board, in one place, so that a translation replaces one table."""

from __future__ import annotations

WORDS = {
    "join": "Point your phone's camera here, or open",
    "code": "Code",
    "in": "{guests} in the room",
    "ask": "Ask the room",
    "ask_again": "Back to the question",
    "reveal": "Reveal",
    "deal": "Draw tickets",
    "rest": "Pause",
    "lower": "Hands down",
    "save": "Take it home (CSV)",
    "close": "Close the room",
    "sure": "Delete everything and close?",
    "hands": "hands up: {hands}",
    "answered": "{answered} of {guests} have answered",
    "nobody": "Nobody answered.",
    "waiting": "Everybody in? Ask a question, draw tickets, or race.",
    "it_was": "it was {value}",
    "room": "What the room said",
    "histogram": "{count} answers from {least} to {most}. Half of them lie between {low} and {high}.",
    "curves": "{count} drawn curves, one line each, and what was measured.",
    "votes": "{count} of {all}",
    "press": "Press the button on your phone: each gets a ticket of its own.",
    "training": "{drawn} drawn, {trained} trained. {won} won.",
    "won": "{won} of {trained} won.",
    "found": "The ticket that pruning found reads {found}. A winner needs {target}.",
    "race": "Race",
    "racing": "{trained} of {runners} trainings have ended",
    "lane_ticket": "the ticket",
    "lane_reinit": "its mask, fresh weights",
    "lane_random": "a random mask",
    "lane": "{lane}: {mean} of the digits (mean of {count})",
    "step": "Training step",
    "reads": "Right on validation images",
    "race_told": "LeNet-300-100 with {kept} of its weights, one epoch of MNIST. Each line is one training. The "
                 "numbers are test accuracies at its end. A seed has one ticket, which some phones share.",
    "race_alt": "Learning curves of {count} trainings. {lanes}",
    "wins": "won",
    "loses": "lost",
    "ticket": "Ticket {number}: {accuracy}, {verdict}",
    "lost_line": "The board has lost its server and tries again.",
}

CLOSED = {
    "open": "Open a room",
    "about": "Phones in this room can then bet, vote and draw tickets. They need no account and no name.",
    "where": "The door is open to everyone in this network who has the code. It closes with the room.",
    "hosted": "This server keeps rooms shut. Whoever runs it can start it with `make run ARGS=--room`.",
    "failed": "No room could be opened: {why}",
}
