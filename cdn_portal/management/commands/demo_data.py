"""Fill the demonstration: fictitious people, example sheets in every state, and what was said about them."""

import json
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from governance.models import Membership, Organisation, User
from projects import handling, inspiration, interchange, permissions, remarks, workflow
from projects.models import ProjectSheet, SheetInvitee

PASSWORD = "cdn-demo-2026"
REVIEWED = ("submit", "start_review")
EXAMINED = (*REVIEWED, "declare_examined")
# The examples of the exchange format come with their status; these local sheets live through the workflow.
STORIES = {
    "demo-01": (*REVIEWED, "ask_opinion"),
    "demo-02": (*REVIEWED, "request_changes"),
    "demo-03": ("submit",),
    "demo-04": EXAMINED,
    "demo-06": (*EXAMINED, "select"),
    "demo-07": (*EXAMINED, "defer"),
    "demo-08": (*EXAMINED, "set_aside"),
    "demo-09": ("submit", "withdraw"),
    "demo-10": (*REVIEWED, "merge"),
}
PUBLISHED = ("fiche-01", "fiche-05", "fiche-06", "fiche-07", "fiche-09", "demo-04", "demo-06")
INVITATIONS = {"fiche-04": "invitee"}
# sheet: (section, who, what), in order
REMARKS = {
    "demo-01": (
        ("budget", "moderation", "Le coût de l'assistance après la première année est-il compris dans l'abonnement ?"),
        ("budget", "partenaire", "Oui, jusqu'à trente mairies. Nous l'ajoutons aux précisions budgétaires."),
        ("technique", "moderation2", "Pensez à l'accessibilité de la page de rendez-vous."),
    ),
    "demo-02": (
        ("indicateurs", "moderation", "Un second indicateur sur les démarches réussies aiderait à convaincre."),
    ),
    "fiche-03": (("organisation", "moderation2", "Qui remplace le coordinateur pendant ses congés ?"),),
    "fiche-10": (("freins", "moderation", "Le tarif réduit mérite un exemple chiffré."),),
}
REASONS = {
    "defer": "Le financement n'est pas encore assez sûr : à revoir à la prochaine vague.",
    "set_aside": "Un outil semblable est déjà en cours d'essai dans plusieurs communes.",
    "withdraw": "Les associations préfèrent d'abord essayer un outil existant.",
}


def read(name):
    """Return the content of a demonstration fixture."""
    path = Path(settings.FIXTURE_DIRS[0]) / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8"))


ACCOUNTS = read("demo_people")


class Command(BaseCommand):
    help = (
        "Charge les données de démonstration : comptes fictifs et fiches d'exemple. Jamais en production. "
        "Peut être relancée : ce qui est déjà là est laissé tel quel."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Ces comptes ont un mot de passe connu de tous : DEMO=1 est exigé.")
        people = {account["email"].split("@")[0]: account_of(account) for account in ACCOUNTS}
        created = []
        for name in ("demo_sheets", "demo_local_sheets"):
            report = interchange.load(read(name), use_cases=inspiration.titles(), additions=additions(), by=None)
            created += report.created
        for sheet in created:
            bring_to_life(sheet, people)
        self.stdout.write(f"{len(people)} comptes, {len(created)} fiches créées.")


def account_of(account):
    """Return the person of an account, created when missing; what somebody changed since is kept."""
    names = ("full_name", "job_title", "is_staff", "is_superuser", "is_elected_official")
    person = User.objects.filter(email=account["email"]).first()
    if person is None:
        person = User.objects.create_user(
            account["email"], PASSWORD, **{name: account[name] for name in names if name in account}
        )
        if account.get("organisation"):
            organisation = Organisation.objects.get(code=account["organisation"])
            Membership.objects.create(user=person, organisation=organisation, role=account["role"])
    return person


def additions():
    """Return {sheet: {field: value}}: what the portal asks and the examples do not say."""
    return read("demo_additions")


def bring_to_life(sheet, people):
    """Play the story of a sheet that was just created, through the doors that people take."""
    for name in STORIES.get(sheet.external_id, ()):
        take_step(sheet, name, people)
    for section, who, body in REMARKS.get(sheet.external_id, ()):
        remarks.add(sheet, body, by=people[who], section=section)
    if invited := INVITATIONS.get(sheet.external_id):
        SheetInvitee.objects.create(sheet=sheet, user=people[invited], invited_by=people["partenaire"])
    if sheet.external_id in PUBLISHED:
        decide(sheet, people, visibility=ProjectSheet.Visibility.PUBLIC)


def take_step(sheet, name, people):
    """Take a step in the name of the person who would."""
    if name == "declare_examined":
        decide(sheet, people, department_pilot_id=people["moderation2"].pk)
    author = next((person for person in people.values() if permissions.is_author(person, sheet)), None)
    workflow.perform(
        sheet,
        name,
        by=author if name in ("submit", "withdraw") else people["moderation"],
        comment=REASONS.get(name, ""),
        adoption=name in workflow.ADOPTION or None,
        **(DATA[name](people) if name in DATA else {}),
    )
    sheet.refresh_from_db()


def decide(sheet, people, **values):
    """Store what staff decide around a sheet."""
    handling.update(sheet, values, by=people["moderation"], base=handling.values(sheet))


def _request(people):
    return {
        "request": {
            "sections": ["budget", "indicateurs"],
            "reason": "incomplete",
            "message": "Précisez le coût d'une séance, et la valeur de départ de l'indicateur : combien d'habitants "
            "suivent un atelier aujourd'hui ?",
        }
    }


def _opinion(people):
    question = "L'outil choisi peut-il se relier aux agendas que les communes utilisent déjà ?"
    return {"opinion": {"expert": people["moderation2"], "question": question, "due_on": in_days(10)}}


def in_days(count):
    return timezone.localdate() + timedelta(days=count)


# What each step needs besides its author.
DATA = {
    "start_review": lambda people: {"handler": people["moderation"]},
    "request_changes": _request,
    "ask_opinion": _opinion,
    "merge": lambda people: {"into": ProjectSheet.objects.get(external_id="fiche-01")},
}
