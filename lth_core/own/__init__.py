"""Bring your own: a net, data, a criterion, a condition, a learning-rate schedule, an optimiser.

`registry` keeps functions by name, with a digest of their source that becomes part of a Spec's key; `find` is the door
`lth.find_ticket`; `net` and `data` check what was brought; `loop` trains it; `found` is what comes out; `export` speaks
`torch.nn.utils.prune`. docs/bring-your-own.md shows all of it. Nothing loads before it is used, because Specs are read
where torch is not.
"""
