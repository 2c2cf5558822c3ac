"""How the words of the exchange format and the codes of the portal correspond."""

import re

from cdn_portal.lib.search import fold
from projects.models import ProjectSheet, choices

S, D = ProjectSheet.Status, ProjectSheet.DeliveryStatus

# word of the format: (status, delivery status)
STATUSES = {
    "brouillon": (S.DRAFT, ""),
    "soumise": (S.SUBMITTED, ""),
    "a_completer": (S.CHANGES_REQUESTED, ""),
    "validee": (S.EXAMINED, ""),
    "en_cours": (S.IN_DELIVERY, D.UNDER_WAY),
    "suspendue": (S.IN_DELIVERY, D.PAUSED),
    "terminee": (S.COMPLETED, D.DONE),
    "abandonnee": (S.ABANDONED, D.ABANDONED),
}
# The format has fewer statuses than the portal: what each of the others is written as.
NEAREST_STATUS = {
    S.IN_REVIEW: "soumise",
    S.SELECTED: "validee",
    S.DEFERRED: "validee",
    S.NOT_SELECTED: "validee",
    S.WITHDRAWN: "abandonnee",
    S.MERGED: "abandonnee",
}
NATURES = {"investissement": "investment", "fonctionnement": "operating"}
FUNDING_STATUSES = {
    "acquis": "granted",
    "sollicité": "requested",
    "à solliciter": "considered",
    "prévisionnel": "expected",
    "refusé": "refused",
}
FREQUENCIES = {
    "mensuelle": "monthly",
    "trimestrielle": "quarterly",
    "semestrielle": "half_yearly",
    "annuelle": "yearly",
    "unique": "once",
}
DIRECTIONS = {"hausse": "up", "baisse": "down"}
LIKELIHOODS = {"faible": 1, "moyenne": 2, "forte": 3, "très forte": 4}
SEVERITIES = {"faible": 1, "moyen": 2, "fort": 3, "très fort": 4}
SCALES = {
    "EPCI": "epci",
    "plusieurs EPCI": "epci",
    "département": "department",
    "communes": "municipalities",
    "site": "site",
}
TAXES = {"TTC": True, "HT": False}
OWN_FUNDS = "autofinancement"
CO_FUNDER = "cofinanc"

# The portal's public for a label of the format: the first line one of whose words begins a word of the label.
PUBLIC_WORDS = (
    ("excluded", ("sans acces", "eloigne", "fracture", "illectron")),
    ("job_seekers", ("demandeur", "chomeur", "recherche d'emploi")),
    ("agents", ("agent", "elu", "secretaire", "gestionnaires de bat", "forces de l'ordre", "maires")),
    ("municipalities", ("commune", "intercommunal", "syndicat", "epci", "collectivite")),
    ("health_staff", ("soignant", "medecin", "infirmier", "professionnels de sante", "pharmacien")),
    ("carers", ("aidant",)),
    ("seniors", ("senior", "agee", "75 ans", "retraite", "ehpad", "residents")),
    ("disabled", ("handicap",)),
    ("patients", ("patient", "malade")),
    ("teachers", ("enseignant", "professeur", "equipes educatives")),
    ("families", ("famille", "parent")),
    ("students", ("etudiant", "apprenti")),
    ("pupils", ("eleve", "ecole", "ecolier", "collegien", "lyceen")),
    ("young", ("jeune",)),
    ("associations", ("association", "benevole")),
    ("businesses", ("entreprise", "commerc", "artisan", "tpe", "pme")),
    ("everyone", ("habitant", "tous", "public", "usager", "citoyen")),
)
MAGNITUDES = ((10_000, "under_10k"), (50_000, "under_50k"), (200_000, "under_200k"), (1_000_000, "under_1m"))


def reverse(table):
    """Return the word of each code; the first word wins when several mean the same."""
    words = {}
    for word, code in table.items():
        words.setdefault(code, word)
    return words


def publics(labels):
    """Return the codes of the publics that these labels name, in the order of the portal's list."""
    found = {_public(fold(label)) for label in labels}
    return [code for code in choices.TargetPublic.values if code in found]


def _public(folded):
    for code, words in PUBLIC_WORDS:
        if any(re.search(rf"\b{re.escape(word)}", folded) for word in words):
            return code
    return "other"


def magnitude(total):
    """Return the order of magnitude of a budget in euros; "" without one."""
    if not total:
        return ""
    return next((code for limit, code in MAGNITUDES if total < limit), "over_1m")


def status_word(sheet):
    """Return the word of the format for where a sheet stands."""
    if sheet.status == S.IN_DELIVERY:
        return "suspendue" if sheet.delivery_status == D.PAUSED else "en_cours"
    words = reverse({word: status for word, (status, _delivery) in STATUSES.items()})
    return words.get(sheet.status) or NEAREST_STATUS[sheet.status]
