"""The outbox: every e-mail is a row first, so that none is lost, doubled or sent by a web page."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class MessageQuerySet(models.QuerySet):
    def due(self, now):
        """What the worker may send at `now`, oldest first."""
        return self.filter(state=Message.State.WAITING, send_after__lte=now).order_by("send_after", "pk")

    def about(self, reference):
        """Every message about one thing, for example a sheet."""
        return self.filter(about=reference)


class Message(models.Model):
    """One e-mail to one person.

    Written by `governance.messages.tell`, in the transaction of what it tells. The text is rendered when it is sent;
    the context is erased afterwards, since it may hold a code or a personal link.
    """

    class Mode(models.TextChoices):
        NOW = "now", "Tout de suite"
        DIGEST = "digest", "Résumé du jour"
        HELD = "held", "Retenu jusqu'à l'accord d'un modérateur"

    class State(models.TextChoices):
        WAITING = "waiting", "En attente"
        SENT = "sent", "Envoyé"
        FAILED = "failed", "Échec"
        DROPPED = "dropped", "Abandonné"
        HELD = "held", "Retenu"

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages_received",
        verbose_name="destinataire",
    )
    email = models.EmailField("adresse")
    kind = models.SlugField("nature", max_length=50)
    mode = models.CharField("envoi", max_length=8, choices=Mode, default=Mode.NOW)
    context = models.JSONField("contenu", default=dict, blank=True)
    subject = models.CharField("objet", max_length=300, blank=True, help_text="Tel qu'il a été envoyé.")
    about = models.CharField("à propos de", max_length=100, blank=True, db_index=True)
    dedupe_key = models.CharField("clé d'unicité", max_length=200, unique=True, null=True, blank=True)
    state = models.CharField("état", max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    created_at = models.DateTimeField("écrit le", default=timezone.now)
    send_after = models.DateTimeField("à envoyer après le", default=timezone.now)
    expires_at = models.DateTimeField("sans objet après le", null=True, blank=True)
    sent_at = models.DateTimeField("envoyé le", null=True, blank=True)
    last_error = models.TextField("dernière erreur", blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="envoi accordé par",
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "message"
        verbose_name_plural = "messages"
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "send_after"], name="message_state_send_after")]

    def __str__(self):
        return f"{self.kind} à {self.email}"


class WorkerHeartbeat(models.Model):
    """The one row that says when the background worker was last seen alive."""

    seen_at = models.DateTimeField("vu le")

    class Meta:
        verbose_name = "signe de vie du service d'arrière-plan"
        verbose_name_plural = "signe de vie du service d'arrière-plan"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="workerheartbeat_one_row")]

    def __str__(self):
        return f"vu le {self.seen_at:%d/%m/%Y à %H:%M:%S}"

    @classmethod
    def beat(cls, now=None):
        """Say that the worker is alive."""
        cls.objects.update_or_create(pk=1, defaults={"seen_at": now or timezone.now()})

    @classmethod
    def silence(cls, now=None):
        """Seconds since the worker was last seen, or None when it never was."""
        seen_at = cls.objects.filter(pk=1).values_list("seen_at", flat=True).first()
        return None if seen_at is None else ((now or timezone.now()) - seen_at).total_seconds()
