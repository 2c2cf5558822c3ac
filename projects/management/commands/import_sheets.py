"""Import the sheets of a file of the exchange format (docs/import.md)."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from governance.models import Organisation
from projects import inspiration, interchange


class Command(BaseCommand):
    help = (
        "Importe les fiches action d'un fichier JSON (format : docs/import.md). Tout est enregistré, ou rien. "
        "Une fiche déjà importée est laissée telle quelle : la commande peut être relancée."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FICHIER.json", type=Path)
        parser.add_argument(
            "--organisation",
            default="",
            metavar="CODE",
            help="Organisme qui rédige les fiches dont la maîtrise d'ouvrage n'est pas un organisme du portail.",
        )

    def handle(self, *args, file, organisation, **options):
        if organisation and not Organisation.objects.filter(code=organisation).exists():
            raise CommandError(f"Aucun organisme ne porte le code « {organisation} ».")
        try:
            report = interchange.load(read(file), writer=organisation, use_cases=inspiration.titles())
        except interchange.ImportRefused as refused:
            self.tell_faults(refused.faults)
            raise CommandError("Rien n'a été enregistré.") from refused
        self.tell(report)

    def tell_faults(self, faults):
        for fault in faults:
            self.stderr.write(str(fault))
        count = f"{len(faults)} erreur{'s' if len(faults) > 1 else ''}"
        self.stderr.write(f"{count}. Dans une liste, les éléments sont comptés à partir de 1.")

    def tell(self, report):
        for remark in report.remarks:
            self.stdout.write(f"Remarque – {remark}")
        for external_id in report.left:
            self.stdout.write(f"Déjà là, laissée telle quelle : {external_id}")
        for sheet in report.created:
            self.stdout.write(f"Créée : {sheet.external_id} → {sheet.key} ({sheet.get_status_display()}) {sheet.title}")
        created, left = len(report.created), len(report.left)
        words = "fiches créées" if created > 1 else "fiche créée"
        self.stdout.write(self.style.SUCCESS(f"{created} {words}, {left} déjà là."))


def read(path):
    """Return the document of a file, or say why it cannot be read."""
    try:
        return interchange.parse(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CommandError(f"Le fichier {path} ne se lit pas : {error.strerror}.") from error
    except ValueError as error:
        sentence = "Ce fichier n'est pas en UTF-8." if isinstance(error, UnicodeDecodeError) else str(error)
        raise CommandError(f"{path} : {sentence}") from error
