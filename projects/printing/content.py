"""The content of a sheet in the words of a document."""

from cdn_portal.lib import dates
from cdn_portal.lib.signs import sign

from .. import sections
from ..models import ProjectSheet
from ..reading import Reading
from .words import LINE, day, item, label_of, many, paragraphs, sentence, shown

NO_TITLE = "Fiche sans intitulé"
MOST_PLACES = 10  # named one by one
MARK = "Aperçu – brouillon"


class Printed(Reading):
    """The content of a sheet in the words of a document, with what happened to it."""

    def __init__(self, facts):
        super().__init__(facts["frozen"])
        self.facts, self.rows = facts, self.state["rows"]

    @property
    def identity(self):
        """Return what every document of a sheet says of itself, as the context of a template."""
        return {
            "title": self.title,
            "mark": "" if self.facts["version"] else MARK,
            "reference": self.facts["reference"] or "Brouillon",
            "number": self.facts["reference"],
            "version": self.facts["version"],
            "date": day(self.facts["date"]),
            "hash": self.facts["sha256"],
            "thematic": self.thematic,
            "status": self.status,
            "owner": self.owner,
            "notice": shown(self.frozen["notice"]),
        }

    # Who and what

    @property
    def title(self):
        return shown(super().title) or NO_TITLE

    @property
    def owner(self):
        return shown(super().owner)

    @property
    def thematic(self):
        thematic = super().thematic
        return thematic | {"sign": sign(f"thematic-{thematic['code']}", "Signe de la thématique")}

    @property
    def status(self):
        return ProjectSheet.Status(self.facts["status"]).label

    @property
    def delivery(self):
        """Return how the delivery goes, in words, "" before it begins."""
        state = label_of(ProjectSheet.DeliveryStatus.choices, self.facts["delivery_status"])
        weather = label_of(ProjectSheet.Weather.choices, self.facts["weather"])
        said = f"{weather.lower()} ({shown(self.facts['weather_sentence'])})" if weather else ""
        return ", ".join(filter(None, (state, said)))

    def choice(self, name):
        """Return the words of a field chosen in a closed list."""
        return label_of(sections.field(name).choices, self.state[name])

    def listed(self, name):
        """Return the words of a field that holds several values of a closed list."""
        return [label_of(sections.LISTS[name].choices, value) for value in self.state[name]]

    # Items

    def text(self, name, label=""):
        """Return a free text, a paragraph a line."""
        return item(label or sections.label(name), paragraphs(self.state[name]))

    def chosen(self, name, label=""):
        """Return the choice of a closed list."""
        return item(label or sections.label(name), [self.choice(name)])

    def several(self, name, details=""):
        """Return the choices of a list as one sentence, then the details that people added."""
        added = paragraphs(self.state[details]) if details else []
        if sum(map(len, added)) <= LINE:
            added = [" ; ".join(added)]
        only_other = added and self.state[name] == ["other"]
        return item(sections.label(name), [*([] if only_other else [sentence(self.listed(name))]), *added])

    # Places

    @property
    def places(self):
        """Return the names of what the project covers, smallest first."""
        return [place["name"] for kind in ("communes", "epcis") for place in self.names[kind].values()]

    @property
    def is_everywhere(self):
        """True when the places are so many that the whole département says it better."""
        return self.state["scale"] == "department" and len(self.places) > MOST_PLACES

    @property
    def territory(self):
        """Return where the project takes place, in a few words."""
        if self.state["scale"] == "department":
            return "tout le département"
        counts = [
            many(len(self.names["communes"]), "commune", "communes"),
            many(len(self.names["epcis"]), "intercommunalité", "intercommunalités"),
        ]
        return " et ".join(filter(None, counts)) or self.choice("scale").lower()

    # Time

    @property
    def span(self):
        """Return the first and the last partial date of the project, each may be ""."""
        starts = [self.state["starts_on"]] if self.state["starts_on"] else [p["starts_on"] for p in self.rows["phases"]]
        ends = [self.state["ends_on"]] if self.state["ends_on"] else [p["ends_on"] for p in self.rows["phases"]]
        return min(filter(None, starts), default=""), max(filter(None, ends), default="")

    @property
    def period(self):
        """Return from which month to which the project lasts, "" when nobody said."""
        return dates.period(*(value[:7] for value in self.span))

    # Lines

    @property
    def partners(self):
        """Return the names of the partners by the identifier of their row."""
        names = {
            row["uid"]: shown(self.names["partners"].get(row["uid"], row["name"])) for row in self.rows["partners"]
        }
        return {uid: name or "Partenaire à préciser" for uid, name in names.items()}
