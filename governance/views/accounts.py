"""« Mon compte »: name, address, password, second factor, open sessions."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.urls import reverse_lazy
from django.views.generic import UpdateView

from ..forms import ProfileForm
from ..models import User
from ..permissions import is_moderator


class AccountSecurity(UpdateView):
    form_class = ProfileForm
    template_name = "governance/account_security.html"
    success_url = reverse_lazy("account_security")
    # Not "user": the page's own name must not hide a half-changed name in the header.
    context_object_name = "person"

    def get_object(self, queryset=None):
        return User.objects.get(pk=self.request.user.pk)

    def form_valid(self, form):
        messages.success(self.request, "Votre nom et votre fonction sont enregistrés.")
        return super().form_valid(form)

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            memberships=user.memberships.select_related("organisation"),
            has_second_factor=Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists(),
            second_factor_required=settings.STAFF_SECOND_FACTOR and is_moderator(user),
            session_count=len(UserSession.objects.purge_and_list(user)),
            **kwargs,
        )
