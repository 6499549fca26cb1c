"""An answer that should be XML: its root out, or what it is instead."""

import re

from lxml import etree

from index.fetch.errors import PassingFault
from index.fetch.http_faults import quoted
from index.fetch.service import Reply

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_HEAD_BYTES = 500


def xml_root(reply: Reply) -> etree._Element:
    """The root of the XML in an answer; nothing that it points to is fetched or expanded.

    Raises:
        PassingFault: it is empty, a web page, or XML that is broken or breaks off.
    """
    body = reply.body.strip()
    if not body:
        raise PassingFault(f"sent an empty answer (status {reply.status})")
    if is_web_page(body):
        title = _TITLE.search(body)
        name = quoted(title.group(1).decode("utf-8", "replace")) if title else "without a title"
        raise PassingFault(f"sent a web page ({name}) in place of an answer")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        if reply.status != 200:
            raise PassingFault(f"answers {reply.status}") from error
        raise PassingFault("sent XML that is broken or breaks off") from error


def is_web_page(body: bytes) -> bool:
    """Whether it is HTML."""
    head = body[:_HEAD_BYTES].lower()
    return b"<html" in head or b"<!doctype html" in head
