"""The PDF documents of a sheet. Each says what the page of the sheet says."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.http import require_safe

from .. import documents, permissions
from ..models import ProjectSheet
from .pages import find


@require_safe
@login_not_required
def sheet(request, key):
    """The fiche action."""
    return _answer(request, "sheet", key)


@require_safe
@login_not_required
def brief(request, key):
    """The note aux élus."""
    return _answer(request, "brief", key)


def _answer(request, kind, key):
    """Answer with a document of the last frozen version, or with the preview asked by `?apercu=1`."""
    found = find(request.user, key)
    if key != found.key:
        return redirect(f"projects:{'pdf' if kind == 'sheet' else kind}", found.key)
    document = documents.document(kind, found, _version(found, request))
    etag = f'"{document.key}"'
    response = get_conditional_response(request, etag=etag) or _file(document)
    response["ETag"] = etag
    _say_who_may_keep(response, found)
    return response


def _version(found, request):
    """Return the version to show, None for the preview; 404 when the reader may see neither."""
    latest = found.latest_version
    wants_preview = latest is None or request.GET.get("apercu") == "1"
    if wants_preview and permissions.can_view_live(request.user, found):
        return None
    if latest is None:
        raise Http404
    return latest


def _file(document):
    response = HttpResponse(document.read(), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.name}"'
    return response


def _say_who_may_keep(response, found):
    """What any visitor may read is kept as long as it stays the same; the rest is never kept."""
    if ProjectSheet.objects.published().filter(pk=found.pk).exists():
        patch_cache_control(response, no_cache=True)
    else:
        patch_cache_control(response, private=True, no_store=True)
