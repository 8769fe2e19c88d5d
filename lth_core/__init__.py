"""The engine of the Lottery Ticket explainer: trains, prunes, rewinds, for real."""
