"""Messages as mail programs write them, made with the standard library. Invented."""

from email.message import EmailMessage

SERVER = "mx.port.example"
RESULTS = f"{SERVER}; spf=pass smtp.mailfrom=agent.example; dkim=pass (2048-bit key) header.d=agent.example; dmarc=fail"


def letter(text: str = "Two men stood at the fence (invented).", **headers: str) -> EmailMessage:
    """Return a plain message; other headers by their names with underscores."""
    made = EmailMessage()
    said = {
        "From": "Night desk <night@agent.example>",
        "To": "desk-0@in.example",
        "Subject": "At the fence",
        "Date": "Sat, 28 Nov 2025 03:10:00 +0100",
        "Message-ID": "<one@agent.example>",
    }
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in said.items():
        if value:
            made[name] = value
    made.set_content(text)
    return made


def raw(**headers: str) -> bytes:
    """Return a plain message as it travels."""
    return letter(**headers).as_bytes()
