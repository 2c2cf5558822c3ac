"""The editor: one page a section, whole without scripts. What is typed is never thrown away, whatever is refused."""

from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from .. import attachments, completeness, content, editing, permissions, sections
from ..completeness import Step
from ..forms import Lookups, NewSheetForm, SectionForms, conflicts, posted
from ..forms.totals import totals
from ..models import ProjectSheet
from . import attachments as documents
from .pages import find

STALE, BUSY = 409, 503


@dataclass
class Page:
    """What one request shows: the sheet, its content and the forms of one section."""

    request: object
    sheet: ProjectSheet
    section: sections.Section
    revision: int
    forms: SectionForms = None
    questions: list = ()
    compared: int = None
    is_unsaved: bool = False
    documents_form: object = None

    @cached_property
    def lookups(self):
        return Lookups(self.request.user, self.sheet)

    @cached_property
    def state(self):
        """The content of the sheet when it was first asked for, in plain values."""
        return content.state(self.sheet)

    @property
    def has_errors(self):
        if self.documents_form:
            return bool(self.documents_form.errors)
        return self.forms.has_errors

    def render(self, status=200):
        return render(self.request, "projects/editor/section.html", self.context(), status=status)

    def context(self):
        """Return what the template reads."""
        missing = completeness.missing(self.state)
        files = list(self.sheet.attachments.order_by("uploaded_at", "pk"))
        kept = attachments.frozen_digests(self.sheet) if self.documents_form and files else ()
        return {
            "sheet": self.sheet,
            "section": self.section,
            "page": self,
            "trail": [
                {"url": reverse("projects:workspace"), "label": "Mon espace"},
                {"url": self.sheet.get_absolute_url(), "label": self.sheet.title},
            ],
            "nav": [self._nav_item(section, files) for section in sections.SECTIONS],
            "documents": [(file, file.sha256 in kept) for file in files] if self.documents_form else [],
            "missing_here": [item for item in missing if item.section is self.section],
            "missing_elsewhere": [
                item for item in missing if item.step is Step.SUBMIT and item.section is not self.section
            ],
            "lacks": sum(item.step is Step.SUBMIT for item in missing),
            "previous": _neighbour(self.sheet, self.section, -1),
            "next": _neighbour(self.sheet, self.section, 1),
            "totals": totals(self.forms.tables) if self.forms else None,
            "change_request": self.sheet.open_request
            if self.sheet.status == ProjectSheet.Status.CHANGES_REQUESTED
            else None,
            "final_step": "resubmit" if self.sheet.status == ProjectSheet.Status.CHANGES_REQUESTED else "submit",
            "can_submit": permissions.can_submit(self.request.user, self.sheet),
        }

    def _nav_item(self, section, files):
        mark = completeness.mark(self.state, section)
        if section.code == "documents" and files:
            mark = "complete"
        return {
            "number": section.number,
            "label": section.label,
            "url": reverse("projects:edit", args=[self.sheet.key, section.code]),
            "state": mark,
            "current": section is self.section,
            "words": "Facultatif" if mark == "empty" and not completeness.is_asked(section) else "",
        }


def _neighbour(sheet, section, step):
    rank = sections.SECTIONS.index(section) + step
    if not 0 <= rank < len(sections.SECTIONS):
        return None
    other = sections.SECTIONS[rank]
    return {"label": other.label, "code": other.code, "url": reverse("projects:edit", args=[sheet.key, other.code])}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def edit(request, key, section):
    """Show or save one section of a sheet that the person writes."""
    section = sections.BY_CODE[section]
    if not request.user.is_authenticated:
        return _logged_out(request, section)
    sheet = find(request.user, key)
    if request.method != "POST" and key != sheet.key:
        return redirect("projects:edit", sheet.key, section.code)
    if not permissions.is_writer(request.user, sheet):
        raise PermissionDenied
    if request.method != "POST" and sheet.status not in permissions.WRITABLE:
        return _closed(request, sheet, section)
    page = Page(request, sheet, section, sheet.revision)
    if section.code == "documents":
        return documents.section(page)
    return _save(page) if request.method == "POST" else _show(page)


def _logged_out(request, section):
    """Send to the log-in page; what was typed while the session ended is shown first, to be copied."""
    typed = posted.typed(section, request.POST)
    if not typed:
        return redirect_to_login(request.get_full_path())
    login = f"{reverse('account_login')}?{urlencode({'next': request.path})}"
    context = {"section": section, "typed": typed, "login": login}
    return render(request, "projects/editor/logged_out.html", context, status=401)


def expired(request, key, section):
    """Show again what a form that had expired sent, ready to be saved; nothing is stored."""
    sheet, section = find(request.user, key), sections.BY_CODE[section]
    if section.code == "documents" or not permissions.can_edit(request.user, sheet):
        messages.error(request, "Le formulaire avait expiré : rien n’a été enregistré. Recommencez.")
        return redirect("projects:edit", sheet.key, section.code)
    page = Page(request, sheet, section, _revision(request.POST.get("revision"), sheet), is_unsaved=True)
    page.forms = SectionForms(section, page.lookups, data=request.POST, quiet=True)
    messages.warning(request, "Le formulaire avait expiré. Tout ce que vous avez tapé est là : enregistrez de nouveau.")
    return page.render(status=403)


def _show(page):
    page.forms = SectionForms(page.section, page.lookups, state=page.state)
    return page.render()


def _save(page):
    data = page.request.POST
    if page.sheet.status not in permissions.WRITABLE:
        typed = SectionForms(page.section, page.lookups, data=data, quiet=True)
        return _closed(page.request, page.sheet, page.section, typed)
    page.revision = _revision(data.get("revision"), page.sheet)
    if "add" in data or "move" in data:
        return _rearrange(page, data)
    if data.getlist("question"):
        data = _settle(page, data)
    page.forms = SectionForms(page.section, page.lookups, data=data)
    if not page.forms.is_valid():
        return page.render()
    changes = page.forms.changes(editing.as_of(page.sheet, page.revision))
    try:
        editing.apply(page.sheet, changes, by=page.request.user, base_revision=page.revision)
    except editing.EditConflict as conflict:
        return _ask(page, changes, conflict)
    except editing.NotEditable:
        page.sheet.refresh_from_db()
        return _closed(page.request, page.sheet, page.section, page.forms)
    except ValidationError as refused:
        page.forms.add_errors(refused.message_dict)
        return page.render()
    messages.success(page.request, f"Enregistré à {timezone.localtime():%H:%M}.")
    return redirect(_after(page))


def _after(page):
    """Return where to go once all is saved: the next section when it was asked, this one otherwise."""
    following = _neighbour(page.sheet, page.section, 1)
    go_on = page.request.POST.get("save") == "next" and following
    return following["url"] if go_on else reverse("projects:edit", args=[page.sheet.key, page.section.code])


def _revision(sent, sheet):
    """Return the revision that the page started from; the first one when it says none that can be, so that all is compared."""
    revision = int(sent) if sent and sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
    return revision if revision <= sheet.revision else 0


def _rearrange(page, data):
    """Add a row or move one, and show again all that was typed; nothing is stored yet."""
    names, focus = page.section.row_names, None
    if data.get("add") in names:
        data, focus = posted.add_row(data, data["add"])
    elif posted.is_move(data.get("move", ""), names):
        data, focus = posted.move_row(data, data["move"])
    page.forms = SectionForms(page.section, page.lookups, data=data, quiet=True)
    if focus:
        page.forms.focus(*focus)
    page.is_unsaved = True
    return page.render()


def _ask(page, changes, conflict):
    """Show what both changed, with everything typed put back on the sheet as it is now."""
    if not conflict.conflicts:
        page.forms.form.add_error(None, "Beaucoup de personnes enregistrent en même temps : réessayez dans un instant.")
        return page.render(status=BUSY)
    saved = list(page.sheet.edits.filter(revision__gt=page.revision).select_related("by").order_by("-revision"))
    page.questions = conflicts.questions(page.forms, conflict.conflicts, saved)
    page.sheet.refresh_from_db()
    state = page.forms.rebased(page.state, changes)
    page.compared, page.revision = page.revision, conflict.revision
    page.forms = SectionForms(page.section, page.lookups, state=state)
    return page.render(status=STALE)


def _settle(page, data):
    """Put the choices made in what was sent; without all of them, compare again with the older page."""
    shown = SectionForms(page.section, page.lookups, data=data, quiet=True)
    data, answered = conflicts.settle(shown, data, editing.as_of(page.sheet, page.revision))
    if not answered:
        page.revision = min(page.revision, _revision(data.get("compared"), page.sheet))
    return data


def _closed(request, sheet, section, forms=None):
    """Say that the sheet is no longer written, and show what was typed so that it can be copied."""
    context = {"sheet": sheet, "section": section, "typed": forms.typed() if forms else []}
    return render(request, "projects/editor/closed.html", context, status=STALE if forms else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request):
    """Begin a sheet, unless a draft like it is waiting."""
    if not permissions.can_create(request.user):
        raise PermissionDenied
    form = NewSheetForm(request.POST or None, user=request.user)
    similar = []
    if request.method == "POST" and form.is_valid():
        similar = [] if "anyway" in request.POST else form.similar()
        if not similar:
            sheet = form.begin()
            messages.success(
                request, "La fiche est commencée. Elle reste un brouillon tant que vous ne la déposez pas."
            )
            return redirect("projects:edit", sheet.key, "identification")
    context = {"form": form, "similar": similar, "from_workshop": [] if similar else _from_workshop(request.user)}
    return render(request, "projects/editor/new.html", context)


def _from_workshop(user):
    """Return the drafts that a workshop left to the organisations of `user`."""
    drafts = (
        ProjectSheet.objects.written_by(user).filter(status=ProjectSheet.Status.DRAFT).exclude(workshop_reference="")
    )
    return drafts.for_list()[:5]
