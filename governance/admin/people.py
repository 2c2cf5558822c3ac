"""People, organisations, memberships, invitations."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.urls import reverse

from .. import invitations
from ..messages import tell
from ..models import Invitation, Membership, Organisation, User
from ..permissions import may_edit_person
from .base import ModeratorAdmin, ModeratorTabularInline, ReferenceAdmin


class PersonMembershipInline(ModeratorTabularInline):
    model = Membership
    autocomplete_fields = ("organisation",)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request) and (obj is None or may_edit_person(request.user, obj))

    has_add_permission = has_delete_permission = has_change_permission


class OrganisationMembershipInline(ModeratorTabularInline):
    model = Membership
    autocomplete_fields = ("user",)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "organisation")


@admin.register(User)
class UserAdmin(ModeratorAdmin):
    """Accounts. Passwords are shown to nobody; only an administrator makes agents and administrators."""

    list_display = ("name", "email", "organisation_names", "is_active", "is_staff", "is_elected_official", "last_login")
    list_display_links = ("name", "email")
    list_filter = ("is_active", "is_staff", "is_elected_official", "memberships__role")
    search_fields = ("full_name", "email", "memberships__organisation__name", "memberships__organisation__acronym")
    fieldsets = (
        (None, {"fields": ("email", "full_name", "job_title")}),
        ("Droits", {"fields": ("is_active", "is_elected_official", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("date_joined", "last_login")}),
    )
    readonly_fields = ("date_joined", "last_login")
    secret_fields = ("password",)
    inlines = (PersonMembershipInline,)
    actions = ("send_login_link", "remove_second_factor")

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("memberships__organisation")

    def get_readonly_fields(self, request, obj=None):
        kept = () if request.user.is_superuser else ("is_staff", "is_superuser")
        return (*super().get_readonly_fields(request, obj), *kept)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request) and (obj is None or may_edit_person(request.user, obj))

    def has_superuser_permission(self, request):
        return request.user.is_superuser and request.user.is_active

    @admin.display(description="nom", ordering="full_name")
    def name(self, user):
        return user.full_name or "(sans nom)"

    @admin.display(description="organismes")
    def organisation_names(self, user):
        return ", ".join(membership.organisation.short_name for membership in user.memberships.all())

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        if not change:
            obj.set_unusable_password()
        elif "email" in form.changed_data:
            forget_address(obj, form.initial["email"])
        super().save_model(request, obj, form, change)

    @admin.action(description="Envoyer le lien de connexion", permissions=["change"])
    def send_login_link(self, request, queryset):
        context = {
            "subject": "Votre compte est ouvert",
            "paragraphs": [
                "Vous avez un compte sur le portail du Conseil départemental du numérique de l'Aisne.",
                "Pour vous connecter, demandez un code : il arrive à cette adresse.",
            ],
            "link_url": reverse("account_request_login_code"),
            "link_label": "Recevoir un code",
        }
        written = tell(queryset.active(), "notice", context=context)
        self.message_user(request, f"{len(written)} message(s) en route.", messages.SUCCESS)

    @admin.action(description="Retirer la double vérification (téléphone perdu)", permissions=["superuser"])
    def remove_second_factor(self, request, queryset):
        people = list(queryset.filter(authenticator__isnull=False).distinct())
        Authenticator.objects.filter(user__in=people).delete()
        for person in people:
            self.log_change(request, person, "Double vérification retirée.")
        tell(people, "security_notice", context={"event": "La double vérification a été retirée de votre compte."})
        self.message_user(request, f"{len(people)} compte(s) sans double vérification.", messages.SUCCESS)


def forget_address(user, former):
    """The former address opens the account no more; its owner is told there."""
    EmailAddress.objects.filter(user=user).delete()
    tell([former], "security_notice", context={"event": f"L'adresse de votre compte est maintenant {user.email}."})


@admin.register(Organisation)
class OrganisationAdmin(ReferenceAdmin):
    list_display = ("name", "acronym", "kind", "council_role", "is_active")
    list_filter = ("kind", "is_active", "thematics", "council_role")
    search_fields = ("name", "acronym", "code", "source_name")
    autocomplete_fields = ("thematics", "epci")
    inlines = (OrganisationMembershipInline,)


@admin.register(Membership)
class MembershipAdmin(ModeratorAdmin):
    list_display = ("user", "organisation", "role", "created_at")
    list_filter = ("role",)
    list_select_related = ("user", "organisation")
    search_fields = ("user__full_name", "user__email", "organisation__name", "organisation__acronym")
    autocomplete_fields = ("user", "organisation")

    def has_delete_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)


class InvitationForm(forms.ModelForm):
    """Refuses, at its field, what `invitations.invite` would refuse."""

    def clean(self):
        data = super().clean()
        email, organisation = data.get("email"), data.get("organisation")
        if email and organisation and organisation.memberships.filter(user__email=email.lower()).exists():
            self.add_error("email", "Cette personne est déjà rattachée à cet organisme.")
        return data


@admin.register(Invitation)
class InvitationAdmin(ModeratorAdmin):
    """Adding one sends it: the link goes by e-mail only and nobody else sees it."""

    list_display = ("email", "full_name", "organisation", "role", "state", "invited_by", "created_at", "expires_at")
    list_filter = ("role", "created_at")
    list_select_related = ("organisation", "invited_by")
    search_fields = ("email", "full_name", "organisation__name", "organisation__acronym")
    autocomplete_fields = ("organisation",)
    fields = ("email", "full_name", "organisation", "role")
    secret_fields = ("token_hash",)
    actions = ("resend", "revoke")

    def has_change_permission(self, request, obj=None):
        # One sends another rather than change one; the list's actions stay.
        return obj is None and super().has_change_permission(request)

    @admin.display(description="état")
    def state(self, invitation):
        return invitation.state.label

    def get_fields(self, request, obj=None):
        if obj is None:
            return self.fields
        return (
            *self.fields,
            "state",
            "invited_by",
            "created_at",
            "expires_at",
            "accepted_at",
            "accepted_by",
            "revoked_at",
        )

    def save_model(self, request, obj, form, change):
        sent = invitations.invite(
            email=obj.email, full_name=obj.full_name, organisation=obj.organisation, role=obj.role, by=request.user
        )
        obj.pk = sent.pk

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, form=InvitationForm, **kwargs)

    @admin.action(description="Envoyer un nouveau lien", permissions=["view"])
    def resend(self, request, queryset):
        self.each(request, queryset, invitations.resend)

    @admin.action(description="Annuler l'invitation", permissions=["view"])
    def revoke(self, request, queryset):
        self.each(request, queryset, invitations.revoke)

    def each(self, request, queryset, action):
        """Do the same to each, and say how many refused."""
        done = refused = 0
        for invitation in queryset.select_related("organisation", "invited_by"):
            try:
                action(invitation, by=request.user)
                done += 1
            except invitations.InvitationError:
                refused += 1
        level = messages.WARNING if refused else messages.SUCCESS
        refusals = f", {refused} n'attendai(en)t plus de réponse" if refused else ""
        self.message_user(request, f"{done} invitation(s) traitée(s){refusals}.", level)
