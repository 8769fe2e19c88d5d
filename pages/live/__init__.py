"""Runs that go on while a page is open: how long one takes, how a page starts and follows it, the server's routes."""
