"""Encrypted assertions (XML Encryption 1.1): RSA-OAEP for the key, AES for the content.

RSA PKCS #1 v1.5 and 3DES are refused. AES-CBC has no integrity of its own, so whoever may send what he likes
must not learn where decrypting failed: there is one error for all of it, the same as for a wrong signature.
"""

import base64
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from poolhouse.errors import SignatureRefused
from poolhouse.federation.saml.xml import DS, XENC, XENC11, Element, parse, tag, text_of

_BLOCK = 16  # bytes
_GCM_IV = 12  # bytes

_HASHES: dict[str, type[hashes.HashAlgorithm]] = {
    f"{DS}sha1": hashes.SHA1,  # OAEP does not rest on its collisions (RFC 8017, B.1)
    f"{XENC}sha256": hashes.SHA256,
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384,
    f"{XENC}sha512": hashes.SHA512,
}
_MASKS: dict[str, type[hashes.HashAlgorithm]] = {
    f"{XENC11}mgf1sha1": hashes.SHA1,
    f"{XENC11}mgf1sha256": hashes.SHA256,
    f"{XENC11}mgf1sha384": hashes.SHA384,
    f"{XENC11}mgf1sha512": hashes.SHA512,
}
_KEY_TRANSPORTS = (f"{XENC}rsa-oaep-mgf1p", f"{XENC11}rsa-oaep")


def decrypted(encrypted: Element, keys: Sequence[RSAPrivateKey]) -> Element:
    """The element inside an EncryptedAssertion, as a document of its own.

    Raises `SignatureRefused` whatever is wrong.
    """
    try:
        data = _only(encrypted, tag(XENC, "EncryptedData"))
        return parse(_content(data, _content_key(_key_of(encrypted, data), keys)))
    except (ValueError, TypeError, LookupError, InvalidTag) as error:
        raise SignatureRefused from error


def _key_of(encrypted: Element, data: Element) -> Element:
    """The EncryptedKey, which stands in the KeyInfo of the data or beside the data (core, 6.2)."""
    name = tag(XENC, "EncryptedKey")
    inside = data.findall(f"{tag(DS, 'KeyInfo')}/{name}")
    beside = encrypted.findall(name)
    if len(inside) + len(beside) != 1:
        raise ValueError("not one encrypted key")
    return (inside or beside)[0]


def _content_key(encrypted_key: Element, keys: Sequence[RSAPrivateKey]) -> bytes:
    padding, cipher_value = _oaep(encrypted_key), _cipher_value(encrypted_key)
    for key in keys:
        try:
            return key.decrypt(cipher_value, padding)
        except ValueError:
            continue
    raise ValueError("none of our keys")


def _oaep(encrypted_key: Element) -> OAEP:
    method = _only(encrypted_key, tag(XENC, "EncryptionMethod"))
    if method.get("Algorithm") not in _KEY_TRANSPORTS or method.find(tag(XENC, "OAEPparams")) is not None:
        raise ValueError("not RSA-OAEP")
    digest = method.find(tag(DS, "DigestMethod"))
    mask = method.find(tag(XENC11, "MGF"))
    digest_hash = _HASHES[digest.get("Algorithm")] if digest is not None else hashes.SHA1
    mask_hash = _MASKS[mask.get("Algorithm")] if mask is not None else hashes.SHA1
    return OAEP(mgf=MGF1(mask_hash()), algorithm=digest_hash(), label=None)


def _content(data: Element, key: bytes) -> bytes:
    open_content, key_bytes = _CIPHERS[_only(data, tag(XENC, "EncryptionMethod")).get("Algorithm")]
    if len(key) != key_bytes:
        raise ValueError("a key of another length")
    return open_content(key, _cipher_value(data))


def _open_gcm(key: bytes, value: bytes) -> bytes:
    return AESGCM(key).decrypt(value[:_GCM_IV], value[_GCM_IV:], None)


def _open_cbc(key: bytes, value: bytes) -> bytes:
    """XML Encryption, 5.2.1: the IV comes first; the last byte counts the padding."""
    decryptor = Cipher(AES(key), CBC(value[:_BLOCK])).decryptor()
    padded = decryptor.update(value[_BLOCK:]) + decryptor.finalize()
    if not padded or not 1 <= padded[-1] <= _BLOCK:
        raise ValueError("padding")
    return padded[: -padded[-1]]


_CIPHERS: dict[str | None, tuple[Callable[[bytes, bytes], bytes], int]] = {
    f"{XENC}aes128-cbc": (_open_cbc, 16),
    f"{XENC}aes192-cbc": (_open_cbc, 24),
    f"{XENC}aes256-cbc": (_open_cbc, 32),
    f"{XENC11}aes128-gcm": (_open_gcm, 16),
    f"{XENC11}aes192-gcm": (_open_gcm, 24),
    f"{XENC11}aes256-gcm": (_open_gcm, 32),
}


def _cipher_value(element: Element) -> bytes:
    value = _only(_only(element, tag(XENC, "CipherData")), tag(XENC, "CipherValue"))
    return base64.b64decode("".join(text_of(value).split()), validate=True)


def _only(parent: Element, name: str) -> Element:
    """The one child of this name. Raises `ValueError` when there is none or more than one."""
    (child,) = parent.findall(name)
    return child
