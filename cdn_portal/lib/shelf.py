"""Files made once and kept: what is long to make is found again under a key that says all it depends on."""

import fcntl
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path


class Shelf:
    """A folder of files by key. It may be emptied at any time: what is missing is made again.

    Keys are hexadecimal. Several threads and processes may ask for the same key at once: one makes it, the others wait.
    """

    def __init__(self, folder, suffix="", is_whole=bool):
        self.folder, self.suffix, self.is_whole = Path(folder), suffix, is_whole

    def get(self, key, make):
        """Return the bytes kept under `key`, or those of `make()`, which are then kept.

        A file that `is_whole` refuses, such as one cut short when the machine stopped, is made again.
        """
        path = self.path(key)
        content = self._read(path)
        if content is None:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _turn(path.parent):
                content = self._read(path)  # another one may have made it meanwhile
                if content is None:
                    content = make()
                    _write(path, content)
        return content

    def path(self, key):
        """Return where the file of `key` is, or would be."""
        return self.folder / key[:2] / f"{key}{self.suffix}"

    def _read(self, path):
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        return content if self.is_whole(content) else None


@contextmanager
def _turn(folder):
    """Let one thread of one process at a time work on `folder`."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _write(path, content):
    """Write the file whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
