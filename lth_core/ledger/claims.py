"""The 43 claims: how each is told, what the paper has instead, where it is told here, and who judges it.

Plain data. A verdict is never typed: `judge` computes it from recorded runs, or says why none can.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from lth_core.ledger import (
    chapters,
    compression,
    convolutional,
    curvature,
    large,
    peft,
    pruned,
    random_labels,
    residual,
    strong,
)
from lth_core.ledger.outcome import Outcome, untested
from lth_core.ledger.shelf import Shelf

V5 = "Frankle & Carbin 2019"
NO_FIGURE = "no figure"


@dataclass(frozen=True)
class Claim:
    """statement: as it is told. popular: the figure often repeated. paper, place: the primary source's, and where it
    stands. page, anchor: where it is told here. part: of the catalogue, records the runs."""

    number: int
    statement: str
    popular: str
    paper: str
    place: str
    page: str
    anchor: str
    part: str
    judge: Callable[[Shelf], Outcome]


def _c(number: int, statement: str, popular: str, paper: tuple[str, str], where: str, part: str,
       judge: Callable[[Shelf], Outcome]) -> Claim:
    page, _, anchor = where.partition("#")
    return Claim(number, statement, popular, *paper, page, anchor, part, judge)


def _untested(why: str) -> Callable[[Shelf], Outcome]:
    return lambda _: untested(why)


SILENT = (NO_FIGURE, "")  # no primary source gives a figure

CLAIMS = (
    _c(1, "Small nets can memorise the training set", "10⁴ parameters are enough",
       ("nets fit even random labels", "Zhang et al. 2017, section 2"), "paradox#capacity", "capacity",
       pruned.memorise),
    _c(2, "90% of the weights can go with little loss", "90%",
       ("LeNet-300-100: 92% pruned, error 1.64 → 1.59%", "Han et al. 2015, table 1"), "paradox#pruning", "chapter1",
       pruned.little_loss),
    _c(3, "Accuracy stays flat until the sparsity is extreme", "flat, then a collapse", SILENT, "paradox", "chapter1",
       pruned.flat),
    _c(4, "Winning tickets match the dense net", "equal accuracy",
       ("level with dense down to 3.6% left", f"{V5}, section 2"), "evidence", "lenet-paper", pruned.match),
    _c(5, "Most random tickets lose", "most lose", ("random masks learn slower and worse", f"{V5}, figure 1"),
       "hypothesis#rare", "chapter2", pruned.most_lose),
    _c(6, "Dense nets win because they hold many tickets", "more tickets, more luck",
       ("called a conjecture", f"{V5}, section 1"), "hypothesis#lottery", "",
       _untested("That a net holds tickets does not show that it trains well because of them: no run here separates "
                 "the two.")),
    _c(7, "New random weights ruin a ticket", "≈ 85% at 90% sparsity",
       ("0.5 points below the ticket at 21.1% left", f"{V5}, section 2"), "initialisation#claims", "lenet-quick",
       partial(chapters.start, at=0)),
    _c(8, "5 to 10% of the weights suffice", "90–95% sparsity",
       ("under 10 to 20% of the size, by network", f"{V5}, abstract"), "evidence#findings", "lenet-paper",
       pruned.suffices),
    _c(9, "After n rounds (1 − p)ⁿ of the weights are left", "20.0 / 67.2 / 89.3 / 96.5% pruned",
       ("51.3% left after 3 rounds, 21.1 after 7, 3.6 after 15", f"{V5}, section 2"), "pruning#shrinking",
       "lenet-paper", pruned.schedule),
    _c(10, "Training drives the weights that are pruned towards zero", "small weights are dispensable",
       ("zeroing helps since they were heading there", "Zhou et al. 2019, mask-0 actions"), "pruning#magnitude",
       "lenet-paper", pruned.shrink),
    _c(11, "Iterative magnitude pruning holds the accuracy", "no loss at 90%",
       ("at or above dense down to 3.6% left", f"{V5}, section 2"), "pruning", "lenet-paper", pruned.holds),
    _c(12, "Ticket > reinit > random structure", "95 > 85 > 78%",
       ("on LeNet yes; on conv nets reinit and random do not differ", f"{V5}, appendix E"), "initialisation#claims",
       "lenet-quick", partial(chapters.start, at=1)),
    _c(13, "95 / 85 / 78% at 90% sparsity", "95 / 85 / 78%",
       ("98.3 / – / 97.5% at 10.7% left", "Frankle et al. 2019, Figs 2–3"), "initialisation#claims", "lenet-quick",
       partial(chapters.start, at=2)),
    _c(14, "A ticket wins because its signs are right", "sign alignment",
       ("new values work if the sign is kept", "Zhou et al. 2019, mask-1 actions"), "initialisation#signs",
       "lenet-quick", partial(chapters.start, at=3)),
    _c(15, "A ticket wins because its sizes are balanced", "magnitude balance",
       ("values drawn from the ticket's own distribution do no better", f"{V5}, appendix F.3"),
       "initialisation#sizes", "lenet-quick", partial(chapters.start, at=4)),
    _c(16, "A ticket wins because its wiring is good", "layer-wise connectivity",
       ("on LeNet random masks do worse than reinit", f"{V5}, appendix E"), "initialisation#wiring", "lenet-quick",
       partial(chapters.start, at=5)),
    _c(17, "LeNet-300-100: a ticket of 3.5% matches", "both 98.3%",
       ("level at 3.6% left; dense 98.0 ± 0.2%", f"{V5}, section 2; Frankle et al. 2019, Fig 2"),
       "evidence#reproduces", "lenet-paper", chapters.lenet_row),
    *(_c(number, f"{name}: tickets match", f"MNIST, {popular} weights, about 99%",
         (f"CIFAR-10, {size} weights; best test accuracy {lead}", f"{V5}, figure 2 and section 3"),
         "evidence#reproduces", convolutional.PART, partial(chapters.convolutions, name=name))
      for number, name, popular, size, lead in (
          (18, "Conv-2", "37K", "4.3M", "+3.4 points at 4.6% left"),
          (19, "Conv-4", "63K", "2.4M", "+3.5 points at 11.1% left"),
          (20, "Conv-6", "95K", "1.7M", "+3.3 points at 26.4% left"))),
    _c(21, "ResNet: tickets match", "ResNet-18, 11.2M weights, 89% pruned, 93.5%",
       ("a 20-layer net of 271K; at rate 0.03 with warm-up, down to 11.8% left", f"{V5}, section 4"),
       "evidence#reproduces", residual.PART, chapters.residuals),
    _c(22, "VGG: tickets match", "VGG-16, 14.7M weights, 93% pruned, 93.8%",
       ("VGG-19, 20.0M; with warm-up, down to 1.5% left", f"{V5}, section 4"), "evidence#reproduces", large.PART,
       chapters.vggs),
    _c(23, "Winning tickets train faster", "faster", ("38% earlier at 21.1% left", f"{V5}, section 2"),
       "evidence#findings", "lenet-paper", partial(chapters.finding, at=0)),
    _c(24, "They are a little better at moderate sparsity", "at 60–80% sparsity",
       ("+0.3 points at 13.5% left", f"{V5}, section 2"), "evidence#findings", "lenet-paper",
       partial(chapters.finding, at=1)),
    _c(25, "They are not random subsets", "reinit and random fail",
       ("reinit learns more slowly at once, and reads less from 21.1% left; on LeNet random masks are worse",
        f"{V5}, section 2 and appendix E"), "evidence#findings", "lenet-paper",
       partial(chapters.finding, at=2)),
    _c(26, "The table by epochs: reinit reads 91.3% after five", "91.3%",
       ("no such table; its curves are pictures", f"{V5}, figure 3"), "evidence#epochs", "lenet-paper",
       chapters.by_epoch),
    _c(27, "θ₀ fails on harder settings", "fails on large nets",
       ("no tickets at the usual learning rates", f"{V5}, section 4"), "limits#repair", "chapter6",
       partial(chapters.rewinding, at=0)),
    _c(28, "Rewinding to an early step repairs that", "k ≈ 0.1%",
       ("0.1 to 7% of the training, by network", "Frankle et al. 2019, abstract"), "limits#repair", "chapter6",
       partial(chapters.rewinding, at=1)),
    _c(29, "θ₀ works on small nets only, late rewinding and fine-tuning on both", "a table of three methods",
       ("both rewindings beat fine-tuning", "Renda et al. 2020, abstract"), "limits#ways", "chapter6",
       partial(chapters.rewinding, at=2)),
    _c(30, "Fifteen rounds cost fifteen trainings", "15×", ("“15 or more times”", f"{V5}, section 6"),
       "limits#price", "chapter6-cost", chapters.bill),
    _c(31, "Solutions are low-dimensional", "far fewer directions than weights",
       ("read off where 90% of the accuracy is reached", "Li et al. 2018"), "lab?method=directions",
       "chapter6-subspace", chapters.directions),
    _c(32, "Unstructured sparsity is slow, structured is fast", "only structure speeds up", SILENT, "limits#answers",
       "chapter6-cost", chapters.answers),
    _c(33, "Tickets transfer", "between data sets", ("across data sets and optimisers", "Morcos et al. 2019, abstract"),
       "lab?method=travel", "chapter6-transfer", chapters.travel),
    _c(34, "Pruning by curvature beats pruning by magnitude", "Optimal Brain Damage",
       ("saliency ½ h w²", "LeCun et al. 1990"), "lab?method=obd", "obd", curvature.damage),
    _c(35, "Prune, quantise and encode: forty times smaller", "35–49×",
       ("LeNet-300-100: 1,070 to 27 KB, 40×; error 1.64 → 1.58%", "Han et al. 2016, table 1"),
       "lab?method=deep-compression", "deep-compression", compression.smaller),
    _c(36, "Nets learn random labels", "train 100%, test by chance",
       ("training error 0", "Zhang et al. 2017, section 2"), "lab?method=random-labels", "random-labels",
       random_labels.memorised),
    _c(37, "Stability decides whether a subnetwork matches", "stable means matching",
       ("subnetworks match only when stable", "Frankle et al. 2020, section 4"), "limits#siblings",
       "chapter6-stability", chapters.stability),
    _c(38, "Masks found before training do as well", "SNIP, GraSP, SynFlow",
       ("pruned once, before training", "Lee et al. 2019"), "lab?method=before-training", "before-training",
       chapters.before),
    _c(39, "A mask without training reads digits", "supermasks",
       ("an untrained wide ResNet-50, 30% kept: 73.3% of ImageNet", "Ramanujan et al. 2020"),
       "lab?method=edge-popup", "edge-popup", strong.mask_alone),
    _c(40, "A low-rank update is enough", "LoRA",
       ("on par with full fine-tuning or better", "Hu et al. 2022, abstract"), "lab?method=peft", "peft",
       peft.low_rank),
    _c(41, "Large models are pruned in one shot", "SparseGPT",
       ("50 to 60% of OPT-175B", "Frantar & Alistarh 2023, abstract"), "lab?method=sparsegpt", "sparsegpt",
       curvature.one_shot),
    _c(42, "Pruning and PEFT share one insight", "low effective dimensionality", SILENT, "connections#redundancy", "",
       _untested("An interpretation, not a measurement: a good one, and nobody has proved it.")),
    _c(43, "Authors and dates of the works named", "as popular texts name them", ("the works' own title pages", ""),
       "connections#unknown", "", chapters.named),
)
