"""The pages of steps in the admin: the same table and the same function as the portal."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from .. import completeness, content, notices, permissions, workflow
from .forms import StepForm

OF_AUTHORS = ("submit", "take_back", "resubmit")
# The steps that bring a sheet forward; the others are drawn lighter.
FORWARD = ("start_review", "declare_examined", "start_delivery", "complete")
AUDIENCES = {
    notices.authors: "les auteurs",
    notices.handler: "l'instructeur",
    notices.moderators: "les agents",
    notices.council: "les élus",
    notices.expert: "l'expert",
    notices.joined: "les auteurs de l'autre fiche",
}
MODES = {
    notices.NOW: "tout de suite",
    notices.DIGEST: "dans leur résumé du matin",
    notices.HELD: "quand un agent l'aura accordé",
}


@dataclass(frozen=True)
class Offer:
    """One step from the present status: its page when it is open, the reasons when it is not."""

    step: workflow.Step
    reasons: tuple
    url: str

    @property
    def is_open(self):
        return not self.reasons

    @property
    def is_forward(self):
        return self.step.name in FORWARD


def offers(sheet, user):
    """Return every step of the table from the present status, with the reasons that close it to `user`."""
    is_writer = permissions.is_writer(user, sheet)
    return [
        Offer(step, tuple(_reasons(step, sheet, user, is_writer)), url(sheet, step.name))
        for step in workflow.STEPS.values()
        if sheet.status in step.sources
    ]


def _reasons(step, sheet, user, is_writer):
    if step.name in OF_AUTHORS:
        return ["Revient aux auteurs, sur le portail."]
    if step.name in workflow.ADOPTION:
        return ["Vient du vote d'un scénario en séance."]
    if step.allowed(user, sheet):
        return workflow.reasons(step, sheet, user)
    if is_writer:
        return ["Vous écrivez cette fiche : un autre agent l'instruit."]
    return [
        "Revient au pilote au Département."
        if step.allowed is permissions.can_pilot
        else "Revient à l'instructeur de la fiche."
    ]


def url(sheet, name):
    """Return the address of the page of a step."""
    return reverse("admin:projects_projectsheet_step", args=[sheet.pk, name])


def told(step):
    """Return who is told of a step and how soon, in sentences."""
    return [
        f"{AUDIENCES[who].capitalize()}, {MODES[mode]}." for who, mode, _title in notices.NOTICES.get(step.name, ())
    ]


def last_move(sheet):
    """Return the last step taken on a sheet, or None."""
    return sheet.transitions.select_related("by").order_by("-pk").first()


def take(model_admin, request, pk, name):
    """Confirm and take one step. What refuses it is said at its place, and everything typed is kept."""
    sheet, step = model_admin.load(request, pk), workflow.STEPS.get(name)
    if step is None or name in OF_AUTHORS or name in workflow.ADOPTION:
        raise Http404
    if not step.allowed(request.user, sheet):
        raise PermissionDenied
    if request.method != "POST" and sheet.status not in step.sources:
        model_admin.message_user(
            request, f"La fiche est déjà « {sheet.get_status_display()} ». Rien n'a changé.", messages.INFO
        )
        return HttpResponseRedirect(model_admin.page_url(sheet))
    form = _form(request, sheet, step)
    if request.method == "POST" and form.is_valid() and _perform(form):
        words = f"C'est fait : « {step.label} ». La fiche {sheet.key} est « {sheet.get_status_display()} »."
        model_admin.message_user(request, words, messages.SUCCESS)
        return HttpResponseRedirect(model_admin.page_url(sheet))
    return _page(model_admin, request, form)


def _form(request, sheet, step):
    last = last_move(sheet)
    initial = {"seen": last.pk if last else 0, "sections": request.GET.getlist("rubrique")}
    return StepForm(request.POST or None, step=step, sheet=sheet, by=request.user, initial=initial)


def _perform(form):
    """Take the step unless the sheet moved since the page was opened; say why in the form otherwise."""
    sheet, last = form.sheet, last_move(form.sheet)
    if str(last.pk if last else 0) != form.cleaned_data["seen"]:
        _say_moved(form, last)
        return False
    try:
        workflow.perform(sheet, form.step.name, by=form.by, **form.data_for_step())
    except workflow.TransitionError as error:
        for reason in error.reasons:
            form.add_error(None, reason)
        return False
    return True


def _say_moved(form, last):
    """Name the colleague who was quicker; the page then starts from what is true now."""
    form.add_error(None, workflow.MOVED)
    if last:
        moment = timezone.localtime(last.at)
        form.add_error(
            None, f"{last.by or 'Le portail'} : « {workflow.label(last.name)} », le {moment:%d/%m/%Y à %H:%M}."
        )
    form.data = form.data.copy()
    form.data["seen"] = str(last.pk if last else 0)


def _page(model_admin, request, form):
    sheet, step = form.sheet, form.step
    is_offered = sheet.status in step.sources
    context = model_admin.page_context(request, sheet, step.label) | {
        "step": step,
        "form": form,
        "is_offered": is_offered,
        "reasons": workflow.reasons(step, sheet, request.user) if is_offered else [],
        "told": told(step),
        "missing": completeness.missing(content.state(sheet)) if "request" in step.needs else [],
    }
    return TemplateResponse(
        request, "admin/projects/projectsheet/step.html", context, status=422 if form.errors else 200
    )
