//! The order of an encoding, and what each object of it holds.

use super::objects::{Ccc, Chuid, Face, Printed, certificate};
use super::piv::ObjectId;
use super::task::{CardPlan, EncodeStep, KeyAlgorithm, Slot};

impl CardPlan {
    /// Every step in order (`notes` cards 8, changed by the design: the CHUID comes first, and everything after the
    /// rotation happens under a random passcode). Certificates are fetched between the last `Request` and the first
    /// `WriteCertificate`.
    pub fn steps(&self) -> Vec<EncodeStep> {
        let slots = || self.keys.iter().map(|(slot, _)| *slot);
        let mut steps =
            vec![EncodeStep::WriteChuid, EncodeStep::SetManagementKey, EncodeStep::SetPuk, EncodeStep::SetEncodePin];
        steps.extend(slots().flat_map(|slot| [EncodeStep::GenerateKey(slot), EncodeStep::Request(slot)]));
        steps.extend(slots().map(EncodeStep::WriteCertificate));
        steps.extend([EncodeStep::WriteCcc, EncodeStep::WritePrinted]);
        steps.extend(self.face_jpeg.as_ref().map(|_| EncodeStep::WriteFace));
        steps.extend(slots().map(EncodeStep::Prove));
        steps.push(EncodeStep::ReadBack);
        steps
    }

    /// The algorithm planned for a slot.
    pub fn algorithm(&self, slot: Slot) -> Option<KeyAlgorithm> {
        self.keys.iter().find(|(planned, _)| *planned == slot).map(|(_, algorithm)| *algorithm)
    }

    /// Contents of the CHUID.
    pub(super) fn chuid(&self) -> Vec<u8> {
        Chuid::encode(self.guid, self.expires)
    }

    /// Contents of the CCC.
    pub(super) fn ccc(&self) -> Vec<u8> {
        Ccc::of(self.guid).encode()
    }

    /// Contents of the printed information.
    pub(super) fn printed(&self) -> Vec<u8> {
        Printed::of(&self.name, &self.organisation, &self.number, self.expires, self.environment).encode()
    }

    /// Contents of the facial image, if one is planned.
    pub(super) fn face(&self) -> Option<Vec<u8>> {
        self.face_jpeg.as_ref().map(|jpeg| Face { jpeg: jpeg.clone() }.encode(self.expires))
    }

    /// Contents of a slot's certificate object, once central has given the certificate.
    pub(super) fn certificate_object(&self, slot: Slot) -> Option<Vec<u8>> {
        self.certificates.get(&slot).map(|der| certificate::encode(der))
    }

    /// Every object the finished card must hold. None while a certificate is missing.
    pub(super) fn objects(&self) -> Option<Vec<(ObjectId, Vec<u8>)>> {
        let mut objects = vec![(ObjectId::CHUID, self.chuid()), (ObjectId::CCC, self.ccc())];
        for (slot, _) in &self.keys {
            objects.push((ObjectId::certificate(*slot), self.certificate_object(*slot)?));
        }
        objects.push((ObjectId::PRINTED, self.printed()));
        objects.extend(self.face().map(|face| (ObjectId::FACE, face)));
        Some(objects)
    }
}

impl EncodeStep {
    /// Whether its evidence is needed later, so that a "done" found by a probe is not enough after a tear: the step is
    /// run again unless its evidence is in the journal.
    pub fn leaves_evidence(self) -> bool {
        matches!(self, Self::GenerateKey(_) | Self::Request(_) | Self::ReadBack)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::{CardGuid, Environment};

    #[test]
    fn the_name_comes_first_the_keys_before_their_certificates_and_the_read_back_last() {
        let plan = CardPlan {
            guid: CardGuid([1; 16]),
            number: "555102034417".parse().unwrap(),
            name: "A".into(),
            organisation: "B".into(),
            expires: jiff::civil::date(2030, 1, 1),
            environment: Environment::Demo,
            keys: vec![(Slot::Authentication, KeyAlgorithm::P256), (Slot::CardAuthentication, KeyAlgorithm::Rsa2048)],
            face_jpeg: None,
            public_keys: BTreeMap::new(),
            certificates: BTreeMap::new(),
            static_9b: false,
        };
        use EncodeStep::*;
        let (a, e) = (Slot::Authentication, Slot::CardAuthentication);
        let steps = [WriteChuid, SetManagementKey, SetPuk, SetEncodePin, GenerateKey(a), Request(a), GenerateKey(e)];
        let rest = [Request(e), WriteCertificate(a), WriteCertificate(e), WriteCcc, WritePrinted];
        let last = [Prove(a), Prove(e), ReadBack];
        assert_eq!(plan.steps(), [&steps[..], &rest, &last].concat());
        assert_eq!(plan.algorithm(e), Some(KeyAlgorithm::Rsa2048));
        assert_eq!(plan.objects(), None, "no certificate yet");
        let with_face = CardPlan { face_jpeg: Some(vec![1]), ..plan };
        assert!(with_face.steps().contains(&WriteFace));
    }
}
