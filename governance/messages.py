"""The outbox: the only door to e-mail.

`tell` writes rows in the caller's transaction; the worker calls `deliver_due`, which renders and sends them. A message
is claimed by a conditional update before it is sent, so that two workers never send it twice; a worker that is killed
in between loses none, since the claim ends by itself.

A kind may have templates of its own, `emails/<kind>_subject.txt`, `.txt` and `.html`; each that is missing is that of
`notice`, whose context is `subject`, `paragraphs`, `link_url` (a path or an address) and `link_label`.
"""

import logging
import smtplib
from collections import defaultdict
from datetime import datetime, time, timedelta
from enum import Enum, auto

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F
from django.template.loader import select_template
from django.utils import timezone

from .models import Message

logger = logging.getLogger(__name__)

DIGEST_HOUR = time(7, 30)
# A claim outlives the slowest mail server (EMAIL_TIMEOUT for each of a few exchanges), then ends by itself.
CLAIM = timedelta(minutes=5)
# Minutes before each new try; after the last, about three days later, the message has failed.
RETRY_MINUTES = [1, 5, 15] + [60] * 71
BATCH = 200

# Errors of the server itself, not of one message.
SERVER_ERRORS = (
    smtplib.SMTPServerDisconnected,
    smtplib.SMTPConnectError,
    smtplib.SMTPAuthenticationError,
    smtplib.SMTPHeloError,
    smtplib.SMTPNotSupportedError,
)


class Outcome(Enum):
    """What came of one e-mail."""

    NOTHING = auto()
    SENT = auto()
    FAILED = auto()
    SERVER_DOWN = auto()


@transaction.atomic
def tell(recipients, kind, *, context, about="", mode=Message.Mode.NOW, dedupe_key=None, not_to=None, expires_at=None):
    """Write one message a recipient and return those written.

    `recipients` are users, or plain addresses of people without an account. The one who acted (`not_to`) is never
    told, nor inactive accounts, nor anyone twice; with `dedupe_key`, nobody gets a second message of the same key.
    `context` holds JSON values only. A message that is still waiting at `expires_at` is dropped.
    """
    written = []
    for user, email in _addresses(recipients, not_to):
        fields = {
            "recipient": user,
            "email": email,
            "kind": kind,
            "mode": mode,
            "context": context,
            "about": about,
            "state": Message.State.HELD if mode == Message.Mode.HELD else Message.State.WAITING,
            "send_after": next_digest_at(timezone.now()) if mode == Message.Mode.DIGEST else timezone.now(),
            "expires_at": expires_at,
        }
        if dedupe_key is None:
            written.append(Message.objects.create(**fields))
            continue
        message, created = Message.objects.get_or_create(dedupe_key=f"{dedupe_key}:{email}"[:200], defaults=fields)
        if created:
            written.append(message)
    return written


def next_digest_at(now):
    """Return the next 7:30 in Paris after `now`."""
    local = timezone.localtime(now)
    day = local.date() if local.time() < DIGEST_HOUR else local.date() + timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, DIGEST_HOUR))


def release(messages, *, by):
    """Let held messages go, in the name of `by`; return how many."""
    return messages.filter(state=Message.State.HELD).update(
        state=Message.State.WAITING, mode=Message.Mode.NOW, send_after=timezone.now(), released_by=by
    )


def retry(messages):
    """Send failed messages again from the first try; return how many."""
    return messages.filter(state=Message.State.FAILED).update(
        state=Message.State.WAITING, attempts=0, send_after=timezone.now()
    )


def drop(messages, *, reason=""):
    """Give up messages that are not true any more and erase what they held; return how many."""
    pending = messages.filter(state__in=[Message.State.WAITING, Message.State.HELD, Message.State.FAILED])
    return pending.update(state=Message.State.DROPPED, context={}, last_error=reason)


def deliver_due(now=None):
    """Send what is due at `now`; return the number of e-mails sent.

    Stops at the first failure of the mail server itself: the rest stays due.
    """
    now = now or timezone.now()
    _drop_expired(now)
    sent = 0
    connection = get_connection()
    try:
        for batch in _batches(now):
            outcome = _deliver([message for message in batch if _claim(message, now)], connection, now)
            sent += outcome is Outcome.SENT
            if outcome is Outcome.SERVER_DOWN:
                break
    finally:
        connection.close()
    return sent


def render(message):
    """Return the subject, text and HTML of one message as they would leave now."""
    context = _context(message)
    return _render(message.kind, context)


def _addresses(recipients, not_to):
    seen = set()
    for recipient in recipients:
        user, email = (None, recipient.strip().lower()) if isinstance(recipient, str) else (recipient, recipient.email)
        is_actor = not_to is not None and email == not_to.email
        if is_actor or email in seen or (user and not user.is_active):
            continue
        seen.add(email)
        yield user, email


def _batches(now):
    """Yield lists of messages that make one e-mail each: single ones, then one digest a person."""
    due = Message.objects.due(now).select_related("recipient")
    for message in due.exclude(mode=Message.Mode.DIGEST)[:BATCH]:
        yield [message]
    digests = defaultdict(list)
    for message in due.filter(mode=Message.Mode.DIGEST)[: 10 * BATCH]:
        digests[message.email].append(message)
    yield from digests.values()


def _claim(message, now):
    """Take a message for ourselves for a while; False when another worker has it."""
    row = Message.objects.filter(pk=message.pk, state=Message.State.WAITING, send_after=message.send_after)
    taken = row.update(send_after=now + CLAIM, attempts=F("attempts") + 1)
    message.attempts += 1
    return bool(taken)


def _deliver(messages, connection, now):
    """Send one e-mail for claimed messages, and note what came of it."""
    messages = [message for message in messages if _is_wanted(message)]
    if not messages:
        return Outcome.NOTHING
    try:
        connection.open()
        subject = _send(messages, connection)
    except Exception as error:  # whatever goes wrong with one message, the others leave
        _note_failure(messages, error, now)
        return Outcome.SERVER_DOWN if _is_server_down(error) else Outcome.FAILED
    _note_sent(messages, subject)
    return Outcome.SENT


def _is_wanted(message):
    """False, and dropped, when the account was closed after the message was written."""
    if message.recipient is None or message.recipient.is_active:
        return True
    drop(Message.objects.filter(pk=message.pk), reason="compte fermé")
    return False


def _drop_expired(now):
    drop(Message.objects.filter(expires_at__lte=now), reason="sans objet : délai dépassé")


def _send(messages, connection):
    """Send one e-mail for these messages, all to one person, and return its subject."""
    first = messages[0]
    if first.mode == Message.Mode.DIGEST:
        subject, text, html = _render("digest", _digest_context(messages))
    else:
        subject, text, html = render(first)
    mail = EmailMultiAlternatives(subject, text, to=[first.email], connection=connection)
    mail.extra_headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    mail.attach_alternative(html, "text/html")
    mail.send()
    return subject


def _context(message):
    return {
        "subject": "",
        "paragraphs": [],
        "link_label": "Ouvrir la page",
        **message.context,
        "link_url": _absolute(message.context.get("link_url", "")),
        **_letterhead(message),
    }


def _letterhead(message):
    """What the frame of every mail shows: whom it greets, and where the portal is."""
    person = message.recipient
    return {
        "recipient": person,
        "greeted": person.full_name if person else message.context.get("full_name", ""),
        "site_url": settings.SITE_URL,
    }


def _digest_context(messages):
    """Group by what they are about, newest first, inside a group too."""
    groups = {}
    for message in sorted(messages, key=lambda m: (m.created_at, m.pk), reverse=True):
        context = _context(message)
        line = {"subject": _subject(message.kind, context), "link_url": context["link_url"], "at": message.created_at}
        groups.setdefault(message.about, []).append(line)
    return {
        "groups": [{"about": about, "lines": lines} for about, lines in groups.items()],
        "count": len(messages),
        **_letterhead(messages[0]),
    }


def _absolute(url):
    return settings.SITE_URL + url if url.startswith("/") else url


def _render(kind, context):
    context = {**context, "subject": _subject(kind, context)}
    text = select_template([f"emails/{kind}.txt", "emails/notice.txt"]).render(context)
    html = select_template([f"emails/{kind}.html", "emails/notice.html"]).render(context)
    return context["subject"], text.strip() + "\n", html


def _subject(kind, context):
    template = select_template([f"emails/{kind}_subject.txt", "emails/notice_subject.txt"])
    # One line, whatever was typed: a line break would forge a header.
    return " ".join(template.render(context).split())[:300]


def _note_sent(messages, subject):
    """Erase the context: it may hold a code or a personal link."""
    Message.objects.filter(pk__in=[message.pk for message in messages]).update(
        state=Message.State.SENT, sent_at=timezone.now(), subject=subject, context={}, last_error=""
    )


def _note_failure(messages, error, now):
    """Plan the next try, or give up."""
    logger.warning("message not sent: %s (%s)", [message.pk for message in messages], type(error).__name__)
    for message in messages:
        gives_up = message.attempts > len(RETRY_MINUTES) or _is_permanent(error)
        fields = {"last_error": f"{type(error).__name__} : {error}"[:1000]}
        if gives_up:
            fields["state"] = Message.State.FAILED
        else:
            fields["send_after"] = now + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
        Message.objects.filter(pk=message.pk).update(**fields)


def _is_server_down(error):
    """True when the next message would meet the same error: `SMTPException` is an `OSError`, hence the two parts."""
    return isinstance(error, SERVER_ERRORS) or (
        isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException)
    )


def _is_permanent(error):
    """True when the mail server says that the address will never work (codes 500 to 599)."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _ in error.recipients.values())
