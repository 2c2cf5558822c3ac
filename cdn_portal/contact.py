"""The contact form: a message of anyone to the agents who keep the portal, through the outbox."""

from allauth.core import ratelimit
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from governance import messages
from governance.models import User

LONGEST = 5000
SUBJECTS = {
    "account": "Obtenir un compte",
    "help": "Demander de l’aide",
    "error": "Signaler une erreur",
    "accessibility": "Signaler un défaut d’accessibilité",
    "report": "Signaler un contenu illicite",
    "other": "Autre sujet",
}


class ContactForm(forms.Form):
    """Who writes, about what. `website` is a trap: people do not see it, robots fill it."""

    use_required_attribute = False

    subject = forms.ChoiceField(label="Sujet", choices=[("", "Choisir"), *SUBJECTS.items()])
    name = forms.CharField(
        label="Prénom et nom", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Adresse électronique",
        help_text="Par exemple : prenom.nom@commune.fr. Nous y répondrons.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = forms.CharField(label="Message", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 8}))
    website = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self):
        if self.cleaned_data.get("website"):
            raise forms.ValidationError("Laissez vide le champ caché, puis envoyez de nouveau.")
        return self.cleaned_data

    def context(self):
        """Return what the agents read."""
        asked = self.cleaned_data
        return {
            "subject": f"{SUBJECTS[asked['subject']]} : message de {asked['name']}",
            "paragraphs": [f"{asked['name']} ({asked['email']}) écrit :", *asked["message"].splitlines()],
        }


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def contact_form(request):
    """Write to the agents who keep the portal."""
    form = ContactForm(request.POST or None, initial=_known(request))
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="contact"):
            return ratelimit.respond_429(request)
        messages.tell(User.objects.moderators(), "notice", context=form.context())
        return redirect("contact_sent")
    return render(request, "cdn_portal/contact_form.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@login_not_required
def contact_sent(request):
    """Acknowledge the message."""
    return render(request, "cdn_portal/contact_sent.html")


def _known(request):
    """Return what the form already knows: the subject that the address names, and who is logged in."""
    known = {"subject": request.GET.get("sujet", "")}
    if request.user.is_authenticated:
        known |= {"name": request.user.full_name, "email": request.user.email}
    return known
