"""The people who write a sheet: its organisation's, and those of other organisations whom they invite."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from governance.models import User

from .. import coauthors, permissions
from .pages import find


class InviteForm(forms.Form):
    use_required_attribute = False

    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Par exemple : prenom.nom@commune.fr. Sans compte, la personne reçoit d’abord de quoi en ouvrir un.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def people(request, key):
    """Who writes the sheet, and the form that invites a person of another organisation."""
    sheet = find(request.user, key)
    if not permissions.can_view_live(request.user, sheet):
        raise PermissionDenied
    can_invite = coauthors.can_invite(request.user, sheet)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and not can_invite:
        raise PermissionDenied
    if form.is_valid():
        try:
            coauthors.invite(sheet, form.cleaned_data["email"], by=request.user)
        except coauthors.InvitationRefused as refused:
            form.add_error("email", str(refused))
        else:
            messages.success(request, f"Une invitation part à {form.cleaned_data['email']}.")
            return redirect("projects:people", sheet.key)
    context = {
        "sheet": sheet,
        "colleagues": User.objects.active().filter(memberships__organisation=sheet.organisation_id),
        "invitees": coauthors.of(sheet),
        "can_invite": can_invite,
        "form": form,
    }
    return render(request, "projects/people.html", context, status=422 if form.errors else 200)


@require_POST
def revoke(request, key, pk):
    """Take an invitation back."""
    sheet = find(request.user, key)
    invitee = get_object_or_404(sheet.invitees.select_related("sheet__organisation"), pk=pk)
    if coauthors.revoke(invitee, by=request.user):
        messages.success(request, "La personne n’écrit plus la fiche. Ce qu’elle a écrit reste.")
    else:
        messages.info(request, "Cette invitation était déjà retirée.")
    return redirect("projects:people", sheet.key)
