"""What agents write around a sheet from its page: who handles it, scores, remarks. Each answers to POST only."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404

from .. import handling, permissions, remarks, scoring
from .forms import HandlingForm, RemarkForm, ScoreForm

SECRET = ("internal_note", "conflict_of_interest")


def handle(model_admin, request, pk):
    """Store what staff decide around the sheet, and log it."""
    sheet = model_admin.load(request, pk)
    if not permissions.can_moderate(request.user, sheet):
        raise PermissionDenied
    form = HandlingForm(request.POST, sheet=sheet, auto_id="suivi_%s")
    if not form.is_valid():
        return model_admin.page(request, sheet, handling=form, status=422)
    try:
        changed = handling.update(sheet, form.wanted(), by=request.user, base=form.cleaned_data["base"])
    except handling.HandlingConflict as error:
        form.add_error(None, str(error))
        form.refuse(error.conflicts)
        return model_admin.page(request, sheet, handling=form, status=409)
    except handling.NotAnExaminer as error:
        form.add_error("handler", str(error))
        return model_admin.page(request, sheet, handling=form, status=422)
    return _stored(model_admin, request, sheet, told(form, changed))


def told(form, changed):
    """Return the changes in sentences; what is confidential is not repeated in the log."""
    sentences = []
    for name, (before, after) in changed.items():
        field = name.removesuffix("_id")
        label = form.fields[field].label
        if field in SECRET:
            sentences.append(f"{label} : texte modifié.")
        else:
            sentences.append(f"{label} : « {form.words(field, before)} » devient « {form.words(field, after)} ».")
    return sentences


def score(model_admin, request, pk):
    """Store the scores of the person."""
    sheet = model_admin.load(request, pk)
    form = ScoreForm(request.POST, lines=scoring.grid(sheet, request.user), auto_id="note_%s")
    if not form.is_valid():
        return model_admin.page(request, sheet, score=form, status=422)
    scoring.record(sheet, form.values(), by=request.user)
    return _stored(model_admin, request, sheet, ["Notes enregistrées."])


def remark(model_admin, request, pk):
    """Write a remark."""
    sheet = model_admin.load(request, pk)
    form = RemarkForm(request.POST, auto_id="remarque_%s")
    if not form.is_valid():
        return model_admin.page(request, sheet, remark=form, status=422)
    remarks.add(sheet, form.cleaned_data["body"], by=request.user, section=form.cleaned_data["section"])
    return _stored(model_admin, request, sheet, [], "Votre remarque est enregistrée.")


def close_remark(model_admin, request, pk, comment_pk):
    """Close a remark that was answered."""
    sheet = model_admin.load(request, pk)
    comment = get_object_or_404(sheet.comments, pk=comment_pk)
    closed = remarks.close(comment, by=request.user)
    words = "La remarque est close." if closed else "Un collègue a déjà clos cette remarque."
    return _stored(model_admin, request, sheet, [], words)


def _stored(model_admin, request, sheet, log, words=""):
    """Log what changed, and go back to the top of the page, where it is said."""
    for sentence in log:
        model_admin.log_change(request, sheet, sentence)
    nothing = "Rien n'a changé : vos réponses étaient déjà enregistrées."
    model_admin.message_user(request, words or " ".join(log) or nothing, messages.SUCCESS)
    return HttpResponseRedirect(model_admin.page_url(sheet))
