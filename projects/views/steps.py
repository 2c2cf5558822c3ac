"""The pages that move a sheet: a step of the workflow, a remark, throwing a draft away."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from .. import completeness, content, permissions, remarks, sections, workflow
from ..models import ProjectSheet
from .pages import find, own_draft

# Steps that ask more than a page of the portal gives are taken in the administration.
ON_PORTAL = ("submit", "take_back", "withdraw", "resubmit")


class StepForm(forms.Form):
    """The reason of a step, and the answers to the sections that a request names."""

    comment = forms.CharField(label="Motif", required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, step, request=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = step.needs_comment
        if not step.needs_comment:
            self.fields["comment"].label = "Message pour les instructeurs (facultatif)"
        self.asked = [sections.BY_CODE[code] for code in request.sections] if request and step.name == "resubmit" else []
        for section in self.asked:
            self.fields[f"answer_{section.code}"] = forms.CharField(
                label=f"Votre réponse pour « {section.label} »", required=False, max_length=5000,
                widget=forms.Textarea(attrs={"rows": 3}),
                help_text="Inutile si vous avez modifié cette rubrique.",
            )  # fmt: skip

    def data_for_step(self):
        """Return what `workflow.perform` needs."""
        answers = {section.code: self.cleaned_data[f"answer_{section.code}"] for section in self.asked}
        return {"comment": self.cleaned_data["comment"]} | ({"answers": answers} if answers else {})


@require_http_methods(["GET", "HEAD", "POST"])
def step(request, key, name):
    """Confirm and take one step; what refuses it is said with links to the places to complete."""
    sheet = find(request.user, key)
    chosen = workflow.STEPS[name]
    if name not in ON_PORTAL:
        raise Http404
    if not chosen.allowed(request.user, sheet):
        raise PermissionDenied
    if sheet.status not in chosen.sources:
        messages.info(request, f"La fiche est déjà « {sheet.get_status_display()} ». Rien n’a changé.")
        return redirect(sheet)
    typed = request.POST if request.method == "POST" else None
    form = StepForm(typed, step=chosen, request=sheet.open_request)
    if form.is_valid():
        try:
            workflow.perform(sheet, name, by=request.user, **form.data_for_step())
        except workflow.TransitionError as error:
            for reason in error.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"C’est fait : la fiche {sheet.key} est « {sheet.get_status_display()} ».")
            return redirect(sheet)
    needs_all = name in ("submit", "resubmit")
    missing = completeness.missing(content.state(sheet), completeness.Step.SUBMIT) if needs_all else []
    context = {"sheet": sheet, "step": chosen, "form": form, "missing": missing}
    return render(request, "projects/step.html", context, status=422 if form.errors else 200)


@require_POST
def add_remark(request, key):
    """Write a remark on the sheet."""
    sheet = find(request.user, key)
    body = request.POST.get("body", "").strip()
    section = request.POST.get("section", "")
    if not remarks.can_remark(request.user, sheet):
        raise PermissionDenied
    if not body or len(body) > 5000 or (section and section not in sections.BY_CODE):
        messages.error(request, "Écrivez votre remarque, en 5 000 caractères au plus.")
    else:
        remarks.add(sheet, body, by=request.user, section=section)
        messages.success(request, "Votre remarque est enregistrée.")
    return redirect(f"{sheet.get_absolute_url()}#remarques")


@require_POST
def close_remark(request, key, pk):
    """Close a remark that was answered."""
    sheet = find(request.user, key)
    comment = get_object_or_404(sheet.comments, pk=pk)
    if remarks.close(comment, by=request.user):
        messages.success(request, "La remarque est close.")
    return redirect(f"{sheet.get_absolute_url()}#remarques")


@require_POST
def discard(request, key):
    """Throw a draft away; it can be taken back for 30 days."""
    sheet = find(request.user, key)
    if not permissions.can_discard(request.user, sheet):
        raise PermissionDenied
    row = ProjectSheet.objects.filter(pk=sheet.pk, status=ProjectSheet.Status.DRAFT, discarded_at=None)
    if row.update(discarded_at=timezone.now()):
        messages.success(request, "Le brouillon est jeté. Vous pouvez le reprendre pendant 30 jours, en bas de cette page.")
    return redirect("projects:workspace")


@require_POST
def restore(request, key):
    """Take a draft back."""
    sheet = own_draft(request.user, key)
    ProjectSheet.objects.filter(pk=sheet.pk).update(discarded_at=None)
    messages.success(request, "Le brouillon est de nouveau là.")
    return redirect(sheet)
