"""Remarks on a sheet: written, closed."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from .. import remarks, sections
from .pages import find


class RemarkForm(forms.Form):
    """A remark, on one section or on the whole sheet."""

    use_required_attribute = False

    section = forms.ChoiceField(
        label="Rubrique",
        choices=[("", "Toute la fiche"), *((section.code, str(section)) for section in sections.SECTIONS)],
        required=False,
    )
    body = forms.CharField(
        label="Votre remarque",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Lue par les auteurs de la fiche et par les agents du Département, jamais publiée.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(request, key):
    """Write a remark; one that is refused stays on the page with its reason."""
    sheet = find(request.user, key)
    if not remarks.can_remark(request.user, sheet):
        raise PermissionDenied
    form = RemarkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        remarks.add(sheet, form.cleaned_data["body"], by=request.user, section=form.cleaned_data["section"])
        messages.success(request, "Votre remarque est enregistrée.")
        return _back(sheet)
    return render(request, "projects/remark.html", {"sheet": sheet, "form": form}, status=422 if form.errors else 200)


@require_POST
def close(request, key, pk):
    """Close a remark that was answered."""
    sheet = find(request.user, key)
    if remarks.close(get_object_or_404(sheet.comments, pk=pk), by=request.user):
        messages.success(request, "La remarque est close.")
    else:
        messages.info(request, "Cette remarque était déjà close.")
    return _back(sheet)


def _back(sheet):
    return redirect(f"{sheet.get_absolute_url()}#remarques")
