//! What a step may use: the desk to change, the time, fresh bytes, and where writes and effects are put.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::effect::{
    CameraCall, CentralCall, Effect, EffectId, JournalPhase, PrintCall, StoreQuery, TimerName, VaultCommand, Write,
};
use super::input::ReaderRole;
use super::{Desk, Owner};
use crate::card::task::{CardIdentity, CardTask};
use crate::domain::{Millis, VaultSlot, VisitId};
use crate::wire::fact::Fact;

/// What the world gives to one step.
#[derive(Debug, Clone, Copy)]
pub struct Env {
    /// The time.
    pub now: Millis,
    /// 32 fresh random bytes, new for every step.
    pub fresh: [u8; 32],
}

/// One step in the making.
pub struct Ctx<'a> {
    /// The desk as it will be.
    pub desk: &'a mut Desk,
    /// The time.
    pub now: Millis,
    /// What is to be durable first.
    pub writes: Vec<Write>,
    /// What is to be done then.
    pub effects: Vec<Effect>,
    fresh: [u8; 32],
    drawn: u32,
}

impl<'a> Ctx<'a> {
    /// A step begins.
    pub fn new(desk: &'a mut Desk, env: &Env) -> Self {
        Self { desk, now: env.now, writes: Vec::new(), effects: Vec::new(), fresh: env.fresh, drawn: 0 }
    }

    /// 32 bytes nobody has seen.
    pub fn fresh_bytes(&mut self) -> [u8; 32] {
        self.drawn += 1;
        let mut hash = Sha256::new();
        hash.update(self.fresh);
        hash.update(self.drawn.to_be_bytes());
        hash.finalize().into()
    }

    /// A new UUIDv7.
    pub fn new_uuid(&mut self) -> Uuid {
        let fresh = self.fresh_bytes();
        let mut random = [0; 10];
        random.copy_from_slice(&fresh[..10]);
        let ms = u64::try_from(self.now.0).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(ms, &random).into_uuid()
    }

    /// An id whose answer goes to `owner`.
    pub fn new_id(&mut self, owner: Owner) -> EffectId {
        self.desk.next_effect += 1;
        let id = EffectId(self.desk.next_effect);
        self.desk.owners.insert(id, owner);
        id
    }

    /// Runs a card task.
    pub fn card(&mut self, owner: Owner, reader: ReaderRole, task: CardTask, expect: Option<CardIdentity>) -> EffectId {
        let id = self.new_id(owner);
        self.effects.push(Effect::Card { id, reader, task, expect });
        id
    }

    /// Asks central.
    pub fn central(&mut self, owner: Owner, call: CentralCall) -> EffectId {
        let id = self.new_id(owner);
        self.effects.push(Effect::Central(id, call));
        id
    }

    /// Asks the printer.
    pub fn printer(&mut self, owner: Owner, call: PrintCall) -> EffectId {
        let id = self.new_id(owner);
        self.effects.push(Effect::Printer(id, call));
        id
    }

    /// Asks the camera.
    pub fn camera(&mut self, owner: Owner, call: CameraCall) -> EffectId {
        let id = self.new_id(owner);
        self.effects.push(Effect::Camera(id, call));
        id
    }

    /// Asks the store.
    pub fn store(&mut self, owner: Owner, query: StoreQuery) -> EffectId {
        let id = self.new_id(owner);
        self.effects.push(Effect::Store(id, query));
        id
    }

    /// Sets a timer.
    pub fn timer(&mut self, name: TimerName, ms: i64) {
        self.effects.push(Effect::Timer(name, ms));
    }

    /// Forgets a secret.
    pub fn forget(&mut self, slot: VaultSlot) {
        self.effects.push(Effect::Vault(VaultCommand::Clear(slot)));
    }

    /// Records an event in the name of whoever is signed in.
    pub fn event(&mut self, fact: Fact) {
        let agent = self.desk.session.as_ref().map(|s| s.agent.clone());
        self.writes.push(Write::Event { fact: Box::new(fact), agent });
    }

    /// Journals a physical step.
    pub fn journal(&mut self, visit: VisitId, op: &str, step: &str, phase: JournalPhase) {
        self.writes.push(Write::Journal { visit, op: op.to_owned(), step: step.to_owned(), phase });
    }
}
