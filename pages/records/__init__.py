"""Recorded results and what is made of them, kept once for all sessions."""
