"""The one base of errors that a user can mend: the command line prints their sentence and exits with 2."""


class UserError(Exception):
    """Arguments, files or an environment that cannot be worked with; the message says in a sentence what helps."""


class UnusableEnvironmentError(UserError):
    """TensorFlow or Keras cannot be looked at here; the message says why and what helps."""
