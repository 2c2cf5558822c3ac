"""The one background process: it runs tasks, delivers the outbox, and says that it is alive."""

import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker as TaskWorker

from governance.messages import deliver_due
from governance.models import WorkerHeartbeat

logger = logging.getLogger("governance.worker")

POLL_SECONDS = 2
LONGEST_PAUSE_SECONDS = 30
# At stop, a task has this long to end; one that is cut short is left to the next start.
LONGEST_TASK_AT_STOP_SECONDS = 20


class Command(BaseCommand):
    help = (
        "Fait tourner le service d'arrière-plan : tâches, envoi des courriels toutes les deux secondes, signe de vie. "
        "S'arrête proprement sur TERM ou Ctrl-C."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Fait tout ce qui attend, puis s'arrête.")

    def handle(self, *args, once, **options):
        worker = Worker()
        if once:
            worker.once()
            return
        worker.listen_to_signals()
        worker.run()


class Worker:
    """Two loops in one process, mail here and tasks in a thread: a long task delays no log-in code.

    An error of the database, of the mail server or of a task never ends either loop.
    """

    def __init__(self):
        self.stopped = threading.Event()
        self.tasks = TaskWorker(
            queue_names=["*"],
            interval=0.2,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )

    def listen_to_signals(self):
        """Finish the task at hand, then stop; a second signal stops at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)

    def stop(self, number=None, frame=None):
        if self.stopped.is_set():
            raise SystemExit(1)
        self.stopped.set()
        self.tasks.running = False

    def run(self):
        """Turn until stopped."""
        logger.info("started")
        thread = threading.Thread(target=self.repeat, args=[self.tasks.run], name="tasks", daemon=True)
        thread.start()
        self.repeat(self.deliver)
        thread.join(LONGEST_TASK_AT_STOP_SECONDS)
        logger.info("stopped")

    def repeat(self, action):
        """Call `action` every two seconds; after failures, wait longer and longer."""
        failures = 0
        while not self.stopped.is_set():
            try:
                close_old_connections()
                action()
                failures = 0
            except Exception:
                failures += 1
                logger.exception("%s failed", threading.current_thread().name)
                connections.close_all()
            self.stopped.wait(min(POLL_SECONDS * 2**failures, LONGEST_PAUSE_SECONDS))
        connections.close_all()

    def once(self):
        """Do all that waits."""
        self.deliver()
        self.tasks.run()
        self.deliver()

    def deliver(self):
        WorkerHeartbeat.beat()
        deliver_due()
