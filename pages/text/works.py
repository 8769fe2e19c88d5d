"""The works that chapter 8 connects: what each did, how it stands to a ticket, and what it touches in this article.

Plain data. A row without a `lab` says what of it runs here instead, and where; or why none does.
"""

from __future__ import annotations

from dataclasses import dataclass

from pages.text.chapters import CHAPTERS
from pages.text.references import NUMBERS, cite

# Claims of the ledger that a work touches, in a few words each.
CLAIMS = {
    1: "small nets can memorise", 2: "90% pruned with little loss", 5: "most random tickets lose",
    6: "dense nets win since they hold many tickets", 7: "new first values ruin a ticket",
    10: "training drives prunable weights to zero", 12: "ticket above reinit above random",
    14: "signs of the first values align", 16: "connectivity by layer", 25: "tickets are not random subsets",
    27: "θ₀ fails on harder settings", 28: "late rewinding mends it", 29: "where to reset to",
    30: "the price of many rounds", 31: "solutions are low-dimensional", 32: "unstructured sparsity is slow",
    33: "tickets transfer", 34: "pruning by curvature", 35: "prune, quantise, encode", 36: "random labels are learnt",
    37: "stability decides", 38: "pruning before training", 39: "a mask without training",
    40: "a low-rank update is enough", 41: "large models pruned in one shot", 42: "pruning and PEFT share an insight",
}

# Where each is told and, as far as it can be here, measured: the chapter, and the anchor in it or its lab.
TOLD = {
    1: (1, "capacity"), 2: (1, "pruning"), 5: (2, "rare"), 6: (2, "lottery"), 7: (4, "claims"), 10: (3, "magnitude"),
    12: (4, "claims"), 14: (4, "signs"), 16: (4, "wiring"), 25: (5, "findings"), 27: (6, "repair"), 28: (6, "repair"),
    29: (6, "ways"), 30: (6, "price"), 31: (6, "lab?method=directions"), 32: (6, "answers"),
    33: (6, "lab?method=travel"), 34: (8, "lab?method=obd"), 35: (8, "lab?method=deep-compression"),
    36: (8, "lab?method=random-labels"), 37: (6, "siblings"), 38: (8, "lab?method=before-training"),
    39: (8, "lab?method=edge-popup"), 40: (8, "lab?method=peft"), 41: (8, "lab?method=sparsegpt"),
    42: (8, "redundancy"),
}


def claim(number: int) -> str:
    """A claim of the ledger as a Markdown link to where it is told.

    >>> claim(30)
    '[C30](limits#price "C30: the price of many rounds"), the price of many rounds'
    """
    chapter, place = TOLD[number]
    words = CLAIMS[number]
    where = place if "?" in place else f"{CHAPTERS[chapter - 1].slug}#{place}"
    return f'[C{number}]({where} "C{number}: {words}"), {words}'


@dataclass(frozen=True)
class Work:
    """One row. name: on map and table, unique. before: did it come before the hypothesis? did, beside: what it did and
    how that stands to a ticket, in Markdown. formula: LaTeX, with its reading. sources: keys of the reference list.
    chapters, claims: numbers. lab: its lab's word in `/lab?method=`. here: without one, where it runs or why it does
    not, in Markdown."""

    name: str
    year: int
    authors: str
    before: bool
    did: str
    beside: str
    formula: str
    sources: tuple[str, ...]
    chapters: tuple[int, ...]
    claims: tuple[int, ...]
    lab: str = ""
    here: str = ""

    def __post_init__(self) -> None:
        if unknown := {*self.sources} - NUMBERS.keys():
            raise ValueError(f"{self.name}: no such reference: {', '.join(sorted(unknown))}")
        if unknown_claims := {*self.claims} - CLAIMS.keys():
            raise ValueError(f"{self.name}: no such claim: {sorted(unknown_claims)}")


_ALL = (
    Work("Optimal Brain Damage", 1990, "LeCun, Denker & Solla", True,
         "Works out how much the loss would rise without each weight, from its *curvature*, and removes the least.",
         "The first to prune by second derivatives; that nets have units to spare was known "
         f"{cite('sietsma', 'skeletonization')}. It asks which weights a *finished* net can spare.",
         r"$s_k = \tfrac12\, h_{kk}\, w_k^2$ with $h_{kk} = \partial^2 L/\partial w_k^2$, the diagonal of the Hessian; "
         "the lowest $s_k$ go. Magnitude is the special case of equal curvature.",
         ("obd",), (1, 3), (2, 34), "obd"),
    Work("Optimal Brain Surgeon", 1993, "Hassibi & Stork", True,
         "Takes all second derivatives, and moves the weights that stay so that they make up for the loss.",
         "Keeps and corrects what training found. Rewinding does the opposite: it throws those values away.",
         r"$L_q = \dfrac{w_q^2}{2\,[H^{-1}]_{qq}}$, and $\delta w = -\dfrac{w_q}{[H^{-1}]_{qq}} H^{-1} e_q$.",
         ("obs",), (3,), (34,), "sparsegpt"),
    Work("Prune and retrain", 2015, "Han, Pool, Tran & Dally", True,
         "Cuts the smallest weights, trains the others on, and repeats: pruning as most know it.",
         "Makes the same cuts as a ticket, but goes on from the trained weights, not from θ₀.",
         r"keep $|w| > q \cdot \operatorname{std}(\text{layer})$, retrain from $\theta_T$, repeat.",
         ("han2015",), (1, 3), (2, 29),
         here="Runs in [chapter 1](paradox#pruning): cut to any size, then trained on. [Chapter 6](limits#ways) sets "
              "it beside rewinding."),
    Work("Deep Compression", 2016, "Han, Mao & Dally", True,
         "Prunes, lets weights share a few values, and packs them with Huffman codes: three stages, a small file.",
         "Shows what zeros save *after* training. The hypothesis says what could have been trained from the start.",
         r"$w_i \to c_{a(i)}$ with $k$ centroids $c$; gradients of all weights of a cluster add up: "
         r"$\partial L/\partial c_k = \sum_{a(i)=k} \partial L/\partial w_i$.",
         ("deep-compression",), (1, 6), (32, 35), "deep-compression"),
    Work("Rethinking generalization", 2017, "Zhang, Bengio, Hardt, Recht & Vinyals", True,
         "Trains nets on random labels. They learn them by heart. So size alone cannot explain why nets understand.",
         "Then why does size help at all? The lottery is one answer.",
         r"replace every $y$ by a class drawn at random: training accuracy $\to 100\,\%$, test accuracy $\to$ chance.",
         ("zhang2017",), (1,), (1, 36), "random-labels"),
    Work("Intrinsic dimension", 2018, "Li, Farkhoor, Liu & Yosinski", True,
         "Trains along a few random directions only, and counts how many are enough.",
         "A ticket trains a few chosen weights. Here a few random combinations of all weights are trained.",
         r"$\theta = \theta_0 + P z$ with a random $P \in \mathbb R^{D \times d}$, $d \ll D$; only $z$ is trained.",
         ("intrinsic",), (6,), (31, 42), "directions"),
    Work("SNIP", 2019, "Lee, Ajanthan & Torr", False,
         "Chooses the mask *before* training: it keeps the weights whose weakening would change the loss most.",
         "Promises a ticket for one training instead of one a round. It appeared beside the hypothesis, not after it.",
         r"$s_j = \Bigl|\sum_{\text{batches}} \theta_{0,j}\, \partial L/\partial\theta_j\Bigr|$, the rate at which the "
         "loss changes with a gate $c_j$ on the weight, at $c_j = 1$. The highest $s_j$ of the whole net stay.",
         ("snip",), (3, 8), (38,), "snip"),
    Work("Value of pruning", 2019, "Liu, Sun, Zhou, Huang & Darrell", False,
         "Trains pruned nets from new first weights. Where whole channels went, that does as well as fine-tuning.",
         "The sharpest evidence against: on deep nets with a large learning rate, θ₀ is no better than new values.",
         r"compare $f(x; m\odot\theta_T)$ fine-tuned with $f(x; m\odot\theta')$ trained from fresh "
         r"$\theta' \sim \mathcal D$.",
         ("liu2019",), (4, 5, 6), (7, 12, 27),
         here="Part of it runs: masks with fresh weights in [chapter 4](initialisation#claims), whole neurons in "
              "[a lab](lab?method=neurons). Its deep nets on CIFAR-10 and ImageNet are too large for this site."),
    Work("State of sparsity", 2019, "Gale, Elsen & Hooker", False,
         "Compares ways to prune on ResNet-50 and a Transformer. Plain size does as well as refined rules.",
         "At that size, a found mask trained from scratch does not reach a net that is pruned while it trains.",
         r"sparsity rises while the net trains, $s_t = s_f\bigl(1 - (1 - t/T)^3\bigr)$ as in Zhu & Gupta 2017 "
         + cite("zhu2017") + r"; the smallest $|w|$ go.",
         ("gale2019",), (5, 6), (27,),
         here="No lab: ResNet-50 and a large Transformer are too much for two cores. Magnitude beside a refined rule, "
              "on a small net: [Optimal Brain Damage](lab?method=obd)."),
    Work("Zeros and signs", 2019, "Zhou, Lan, Liu & Yosinski", False,
         "Takes tickets apart: what to cut by, what the kept weights start from, what the cut ones become.",
         "On small nets the *signs* of θ₀ carry most. Setting to zero helps weights that were heading there. Masks "
         "alone can classify (“supermasks”).",
         r"mask score $M(w_0, w_T)$, for instance $|w_T|$ (the ticket's) or $|w_T| - |w_0|$; restart from "
         r"$\operatorname{sign}(w_0)\,\sigma$.",
         ("zhou2019",), (4,), (10, 14),
         here="Runs in [chapter 4](initialisation#signs): signs kept and sizes drawn anew, and masks on weights that "
              "never train."),
    Work("Tickets transfer", 2019, "Morcos, Yu, Paganini & Tian", False,
         "Finds tickets on one data set and trains them on another, or with another optimiser.",
         "A ticket holds more than one task's luck. Those from larger data sets travel better.",
         r"$m, \theta_k$ from source $A$; train $m \odot \theta_k$ on target $B$.",
         ("morcos2019",), (6,), (33,), "travel"),
    Work("Attention heads", 2019, "Michel, Levy & Neubig; Voita et al.", False,
         "Removes whole attention heads from trained Transformers. Many can go at little loss.",
         "A head is a block of weights, so the net really shrinks. BERT has tickets of single weights too "
         f"{cite('bert')}. Cut by whole heads, even its worst parts train well {cite('bert-plays')}.",
         r"$I_h = \mathbb E_x \bigl|\partial L(x)/\partial \xi_h\bigr|$ with a gate $\xi_h$ on the output of head $h$, "
         r"at $\xi_h = 1$; the lowest $I_h$ go first.",
         ("sixteen-heads", "heads"), (6, 8), (32,), "heads"),
    Work("Late rewinding", 2019, "Frankle, Dziugaite, Roy & Carbin", False,
         "On large nets going back to θ₀ fails. Going back to a step from which training is *stable* works.",
         "Turns the “winning ticket” into a “matching subnetwork” (2019), and names a condition: stability (2020).",
         r"error barrier $\sup_\alpha E(\alpha W_1 + (1-\alpha) W_2) - \tfrac12\bigl(E(W_1)+E(W_2)\bigr)$ of two "
         r"siblings trained from $\theta_k$; stable means next to none.",
         ("stabilizing", "lmc"), (6,), (27, 28, 37), "plane"),
    Work("Rewinding the rate", 2020, "Renda, Frankle & Carbin", False,
         "Keeps the trained weights and replays only the learning rates.",
         "Does as well as rewinding the weights, and both beat fine-tuning. So the learning rates matter too.",
         r"weights $\theta_T \odot m$, learning rates of steps $T-t \dots T$.",
         ("renda2020",), (6,), (29,),
         here="Runs in [chapter 6](limits#ways), beside fine-tuning and both ways to rewind weights."),
    Work("GraSP", 2020, "Wang, Zhang & Grosse", False,
         "Prunes before training, so that gradients keep *flowing*.",
         "A rival of SNIP: the same promise, another score.",
         r"$S = -\theta \odot Hg$ with $g = \partial L/\partial\theta$; the highest $S$ are removed.",
         ("grasp",), (3, 8), (38,), "before-training"),
    Work("SynFlow", 2020, "Tanaka, Kunin, Yamins & Ganguli", False,
         "Prunes before training without any data, in many small steps, so that no layer runs empty.",
         "It never looks at an image. On deep nets its masks too can be shuffled within layers without harm "
         f"{cite('missing-the-mark')}.",
         r"$R = \mathbf 1^{\top} \Bigl(\prod_l |\theta^{(l)}|\Bigr) \mathbf 1$, score "
         r"$\bigl|\theta \odot \partial R/\partial\theta\bigr|$, in round $i$ of $n$ keep $\rho^{-i/n}$.",
         ("synflow",), (3, 8), (16, 38), "before-training"),
    Work("Edge-Popup", 2020, "Ramanujan, Wortsman, Kembhavi, Farhadi & Rastegari", False,
         "Freezes every weight at random and learns only *which to keep*: a mask, and no trained weight.",
         "The ticket's other half. If a mask alone can classify, how much do the first values do?",
         r"$s_{uv} \leftarrow s_{uv} - \alpha\, \dfrac{\partial L}{\partial I_v}\, Z_u w_{uv}$ for *all* scores; "
         r"forward only the top-$k$ of $s$ in each layer. $Z_u$: output of unit $u$, $I_v$: input of unit $v$.",
         ("edge-popup",), (4, 8), (39,), "edge-popup"),
    Work("Early-Bird tickets", 2020, "You et al.", False,
         "Watches the mask while the whole net trains, and stops once it no longer changes.",
         "Promises a lower price: the mask would be known long before the weights are.",
         r"stop when the largest Hamming distance among the masks of the last 5 epochs is below $\varepsilon = 0.1$.",
         ("early-bird",), (3, 6), (30,), "early-bird"),
    Work("Strong lottery tickets", 2020, "Malach et al.; Orseau et al.; Pensia et al.", False,
         "*Proves* that a random net, if wide enough, contains a good sub-network without any training.",
         "A theorem, where the hypothesis is an observation. It says that such a net exists, not how to find it.",
         r"a target of width $d$, depth $l$ lies within a random net twice as deep and $O(d^4 l^2)$ times as wide "
         r"(Malach et al.), then $O(\log(dl))$ times (Pensia et al., abstract), since sums over subsets of "
         r"$O(\log 1/\varepsilon)$ random weights hit any weight to $\varepsilon$.",
         ("malach", "orseau", "pensia"), (2,), (6, 39), "strong-tickets"),
    Work("Sanity checks", 2020, "Su et al.", False,
         "Shuffles masks within layers and spoils the data, to see whether pruning before training suffers.",
         "Deep nets with SNIP's or GraSP's masks hardly suffer. Only how many weights each layer keeps seems to count.",
         r"“smart ratios”: keep $\propto (L-l+1)^2 + (L-l+1)$ in layer $l$ of $L$, at random.",
         ("su2020",), (4,), (16,), "before-training"),
    Work("The early phase", 2020, "Frankle, Schwab & Morcos", False,
         "Looks at the first moments of training deep nets, and at what disturbs them.",
         "There the signs alone are not enough. Deep nets do not survive new sizes; the small nets of Zhou et al. do.",
         r"$\theta_k \to |\theta'| \odot \operatorname{sign}(\theta_k)$ with fresh $\theta'$, then train on.",
         ("early-phase",), (4, 6), (14,),
         here="No lab: it is about deep nets on CIFAR-10. Its test of the signs runs on a small net in "
              "[chapter 4](initialisation#signs)."),
    Work("Missing the mark", 2021, "Frankle, Dziugaite, Roy & Carbin", False,
         "Puts SNIP, GraSP and SynFlow through the same checks. All stay below pruning after training.",
         "Their masks can be shuffled within layers and started anew without harm. Masks found by training cannot.",
         r"replace $m^{(l)}$ by a random permutation of its entries, layer by layer, and train.",
         ("missing-the-mark",), (4, 8), (38,), "before-training"),
    Work("LoRA, adapters, BitFit", 2022, "Hu et al.; Houlsby et al.; Ben Zaken, Goldberg & Ravfogel", False,
         "Freeze a trained model, and train a little beside it: a thin update (LoRA), small layers (adapters, 2019), "
         "or the biases alone (BitFit).",
         "Nothing is removed, so no ticket. What they share is how few numbers need to move. A ticket's mask can say "
         f"which {cite('composable')}.",
         r"LoRA: $h = W_0 x + \tfrac{\alpha}{r} B A x$ with $A \in \mathbb R^{r \times n}$, $B \in \mathbb R^{m \times "
         r"r}$, $B = 0$ at first. An adapter: $h \to h + U\,\sigma(D h + d) + u$ with $D \in \mathbb R^{m \times n}$, "
         r"$m \ll n$.",
         ("lora", "adapters", "bitfit"), (8,), (40, 42), "peft"),
    Work("Random pruning", 2022, "Liu et al.", False,
         "Prunes at random and trains. Large nets with sensible shares in each layer match the whole net.",
         "A counterweight: where there are plenty of weights, no ticket is needed.",
         r"layer shares by Erdős–Rényi: density of layer $l \propto (n_{l-1} + n_l)/(n_{l-1} n_l)$, places at random.",
         ("random-pruning",), (2, 5), (5, 25), "before-training"),
    Work("SparseGPT", 2023, "Frantar & Alistarh", False,
         "Prunes large language models at once, layer by layer, without training them again.",
         "Optimal Brain Surgeon for large models. It needs only the trained weights: θ₀ is out of reach there.",
         r"$U^\top U = H^{-1}$ with $H \propto XX^\top + \lambda I$; the lowest $w_j^2/U_{jj}^2$ go, and "
         r"$W_{:,j:} \mathrel{-}= \dfrac{w_j}{U_{jj}}\, U_{j,j:}$ makes up for it.",
         ("sparsegpt",), (1, 8), (34, 41), "sparsegpt"),
)

# By year, and within a year from the first chapters to the last: lines on the map then cross less.
WORKS = tuple(sorted(_ALL, key=lambda work: (work.year, sum(work.chapters) / len(work.chapters))))
BY_NAME = {work.name: work for work in WORKS}
