"""The background process: alive, stubborn, quick to stop."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from governance.management.commands import worker as module
from governance.management.commands.worker import Worker
from governance.models import Message, WorkerHeartbeat
from tests.factories.governance import MessageFactory


@pytest.mark.django_db(transaction=True)  # the worker closes its connections between two tasks
def test_once_delivers_and_beats(mailoutbox):
    assert WorkerHeartbeat.silence() is None
    MessageFactory()
    call_command("worker", once=True)
    assert len(mailoutbox) == 1
    assert WorkerHeartbeat.silence() < 5
    call_command("worker", once=True)
    assert WorkerHeartbeat.objects.count() == 1


@pytest.mark.django_db
def test_silence_is_measured():
    WorkerHeartbeat.beat(timezone.now() - timezone.timedelta(seconds=120))
    assert 119 < WorkerHeartbeat.silence() < 125


def test_an_outage_does_not_end_the_loop(monkeypatch):
    monkeypatch.setattr(module, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(module, "connections", type("Connections", (), {"close_all": staticmethod(lambda: None)}))
    monkeypatch.setattr(module, "close_old_connections", lambda: None)
    worker, calls = Worker(), []

    def action():
        calls.append(1)
        if len(calls) < 4:
            raise OperationalError("the database is away")
        worker.stop()

    worker.repeat(action)
    assert len(calls) == 4


def test_second_signal_stops_at_once():
    worker = Worker()
    worker.stop()
    with pytest.raises(SystemExit):
        worker.stop()


def test_long_task_does_not_delay_mail(monkeypatch):
    monkeypatch.setattr(module, "POLL_SECONDS", 0.001)
    monkeypatch.setattr(module, "connections", type("Connections", (), {"close_all": staticmethod(lambda: None)}))
    monkeypatch.setattr(module, "close_old_connections", lambda: None)
    worker, task_ended, turns = Worker(), threading.Event(), []
    monkeypatch.setattr(worker.tasks, "run", lambda: task_ended.wait(10))

    def deliver():
        turns.append(1)
        if len(turns) == 3:
            worker.stop()
            task_ended.set()

    monkeypatch.setattr(worker, "deliver", deliver)
    worker.run()
    assert len(turns) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_starts_delivers_and_stops_on_a_signal(tmp_path, number):
    """A real process on a real database file."""
    environment = {
        **os.environ,
        "VAR_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "DEMO": "1",
        "EMAIL_URL": f"filemail:///{tmp_path}/mail",
    }

    def manage(*arguments):
        return [sys.executable, "-W", "ignore", "manage.py", *arguments]

    subprocess.run(manage("migrate", "--skip-checks", "-v0"), env=environment, check=True)
    write = "from governance.messages import tell; tell(['x@exemple.test'], 'notice', context={'subject': 'Bonjour'})"
    subprocess.run(manage("shell", "-v0", "-c", write), env=environment, check=True)
    process = subprocess.Popen(manage("worker", "--skip-checks"), env=environment, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not list((tmp_path / "mail").glob("*")) and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
    assert len(list((tmp_path / "mail").glob("*"))) == 1


def test_states_shown_to_people_are_french():
    assert [state.label for state in Message.State] == ["En attente", "Envoyé", "Échec", "Abandonné", "Retenu"]
