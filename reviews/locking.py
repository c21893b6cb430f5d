"""What is written while a round is open, under lock: the database holds none of the keys.

The key of a round is made of the program's own secret and of a salt that is kept with the round
while it is open (HKDF, RFC 5869). When the salt is deleted, what was locked stays closed. All that
is locked is equally long, so that its length tells nothing about whose it was.
"""

import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# As the database hands out what it keeps.
Kept = bytes | memoryview

SALT_BYTES = 32
KEY_BYTES = 32
# More than three texts of the longest in the widest letters.
PADDED = 8192


def new_salt() -> bytes:
    return os.urandom(SALT_BYTES)


class Lock:
    """Locks and opens the words of one round."""

    def __init__(self, salt: Kept) -> None:
        derived = HKDF(SHA256(), KEY_BYTES, bytes(salt), b"kring.reviews.draft")
        key = derived.derive(settings.SECRET_KEY.encode())
        self._fernet = Fernet(urlsafe_b64encode(key))

    def close(self, words: Sequence[str]) -> bytes:
        text = json.dumps(list(words), ensure_ascii=False).encode()
        # A token of Fernet says when it was made; nobody shall know.
        return self._fernet.encrypt_at_time(text.ljust(PADDED), 0)

    def open(self, locked: Kept) -> list[str] | None:
        """What was locked; None where the secret of the program is another one by now."""
        try:
            found: list[str] = json.loads(self._fernet.decrypt(bytes(locked)))
        except InvalidToken:
            return None
        return found
