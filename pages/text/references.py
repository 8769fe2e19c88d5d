"""What the article cites, numbered in order of time: one list that citations, tables and tests read.

Years are those of the venue (Optimal Brain Damage: NIPS 1989, printed in 1990); every link leads to the text itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LIST = "sources#references"  # from any page
ARXIV = "https://arxiv.org/abs/"
DOI = "https://doi.org/"
NEURIPS = "https://proceedings.neurips.cc/paper/"


@dataclass(frozen=True)
class Reference:
    """One cited work. authors: as one cites them, in full up to four. venue: where it appeared, with the year."""

    key: str
    authors: str
    title: str
    venue: str
    year: int
    link: str

    @property
    def short(self) -> str:
        """As a sentence names it: `Lee, Ajanthan & Torr 2019`, and from four authors on `Frankle et al. 2020`."""
        names = [name.split()[-1] for name in re.split(r", | & ", self.authors.removesuffix(" et al."))]
        if len(names) > 3 or self.authors.endswith("et al."):
            return f"{names[0]} et al. {self.year}"
        return " & ".join(filter(None, (", ".join(names[:-1]), names[-1]))) + f" {self.year}"

    @property
    def card(self) -> str:
        """The reference as a link's title: who, where, what."""
        return f"{self.authors}, {self.venue}: {self.title}".replace('"', "”")


REFERENCES = (
    Reference("brewster", "Benjamin Brewster", "Theory and Practice", "Yale Literary Magazine 47(5), February 1882",
              1882, "https://quoteinvestigator.com/2018/04/14/theory/"),
    Reference("sietsma", "Jocelyn Sietsma & Robert J. F. Dow", "Neural net pruning – why and how",
              "IEEE International Conference on Neural Networks 1988", 1988, DOI + "10.1109/ICNN.1988.23864"),
    Reference("skeletonization", "Michael C. Mozer & Paul Smolensky",
              "Skeletonization: A Technique for Trimming the Fat from a Network via Relevance Assessment",
              "NIPS 1 (1988), printed 1989", 1989,
              NEURIPS + "1988/hash/07e1cd7dca89a1678042477183b7ac3f-Abstract.html"),
    Reference("obd", "Yann LeCun, John S. Denker & Sara A. Solla", "Optimal Brain Damage",
              "NIPS 2 (1989), printed 1990", 1990,
              NEURIPS + "1989/hash/6c9882bbac1c7093bd25041881277658-Abstract.html"),
    Reference("obs", "Babak Hassibi & David G. Stork",
              "Second order derivatives for network pruning: Optimal Brain Surgeon", "NIPS 5 (1992), printed 1993",
              1993, NEURIPS + "1992/hash/303ed4c69846ab36c2904d3ba8573050-Abstract.html"),
    Reference("lueker", "George S. Lueker",
              "Exponentially small bounds on the expected optimum of the partition and subset sum problems",
              "Random Structures & Algorithms 12(1), 1998", 1998,
              DOI + "10.1002/%28SICI%291098-2418%28199801%2912:1%3C51::AID-RSA3%3E3.0.CO;2-S"),
    Reference("saddles",
              "Yann Dauphin, Razvan Pascanu, Caglar Gulcehre, Kyunghyun Cho, Surya Ganguli & Yoshua Bengio",
              "Identifying and attacking the saddle point problem in high-dimensional non-convex optimization",
              "NIPS 2014", 2014, ARXIV + "1406.2572"),
    Reference("batchnorm", "Sergey Ioffe & Christian Szegedy",
              "Batch Normalization: Accelerating Deep Network Training by Reducing Internal Covariate Shift",
              "ICML 2015", 2015, ARXIV + "1502.03167"),
    Reference("han2015", "Song Han, Jeff Pool, John Tran & William J. Dally",
              "Learning both Weights and Connections for Efficient Neural Networks", "NIPS 2015", 2015,
              ARXIV + "1506.02626"),
    Reference("deep-compression", "Song Han, Huizi Mao & William J. Dally",
              "Deep Compression: Compressing Deep Neural Networks with Pruning, Trained Quantization and Huffman "
              "Coding",
              "ICLR 2016", 2016, ARXIV + "1510.00149"),
    Reference("zhang2017", "Chiyuan Zhang, Samy Bengio, Moritz Hardt, Benjamin Recht & Oriol Vinyals",
              "Understanding deep learning requires rethinking generalization", "ICLR 2017", 2017,
              ARXIV + "1611.03530"),
    Reference("fashion", "Han Xiao, Kashif Rasul & Roland Vollgraf",
              "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms", "arXiv 2017", 2017,
              ARXIV + "1708.07747"),
    Reference("zhu2017", "Michael Zhu & Suyog Gupta",
              "To prune, or not to prune: exploring the efficacy of pruning for model compression", "arXiv 2017", 2017,
              ARXIV + "1710.01878"),
    Reference("intrinsic", "Chunyuan Li, Heerad Farkhoor, Rosanne Liu & Jason Yosinski",
              "Measuring the Intrinsic Dimension of Objective Landscapes", "ICLR 2018", 2018, ARXIV + "1804.08838"),
    Reference("lth", "Jonathan Frankle & Michael Carbin",
              "The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks", "ICLR 2019", 2019,
              ARXIV + "1803.03635v5"),
    Reference("snip", "Namhoon Lee, Thalaiyasingam Ajanthan & Philip H. S. Torr",
              "SNIP: Single-shot Network Pruning based on Connection Sensitivity", "ICLR 2019", 2019,
              ARXIV + "1810.02340"),
    Reference("liu2019", "Zhuang Liu, Mingjie Sun, Tinghui Zhou, Gao Huang & Trevor Darrell",
              "Rethinking the Value of Network Pruning", "ICLR 2019", 2019, ARXIV + "1810.05270"),
    Reference("gale2019", "Trevor Gale, Erich Elsen & Sara Hooker", "The State of Sparsity in Deep Neural Networks",
              "arXiv 2019", 2019, ARXIV + "1902.09574"),
    Reference("du2019", "Simon S. Du, Jason D. Lee, Haochuan Li, Liwei Wang & Xiyu Zhai",
              "Gradient Descent Finds Global Minima of Deep Neural Networks", "ICML 2019", 2019, ARXIV + "1811.03804"),
    Reference("adapters", "Neil Houlsby et al.", "Parameter-Efficient Transfer Learning for NLP", "ICML 2019", 2019,
              ARXIV + "1902.00751"),
    Reference("heads", "Elena Voita, David Talbot, Fedor Moiseev, Rico Sennrich & Ivan Titov",
              "Analyzing Multi-Head Self-Attention: Specialized Heads Do the Heavy Lifting, the Rest Can Be Pruned",
              "ACL 2019", 2019, ARXIV + "1905.09418"),
    Reference("stabilizing", "Jonathan Frankle, Gintare Karolina Dziugaite, Daniel M. Roy & Michael Carbin",
              "Stabilizing the Lottery Ticket Hypothesis", "arXiv 2019", 2019, ARXIV + "1903.01611"),
    Reference("zhou2019", "Hattie Zhou, Janice Lan, Rosanne Liu & Jason Yosinski",
              "Deconstructing Lottery Tickets: Zeros, Signs, and the Supermask", "NeurIPS 2019", 2019,
              ARXIV + "1905.01067"),
    Reference("sixteen-heads", "Paul Michel, Omer Levy & Graham Neubig",
              "Are Sixteen Heads Really Better than One?", "NeurIPS 2019", 2019, ARXIV + "1905.10650"),
    Reference("morcos2019", "Ari S. Morcos, Haonan Yu, Michela Paganini & Yuandong Tian",
              "One ticket to win them all: generalizing lottery ticket initializations across datasets and optimizers",
              "NeurIPS 2019", 2019, ARXIV + "1906.02773"),
    Reference("early-bird", "Haoran You et al.",
              "Drawing Early-Bird Tickets: Towards More Efficient Training of Deep Networks", "ICLR 2020", 2020,
              ARXIV + "1909.11957"),
    Reference("early-phase", "Jonathan Frankle, David J. Schwab & Ari S. Morcos",
              "The Early Phase of Neural Network Training", "ICLR 2020", 2020, ARXIV + "2002.10365"),
    Reference("grasp", "Chaoqi Wang, Guodong Zhang & Roger Grosse",
              "Picking Winning Tickets Before Training by Preserving Gradient Flow", "ICLR 2020", 2020,
              ARXIV + "2002.07376"),
    Reference("renda2020", "Alex Renda, Jonathan Frankle & Michael Carbin",
              "Comparing Rewinding and Fine-tuning in Neural Network Pruning", "ICLR 2020", 2020, ARXIV + "2003.02389"),
    Reference("edge-popup",
              "Vivek Ramanujan, Mitchell Wortsman, Aniruddha Kembhavi, Ali Farhadi & Mohammad Rastegari",
              "What's Hidden in a Randomly Weighted Neural Network?", "CVPR 2020", 2020, ARXIV + "1911.13299"),
    Reference("lmc", "Jonathan Frankle, Gintare Karolina Dziugaite, Daniel M. Roy & Michael Carbin",
              "Linear Mode Connectivity and the Lottery Ticket Hypothesis", "ICML 2020", 2020, ARXIV + "1912.05671"),
    Reference("malach", "Eran Malach, Gilad Yehudai, Shai Shalev-Shwartz & Ohad Shamir",
              "Proving the Lottery Ticket Hypothesis: Pruning is All You Need", "ICML 2020", 2020,
              ARXIV + "2002.00585"),
    Reference("bert", "Tianlong Chen et al.", "The Lottery Ticket Hypothesis for Pre-trained BERT Networks",
              "NeurIPS 2020", 2020, ARXIV + "2007.12223"),
    Reference("bert-plays", "Sai Prasanna, Anna Rogers & Anna Rumshisky",
              "When BERT Plays the Lottery, All Tickets Are Winning", "EMNLP 2020", 2020, ARXIV + "2005.00561"),
    Reference("synflow", "Hidenori Tanaka, Daniel Kunin, Daniel L. K. Yamins & Surya Ganguli",
              "Pruning neural networks without any data by iteratively conserving synaptic flow", "NeurIPS 2020", 2020,
              ARXIV + "2006.05467"),
    Reference("orseau", "Laurent Orseau, Marcus Hutter & Omar Rivasplata", "Logarithmic Pruning is All You Need",
              "NeurIPS 2020", 2020, ARXIV + "2006.12156"),
    Reference("pensia",
              "Ankit Pensia, Shashank Rajput, Alliot Nagle, Harit Vishwakarma & Dimitris Papailiopoulos",
              "Optimal Lottery Tickets via SubsetSum: Logarithmic Over-Parameterization is Sufficient",
              "NeurIPS 2020", 2020, ARXIV + "2006.07990"),
    Reference("su2020", "Jingtong Su et al.", "Sanity-Checking Pruning Methods: Random Tickets can Win the Jackpot",
              "NeurIPS 2020", 2020, ARXIV + "2009.11094"),
    Reference("missing-the-mark", "Jonathan Frankle, Gintare Karolina Dziugaite, Daniel M. Roy & Michael Carbin",
              "Pruning Neural Networks at Initialization: Why Are We Missing the Mark?", "ICLR 2021", 2021,
              ARXIV + "2009.08576"),
    Reference("bitfit", "Elad Ben Zaken, Yoav Goldberg & Shauli Ravfogel",
              "BitFit: Simple Parameter-efficient Fine-tuning for Transformer-based Masked Language-models",
              "ACL 2022", 2022, ARXIV + "2106.10199"),
    Reference("composable", "Alan Ansell, Edoardo Maria Ponti, Anna Korhonen & Ivan Vulić",
              "Composable Sparse Fine-Tuning for Cross-Lingual Transfer", "ACL 2022", 2022, ARXIV + "2110.07560"),
    Reference("lora", "Edward J. Hu et al.", "LoRA: Low-Rank Adaptation of Large Language Models", "ICLR 2022", 2022,
              ARXIV + "2106.09685"),
    Reference("random-pruning", "Shiwei Liu et al.",
              "The Unreasonable Effectiveness of Random Pruning: Return of the Most Naive Baseline for Sparse Training",
              "ICLR 2022", 2022, ARXIV + "2202.02643"),
    Reference("sparsegpt", "Elias Frantar & Dan Alistarh",
              "SparseGPT: Massive Language Models Can Be Accurately Pruned in One-Shot", "ICML 2023", 2023,
              ARXIV + "2301.00774"),
    Reference("wanda", "Mingjie Sun, Zhuang Liu, Anna Bair & J. Zico Kolter",
              "A Simple and Effective Pruning Approach for Large Language Models", "ICLR 2024", 2024,
              ARXIV + "2306.11695"),
)

BIBTEX = """@inproceedings{frankle2019lottery,
  title     = {The Lottery Ticket Hypothesis: Finding Sparse, Trainable Neural Networks},
  author    = {Frankle, Jonathan and Carbin, Michael},
  booktitle = {International Conference on Learning Representations},
  year      = {2019},
  url       = {https://arxiv.org/abs/1803.03635}
}

@misc{lotterydrawn,
  title        = {The lottery ticket, drawn: an interactive explainer of the Lottery Ticket Hypothesis},
  author       = {{The authors of ``The lottery ticket, drawn''}},
  howpublished = {Software, MIT licence},
  note         = {State the version or the date of your copy}
}"""

NUMBERS = {reference.key: number for number, reference in enumerate(REFERENCES, 1)}


BY_SHORT = {reference.short: reference for reference in REFERENCES}


def cite(*keys: str) -> str:
    """Citations as Markdown links to the list of sources, each with its work as hover text. Raises KeyError for a
    work that is not in the list.

    >>> cite("obd")[:58]
    '[\\\\[4\\\\]](sources#references "Yann LeCun, John S. Denker & S'
    """
    return "".join(rf'[\[{NUMBERS[key]}\]]({LIST} "{REFERENCES[NUMBERS[key] - 1].card}")' for key in keys)


def named(work: str) -> str:
    """A work called by name, as a link to the list; unchanged when the list has no work of that name.

    >>> named("Frankle & Carbin 2019, v5")[:51]
    '[Frankle & Carbin 2019, v5](sources#references "Jon'
    >>> named("somebody 1999")
    'somebody 1999'
    """
    found = BY_SHORT.get(work.removesuffix(", v5"))
    return f'[{work}]({LIST} "{found.card}")' if found else work


def entry(reference: Reference) -> str:
    """One line of the list, as Markdown.

    >>> entry(REFERENCES[NUMBERS["lth"] - 1])[:60]
    'Jonathan Frankle & Michael Carbin. [The Lottery Ticket Hypot'
    """
    return f"{reference.authors.removesuffix('.')}. [{reference.title}]({reference.link}). {reference.venue}."
