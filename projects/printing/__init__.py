"""What the documents of a sheet say on paper: plain values for templates/pdf/.

Everything comes from the facts of a document (see `projects.documents.facts`), nothing from the database: the same facts
give the same page. What nobody answered is left out, its heading too.
"""

from .brief import FITS, brief_page
from .sheet import sheet_page

__all__ = ["FITS", "brief_page", "sheet_page"]
