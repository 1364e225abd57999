//! Signatures by cards: the agent's hand under an act or a session start, and a served card's proof.
//!
//! The certificate shown must be the very one central has on record for a live card, byte for byte. Central issued what
//! it has on record by its own Card CA, so this says more than a chain would.

use rsa::signature::Verifier;
use sha2::{Digest, Sha256};
use spki::DecodePublicKey;

use super::ca::CertDer;
use super::effect::is_dead;
use super::service::{Central, of_store, problem};
use super::store::{AgentRow, Hand, StoreError};
use crate::card::task::Slot;
use crate::domain::{CardGuid, CardStatus, DeskId, UserNumber, VisitId};
use crate::policy::roles::{Task, may};
use crate::wire::act::{Act, ActKind, SessionStart, Signed, act_bytes, content_of, proof_bytes, session_bytes};
use crate::wire::event::{Header, VERSION_MIN};
use crate::wire::fact::Fact;
use crate::wire::message::{Problem, ProblemCode};

/// Whether `signature` over `message` is by the key of this certificate: P-256 or RSA, with SHA-256.
pub fn signed_by(certificate: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let Some(spki) = spki_of(certificate) else { return false };
    if let Ok(key) = p256::ecdsa::VerifyingKey::from_public_key_der(&spki) {
        return p256::ecdsa::Signature::from_der(signature).is_ok_and(|sig| key.verify(message, &sig).is_ok());
    }
    let Ok(key) = rsa::PublicKey::from_public_key_der(&spki) else { return false };
    let key = rsa::pkcs1v15::VerifyingKey::<Sha256>::new(key);
    rsa::pkcs1v15::Signature::try_from(signature).is_ok_and(|sig| key.verify(message, &sig).is_ok())
}

/// SubjectPublicKeyInfo of a certificate, DER.
pub fn spki_of(certificate: &[u8]) -> Option<Vec<u8>> {
    use der::{Decode, Encode};
    let certificate = x509_cert::Certificate::from_der(certificate).ok()?;
    certificate.tbs_certificate().subject_public_key_info().to_der().ok()
}

/// What an act must say to be taken.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// One of these.
    pub kinds: &'a [ActKind],
    /// In this visit.
    pub visit: VisitId,
    /// For this card; none: not looked at.
    pub card: Option<CardGuid>,
    /// At this desk.
    pub desk: DeskId,
    /// With this content; none: not looked at, the outcome event is held against it.
    pub content: Option<[u8; 32]>,
    /// The agent must be allowed this, now.
    pub task: Task,
    /// The card served is the very first one: it may sign for its own hand-over before it is live, as there is nobody else.
    pub first_card: bool,
}

impl Central {
    /// Checks an act made online and gives the agent. The nonce is left to the use case, which spends it.
    pub fn check_act(&self, act: &Signed<Act>, wanted: &Wanted<'_>) -> Result<AgentRow, Problem> {
        let said = &act.statement;
        let right = wanted.kinds.contains(&said.kind)
            && said.visit == wanted.visit
            && said.desk == wanted.desk
            && wanted.card.is_none_or(|card| said.card == Some(card));
        if !right {
            return Err(problem(ProblemCode::BadSignature, "the agent signed another act"));
        }
        if wanted.content.is_some_and(|content| said.content != Some(content)) {
            return Err(problem(ProblemCode::ContentDiffers, "the agent signed something else than this request"));
        }
        let itself = wanted.card.filter(|_| wanted.first_card && said.kind == ActKind::HandOver);
        let agent = self.live_agent(&act.certificate, &act_bytes(said), &act.signature, itself)?;
        let now = self.now();
        if !agent.roles.iter().any(|row| may(row.role, wanted.task) && row.held_at(now)) {
            return Err(problem(ProblemCode::NotAllowed, "the agent's roles do not allow this"));
        }
        // The very first card signs before anybody could sign in with it.
        let nobody_yet = itself == Some(agent.card) && agent.card_status != CardStatus::Issued;
        if !nobody_yet {
            self.need_session(Some(&agent.number), wanted.desk)?;
        }
        Ok(agent)
    }

    /// Refuses unless an agent (this one, if one is named) has a live session at this desk.
    pub fn need_session(&self, agent: Option<&UserNumber>, desk: DeskId) -> Result<(), Problem> {
        if self.store.session_live(agent, desk, self.now()).map_err(of_store)? {
            Ok(())
        } else {
            Err(problem(ProblemCode::NoSession, "no agent who may ask this has a session at this desk"))
        }
    }

    /// Checks a session start and gives the agent.
    pub fn check_session(&self, start: &Signed<SessionStart>) -> Result<AgentRow, Problem> {
        let said = &start.statement;
        let agent = self.live_agent(&start.certificate, &session_bytes(said), &start.signature, None)?;
        if agent.number != said.agent || agent.card != said.card {
            return Err(problem(ProblemCode::BadSignature, "the card is not the one the session names"));
        }
        let now = self.now();
        let holds = |row: &super::store::RoleRow| {
            row.role == said.role && row.organisation == said.organisation && row.held_at(now)
        };
        if !agent.roles.iter().any(holds) {
            return Err(problem(ProblemCode::NotAllowed, "the agent does not hold this role here"));
        }
        Ok(agent)
    }

    /// The agent behind a signature by a live card, or by the one card that may sign before it is live.
    fn live_agent(
        &self,
        certificate: &[u8],
        message: &[u8],
        signature: &[u8],
        not_yet_live: Option<CardGuid>,
    ) -> Result<AgentRow, Problem> {
        let bad = |detail| problem(ProblemCode::BadSignature, detail);
        let read = CertDer::read(certificate).ok_or_else(|| bad("the agent's certificate can't be read"))?;
        let agent = self.store.agent_by_certificate(&read.serial).map_err(of_store)?;
        let agent = agent
            .filter(|agent| agent.certificate == certificate && agent.slot == Slot::Authentication)
            .ok_or_else(|| bad("the agent's certificate is not on record"))?;
        // Certificates live from the hand-over on (design, "The card").
        let live = agent.card_status == CardStatus::Issued
            || (not_yet_live == Some(agent.card) && !is_dead(agent.card_status));
        if agent.revoked.is_some() || !live || read.not_after < self.now() {
            return Err(problem(ProblemCode::NotAllowed, "the agent's card is not a live one, or it expired"));
        }
        if !signed_by(certificate, message, signature) {
            return Err(bad("the agent's signature does not check"));
        }
        Ok(agent)
    }

    /// Checks the proof of a served card against the 9E certificate on record: a look-alike gets nothing.
    pub fn check_proof(&self, card: CardGuid, nonce: &[u8; 32], proof: &[u8]) -> Result<(), Problem> {
        let record = self.store.certificate(card, Slot::CardAuthentication).map_err(of_store)?;
        let record = record.ok_or_else(|| problem(ProblemCode::BadSignature, "no 9E certificate is on record"))?;
        if signed_by(&record.der, &proof_bytes(card, nonce), proof) {
            Ok(())
        } else {
            Err(problem(ProblemCode::BadSignature, "the card's proof does not check"))
        }
    }

    /// The hand on a fact, as far as it can be judged without knowing what else is in the push. The header's time is when
    /// it was signed: a certificate that is over today may have been good then. `body` is the fact as it was sealed.
    pub fn hand_of(&self, fact: &Fact, header: &Header, body: &[u8]) -> Result<Option<Hand>, StoreError> {
        let (desk, at) = (header.desk, header.at);
        let (certificate, signature, message, kind, fits, altered) = match fact {
            Fact::SessionStarted { start } => {
                let said = &start.statement;
                (&start.certificate, &start.signature, session_bytes(said), None, said.desk == desk, false)
            }
            other => {
                let Some((act, fits)) = act_of(other) else { return Ok(None) };
                let said = &act.statement;
                // Format 1 did not sign the content: what was recorded then still counts.
                let unsaid = said.content.is_none() && header.version == VERSION_MIN;
                let altered = !unsaid && (said.content.is_none() || said.content != content_of(body));
                let fits = fits && said.desk == desk;
                (&act.certificate, &act.signature, act_bytes(said), Some(said.kind), fits, altered)
            }
        };
        let Some(read) = CertDer::read(certificate) else {
            return Ok(Some(Hand { serial: String::new(), kind, valid: false, altered }));
        };
        let known = self.store.agent_by_certificate(&read.serial)?;
        let on_record = known.is_some_and(|agent| agent.certificate == *certificate);
        let valid = fits && on_record && read.not_after >= at && signed_by(certificate, &message, signature);
        Ok(Some(Hand { serial: read.serial, kind, valid, altered }))
    }
}

/// The act in a fact, and whether it says what the fact says.
fn act_of(fact: &Fact) -> Option<(&Signed<Act>, bool)> {
    let fits = |act: &Act, kinds: &[ActKind], visit: &VisitId, card: Option<CardGuid>| {
        kinds.contains(&act.kind) && act.visit == *visit && (card.is_none() || act.card == card)
    };
    match fact {
        Fact::Register(registration) => {
            let act = &registration.act;
            Some((act, fits(&act.statement, &[ActKind::Submit], &registration.visit, None)))
        }
        Fact::ChangeName(change) => {
            let act = &change.act;
            Some((act, fits(&act.statement, &[ActKind::Submit], &change.visit, None)))
        }
        Fact::PasscodeReset { visit, card, act, .. } => {
            Some((act, fits(&act.statement, &[ActKind::PukRelease, ActKind::HandOver], visit, Some(*card))))
        }
        Fact::HandedOver { visit, card, act, .. } => {
            Some((act, fits(&act.statement, &[ActKind::HandOver], visit, Some(*card))))
        }
        Fact::Cancel { visit, card, act, .. } => Some((act, fits(&act.statement, &[ActKind::Cancel], visit, *card))),
        Fact::TakenOver { visit, act, .. } => Some((act, fits(&act.statement, &[ActKind::TakeOver], visit, None))),
        _ => None,
    }
}

/// SHA-256 of a signature: the same signed thing again is the same request.
pub fn signature_digest(signature: &[u8]) -> [u8; 32] {
    Sha256::digest(signature).into()
}
