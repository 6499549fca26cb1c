"""Words that are likely the name of something: a word in, whether it is one out.

No list can hold every drug and gene, so that a name is told by its shape, by the endings that
international non-proprietary names have, and by how seldom English uses the word.
"""

import re
from functools import lru_cache

from index.text_analysis import Term, stem

_DRUG_ENDING = re.compile(
    r".{3,}(?:mab|nib|sen|siran|stat|statin|olol|pril|sartan|azole|zole|oxetine|pam|lam|"
    r"vir|cillin|mycin|micin|cycline|floxacin|gliptin|gliflozin|glitazone|setron|triptan|"
    r"parib|ciclib|rsen|cept|tide|lukast|dipine|prazole|idone|apine|avone|mide|mine|zine|"
    r"dine|tine|pine|line|rone|sone|lone|done|azine|imod|ine|one|ole|ol|ate|ase|ide)$"
)
_RARE_ZIPF = 2.0
"""Words of fewer than 1 in 10 million; https://pypi.org/project/wordfreq (Zipf scale)."""
_COMMON_ZIPF = 3.2
_PROTEIN_ENDING = re.compile(r".{3,}in$")
_PROTEIN_ZIPF = 2.9
_ACIDS = ("acid", "acids")
_COMMON_NAMES = frozenset(
    [
        "adrenaline",
        "alcohol",
        "alteplase",
        "aluminium",
        "amoxicillin",
        "aspirin",
        "atropine",
        "baclofen",
        "botox",
        "botulinum",
        "caffeine",
        "calcitonin",
        "calcium",
        "cannabidiol",
        "cannabis",
        "carbon",
        "celecoxib",
        "chloride",
        "choline",
        "cholesterol",
        "cholinesterase",
        "citrate",
        "cobalt",
        "cocaine",
        "codeine",
        "collagen",
        "copper",
        "cortisol",
        "cortisone",
        "creatine",
        "creatinine",
        "curcumin",
        "cyanide",
        "diazepam",
        "dopamine",
        "estrogen",
        "ethanol",
        "fentanyl",
        "ferritin",
        "fluoride",
        "glucose",
        "glutamate",
        "glycine",
        "heparin",
        "heroin",
        "histamine",
        "ibuprofen",
        "insulin",
        "interferon",
        "iodine",
        "iron",
        "keratin",
        "ketamine",
        "lactate",
        "lecithin",
        "leptin",
        "lipid",
        "lithium",
        "magnesium",
        "manganese",
        "melatonin",
        "mercury",
        "metformin",
        "methadone",
        "methane",
        "methanol",
        "morphine",
        "naproxen",
        "nickel",
        "nicotine",
        "nitrogen",
        "oestrogen",
        "omeprazole",
        "opium",
        "oxycodone",
        "oxygen",
        "oxytocin",
        "paracetamol",
        "penicillin",
        "phosphate",
        "platinum",
        "potassium",
        "prednisone",
        "progesterone",
        "prolactin",
        "quinine",
        "resveratrol",
        "selenium",
        "serotonin",
        "silver",
        "sodium",
        "statin",
        "statins",
        "strychnine",
        "sulfate",
        "sulphate",
        "sulfur",
        "taurine",
        "testosterone",
        "thalidomide",
        "titanium",
        "tocopherol",
        "tyrosine",
        "uranium",
        "urea",
        "valium",
        "viagra",
        "warfarin",
        "xanax",
        "zinc",
    ]
)
"""Drugs, elements and compounds that English uses so often that only a list tells them."""
_ENDINGS = ("", "e", "s", "es", "ed", "ing", "ly", "ion", "ive", "al", "ic", "ity")


@lru_cache(maxsize=50_000)
def commonness(word: str) -> float:
    """How often English uses the lower-case word or another form of it, 0 to 8 (Zipf scale)."""
    # Half a second to load, which answers in verbatim sentences need not wait for.
    from wordfreq import zipf_frequency

    root = stem(word)
    forms = {word} | {root + ending for ending in _ENDINGS if len(root) >= 4}
    return max(zipf_frequency(form, "en") for form in forms)


def is_likely_name(term: Term, *, begins_sentence: bool, following: str = "") -> bool:
    """Whether the word names a drug, gene, protein, person or place, as far as its form tells.

    Args:
        term: the word.
        begins_sentence: whether it is the first, so that its capital says nothing.
        following: the next word, in lower case.
    """
    if term.lower in _COMMON_NAMES or (following in _ACIDS and term.lower.endswith("ic")):
        return True
    letters = sum(character.isalpha() for character in term.lower)
    if not letters:
        return False
    if letters < len(term.lower) and any(character.isdigit() for character in term.lower):
        return True
    if any(character.isupper() for character in term.written[1:]):
        return True
    common = commonness(term.lower)
    if term.written[0].isupper() and not begins_sentence:
        return True
    if common < _PROTEIN_ZIPF and _PROTEIN_ENDING.match(term.lower):
        return True
    return common < _RARE_ZIPF or (common < _COMMON_ZIPF and bool(_DRUG_ENDING.match(term.lower)))
