"""PDFs made by hand: places and words in, the bytes of a file out."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words at a place, in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 10.0
    rise: float = 0.0


def make_pdf(
    *pages: Sequence[Words],
    title: str | None = None,
    info: str = "",
    size: tuple[int, int] = (595, 842),
) -> bytes:
    """A PDF of those pages, set in Helvetica; `info` are further properties as PDF writes them."""
    objects: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    names: list[str] = []
    for words in pages:
        content = "".join(
            f"BT /F1 {one.size} Tf {one.x} {one.y + one.rise} Td ({_escaped(one.text)}) Tj ET\n"
            for one in words
        ).encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects)} 0 R >>".encode()
        )
        names.append(f"{len(objects)} 0 R")
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(names)}] /Count {len(names)} >>".encode()
    given = (f"/Title ({_escaped(title)})" if title else "") + info
    objects.append(f"<< {given} >>".encode("latin-1"))
    data = b"%PDF-1.4\n"
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    count = len(objects) + 1
    data_end = (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {count} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
        f"startxref\n{len(data)}\n%%EOF\n"
    )
    return data + data_end.encode()


def column(
    x: float, top: float, *lines: str, size: float = 10.0, step: float = 12.0
) -> list[Words]:
    """Lines one below the other."""
    return [Words(x, top - step * number, line, size) for number, line in enumerate(lines)]


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
