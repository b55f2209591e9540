"""MTProto on the server's side: frames, the exchange of a key, encrypted messages.

Written from the protocol's description (core.telegram.org/mtproto, read 2026-11) with Telethon's TL and cipher, so it cannot
catch a mistake in those.
"""

import asyncio
import os
import struct
import time
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Any
from zlib import crc32

import rsa
from telethon.crypto import AES, AuthKey
from telethon.crypto.rsa import _compute_fingerprint, get_byte_array
from telethon.extensions import BinaryReader
from telethon.helpers import generate_key_data_from_nonce
from telethon.network.mtprotostate import MTProtoState
from telethon.tl import functions, types
from telethon.tl.core import GzipPacked, MessageContainer

# The 2048-bit safe prime that Telegram itself uses (core.telegram.org/mtproto/auth_key, read 2026-11): a client checks any
# other one for minutes.
DH_PRIME = int(
    "C71CAEB9C6B1C9048E6C522F70F13F73980D40238E3E21C14934D037563D930F48198A0AA7C14058229493D22530F4DB"
    "FA336F6E0AC925139543AED44CCE7C3720FD51F69458705AC68CD4FE6B6B13ABDC9746512969328454F18FAF8C595F64"
    "2477FE96BB2A941D5BCD1D4AC8CC49880708FA9B378E3C4F3A9060BEE67CF9A4A4A695811051907E162753B56B0F6B41"
    "0DBA74D8A84B2A14B3144E0EF1284754FD17ED950D5965B4B9DD46582DB1178D169C6BC465B0D6FF9CA3928FEF5B9AE4"
    "E418FC15E83EBEA0F87FA9FF5EED70050DED2849F47BF959D956850CE929851F0D8115F635B105EE2E4E15D04B2454BF"
    "6F4FADF034B10403119CD8E3B92FCC5B",
    16,
)
G = 3
_PQ_FACTORS = (1_229_739_323, 1_402_015_859)  # two primes that any client factors at once
_RPC_RESULT = 0xF35C6D01
_VECTOR = 0x1CB5C415
_TRUE, _FALSE = 0x997275B5, 0xBC799737


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived: its message id and the TL object, wrappers taken off; ``without_updates`` was one of them."""

    msg_id: int
    request: Any
    without_updates: bool = False


class FrameReader:
    """Reads the frames of the full TCP transport."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def read(self) -> bytes:
        """Return the next frame's payload; IncompleteReadError at the end of the line."""
        head = await self._reader.readexactly(8)
        length, _ = struct.unpack("<ii", head)
        body: bytes = await self._reader.readexactly(length - 8)
        if struct.unpack("<I", body[-4:])[0] != crc32(head + body[:-4]):
            raise ConnectionError("a frame's checksum is wrong")
        return body[:-4]


class FrameWriter:
    """Writes frames, counting them."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.writer = writer
        self._sent = 0

    def write(self, payload: bytes) -> None:
        """Queue one frame."""
        data = struct.pack("<ii", len(payload) + 12, self._sent) + payload
        self._sent += 1
        self.writer.write(data + struct.pack("<I", crc32(data)))


class KeyExchange:
    """The three steps that give client and server a common key."""

    def __init__(self, private_key: rsa.PrivateKey) -> None:
        self._private_key = private_key
        self._server_nonce = int.from_bytes(os.urandom(16), "big", signed=True)
        self._secret = int.from_bytes(os.urandom(256), "big")
        self._nonce = self._new_nonce = 0

    def answer(self, request: Any) -> tuple[Any, AuthKey | None]:
        """Return what the server says to one plain request, and the key once it is agreed."""
        match request:
            case functions.ReqPqMultiRequest():
                self._nonce = request.nonce
                p, q = _PQ_FACTORS
                fingerprint = _compute_fingerprint(self._private_key)
                return types.ResPQ(self._nonce, self._server_nonce, get_byte_array(p * q), [fingerprint]), None
            case functions.ReqDHParamsRequest():
                return self._parameters(request), None
            case functions.SetClientDHParamsRequest():
                return self._agree(request)
            case _:
                pass
        raise ConnectionError(f"{type(request).__name__} came before a key was agreed")

    def _cipher(self) -> tuple[bytes, bytes]:
        key, iv = generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        return key, iv

    def _parameters(self, request: Any) -> Any:
        block = pow(int.from_bytes(request.encrypted_data, "big"), self._private_key.d, self._private_key.n)
        with BinaryReader(block.to_bytes(255, "big")[20:]) as reader:
            self._new_nonce = reader.tgread_object().new_nonce
        inner = bytes(
            types.ServerDHInnerData(
                nonce=self._nonce,
                server_nonce=self._server_nonce,
                g=G,
                dh_prime=get_byte_array(DH_PRIME),
                g_a=get_byte_array(pow(G, self._secret, DH_PRIME)),
                server_time=int(time.time()),
            )
        )
        plain = sha1(inner).digest() + inner
        plain += os.urandom(-len(plain) % 16)
        answer = AES.encrypt_ige(plain, *self._cipher())
        return types.ServerDHParamsOk(self._nonce, self._server_nonce, answer)

    def _agree(self, request: Any) -> tuple[Any, AuthKey]:
        plain = AES.decrypt_ige(request.encrypted_data, *self._cipher())
        with BinaryReader(plain[20:]) as reader:
            g_b = int.from_bytes(reader.tgread_object().g_b, "big")
        key = AuthKey(pow(g_b, self._secret, DH_PRIME).to_bytes(256, "big"))
        hashed = key.calc_new_nonce_hash(self._new_nonce, 1)
        return types.DhGenOk(self._nonce, self._server_nonce, hashed), key


def read_plain(payload: bytes) -> Any:
    """Return the object of an unencrypted message."""
    with BinaryReader(payload[20:]) as reader:
        return reader.tgread_object()


def plain_answer(answer: Any) -> bytes:
    """Return the payload of an unencrypted message with ``answer``."""
    body = bytes(answer)
    return struct.pack("<qqi", 0, (int(time.time()) << 32) | 1, len(body)) + body


class Secret:
    """The encrypted part of one connection: reads calls, writes answers and updates."""

    def __init__(self, key: AuthKey) -> None:
        self.key = key
        self.session_id = 0
        self._last_id = 0
        self._sequence = 0

    def read(self, payload: bytes) -> list[Call]:
        """Return the requests in one encrypted message."""
        msg_key = payload[8:24]
        plain = AES.decrypt_ige(payload[24:], *MTProtoState._calc_key(self.key.key, msg_key, True))
        self.session_id, msg_id = struct.unpack("<qq", plain[8:24])
        length = struct.unpack("<i", plain[28:32])[0]
        with BinaryReader(plain[32 : 32 + length]) as reader:
            return list(self._calls(msg_id, reader.tgread_object()))

    def _calls(self, msg_id: int, found: Any) -> list[Call]:
        if isinstance(found, MessageContainer):
            return [call for message in found.messages for call in self._calls(message.msg_id, message.obj)]
        if isinstance(found, GzipPacked):
            with BinaryReader(found.data) as reader:
                return self._calls(msg_id, reader.tgread_object())
        without_updates = False
        while hasattr(found, "query"):  # invokeWithLayer, initConnection, invokeWithoutUpdates
            without_updates = without_updates or isinstance(found, functions.InvokeWithoutUpdatesRequest)
            found = found.query
        return [Call(msg_id, found, without_updates)]

    def write(self, body: bytes) -> bytes:
        """Return the payload of one encrypted message from the server."""
        now = time.time()
        self._last_id = max(self._last_id + 4, (int(now) << 32) | (int(now % 1 * 2**30) << 2) & ~3 | 1)
        self._sequence += 2
        plain = struct.pack("<qqqii", 0, self.session_id, self._last_id, self._sequence - 1, len(body)) + body
        plain += os.urandom(-(len(plain) + 12) % 16 + 12)
        msg_key = sha256(self.key.key[96:128] + plain).digest()[8:24]
        cipher = AES.encrypt_ige(plain, *MTProtoState._calc_key(self.key.key, msg_key, False))
        payload: bytes = struct.pack("<Q", self.key.key_id) + msg_key + cipher
        return payload


def result_body(msg_id: int, result: Any) -> bytes:
    """Return the body that answers call ``msg_id`` with a TL object, a list of them or a truth value."""
    return struct.pack("<Iq", _RPC_RESULT, msg_id) + _serialised(result)


def _serialised(result: Any) -> bytes:
    if isinstance(result, bool):
        return struct.pack("<I", _TRUE if result else _FALSE)
    if isinstance(result, list):
        return struct.pack("<Ii", _VECTOR, len(result)) + b"".join(bytes(item) for item in result)
    return bytes(result)
