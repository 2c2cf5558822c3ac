"""People, the organisations they act for, and how they are invited."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from .natural import CodeQuerySet, Reference
from .strategy import Thematic
from .territory import Epci


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def moderators(self):
        """List-level twin of `permissions.is_moderator`."""
        return self.active().filter(models.Q(is_staff=True) | models.Q(is_superuser=True))

    def elected_officials(self):
        """List-level twin of `permissions.is_elected`."""
        return self.active().filter(is_elected_official=True)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    @classmethod
    def normalize_email(cls, email):
        """Return the address trimmed and in lower case: one person, one spelling."""
        return (email or "").strip().lower()

    def get_by_natural_key(self, email):
        return self.get(email=self.normalize_email(email))

    def create_user(self, email, password=None, **fields):
        """Create a person; without a password, the log-in is by code only."""
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who logs in with an e-mail address and acts for one or several organisations."""

    email = models.EmailField(
        "adresse électronique", unique=True, error_messages={"unique": "Un compte existe déjà avec cette adresse."}
    )
    full_name = models.CharField("prénom et nom", max_length=150, blank=True)
    job_title = models.CharField("fonction", max_length=150, blank=True)
    is_active = models.BooleanField(
        "actif", default=True, help_text="Décocher plutôt que supprimer : l'historique garde son auteur."
    )
    is_staff = models.BooleanField(
        "agent du Département, modérateur", default=False, help_text="Donne accès à l'administration."
    )
    is_elected_official = models.BooleanField("élu", default=False)
    date_joined = models.DateTimeField("inscrit le", default=timezone.now, editable=False)
    organisations = models.ManyToManyField(
        "governance.Organisation", through="governance.Membership", related_name="people", verbose_name="organismes"
    )

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        ordering = ["full_name", "email"]
        constraints = [
            # With `unique`, this makes addresses unique whatever their case.
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_in_lower_case",
                violation_error_message="L'adresse s'écrit en minuscules.",
            ),
        ]

    def __str__(self):
        return self.full_name or self.email

    def get_full_name(self):
        return self.full_name or self.email

    def get_short_name(self):
        return self.full_name.split(" ")[0] or self.email

    def clean(self):
        super().clean()
        self.email = UserManager.normalize_email(self.email)

    def save(self, **kwargs):
        self.email = UserManager.normalize_email(self.email)
        super().save(**kwargs)

    save.alters_data = True


class OrganisationQuerySet(CodeQuerySet):
    def active(self):
        return self.filter(is_active=True)

    def of(self, user):
        """List-level twin of `permissions.belongs_to`."""
        return self._acted_for(user)

    def managed_by(self, user):
        """List-level twin of `permissions.manages`."""
        return self._acted_for(user, memberships__role=Membership.Role.MANAGER)

    def _acted_for(self, user, **role):
        if not (user.is_authenticated and user.is_active):
            return self.none()
        return self.filter(memberships__user=user, **role)


class Organisation(Reference):
    """Any legal person, or group of persons, that takes part: département, EPCI, State service, association…"""

    class Kind(models.TextChoices):
        LOCAL_AUTHORITY = "local_authority", "Collectivité"
        EPCI = "epci", "EPCI"
        GROUPING = "grouping", "Groupement de collectivités"
        JOINT_BODY = "joint_body", "Syndicat"
        STATE_SERVICE = "state_service", "Service de l'État"
        STATE_BODY = "state_body", "Établissement public de l'État"
        LOCAL_BODY = "local_body", "Établissement public local"
        TECHNICAL_AGENCY = "technical_agency", "Agence technique départementale"
        TOURIST_BODY = "tourist_body", "Organisme de tourisme"
        LOCAL_COMPANY = "local_company", "Entreprise publique locale"
        COMPANY = "company", "Entreprise"
        COOPERATIVE = "cooperative", "Coopérative"
        ASSOCIATION = "association", "Association"
        ELECTED_ASSOCIATION = "elected_association", "Association d'élus"
        QUALIFIED_PERSONS = "qualified_persons", "Personnalités qualifiées"
        OTHER = "other", "Autre"

    code = models.SlugField("code", max_length=60, unique=True)
    name = models.CharField("nom officiel", max_length=200)
    acronym = models.CharField("sigle", max_length=30, blank=True)
    kind = models.CharField("nature", max_length=20, choices=Kind, default=Kind.OTHER)
    legal_form = models.CharField("catégorie juridique", max_length=150, blank=True)
    summary = models.TextField("présentation", blank=True)
    website = models.URLField("site web", blank=True)
    council_role = models.CharField("rôle dans le CDN", max_length=100, blank=True)
    thematics = models.ManyToManyField(Thematic, blank=True, related_name="organisations", verbose_name="thématiques")
    epci = models.OneToOneField(
        Epci, models.SET_NULL, null=True, blank=True, related_name="organisation", verbose_name="EPCI"
    )
    source_name = models.CharField("nom dans le support de 2022", max_length=200, blank=True)
    certainty = models.CharField("certitude", max_length=200, blank=True)
    sources = models.JSONField("sources", default=list, blank=True)
    note = models.TextField("note", blank=True)
    is_active = models.BooleanField(
        "actif", default=True, help_text="Décocher quand l'organisme n'existe plus ou ne participe plus."
    )

    objects = OrganisationQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="historique de l'organisme", m2m_fields=[thematics])

    class Meta:
        verbose_name = "organisme"
        verbose_name_plural = "organismes"
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The page where a manager of the organisation keeps its people."""
        return reverse("organisation_people", args=[self.code])

    @property
    def short_name(self):
        return self.acronym or self.name


class Membership(models.Model):
    """A person acts for an organisation."""

    class Role(models.TextChoices):
        MEMBER = "member", "Membre"
        MANAGER = "manager", "Responsable"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="personne"
    )
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="memberships", verbose_name="organisme")
    role = models.CharField(
        "rôle",
        max_length=10,
        choices=Role,
        default=Role.MEMBER,
        help_text="Un responsable invite et retire les personnes de l'organisme.",
    )
    created_at = models.DateTimeField("depuis le", default=timezone.now, editable=False)

    history = HistoricalRecords(verbose_name="historique du rattachement")

    class Meta:
        verbose_name = "rattachement"
        verbose_name_plural = "rattachements"
        ordering = ["organisation__name", "user__full_name", "user__email"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                name="membership_unique_user_organisation",
                violation_error_message="Cette personne est déjà rattachée à cet organisme.",
            ),
        ]

    def __str__(self):
        return f"{self.user} — {self.organisation}"

    @property
    def is_manager(self):
        return self.role == self.Role.MANAGER


class InvitationQuerySet(models.QuerySet):
    def pending(self, now=None):
        """Those that can still be accepted."""
        alive = self.filter(accepted_at=None, revoked_at=None)
        return alive.filter(expires_at__gt=now or timezone.now())

    def unanswered(self):
        """Neither accepted nor revoked; some may have expired."""
        return self.filter(accepted_at=None, revoked_at=None)

    def find(self, token):
        """Return the invitation of a raw token, or None."""
        return self.filter(token_hash=Invitation.digest(token)).select_related("organisation", "invited_by").first()


class Invitation(models.Model):
    """A personal link that opens an account, once, until a date.

    Written, sent, accepted and revoked through `governance.invitations` only. The link's token is not kept: only its
    hash is, so that a copy of the database opens no account.
    """

    class State(models.TextChoices):
        PENDING = "pending", "En attente"
        ACCEPTED = "accepted", "Acceptée"
        REVOKED = "revoked", "Annulée"
        EXPIRED = "expired", "Expirée"

    email = models.EmailField("adresse électronique")
    full_name = models.CharField("prénom et nom", max_length=150, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="invitations",
        verbose_name="organisme",
        help_text="Vide : la personne aura un compte sans organisme.",
    )
    role = models.CharField("rôle", max_length=10, choices=Membership.Role, default=Membership.Role.MEMBER)
    token_hash = models.CharField("empreinte du lien", max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations_sent",
        verbose_name="invitée par",
    )
    created_at = models.DateTimeField("envoyée le", default=timezone.now, editable=False)
    expires_at = models.DateTimeField("expire le")
    accepted_at = models.DateTimeField("acceptée le", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="invitations_accepted",
        verbose_name="acceptée par",
    )
    revoked_at = models.DateTimeField("annulée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        verbose_name_plural = "invitations"
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"Invitation de {self.full_name or self.email}"

    @staticmethod
    def digest(token):
        """Return the hash under which a raw token is kept."""
        return hashlib.sha256(token.encode()).hexdigest()

    @property
    def state(self):
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.revoked_at:
            return self.State.REVOKED
        return self.State.PENDING if self.expires_at > timezone.now() else self.State.EXPIRED

    @property
    def is_pending(self):
        return self.state == self.State.PENDING

    def renew_token(self):
        """Give a new raw token and a new term; the former link dies. Does not save."""
        token = secrets.token_urlsafe(32)
        self.token_hash = self.digest(token)
        self.expires_at = timezone.now() + timedelta(days=settings.INVITATION_DAYS)
        return token

    renew_token.alters_data = True
