"""W2, draw a ticket: a wall of random sub-networks, green or red against a target that the reader moves."""

from pages.widgets.ticket_wall.component import Live, WallState, ticket_wall

__all__ = ["Live", "WallState", "ticket_wall"]
