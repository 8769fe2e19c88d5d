"""GraSP: which weights may go without the gradient shrinking, asked before any training (Wang et al., ICLR 2020).

A step of gradient descent lowers the loss by about ‖g‖². Take the weight θ_j away, and to first order ‖g‖² changes by
twice S_j = −θ_j (Hg)_j, with H the Hessian. Weights with the largest S go: without them the gradient grows, or
shrinks least.
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional as F

from lth_core.masks.mask import Mask
from lth_core.nets.module import load, module
from lth_core.nets.params import Params
from lth_core.spec import Net

# The authors divide the logits by 200, so that a net that is sure of itself at the start has gradients at all.
TEMPERATURE = 200.0


def scores(
    net: Net, params: Params, images: np.ndarray, labels: np.ndarray, temperature: float = TEMPERATURE
) -> dict[str, np.ndarray]:
    """S = −θ ⊙ Hg of every weight, float64 in the weights' shapes; the largest are to be removed.

    images (batch, features), labels (batch,): g and H are those of their mean cross-entropy, logits divided by
    `temperature`, over weights alone. Hg is the gradient of ⟨g, stop(g)⟩: no Hessian is ever written down.
    """
    model = module(net).double()
    load(model, params)
    weights = [model.get_parameter(name) for name in Mask.dense(net)]
    logits = model(torch.tensor(images).double())
    loss = F.cross_entropy(logits / temperature, torch.tensor(labels))
    gradient = torch.autograd.grad(loss, weights, create_graph=True)
    flow = torch.stack([(part * part.detach()).sum() for part in gradient]).sum()
    curved = torch.autograd.grad(flow, weights)  # Hg
    return {name: -(weight * part).detach().numpy()
            for name, weight, part in zip(Mask.dense(net), weights, curved, strict=True)}
