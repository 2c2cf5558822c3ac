"""The documents sent with a sheet."""

from django import forms

from cdn_portal.lib import uploads


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; their content is checked when they are attached."""

    def __init__(self, **kwargs):
        widget = FilesInput(attrs={"accept": uploads.ACCEPT, "class": "form-control"})
        messages = {"required": "Choisissez un document.", "empty": "Ce document est vide."}
        super().__init__(widget=widget, error_messages=messages, **kwargs)

    def clean(self, data, initial=None):
        files = [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
        return files or super().clean(None, initial)

    def validate(self, value):
        if not value:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class DocumentsForm(forms.Form):
    use_required_attribute = False

    files = FilesField(
        label="Ajouter des documents",
        help_text=f"PDF, ODT, DOCX, ODS, XLSX, PNG ou JPG, {uploads.MAX_BYTES // uploads.MEGABYTE} Mo au plus chacun.",
    )
    is_public = forms.BooleanField(
        label="Publier ces documents avec la fiche",
        help_text="Sinon, seuls les auteurs et les agents du Département les lisent.",
        required=False,
    )
