"""A manager keeps the people of their organisation."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from django.views.generic import FormView, TemplateView

from .. import invitations, memberships
from ..forms import InvitePersonForm, RoleForm
from ..models import Organisation
from ..permissions import belongs_to, may_invite_into


class ManagedOrganisation:
    """Loads the organisation: 404 for a stranger, 403 for a member who is not its manager."""

    def dispatch(self, request, *args, **kwargs):
        organisation = get_object_or_404(Organisation, code=kwargs["code"])
        if not may_invite_into(request.user, organisation):
            if belongs_to(request.user, organisation):
                raise PermissionDenied
            raise Http404
        self.organisation = organisation
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(organisation=self.organisation, **kwargs)

    def get_success_url(self):
        return self.organisation.get_absolute_url()


class OrganisationPeople(ManagedOrganisation, FormView):
    """Members, waiting invitations, and the form that invites."""

    form_class = InvitePersonForm
    template_name = "governance/organisation_people.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            memberships=self.organisation.memberships.select_related("user").order_by("user__full_name", "user__email"),
            waiting=self.organisation.invitations.unanswered().select_related("invited_by"),
            **kwargs,
        )

    def form_valid(self, form):
        try:
            invitation = invitations.invite(organisation=self.organisation, by=self.request.user, **form.cleaned_data)
        except invitations.InvitationError as error:
            form.add_error("email", str(error))
            return self.form_invalid(form)
        messages.success(self.request, f"Une invitation part à {invitation.email}.")
        return super().form_valid(form)


class MemberStep(ManagedOrganisation):
    """One step about one member."""

    def dispatch(self, request, *args, **kwargs):
        self.pk = kwargs["pk"]
        return super().dispatch(request, *args, **kwargs)

    @property
    def membership(self):
        return get_object_or_404(self.organisation.memberships.select_related("user"), pk=self.pk)

    def attempt(self, action, *args, done):
        try:
            action(self.membership, *args, by=self.request.user)
        except memberships.MembershipError as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, done)
        return self.back()

    def back(self):
        """To the people of the organisation, unless one has just left it."""
        stays = may_invite_into(self.request.user, self.organisation)
        return redirect(self.organisation if stays else "account_security")


class ChangeRole(MemberStep, FormView):
    form_class = RoleForm
    template_name = "governance/membership_role.html"

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "instance": self.membership}

    def get_context_data(self, **kwargs):
        return super().get_context_data(membership=self.membership, **kwargs)

    def form_valid(self, form):
        return self.attempt(memberships.change_role, form.cleaned_data["role"], done="Le rôle est changé.")


class RemoveMember(MemberStep, TemplateView):
    template_name = "governance/membership_remove.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(membership=self.membership, **kwargs)

    def post(self, request, *args, **kwargs):
        return self.attempt(memberships.remove, done="La personne est retirée de l'organisme.")


class InvitationStep(ManagedOrganisation, View):
    """One button on a waiting invitation."""

    http_method_names = ["post"]
    action = None
    done = ""

    def post(self, request, *args, **kwargs):
        invitation = get_object_or_404(self.organisation.invitations, pk=kwargs["pk"])
        try:
            type(self).action(invitation, by=request.user)
        except invitations.InvitationError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, self.done)
        return redirect(self.organisation)


class ResendInvitation(InvitationStep):
    action = staticmethod(invitations.resend)
    done = "Un nouveau lien est envoyé ; l'ancien ne marche plus."


class CancelInvitation(InvitationStep):
    action = staticmethod(invitations.revoke)
    done = "L'invitation est annulée."
