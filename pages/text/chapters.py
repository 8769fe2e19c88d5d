"""The table of contents: the chapters, their questions, which of them exist, and the pages beside them.

The navigation, the map on the home page, the previous/next links and the contract test all read this list.
"""

from __future__ import annotations

from dataclasses import dataclass

SITE = "The lottery ticket, drawn"


@dataclass(frozen=True)
class Chapter:
    """One chapter. slug: its address. question: what a reader comes with. does: what they will do there.
    file: the page, empty while the chapter is still to come. minutes: to read it at How, at 200 words a minute."""

    number: int
    slug: str
    title: str
    question: str
    does: str
    file: str = ""
    minutes: int = 0

    @property
    def exists(self) -> bool:
        return bool(self.file)

    @property
    def label(self) -> str:
        return f"{self.number} · {self.title}"

    @property
    def short(self) -> str:
        """What the navigation says, where all chapters stand in one row."""
        return f"{self.number} {self.slug.capitalize()}"


CHAPTERS = (
    Chapter(
        1, "paradox", "The paradox", "Why train a big network, only to throw most of it away?",
        "Drag a slider through a trained network and see how much you can remove before accuracy drops.",
        "pages/1_the_paradox.py", 4,
    ),
    Chapter(
        2, "hypothesis", "The hypothesis", "What exactly is a winning ticket, and how rare is one?",
        "Draw random sub-networks, fifty at a time, and count the winners.", "pages/2_the_hypothesis.py", 4,
    ),
    Chapter(
        3, "pruning", "Iterative magnitude pruning", "How does one find a winning ticket?",
        "Train, prune, rewind, round by round, and follow one weight until it is removed.",
        "pages/3_iterative_pruning.py", 5,
    ),
    Chapter(
        4, "initialisation", "Initialisation is (nearly) everything", "What does a ticket lose with its first values?",
        "Race the ticket against its own mask with other weights, blind if you like.", "pages/4_initialisation.py", 5,
    ),
    Chapter(
        5, "evidence", "The evidence", "How strong is the case, network by network?",
        "Put the popular figure, the paper's figure and our measurement side by side.", "pages/5_evidence.py", 4,
    ),
    Chapter(
        6, "limits", "Limits, rewinding and the price", "When does the recipe fail, and what does it cost?",
        "Move the rewind step and watch a failing ticket recover.", "pages/6_limits.py", 6,
    ),
    Chapter(
        7, "explorer", "The explorer", "What happens if I change that?",
        "Change anything, run the whole recipe, and share it as a link.", "pages/7_the_explorer.py", 4,
    ),
    Chapter(
        8, "connections", "Connections", "What came before, what came after, what is still unknown?",
        "Try the works before and after this idea on the same small network.", "pages/8_connections.py", 5,
    ),
)


@dataclass(frozen=True)
class Beside:
    """A page that is no chapter: more to try, and how far the chapters can be trusted. The words are those of a
    Chapter; short: what the navigation says."""

    slug: str
    title: str
    question: str
    does: str
    file: str
    short: str


BESIDE = (
    Beside("lab", "The labs", "What else can one try on the same small net?",
           "Run the works that came before and after the hypothesis, and more, each beside the ticket.",
           "pages/lab.py", "Labs"),
    Beside("proof", "The proof", "Why should anybody believe these numbers?",
           "Let the engine check its own promises, here and now, and read the code that does it.", "pages/proof.py",
           "Proof"),
    Beside("ledger", "The ledger", "43 claims about tickets and pruning. What became of each?",
           "Look up any claim: the popular figure, the paper's, ours, the verdict and the rule that gave it.",
           "pages/ledger.py", "Ledger"),
    Beside("lecture", "The lecture", "How does one show this to a room?",
           "Give a talk with a clicker: one picture a beat, as large as the screen, with questions to the room.",
           "pages/lecture.py", "Lecture"),
    Beside("room_board", "The room", "What do a hundred students bet, and how many of their tickets win?",
           "Open a room, let phones join by a code, put questions to them and let each draw a ticket.",
           "pages/room_board.py", "Room"),
    Beside("sources", "Sources", "What do the words mean, and who found all this?",
           "Look up a word of the field, find the work behind a number, and copy how to cite.", "pages/sources.py",
           "Sources"),
)


# Where one only arrives by a link: in no navigation.
HIDDEN = (
    Beside("receipt", "A receipt", "Did anything change on the way?",
           "Read what a student answered to a teacher's question, and see whether the checksum holds.",
           "pages/receipt.py", "Receipt"),
)


def at(slug: str) -> Chapter | Beside | None:
    """The page at an address; None for the home page and for addresses that lead nowhere."""
    pages: tuple[Chapter | Beside, ...] = (*(chapter for chapter in CHAPTERS if chapter.exists), *BESIDE, *HIDDEN)
    return next((page for page in pages if page.slug == slug), None)


def title(slug: str) -> str:
    """What a browser's tab and a shared link say.

    >>> title("paradox"), title("")
    ('The paradox · The lottery ticket, drawn', 'The lottery ticket, drawn')
    """
    page = at(slug)
    return f"{page.title} · {SITE}" if page else SITE


def see(number: int, said: str = "") -> str:
    """A chapter as prose refers to it: a Markdown link that carries its title and question.

    >>> see(4)[:61]
    '[chapter 4](initialisation "Initialisation is (nearly) everyt'
    """
    chapter = CHAPTERS[number - 1]
    return f'[{said or f"chapter {number}"}]({chapter.slug} "{chapter.title}: {chapter.question}")'
