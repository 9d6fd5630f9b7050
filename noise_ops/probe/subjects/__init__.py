"""What is observed: everything that draws noise, and how each is made and called.

subject.py       what every subject can do
layers.py        elementwise, spatial and weighted layers of Keras
recurrent.py     recurrent layers, whose weights show one gate at a time
attention.py     attention layers, whose weights show their mask
functions.py     functions of tf.nn and tf.random
keras_random.py  functions of keras.random
catalog.py       the list of all that is there
"""
