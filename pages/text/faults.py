"""Chapter 3's debugging exercise: a few lines with a fault in them, what it might be, and the one-line cure.

The lines are ours, written in the manner of popular code. What each fault does was measured on the engine's own version
of it (`lth_core/experiments/faulty`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Snippet:
    """fault: the engine's word for it. name: said once it is found. code: the faulty lines. options: (what it might be,
    reason) pairs; answer: index of the right one. cure: what to write instead. defined: engine functions that show it,
    as (file, names). note: why the effect is no larger, where one would expect it."""

    fault: str
    name: str
    code: str
    options: tuple[tuple[str, str], ...]
    answer: int
    cure: str
    defined: tuple[str, tuple[str, ...]]
    note: str = ""


CUTS, RUN = "lth_core/experiments/faulty/cuts.py", "lth_core/experiments/faulty/run.py"

SNIPPETS = (
    Snippet(
        "unmasked", "The mask is put on once and not held",
        """# train one ticket
for name, weight in weights.items():
    weight.data *= mask[name]
for images, labels in loader:
    optimizer.zero_grad()
    loss_fn(model(images), labels).backward()
    optimizer.step()""",
        (
            ("The mask must be put on after training, not before",
             "Then the net would train whole, and its ticket would never be trained as a ticket."),
            ("Nothing keeps the pruned weights at zero",
             "A weight at zero still has a gradient. The first step moves it, and the ticket is a whole net again."),
            ("`zero_grad` must come after `step`", "Either place is fine, as long as it comes once in every step."),
        ), 1,
        "weight.data *= mask[name]  # every weight, after every optimizer.step()",
        (RUN, ("_round",)),
    ),
    Snippet(
        "zeros", "The quantile counts the dead",
        """# prune another 20%
for name, weight in weights.items():
    threshold = torch.quantile(weight.abs(), 0.2)
    mask[name] *= weight.abs() > threshold""",
        (
            ("The output layer needs a rate of its own",
             "The paper prunes it at half the rate. That is a choice, and nothing breaks without it."),
            ("`>` should be `>=`", "That moves one weight. Look at what the quantile is taken of."),
            ("Weights that are zero already are counted again",
             "After one round a fifth of all weights are zeros. The smallest fifth is now these zeros, so the "
             "threshold is 0, and no weight that lives is below it."),
        ), 2,
        "threshold = torch.quantile(weight[mask[name] == 1].abs(), 0.2)  # or better, rank and count",
        (CUTS, ("by_quantile_of_all",)),
    ),
    Snippet(
        "quantile", "A threshold instead of a count",
        """# prune 20% of the survivors
for name, weight in weights.items():
    alive = weight[mask[name] == 1].abs()
    threshold = torch.quantile(alive, 0.2)
    mask[name] *= weight.abs() > threshold""",
        (
            ("The count is whatever the threshold makes it, at least one weight a layer",
             "The threshold lies between two weights, so the count is rounded up, always. Every layer loses at least "
             "one weight a round, and in the end its last one."),
            ("The quantile must be taken of all weights", "That is worse: then the zeros count too."),
            ("`mask *=` lets dead weights come back", "Zero times anything is zero: this line keeps the masks nested."),
        ), 0,
        "remove = alive.argsort()[:round(0.2 * len(alive))]  # an exact count",
        (CUTS, ("by_quantile",)),
    ),
    Snippet(
        "untrained", "The last ticket is never trained",
        """for round in range(rounds):
    train(model, mask)
    reads = accuracy(model, test_images)
    mask = prune(model, mask, rate=0.2)
    rewind(model, theta0, mask)
    history.append((density(mask), reads))
return model, history""",
        (
            ("`rewind` must come before `prune`", "Then the cut would be judged by θ₀, and training was for nothing."),
            ("The accuracy belongs to the net before the cut",
             "Each line of `history` pairs the new density with the old accuracy. And what is returned at the end was "
             "cut and rewound, and has not learned anything."),
            ("The mask must be made anew in every round", "It should shrink from round to round: masks are nested."),
        ), 1,
        "train(model, mask)  # once more, after the rewind and before the reading",
        (RUN, ("_round",)),
    ),
    Snippet(
        "density", "The control has another shape",
        """# a random mask of the same density
kept = sum(m.sum() for m in mask.values())
share = kept / sum(m.numel() for m in mask.values())
control = {
    name: (torch.rand_like(m) < share).float()
    for name, m in mask.items()
}""",
        (
            ("The share must be counted with the biases", "Biases are never pruned, so they belong to no density."),
            ("A random mask needs fresh weights", "That is another control. This one asks about the mask alone."),
            ("Every layer gets the same density, and the ticket's layers have not",
             "The ticket keeps far more of its output layer. This control loses there as well, so it differs from the "
             "ticket in two things, and its defeat says little about either."),
        ), 2,
        "name: m.flatten()[torch.randperm(m.numel())].view_as(m)  # the layer's own mask, shuffled",
        (CUTS, ("one_density",)),
    ),
    Snippet(
        "peeking", "The test set chooses the epoch",
        """best = 0
for epoch in range(epochs):
    train_one_epoch(model, mask)
    best = max(best, accuracy(model, test_images))
print(f"ticket: {best:.2%}")""",
        (
            ("The best epoch is chosen by the images it is judged on",
             "The largest of many readings is lucky as well as good. Luck does not repeat on new images."),
            ("Accuracy must be read after every step", "More readings would only make the luck greater."),
            ("`max` should be the mean over epochs", "The mean counts the first epochs, when little was learned."),
        ), 0,
        "best_epoch = max(range(epochs), key=validation_accuracy.__getitem__)  # then read the test set, once",
        (RUN, ("peeked",)),
        "A few looks at 10,000 test images leave little room for luck. The habit is wrong all the same.",
    ),
    Snippet(
        "biases", "Biases are pruned too",
        """# prune 20% of what is left
for name, param in model.named_parameters():
    alive = param[mask[name] == 1].abs()
    count = round(0.2 * len(alive))
    mask[name] *= param.abs() >= alive.sort().values[count]""",
        (
            ("`sort` should be from large to small", "The smallest go, so rising is right."),
            ("`named_parameters` holds the biases too",
             "So in every round a fifth of the biases that are left is held at zero. The paper prunes weights alone."),
            ("The count must be of all weights, not of those left", "A rate is of what is left: 0.8 × 0.8 = 0.64."),
        ), 1,
        'if name.endswith("bias"): continue',
        (CUTS, ("biases_too",)),
    ),
)
