"""Every word of the cover, in one place."""

WORDS = {
    "replay": "Play again",
    "pause": "Pause",
    "go_on": "Go on",
    "whole": "whole net",
    "ticket": "ticket",
    "weights": "weights",
    "reads": "of the test digits read",
    "label": "A network of {total} weights is pruned to {kept}; the ticket reads {ticket} of the test digits, the "
             "whole net {dense}.",
    "answer": "At the end it reads {digit}",
    "reader": "Drawn is a sample of {drawn} weights. The digit is read by a second training of this recipe, whose "
              "{kept} weights are shipped: {accuracy}.",
}
