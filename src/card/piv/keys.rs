//! Card keys: GENERATE ASYMMETRIC KEY PAIR and GENERAL AUTHENTICATE as a signature (SP 800-73-5 part 2, 3.3 and A.4).

use sha2::{Digest, Sha256};

use super::Piv;
use super::proof::{p256_public_key, rsa_public_key};
use crate::card::apdu::{Answer, Command, Status};
use crate::card::task::{CardFault, KeyAlgorithm, Slot};
use crate::card::tlv;

/// DigestInfo of SHA-256 up to the digest (RFC 8017, 9.2 note 1).
const SHA256_DIGEST_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];
/// Bytes of an RSA-2048 modulus.
const RSA_LENGTH: usize = 256;

impl KeyAlgorithm {
    /// The identifier on the wire (SP 800-78-5 table 5).
    pub fn identifier(self) -> u8 {
        match self {
            KeyAlgorithm::P256 => 0x11,
            KeyAlgorithm::Rsa2048 => 0x07,
        }
    }
}

impl Piv<'_> {
    /// Makes a new key pair in the slot and gives its SubjectPublicKeyInfo. The old key is lost. Wants the management
    /// key.
    ///
    /// Errors: `Unsupported` for an algorithm the card does not have, `NoRights`.
    pub fn generate(&mut self, slot: Slot, algorithm: KeyAlgorithm) -> Result<Vec<u8>, CardFault> {
        let template = tlv::wrap(0xAC, &tlv::wrap(0x80, &[algorithm.identifier()]));
        let command = Command::new(0x47, 0x00, slot.reference()).with(template).expecting();
        let data = self.send(&command)?.good()?;
        let public = tlv::find(&data, 0x7F49).unwrap_or_default();
        let key = match algorithm {
            KeyAlgorithm::P256 => tlv::find(public, 0x86).and_then(p256_public_key),
            KeyAlgorithm::Rsa2048 => {
                let parts = tlv::find(public, 0x81).zip(tlv::find(public, 0x82));
                parts.and_then(|(modulus, exponent)| rsa_public_key(modulus, exponent))
            }
        };
        key.ok_or(CardFault::Unexpected { sw: 0x9000 })
    }

    /// The SubjectPublicKeyInfo of the key in a slot from the vendor's metadata, where the card has it. Plain PIV can't
    /// read a public key again.
    pub fn known_public_key(&mut self, slot: Slot) -> Result<Option<Vec<u8>>, CardFault> {
        let metadata = self.metadata(slot.reference())?;
        Ok(metadata.and_then(|bytes| {
            let public = tlv::find(&bytes, 0x04)?;
            let rsa = || rsa_public_key(tlv::find(public, 0x81)?, tlv::find(public, 0x82)?);
            tlv::find(public, 0x86).and_then(p256_public_key).or_else(rsa)
        }))
    }

    /// Signs `message`, hashed with SHA-256 here: an ASN.1 ECDSA or a PKCS#1 v1.5 signature.
    ///
    /// Errors: `NoRights` if the passcode is wanted first; `Unsupported` if the slot's key is of another algorithm.
    pub fn sign(&mut self, slot: Slot, algorithm: KeyAlgorithm, message: &[u8]) -> Result<Vec<u8>, CardFault> {
        let digest = Sha256::digest(message);
        let input = match algorithm {
            KeyAlgorithm::P256 => digest.to_vec(),
            KeyAlgorithm::Rsa2048 => pkcs1_v15(&digest),
        };
        let mut template = tlv::wrap(0x82, &[]);
        tlv::push(&mut template, 0x81, &input);
        let command =
            Command::new(0x87, algorithm.identifier(), slot.reference()).with(tlv::wrap(0x7C, &template)).expecting();
        signature(self.send(&command)?)
    }
}

fn signature(answer: Answer) -> Result<Vec<u8>, CardFault> {
    match answer.status() {
        // No key in the slot: 6A88 on some cards, 6A80 on others.
        Status::NotFound => Err(CardFault::Unsupported),
        Status::Good => tlv::find(&answer.data, 0x7C)
            .and_then(|template| tlv::find(template, 0x82))
            .map(<[u8]>::to_vec)
            .ok_or(CardFault::Unexpected { sw: answer.sw }),
        _ => Err(answer.fault()),
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2) for a 2048-bit key: the card only does the raw operation.
fn pkcs1_v15(digest: &[u8]) -> Vec<u8> {
    let tail = SHA256_DIGEST_INFO.len() + digest.len();
    let mut block = Vec::with_capacity(RSA_LENGTH);
    block.extend_from_slice(&[0x00, 0x01]);
    block.resize(RSA_LENGTH - tail - 1, 0xFF);
    block.push(0x00);
    block.extend_from_slice(&SHA256_DIGEST_INFO);
    block.extend_from_slice(digest);
    block
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::channel::{Channel, ChannelFault};
    use crate::card::piv::proof::verify;
    use crate::card::script::{Script, hex, unhex};
    use rsa::traits::PublicKeyParts;

    /// Two primes that are in no key but this test's.
    const P: &str = "F770F625C8977FC5827D8ABB3797268331EB3AB5FC47DDFE593B334FBCCA822B16099EA61399D276DA1CCE59F088D96E\
        3683F758EB360C29D335BCD73F76CA64D55BBFDF05C4719243173C9833A713125CE8A038960880483C33DFDAC4AB71599F771870DFB206\
        6EE234A7A34B9C7893B2B5D194DD8DDB846BDFDD742982AFD5";
    const Q: &str = "EED9295DA7D585B21AA436CF468B2FF691AF17B7B9F04425A57D4F7D8075E1699C3582AB567F2D13C0BD67CB7965DDFB\
        00FE75995C1931C45B6D04A3D9D731F1AB8F62BA42683D686E4DD5CAA33A8385F7AD43144E56CD221B5C4DD1B471B2D634BD6C3CF430BD\
        4A61B33F24E7DA3BB3CBA942D258AF70BE02E095905F495F61";

    /// A card with one RSA key. It wants the padding done, as a card does that only has the raw operation.
    struct RsaCard {
        key: rsa::PrivateKey,
        data: Vec<u8>,
        answer: Vec<u8>,
    }

    impl RsaCard {
        fn new() -> Self {
            let number = |text: &str| rsa::BoxedUint::from_be_slice(&unhex(text), 1024).unwrap();
            let e = rsa::BoxedUint::from(65_537u64);
            let key = rsa::PrivateKey::from_p_q(number(P), number(Q), e).unwrap();
            Self { key, data: Vec::new(), answer: Vec::new() }
        }

        fn execute(&mut self, ins: u8) {
            if ins == 0x47 {
                let mut public = tlv::wrap(0x81, &self.key.n_bytes());
                tlv::push(&mut public, 0x82, &self.key.e_bytes());
                self.answer = tlv::wrap(0x7F49, &public);
            } else {
                let template = tlv::find(&self.data, 0x7C).unwrap();
                let block = tlv::find(template, 0x81).unwrap();
                let digest = &block[RSA_LENGTH - 32..];
                assert_eq!(block, pkcs1_v15(digest));
                let signature = self.key.sign(rsa::Pkcs1v15Sign::new::<Sha256>(), digest).unwrap();
                self.answer = tlv::wrap(0x7C, &tlv::wrap(0x82, &signature));
            }
            self.data.clear();
        }
    }

    impl Channel for RsaCard {
        fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, ChannelFault> {
            if command[1] != 0xC0 {
                let length = usize::from(command[4]);
                assert!(command.len() <= 6 + length);
                self.data.extend_from_slice(&command[5..5 + length]);
                if command[0] == 0x10 {
                    return Ok(vec![0x90, 0]);
                }
                self.execute(command[1]);
            }
            let piece: Vec<u8> = self.answer.drain(..self.answer.len().min(256)).collect();
            let more = self.answer.len().min(255) as u8;
            Ok([piece, if more == 0 { vec![0x90, 0] } else { vec![0x61, more] }].concat())
        }
    }

    #[test]
    fn an_rsa_key_is_made_and_its_signature_checks() {
        let mut card = RsaCard::new();
        let mut piv = Piv::new(&mut card);
        let key = piv.generate(Slot::Authentication, KeyAlgorithm::Rsa2048).unwrap();
        let signature = piv.sign(Slot::Authentication, KeyAlgorithm::Rsa2048, b"one").unwrap();
        assert!(verify(&key, b"one", &signature));
        assert!(!verify(&key, b"two", &signature));
    }

    #[test]
    fn the_padding_is_the_standards() {
        let block = pkcs1_v15(&[0xAB; 32]);
        assert_eq!(block.len(), 256);
        assert_eq!(block[..3], [0, 1, 0xFF]);
        assert_eq!(block[203..206], [0xFF, 0x00, 0x30][..]);
    }

    #[test]
    fn a_p256_key_is_asked_for_and_a_senseless_answer_is_no_key() {
        let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
        let point = key.verifying_key().to_sec1_bytes();
        let answer = format!("{}9000", hex(&tlv::wrap(0x7F49, &tlv::wrap(0x86, &point))));
        let mut card = Script::new([("0047009C05AC0380011100", answer.as_str())]);
        let spki = Piv::new(&mut card).generate(Slot::Signature, KeyAlgorithm::P256).unwrap();
        assert_eq!(Some(spki), p256_public_key(&point));
        let mut card = Script::new([("0047009C05AC0380011100", "7F490286009000")]);
        let result = Piv::new(&mut card).generate(Slot::Signature, KeyAlgorithm::P256);
        assert_eq!(result, Err(CardFault::Unexpected { sw: 0x9000 }));
    }
}
