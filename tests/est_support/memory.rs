//! Decisions in memory, by the contract of `EstDecisions`.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard};

use ra_desk::card::task::Slot;
use ra_desk::central::ca::{CardSubject, DeskSubject, ProvenRequest};
use ra_desk::central::est::{EstDecisions, Held, Holder, Recorded, Standing};
use ra_desk::central::system_clock;
use ra_desk::domain::{CardGuid, DeskId, GrantId, Millis, Secret};
use ra_desk::wire::message::{Problem, ProblemCode};

#[derive(Default)]
pub struct Memory {
    state: Mutex<State>,
    /// Milliseconds central's decisions are ahead of the system's clock.
    ahead: AtomicI64,
}

#[derive(Default)]
struct State {
    /// Code to desk, and the key it was spent for.
    invites: HashMap<String, (DeskSubject, Option<Vec<u8>>)>,
    desks: HashMap<DeskId, DeskSubject>,
    grants: HashMap<GrantId, DeskId>,
    held: HashMap<Holder, Held>,
    superseded: HashSet<String>,
    revoked: HashSet<String>,
    issued: usize,
    /// How many of the next attempts to store find another request faster.
    overtaken: usize,
}

impl Memory {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub fn invite(&self, code: &str, subject: DeskSubject) {
        self.state().invites.insert(code.to_owned(), (subject, None));
    }

    pub fn grant(&self, grant: GrantId, desk: DeskId) {
        self.state().grants.insert(grant, desk);
    }

    pub fn revoke(&self, serial: &str) {
        self.state().revoked.insert(serial.to_owned());
    }

    pub fn is_revoked(&self, serial: &str) -> bool {
        self.state().revoked.contains(serial)
    }

    pub fn is_superseded(&self, serial: &str) -> bool {
        self.state().superseded.contains(serial)
    }

    pub fn overtake(&self, times: usize) {
        self.state().overtaken = times;
    }

    pub fn let_pass(&self, ms: i64) {
        self.ahead.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn issued(&self) -> usize {
        self.state().issued
    }
}

fn problem(code: ProblemCode) -> Problem {
    Problem { code, detail: String::new() }
}

impl EstDecisions for Memory {
    fn now(&self) -> Millis {
        system_clock()().plus(self.ahead.load(Ordering::Relaxed))
    }

    fn redeem_invite(&self, code: &Secret, csr_spki: &[u8]) -> Result<DeskSubject, Problem> {
        let mut state = self.state();
        let code = std::str::from_utf8(code.expose()).map_err(|_| problem(ProblemCode::BadCode))?;
        let (subject, spent) = state.invites.get_mut(code).ok_or_else(|| problem(ProblemCode::BadCode))?;
        if spent.as_deref().is_some_and(|spki| spki != csr_spki) {
            return Err(problem(ProblemCode::BadCode));
        }
        *spent = Some(csr_spki.to_vec());
        let subject = subject.clone();
        state.desks.insert(subject.desk, subject.clone());
        Ok(subject)
    }

    fn desk_standing(&self, desk: DeskId, serial: &str) -> Result<Standing, Problem> {
        let state = self.state();
        if state.revoked.contains(serial) {
            return Err(problem(ProblemCode::DeskRevoked));
        }
        if state.superseded.contains(serial) {
            return Ok(Standing::Superseded);
        }
        match state.held.get(&Holder::Desk(desk)) {
            Some(held) if held.certificate.serial == serial => Ok(Standing::Live),
            _ => Err(problem(ProblemCode::NotADesk)),
        }
    }

    fn desk_subject(&self, desk: DeskId) -> Result<DeskSubject, Problem> {
        self.state().desks.get(&desk).cloned().ok_or_else(|| problem(ProblemCode::NotADesk))
    }

    fn card_subject(
        &self,
        desk: DeskId,
        grant: GrantId,
        slot: Slot,
        _request: &ProvenRequest,
    ) -> Result<CardSubject, Problem> {
        if self.state().grants.get(&grant) != Some(&desk) {
            return Err(problem(ProblemCode::NotFound));
        }
        Ok(CardSubject {
            guid: CardGuid([9; 16]),
            number: "555102034417".parse().unwrap(),
            name: "Siân Example".to_owned(),
            slot,
            expires: "2099-12-31".parse().unwrap(),
        })
    }

    fn held(&self, holder: Holder) -> Result<Option<Held>, Problem> {
        Ok(self.state().held.get(&holder).cloned())
    }

    fn record_issue(
        &self,
        holder: Holder,
        _desk: DeskId,
        issued: &Held,
        replaces: Option<&str>,
    ) -> Result<Recorded, Problem> {
        let mut state = self.state();
        if state.overtaken > 0 {
            state.overtaken -= 1;
            return Ok(Recorded::Overtaken);
        }
        let now = state.held.get(&holder).map(|held| held.certificate.serial.clone());
        if now.as_deref() != replaces {
            return Ok(Recorded::Overtaken);
        }
        if let Some(serial) = now {
            match holder {
                Holder::Desk(_) => state.superseded.insert(serial),
                Holder::CardKey(..) => state.revoked.insert(serial),
            };
        }
        state.held.insert(holder, issued.clone());
        state.issued += 1;
        Ok(Recorded::Stored)
    }
}
