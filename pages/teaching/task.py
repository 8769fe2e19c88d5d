"""A teacher's task: one question about the page that its link opens, and whether the settings are hidden there."""

from __future__ import annotations

from dataclasses import dataclass

from pages.address.packed import PackedError, pack, unpack
from pages.teaching.words import is_clean
from pages.text.chapters import BESIDE, CHAPTERS

ASKED = 500  # characters of a question, at most
NAME = "task"  # the parameter
PAGES = (*(chapter.slug for chapter in CHAPTERS if chapter.exists),
         *(page.slug for page in BESIDE if page.slug not in ("lecture", "room_board")))  # that may carry one


class TaskError(ValueError):
    """No task: says why."""


@dataclass(frozen=True)
class Task:
    """asked: the question, plain text. fixed: settings are hidden; what acts and what is measured never is."""

    asked: str
    fixed: bool = False

    def __post_init__(self) -> None:
        if not is_clean(self.asked, ASKED):
            raise TaskError(f"the question must be plain text of 1 to {ASKED} characters")


def to_link(task: Task) -> str:
    """The task as the word of the parameter `task`.

    >>> of_link(to_link(Task("Where does it break?", fixed=True)))
    Task(asked='Where does it break?', fixed=True)
    """
    return pack([task.asked, int(task.fixed)])


def of_link(word: str) -> Task:
    """The task in a link. Raises TaskError for what is none."""
    try:
        data = unpack(word)
    except PackedError as error:
        raise TaskError(str(error)) from None
    if not isinstance(data, list) or len(data) != 2 or data[1] not in (0, 1):
        raise TaskError("it holds no task")
    return Task(data[0], bool(data[1]))
