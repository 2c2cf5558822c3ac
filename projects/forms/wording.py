"""What the editor says beside each field, and how it shows some of them. Labels come from the models."""

# One short sentence, only where it helps.
HELP = {
    "title": "Un nom court, que chacun comprend. Par exemple : « Prêter des malles numériques aux écoles ».",
    "pitch": "Ce qu’un élu doit retenir, en une seule phrase : quoi, pour qui, où.",
    "thematic": "La thématique principale. Une fiche en a une seule.",
    "secondary_thematics": "Si le projet touche aussi d’autres sujets.",
    "need": "Ce qui ne va pas aujourd’hui, ou ce qui manque. Des faits et des chiffres, si vous en avez.",
    "objectives": "De un à cinq objectifs, un par ligne.",
    "beneficiaries": "Le nombre de personnes que le projet aidera chaque année.",
    "expected_results": "Ce qui aura changé à la fin du projet.",
    "project_owner": "L’organisme qui répond du projet. S’il n’est pas dans la liste, écrivez son nom plus bas.",
    "project_owner_name": "Seulement si l’organisme n’est pas dans la liste.",
    "owner_commitment": "Où en est l’accord de ce maître d’ouvrage.",
    "owner_rationale": "Et les autres organismes auxquels vous avez pensé.",
    "technical_referent": "Nom et fonction de la personne qui suit le projet.",
    "elected_referent": "Nom et fonction de l’élu qui porte le projet.",
    "epcis": "À cocher quand le projet ne couvre pas tout le département.",
    "communes": "Écrivez un nom de commune et choisissez-le dans la liste. Plusieurs noms se séparent par des virgules.",
    "technical_description": "Ce qui sera installé, développé ou acheté, et comment cela fonctionne.",
    "prerequisites": "Ce qui doit déjà exister sur place.",
    "personal_data": "Quelles données sur les personnes sont utilisées, et comment elles sont protégées.",
    "hosting": "Où les données et le service sont hébergés.",
    "interoperability": "Les logiciels avec lesquels le projet échange des informations.",
    "accessibility": "Ce qui est prévu pour les personnes en situation de handicap.",
    "sobriety": "Matériel réemployé, durée de vie, consommation…",
    "budget_magnitude": "Une idée suffit pour déposer la fiche.",
    "amounts_include_tax": "À cocher si vos montants sont toutes taxes comprises. Sinon, ils sont lus hors taxes.",
    "plan_gap_reason": "Si les recettes n’égalent pas les dépenses : d’où viendra le reste, ou à quoi servira l’excédent.",
    "organisation_description": "Qui décide, qui fait, avec quels moyens.",
    "communication": "Comment les habitants et les partenaires seront informés.",
    "starts_on": "Le mois suffit. Par exemple : 03/2027 ou mars 2027.",
    "ends_on": "Le mois suffit.",
}
ROW_HELP = {
    "inspirations": "Un projet mené ailleurs, ce qui vaut pour vous, et comment l’adapter ici.",
    "links": "Écrivez quelques lettres du titre ou la référence, puis choisissez dans la liste.",
    "partners": "Choisissez un organisme dans la liste, ou écrivez son nom.",
    "costs": "Une ligne par dépense et par année, en euros.",
    "funding": "Une ligne par financeur et par année, en euros. Une recette refusée n’est pas comptée.",
    "staffing": "En équivalents temps plein : 0,5 pour un mi-temps.",
    "phases": "Les grandes étapes, dans l’ordre. Le mois suffit pour les dates.",
    "indicators": "Un premier indicateur avec un nom suffit pour déposer. L’instruction demande ensuite l’unité, la cible, "
    "sa date et la source d’au moins un indicateur.",
    "obstacles": "Ce qui peut retarder ou arrêter le projet. Un frein annoncé tôt se lève plus facilement.",
}
CELL_LABELS = {
    ("inspirations", "adaptation"): "Comment l’adapter ici",
    ("costs", "amount"): "Montant, en €",
    ("funding", "amount"): "Montant, en €",
    ("staffing", "full_time_equivalent"): "Temps plein",
}
# Short lists shown whole, as radio buttons, because people compare the choices before choosing.
RADIOS = {"thematic", "maturity", "participation", "ownership_mode", "scale", "budget_magnitude", "duration"}
NOT_YET = "Pas encore choisi"
# Texts that deserve several lines although the database keeps them on one.
LINES = {"pitch", "deliverable", "contribution"}
# These come after the tables of their section.
AFTER_ROWS = {"budget_notes", "plan_gap_reason"}
# Tables with too much in a row to stand on one line.
CARDS = {"inspirations", "partners", "indicators", "obstacles"}
# What takes the whole width of a card, and what takes a double one in a line.
FULL = {"adaptation", "description", "answer", "contribution", "use_case"}
WIDE = {"label", "target"}
