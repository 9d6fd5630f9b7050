"""What installers said when they failed, recorded with pip 23.2 and 26.3 and uv 0.13, and what is told of it."""

PIP_NO_VERSION = """\
ERROR: Could not find a version that satisfies the requirement keras==3.99.0 (from versions: 3.7.0, 3.8.0)
ERROR: No matching distribution found for keras==3.99.0
"""

PIP_CONFLICT = """\
WARNING: Location 'file:///srv/simple/keras/' is ignored: it is neither a file nor a directory.
ERROR: Cannot install keras==3.7.0 and tensorflow==2.15.1 because these package versions have conflicting dependencies.
ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/
"""

PIP_REFUSED = """\
WARNING: Retrying (Retry(total=1, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'NewConnectionError("HTTPConnection(host='127.0.0.1', port=9): Failed to establish a new connection: \
[Errno 111] Connection refused")': /simple/packaging/
WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'NewConnectionError("HTTPConnection(host='127.0.0.1', port=9): Failed to establish a new connection: \
[Errno 111] Connection refused")': /simple/packaging/
ERROR: Could not find a version that satisfies the requirement packaging==23.2 (from versions: none)
ERROR: No matching distribution found for packaging==23.2
"""

PIP_BROKEN_ONCE = """\
WARNING: Retrying (Retry(total=4, connect=None, read=None, redirect=None, status=None)) after connection broken by \
'RemoteDisconnected('Remote end closed connection without response')': /simple/keras/
ERROR: Could not find a version that satisfies the requirement keras==3.99.0 (from versions: 3.7.0)
ERROR: No matching distribution found for keras==3.99.0
"""

PIP_STOPPED = """\
ERROR: Exception:
Traceback (most recent call last):
  File "/env/lib/python3.11/site-packages/pip/_vendor/urllib3/response.py", line 443, in _error_catcher
    raise ReadTimeoutError(self._pool, None, "Read timed out.")
pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPConnectionPool(host='127.0.0.1', port=8765): Read timed out.
"""

PIP_INCOMPLETE = """\
  WARNING: Connection interrupted while downloading.
  WARNING: Attempting to resume incomplete download (400 kB/500.0 MB, attempt 1)
  WARNING: Connection interrupted while downloading.
error: incomplete-download

× Download failed after 2 attempts because not enough bytes were received (400 kB/500.0 MB)
╰─> URL: http://127.0.0.1:8765/files/keras-3.7.0-py3-none-any.whl

note: This is an issue with network connectivity, not pip.
hint: Use --resume-retries to configure resume attempt limit.
"""

PIP_UNBUILT = """\
  error: subprocess-exited-with-error
  \n\
  × Getting requirements to build wheel did not run successfully.
  │ exit code: 1
  ╰─> [2 lines of output]
      compiling
      no compiler here
      [end of output]
  \n\
  note: This error originates from a subprocess, and is likely not a problem with pip.
error: subprocess-exited-with-error

× Getting requirements to build wheel did not run successfully.
│ exit code: 1
╰─> See above for output.

note: This error originates from a subprocess, and is likely not a problem with pip.
"""

PIP_FULL = "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n\n"

UV_NO_VERSION = """\
error: No solution found when resolving dependencies
  cause: Because there is no version of keras==3.99.0 and you require keras==3.99.0, we can conclude that your \
requirements are unsatisfiable.
"""

UV_NO_VERSION_BEFORE = """\
  × No solution found when resolving dependencies:
  ╰─▶ Because there is no version of keras==3.99.0 and you require
      keras==3.99.0, we can conclude that your requirements are unsatisfiable.
"""

UV_NO_WHEEL = """\
error: No solution found when resolving dependencies
  cause: Because tensorflow-cpu==2.4.4 has no wheels with a matching Python ABI tag (e.g., `cp311`) and you require \
tensorflow-cpu==2.4.4, we can conclude that your requirements are unsatisfiable.

hint: You require CPython 3.11 (`cp311`), but we only found wheels for `tensorflow-cpu` (v2.4.4) with the following \
Python ABI tags: `cp36m`, `cp37m`, `cp38`
"""

UV_REFUSED = """\
error: Request failed after 1 retry in 1.4s
  cause: Failed to fetch: http://127.0.0.1:9/simple/packaging/
  cause: error sending request for url (http://127.0.0.1:9/simple/packaging/)
  cause: client error (Connect)
  cause: tcp connect error
  cause: Connection refused (os error 111)
"""

UV_FULL = """\
error: Failed to install: numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl (numpy==1.26.4)
  cause: Failed to copy to `/env/lib/python3.11/site-packages/numpy.libs/libopenblas.so`
  cause: failed to copy file from /cache/libopenblas.so to /env/libopenblas.so: No space left on device (os error 28)
"""

TOLD = {
    PIP_NO_VERSION: "No matching distribution found for keras==3.99.0",
    PIP_CONFLICT: "Cannot install keras==3.7.0 and tensorflow==2.15.1 because these package versions have conflicting "
    "dependencies",
    PIP_REFUSED: "the package index cannot be reached, NewConnectionError(\"HTTPConnection(host='127.0.0.1', port=9): "
    'Failed to establish a new connection: [Errno 111] Connection refused")',
    PIP_BROKEN_ONCE: "No matching distribution found for keras==3.99.0",
    PIP_STOPPED: "pip._vendor.urllib3.exceptions.ReadTimeoutError: HTTPConnectionPool(host='127.0.0.1', port=8765): "
    "Read timed out",
    PIP_INCOMPLETE: "Download failed after 2 attempts because not enough bytes were received (400 kB/500.0 MB)",
    PIP_UNBUILT: "a package without a wheel cannot be built, no compiler here",
    PIP_FULL: "Could not install packages due to an OSError: [Errno 28] No space left on device",
    UV_NO_VERSION: "No solution found when resolving dependencies: Because there is no version of keras==3.99.0 and "
    "you require keras==3.99.0, we can conclude that your requirements are unsatisfiable",
    UV_NO_VERSION_BEFORE: "No solution found when resolving dependencies: Because there is no version of keras==3.99.0 "
    "and you require keras==3.99.0, we can conclude that your requirements are unsatisfiable",
    UV_NO_WHEEL: "No solution found when resolving dependencies: You require CPython 3.11 (`cp311`), but we only found "
    "wheels for `tensorflow-cpu` (v2.4.4) with the following Python ABI tags: `cp36m`, `cp37m`, `cp38`",
    UV_REFUSED: "Request failed after 1 retry in 1.4s: Connection refused (os error 111)",
    UV_FULL: "Failed to install: numpy-1.26.4-cp311-cp311-manylinux_2_17_x86_64.whl (numpy==1.26.4): failed to copy "
    "file from /cache/libopenblas.so to /env/libopenblas.so: No space left on device (os error 28)",
    "error: one\n  Caused by: two\n  Caused by: three\n": "one: three",
    "error: \x1b[31mred\x1b[0m\n": r"\x1b[31mred\x1b[0m",
    "": "the installer ended with exit code 1",
}
