"""What authors, moderators and experts say to each other about a sheet, and the documents they attach."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .sheet import ProjectSheet

User = settings.AUTH_USER_MODEL


def document_path(attachment, name):
    """Return a path that nobody can guess, whatever the person called the file."""
    return f"sheets/{uuid.uuid4().hex}"


class Attachment(models.Model):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="attachments")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField("fichier", upload_to=document_path)
    name = models.CharField("nom", max_length=150)
    content_type = models.CharField("type", max_length=100)
    size = models.PositiveIntegerField("taille en octets")
    sha256 = models.CharField("empreinte", max_length=64)
    is_public = models.BooleanField("publié avec la fiche", default=False)
    uploaded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="envoyé par")
    uploaded_at = models.DateTimeField("envoyé le", auto_now_add=True)

    class Meta:
        verbose_name = "document"

    def __str__(self):
        return self.name


class Comment(models.Model):
    """A remark on the sheet or one of its sections, open until somebody answers."""

    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="comments")
    section = models.CharField("rubrique", max_length=20, blank=True)
    body = models.TextField("remarque")
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    created_at = models.DateTimeField("écrite le", auto_now_add=True)
    resolved_at = models.DateTimeField("close le", null=True, blank=True)
    resolved_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "remarque"

    def __str__(self):
        return self.body[:60]


class ChangeRequest(models.Model):
    """What a moderator asks the authors to complete; a sheet waits for at most one."""

    class Reason(models.TextChoices):
        INCOMPLETE = "incomplete", "Incomplet"
        WRONG = "wrong", "À corriger"
        OUTDATED = "outdated", "À mettre à jour"

    class Outcome(models.TextChoices):
        ANSWERED = "answered", "Les auteurs ont répondu"
        CANCELLED = "cancelled", "Demande annulée"
        WITHDRAWN = "withdrawn", "Fiche retirée"

    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="change_requests")
    sections = models.JSONField("rubriques")
    answers = models.JSONField("réponses par rubrique", default=dict, blank=True)
    reason = models.CharField("motif", max_length=12, choices=Reason)
    message = models.TextField("message")
    due_on = models.DateField("à rendre avant le")
    from_revision = models.PositiveIntegerField("révision de départ")
    requested_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="demandé par")
    requested_at = models.DateTimeField("demandé le", auto_now_add=True)
    closed_at = models.DateTimeField("close le", null=True, blank=True)
    outcome = models.CharField("issue", max_length=12, choices=Outcome, blank=True)

    class Meta:
        verbose_name = "demande de compléments"
        verbose_name_plural = "demandes de compléments"
        constraints = [
            models.UniqueConstraint(
                fields=["sheet"],
                condition=Q(closed_at=None),
                name="changerequest_one_open",
                violation_error_message="Une demande est déjà en attente pour cette fiche.",
            ),
        ]

    def __str__(self):
        return f"{self.sheet.key} – {self.get_reason_display()}"


class Opinion(models.Model):
    """A question put to an expert, with a due date."""

    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="opinions")
    expert = models.ForeignKey(User, models.PROTECT, related_name="opinions", verbose_name="expert")
    question = models.TextField("question")
    due_on = models.DateField("réponse attendue le")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="demandé par")
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    answer = models.TextField("avis", blank=True)
    answered_at = models.DateTimeField("rendu le", null=True, blank=True)
    revoked_at = models.DateTimeField("retiré le", null=True, blank=True)

    class Meta:
        verbose_name = "avis"
        verbose_name_plural = "avis"

    def __str__(self):
        return f"{self.sheet.key} – {self.expert}"

    def revoke(self):
        """Take the question back; False when it was answered, or taken back already."""
        waiting = Opinion.objects.filter(pk=self.pk, answered_at=None, revoked_at=None)
        return bool(waiting.update(revoked_at=timezone.now()))

    revoke.alters_data = True


class Criterion(models.Model):
    label = models.CharField("critère", max_length=200)
    weight = models.PositiveSmallIntegerField("poids", default=1)
    is_active = models.BooleanField("utilisé", default=True)

    class Meta:
        verbose_name = "critère"
        verbose_name_plural = "critères"

    def __str__(self):
        return self.label


class Score(models.Model):
    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores", verbose_name="critère")
    scorer = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="évaluateur")
    value = models.PositiveSmallIntegerField("note de 0 à 4")

    class Meta:
        verbose_name = "note"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion", "scorer"], name="score_unique"),
            models.CheckConstraint(
                condition=Q(value__lte=4), name="score_range", violation_error_message="La note va de 0 à 4."
            ),
        ]

    def __str__(self):
        return f"{self.criterion} : {self.value}"
