"""Content of documents and pictures: real, of an exact size, made in pieces so that 50 MB need no memory."""

from collections.abc import Iterator

PIECE = 64 * 1024
SMALLEST_PDF = 2_048
_NOISE = bytes(value * 167 % 251 for value in range(251)) * (PIECE // 251 + 1)
_PDF_STREAM_END = b"\nendstream\nendobj\n"
_JPEG_START = bytes.fromhex("ffd8ffe000104a46494600010100000100010000")
_JPEG_END = bytes.fromhex("ffd9")
_COMMENT = 65_535


def pdf(title: str, size: int) -> Iterator[bytes]:
    """A one-page PDF of exactly `size` octets; the title goes in as document information.

    Raises: ValueError below `SMALLEST_PDF`.
    """
    if size < SMALLEST_PDF:
        raise ValueError(f"a PDF has at least {SMALLEST_PDF} octets")
    head, offsets = _pdf_objects(title)
    offsets.append(len(head))
    xref, trailer = _pdf_xref(offsets), _pdf_trailer(0)
    filler = size - len(head) - len(_pdf_stream(0)) - len(_PDF_STREAM_END) - len(xref) - len(trailer)
    yield head + _pdf_stream(filler)
    yield from _filler(filler)
    yield _PDF_STREAM_END + xref + _pdf_trailer(size - len(xref) - len(trailer))


def jpeg(size: int) -> Iterator[bytes]:
    """A JPEG frame of exactly `size` octets (at least 64): markers and comment segments, no picture.

    Raises: ValueError below 64.
    """
    if size < 64:
        raise ValueError("a JPEG has at least 64 octets")
    yield _JPEG_START
    left = size - len(_JPEG_START) - len(_JPEG_END)
    while left:
        segment = min(left, _COMMENT + 2)
        if 0 < left - segment < 4:
            segment -= 4
        yield b"\xff\xfe" + (segment - 2).to_bytes(2) + _NOISE[: segment - 4]
        left -= segment
    yield _JPEG_END


def _pdf_objects(title: str) -> tuple[bytes, list[int]]:
    hexed = ("\ufeff" + title).encode("utf-16-be").hex().upper()
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
        f"<</Title<{hexed}>>>",
    )
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode()
    return out, offsets


def _pdf_stream(length: int) -> bytes:
    return f"5 0 obj\n<</Length {length:010d}>>\nstream\n".encode()


def _pdf_xref(offsets: list[int]) -> bytes:
    rows = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    return f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n{rows}".encode()


def _pdf_trailer(xref_at: int) -> bytes:
    return f"trailer\n<</Size 6/Root 1 0 R/Info 4 0 R>>\nstartxref\n{xref_at:010d}\n%%EOF\n".encode()


def _filler(size: int) -> Iterator[bytes]:
    """Text, so that no keyword of the format can occur in it by chance."""
    line = b"%" + b"." * 62 + b"\n"
    piece = line * (PIECE // len(line))
    while size > 0:
        yield piece[:size]
        size -= PIECE
