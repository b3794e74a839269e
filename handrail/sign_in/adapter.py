"""Settings of allauth, which creates and checks second factors: encryption of secrets, and our name."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from handrail.organisations.secret_keys import secret_keys


class Adapter(DefaultMFAAdapter):  # type: ignore[misc] # the library has no types
    """The hooks that allauth calls."""

    def get_totp_issuer(self) -> str:
        """Return the name of this service in authenticator apps."""
        return "Handrail"

    def encrypt(self, text: str) -> str:
        """Return a secret encrypted for the database, with a key derived from SECRET_KEY."""
        return _cipher(*secret_keys()).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the decrypted secret. Raises InvalidToken if no current or former key fits."""
        return _cipher(*secret_keys()).decrypt(encrypted_text.encode()).decode()


@lru_cache(maxsize=4)
def _cipher(*keys: str) -> MultiFernet:
    """Return a cipher that encrypts with the first key and decrypts with any."""
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"handrail second factors").derive(key.encode())
