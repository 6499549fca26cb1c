"""The bytes of a web page in, its tree of elements out; scripts are never run, nothing is fetched."""

import re

from lxml import etree
from lxml import html as lxml_html

from index.errors import DocumentError
from index.parsers.source_file import SourceFile
from index.parsers.xml_reading import Element

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_DECLARED_AS_XML = re.compile(rb"^\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_AS_BROWSERS_READ = {"iso-8859-1": "cp1252", "latin1": "cp1252", "ascii": "cp1252"}
_SEVEN_BITS = frozenset({"iso-2022-jp", "iso-2022-kr", "hz", "hz-gb-2312", "utf-7"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_SELF_CLOSED = re.compile(r"<([A-Za-z][A-Za-z0-9]*)\b([^<>]*?)/>")
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"}
    | {"source", "track", "wbr"}
)


def page_root(source: SourceFile) -> Element:
    """The root of the page.

    Raises:
        DocumentError: there is nothing in it.
    """
    data = source.read_bytes()
    text = _CONTROL.sub(" ", decoded(data))
    if "<?xml" in text[:200] or "//www.w3.org/1999/xhtml" in text[:2000]:
        text = _SELF_CLOSED.sub(_opened_and_closed, text)
    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True
    )
    try:
        return lxml_html.document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, AssertionError) as error:
        raise DocumentError("it holds no page.", "Save it again.") from error


def decoded(data: bytes) -> str:
    """The text of the page.

    A byte order mark counts first. What is whole UTF-8 is UTF-8, whatever a page that was saved
    anew still declares; else what it declares counts, else what browsers take for Latin-1.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    declared = _declared(data)
    candidates = [declared] if declared in _SEVEN_BITS else ["utf-8", declared]
    for encoding in filter(None, candidates):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    is_utf8 = declared in ("utf-8", "utf8")
    return data.decode("utf-8" if is_utf8 else "cp1252", errors="replace")


def _declared(data: bytes) -> str:
    match = _DECLARED_AS_XML.search(data[:300]) or _CHARSET.search(data[:4096])
    name = match.group(1).decode("ascii").lower() if match else ""
    return _AS_BROWSERS_READ.get(name, name)


def _opened_and_closed(match: re.Match[str]) -> str:
    """An element that XHTML closes at once, as a parser of HTML reads it too."""
    name, attributes = match.groups()
    is_void = name.lower() in _VOID
    return match.group() if is_void else f"<{name}{attributes}></{name}>"
