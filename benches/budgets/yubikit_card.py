"""Writes one card with yubikit in one process: the objects and keys the desk writes, proved and read back.

Prints the milliseconds it took, without those the card made keys in. The argument is the length of the face.
"""

import datetime
import sys
import time

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from smartcard.System import readers
from ykman.pcsc import ScardYubiKeyDevice
from ykman.piv import generate_csr
from yubikit.core.smartcard import SmartCardConnection
from yubikit.piv import KEY_TYPE, MANAGEMENT_KEY_TYPE, OBJECT_ID, PIN_POLICY, SLOT, PivSession

PIN, PUK = "123456", "12345678"
TRANSPORT_KEY = bytes.fromhex("010203040506070801020304050607080102030405060708")
# yubikit writes 3DES keys alone to a card of an older version, which the virtual card says it is. One command either way.
OWN_KEY = bytes.fromhex("A10203040506070811020304050607082102030405060708")
ENCODE_PIN, OWN_PUK = "58203917", "1PUK-one"
SLOTS = [SLOT.AUTHENTICATION, SLOT.SIGNATURE, SLOT.KEY_MANAGEMENT, SLOT.CARD_AUTH]
GENERATE = 0x47


class Metered(SmartCardConnection):
    """A connection with a watch on the time of key generation."""

    def __init__(self, inner):
        self.inner = inner
        self.generating = 0.0

    @property
    def transport(self):
        return self.inner.transport

    def close(self):
        self.inner.close()

    def send_and_receive(self, apdu):
        sent = time.perf_counter()
        answer = self.inner.send_and_receive(apdu)
        if apdu[1] == GENERATE:
            self.generating += time.perf_counter() - sent
        return answer


def certificate(public_key, authority):
    now = datetime.datetime(2026, 1, 1)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Siân Wyn Llŷr")])
    issuer = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Card CA trial")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer).public_key(public_key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1200))
    return builder.sign(authority, hashes.SHA256())


def write(connection, face):
    session = PivSession(connection)
    session.authenticate(TRANSPORT_KEY)
    objects = {
        OBJECT_ID.CHUID: bytes(59),
        OBJECT_ID.CAPABILITY: bytes(51),
        OBJECT_ID.PRINTED: bytes(100),
        OBJECT_ID.FACIAL: bytes([0x5A]) * face,
    }
    session.put_object(OBJECT_ID.CHUID, objects[OBJECT_ID.CHUID])
    session.set_management_key(MANAGEMENT_KEY_TYPE.TDES, OWN_KEY)
    session.change_puk(PUK, OWN_PUK)
    session.unblock_pin(OWN_PUK, ENCODE_PIN)
    session.verify_pin(ENCODE_PIN)
    authority = ec.generate_private_key(ec.SECP256R1())
    certificates = {}
    for slot in SLOTS:
        key = session.generate_key(slot, KEY_TYPE.ECCP256)
        session.verify_pin(ENCODE_PIN)
        request = generate_csr(session, slot, key, "CN=x", hashes.SHA256)
        assert request.is_signature_valid
        certificates[slot] = certificate(key, authority)
    for slot in SLOTS:
        session.put_certificate(slot, certificates[slot])
    for object_id in [OBJECT_ID.CAPABILITY, OBJECT_ID.PRINTED, OBJECT_ID.FACIAL]:
        session.put_object(object_id, objects[object_id])
    for slot in SLOTS:
        session.verify_pin(ENCODE_PIN)
        signature = session.sign(slot, KEY_TYPE.ECCP256, b"proof", hashes.SHA256())
        certificates[slot].public_key().verify(signature, b"proof", ec.ECDSA(hashes.SHA256()))
    for slot in SLOTS:
        read = session.get_certificate(slot)
        assert read.public_bytes(serialization.Encoding.DER) == certificates[slot].public_bytes(
            serialization.Encoding.DER
        )
    for object_id, data in objects.items():
        assert session.get_object(object_id) == data


def main():
    reader = next(reader for reader in readers() if "00 00" in reader.name)
    connection = Metered(ScardYubiKeyDevice(reader).open_connection(SmartCardConnection))
    started = time.perf_counter()
    write(connection, int(sys.argv[1]))
    took = time.perf_counter() - started - connection.generating
    print(took * 1000)


if __name__ == "__main__":
    main()
