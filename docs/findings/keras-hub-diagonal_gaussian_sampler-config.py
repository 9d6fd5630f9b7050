"""keras-hub 0.32.0, DiagonalGaussianDistributionSampler, the sampler of VAEBackbone: its config lacks `method`.

Documented: a layer can be rebuilt by from_config(get_config()).
Cause: keras_hub/src/models/vae/vae_layers.py has no `method` in `get_config`, and the constructor needs it.
"""

from keras_hub.src.models.vae.vae_layers import DiagonalGaussianDistributionSampler

layer = DiagonalGaussianDistributionSampler("sample", axis=-1, seed=3)
print("documented: from_config(get_config()) makes the layer again")
try:
    type(layer).from_config(layer.get_config())
except TypeError as error:
    told = str(error)
    print(f"seen: TypeError, {told[told.find('missing') :].splitlines()[0]}")
    raise SystemExit(1) from None
print("seen: it is rebuilt")
