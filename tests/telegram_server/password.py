"""The server's side of the two-step password (SRP, core.telegram.org/api/srp, read 2026-11)."""

import os
from typing import Any

from telethon import password as client
from telethon.tl import types

from tests.telegram_server.wire import DH_PRIME, G

_SALT1, _SALT2 = b"loopback-salt-one", b"loopback-salt-two"


class PasswordCheck:
    """One account's password, and one attempt to prove it."""

    def __init__(self, password: str) -> None:
        self._algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            salt1=_SALT1, salt2=_SALT2, g=G, p=DH_PRIME.to_bytes(256, "big")
        )
        x = int.from_bytes(client.compute_hash(self._algorithm, password), "big")
        self._verifier = pow(G, x, DH_PRIME)
        self._secret = int.from_bytes(os.urandom(256), "big")
        self._public = (self._factor() * self._verifier + pow(G, self._secret, DH_PRIME)) % DH_PRIME

    @staticmethod
    def _factor() -> int:
        prime = client.num_bytes_for_hash(DH_PRIME.to_bytes(256, "big"))
        return int.from_bytes(client.sha256(prime, client.big_num_for_hash(G)), "big")

    def challenge(self) -> Any:
        """Return what the client needs to prove that it knows the password."""
        return types.account.Password(
            new_algo=types.PasswordKdfAlgoUnknown(),
            new_secure_algo=types.SecurePasswordKdfAlgoUnknown(),
            secure_random=b"",
            has_password=True,
            current_algo=self._algorithm,
            srp_B=self._public.to_bytes(256, "big"),
            srp_id=1,
        )

    def is_right(self, proof: Any) -> bool:
        """Tell whether the client's proof is that of the password."""
        a = int.from_bytes(proof.A, "big")
        a_hash, b_hash = client.big_num_for_hash(a), client.big_num_for_hash(self._public)
        u = int.from_bytes(client.sha256(a_hash, b_hash), "big")
        shared = pow(a * pow(self._verifier, u, DH_PRIME), self._secret, DH_PRIME)
        prime_hash = client.sha256(client.num_bytes_for_hash(self._algorithm.p))
        expected = client.sha256(
            client.xor(prime_hash, client.sha256(client.big_num_for_hash(G))),
            client.sha256(_SALT1),
            client.sha256(_SALT2),
            a_hash,
            b_hash,
            client.sha256(client.big_num_for_hash(shared)),
        )
        return bool(expected == proof.M1)
