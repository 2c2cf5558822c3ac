"""Forms of accounts, invitations and organisations."""

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.contrib.auth import password_validation

from .models import Invitation, Membership, User

PASSWORD_HELP = "Douze caractères au moins. Une phrase de quatre ou cinq mots convient très bien."


class PlainForm:
    """A form written in French: our labels, and no placeholder (it would vanish while typing)."""

    labels = {}
    help_texts = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, field.help_text)


class LoginForm(PlainForm, account_forms.LoginForm):
    labels = {"login": "Adresse électronique", "password": "Mot de passe"}
    help_texts = {"password": ""}


class RequestLoginCodeForm(PlainForm, account_forms.RequestLoginCodeForm):
    labels = {"email": "Adresse électronique"}


class ConfirmLoginCodeForm(PlainForm, account_forms.ConfirmLoginCodeForm):
    labels = {"code": "Code reçu par courriel"}


class ResetPasswordForm(PlainForm, account_forms.ResetPasswordForm):
    labels = {"email": "Adresse électronique"}


class ResetPasswordKeyForm(PlainForm, account_forms.ResetPasswordKeyForm):
    labels = {"password1": "Nouveau mot de passe", "password2": "Nouveau mot de passe, une seconde fois"}
    help_texts = {"password1": PASSWORD_HELP}


class ChangePasswordForm(PlainForm, account_forms.ChangePasswordForm):
    labels = {"oldpassword": "Mot de passe actuel", **ResetPasswordKeyForm.labels}
    help_texts = {"password1": PASSWORD_HELP}


class SetPasswordForm(PlainForm, account_forms.SetPasswordForm):
    labels = ResetPasswordKeyForm.labels
    help_texts = {"password1": PASSWORD_HELP}


class ReauthenticateForm(PlainForm, account_forms.ReauthenticateForm):
    labels = {"password": "Mot de passe"}


class AuthenticateForm(PlainForm, mfa_forms.AuthenticateForm):
    labels = {"code": "Code de l'application, ou code de secours"}


class SecondReauthenticateForm(PlainForm, mfa_forms.ReauthenticateForm):
    labels = {"code": "Code de l'application, ou code de secours"}


class ActivateTOTPForm(PlainForm, totp_forms.ActivateTOTPForm):
    labels = {"code": "Code à six chiffres donné par l'application"}


class ProfileForm(PlainForm, forms.ModelForm):
    """What people change about themselves; the address is changed by staff."""

    class Meta:
        model = User
        fields = ["full_name", "job_title"]
        widgets = {
            "full_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "job_title": forms.TextInput(attrs={"autocomplete": "organization-title"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True


class AcceptInvitationForm(ProfileForm):
    """Opens the account of an invited person."""

    password = forms.CharField(
        label="Mot de passe",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=f"Facultatif : sans mot de passe, un code vous est envoyé à chaque connexion. {PASSWORD_HELP}",
    )

    def clean(self):
        data = super().clean()
        password = data.get("password")
        if password:
            try:
                password_validation.validate_password(password, self.instance)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class InvitePersonForm(PlainForm, forms.ModelForm):
    """Invites a person into an organisation."""

    class Meta:
        model = Invitation
        fields = ["email", "full_name", "role"]
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "full_name": forms.TextInput(attrs={"autocomplete": "off"}),
        }
        help_texts = {"role": "Un responsable invite et retire les personnes de l'organisme."}


class RoleForm(PlainForm, forms.ModelForm):
    class Meta:
        model = Membership
        fields = ["role"]
