"""Live runs: submit a Spec, watch it, join it, cancel it, find its Result in the store.

`engine.JobEngine` decides (one run a Spec, fair queue, limits, who watches); a runner computes: `dask_runner` in worker
processes, `runner.InlineRunner` in this one for tests. `work` is what runs there.
"""
