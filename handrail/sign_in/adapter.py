"""How allauth, which makes and checks second factors, works here: secrets encrypted, our name on them."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Adapter(DefaultMFAAdapter):  # type: ignore[misc] # the library has no types
    """What allauth asks of an installation."""

    def get_totp_issuer(self) -> str:
        """What the app on somebody's phone calls us."""
        return "Handrail"

    def encrypt(self, text: str) -> str:
        """A secret as the database keeps it: of no use without the secret key of the installation."""
        return _cipher(*_keys()).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret again. Raises InvalidToken under another key."""
        return _cipher(*_keys()).decrypt(encrypted_text.encode()).decode()


def _keys() -> tuple[str, ...]:
    return tuple(map(str, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]))


@lru_cache(maxsize=4)
def _cipher(*keys: str) -> MultiFernet:
    """The first key encrypts; the others, which it replaced, still decrypt."""
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"handrail second factors").derive(key.encode())
