"""Every word the digit pad shows, in one place, so that a translation is possible. {…}: filled in the browser."""

WORDS = {
    "pad": "Drawing pad. Draw with mouse, finger or pen; with the keyboard, choose a test digit below.",
    "hint": "draw here",
    "clear": "Clear",
    "seen": "What the nets see: {side} × {side} pixels",
    "answering": "Who answers",
    "weights": "{kept} weights, reads {accuracy}",
    "says": "{name} says {digit}, {sure}. Bars: {bars}.",
    "silent": "{name} waits for a drawing.",
    "agree": "All four read {digit}.",
    "differ": "They disagree: {told}.",
    "is": "In the test set this is a {label}.",
    "letter": "Net {letter}",
    "tray": "Test digits on which they disagree",
    "test": "Test digit {number}, labelled {label}",
}
