"""XML read as a stream, safely: a file and tags in, whole elements one by one out; and their text.

Nothing is fetched and no entity of a file's own is expanded, so neither a file that grows a
thousandfold nor one that points elsewhere does harm. Characters that a DTD names (`&alpha;`) are
resolved by their standard names; libxml2 alone would drop them.
"""

import re
from collections.abc import Collection, Iterator
from html.entities import html5

from lxml import etree

from index.errors import DocumentError
from index.parsers.source_file import SourceFile

Element = etree._Element
_SPACES = re.compile(r"\s+")
_FIRST_TAG = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_RAISED_SIMPLE = re.compile(r"[\w.+\-−–]+|\([^()]*\)")
_RAISED_ANYWAY = frozenset("°º®™℠′″")


def root_tag(source: SourceFile) -> str | None:
    """The name of the first element in the head of an XML file, without prefix; else None."""
    text = source.head_text.lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        return None
    match = _FIRST_TAG.search(re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    return match.group(1) if match else None


def iter_elements(source: SourceFile, tags: Collection[str]) -> Iterator[Element]:
    """Each element of those names, in any namespace, whole; it is emptied when the next is asked for.

    Raises:
        DocumentError: the XML is broken; the elements before that were given.
    """
    names = [f"{{*}}{tag}" for tag in tags]
    with source.open() as file:
        events = etree.iterparse(
            file,
            events=("end",),
            tag=names,
            resolve_entities=False,
            load_dtd=False,
            no_network=True,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        try:
            for _, element in events:
                yield element
                _forget(element)
        except etree.XMLSyntaxError as error:
            raise DocumentError(
                f"its XML is broken ({error.msg}).", "Fetch or export it again."
            ) from error


def parse_whole(source: SourceFile) -> Element:
    """The root of a file that is one document; raises DocumentError where its XML is broken."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        with source.open() as file:
            return etree.parse(file, parser).getroot()
    except etree.XMLSyntaxError as error:
        raise DocumentError(
            f"its XML is broken ({error.msg}).", "Fetch or export it again."
        ) from error


def name_of(element: Element) -> str:
    """Its name without a namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Element | None, *, skip: Collection[str] = ()) -> str:
    """All text in the element on one line; "" for None.

    What is raised is told from what it stands on (`10^6`, `Ca^2+`); what is lowered stands in line
    (`H2O`) unless digits would run together (`10_3`).

    Args:
        element: of any depth.
        skip: names of elements whose text is left out.

    Raises:
        DocumentError: an entity in it is none of the standard characters.
    """
    if element is None:
        return ""
    if len(element) == 0:
        return _SPACES.sub(" ", element.text or "").strip()
    parts: list[str] = []
    _collect(element, skip, parts)
    return _SPACES.sub(" ", "".join(parts)).strip()


def child_text(element: Element, path: str) -> str | None:
    """The text of the first element at `path`, or None where there is none or it is blank."""
    return text_of(element.find(path)) or None


def shifted(name: str, text: str, before: str) -> str:
    """Raised (`sup`) or lowered text as it stands in a line after the character `before`."""
    if not text or text in _RAISED_ANYWAY:
        return text
    if name == "sup":
        return f"^{text}" if _RAISED_SIMPLE.fullmatch(text) else f"^({text})"
    return f"_{text}" if before.isdigit() and text[0].isdigit() else text


def character_of(entity: Element) -> str:
    """What the entity stands for; raises DocumentError where it is no standard character."""
    name = str(entity.text).strip("&;")
    if name.startswith("#"):
        try:
            return chr(int(name[2:], 16) if name[1:2] in "xX" else int(name[1:]))
        except (ValueError, OverflowError):
            return "\ufffd"
    character = html5.get(f"{name};")
    if character is None:
        raise DocumentError(
            f"it uses the entity &{name};, which is no standard character.",
            "Write the character itself; entities that a file declares are not expanded.",
        )
    return character


def _collect(element: Element, skip: Collection[str], parts: list[str]) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        if child.tag is etree.Entity:
            parts.append(character_of(child))
        elif (name := name_of(child)) and name not in skip:
            if name in ("sup", "sub"):
                before = next((part[-1] for part in reversed(parts) if part), "")
                parts.append(shifted(name, text_of(child, skip=skip), before))
            else:
                _collect(child, skip, parts)
        if child.tail:
            parts.append(child.tail)


def _forget(element: Element) -> None:
    """Free the element and what stands before it, so that memory stays flat."""
    element.clear(keep_tail=True)  # type: ignore[call-arg]
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
