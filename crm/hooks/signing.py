"""The signature by which a receiver knows that it was us, and just now."""

import hashlib
import hmac

HEADER = "X-Atendimento-Signature"


def signature(secret: str, moment: int, body: bytes) -> str:
    """`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 with the secret over `<t>.<body>`."""
    signed = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"
