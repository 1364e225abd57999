//! The simulated PIV application: one APDU in, one answer out (SP 800-73-5 part 2), as a common card behaves.
//!
//! Rights live in [`Session`] and end with the power. Objects change only when the last segment of a chain is there
//! (`notes` cards 8 A). SELECT of the application already selected keeps the rights.

use p256::ecdsa::signature::hazmat::PrehashSigner;

use super::memory::{CardMemory, public_point};
use crate::card::piv::ManagementAlgorithm;
use crate::card::piv::application::AID;
use crate::card::tlv;

/// The most a chained command may bring together, in bytes.
const CHAIN_MAX: usize = 16 * 1024;
/// The application of a card that is no PIV card: a passport's.
const OTHER_AID: [u8; 7] = [0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01];
/// Objects that only the passcode opens: face, printed information, fingerprints.
const BEHIND_PIN: [u32; 3] = [0x5F_C108, 0x5F_C109, 0x5F_C103];
/// What INS FD answers.
const VERSION: [u8; 3] = [5, 2, 7];

/// What the card forgets without power.
#[derive(Default)]
pub(super) struct Session {
    selected: bool,
    pin_verified: bool,
    /// VERIFY was the command directly before: 9C wants that.
    pin_fresh: bool,
    managed: bool,
    witness: Option<Vec<u8>>,
    chain: Vec<u8>,
    answer: Vec<u8>,
}

/// One command taken apart.
struct Apdu<'a> {
    cla: u8,
    ins: u8,
    p1: u8,
    p2: u8,
    data: &'a [u8],
}

impl<'a> Apdu<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&[cla, ins, p1, p2], body) = bytes.split_first_chunk::<4>()?;
        let data = match body {
            [] | [_] => &[][..],
            [length, rest @ ..] => {
                let (data, le) = rest.split_at_checked(usize::from(*length))?;
                // Neither an extended APDU nor bytes too many.
                if data.is_empty() || le.len() > 1 {
                    return None;
                }
                data
            }
        };
        Some(Self { cla, ins, p1, p2, data })
    }
}

/// An answer before it is cut into pieces: data, or a status word alone.
type Reply = Result<Vec<u8>, u16>;

/// The card for as long as it has power.
pub(super) struct Chip<'a> {
    pub(super) memory: &'a mut CardMemory,
    pub(super) session: &'a mut Session,
}

impl Chip<'_> {
    /// Executes one APDU.
    pub(super) fn execute(&mut self, bytes: &[u8]) -> Vec<u8> {
        let Some(apdu) = Apdu::parse(bytes) else { return status(0x6700) };
        if apdu.ins == 0xC0 {
            return self.next_piece();
        }
        self.session.answer.clear();
        self.session.chain.extend_from_slice(apdu.data);
        if self.session.chain.len() > CHAIN_MAX {
            self.session.chain.clear();
            return status(0x6A84);
        }
        if apdu.cla & 0x10 != 0 {
            return status(0x9000);
        }
        let data = std::mem::take(&mut self.session.chain);
        let fresh = std::mem::take(&mut self.session.pin_fresh);
        match self.dispatch(&apdu, &data, fresh) {
            Ok(answer) => {
                self.session.answer = answer;
                self.next_piece()
            }
            Err(sw) => status(sw),
        }
    }

    fn next_piece(&mut self) -> Vec<u8> {
        let answer = &mut self.session.answer;
        let mut piece: Vec<u8> = answer.drain(..answer.len().min(256)).collect();
        let sw = match answer.len() {
            0 => 0x9000,
            more @ 1..=255 => 0x6100 | more as u16,
            _ => 0x6100,
        };
        piece.extend(status(sw));
        piece
    }

    fn dispatch(&mut self, apdu: &Apdu<'_>, data: &[u8], fresh: bool) -> Reply {
        if apdu.ins == 0xA4 {
            return self.select(data);
        }
        if !self.memory.is_piv || !self.session.selected {
            return Err(0x6D00);
        }
        match (apdu.ins, apdu.p1, apdu.p2) {
            (0x20, 0x00, reference) => self.verify(reference, data),
            (0x24, 0x00, reference) => self.change(reference, data),
            (0x2C, 0x00, 0x80) => self.reset_retry(data),
            (0x87, algorithm, 0x9B) => self.mutual(algorithm, data),
            (0x87, algorithm, slot) => self.sign(algorithm, slot, data, fresh),
            (0x47, 0x00, slot @ (0x9A | 0x9C | 0x9D | 0x9E)) => self.generate(slot, data),
            (0xCB, 0x3F, 0xFF) => self.get(data),
            (0xDB, 0x3F, 0xFF) => self.put(data),
            (0xFF, 0xFF, 0xFF) => self.set_management_key(data),
            (0xF8, _, _) => self.memory.serial.map(|serial| serial.to_be_bytes().to_vec()).ok_or(0x6D00),
            (0xFD, _, _) => Ok(VERSION.to_vec()),
            (0x20 | 0x24 | 0x2C | 0x47 | 0xCB | 0xDB, _, _) => Err(0x6A86),
            _ => Err(0x6D00),
        }
    }

    fn select(&mut self, aid: &[u8]) -> Reply {
        let own: &[u8] = if self.memory.is_piv { &AID } else { &OTHER_AID };
        if aid.len() < 5 || !own.starts_with(aid) {
            return Err(0x6A82);
        }
        self.session.selected = true;
        let mut properties = tlv::wrap(0x4F, &own[5..]);
        tlv::push(&mut properties, 0x79, &tlv::wrap(0x4F, &own[..5]));
        Ok(tlv::wrap(0x61, &properties))
    }

    fn verify(&mut self, reference: u8, given: &[u8]) -> Reply {
        match (reference, given.len()) {
            (0x80, 0) if self.session.pin_verified => Ok(Vec::new()),
            (0x80, 0) => Err(self.memory.pin.status()),
            (0x81, 0) if self.memory.says_puk_tries => Err(self.memory.puk.status()),
            (0x80, 8) => {
                let verdict = self.memory.pin.judge(given);
                self.session.pin_verified = verdict.is_none();
                self.session.pin_fresh = verdict.is_none();
                verdict.map_or(Ok(Vec::new()), Err)
            }
            (0x80, _) => Err(0x6A80),
            _ => Err(0x6A88),
        }
    }

    fn change(&mut self, reference: u8, both: &[u8]) -> Reply {
        let (old, new) = halves(both)?;
        let target = match reference {
            0x80 if is_pin(&new) => &mut self.memory.pin,
            0x80 => return Err(0x6A80),
            0x81 => &mut self.memory.puk,
            _ => return Err(0x6A88),
        };
        if let Some(sw) = target.judge(&old) {
            return Err(if self.memory.counts_in_change { sw } else { 0x6300 });
        }
        target.value = new;
        Ok(Vec::new())
    }

    fn reset_retry(&mut self, both: &[u8]) -> Reply {
        let (puk, pin) = halves(both)?;
        if !is_pin(&pin) {
            return Err(0x6A80);
        }
        if let Some(sw) = self.memory.puk.judge(&puk) {
            return Err(sw);
        }
        self.memory.pin.value = pin;
        self.memory.pin.left = self.memory.pin.tries;
        self.session.pin_verified = false;
        Ok(Vec::new())
    }

    fn mutual(&mut self, algorithm: u8, data: &[u8]) -> Reply {
        let (own, key) = self.memory.management.clone();
        if ManagementAlgorithm::from_identifier(algorithm) != Some(own) {
            return Err(0x6A86);
        }
        let block = if own == ManagementAlgorithm::TripleDes { 8 } else { 16 };
        let template = tlv::find(data, 0x7C).ok_or(0x6A80u16)?;
        match (tlv::find(template, 0x80), tlv::find(template, 0x81)) {
            (Some([]), None) => {
                let witness = self.memory.draw()[..block].to_vec();
                let sealed = own.crypt(&key, &witness, true).ok_or(0x6F00u16)?;
                self.session.witness = Some(witness);
                Ok(tlv::wrap(0x7C, &tlv::wrap(0x80, &sealed)))
            }
            (Some(plain), Some(challenge)) => {
                self.session.managed = false;
                if self.session.witness.take().as_deref() != Some(plain) {
                    return Err(0x6982);
                }
                let answer = own.crypt(&key, challenge, true).ok_or(0x6A80u16)?;
                self.session.managed = true;
                Ok(tlv::wrap(0x7C, &tlv::wrap(0x82, &answer)))
            }
            _ => Err(0x6A80),
        }
    }

    fn sign(&mut self, algorithm: u8, slot: u8, data: &[u8], fresh: bool) -> Reply {
        let key = *self.memory.keys.get(&slot).ok_or(0x6A88u16)?;
        if algorithm != 0x11 {
            return Err(0x6A86);
        }
        let allowed = match slot {
            0x9E => true,
            0x9C => self.session.pin_verified && fresh,
            _ => self.session.pin_verified,
        };
        if !allowed {
            return Err(0x6982);
        }
        let digest = tlv::find(data, 0x7C).and_then(|template| tlv::find(template, 0x81)).ok_or(0x6A80u16)?;
        let key = p256::ecdsa::SigningKey::from_slice(&key).map_err(|_| 0x6F00u16)?;
        let signature: p256::ecdsa::Signature = key.sign_prehash(digest).map_err(|_| 0x6A80u16)?;
        Ok(tlv::wrap(0x7C, &tlv::wrap(0x82, signature.to_der().as_bytes())))
    }

    fn generate(&mut self, slot: u8, data: &[u8]) -> Reply {
        if !self.session.managed {
            return Err(0x6982);
        }
        if tlv::find(data, 0xAC).and_then(|template| tlv::find(template, 0x80)) != Some(&[0x11]) {
            return Err(0x6A80);
        }
        let key = self.memory.draw_key();
        self.memory.keys.insert(slot, key);
        Ok(tlv::wrap(0x7F49, &tlv::wrap(0x86, &public_point(&key))))
    }

    fn get(&mut self, data: &[u8]) -> Reply {
        let id = object_id(data)?;
        if BEHIND_PIN.contains(&id) && !self.session.pin_verified {
            return Err(0x6982);
        }
        self.memory.objects.get(&id).map(|contents| tlv::wrap(0x53, contents)).ok_or(0x6A82)
    }

    fn put(&mut self, data: &[u8]) -> Reply {
        if !self.session.managed {
            return Err(0x6982);
        }
        let id = object_id(data)?;
        let contents = tlv::find(data, 0x53).ok_or(0x6A80u16)?;
        if contents.len() > self.memory.room {
            return Err(0x6A84);
        }
        if contents.is_empty() {
            self.memory.objects.remove(&id);
        } else {
            self.memory.objects.insert(id, contents.to_vec());
        }
        Ok(Vec::new())
    }

    fn set_management_key(&mut self, data: &[u8]) -> Reply {
        if !self.memory.can_set_management_key {
            return Err(0x6D00);
        }
        if !self.session.managed {
            return Err(0x6982);
        }
        let (&[algorithm, 0x9B, length], key) = data.split_first_chunk::<3>().ok_or(0x6A80u16)? else {
            return Err(0x6A80);
        };
        let algorithm = ManagementAlgorithm::from_identifier(algorithm).ok_or(0x6A80u16)?;
        if key.len() != usize::from(length) || key.len() != algorithm.key_length() {
            return Err(0x6A80);
        }
        self.memory.management = (algorithm, key.to_vec());
        Ok(Vec::new())
    }
}

fn status(sw: u16) -> Vec<u8> {
    sw.to_be_bytes().to_vec()
}

fn halves(both: &[u8]) -> Result<([u8; 8], [u8; 8]), u16> {
    let wrong = |_| 0x6A80u16;
    let (first, second) = both.split_at_checked(8).ok_or(0x6A80u16)?;
    Ok((first.try_into().map_err(wrong)?, second.try_into().map_err(wrong)?))
}

/// 6 to 8 digits, the rest FF.
fn is_pin(value: &[u8; 8]) -> bool {
    let digits = value.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits >= 6 && value.iter().skip(digits).all(|byte| *byte == 0xFF)
}

fn object_id(data: &[u8]) -> Result<u32, u16> {
    let tag = tlv::find(data, 0x5C).ok_or(0x6A80u16)?;
    Ok(tag.iter().fold(0u32, |id, byte| id << 8 | u32::from(*byte)))
}
