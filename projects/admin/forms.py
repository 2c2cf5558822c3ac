"""What moderators type: what a step needs, what they decide around a sheet, scores, remarks."""

import json

from django import forms
from django.conf import settings
from django.utils import timezone

from governance.models import User

from .. import handling, scoring, sections
from ..models import ChangeRequest, ProjectSheet

LONGEST = 5000


def long_text(label, rows=4, **kwargs):
    """Return a field of several lines."""
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


def day(label, **kwargs):
    """Return a date, typed or picked in the browser's own calendar."""
    return forms.DateField(label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)


def future_day(value):
    """Refuse a due date that is already past."""
    if value < timezone.localdate():
        raise forms.ValidationError("Choisissez une date à venir.")


def default_due_date():
    return timezone.localdate() + timezone.timedelta(days=settings.CHANGE_REQUEST_DAYS)


def examiners(sheet):
    """Return the agents who may examine a sheet: those who do not write it."""
    return User.objects.moderators().exclude(pk__in=sheet.writers().values("pk"))


class Proposals(forms.TextInput):
    """A text that the browser completes from a list: searched by keyboard, read by screen readers, without a script."""

    template_name = "admin/projects/proposals.html"
    choices = ()

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["list"] = f"{context['widget']['attrs'].get('id', name)}_list"
        context["proposals"] = self.choices
        return context


class NamedField(forms.ModelChoiceField):
    """A record that people name by its `to_field_name`; the first of them, in order, are proposed."""

    MOST_PROPOSED = 500

    def __init__(self, queryset, *, words, **kwargs):
        super().__init__(queryset, widget=Proposals, **kwargs)
        self.widget.choices = [(getattr(r, self.to_field_name), words(r)) for r in queryset[: self.MOST_PROPOSED]]

    def to_python(self, value):
        # Addresses and references have one case only.
        found = (
            [key for key in (value.strip().lower(), value.strip().upper()) if value] if isinstance(value, str) else []
        )
        for key in found:
            if record := self.queryset.filter(**{self.to_field_name: key}).first():
                return record
        return super().to_python(value)


class StepForm(forms.Form):
    """What one step of the workflow needs, and the last step its reader knew of."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, step, sheet, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.step, self.sheet, self.by = step, sheet, by
        for need in step.needs:
            getattr(self, f"ask_{need}")()
        if step.needs_comment:
            self.fields["comment"] = long_text(
                "Motif", help_text="Joint au courriel et gardé dans le journal de la fiche."
            )
        elif not step.needs:
            self.fields["comment"] = long_text("Message joint au courriel (facultatif)", required=False)

    def ask_handler(self):
        self.fields["handler"] = forms.ModelChoiceField(
            examiners(self.sheet), label="Instructeur", initial=self.by.pk, empty_label=None,
            help_text="Prenez la fiche vous-même, ou confiez-la à un collègue.",
        )  # fmt: skip

    def ask_request(self):
        self.fields["sections"] = forms.MultipleChoiceField(
            label="Rubriques à revoir", choices=[(s.code, str(s)) for s in sections.SECTIONS],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Cochez au moins une rubrique."},
        )  # fmt: skip
        self.fields["reason"] = forms.ChoiceField(
            label="Motif",
            choices=ChangeRequest.Reason,
            widget=forms.RadioSelect,
            initial=ChangeRequest.Reason.INCOMPLETE,
        )
        self.fields["message"] = long_text(
            "Message aux auteurs", rows=6, help_text="Dites ce qui manque, et où le trouver."
        )
        self.fields["due_on"] = day("À rendre avant le", initial=default_due_date, validators=[future_day])

    def ask_opinion(self):
        self.fields["expert"] = NamedField(
            User.objects.active(), to_field_name="email", words=str, label="Expert",
            help_text="L'adresse d'une personne qui a un compte : écrivez son nom, puis choisissez. Elle lira la fiche.",
            error_messages={"invalid_choice": "Personne n'a de compte à cette adresse."},
        )  # fmt: skip
        self.fields["question"] = long_text("Question")
        self.fields["due_on"] = day("Réponse attendue le", initial=default_due_date, validators=[future_day])

    def ask_into(self):
        followed = ProjectSheet.objects.kept().exclude(status__in=ProjectSheet.PRIVATE).exclude(pk=self.sheet.pk)
        self.fields["into"] = NamedField(
            followed.order_by("-updated_at"), to_field_name="reference", words=lambda sheet: sheet.title,
            label="Référence de la fiche qui absorbe celle-ci",
            help_text="Écrivez un mot de son titre, puis choisissez. Les auteurs des deux fiches écriront ensuite ensemble.",
            error_messages={"invalid_choice": "Aucune fiche déposée ne porte cette référence."},
        )  # fmt: skip

    def data_for_step(self):
        """Return what `workflow.perform` needs."""
        data = {name: value for name, value in self.cleaned_data.items() if name in ("handler", "into", "comment")}
        if "request" in self.step.needs:
            data["request"] = {name: self.cleaned_data[name] for name in ("sections", "reason", "message", "due_on")}
        if "opinion" in self.step.needs:
            data["opinion"] = {name: self.cleaned_data[name] for name in ("expert", "question", "due_on")}
        return data


class HandlingForm(forms.Form):
    """What staff decide around a sheet; `base` holds the values it started from, for `handling.update`."""

    handler = forms.ModelChoiceField(
        User.objects.none(), label="Instructeur", required=False, empty_label="Personne encore"
    )
    priority = forms.TypedChoiceField(
        label="Priorité", coerce=int, choices=ProjectSheet._meta.get_field("priority").choices
    )
    review_due_on = day("À instruire avant le", required=False)
    department_pilot = forms.ModelChoiceField(
        User.objects.moderators(), label="Pilote au Département", required=False, empty_label="À nommer"
    )
    visibility = forms.ChoiceField(
        label="Visibilité", choices=ProjectSheet.Visibility,
        help_text="Personne d'autre que les auteurs ne lit une fiche avant qu'elle soit instruite.",
    )  # fmt: skip
    conflict_of_interest = long_text(
        "Conflit d'intérêts", rows=2, required=False, help_text="Qui se tient à l'écart, et pourquoi."
    )
    internal_note = long_text("Note interne", required=False, help_text="Lue par les agents seulement.")
    base = forms.JSONField(widget=forms.HiddenInput)

    def __init__(self, *args, sheet, **kwargs):
        base = handling.values(sheet)
        super().__init__(*args, initial=self.shown(base) | {"base": base}, **kwargs)
        self.sheet = sheet
        if sheet.status == ProjectSheet.Status.SUBMITTED and not sheet.handler_id:
            # The first agent comes with the step « Commencer l'instruction », which tells the authors.
            del self.fields["handler"]
        else:
            self.fields["handler"].queryset = examiners(sheet)

    @staticmethod
    def shown(values):
        """Return the values of `handling` under the names of the fields."""
        return {name.removesuffix("_id"): value for name, value in values.items()}

    def clean_base(self):
        base = self.cleaned_data["base"]
        if not isinstance(base, dict) or set(base) != set(handling.FIELDS):
            raise forms.ValidationError("La page est incomplète : rechargez-la.")
        return base

    def wanted(self):
        """Return what was typed as the plain values of `handling`."""
        plain = {}
        for name in handling.FIELDS:
            field = name.removesuffix("_id")
            if field in self.fields:
                value = self.cleaned_data[field]
                plain[name] = (
                    value.pk if isinstance(value, User) else value.isoformat() if hasattr(value, "isoformat") else value
                )
        return plain

    def refuse(self, conflicts):
        """Say what others changed meanwhile; what was typed stays, and saving again keeps it."""
        for conflict in conflicts:
            name = conflict.path.removesuffix("_id")
            theirs = self.words(name, conflict.theirs)
            self.add_error(
                name,
                f"Un collègue vient d'écrire « {theirs} ». Corrigez, ou enregistrez de nouveau pour garder votre réponse.",
            )
        self.data = self.data.copy()
        self.data["base"] = json.dumps(handling.values(ProjectSheet.objects.get(pk=self.sheet.pk)))

    def words(self, name, value):
        """Return a plain value as people read it."""
        if value in (None, ""):
            return "rien"
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            return str(User.objects.filter(pk=value).first() or "rien")
        return str(dict(getattr(field, "choices", ())).get(value, value))


class ScoreForm(forms.Form):
    """One score by criterion, each optional."""

    def __init__(self, *args, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.criteria = {f"criterion_{line.criterion.pk}": line.criterion for line in lines}
        choices = [("", "Pas de note"), *scoring.LABELS.items()]
        for line in lines:
            self.fields[f"criterion_{line.criterion.pk}"] = forms.TypedChoiceField(
                label=line.criterion.label,
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=line.mine,
            )

    def values(self):
        """Return {criterion: score or None}."""
        return {criterion: self.cleaned_data[name] for name, criterion in self.criteria.items()}


class RemarkForm(forms.Form):
    section = forms.ChoiceField(
        label="Rubrique",
        required=False,
        choices=[("", "Toute la fiche"), *((s.code, str(s)) for s in sections.SECTIONS)],
    )
    body = long_text("Remarque", rows=3, help_text="Lue par les auteurs, dans leur résumé du matin.")
