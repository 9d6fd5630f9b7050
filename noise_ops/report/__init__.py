"""Renderers: one a format over the same result; they know no statistics and no TensorFlow."""
