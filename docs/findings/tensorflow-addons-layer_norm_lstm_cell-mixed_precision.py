"""tensorflow-addons 0.23.0, LayerNormLSTMCell: it raises where mixed precision is given as its dtype.

Documented: it is an LSTM cell with layer normalization and dropout; LSTMCell of Keras computes under mixed precision.
Cause: tensorflow_addons/rnn/layer_norm_lstm_cell.py makes its normalizations in float32, whose outputs meet float16.
"""

import tensorflow as tf
import tensorflow_addons as tfa

policy = "mixed_float16"
cells = {"LSTMCell": tf.keras.layers.LSTMCell, "LayerNormLSTMCell": tfa.rnn.LayerNormLSTMCell}
raised = []
for name, cell in cells.items():
    try:
        tf.keras.layers.RNN(cell(4, dropout=0.5, dtype=policy), dtype=policy)(tf.ones((2, 3, 5)), training=True)
    except Exception as error:
        raised.append(f"{name}: {type(error).__name__}")
print("documented: a layer of Keras computes under any dtype policy")
print(f"seen: {', '.join(raised) or 'none'} raises")
raise SystemExit(int(bool(raised)))
