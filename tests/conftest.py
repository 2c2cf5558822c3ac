"""What every test may ask for."""

import re

import pytest
from django.core import mail
from django.core.cache import cache

from governance.messages import deliver_due
from tests.factories.governance import (
    AdministratorFactory,
    ElectedOfficialFactory,
    ModeratorFactory,
    UserFactory,
)


@pytest.fixture(autouse=True)
def _fresh_world(settings, tmp_path):
    """No rate limit, no file and no second factor left over from elsewhere; tests of the latter ask for it."""
    settings.STAFF_SECOND_FACTOR = False
    settings.MEDIA_ROOT = tmp_path / "documents"
    settings.VAR_DIR = tmp_path / "var"
    cache.clear()


@pytest.fixture
def partner(db):
    return UserFactory()


@pytest.fixture
def moderator(db):
    return ModeratorFactory()


@pytest.fixture
def administrator(db):
    return AdministratorFactory()


@pytest.fixture
def elected_official(db):
    return ElectedOfficialFactory()


@pytest.fixture
def deliver(mailoutbox):
    """Send what waits in the outbox and return the mails that left."""

    def send(now=None):
        before = len(mail.outbox)
        deliver_due(now)
        return mail.outbox[before:]

    return send


@pytest.fixture
def link_in():
    """Find the path of the first personal link of a mail."""

    def find(message):
        return re.search(r"http://[^/\s]+(/\S+)", message.body).group(1)

    return find
