"""What a file is and what of it may be shared: the inner part, run in a process of its own (`child`)."""

import logging

from port2port.sharing.guardrails import documents, kinds, pdf, pictures
from port2port.sharing.guardrails.refusals import LARGEST_FILE, NotAccepted, refusal
from port2port.sharing.guardrails.taken import Examined


def check_size(content: bytes) -> None:
    """Raise NotAccepted for what need not be looked at."""
    if not content:
        raise refusal("empty")
    if len(content) > LARGEST_FILE:
        raise refusal("too_large")


def examine(content: bytes, filename: str) -> Examined:
    """Return what may be shared of a file, decided by its content.

    Raises NotAccepted with a plain reason for everything that is not taken, and for everything that cannot be read.
    """
    check_size(content)
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on hostile files are of no use to anybody
    try:
        return _examine(content, filename)
    except NotAccepted:
        raise
    except (MemoryError, RecursionError) as error:
        raise refusal("too_hard") from error
    except Exception as error:  # parsers raise anything on bytes made to break them: whatever it is, it is not taken
        raise refusal("damaged") from error


def _examine(content: bytes, filename: str) -> Examined:
    media_type = kinds.media_type_of(content, filename)
    if media_type == kinds.ZIP:
        return documents.office(content, filename)
    extension = kinds.EXTENSIONS[media_type][0]
    if media_type in pictures.FORMATS:
        return pictures.drawn_anew(content, media_type, extension)
    if media_type == "application/pdf":
        return pdf.rewritten(content, media_type, extension)
    return documents.plain(content, media_type, extension)
