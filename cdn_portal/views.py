"""Home, legal pages, health, and the error that a stale form gives."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from governance.models import AchievementFigure, Message, Milestone, Thematic, WorkerHeartbeat
from projects.models import ProjectSheet

# The achievements since 2018 whose figures open the home page.
HOME_FIGURES = ("smart-1", "incl-2", "adm-2")


@require_safe
@login_not_required
def home(request):
    """What the council is, its thematics and the latest published sheets."""
    context = {
        "thematics": Thematic.objects.order_by("position"),
        "figures": AchievementFigure.objects.filter(achievement__code__in=HOME_FIGURES).order_by("achievement__code", "pk"),
        "milestones": Milestone.objects.order_by("position"),
        "sheets": ProjectSheet.objects.published().for_list()[:3],
        "sheet_count": ProjectSheet.objects.published().count(),
    }
    return render(request, "cdn_portal/home.html", context)


def page(template):
    """Return the view of a page that holds only text, open to anyone."""
    return require_safe(login_not_required(TemplateView.as_view(template_name=f"cdn_portal/{template}.html")))


@never_cache
@require_safe
@login_not_required
def health(request):
    """Say in JSON whether the database, the worker and the outbox work; 503 when one does not."""
    checks = {"database": _database(), "worker": False, "outbox": False}
    if checks["database"]:
        checks |= {"worker": _worker(), "outbox": _outbox()}
    status = 200 if all(checks.values()) else 503
    return JsonResponse({"version": settings.VERSION, "ok": status == 200, "checks": checks}, status=status)


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:  # whatever the driver raises, the answer is the same
        return False
    return True


def _worker():
    limit = timezone.now() - timedelta(seconds=settings.WORKER_SILENCE_SECONDS)
    return WorkerHeartbeat.objects.filter(seen_at__gte=limit).exists()


def _outbox():
    return not Message.objects.filter(state=Message.State.FAILED).exists()


@login_not_required
def csrf_failure(request, reason=""):
    """Explain a form that expired, in French, without losing the way back."""
    return render(request, "403_csrf.html", status=403)
