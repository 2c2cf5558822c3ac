"""The page that confirms and takes one step of the workflow."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from .. import completeness, content, guards, sections, workflow
from .pages import find

# Steps that ask more than a page of the portal gives are taken in the administration.
ON_PORTAL = ("submit", "take_back", "withdraw", "resubmit")
# What comes of each, said before it is taken.
CONSEQUENCES = {
    "submit": "La fiche part aux agents du Département et reçoit une référence. Vous recevez un accusé de réception. "
    "Ensuite, vous ne la modifiez plus, sauf si des compléments vous sont demandés.",
    "take_back": "La fiche redevient un brouillon, que vous pouvez modifier. Elle garde sa référence.",
    "withdraw": "La fiche n’est plus examinée, et personne ne peut plus la modifier. Pour repartir, il faudra en faire une copie.",
    "resubmit": "La fiche repart à l’agent qui l’examine. Il est prévenu tout de suite.",
}
LONGEST = 5000


class StepForm(forms.Form):
    """The reason of a step, and the answers to the sections that a request names."""

    comment = forms.CharField(
        label="Motif", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, step, asked=(), changed=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = step.needs_comment
        if not step.needs_comment:
            self.fields["comment"].label = "Message pour les instructeurs (facultatif)"
        self.asked = asked
        for section in asked:
            self.fields[f"answer_{section.code}"] = self._answer(section, section.code in changed)
        self.order_fields([f"answer_{section.code}" for section in asked])

    @staticmethod
    def _answer(section, is_changed):
        return forms.CharField(
            label=f"Votre réponse pour la rubrique « {section.label} »",
            required=False,
            max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Facultatif : vous avez modifié cette rubrique."
            if is_changed
            else "Vous n’avez rien changé à cette rubrique : modifiez-la, ou dites pourquoi.",
        )

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
        return _nothing_to_do(request, sheet)
    form = _form(request, sheet, chosen)
    if form.is_valid():
        try:
            workflow.perform(sheet, name, by=request.user, **form.data_for_step())
        except workflow.TransitionError as error:
            sheet.refresh_from_db()
            if sheet.status not in chosen.sources:
                return _nothing_to_do(request, sheet)
            for reason in error.reasons:
                form.add_error(None, reason)
        else:
            messages.success(request, f"C’est fait : la fiche {sheet.key} est « {sheet.get_status_display()} ».")
            return redirect(sheet)
    return render(request, "projects/step.html", _context(sheet, chosen, form), status=422 if form.errors else 200)


def _nothing_to_do(request, sheet):
    """A second press of the button, or somebody else's: said, and without effect."""
    messages.info(request, f"La fiche est déjà « {sheet.get_status_display()} ». Rien n’a changé.")
    return redirect(sheet)


def _form(request, sheet, chosen):
    asked = sheet.open_request if chosen.name == "resubmit" else None
    known = {} if asked is None else {
        "asked": [sections.BY_CODE[code] for code in asked.sections],
        "changed": guards.changed_sections(sheet, asked.from_revision),
    }  # fmt: skip
    return StepForm(request.POST if request.method == "POST" else None, step=chosen, **known)


def _context(sheet, chosen, form):
    missing = completeness.missing(content.state(sheet), completeness.Step.SUBMIT) if chosen.freezes else []
    request = sheet.open_request if chosen.name == "resubmit" else None
    return {
        "sheet": sheet,
        "step": chosen,
        "form": form,
        "missing": missing,
        "change_request": request,
        "asked": form.asked,
        "consequence": CONSEQUENCES[chosen.name],
        "is_danger": chosen.name == "withdraw",
        # What was typed stays on the page even when an answer went missing meanwhile.
        "shows_form": form.is_bound or not missing,
    }
