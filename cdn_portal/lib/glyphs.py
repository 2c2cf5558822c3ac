"""Text that the fonts at hand can draw: what people paste, less what would print as an empty box.

A character without a glyph breaks PDF/UA (a reader would hear nothing) and hides what was meant. Here each one becomes
a near one, a few French words, or a visible square.
"""

import re
import unicodedata
from itertools import chain, groupby

SQUARE = "\u25a1"
LONG_WORD = 160
MOST_MARKS = 3  # combining marks on one letter: more is decoration that runs over the lines around
# Invisible marks that help to cut or join words; every other one is dropped, bidirectional overrides first.
KEPT_FORMATS = "\u00ad\u200b\u200c\u2060"

# What text processors leave behind when their symbol fonts are not there.
_SYMBOL_FONTS = {
    "\uf0b7": "•",
    "\uf0a7": "▪",
    "\uf0d8": "➢",
    "\uf0e0": "→",
    "\uf0e8": "➔",
    "\uf0fc": "✓",
    "\uf0fb": "✗",
    "\uf06c": "●",
    "\uf071": "❑",
    "\uf0a8": "□",
    "\uf02d": "–",
    "\uf020": " ",
}
_NEAR = {
    "✅": "✔",
    "☑": "✔",
    "❌": "✘",
    "❎": "✘",
    "⭐": "★",
    "🌟": "★",
    "❗": "!",
    "❓": "?",
    "❕": "!",
    "❔": "?",
    "➕": "+",
    "➖": "\u2212",
    "🧡": "♥",
    "💙": "♥",
    "💚": "♥",
    "💛": "♥",
    "💜": "♥",
    "🔴": "●",
    "🟠": "●",
    "🟡": "●",
    "🟢": "●",
    "🔵": "●",
    "🔹": "◆",
    "🔸": "◆",
    "🔶": "◆",
    "🔷": "◆",
    "👉": "→",
    "👈": "←",
    "👇": "↓",
    "👆": "↑",
    "\u2028": "\n",
    "\u2029": "\n",
    "\u0085": "\n",
    "\u2011": "-",
    "\u3000": " ",
    "\u3164": " ",
}
_WORDS = {
    "👍": "pouce levé",
    "👎": "pouce baissé",
    "👏": "bravo",
    "🙏": "merci",
    "💪": "force",
    "🤝": "accord",
    "💡": "idée",
    "🚀": "lancement",
    "🎯": "objectif",
    "🎉": "fête",
    "🔥": "feu",
    "📅": "calendrier",
    "📆": "calendrier",
    "⏰": "horaire",
    "⏱": "durée",
    "⏳": "en attente",
    "📍": "lieu",
    "📌": "à retenir",
    "📎": "pièce jointe",
    "📝": "note",
    "📄": "document",
    "📊": "graphique",
    "📈": "en hausse",
    "📉": "en baisse",
    "💰": "budget",
    "💶": "euros",
    "📞": "téléphone",
    "📱": "téléphone",
    "📧": "courriel",
    "💻": "ordinateur",
    "🖥": "ordinateur",
    "🌐": "internet",
    "🛜": "wifi",
    "🔒": "sécurisé",
    "🔑": "clé",
    "🏠": "domicile",
    "🏫": "école",
    "🏥": "hôpital",
    "🎓": "formation",
    "👥": "groupe",
    "👤": "personne",
    "👵": "personne âgée",
    "👴": "personne âgée",
    "🚧": "en travaux",
    "🛑": "arrêt",
    "🚫": "interdit",
    "🌱": "environnement",
    "🌍": "monde",
    "🙂": "sourire",
}

_SURE = re.compile(r"[\t\n\r\x20-\x7e]*")
_LONG_WORD = re.compile(rf"[^\s\u200b]{{{LONG_WORD},}}")


def readable(text, covered):
    """Return `text` with only characters that print: ASCII and those of `covered`, a set of code points."""
    if not _SURE.fullmatch(text):
        drawn = [_draw(character, covered) for character in _limit_marks(unicodedata.normalize("NFC", text))]
        # A picture made of several emoji, of which no font has any, is one square.
        shown = (piece for piece in drawn if piece != "")
        pieces = ([SQUARE] if unknown else same for unknown, same in groupby(shown, key=lambda piece: piece is None))
        text = "".join(chain.from_iterable(pieces))
    return _LONG_WORD.sub(_cut, text)


def _cut(word):
    """Allow a word of no language to continue on the next line: laying it out whole takes a time that grows squared."""
    return "\u200b".join(re.findall(f".{{1,{LONG_WORD // 2}}}", word[0]))


def _limit_marks(text):
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _draw(character, covered):
    """Return what stands for one character; None for a symbol that nothing can stand for."""
    code, category = ord(character), unicodedata.category(character)
    if character in _SYMBOL_FONTS:
        return _SYMBOL_FONTS[character]
    if category == "Cf":
        return character if character in KEPT_FORMATS else ""
    if 0x1F1E6 <= code <= 0x1F1FF:  # the two letters of a flag
        return chr(code - 0x1F1E6 + ord("A"))
    if category == "Cc" or 0xFE00 <= code <= 0xFE0F or 0x1F3FB <= code <= 0x1F3FF:  # controls, variants, skin tones
        return _NEAR.get(character, character if character in "\t\n\r" else "")
    if code in covered and category not in ("Co", "Cs", "Cn", "Zl", "Zp"):
        return character
    if character in _WORDS:
        return f"({_WORDS[character]})"
    near = _NEAR.get(character) or unicodedata.normalize("NFKC", character)
    if near != character and all(ord(c) < 0x7F or ord(c) in covered for c in near):
        return near
    return None if category in ("So", "Sk", "Sm") else SQUARE
