//! The management key 9B: mutual authentication (SP 800-73-5 part 2, appendix A.1) and the vendor command that sets it.

use aes::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};
use zeroize::Zeroizing;

use super::Piv;
use crate::card::apdu::{Command, Status};
use crate::card::task::CardFault;
use crate::card::tlv;
use crate::domain::Secret;

/// The key reference of the management key.
const REFERENCE: u8 = 0x9B;

/// Algorithm of the management key (SP 800-78-5 table 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ManagementAlgorithm {
    /// Three-key triple DES: deprecated, still the transport key of many cards.
    TripleDes,
    /// AES-128.
    Aes128,
    /// AES-192.
    Aes192,
    /// AES-256: the default for a card's own key.
    Aes256,
}

impl ManagementAlgorithm {
    const ALL: [Self; 4] = [Self::TripleDes, Self::Aes128, Self::Aes192, Self::Aes256];

    /// The identifier on the wire.
    pub fn identifier(self) -> u8 {
        match self {
            Self::TripleDes => 0x03,
            Self::Aes128 => 0x08,
            Self::Aes192 => 0x0A,
            Self::Aes256 => 0x0C,
        }
    }

    /// The algorithm with this identifier.
    pub fn from_identifier(identifier: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.identifier() == identifier)
    }

    /// Key length in bytes.
    pub fn key_length(self) -> usize {
        match self {
            Self::Aes128 => 16,
            Self::TripleDes | Self::Aes192 => 24,
            Self::Aes256 => 32,
        }
    }

    /// The algorithms a key of this length can belong to, the likeliest first.
    pub fn for_length(length: usize) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |algorithm| algorithm.key_length() == length)
    }

    fn block(self) -> usize {
        if self == Self::TripleDes { 8 } else { 16 }
    }

    /// One block through the cipher. None if key or block have a wrong length.
    pub fn crypt(self, key: &[u8], block: &[u8], encrypt: bool) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::TripleDes => one_block::<des::TdesEde3>(key, block, encrypt),
            Self::Aes128 => one_block::<aes::Aes128>(key, block, encrypt),
            Self::Aes192 => one_block::<aes::Aes192>(key, block, encrypt),
            Self::Aes256 => one_block::<aes::Aes256>(key, block, encrypt),
        }
    }
}

fn one_block<C>(key: &[u8], block: &[u8], encrypt: bool) -> Option<Zeroizing<Vec<u8>>>
where
    C: KeyInit + BlockCipherEncrypt + BlockCipherDecrypt,
{
    let cipher = C::new_from_slice(key).ok()?;
    let mut block = Block::<C>::try_from(block).ok()?;
    if encrypt {
        cipher.encrypt_block(&mut block);
    } else {
        cipher.decrypt_block(&mut block);
    }
    Some(Zeroizing::new(block.to_vec()))
}

impl Piv<'_> {
    /// The management key's algorithm from the vendor's metadata, where the card has it.
    pub fn management_algorithm(&mut self) -> Result<Option<ManagementAlgorithm>, CardFault> {
        let metadata = self.metadata(REFERENCE)?;
        Ok(metadata.and_then(|bytes| match tlv::find(&bytes, 0x01) {
            Some(&[identifier]) => ManagementAlgorithm::from_identifier(identifier),
            _ => None,
        }))
    }

    /// Mutual authentication with the management key; says which algorithm it was. `challenge` is 16 fresh random bytes.
    ///
    /// The key's length names the algorithm, except 24 bytes: then the card's metadata is asked, and if there is none
    /// triple DES is tried before AES-192. An algorithm the card does not have is refused before any key is judged.
    /// Errors: `WrongManagementKey`.
    pub fn authenticate(&mut self, key: &Secret, challenge: &[u8; 16]) -> Result<ManagementAlgorithm, CardFault> {
        let mut candidates: Vec<_> = ManagementAlgorithm::for_length(key.expose().len()).collect();
        if candidates.len() > 1
            && let Some(known) = self.management_algorithm()?
        {
            candidates.retain(|candidate| *candidate == known);
        }
        for algorithm in candidates {
            if let Some(witness) = self.witness(algorithm)? {
                return self.prove_management_key(algorithm, key, &witness, challenge).map(|()| algorithm);
            }
        }
        Err(CardFault::WrongManagementKey)
    }

    /// Step 1: the card's encrypted witness. None if the card's 9B has another algorithm.
    fn witness(&mut self, algorithm: ManagementAlgorithm) -> Result<Option<Vec<u8>>, CardFault> {
        let ask = tlv::wrap(0x7C, &[0x80, 0x00]);
        let answer = self.send(&Command::new(0x87, algorithm.identifier(), REFERENCE).with(ask).expecting())?;
        match answer.status() {
            Status::Good => {}
            Status::Unsupported | Status::NotFound => return Ok(None),
            Status::NoRights | Status::Blocked => return Err(CardFault::WrongManagementKey),
            _ => return Err(answer.fault()),
        }
        let witness = tlv::find(&answer.data, 0x7C).and_then(|template| tlv::find(template, 0x80));
        Ok(witness.filter(|bytes| bytes.len() == algorithm.block()).map(<[u8]>::to_vec))
    }

    /// Steps 2 and 3: give the witness back in the clear, and let the card encrypt our challenge.
    fn prove_management_key(
        &mut self,
        algorithm: ManagementAlgorithm,
        key: &Secret,
        witness: &[u8],
        challenge: &[u8; 16],
    ) -> Result<(), CardFault> {
        let key = key.expose();
        let challenge = &challenge[..algorithm.block()];
        let (Some(plain), Some(expected)) =
            (algorithm.crypt(key, witness, false), algorithm.crypt(key, challenge, true))
        else {
            return Err(CardFault::WrongManagementKey);
        };
        let mut template = tlv::wrap(0x80, &plain);
        tlv::push(&mut template, 0x81, challenge);
        let command = Command::new(0x87, algorithm.identifier(), REFERENCE).with(tlv::wrap(0x7C, &template));
        let answer = self.send(&command.expecting())?;
        if answer.status() != Status::Good {
            return Err(CardFault::WrongManagementKey);
        }
        // The card must know the key as well, else it is not the card the key was made for.
        let given = tlv::find(&answer.data, 0x7C).and_then(|template| tlv::find(template, 0x82));
        match given {
            Some(given) if Secret::new(given.to_vec()).same_as(&Secret::new(expected.to_vec())) => Ok(()),
            _ => Err(CardFault::WrongManagementKey),
        }
    }

    /// Sets the management key (vendor command INS FF; not in the standard). Wants the old one authenticated.
    ///
    /// Errors: `Unsupported` if the card can't; `NoRights`.
    pub fn set_management_key(&mut self, algorithm: ManagementAlgorithm, key: &Secret) -> Result<(), CardFault> {
        let key = key.expose();
        if key.len() != algorithm.key_length() {
            return Err(CardFault::Unsupported);
        }
        let mut data = Vec::with_capacity(3 + key.len());
        data.extend_from_slice(&[algorithm.identifier(), REFERENCE, key.len() as u8]); // at most 32
        data.extend_from_slice(key);
        self.send(&Command::new(0xFF, 0xFF, 0xFF).with(data))?.good().map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::card::script::{Script, hex, unhex};

    #[test]
    fn each_cipher_gives_the_published_answer() {
        // FIPS 197 appendix C; the triple DES key of SP 800-67 appendix B.
        let plain = unhex("00112233445566778899AABBCCDDEEFF");
        let aes = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";
        for (algorithm, answer) in [
            (ManagementAlgorithm::Aes128, "69C4E0D86A7B0430D8CDB78070B4C55A"),
            (ManagementAlgorithm::Aes192, "DDA97CA4864CDFE06EAF70A0EC0D7191"),
            (ManagementAlgorithm::Aes256, "8EA2B7CA516745BFEAFC49904B496089"),
        ] {
            let key = &unhex(aes)[..algorithm.key_length()];
            let cipher = algorithm.crypt(key, &plain, true).unwrap();
            assert_eq!(hex(&cipher), answer);
            assert_eq!(algorithm.crypt(key, &cipher, false).unwrap().to_vec(), plain);
        }
        let key = unhex("0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123");
        let cipher = ManagementAlgorithm::TripleDes.crypt(&key, b"The qufc", true).unwrap();
        assert_eq!(hex(&cipher), "A826FD8CE53B855F");
    }

    fn mutual(key: &[u8], algorithm: ManagementAlgorithm, lie: bool) -> [(String, String); 2] {
        let id = algorithm.identifier();
        let witness = vec![0x5A; algorithm.block()];
        let challenge = vec![0xA5; algorithm.block()];
        let sealed = algorithm.crypt(key, &witness, true).unwrap();
        let mut answer = algorithm.crypt(key, &challenge, true).unwrap().to_vec();
        answer[0] ^= u8::from(lie);
        let mut reply = tlv::wrap(0x80, &witness);
        tlv::push(&mut reply, 0x81, &challenge);
        let reply = tlv::wrap(0x7C, &reply);
        [
            (
                format!("0087{id:02X}9B047C02800000"),
                format!("{}9000", hex(&tlv::wrap(0x7C, &tlv::wrap(0x80, &sealed)))),
            ),
            (
                format!("0087{id:02X}9B{:02X}{}00", reply.len(), hex(&reply)),
                format!("{}9000", hex(&tlv::wrap(0x7C, &tlv::wrap(0x82, &answer)))),
            ),
        ]
    }

    fn lines(lines: &[(String, String)]) -> Script {
        Script::new(lines.iter().map(|(a, b)| (a.as_str(), b.as_str())))
    }

    #[test]
    fn a_key_of_24_bytes_is_tried_as_triple_des_and_then_as_aes_192() {
        let key = [7u8; 24];
        let mut script =
            vec![("00F7009B00".to_owned(), "6D00".to_owned()), ("0087039B047C02800000".to_owned(), "6A86".to_owned())];
        script.extend(mutual(&key, ManagementAlgorithm::Aes192, false));
        let mut card = lines(&script);
        let used = Piv::new(&mut card).authenticate(&Secret::new(key.to_vec()), &[0xA5; 16]);
        assert_eq!(used, Ok(ManagementAlgorithm::Aes192));
        card.finished();
    }

    #[test]
    fn metadata_names_the_algorithm_where_a_card_has_it() {
        let key = [9u8; 24];
        let mut script = vec![("00F7009B00".to_owned(), "01010A9000".to_owned())];
        script.extend(mutual(&key, ManagementAlgorithm::Aes192, false));
        let mut card = lines(&script);
        Piv::new(&mut card).authenticate(&Secret::new(key.to_vec()), &[0xA5; 16]).unwrap();
        card.finished();
    }

    #[test]
    fn a_card_that_does_not_know_the_key_itself_is_refused() {
        let key = [3u8; 32];
        let mut card = lines(&mutual(&key, ManagementAlgorithm::Aes256, true));
        let result = Piv::new(&mut card).authenticate(&Secret::new(key.to_vec()), &[0xA5; 16]);
        assert_eq!(result, Err(CardFault::WrongManagementKey));
    }

    #[test]
    fn a_key_of_odd_length_is_never_sent() {
        let mut card = Script::new([]);
        let result = Piv::new(&mut card).authenticate(&Secret::new(vec![1; 23]), &[0; 16]);
        assert_eq!(result, Err(CardFault::WrongManagementKey));
    }
}
