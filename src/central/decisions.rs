//! What the store decides for EST: whom a code lets in, what stands in a certificate, what was issued.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::ca::{CardSubject, CertDer, DeskSubject, ProvenRequest};
use super::effect::is_dead;
use super::est::{EstDecisions, Held, Holder, Recorded, Standing};
use super::service::{Central, code_hash, of_store, problem};
use super::store::{CertificateRow, DeskKeyRow, DeskRow, GrantRow};
use crate::card::task::Slot;
use crate::domain::{CardStatus, DeskId, GrantId, Millis, Secret};
use crate::wire::message::{Problem, ProblemCode};

/// [`EstDecisions`] of a service.
pub struct Decisions(pub Arc<Central>);

impl Decisions {
    fn live_desk(&self, desk: DeskId) -> Result<DeskRow, Problem> {
        let row = self.0.store.desk(desk).map_err(of_store)?;
        let row = row.ok_or_else(|| problem(ProblemCode::NotADesk, "central does not know this desk"))?;
        if let Some(reason) = &row.revoked {
            return Err(problem(ProblemCode::DeskRevoked, reason));
        }
        if let Some(reason) = &row.quarantined {
            return Err(problem(ProblemCode::DeskQuarantined, reason));
        }
        Ok(row)
    }

    fn grant(&self, grant: GrantId) -> Result<GrantRow, Problem> {
        let row = self.0.store.grant(grant).map_err(of_store)?;
        row.ok_or_else(|| problem(ProblemCode::NotFound, "there is no such grant"))
    }
}

impl EstDecisions for Decisions {
    fn now(&self) -> Millis {
        self.0.now()
    }

    fn redeem_invite(&self, code: &Secret, csr_spki: &[u8]) -> Result<DeskSubject, Problem> {
        self.0.may_guess()?;
        let code = std::str::from_utf8(code.expose()).unwrap_or_default();
        let key: [u8; 32] = Sha256::digest(csr_spki).into();
        match self.0.store.redeem_invite(&code_hash(code), &key, self.0.now()) {
            Ok(row) => {
                self.0.audit(Some(row.desk), None, "invite_redeemed", row.desk.to_string());
                self.live_desk(row.desk).map(subject)
            }
            Err(error) => {
                let told = of_store(error);
                if told.code == ProblemCode::BadCode {
                    self.0.guessed_wrong();
                }
                Err(told)
            }
        }
    }

    fn desk_standing(&self, desk: DeskId, serial: &str) -> Result<Standing, Problem> {
        self.live_desk(desk)?;
        let keys = self.0.store.desk_keys(desk).map_err(of_store)?;
        match keys.iter().position(|key| key.serial == serial) {
            Some(0) => Ok(Standing::Live),
            Some(_) => Ok(Standing::Superseded),
            None => Err(problem(ProblemCode::NotADesk, "this certificate is not on record")),
        }
    }

    fn desk_subject(&self, desk: DeskId) -> Result<DeskSubject, Problem> {
        self.live_desk(desk).map(subject)
    }

    fn card_subject(
        &self,
        desk: DeskId,
        grant: GrantId,
        slot: Slot,
        request: &ProvenRequest,
    ) -> Result<CardSubject, Problem> {
        let row = self.grant(grant)?;
        if row.desk != desk {
            return Err(problem(ProblemCode::NotAllowed, "the grant belongs to another desk"));
        }
        let status = row.card.brief.status;
        if is_dead(status) {
            return Err(problem(ProblemCode::CardCancelled, "the card is cancelled or spoilt"));
        }
        if status == CardStatus::Issued {
            return Err(problem(ProblemCode::NotAllowed, "the card is in its holder's hand"));
        }
        if !row.keys().contains(&(slot, request.algorithm())) {
            return Err(problem(ProblemCode::NotAllowed, "the grant does not say this slot or this algorithm"));
        }
        let number = row.person.number.clone();
        let number = number.ok_or_else(|| problem(ProblemCode::NotAllowed, "the person has no number"))?;
        Ok(CardSubject {
            guid: row.card.brief.guid,
            number,
            name: row.person.name.full(),
            slot,
            expires: row.card.expires,
        })
    }

    fn held(&self, holder: Holder) -> Result<Option<Held>, Problem> {
        let (spki, der) = match holder {
            Holder::Desk(desk) => match self.0.store.desk_keys(desk).map_err(of_store)?.into_iter().next() {
                Some(key) => (key.spki, key.der),
                None => return Ok(None),
            },
            Holder::CardKey(grant, slot) => {
                let card = self.grant(grant)?.card.brief.guid;
                match self.0.store.certificate(card, slot).map_err(of_store)? {
                    Some(row) => (row.spki, row.der),
                    None => return Ok(None),
                }
            }
        };
        let read = CertDer::read(&der);
        let certificate =
            read.ok_or_else(|| problem(ProblemCode::Internal, "a certificate on record can't be read"))?;
        Ok(Some(Held { spki, certificate }))
    }

    fn record_issue(
        &self,
        holder: Holder,
        desk: DeskId,
        issued: &Held,
        replaces: Option<&str>,
    ) -> Result<Recorded, Problem> {
        let now = self.0.now();
        let certificate = &issued.certificate;
        let stored = match holder {
            Holder::Desk(desk) => {
                let key = DeskKeyRow {
                    serial: certificate.serial.clone(),
                    spki: issued.spki.clone(),
                    der: certificate.der.clone(),
                    not_after: certificate.not_after,
                };
                self.0.store.enrol_desk(desk, &key, replaces, now)
            }
            Holder::CardKey(grant, slot) => {
                let row = CertificateRow {
                    serial: certificate.serial.clone(),
                    card: self.grant(grant)?.card.brief.guid,
                    slot,
                    spki: issued.spki.clone(),
                    der: certificate.der.clone(),
                    not_after: certificate.not_after,
                };
                self.0.store.add_certificate(&row, replaces, now)
            }
        };
        if !stored.map_err(of_store)? {
            return Ok(Recorded::Overtaken);
        }
        self.0.audit(Some(desk), None, "certificate_issued", certificate.serial.clone());
        Ok(Recorded::Stored)
    }
}

fn subject(row: DeskRow) -> DeskSubject {
    DeskSubject { desk: row.desk, name: format!("{} {}", row.place, row.name) }
}
