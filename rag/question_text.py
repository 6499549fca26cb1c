"""The text of a question: checked and set right, then read from narrow to wide."""

import re
import unicodedata

from rag.errors import QuestionError

_ALLOWED_CONTROLS = "\t\n\r"
_BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_ASKING_WORD = (
    r"(?:which|what|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|has|have|had|can"
    r"|could|will|would|should|list|name|give|tell|any|number of)\b"
)
_PREAMBLES = (
    re.compile(rf"^[^?]*(?:[:;–—,]|\s-)\s+(?={_ASKING_WORD})", re.IGNORECASE),
    re.compile(
        rf"^[^?]*?\b(?:know|tell me|tell us|wonder|wondering|asking|find out|understand|remind me|inform me|advise me|clarify|explain|let me know)\s+(?:as to\s+|about\s+)?(?:\w+ly\s+)?(?={_ASKING_WORD})",
        re.IGNORECASE,
    ),
    re.compile(r"^as an? \w+(?: \w+){0,4}?,?\s+(?=(?:i|we|could|can|please)\b)", re.IGNORECASE),
)
_RESTRICTION = re.compile(
    r"^(?:in|for|with|among|during|regarding|concerning|about|on|with respect to|with regard to|as for)\s+"
    r"(?!(?:an?|my|our|this|that|some|us|me|record|example|instance|starters|the course|the context)\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(r"^[^,:;–—?]+(?=[,:;–—])")
_MAX_RESTRICTION = 5
_TEXTING = re.compile(r"\b(?:r|u|ur|pls|plz|thx)\b")
_DIGIT_WORD = re.compile(r"(?<=[a-z] )[42](?= [a-z])")
_DIGIT_WORDS = {"4": "for", "2": "to"}
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Za-z]\.)+|\b(?:dr|mr|mrs|ms|prof|vs|approx|no|st)\.)$", re.IGNORECASE
)


def clean_question(text: str, *, max_chars: int) -> str:
    """The question with its white space set right.

    Raises:
        QuestionError: it is empty, too long, or has control characters.
    """
    if len(text) > max_chars:
        raise QuestionError(
            f"The question has {len(text):,} characters, at most {max_chars:,} are read.",
            "Ask it in fewer words.",
        )
    for character in text:
        if character in _BIDI_CONTROLS or (
            unicodedata.category(character) in ("Cc", "Cs") and character not in _ALLOWED_CONTROLS
        ):
            raise QuestionError(
                f"The question has a control character (U+{ord(character):04X}).",
                "Take it out and ask again.",
            )
    text = " ".join(text.split())
    if not any(character.isalnum() for character in text):
        raise QuestionError("The question is empty.", "Ask something in words.")
    return text


def without_texting(text: str) -> str:
    """The text with "4" and "2" as words, where it is written as short messages are ("r", "u")."""
    if not _TEXTING.search(text):
        return text
    return _DIGIT_WORD.sub(lambda match: _DIGIT_WORDS[match.group()], text)


def readings(text: str) -> list[str]:
    """From narrow to wide: what asks without its preamble, the sentences that ask, everything."""
    sentences = sentences_of(text)
    asking = [part for part in sentences if part.rstrip("\"'”’)").endswith("?")] or [
        part for part in sentences if _without_preamble(part) != part
    ]
    narrow = " ".join(_without_preamble(part) for part in asking or sentences)
    return [narrow, " ".join(asking or sentences), text]


def sentences_of(text: str) -> list[str]:
    """The sentences of a question; a full stop of an abbreviation ends none."""
    sentences: list[str] = []
    for part in _SENTENCE_END.split(text.strip()):
        if sentences and _ABBREVIATION.search(sentences[-1]):
            sentences[-1] += f" {part}"
        elif part:
            sentences.append(part)
    return sentences


def _without_preamble(sentence: str) -> str:
    """The sentence from where it asks; one that begins with what restricts it stays whole."""
    lead = _LEAD.match(sentence)
    if lead and len(lead.group().split()) <= _MAX_RESTRICTION and _RESTRICTION.match(sentence):
        return sentence
    for pattern in _PREAMBLES:
        sentence = pattern.sub("", sentence)
    return sentence
