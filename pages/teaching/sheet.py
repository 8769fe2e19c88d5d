"""A receipt on paper, set by typst."""

from __future__ import annotations

import json

from pages.teaching.receipt import Receipt, digest, short

SHEET = """#let told = json(bytes(sys.inputs.told))
#set document(title: told.title)
#set page(paper: "a4", margin: 2.4cm)
#set text(size: 11pt)
#set par(leading: .6em)
#let part(name, body) = block(above: 1.3em)[#text(size: 9pt, fill: luma(90))[#name] #linebreak() #body]
#text(size: 20pt, weight: "bold")[#told.title]
#part("Question")[#told.asked.split("\\n").join(linebreak())]
#part("Answer")[#told.answer.split("\\n").join(linebreak())]
#part("Page and its state")[#link(told.page_link)[#told.address]]
#part("Time")[#told.time]
#part("Checksum (SHA-256)")[*#told.short* #linebreak() #text(size: 8pt)[#told.checksum]
  #if not told.holds { linebreak(); strong[It does not hold: something was changed after the receipt was made.] }]
#part("This receipt as a link")[#link(told.own_link)[Open it, and see whether the checksum holds]]
"""


def pdf(receipt: Receipt, site: str, word: str) -> bytes:
    """The receipt as a PDF. site: where this site lives, without a slash at the end; word: the receipt's own link.
    Everything in it is text to typst, whatever a stranger wrote.

    >>> from pages.teaching.receipt import made, to_link
    >>> one = made("pruning", {"round": "5"}, "Why?", "Because.")
    >>> pdf(one, "http://127.0.0.1:8501", to_link(one))[:5]
    b'%PDF-'
    """
    import typst  # tens of megabytes that no page needs before somebody asks

    told = {"title": "Receipt", "asked": receipt.asked, "answer": receipt.answer, "address": receipt.address,
            "time": receipt.time, "checksum": receipt.checksum, "short": short(receipt.checksum),
            "holds": receipt.checksum == digest(receipt), "page_link": f"{site}/{receipt.address}",
            "own_link": f"{site}/receipt?r={word}"}
    made: bytes = typst.compile(SHEET.encode(), format="pdf", ignore_system_fonts=True,
                                sys_inputs={"told": json.dumps(told)})
    return made
