"""What a code base or a model uses of all that draws noise, so that an answer speaks of nothing else.

used.py      what is used, as data: subjects, with dtype and arguments where these can be told
files.py     the Python files and notebooks of a folder, and what of it could not be read
bindings.py  what the names of a file stand for: imports and assignments, followed through the files of the folder
libraries.py from a name that TensorFlow or Keras give to the subjects that it means
outside.py   imports of what is not there to be read and may hold layers
kin.py       classes that no record has and that draw by an argument; of some a recorded one runs the code
calls.py     where a file names something that draws noise, and with which arguments it is called
code.py      all of it together: from a folder to what is used
model.py     from the file of a model to what is used
asked.py     from the options of a command to either, or both
values.py    of which kind the value of an argument is
conditions.py on which arguments, or on what else, it depends whether a fact concerns a use
runs.py      where code says how its layers are run
touching.py  whether a fact is about what is used
"""
