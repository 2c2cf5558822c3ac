"""Drafts: thrown away, taken back, begun as a copy."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from governance.models import Organisation

from .. import drafts, permissions
from ..models.sheet import new_draft_key
from .pages import find


@require_POST
def discard(request, key):
    """Throw a draft away; it can be taken back for 30 days."""
    sheet = find(request.user, key)
    try:
        drafts.discard(sheet, by=request.user)
    except drafts.NotKept:
        messages.info(request, "Cette fiche n’est plus un brouillon. Rien n’a changé.")
        return redirect(sheet)
    messages.success(
        request,
        f"Le brouillon est jeté. Vous pouvez le reprendre pendant {drafts.KEPT.days} jours, au bas de cette page.",
    )
    return redirect("projects:workspace")


@require_POST
def take_back(request, key):
    """Take a draft back."""
    sheet = get_object_or_404(drafts.thrown_away_by(request.user), draft_key=key)
    drafts.take_back(sheet, by=request.user)
    messages.success(request, "Le brouillon est de nouveau là.")
    return redirect(sheet)


class CopyForm(forms.Form):
    """The name of the copy, and who writes it; `draft_key` is drawn when the page opens, so that a double click copies once."""

    use_required_attribute = False

    draft_key = forms.RegexField(r"\Abrouillon-[2-9a-z]{10}\Z", widget=forms.HiddenInput, initial=new_draft_key)
    title = forms.CharField(label="Intitulé de la copie", max_length=drafts.LONGEST_TITLE)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label="Organisme qui écrit la copie", empty_label="Choisir"
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        organisations = Organisation.objects.of(user).order_by("name")
        self.fields["organisation"].queryset = organisations
        if len(organisations) == 1:
            self.fields["organisation"].initial = organisations[0]
            self.fields["organisation"].empty_label = None


@require_http_methods(["GET", "HEAD", "POST"])
def duplicate(request, key):
    """Begin a draft with what the reader reads of a sheet."""
    sheet = find(request.user, key)
    if not permissions.can_create(request.user):
        raise PermissionDenied
    initial = {"title": f"{sheet.title[: drafts.LONGEST_TITLE - 8]} (copie)"}
    form = CopyForm(request.POST if request.method == "POST" else None, user=request.user, initial=initial)
    if form.is_valid():
        try:
            copy = drafts.duplicate(sheet, by=request.user, **form.cleaned_data)
        except ValidationError:
            form.add_error(
                None, "Le contenu de cette fiche ne se recopie plus tel quel : commencez une nouvelle fiche."
            )
        else:
            messages.success(request, "Voici votre copie : un brouillon, que vous seul et vos collègues voyez.")
            return redirect("projects:edit", copy.key, "identification")
    return render(
        request, "projects/duplicate.html", {"sheet": sheet, "form": form}, status=422 if form.errors else 200
    )
