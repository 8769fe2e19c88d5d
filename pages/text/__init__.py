"""The article's plain data: its chapters, words, references and the works it connects."""
