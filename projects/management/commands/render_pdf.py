"""Write a PDF document to a file."""

import errno
import os
import sys
import tempfile
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from cdn_portal.lib.pdf import PdfError
from projects import documents
from projects.models import ProjectSheet


class Command(BaseCommand):
    help = "Écrit un document PDF dans un fichier : fiche action (sheet) ou note aux élus (brief)."

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=documents.KINDS, help="le document : sheet ou brief")
        parser.add_argument("reference", help="la référence de la fiche, par exemple CDN-2026-SANTE-07")
        parser.add_argument("-o", "--output", required=True, help="le fichier à écrire, ou - pour la sortie standard")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--version-number", type=int, metavar="N", help="la version figée N, la dernière par défaut")
        which.add_argument("--preview", action="store_true", help="l'aperçu de ce qui est en cours d'écriture")

    def handle(self, *, kind, reference, output, version_number, preview, **options):
        sheet = self._sheet(reference)
        version = None if preview else self._version(sheet, version_number)
        try:
            content = documents.document(kind, sheet, version).read()
        except PdfError as error:
            raise CommandError(f"Le document n'a pas pu être fait : {error}", returncode=3) from error
        self._write(output, content)

    def _sheet(self, reference):
        found = ProjectSheet.objects.kept().filter(Q(reference=reference) | Q(draft_key=reference)).first()
        if found is None:
            raise CommandError(f"Aucune fiche ne porte la référence « {reference} ».", returncode=2)
        return found

    def _version(self, sheet, number):
        """Return the version asked for; without a number the last one, or None for a sheet never submitted."""
        if number is None:
            return sheet.latest_version
        found = sheet.versions.filter(number=number).first()
        if found is None:
            raise CommandError(f"La fiche {sheet.key} n'a pas de version {number}.", returncode=2)
        return found

    def _write(self, output, content):
        if output == "-":
            sys.stdout.buffer.write(content)
            return
        try:
            write_whole(Path(output), content)
        except OSError as error:
            raise CommandError(f"Impossible d'écrire « {output} » : {_why(error)}.", returncode=4) from error
        self.stdout.write(f"{output} : {len(content)} octets")


def _why(error):
    """Return in French why a file could not be written."""
    known = {
        FileNotFoundError: "ce dossier n'existe pas",
        IsADirectoryError: "c'est un dossier",
        PermissionError: "accès refusé",
    }
    return known.get(type(error), error.strerror)


def write_whole(path, content):
    """Write a file whole or not at all; what was there is replaced."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, str(path))
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
