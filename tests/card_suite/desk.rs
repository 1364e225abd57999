//! A desk without screens: plan, journal, vault and a certificate authority, enough to write a card and to go on after
//! a tear as the real desk does.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use der::{Decode, Encode};
use p256::ecdsa::{DerSignature, SigningKey};
use ra_desk::card::run::{Secrets, run};
use ra_desk::card::task::{
    CardAnswer, CardFault, CardIdentity, CardPlan, CardTask, EncodeStep, KeyAlgorithm, Probe, Slot, StepEvidence,
};
use ra_desk::domain::{CardGuid, Environment, Secret, VaultSlot};
use sha2::{Digest, Sha256};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::TbsCertificate;
use x509_cert::ext::Extension;
use x509_cert::name::Name;
use x509_cert::request::CertReq;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfoOwned, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use super::TestCard;

/// The vault of a test: every secret in the clear.
pub struct Vault {
    pub secrets: BTreeMap<VaultSlot, Vec<u8>>,
    drawn: Cell<u64>,
}

impl Vault {
    pub fn new() -> Self {
        let secrets = [
            (VaultSlot::TransportPuk, b"12345678".to_vec()),
            (VaultSlot::TransportManagementKey, [1, 2, 3, 4, 5, 6, 7, 8].repeat(3)),
            (VaultSlot::ManagementKey, vec![0xA7; 32]),
            (VaultSlot::Puk, b"\x01PUK-one".to_vec()),
            (VaultSlot::NextPuk, b"\x02PUK-two".to_vec()),
            (VaultSlot::EncodePin, b"58203917".to_vec()),
            (VaultSlot::HolderPin, b"735194".to_vec()),
            (VaultSlot::AgentPin, b"000000".to_vec()),
        ];
        Self { secrets: BTreeMap::from(secrets), drawn: Cell::new(0) }
    }
}

impl Secrets for Vault {
    fn get(&self, slot: VaultSlot) -> Option<Secret> {
        self.secrets.get(&slot).cloned().map(Secret::new)
    }

    fn random(&self, buf: &mut [u8]) {
        for chunk in buf.chunks_mut(32) {
            self.drawn.set(self.drawn.get() + 1);
            let bytes = Sha256::digest(self.drawn.get().to_be_bytes());
            chunk.copy_from_slice(&bytes[..chunk.len()]);
        }
    }
}

/// One card being written.
pub struct Desk {
    pub plan: CardPlan,
    pub vault: Vault,
    pub expect: CardIdentity,
    /// Steps confirmed so far.
    pub confirmed: usize,
    /// The next step was sent and its outcome is not known.
    pub sent: bool,
    pub skipped: Vec<EncodeStep>,
    pub read_back: Option<[u8; 32]>,
}

impl Desk {
    pub fn new(number: u8, face: usize) -> Self {
        let mut jpeg = vec![0x5A; face];
        jpeg.splice(..4, [0xFF, 0xD8, 0xFF, 0xE0]);
        let keys = [Slot::Authentication, Slot::Signature, Slot::KeyManagement, Slot::CardAuthentication];
        let plan = CardPlan {
            guid: CardGuid([number.wrapping_add(1); 16]),
            number: "555102034417".parse().unwrap(),
            name: "Siân Wyn Llŷr".into(),
            organisation: "Example Trust".into(),
            expires: jiff::civil::date(2030, 1, 31),
            environment: Environment::Trial,
            keys: keys.map(|slot| (slot, KeyAlgorithm::P256)).to_vec(),
            face_jpeg: Some(jpeg),
            public_keys: BTreeMap::new(),
            certificates: BTreeMap::new(),
            static_9b: false,
        };
        Self {
            plan,
            vault: Vault::new(),
            expect: CardIdentity::default(),
            confirmed: 0,
            sent: false,
            skipped: Vec::new(),
            read_back: None,
        }
    }

    pub fn run(&self, card: &mut dyn TestCard, task: CardTask) -> Result<CardAnswer, CardFault> {
        run(&task, Some(&self.expect), &mut *card, &self.vault)
    }

    /// The first look at the card in the reader; what it is expected to be from now on.
    pub fn identify(&mut self, card: &mut dyn TestCard) {
        match run(&CardTask::Read, None, &mut *card, &self.vault) {
            Ok(CardAnswer::Report(report)) => self.expect = report.identity,
            other => panic!("the first look failed: {other:?}"),
        }
    }

    /// Writes the card from where the journal stands to the end.
    pub fn write(&mut self, card: &mut dyn TestCard) -> Result<(), CardFault> {
        while let Some(step) = self.plan.steps().get(self.confirmed).copied() {
            self.step(card, step)?;
        }
        Ok(())
    }

    fn step(&mut self, card: &mut dyn TestCard, step: EncodeStep) -> Result<(), CardFault> {
        let again = std::mem::replace(&mut self.sent, true); // the journal row is there before the card is touched
        let plan = Arc::new(self.plan.clone());
        if again {
            let probe = self.run(card, CardTask::Probe { step, plan: Arc::clone(&plan) })?;
            if probe == CardAnswer::Probed(Probe::Done) {
                self.confirm(step, StepEvidence::Done);
                return Ok(());
            }
        }
        match self.run(card, CardTask::Encode { step, plan, again })? {
            CardAnswer::Encoded(evidence) => self.confirm(step, evidence),
            other => panic!("{step:?} answered {other:?}"),
        }
        Ok(())
    }

    /// Takes what a step left behind and goes on to the next.
    pub fn confirm(&mut self, step: EncodeStep, evidence: StepEvidence) {
        self.sent = false;
        self.confirmed += 1;
        match (step, evidence) {
            (EncodeStep::WriteChuid, _) => self.expect.guid = Some(self.plan.guid),
            (EncodeStep::GenerateKey(slot), StepEvidence::PublicKey(key)) => {
                self.plan.public_keys.insert(slot, key);
            }
            (EncodeStep::Request(slot), StepEvidence::Request(request)) => {
                let certificate = certify(&self.plan, &request);
                self.plan.certificates.insert(slot, certificate);
            }
            (EncodeStep::WriteFace, StepEvidence::Skipped) => {
                // The step is gone from the plan, so the next one is at its place.
                self.plan.face_jpeg = None;
                self.confirmed -= 1;
                self.skipped.push(step);
            }
            (step, StepEvidence::Skipped) => self.skipped.push(step),
            (EncodeStep::ReadBack, StepEvidence::ReadBack(hash)) => self.read_back = Some(hash),
            (_, StepEvidence::Done) => {}
            (step, evidence) => panic!("{step:?} left {evidence:?}"),
        }
    }
}

struct CardProfile {
    subject: Name,
}

impl BuilderProfile for CardProfile {
    fn get_issuer(&self, _: &Name) -> Name {
        Name::from_str("CN=Card CA trial,O=Test").unwrap()
    }

    fn get_subject(&self) -> Name {
        self.subject.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        _: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        Ok(Vec::new())
    }
}

/// Checks a request as a certificate authority does and issues the certificate.
fn certify(plan: &CardPlan, request: &[u8]) -> Vec<u8> {
    let request = CertReq::from_der(request).expect("a PKCS#10 request");
    let key = request.info.public_key.to_der().unwrap();
    let signed = request.info.to_der().unwrap();
    assert!(
        ra_desk::card::piv::proof::verify(&key, &signed, request.signature.raw_bytes()),
        "the request is not signed by its key"
    );
    assert_eq!(request.info.subject.to_string(), format!("CN={}", plan.guid));
    issue(plan, &key)
}

/// A certificate for this SubjectPublicKeyInfo.
pub fn issue(plan: &CardPlan, key: &[u8]) -> Vec<u8> {
    let signer = SigningKey::from_slice(&[0x11; 32]).unwrap();
    let at = |seconds| Time::try_from(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds)).unwrap();
    let subject = Name::from_str(&format!("CN={},serialNumber={}", "Siân Wyn Llŷr", plan.number.digits())).unwrap();
    CertificateBuilder::new(
        CardProfile { subject },
        SerialNumber::new(&Sha256::digest(key)[..8]).unwrap(),
        Validity::new(at(1_780_000_000), at(1_890_000_000)),
        SubjectPublicKeyInfoOwned::from_der(key).unwrap(),
    )
    .unwrap()
    .build::<_, DerSignature>(&signer)
    .unwrap()
    .to_der()
    .unwrap()
}
