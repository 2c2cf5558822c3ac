"""Beginning a sheet: who writes it, its name and its thematic are enough."""

import difflib

from django import forms

from cdn_portal.lib.search import stems
from governance.models import Organisation, Thematic
from projects.models import ProjectSheet
from projects.models.sheet import new_draft_key

from .fields import TextField
from .wording import HELP

ALIKE = 0.75


class NewSheetForm(forms.Form):
    """`draft_key` is drawn when the page opens: pressing the button twice begins one sheet."""

    use_required_attribute = False

    draft_key = forms.RegexField(r"\Abrouillon-[2-9a-z]{10}\Z", widget=forms.HiddenInput, required=False)
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="Organisme qui écrit la fiche",
        empty_label="Choisir",
        help_text="Ses membres pourront tous la modifier.",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    title = TextField(max_length=300, label="Intitulé du projet", help_text=HELP["title"])
    thematic = forms.ModelChoiceField(
        Thematic.objects.order_by("position"),
        label="Thématique",
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=HELP["thematic"],
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["draft_key"].initial = new_draft_key
        found = Organisation.objects.of(user).order_by("name")
        self.fields["organisation"].queryset = found
        if len(found) == 1:
            # Nothing to choose: the page says the name, the form keeps it.
            self.only_organisation = found[0]
            del self.fields["organisation"]

    only_organisation = None

    @property
    def writer(self):
        """The organisation that writes the sheet."""
        return self.only_organisation or self.cleaned_data["organisation"]

    def similar(self):
        """Return the drafts of the organisation whose title says nearly the same."""
        wanted = " ".join(stems(self.cleaned_data["title"]))
        drafts = ProjectSheet.objects.written_by(self.user).filter(status=ProjectSheet.Status.DRAFT)
        return [sheet for sheet in drafts.for_list()[:200] if _are_alike(wanted, " ".join(stems(sheet.title)))]

    def begin(self):
        """Begin the sheet and return it; return the one that the same page already began."""
        key = self.cleaned_data["draft_key"] or new_draft_key()
        if ProjectSheet.objects.filter(draft_key=key).exclude(created_by=self.user, discarded_at=None).exists():
            # Somebody else's, or thrown away since: this is another sheet.
            key = new_draft_key()
        return ProjectSheet.objects.begin(
            organisation=self.writer,
            title=self.cleaned_data["title"],
            thematic=self.cleaned_data["thematic"],
            draft_key=key,
            by=self.user,
        )


def _are_alike(one, other):
    return one == other or difflib.SequenceMatcher(None, one, other).ratio() >= ALIKE
