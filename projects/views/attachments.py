"""The documents of a sheet: sent from the editor, read by those who may."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cdn_portal.lib.uploads import UploadRefused

from .. import attachments, permissions
from ..editing import NotEditable
from ..forms import DocumentsForm
from .pages import find

logger = logging.getLogger(__name__)
# Nothing that a document holds runs within the portal, even opened by a browser that ignores the rest.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def section(page):
    """Show or change the documents of a sheet, as the section of the editor."""
    page.documents_form = DocumentsForm()
    if page.request.method == "POST":
        return _publish(page) if "publish" in page.request.POST else _send(page)
    return page.render()


def _send(page):
    request = page.request
    form = DocumentsForm(request.POST, request.FILES)
    if not form.is_valid():
        page.documents_form = form
        return page.render()
    for file in form.cleaned_data["files"]:
        try:
            added = attachments.add(page.sheet, file, by=request.user, is_public=form.cleaned_data["is_public"])
        except UploadRefused as refused:
            form.add_error("files", f"« {file.name} » : {refused}")
        except NotEditable as closed:
            messages.error(request, f"{closed} Aucun document n’a été ajouté.")
            return redirect(page.sheet)
        else:
            messages.success(request, f"« {added.name} » est joint à la fiche.")
    if form.errors:
        page.documents_form = form
        return page.render()
    return redirect(request.path)


def _publish(page):
    try:
        attachments.publish(page.sheet, set(page.request.POST.getlist("published")), by=page.request.user)
    except NotEditable as closed:
        messages.error(page.request, str(closed))
        return redirect(page.sheet)
    messages.success(page.request, "Votre choix est enregistré.")
    return redirect(page.request.path)


@require_safe
@login_not_required
def download(request, key, uid):
    """Give a document to a person who may read it, to be saved, never shown within the portal."""
    attachment = _find(request, key, uid)
    if not permissions.can_read_document(request.user, attachment):
        raise Http404
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError:
        logger.error("The file of document %s is missing", attachment.uid)
        raise Http404("Ce document n’est plus disponible.") from None
    response = FileResponse(file, as_attachment=True, filename=attachment.name, content_type=attachment.content_type)
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request, key, uid):
    """Ask, then remove a document."""
    attachment = _find(request, key, uid)
    sheet = attachment.sheet
    if not permissions.can_edit(request.user, sheet):
        raise PermissionDenied
    if request.method != "POST":
        frozen = attachments.is_frozen(attachment)
        return render(
            request,
            "projects/editor/remove_document.html",
            {"sheet": sheet, "document": attachment, "is_frozen": frozen},
        )
    try:
        attachments.remove(attachment, by=request.user)
    except NotEditable as closed:
        messages.error(request, str(closed))
    except attachments.DocumentKept:
        messages.error(request, "Ce document fait partie d’une version déposée : il est conservé.")
    else:
        messages.success(request, f"« {attachment.name} » est retiré de la fiche.")
    return redirect("projects:edit", sheet.key, "documents")


def _find(request, key, uid):
    sheet = find(request.user, key)
    attachment = get_object_or_404(sheet.attachments, uid=uid)
    attachment.sheet = sheet
    return attachment
