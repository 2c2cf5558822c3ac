"""The outbox: written with what it tells, sent once, tried again, never stale, never empty, never to the actor."""

import smtplib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.template.loader import get_template
from django.utils import timezone

from governance import messages
from governance.messages import RETRY_MINUTES, deliver_due, drop, next_digest_at, release, retry, tell
from governance.models import Message
from tests.factories.governance import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

NEWS = {"subject": "Une nouvelle", "paragraphs": ["Voici la nouvelle."], "link_url": "/fiches/X/"}


class BrokenBackend(EmailBackend):
    """Fails as long as `error` is set."""

    error = None

    def send_messages(self, mails):
        if BrokenBackend.error:
            raise BrokenBackend.error
        return super().send_messages(mails)


@pytest.fixture
def broken(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"

    def break_with(error):
        monkeypatch.setattr(BrokenBackend, "error", error)

    return break_with


# Writing


def test_never_to_the_actor_nor_twice_nor_to_closed_accounts(partner, moderator):
    closed = UserFactory(is_active=False)
    written = tell(
        [partner, moderator, partner, closed, "Autre@Exemple.test"], "notice", context=NEWS, not_to=moderator
    )
    assert [message.email for message in written] == [partner.email, "autre@exemple.test"]
    assert [message.recipient for message in written] == [partner, None]


def test_same_key_tells_each_person_once(partner, moderator):
    assert len(tell([partner], "notice", context=NEWS, dedupe_key="fiche-1-soumise")) == 1
    assert len(tell([partner, moderator], "notice", context=NEWS, dedupe_key="fiche-1-soumise")) == 1
    assert Message.objects.count() == 2


def test_nothing_is_told_when_the_caller_fails(partner):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell([partner], "notice", context=NEWS)
        raise ZeroDivisionError
    assert not Message.objects.exists()


# Sending


def test_text_and_html_in_french_with_absolute_links(partner, deliver, settings):
    settings.SITE_URL = "https://portail.exemple.test"
    tell([partner], "notice", context={**NEWS, "link_label": "Lire la fiche"}, about="CDN-2026-SANTE-07")
    [message] = deliver()
    assert (message.subject, message.to) == ("Une nouvelle", [partner.email])
    assert f"Bonjour {partner.full_name}," in message.body
    assert "Lire la fiche\u00a0:\nhttps://portail.exemple.test/fiches/X/" in message.body
    [(html, mimetype)] = message.alternatives
    assert mimetype == "text/html"
    assert 'href="https://portail.exemple.test/fiches/X/"' in html
    assert "Auto-Submitted" in message.message()
    assert Message.objects.about("CDN-2026-SANTE-07").get().state == Message.State.SENT


def test_what_people_type_is_escaped_in_html_and_plain_in_text(partner, deliver):
    tell(
        [partner],
        "notice",
        context={"subject": "L'avis <b>&</b>\nBcc: x@y.test", "paragraphs": ["<script>1</script> d'ici"]},
    )
    [message] = deliver()
    assert message.subject == "L'avis <b>&</b> Bcc: x@y.test"
    assert "<script>1</script> d'ici" in message.body
    assert "<script>" not in message.alternatives[0].content
    assert message.bcc == []


def test_kind_may_have_a_template_of_its_own(partner):
    row = MessageFactory(kind="login_code", context={"code": "ABC123", "minutes": 10})
    subject, text, html = messages.render(row)
    assert (subject, "ABC123" in text, "ABC123" in html) == ("Votre code de connexion", True, True)


def test_every_mail_template_compiles_and_has_its_three_parts():
    folder = Path(settings.BASE_DIR, "templates", "emails")
    kinds = {path.name.removesuffix("_subject.txt") for path in folder.glob("*_subject.txt")}
    assert {"notice", "digest", "invitation", "login_code", "password_reset", "security_notice"} <= kinds
    for kind in kinds:
        for name in (f"{kind}_subject.txt", f"{kind}.txt", f"{kind}.html"):
            get_template(f"emails/{name}")


def test_context_is_erased_once_sent(partner, deliver):
    tell([partner], "login_code", context={"code": "SECRET", "minutes": 10})
    deliver()
    assert Message.objects.get().context == {}


def test_stale_message_is_dropped_and_emptied(partner, deliver):
    tell([partner], "login_code", context={"code": "SECRET"}, expires_at=timezone.now() + timedelta(minutes=10))
    assert deliver(timezone.now() + timedelta(minutes=11)) == []
    row = Message.objects.get()
    assert (row.state, row.context) == (Message.State.DROPPED, {})


def test_account_closed_meanwhile_gets_nothing(partner, deliver):
    tell([partner], "notice", context=NEWS)
    type(partner).objects.update(is_active=False)
    assert deliver() == []
    assert Message.objects.get().state == Message.State.DROPPED


def test_nothing_due_opens_no_connection(monkeypatch):
    monkeypatch.setattr(EmailBackend, "open", lambda self: pytest.fail("opened"))
    MessageFactory(send_after=timezone.now() + timedelta(hours=1))
    assert deliver_due() == 0


# Once


def test_two_workers_send_once(monkeypatch):
    """The second worker reads the row before the first claims it."""
    row = MessageFactory()
    stale = [Message.objects.get(pk=row.pk)]
    assert deliver_due() == 1
    monkeypatch.setattr(messages, "_batches", lambda now: [stale])
    assert deliver_due() == 0
    assert len(mail.outbox) == 1


def test_claim_of_a_killed_worker_ends_by_itself(monkeypatch):
    MessageFactory()
    monkeypatch.setattr(messages, "_send", lambda *args: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        deliver_due()
    monkeypatch.undo()
    assert deliver_due() == 0
    assert deliver_due(timezone.now() + timedelta(minutes=6)) == 1


# Again


def test_tries_again_after_1_5_15_60_minutes_then_gives_up(broken):
    broken(smtplib.SMTPDataError(451, "plus tard"))
    row = MessageFactory()
    now = timezone.now()
    waits = []
    for _ in range(len(RETRY_MINUTES)):
        deliver_due(now)
        row.refresh_from_db()
        waits.append((row.send_after - now).total_seconds() / 60)
        now = row.send_after
    assert waits == RETRY_MINUTES
    assert waits[:4] == [1, 5, 15, 60]
    assert timedelta(days=2, hours=23) < timedelta(minutes=sum(waits)) <= timedelta(days=3)
    deliver_due(now)
    row.refresh_from_db()
    assert (row.state, row.last_error) == (Message.State.FAILED, "SMTPDataError\u00a0: (451, 'plus tard')")
    broken(None)
    assert retry(Message.objects.all()) == 1
    assert deliver_due() == 1


def test_server_down_for_a_day_loses_none(broken):
    broken(ConnectionRefusedError("personne"))
    rows = MessageFactory.create_batch(5)
    now = timezone.now()
    for minute in range(0, 24 * 60, 10):
        assert deliver_due(now + timedelta(minutes=minute)) == 0
    assert set(Message.objects.values_list("state", flat=True)) == {"waiting"}
    broken(None)
    deliver_due(now + timedelta(hours=26))
    assert sorted(message.to[0] for message in mail.outbox) == sorted(row.email for row in rows)


def test_one_bad_message_stops_no_other(broken, monkeypatch):
    MessageFactory.create_batch(3)
    real, calls = messages._send, []

    def once(*args):
        calls.append(1)
        if len(calls) == 1:
            raise ValueError("gabarit")
        return real(*args)

    monkeypatch.setattr(messages, "_send", once)
    assert deliver_due() == 2


def test_refused_address_fails_at_once(broken):
    broken(smtplib.SMTPRecipientsRefused({"x@y.test": (550, b"inconnu")}))
    row = MessageFactory()
    deliver_due()
    row.refresh_from_db()
    assert row.state == Message.State.FAILED


def test_busy_mailbox_is_tried_again(broken):
    broken(smtplib.SMTPRecipientsRefused({"x@y.test": (450, b"plus tard")}))
    row = MessageFactory()
    deliver_due()
    row.refresh_from_db()
    assert row.state == Message.State.WAITING


# Digest


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 24, 5, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 30, tzinfo=UTC)),
        (datetime(2026, 11, 24, 6, 30, tzinfo=UTC), datetime(2026, 11, 25, 6, 30, tzinfo=UTC)),
        (datetime(2026, 7, 14, 12, 0, tzinfo=UTC), datetime(2026, 7, 15, 5, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 25, 6, 30, tzinfo=UTC)),
    ],
)
def test_digest_leaves_at_half_past_seven_in_paris(now, expected):
    assert next_digest_at(now) == expected


def test_one_digest_a_person_grouped_newest_first(partner, moderator, deliver):
    start = timezone.now()
    for minute, (about, subject) in enumerate([("A", "A un"), ("B", "B un"), ("A", "A deux")]):
        [row] = tell([partner], "notice", context={**NEWS, "subject": subject}, about=about, mode="digest")
        Message.objects.filter(pk=row.pk).update(created_at=start + timedelta(minutes=minute))
    tell([moderator], "notice", context=NEWS, mode="digest")
    assert deliver() == []
    mails = {message.to[0]: message for message in deliver(start + timedelta(days=1))}
    assert mails.keys() == {partner.email, moderator.email}
    assert mails[partner.email].subject == "3 nouvelles du Conseil départemental du numérique"
    body = mails[partner.email].body
    assert body.index("A deux") < body.index("A un") < body.index("B un")
    assert deliver(start + timedelta(days=2)) == []


def test_digest_is_never_empty(partner, deliver):
    tell([partner], "notice", context=NEWS, mode="digest")
    assert drop(Message.objects.all(), reason="plus vrai") == 1
    assert deliver(timezone.now() + timedelta(days=2)) == []


# Held


def test_held_message_waits_for_a_moderator(partner, moderator, deliver):
    tell([partner], "notice", context=NEWS, mode="held")
    assert deliver(timezone.now() + timedelta(days=30)) == []
    assert release(Message.objects.all(), by=moderator) == 1
    assert release(Message.objects.all(), by=moderator) == 0
    assert len(deliver()) == 1
    assert Message.objects.get().released_by == moderator


@pytest.mark.parametrize("count", [1, 3])
def test_delivery_query_count(count, django_assert_num_queries):
    """Two to read, one to drop what expired, three a message."""
    MessageFactory.create_batch(count)
    with django_assert_num_queries(3 + 2 * count):
        deliver_due()
