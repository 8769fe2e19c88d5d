"""Sections of chapters that would be too long in one file, one a file; a chapter calls them in reading order."""
