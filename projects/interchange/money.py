"""Reading of the budget and its funding: lines become rows of one year, sums that the file repeats are checked."""

from decimal import Decimal

from cdn_portal.lib.search import fold

from . import tables, totals

BUDGET = ("devise", "montants_en", "annees", "lignes", "total_par_annee", "total_par_nature", "total")
COST = ("intitule", "nature", "poste", "montants", "total")
FUNDING = ("lignes", "total_par_annee", "total", "equilibre")
RECEIPT = ("financeur", "dispositif", "statut", "montants", "total", "taux_pct")


def read_plan(node, record):
    """Read what the project costs and who pays for it."""
    budget, funding = node.node("budget", BUDGET), node.node("financement", FUNDING)
    costs, receipts = _costs(budget, record), _receipts(funding, record)
    record.put("budget_magnitude", tables.magnitude(totals.of_lines(costs)), "budget.total")
    if funding.has("equilibre") and funding.flag("equilibre") != totals.is_balanced(costs, receipts):
        funding.fault("equilibre", "cette valeur contredit les montants des dépenses et des recettes.")


def _costs(budget, record):
    budget.choice("devise", {"EUR": "EUR"}, empty="EUR")
    record.put("amounts_include_tax", budget.choice("montants_en", tables.TAXES, empty=False), "budget.montants_en")
    lines = []
    for line in budget.nodes("lignes", COST):
        nature = line.choice("nature", tables.NATURES, needed=True)
        read = {
            "intitule": line.text("intitule", needed=True),
            "nature": line.text("nature"),
            "poste": line.text("poste"),
            "montants": _amounts(line),
        }
        lines.append(read)
        for year, amount in read["montants"].items():
            record.add(
                "costs",
                line.path,
                label=(read["intitule"], "intitule"),
                nature=(nature, "nature"),
                item=(read["poste"], "poste"),
                year=(year, f"montants.{year}"),
                amount=(str(amount), f"montants.{year}"),
            )
        _check(line, "total", totals.of_line(read))
    _refuse_doubles(budget, lines, ("intitule", "nature", "poste"))
    _check_sums(budget, lines)
    _check_mapping(budget, "total_par_nature", totals.by_nature(lines))
    _check_years(budget, lines)
    return lines


def _receipts(funding, record):
    nodes, lines = funding.nodes("lignes", RECEIPT), []
    for line in nodes:
        status = line.choice("statut", tables.FUNDING_STATUSES, needed=True)
        read = {
            "financeur": line.text("financeur", needed=True),
            "dispositif": line.text("dispositif"),
            "statut": line.text("statut"),
            "montants": _amounts(line),
        }
        lines.append(read)
        kind = "own" if tables.OWN_FUNDS in fold(read["dispositif"]) else ""
        for year, amount in read["montants"].items():
            record.add(
                "funding",
                line.path,
                funder=(read["financeur"], "financeur"),
                scheme=(read["dispositif"], "dispositif"),
                kind=(kind, "dispositif"),
                status=(status, "statut"),
                year=(year, f"montants.{year}"),
                amount=(str(amount), f"montants.{year}"),
            )
        _check(line, "total", totals.of_line(read))
    for line, read in zip(nodes, lines, strict=True):
        _check(line, "taux_pct", totals.share(read, lines), tolerance=Decimal("0.01"))
    _refuse_doubles(funding, lines, ("financeur", "dispositif", "statut"))
    _check_sums(funding, lines)
    return lines


def _amounts(line):
    """Return {year: amount} of a line."""
    amounts = line.node("montants", line.value.get("montants") or (), needed=True)
    found = {}
    for key in amounts.value:
        if not (key.isascii() and key.isdigit() and len(key) == 4):
            amounts.fault(key, "une année de quatre chiffres est attendue.")
            continue
        amount = amounts.number(key, needed=True)
        if amount is not None:
            found[int(key)] = amount
    if line.has("montants") and amounts.value == {}:
        line.fault("montants", "donnez au moins le montant d'une année.")
    return found


def _refuse_doubles(node, lines, keys):
    """Two lines with the same words could not be told apart once their years are stored."""
    seen = {}
    for rank, line in enumerate(lines, start=1):
        words = tuple(line[key] for key in keys)
        if words in seen:
            node.fault(
                f"lignes[{rank}]", f"cette ligne porte les mêmes mots que la ligne {seen[words]} : réunissez-les."
            )
        seen.setdefault(words, rank)


def _check(node, key, computed, tolerance=Decimal(0)):
    """Note a sum of the file that contradicts its amounts."""
    given = node.number(key)
    if given is not None and abs(given - computed) > tolerance:
        node.fault(key, f"{given:f} est annoncé, les montants donnent {computed:f}.")


def _check_sums(node, lines):
    _check(node, "total", totals.of_lines(lines))
    _check_mapping(node, "total_par_annee", {str(year): total for year, total in totals.by_year(lines).items()})


def _check_mapping(node, key, computed):
    if not node.has(key):
        return
    given = node.node(key, computed)
    for word, total in computed.items():
        _check(given, word, total)


def _check_years(budget, lines):
    years = [value for _path, value in budget.items("annees")]
    if years and years != totals.years(lines):
        budget.fault("annees", "ces années ne sont pas celles des montants.")
