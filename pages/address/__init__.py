"""What an address means: its parameters, the explorer's knobs, and what a shared link shows before it is opened."""
