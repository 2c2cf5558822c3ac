"""What each status means, in one sentence for people."""

from .models import ProjectSheet

S = ProjectSheet.Status

MEANINGS = {
    S.DRAFT: "Les auteurs l’écrivent. Personne d’autre ne la lit, sauf les agents du Département.",
    S.SUBMITTED: "Les auteurs l’ont envoyée. Personne ne l’examine encore.",
    S.IN_REVIEW: "Un agent du Département l’examine.",
    S.CHANGES_REQUESTED: "Il manque des éléments : les auteurs la complètent avant une date.",
    S.EXAMINED: "L’examen est fini. La fiche peut entrer dans un scénario soumis au vote.",
    S.SELECTED: "Les élus ont choisi le projet.",
    S.DEFERRED: "Les élus n’ont pas encore tranché : le projet pourra revenir.",
    S.NOT_SELECTED: "Les élus n’ont pas choisi le projet, et disent pourquoi.",
    S.IN_DELIVERY: "Le projet se réalise.",
    S.COMPLETED: "Le projet est réalisé.",
    S.ABANDONED: "Le projet s’est arrêté en route.",
    S.WITHDRAWN: "Les auteurs ont retiré la fiche.",
    S.MERGED: "La fiche a rejoint une autre fiche.",
}


def explained():
    """Return every status, in the order of a sheet's life: its code, its label and what it means."""
    return [{"code": status.value, "label": status.label, "meaning": MEANINGS[status]} for status in S]
