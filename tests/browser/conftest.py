"""A real browser, one context a person. The system's Chromium: nothing is downloaded."""

import os
import shutil

import pytest
from django.core.management import call_command
from playwright.sync_api import sync_playwright

# Playwright's loop makes Django believe that the ORM runs in asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]


@pytest.fixture(scope="session")
def chromium():
    path = shutil.which("chromium")
    assert path, "Chromium is not installed: make test installs it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def reference_data(transactional_db):
    call_command("load_reference", verbosity=0)


@pytest.fixture
def open_page(chromium, live_server):
    """Open a page of a new person; every message of the console and every error of a page fails the test."""
    contexts, complaints = [], []

    def new(width=1280, **options):
        context = chromium.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, locale="fr-FR", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: _note(complaints, message.type, message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: _note_outside(complaints, request.url, live_server.url))
        return page

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


def _note(complaints, kind, text):
    # A form refused with 422 or 409 is what the test asked for; Chromium reports the status all the same.
    if kind in ("error", "warning") and not any(f"status of {code}" in text for code in (404, 409, 422)):
        complaints.append(text)


def _note_outside(complaints, url, home):
    if not url.startswith((home, "data:", "blob:", "about:")):
        complaints.append(f"request outside: {url}")


@pytest.fixture
def log_in():
    """Log in as a person would, on the log-in page."""

    def act(page, email, password="une phrase assez longue"):
        page.goto("/connexion/")
        page.locator("#id_login").fill(email)
        page.locator("#id_password").fill(password)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_load_state()
        assert page.url.endswith("/mon-espace/"), page.locator("main").inner_text()

    return act
