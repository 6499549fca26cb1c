"""Names of languages: a name or a code as sources write them in, PubMed's three-letter code out.

PubMed writes the bibliographic codes of ISO 639-2 (`fre`, `ger`, `chi`).
"""

_WRITTEN = {
    "afr": "af afrikaans",
    "alb": "sq sqi albanian",
    "amh": "am amharic",
    "ara": "ar arabic",
    "arm": "hy hye armenian",
    "aze": "az azerbaijani",
    "ben": "bn bengali",
    "bos": "bs bosnian",
    "bul": "bg bulgarian",
    "cat": "ca catalan",
    "chi": "zh zho cmn chinese mandarin",
    "cze": "cs ces czech",
    "dan": "da danish dansk",
    "dut": "nl nld dutch nederlands",
    "eng": "en english american british usenglish ukenglish",
    "epo": "eo esperanto",
    "est": "et estonian",
    "fin": "fi finnish",
    "fre": "fr fra french français francais",
    "geo": "ka kat georgian",
    "ger": "de deu german ngerman austrian naustrian deutsch",
    "gla": "gd",
    "glg": "gl galician",
    "gre": "el ell greek",
    "heb": "he iw hebrew",
    "hin": "hi hindi",
    "hrv": "hr scr croatian",
    "hun": "hu hungarian magyar",
    "ice": "is isl icelandic",
    "ind": "id indonesian",
    "ita": "it italian italiano",
    "jpn": "ja japanese",
    "kin": "rw kinyarwanda",
    "kor": "ko korean",
    "lat": "la latin",
    "lav": "lv latvian",
    "lit": "lt lithuanian",
    "mac": "mk mkd macedonian",
    "mal": "ml malayalam",
    "mao": "mi mri maori",
    "may": "ms msa malay",
    "mul": "",
    "nor": "no nb nn nob nno norwegian norsk",
    "per": "fa fas persian farsi",
    "pol": "pl polish polski",
    "por": "pt portuguese português portugues brazilian",
    "pus": "ps pashto pushto",
    "rum": "ro ron romanian",
    "rus": "ru russian",
    "san": "sa sanskrit",
    "slo": "sk slk slovak",
    "slv": "sl slovenian slovene",
    "spa": "es spanish español espanol castilian",
    "srp": "sr scc serbian",
    "swe": "sv swedish svenska",
    "tha": "th thai",
    "tur": "tr turkish türkçe",
    "ukr": "uk ukrainian",
    "urd": "ur urdu",
    "vie": "vi vietnamese",
    "wel": "cy cym welsh",
}
_CODES = {name: code for code, names in _WRITTEN.items() for name in (code, *names.split())}


def language_code(text: str) -> str | None:
    """The code of `English`, `en`, `en-GB` or `eng`; None for what is not among the common ones."""
    name = text.strip().lower()
    tag, *region = name.replace("_", "-").split("-")
    has_region = len(region) > 0 and 2 <= len(tag) <= 3
    return _CODES.get(tag if has_region else name)


def two_letter_code(code: str) -> str | None:
    """`en` for `eng`; None for a code that has none of two letters, or is not known."""
    first, *_ = _WRITTEN.get(code, "").split() or [""]
    return first if len(first) == 2 else None
