//! What the card answered: the proof, the first card's own signature, unlocking, rotation.

use super::{After, Finished, NewPasscode, OP, Progress, Signer, Stage, Which, forget};
use crate::card::piv::proof::verify_by_certificate;
use crate::card::task::{CardAnswer, CardFault};
use crate::domain::{VaultSlot, VisitId};
use crate::journey::effect::{Effect, JournalPhase};
use crate::journey::input::{CentralFault, ReaderRole, SecretState};
use crate::journey::trouble::Trouble;
use crate::journey::{Ctx, may_act};
use crate::wire::act::{Signed, proof_bytes};
use crate::wire::message::ProblemCode;

impl NewPasscode {
    /// Central has this hand-over already, and nothing was changed on the chip since.
    pub fn is_over_at_central(&self) -> bool {
        let over = Trouble::Central(CentralFault::Problem(ProblemCode::HandedOver));
        self.trouble == Some(over) && !self.passcode_set
    }

    /// A card answered.
    pub(super) fn card(
        &mut self,
        ctx: &mut Ctx<'_>,
        visit: VisitId,
        result: &Result<CardAnswer, CardFault>,
    ) -> Progress {
        match self.stage.clone() {
            Stage::Prove { nonce } => self.proved(nonce, result),
            Stage::Sign { nonce, proof, .. } => return self.own_signature(ctx, visit, nonce, proof, result),
            Stage::Unlock { with } => return self.unlock_answered(ctx, visit, with, result),
            Stage::Rotate { .. } => return self.rotate_answered(ctx, visit, result),
            _ => {}
        }
        Progress::Going
    }

    fn proved(&mut self, nonce: [u8; 32], result: &Result<CardAnswer, CardFault>) {
        let proof = match result {
            Ok(CardAnswer::Signature(proof)) => proof.clone(),
            Ok(_) => return self.trouble = Some(Trouble::Card(CardFault::Unsupported)),
            Err(fault) => return self.trouble = Some(Trouble::Card(*fault)),
        };
        // Central checks it against its record; a look-alike is stopped here already where the record is at hand.
        let message = proof_bytes(self.subject.card, &nonce);
        let known = self.subject.certificate.as_ref();
        if known.is_some_and(|certificate| !verify_by_certificate(certificate, &message, &proof)) {
            self.stage = Stage::Nonce;
            self.trouble = Some(Trouble::Card(CardFault::ProofFailed));
        } else {
            self.stage = Stage::Sign { nonce, proof, verified: false };
        }
    }

    fn own_signature(
        &mut self,
        ctx: &mut Ctx<'_>,
        visit: VisitId,
        nonce: [u8; 32],
        proof: Vec<u8>,
        result: &Result<CardAnswer, CardFault>,
    ) -> Progress {
        let Signer::ThisCard { certificate } = self.signer.clone() else { return Progress::Going };
        match result {
            Ok(CardAnswer::Verified) => self.stage = Stage::Sign { nonce, proof, verified: true },
            Ok(CardAnswer::Signature(signature)) => {
                let statement = self.own_act(ctx, visit, nonce);
                self.signed(Signed { statement, signature: signature.clone(), certificate }, visit);
            }
            Ok(_) => self.trouble = Some(Trouble::Card(CardFault::Unsupported)),
            Err(CardFault::SecretMissing) => {
                self.stage = Stage::Nonce;
                return Progress::NoEncodePin;
            }
            Err(fault) => {
                self.stage = Stage::Sign { nonce, proof, verified: false };
                self.trouble = Some(Trouble::Card(*fault));
            }
        }
        Progress::Going
    }

    fn unlock_answered(
        &mut self,
        ctx: &mut Ctx<'_>,
        visit: VisitId,
        with: Which,
        result: &Result<CardAnswer, CardFault>,
    ) -> Progress {
        match result {
            Ok(_) => {
                ctx.journal(visit, OP, "unlock", JournalPhase::Confirmed);
                ctx.forget(VaultSlot::HolderPin);
                ctx.forget(VaultSlot::HolderPinAgain);
                self.secret = SecretState::default();
                self.passcode_set = true;
                self.fetched = 0;
                match with {
                    Which::Next => return self.finish(ctx),
                    Which::Current if may_act(ctx.desk, visit) => self.stage = Stage::Rotate { from: Which::Current },
                    // The desk was locked meanwhile: nothing is begun, so nothing is in doubt when it goes on.
                    Which::Current => self.stage = Stage::Release(After::Rotate),
                }
            }
            Err(CardFault::WrongPuk { left }) if *left > 1 && self.next_is_possible() && self.refused_puk.is_none() => {
                ctx.journal(visit, OP, "unlock", JournalPhase::Failed);
                self.refused_puk = Some(with);
                self.next_was_wrong = with == Which::Next;
                self.stage = Stage::Unlock { with: with.other() };
            }
            Err(fault @ (CardFault::WrongPuk { .. } | CardFault::PukBlocked)) => {
                ctx.journal(visit, OP, "unlock", JournalPhase::Failed);
                return self.lost(ctx, *fault);
            }
            Err(CardFault::SecretMissing) => {
                ctx.journal(visit, OP, "unlock", JournalPhase::Failed);
                self.type_anew(ctx, None);
                self.stage = Stage::Release(After::Choose);
            }
            Err(fault) => {
                if !nothing_was_sent(*fault) {
                    self.doubt_unlock(with);
                    self.stage =
                        Stage::Unlock { with: if self.next_is_possible() { self.first_to_try() } else { with } };
                }
                self.trouble = Some(Trouble::Card(*fault));
            }
        }
        Progress::Going
    }

    fn rotate_answered(
        &mut self,
        ctx: &mut Ctx<'_>,
        visit: VisitId,
        result: &Result<CardAnswer, CardFault>,
    ) -> Progress {
        match result {
            Ok(_) => {
                ctx.journal(visit, OP, "rotate", JournalPhase::Confirmed);
                return self.finish(ctx);
            }

            Err(fault @ (CardFault::WrongPuk { .. } | CardFault::PukBlocked)) => {
                ctx.journal(visit, OP, "rotate", JournalPhase::Failed);
                return self.lost(ctx, *fault);
            }
            Err(CardFault::SecretMissing) => {
                ctx.journal(visit, OP, "rotate", JournalPhase::Failed);
                self.stage = Stage::Release(After::Rotate);
            }
            Err(fault) => {
                if !nothing_was_sent(*fault) {
                    self.doubt_rotation();
                }
                self.trouble = Some(Trouble::Card(*fault));
            }
        }
        Progress::Going
    }

    /// Whether the PUK was rotated is not known. The holder types again: only setting a passcode tells which PUK the card has
    /// on every card, since some say nothing of the tries left when a PUK is changed.
    pub(super) fn doubt_rotation(&mut self) {
        if let Some(released) = &mut self.released {
            released.next_is_possible = true;
        }
        self.next_was_wrong = false;
        self.refused_puk = None;
        self.stage = Stage::Release(After::Choose);
    }

    /// Whether the card judged this PUK is not known: it may have cost a try. With one PUK possible the same again is
    /// harmless. Of two the other is next, so that no two tries are spent on the same wrong one; one that was refused for
    /// certain is never tried again.
    pub(super) fn doubt_unlock(&mut self, with: Which) {
        self.next_was_wrong = self.refused_puk.unwrap_or(with) == Which::Next;
    }

    pub(super) fn next_is_possible(&self) -> bool {
        self.released.is_some_and(|released| released.next_is_possible)
    }

    /// Of two PUKs that are possible.
    pub(super) fn first_to_try(&self) -> Which {
        if self.next_was_wrong { Which::Current } else { Which::Next }
    }

    fn finish(&mut self, ctx: &mut Ctx<'_>) -> Progress {
        end_rights(ctx);
        self.stage = Stage::Done;
        let puk_n = self.released.map(|released| released.puk_n.saturating_add(1));
        self.finished(puk_n).map_or(Progress::Going, Progress::Done)
    }

    fn lost(&mut self, ctx: &mut Ctx<'_>, fault: CardFault) -> Progress {
        end_rights(ctx);
        self.stage = Stage::Lost(fault);
        self.finished(None).map_or(Progress::Going, Progress::Lost)
    }

    pub(super) fn finished(&self, puk_n: Option<u32>) -> Option<Box<Finished>> {
        let act = self.request.as_ref()?.act.clone();
        Some(Box::new(Finished { passcode_set: self.passcode_set, puk_n, act }))
    }
}

/// Only a card that was told apart before anything was sent to it leaves no doubt.
fn nothing_was_sent(fault: CardFault) -> bool {
    matches!(fault, CardFault::WrongCard | CardFault::NotPiv | CardFault::InUse)
}

/// Nothing stays in the vault, and the card loses its power: the passcode was verified on it, and nobody but the holder is to
/// work with what that opened.
fn end_rights(ctx: &mut Ctx<'_>) {
    forget(ctx);
    ctx.effects.push(Effect::LetGo(ReaderRole::Customer));
}
