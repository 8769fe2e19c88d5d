"""The hand-out: a talk on paper, two beats a page, with pictures, sentences, questions and links; set by typst."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

SHEET = """#let talk = json(bytes(sys.inputs.talk))
#set document(title: talk.title)
#set page(paper: "a4", margin: 2cm, numbering: "1")
#set text(size: 11pt)
#set par(leading: .6em)
#text(size: 20pt, weight: "bold")[#talk.title]
#for (number, beat) in talk.beats.enumerate(start: 1) [
  #block(breakable: false, width: 100%, above: 1.6em)[
    #text(size: 13pt, weight: "bold")[#number. #beat.sentence]
    #if beat.svg != "" { image(bytes(beat.svg), format: "svg", height: 8cm, alt: beat.alt) }
    #if beat.question != "" [ #v(.2em) *Question:* #beat.question #v(.1em) #beat.options.join(" · ") ]
    #if beat.answer != "" [ #v(.1em) *Measured:* #beat.answer ]
    #v(.1em)
    #text(size: 9pt, fill: luma(90))[#beat.source #h(1em) #link(beat.link)[#beat.link]]
  ]
]
"""


@dataclass(frozen=True)
class Part:
    """A beat on paper. svg, alt: its chart, "" where it has none. link: to this beat on its stage."""

    sentence: str
    link: str
    question: str = ""
    options: tuple[str, ...] = ()
    answer: str = ""
    source: str = ""
    svg: str = ""
    alt: str = ""


def pdf(title: str, parts: Sequence[Part]) -> bytes:
    """The hand-out as a PDF. Everything in it is text to typst, whatever a stranger's talk holds.

    >>> pdf("A talk", [Part("One.", "http://127.0.0.1/lecture?talk=45&beat=1")])[:5]
    b'%PDF-'
    """
    import typst  # tens of megabytes that no page needs before somebody asks

    talk = json.dumps({"title": title, "beats": [vars(part) for part in parts]})
    made: bytes = typst.compile(SHEET.encode(), format="pdf", ignore_system_fonts=True, sys_inputs={"talk": talk})
    return made
