"""Addresses of the sheets."""

from django.urls import path, register_converter

from . import sections, workflow
from .views import attachments, detail, documents, drafts, editor, pages, people, remarks, steps


class SheetKey:
    """A reference (CDN-2026-SANTE-07) or the key of a draft."""

    regex = "[A-Za-z0-9-]{5,40}"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return str(value)


class SectionCode(SheetKey):
    """The code of a section of the editor."""

    regex = "|".join(sections.BY_CODE)


class StepName(SheetKey):
    """The name of a step of the workflow."""

    regex = "|".join(workflow.STEPS)


register_converter(SheetKey, "sheet")
register_converter(SectionCode, "section")
register_converter(StepName, "step")

app_name = "projects"
urlpatterns = [
    path("fiches/", pages.sheet_list, name="list"),
    path("mon-espace/", pages.workspace, name="workspace"),
    path("fiches/nouvelle/", editor.create, name="create"),
    path("fiches/<sheet:key>/", detail.detail, name="detail"),
    path("fiches/<sheet:key>/modifier/<section:section>/", editor.edit, name="edit"),
    path("fiches/<sheet:key>/documents/<uuid:uid>/", attachments.download, name="attachment"),
    path("fiches/<sheet:key>/documents/<uuid:uid>/retirer/", attachments.remove, name="remove_attachment"),
    path("fiches/<sheet:key>/versions/<int:number>/", detail.version, name="version"),
    path("fiches/<sheet:key>/historique/", pages.sheet_history, name="history"),
    path("fiches/<sheet:key>/etapes/<step:name>/", steps.step, name="step"),
    path("fiches/<sheet:key>/remarques/", remarks.add, name="add_remark"),
    path("fiches/<sheet:key>/remarques/<int:pk>/clore/", remarks.close, name="close_remark"),
    path("fiches/<sheet:key>/auteurs/", people.people, name="people"),
    path("fiches/<sheet:key>/auteurs/<int:pk>/retirer/", people.revoke, name="revoke"),
    path("fiches/<sheet:key>/copier/", drafts.duplicate, name="duplicate"),
    path("fiches/<sheet:key>/jeter/", drafts.discard, name="discard"),
    path("fiches/<sheet:key>/reprendre/", drafts.take_back, name="restore"),
    path("fiches/<sheet:key>.pdf", documents.sheet, name="pdf"),
    path("fiches/<sheet:key>/note.pdf", documents.brief, name="brief"),
]
