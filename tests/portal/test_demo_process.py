"""The process of the demonstration: starts, says who logs in, stops on a signal, leaves nothing behind.

It has a database of its own, whatever the tests run on: once is enough.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings

from cdn_portal.management.commands.demo_data import ACCOUNTS


@pytest.fixture
def start(tmp_path):
    """Start the demonstration on a free port, with its own data; kill what is left at the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "DATABASE_URL": "", "DEMO": "1", "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-W", "ignore", "manage.py", "demo", "--port", str(port)]
    started = []

    def run():
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    run.port = port
    yield run
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def read_until(process, words):
    """Return what a process says up to some words, or to its end."""
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            break
    return "".join(said)


def health(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante/", timeout=10) as answer:
        return json.load(answer)


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def test_starts_says_who_logs_in_and_stops_on_a_signal(start):
    first = start()
    said = read_until(first, "Ctrl-C")
    assert f"http://127.0.0.1:{start.port}/" in said
    assert all(account["email"] in said for account in ACCOUNTS)
    assert health(start.port)["ok"]
    second = start()
    assert "tourne déjà" in read_until(second, "déjà")
    assert second.wait(10) == 0
    begun = time.monotonic()
    first.send_signal(signal.SIGTERM)
    assert first.wait(10) == 0
    assert time.monotonic() - begun < 4
    assert is_free(start.port)


def test_leaves_nothing_behind_when_it_is_killed(start):
    process = start()
    read_until(process, "Ctrl-C")
    process.kill()
    deadline = time.monotonic() + 10
    while not is_free(start.port) and time.monotonic() < deadline:
        time.sleep(0.1)
    again = start()
    assert "prêt" in read_until(again, "prêt")
