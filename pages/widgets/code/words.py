"""Every word that a program on a page brings along, in one place, so that a translation is possible."""

WORDS = {"program": "Program", "copy": "Copy", "copied": "Copied"}
