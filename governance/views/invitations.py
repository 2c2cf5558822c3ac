"""The page that a personal invitation opens. Looking at it changes nothing: mail scanners look too."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from .. import invitations
from ..forms import AcceptInvitationForm
from ..models import Invitation, User


@method_decorator([login_not_required, never_cache, sensitive_post_parameters("password")], name="dispatch")
class InvitationLanding(FormView):
    """Open an account (a name, a password if wished), or attach the one that exists at this address."""

    form_class = AcceptInvitationForm
    template_name = "governance/invitation.html"

    def dispatch(self, request, *args, **kwargs):
        self.invitation = Invitation.objects.find(kwargs["token"])
        if self.invitation is None or not self.invitation.is_pending:
            return self.refuse()
        self.has_account = User.objects.filter(email=self.invitation.email).exists()
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"full_name": self.invitation.full_name}

    def get_form_kwargs(self):
        # The address counts when the password is compared with what is known of the person.
        return {**super().get_form_kwargs(), "instance": User(email=self.invitation.email)}

    def get_context_data(self, **kwargs):
        return super().get_context_data(invitation=self.invitation, has_account=self.has_account, **kwargs)

    def post(self, request, *args, **kwargs):
        if self.has_account:
            return self.accept()
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        data = form.cleaned_data
        return self.accept(full_name=data["full_name"], job_title=data["job_title"], password=data["password"] or None)

    def accept(self, **fields):
        try:
            user = invitations.accept(self.invitation, **fields)
        except invitations.InvitationError as error:
            return self.refuse(str(error))
        if self.request.user == user:
            messages.success(self.request, "Invitation acceptée.")
            return redirect("account_security")
        if self.request.user.is_authenticated:
            logout(self.request)
        if self.has_account:
            # The link proves the address, not the second factor: an existing account logs in as usual.
            messages.success(self.request, "Invitation acceptée. Connectez-vous pour continuer.")
            target = urlencode({"next": reverse("account_security")})
            return redirect(f"{resolve_url('account_login')}?{target}")
        return perform_login(self.request, user)

    def refuse(self, reason="Ce lien a déjà servi, a été annulé ou a expiré."):
        return render(self.request, "governance/invitation_dead.html", {"reason": reason}, status=410)
