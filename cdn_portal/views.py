"""Home, legal pages, health, and the error that a stale form gives."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import Count, Q
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from governance.models import AchievementFigure, Message, Milestone, StrategyStatement, Thematic, WorkerHeartbeat
from projects.models import ProjectSheet
from projects.views import editor

LATEST = 3
# The figures of the achievements since 2018 that open the home page, the most telling first.
HOME_FIGURES = ("smart-1-2", "incl-1-1", "incl-2-1", "smart-2-1", "adm-2-1", "edu-4-1")
# Precisions that say nothing to a reader, or that go beside the figure.
EXACT, MORE_THAN = "exact", "plus de"


@require_safe
@login_not_required
def home(request):
    """What the council is, what was done, its thematics, its calendar and the latest published sheets."""
    context = {
        "goals": StrategyStatement.objects.filter(kind=StrategyStatement.Kind.GOAL),
        "figures": key_figures(),
        "thematics": thematics(),
        "milestones": Milestone.objects.all(),
        "sheets": ProjectSheet.objects.published().for_list()[:LATEST],
    }
    return render(request, "cdn_portal/home.html", context)


def key_figures():
    """Return the figures of the home page, in the words of components/key_figure.html."""
    found = {each.code: each for each in AchievementFigure.objects.filter(code__in=HOME_FIGURES)}
    return [_key_figure(found[code]) for code in HOME_FIGURES if code in found]


def _key_figure(each):
    precision = "" if each.precision in (EXACT, MORE_THAN) else each.precision
    return {
        "figure": each.display_value,
        "unit": "et plus" if each.precision == MORE_THAN else "",
        "label": each.unit,
        "note": ", ".join(filter(None, (precision, each.horizon))),
    }


def thematics():
    """Return the thematics with what was done and the number of sheets that anyone may read."""
    public = Q(
        sheets__visibility=ProjectSheet.Visibility.PUBLIC,
        sheets__status__in=ProjectSheet.EXAMINED_ONWARDS,
        sheets__discarded_at=None,
    )
    counted = Thematic.objects.annotate(sheet_count=Count("sheets", filter=public))
    return counted.prefetch_related("achievements").order_by("position")


def page(template, **context):
    """Return the view of a page that holds only text, open to anyone."""
    view = TemplateView.as_view(template_name=f"cdn_portal/{template}.html", extra_context=context)
    return require_safe(login_not_required(view))


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
    """Explain a form that expired, in French; the editor shows again what was typed."""
    match = request.resolver_match
    if match and match.view_name == "projects:edit" and request.user.is_authenticated:
        return editor.expired(request, **match.kwargs)
    return render(request, "403_csrf.html", status=403)
