"""The sheet itself, its numbering and the people invited to write it."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from cdn_portal.lib.dates import PartialDateField
from governance.models import Commune, Epci, Organisation, Thematic

from . import choices

User = settings.AUTH_USER_MODEL
DRAFT_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_draft_key():
    """Return the address of a sheet that has no reference yet: nobody can guess it."""
    return "brouillon-" + "".join(secrets.choice(DRAFT_ALPHABET) for _ in range(10))


class ProjectSheetQuerySet(models.QuerySet):
    def kept(self):
        """Sheets that nobody has thrown away."""
        return self.filter(discarded_at__isnull=True)

    def written_by(self, user):
        """Sheets that `user` writes: own organisations, own drafts, invitations. Twin of `permissions.is_writer`."""
        mine = Q(organisation__in=user.memberships.values("organisation")) | Q(created_by=user)
        invited = Q(pk__in=SheetInvitee.objects.filter(user=user, revoked_at=None).values("sheet"))
        return self.kept().filter(mine | invited)

    def published(self):
        """Sheets that any visitor may read."""
        return self.kept().filter(visibility=ProjectSheet.Visibility.PUBLIC, status__in=ProjectSheet.EXAMINED_ONWARDS)

    def visible_to(self, user):
        """Sheets that `user` may read. List-level twin of `permissions.can_view`."""
        if user.is_authenticated and user.is_staff:
            return self.kept()
        public = Q(visibility=ProjectSheet.Visibility.PUBLIC)
        if not user.is_authenticated:
            return self.published()
        if user.is_elected_official:
            public |= Q(visibility=ProjectSheet.Visibility.COUNCIL)
        examined = public & Q(status__in=ProjectSheet.EXAMINED_ONWARDS)
        owned = Q(project_owner__in=user.memberships.values("organisation")) & ~Q(status__in=ProjectSheet.PRIVATE)
        asked = Q(opinions__expert=user, opinions__revoked_at=None)
        mine = Q(pk__in=ProjectSheet.objects.written_by(user).values("pk"))
        return self.kept().filter(examined | owned | mine | asked).distinct()

    def begin(self, *, organisation, title, thematic, by, draft_key=None):
        """Begin a sheet and return it; a draft that `by` already began under this key is returned as it is."""
        now = timezone.now()
        first = {
            "organisation": organisation, "title": title, "thematic": thematic, "created_at": now, "updated_at": now,
        }  # fmt: skip
        sheet, _created = self.get_or_create(draft_key=draft_key or new_draft_key(), created_by=by, defaults=first)
        return sheet

    begin.alters_data = True

    def for_list(self):
        """Everything a list of sheets shows, in one query."""
        return self.select_related("thematic", "project_owner", "organisation").order_by("-updated_at", "-pk")


class ProjectSheet(models.Model):
    """A « fiche action »: one project, written by an organisation, examined by the Département.

    `status` changes only through `projects.workflow.perform`; content only through `projects.editing.apply`.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Brouillon"
        SUBMITTED = "submitted", "Déposée"
        IN_REVIEW = "in_review", "En instruction"
        CHANGES_REQUESTED = "changes_requested", "À compléter"
        EXAMINED = "examined", "Instruite"
        SELECTED = "selected", "Retenue"
        DEFERRED = "deferred", "Ajournée"
        NOT_SELECTED = "not_selected", "Non retenue"
        IN_DELIVERY = "in_delivery", "En mise en œuvre"
        COMPLETED = "completed", "Terminée"
        ABANDONED = "abandoned", "Abandonnée"
        WITHDRAWN = "withdrawn", "Retirée"
        MERGED = "merged", "Fusionnée"

    class Visibility(models.TextChoices):
        PRIVATE = "private", "Privée"
        COUNCIL = "council", "Membres du conseil"
        PUBLIC = "public", "Publique"

    class DeliveryStatus(models.TextChoices):
        PLANNED = "planned", "Programmé"
        UNDER_WAY = "under_way", "En cours"
        PAUSED = "paused", "En pause"
        BLOCKED = "blocked", "Bloqué"
        DONE = "done", "Terminé"
        ABANDONED = "abandoned", "Abandonné"

    class Weather(models.TextChoices):
        FINE = "fine", "Conforme"
        WATCH = "watch", "Vigilance"
        ALERT = "alert", "Alerte"

    EXAMINED_ONWARDS = ("examined", "selected", "deferred", "not_selected", "in_delivery", "completed", "abandoned")
    PRIVATE = ("draft", "withdrawn", "merged")

    reference = models.CharField("référence", max_length=40, unique=True, null=True, blank=True, editable=False)
    draft_key = models.CharField(
        "adresse du brouillon", max_length=40, unique=True, default=new_draft_key, editable=False
    )
    external_id = models.CharField("identifiant d'origine", max_length=60, unique=True, null=True, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="written_sheets", verbose_name="organisme rédacteur"
    )
    created_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="created_sheets", verbose_name="créée par"
    )
    status = models.CharField("statut", max_length=20, choices=Status, default=Status.DRAFT, editable=False)
    visibility = models.CharField("visibilité", max_length=10, choices=Visibility, default=Visibility.PRIVATE)
    delivery_status = models.CharField("réalisation", max_length=10, choices=DeliveryStatus, blank=True)
    weather = models.CharField("météo", max_length=10, choices=Weather, blank=True)
    weather_sentence = models.CharField("météo en une phrase", max_length=300, blank=True)
    revision = models.PositiveIntegerField("révision", default=0, editable=False)
    notice = models.CharField("mention à afficher", max_length=300, blank=True)
    is_fictional = models.BooleanField("fiche fictive", default=False)
    created_at = models.DateTimeField("créée le")
    updated_at = models.DateTimeField("modifiée le")
    submitted_at = models.DateTimeField("déposée le", null=True, blank=True, editable=False)
    discarded_at = models.DateTimeField("jetée le", null=True, blank=True, editable=False)

    search_text = models.TextField("mots de la recherche", blank=True, editable=False)

    # 1 Identification
    title = models.CharField("intitulé", max_length=300)
    pitch = models.CharField("en une phrase", max_length=400, blank=True)
    thematic = models.ForeignKey(Thematic, models.PROTECT, related_name="sheets", verbose_name="thématique")
    secondary_thematics = models.ManyToManyField(
        Thematic, blank=True, related_name="secondary_sheets", verbose_name="autres thématiques"
    )
    origin = models.CharField("origine", max_length=10, choices=choices.Origin, default=choices.Origin.OUTSIDE)
    workshop_reference = models.CharField("atelier, groupe et rang", max_length=200, blank=True)
    maturity = models.CharField("maturité", max_length=20, choices=choices.Maturity, blank=True)
    # 2 Context and aims
    need = models.TextField("besoin et contexte", blank=True)
    objectives = models.TextField("objectifs", blank=True)
    target_publics = models.JSONField("publics visés", default=list, blank=True)
    target_publics_details = models.TextField("précisions sur les publics", blank=True)
    beneficiaries = models.PositiveIntegerField(
        "bénéficiaires estimés", null=True, blank=True, validators=[MaxValueValidator(70_000_000)]
    )
    beneficiaries_not_estimated = models.BooleanField("nombre de bénéficiaires non estimé", default=False)
    expected_results = models.TextField("résultats attendus", blank=True)
    participation = models.CharField(
        "participation des usagers", max_length=20, choices=choices.Participation, blank=True
    )
    # 3 Owner and actors
    project_owner = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="owned_sheets",
        verbose_name="maîtrise d'ouvrage",
    )  # fmt: skip
    project_owner_name = models.CharField("autre maîtrise d'ouvrage", max_length=200, blank=True)
    ownership_mode = models.CharField("mode de portage", max_length=20, choices=choices.OwnershipMode, blank=True)
    owner_commitment = models.CharField(
        "engagement du maître d'ouvrage", max_length=20, choices=choices.Commitment, blank=True
    )
    owner_commitment_on = models.DateField("date de l'engagement", null=True, blank=True)
    owner_commitment_by = models.CharField("engagement donné par", max_length=200, blank=True)
    owner_rationale = models.TextField("pourquoi ce maître d'ouvrage", blank=True)
    technical_referent = models.CharField("référent technique", max_length=200, blank=True)
    elected_referent = models.CharField("élu référent", max_length=200, blank=True)
    department_pilot = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="piloted_sheets",
        verbose_name="pilote au Département", limit_choices_to={"is_staff": True},
    )  # fmt: skip
    # 4 Territory
    scale = models.CharField("échelle", max_length=20, choices=choices.Scale, blank=True)
    epcis = models.ManyToManyField(Epci, blank=True, related_name="sheets", verbose_name="intercommunalités")
    communes = models.ManyToManyField(Commune, blank=True, related_name="sheets", verbose_name="communes")
    territory_details = models.TextField("précisions sur le territoire", blank=True)
    # 5 Technical
    technical_description = models.TextField("description technique", blank=True)
    prerequisites = models.JSONField("prérequis", default=list, blank=True)
    personal_data = models.TextField("données personnelles", blank=True)
    hosting = models.TextField("hébergement", blank=True)
    interoperability = models.TextField("échanges avec d'autres logiciels", blank=True)
    accessibility = models.TextField("accessibilité", blank=True)
    sobriety = models.TextField("sobriété numérique", blank=True)
    # 6 Budget
    budget_magnitude = models.CharField("ordre de grandeur", max_length=20, choices=choices.Magnitude, blank=True)
    amounts_include_tax = models.BooleanField("montants toutes taxes comprises", default=False)
    budget_notes = models.TextField("précisions budgétaires", blank=True)
    plan_gap_reason = models.TextField("pourquoi le plan n'est pas équilibré", blank=True)
    # 7 Organisation
    organisation_description = models.TextField("organisation du projet", blank=True)
    procedures = models.JSONField("procédures", default=list, blank=True)
    communication = models.TextField("communication", blank=True)
    # 8 Calendar
    starts_on = PartialDateField("début", blank=True)
    ends_on = PartialDateField("fin", blank=True)
    duration = models.CharField("durée", max_length=20, choices=choices.Duration, blank=True)
    is_recurring = models.BooleanField("se répète chaque année", default=False)
    # 12 Staff only
    handler = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="handled_sheets",
        verbose_name="instructeur", limit_choices_to={"is_staff": True},
    )  # fmt: skip
    priority = models.PositiveSmallIntegerField(
        "priorité", default=2, choices=[(1, "Haute"), (2, "Normale"), (3, "Basse")]
    )
    internal_note = models.TextField("note interne", blank=True)
    conflict_of_interest = models.TextField("conflit d'intérêts", blank=True)
    review_due_on = models.DateField("à instruire avant le", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="absorbed", verbose_name="fusionnée dans"
    )

    objects = ProjectSheetQuerySet.as_manager()

    class Meta:
        verbose_name = "fiche action"
        verbose_name_plural = "fiches action"
        indexes = [
            models.Index(fields=["status", "visibility", "-updated_at"], name="sheet_status_visibility"),
            models.Index(fields=["thematic", "status"], name="sheet_thematic_status"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(reference__isnull=False) | Q(status="withdrawn"),
                name="sheet_reference_from_submission",
                violation_error_message="Une fiche déposée porte une référence.",
            ),
            models.CheckConstraint(
                condition=Q(weather="") | ~Q(weather_sentence=""),
                name="sheet_weather_has_a_sentence",
                violation_error_message="Expliquez la météo en une phrase.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on="")
                | Q(starts_on="")
                | Q(ends_on__gte=F("starts_on"))
                | Q(starts_on__startswith=F("ends_on")),
                name="sheet_ends_after_start",
                violation_error_message="La fin doit venir après le début.",
            ),
        ]

    def __str__(self):
        return f"{self.reference or 'Brouillon'} – {self.title}"

    @property
    def key(self):
        """What stands for the sheet in addresses: its reference, or the key of the draft."""
        return self.reference or self.draft_key

    def get_absolute_url(self):
        return reverse("projects:detail", args=[self.key])

    def get_pdf_url(self):
        return reverse("projects:pdf", args=[self.key])

    @property
    def owner_label(self):
        """The project owner in words, "" when nobody is named yet."""
        return self.project_owner.name if self.project_owner_id else self.project_owner_name

    def writers(self):
        """The people who write the sheet: its organisation's, the one who began it, those invited."""
        people = get_user_model().objects.filter(is_active=True)
        invited = Q(sheet_invitations__sheet=self, sheet_invitations__revoked_at=None)
        return people.filter(
            Q(memberships__organisation=self.organisation_id) | Q(pk=self.created_by_id) | invited
        ).distinct()

    @property
    def latest_version(self):
        """The last frozen version, or None."""
        return self.versions.order_by("-number").first()

    @property
    def open_request(self):
        """The request for changes that waits for an answer, or None."""
        return self.change_requests.filter(closed_at=None).first()


class ReferenceCounter(models.Model):
    """The last number given, per year and thematic: references have no gap (PRODUCT.md, section 1)."""

    year = models.PositiveSmallIntegerField("année")
    code = models.CharField("code", max_length=10)
    last = models.PositiveIntegerField("dernier numéro", default=0)

    class Meta:
        verbose_name = "compteur de références"
        verbose_name_plural = "compteurs de références"
        constraints = [models.UniqueConstraint(fields=["year", "code"], name="referencecounter_unique")]

    def __str__(self):
        return f"CDN-{self.year}-{self.code}: {self.last}"

    @classmethod
    def take(cls, year, code):
        """Return the next reference; call within the transaction that stores it, so that none is lost."""
        cls.objects.get_or_create(year=year, code=code)
        # The update locks the row until the transaction ends: two submissions cannot read the same number.
        cls.objects.filter(year=year, code=code).update(last=F("last") + 1)
        number = cls.objects.get(year=year, code=code).last
        return f"CDN-{year}-{code}-{number:02d}"


class SheetInvitee(models.Model):
    """A person of another organisation who may edit one sheet, and never submit it; `user` is unknown until an account opens."""

    sheet = models.ForeignKey(ProjectSheet, models.CASCADE, related_name="invitees", verbose_name="fiche")
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="sheet_invitations", verbose_name="personne"
    )
    email = models.EmailField("adresse électronique", blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="invitée par")
    invited_at = models.DateTimeField("invitée le", auto_now_add=True)
    revoked_at = models.DateTimeField("retirée le", null=True, blank=True)

    class Meta:
        verbose_name = "personne invitée"
        verbose_name_plural = "personnes invitées"
        constraints = [
            models.UniqueConstraint(fields=["sheet", "user"], name="sheetinvitee_unique"),
            models.CheckConstraint(
                condition=Q(user__isnull=False) | ~Q(email=""),
                name="sheetinvitee_is_someone",
                violation_error_message="Donnez une adresse électronique.",
            ),
        ]

    def __str__(self):
        return f"{self.user or self.email} – {self.sheet}"
