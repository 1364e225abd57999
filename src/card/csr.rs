//! PKCS#10 (RFC 2986) whose signature is made elsewhere: by the card's key.

use std::str::FromStr;

use der::asn1::BitString;
use der::oid::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::name::Name;
use x509_cert::request::{CertReq, CertReqInfo, Version};
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};

use super::task::KeyAlgorithm;
use crate::domain::CardGuid;

/// ecdsa-with-SHA256 (RFC 5758 3.2).
const ECDSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
/// sha256WithRSAEncryption (RFC 8017 appendix A.2.4).
const RSA_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");

/// A request waiting for its signature.
pub struct Unsigned {
    info: CertReqInfo,
    algorithm: KeyAlgorithm,
}

impl Unsigned {
    /// A request for this SubjectPublicKeyInfo. The subject is `CN=<GUID>`, a placeholder: subject and profile come from
    /// the grant, the request only carries the key and its proof (design, "Certificates").
    pub fn new(guid: CardGuid, public_key: &[u8], algorithm: KeyAlgorithm) -> der::Result<Self> {
        let info = CertReqInfo {
            version: Version::V1,
            subject: Name::from_str(&format!("CN={guid}"))?,
            public_key: SubjectPublicKeyInfoOwned::from_der(public_key)?,
            attributes: Default::default(),
        };
        Ok(Self { info, algorithm })
    }

    /// The bytes the key must sign (with SHA-256): CertificationRequestInfo, DER.
    pub fn to_be_signed(&self) -> der::Result<Vec<u8>> {
        self.info.to_der()
    }

    /// The whole request, DER.
    pub fn signed(self, signature: &[u8]) -> der::Result<Vec<u8>> {
        let (oid, parameters) = match self.algorithm {
            KeyAlgorithm::P256 => (ECDSA_SHA256, None),
            KeyAlgorithm::Rsa2048 => (RSA_SHA256, Some(der::asn1::Null.into())),
        };
        let algorithm = AlgorithmIdentifierOwned { oid, parameters };
        CertReq { info: self.info, algorithm, signature: BitString::from_bytes(signature)? }.to_der()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::piv::proof::{p256_public_key, verify};
    use p256::ecdsa::signature::Signer;

    #[test]
    fn a_request_carries_the_key_and_a_signature_that_checks() {
        let key = p256::ecdsa::SigningKey::from_slice(&[5; 32]).unwrap();
        let spki = p256_public_key(&key.verifying_key().to_sec1_bytes()).unwrap();
        let unsigned = Unsigned::new(CardGuid([0xAB; 16]), &spki, KeyAlgorithm::P256).unwrap();
        let signature: p256::ecdsa::Signature = key.sign(&unsigned.to_be_signed().unwrap());
        let request = unsigned.signed(signature.to_der().as_bytes()).unwrap();
        let back = CertReq::from_der(&request).unwrap();
        assert_eq!(back.info.subject.to_string(), format!("CN={}", "AB".repeat(16)));
        assert_eq!(back.info.public_key.to_der().unwrap(), spki);
        assert!(verify(&spki, &back.info.to_der().unwrap(), back.signature.raw_bytes()));
    }
}
