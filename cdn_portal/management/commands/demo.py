"""Prepare and run the demonstration: one process that keeps the web server and the background worker."""

import contextlib
import ctypes
import fcntl
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from .demo_data import ACCOUNTS, PASSWORD

HOST = "127.0.0.1"
READY_SECONDS = 60
# A child that has not stopped by then is killed: everything is down two seconds after Ctrl-C.
STOP_SECONDS = 1.5


class Command(BaseCommand):
    help = (
        "Prépare et lance la démonstration : base de données, données fictives, service d'arrière-plan et serveur web, "
        "pour cette machine seulement. S'arrête proprement sur Ctrl-C ou TERM."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        if not settings.DEMO:
            raise CommandError("La démonstration se lance avec DEMO=1 (« make demo »).")
        on_stop(stop_at_once)
        address = f"http://{HOST}:{port}"
        with Lock(settings.VAR_DIR / "demo.lock") as lock:
            if not lock.held:
                self.stdout.write(f"La démonstration tourne déjà : {lock.note}")
                return
            if is_taken(port):
                raise CommandError(f"Le port {port} est pris par un autre programme : essayez « make demo PORT=8001 ».")
            lock.note = address
            self.prepare()
            self.serve(address, port)

    def prepare(self):
        """Bring the database, its data and the static files to what the code expects."""
        steps = (
            ("Base de données", set_aside_outdated_database, migrate),
            ("Données de référence", load_reference),
            ("Données de démonstration", load_demonstration),
            ("Fichiers de la charte", collect_static),
        )
        for label, *actions in steps:
            start = time.monotonic()
            for action in actions:
                self.say(action())
            self.stdout.write(f"{label} : {time.monotonic() - start:.1f} s")
            self.stdout.flush()
        connections.close_all()

    def say(self, sentence):
        if sentence:
            self.stdout.write(sentence)

    def serve(self, address, port):
        """Keep both children until a signal comes, or one of them ends."""
        logs = settings.VAR_DIR / "log"
        logs.mkdir(parents=True, exist_ok=True)
        environment = child_environment(address)
        children, stopped = {}, threading.Event()
        on_stop(lambda number, frame: stopped.set())
        try:
            for name, command in commands(port).items():
                children[name] = start_child(command, environment, logs / f"{name}.log")
            if wait_until_ready(address, children, stopped):
                self.present(address)
            ended = watch(children, stopped)
        finally:
            stop(children.values())
        if ended:
            raise CommandError(f"Un service s'est arrêté ({', '.join(ended)}) : voyez les journaux dans {logs}.")
        self.stdout.write("Démonstration arrêtée.")

    def present(self, address):
        """Say where it is and who may log in."""
        width = max(len(account["email"]) for account in ACCOUNTS)
        lines = [f"  {account['email']:<{width}}  {account['purpose']}" for account in ACCOUNTS]
        self.stdout.write(
            "\n".join(
                [
                    "",
                    f"Le portail est prêt : {address}/",
                    f"Mot de passe de tous les comptes : {PASSWORD}",
                    *lines,
                    f"Les courriels partent dans {settings.VAR_DIR / 'courriels'}. Ctrl-C pour arrêter.",
                ]
            )
        )
        self.stdout.flush()


class Lock:
    """A file that one process holds at a time; `note` says what the holder wrote there."""

    def __init__(self, path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("a+", encoding="utf-8")

    def __enter__(self):
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.held = True
        except BlockingIOError:
            self.held = False
        return self

    def __exit__(self, *error):
        # The system frees the lock, whatever ends the process.
        self.file.close()

    @property
    def note(self):
        self.file.seek(0)
        return self.file.read().strip()

    @note.setter
    def note(self, text):
        self.file.truncate(0)
        self.file.write(text)
        self.file.flush()


def stop_at_once(number, frame):
    """Leave while preparing: what was begun in the database is undone."""
    raise SystemExit(128 + number)


def on_stop(handler):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handler)


def is_taken(port):
    """True when a program answers on the port, or keeps it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


def set_aside_outdated_database():
    """Keep the database of an older version under another name, when its migrations were rewritten since.

    Before a first release, each app has one migration that changes in place: such a database cannot be brought up to
    date. Its data are fictitious; nothing is erased all the same.
    """
    stamp, database = settings.VAR_DIR / "demo-migrations.json", Path(settings.DATABASES["default"]["NAME"])
    known = json.loads(stamp.read_text(encoding="utf-8")) if stamp.exists() else {}
    now = migrations()
    is_file = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    outdated = is_file and any(now.get(name) != digest for name, digest in known.items())
    said = None
    if outdated and database.exists():
        suffix = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
        for path in database.parent.glob(f"{database.name}*"):
            if path.name.removeprefix(database.name) in ("", "-wal", "-shm"):
                path.rename(path.with_name(f"avant-{suffix}-{path.name}"))
        said = f"La base d'une version plus ancienne est gardée à côté : avant-{suffix}-{database.name}"
    stamp.write_text(json.dumps(now), encoding="utf-8")
    return said


def migrations():
    """Return {migration: digest} of the portal's own apps."""
    found = {}
    for config in apps.get_app_configs():
        if Path(config.path).parent == settings.BASE_DIR:
            for path in sorted(Path(config.path).glob("migrations/[0-9]*.py")):
                found[f"{config.label}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def migrate():
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def load_reference():
    with Path(os.devnull).open("w") as nowhere:
        call_command("load_reference", stdout=nowhere)


def load_demonstration():
    with Path(os.devnull).open("w") as nowhere:
        call_command("demo_data", stdout=nowhere)


def collect_static():
    """Gather and compress the static files, unless none changed since the last time."""
    stamp, now = settings.VAR_DIR / "demo-static.txt", static_signature()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == now and Path(settings.STATIC_ROOT).exists():
        return
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(now, encoding="utf-8")


def static_signature():
    """Return a digest of the name, size and date of every static file."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def child_environment(address):
    """Return the environment of both services: mails are kept as files, links lead to this address."""
    mails = settings.VAR_DIR / "courriels"
    return {"EMAIL_URL": f"filemail:///{mails}", **os.environ, "SITE_URL": address, "PYTHONUNBUFFERED": "1"}


def commands(port):
    """Return the command of each service."""
    python = [sys.executable, "-W", "ignore"]
    web = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "2"]
    options = ["--blocking-threads", "2", "--no-ws", "--workers-kill-timeout", "1", "--log-level", "warning"]
    return {
        "web": [*python, *web, *options, "cdn_portal.wsgi:application"],
        "worker": [*python, "manage.py", "worker", "--skip-checks"],
    }


def start_child(command, environment, log):
    """Start a service in a session of its own: Ctrl-C reaches this process only, which stops them in order."""
    with log.open("a", encoding="utf-8") as output:
        return subprocess.Popen(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - this process has one thread
        )


def die_with_parent():
    """Ask Linux to stop this child when the parent is killed: nothing is left behind that holds the port."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def wait_until_ready(address, children, stopped):
    """Return True when the health page says that all is well."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not stopped.is_set() and not ended(children):
        try:
            with urllib.request.urlopen(f"{address}/sante/", timeout=5) as answer:  # noqa: S310 - our own address
                return answer.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            stopped.wait(0.1)
    return False


def ended(children):
    return [name for name, child in children.items() if child.poll() is not None]


def watch(children, stopped):
    """Wait until a signal comes or a service ends; return the names of those that ended by themselves."""
    while not stopped.wait(0.2):
        if found := ended(children):
            return found
    return []


def stop(children):
    """Ask the services to stop, then insist."""
    children = list(children)
    for child in children:
        signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, deadline - time.monotonic()))
        # The group may outlive its leader.
        signal_group(child, signal.SIGKILL)
        child.wait()


def signal_group(child, number):
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)
