"""Files made once and kept."""

import threading

import pytest

from cdn_portal.lib.shelf import Shelf

KEY = "0123456789abcdef"


@pytest.fixture
def shelf(tmp_path):
    return Shelf(tmp_path / "shelf", ".txt", lambda content: content.endswith(b"."))


def refuse():
    raise AssertionError("made again")


def test_makes_a_file_once(shelf):
    assert shelf.get(KEY, lambda: b"Un.") == b"Un."
    assert shelf.get(KEY, refuse) == b"Un."
    assert shelf.path(KEY).read_bytes() == b"Un."
    assert shelf.path(KEY).name == f"{KEY}.txt"


def test_keys_have_files_of_their_own(shelf):
    shelf.get(KEY, lambda: b"Un.")
    assert shelf.get("ff", lambda: b"Deux.") == b"Deux."


def test_makes_again_what_was_cut_short_or_thrown_away(shelf):
    shelf.get(KEY, lambda: b"Un.")
    shelf.path(KEY).write_bytes(b"U")
    assert shelf.get(KEY, lambda: b"Deux.") == b"Deux."
    shelf.path(KEY).unlink()
    assert shelf.get(KEY, lambda: b"Trois.") == b"Trois."


def test_keeps_nothing_of_a_failure(shelf):
    def fail():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        shelf.get(KEY, fail)
    assert list(shelf.path(KEY).parent.iterdir()) == []
    assert shelf.get(KEY, lambda: b"Un.") == b"Un."


def test_leaves_no_piece_when_the_disk_is_full(shelf, monkeypatch):
    def full(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="no space"):
        shelf.get(KEY, lambda: b"Un.")
    assert list(shelf.path(KEY).parent.iterdir()) == []


def test_one_makes_while_the_others_wait(shelf):
    started, made, results = threading.Event(), [], []

    def make():
        made.append(1)
        started.wait(0.2)
        return b"Un."

    threads = [threading.Thread(target=lambda: results.append(shelf.get(KEY, make))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, results) == ([1], [b"Un."] * 4)
