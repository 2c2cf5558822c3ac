"""The outbox as moderators see it: what left, what waits, what failed; never what a message holds."""

from django.contrib import admin
from django.contrib import messages as notices

from ..messages import drop, release, retry
from ..models import Message, WorkerHeartbeat
from .base import ReadOnlyAdmin


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ("kind", "email", "about", "state", "mode", "created_at", "sent_at", "attempts")
    list_filter = ("state", "mode", "kind", "created_at")
    search_fields = ("email", "recipient__full_name", "subject", "about")
    list_select_related = ("recipient",)
    date_hierarchy = "created_at"
    # The context may hold a log-in code or a personal link.
    exclude = ("context", "dedupe_key")
    secret_fields = ("context",)
    actions = ("retry_failed", "release_held", "drop_waiting")

    @admin.action(description="Réessayer d'envoyer (messages en échec)")
    def retry_failed(self, request, queryset):
        self.report(request, retry(queryset))

    @admin.action(description="Accorder l'envoi (messages retenus)")
    def release_held(self, request, queryset):
        self.report(request, release(queryset, by=request.user))

    @admin.action(description="Renoncer à envoyer")
    def drop_waiting(self, request, queryset):
        self.report(request, drop(queryset, reason=f"abandonné par {request.user}"))

    def report(self, request, count):
        level = notices.SUCCESS if count else notices.WARNING
        self.message_user(request, f"{count} message(s) concerné(s).", level)


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("seen_at",)
