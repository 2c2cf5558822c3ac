"""The closed lists that partners choose from (PRODUCT.md, section 1)."""

from django.db.models import IntegerChoices, TextChoices


class Origin(TextChoices):
    WORKSHOP = "workshop", "Atelier"
    OUTSIDE = "outside", "Hors atelier"
    SDUSN = "sdusn", "Suite de la SDUSN 2018"
    CALL = "call", "Appel à projets"


class Maturity(TextChoices):
    IDEA = "idea", "Idée"
    STUDY = "study", "À l'étude"
    READY = "ready", "Prêt à démarrer"
    UNDER_WAY = "under_way", "Déjà commencé"
    SPREAD = "spread", "À généraliser"


class Participation(TextChoices):
    NONE = "none", "Pas de participation prévue"
    INFORMATION = "information", "Information"
    CONSULTATION = "consultation", "Consultation"
    DIALOGUE = "dialogue", "Concertation"
    CO_CONSTRUCTION = "co_construction", "Co-construction"


class TargetPublic(TextChoices):
    EVERYONE = "everyone", "Tous les habitants"
    PUPILS = "pupils", "Élèves"
    TEACHERS = "teachers", "Enseignants et équipes éducatives"
    FAMILIES = "families", "Familles"
    YOUNG = "young", "Jeunes"
    STUDENTS = "students", "Étudiants et apprentis"
    SENIORS = "seniors", "Personnes âgées"
    CARERS = "carers", "Proches aidants"
    DISABLED = "disabled", "Personnes en situation de handicap"
    PATIENTS = "patients", "Patients"
    HEALTH_STAFF = "health_staff", "Professionnels de santé"
    JOB_SEEKERS = "job_seekers", "Demandeurs d'emploi"
    EXCLUDED = "excluded", "Personnes éloignées du numérique"
    ASSOCIATIONS = "associations", "Associations"
    BUSINESSES = "businesses", "Entreprises et commerçants"
    MUNICIPALITIES = "municipalities", "Communes et intercommunalités"
    AGENTS = "agents", "Agents publics et élus"
    OTHER = "other", "Autre public"


class OwnershipMode(TextChoices):
    SINGLE = "single", "Un seul maître d'ouvrage"
    CO_OWNED = "co_owned", "Co-maîtrise d'ouvrage"
    GROUPING = "grouping", "Groupement"
    DELEGATED = "delegated", "Maîtrise d'ouvrage déléguée"


class Commitment(TextChoices):
    CONSIDERED = "considered", "Envisagé"
    ASKED = "asked", "Demandé"
    CONFIRMED = "confirmed", "Confirmé"
    DECLINED = "declined", "Décliné"


class PartnerRole(TextChoices):
    FUNDER = "funder", "Cofinanceur"
    OPERATOR = "operator", "Opérateur"
    EXPERT = "expert", "Expert"
    RELAY = "relay", "Relais"
    USER = "user", "Utilisateur"
    SUPPLIER = "supplier", "Fournisseur"


class Scale(TextChoices):
    DEPARTMENT = "department", "Tout le département"
    EPCI = "epci", "Une ou plusieurs intercommunalités"
    MUNICIPALITIES = "municipalities", "Des communes"
    SITE = "site", "Un lieu précis"


class Prerequisite(TextChoices):
    FIBRE = "fibre", "Fibre (FttH)"
    MOBILE = "mobile", "Réseau mobile"
    WIFI = "wifi", "Wifi"
    EQUIPMENT = "equipment", "Équipements"
    INFORMATION_SYSTEM = "information_system", "Système d'information"
    DATA = "data", "Données"


class Magnitude(TextChoices):
    UNDER_10K = "under_10k", "Moins de 10 000 €"
    UNDER_50K = "under_50k", "De 10 000 à 50 000 €"
    UNDER_200K = "under_200k", "De 50 000 à 200 000 €"
    UNDER_1M = "under_1m", "De 200 000 € à 1 million d'euros"
    OVER_1M = "over_1m", "Plus de 1 million d'euros"
    UNKNOWN = "unknown", "Pas encore estimé"


class Nature(TextChoices):
    INVESTMENT = "investment", "Investissement"
    OPERATING = "operating", "Fonctionnement"


class FundingKind(TextChoices):
    GRANT = "grant", "Subvention"
    OWN = "own", "Fonds propres"
    LOAN = "loan", "Prêt"
    SPONSORSHIP = "sponsorship", "Mécénat"
    REVENUE = "revenue", "Recettes"


class FundingStatus(TextChoices):
    CONSIDERED = "considered", "À solliciter"
    EXPECTED = "expected", "Prévisionnel"
    REQUESTED = "requested", "Sollicité"
    GRANTED = "granted", "Acquis"
    REFUSED = "refused", "Refusé"


class Procedure(TextChoices):
    PUBLIC_CONTRACT = "public_contract", "Marché public"
    AGREEMENT = "agreement", "Convention"
    GROUP_PURCHASE = "group_purchase", "Groupement de commandes"
    XDEMAT = "xdemat", "Adhésion à la SPL-Xdemat"
    DELIBERATION = "deliberation", "Délibération"
    DPIA = "dpia", "Analyse d'impact sur les données personnelles"


class Duration(TextChoices):
    UNDER_YEAR = "under_year", "Moins d'un an"
    ONE_TO_TWO = "one_to_two", "De 1 à 2 ans"
    OVER_TWO = "over_two", "Plus de 2 ans"
    UNKNOWN = "unknown", "Pas encore estimée"


class IndicatorFamily(TextChoices):
    PROGRESS = "progress", "Avancement"
    USE = "use", "Usage"
    IMPACT = "impact", "Impact"
    SATISFACTION = "satisfaction", "Satisfaction"
    MATURITY = "maturity", "Maturité"


class IndicatorKind(TextChoices):
    QUANTITY = "quantity", "Quantité"
    DELIVERABLE = "deliverable", "Livrable"


class Direction(TextChoices):
    UP = "up", "À la hausse"
    DOWN = "down", "À la baisse"


class Frequency(TextChoices):
    MONTHLY = "monthly", "Chaque mois"
    QUARTERLY = "quarterly", "Chaque trimestre"
    HALF_YEARLY = "half_yearly", "Chaque semestre"
    YEARLY = "yearly", "Chaque année"
    ONCE = "once", "Une seule fois"


class ObstacleCategory(TextChoices):
    TECHNICAL = "technical", "Technique"
    BUDGETARY = "budgetary", "Budgétaire"
    ORGANISATIONAL = "organisational", "Organisationnel"
    LEGAL = "legal", "Juridique"
    SKILLS = "skills", "Compétences"
    ACCEPTANCE = "acceptance", "Acceptation"
    TERRITORIAL = "territorial", "Territorial"


class Severity(IntegerChoices):
    LOW = 1, "1 – Faible"
    MEDIUM = 2, "2 – Moyenne"
    HIGH = 3, "3 – Forte"
    VERY_HIGH = 4, "4 – Très forte"


class ObstacleState(TextChoices):
    OPEN = "open", "Ouvert"
    MASTERED = "mastered", "Maîtrisé"
    OCCURRED = "occurred", "Survenu"
    LIFTED = "lifted", "Levé"


class LinkKind(TextChoices):
    DEPENDS_ON = "depends_on", "Dépend de"
    INCOMPATIBLE = "incompatible", "Incompatible avec"
    COMPLEMENTS = "complements", "Complète"
    DUPLICATES = "duplicates", "Fait double emploi avec"
    REPLACES = "replaces", "Remplace"


class Relevance(TextChoices):
    YES = "yes", "Oui"
    PARTLY = "partly", "En partie"
    NO = "no", "Non"
