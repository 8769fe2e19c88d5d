"""The nets of the paper by name, as wide as a test can afford."""

from lth_core.spec import Net


def net(name, inputs=3072, width=1.0):
    connected = (256, 256) if name.startswith("conv") else ()
    return Net(name, (inputs, *connected, 10), batchnorm=not name.startswith("conv"), width=width)
