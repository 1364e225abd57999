//! Both readers: which is the agent's and which the customer's, and the tasks that run on them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::Arrivals;
use crate::card::Secrets;
use crate::card::task::{CardFault, CardIdentity, CardTask};
use crate::device::reader::Ending;
use crate::device::reader::{ReaderBackend, ReaderCommand, ReaderEvent, ReaderReport, ReaderState, Readers, Refused};
use crate::domain::{Secret, VaultSlot};
use crate::driver::vault::Vault;
use crate::journey::effect::EffectId;
use crate::journey::input::{Input, ReaderChange, ReaderRole};

/// Longest wait for a running card step when the program ends. A key takes tens of seconds on some cards.
const STOP_WAIT: Duration = Duration::from_secs(60);

/// Which reader is whose, by name. Set in the configuration, or the first two that were seen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Binding {
    /// The agent's.
    pub agent: Option<String>,
    /// The customer's.
    pub customer: Option<String>,
}

impl Binding {
    /// The role of a reader. A reader nobody named takes the first free role: agent, then customer.
    fn role_of(&mut self, reader: &str) -> Option<ReaderRole> {
        if self.agent.as_deref() == Some(reader) {
            return Some(ReaderRole::Agent);
        }
        if self.customer.as_deref() == Some(reader) {
            return Some(ReaderRole::Customer);
        }
        if self.agent.is_none() {
            self.agent = Some(reader.to_owned());
            return Some(ReaderRole::Agent);
        }
        if self.customer.is_none() {
            self.customer = Some(reader.to_owned());
            return Some(ReaderRole::Customer);
        }
        None
    }

    fn name_of(&self, role: ReaderRole) -> Option<&str> {
        match role {
            ReaderRole::Agent => self.agent.as_deref(),
            ReaderRole::Customer => self.customer.as_deref(),
        }
    }
}

/// The readers at work.
pub struct CardPort {
    readers: Readers,
    binding: Arc<Mutex<Binding>>,
    arrivals: Arrivals,
}

impl CardPort {
    /// Starts watching the readers.
    pub fn start(backend: Arc<dyn ReaderBackend>, binding: Binding, arrivals: Arrivals) -> Self {
        let binding = Arc::new(Mutex::new(binding));
        let (names, sink) = (Arc::clone(&binding), arrivals.clone());
        let readers = Readers::start(backend, Arc::new(move |report| report_in(report, &names, &sink)));
        Self { readers, binding, arrivals }
    }

    /// Runs a task; the answer bears `id` in any case.
    pub fn run(
        &mut self,
        id: EffectId,
        reader: ReaderRole,
        task: CardTask,
        expect: Option<CardIdentity>,
        vault: &Vault,
    ) {
        let Some(name) = self.reader_name(reader) else {
            return self.arrivals.refuse(Input::Card(id, Err(CardFault::ReaderGone)));
        };
        // The agent's card is ours while the session lasts (design, "Agent's hand").
        if matches!(task, CardTask::Verify { .. }) && reader == ReaderRole::Agent {
            let _ = self.readers.send(&name, ReaderCommand::Hold);
        }
        let secrets = Box::new(VaultSecrets(vault.clone()));
        if let Err(refused) = self.readers.send(&name, ReaderCommand::Run { id: id.0, task, expect, secrets }) {
            tracing::warn!(%refused, "a reader took no command");
            let fault = if refused == Refused::Busy { CardFault::InUse } else { CardFault::ReaderGone };
            self.arrivals.refuse(Input::Card(id, Err(fault)));
        }
    }

    /// Lets go of a card; its rights end.
    pub fn let_go(&mut self, reader: ReaderRole) {
        if let Some(name) = self.reader_name(reader) {
            let _ = self.readers.send(&name, ReaderCommand::Release(Ending::Unpower));
        }
    }

    /// Ends; a running step is let to its end.
    pub fn stop(self) -> bool {
        self.readers.stop(STOP_WAIT)
    }

    fn reader_name(&self, role: ReaderRole) -> Option<String> {
        self.binding.lock().unwrap_or_else(PoisonError::into_inner).name_of(role).map(str::to_owned)
    }
}

fn report_in(report: ReaderReport, binding: &Mutex<Binding>, arrivals: &Arrivals) {
    let mut binding = binding.lock().unwrap_or_else(PoisonError::into_inner);
    let (name, change) = match report {
        ReaderReport::Finished { id, result, .. } => return arrivals.send(Input::Card(EffectId(id), result)),
        ReaderReport::Event(ReaderEvent::State(seen)) => {
            let change = match seen.state {
                ReaderState::Absent => ReaderChange::Empty,
                ReaderState::Present { atr, event_count } => ReaderChange::Card { atr, count: event_count },
                ReaderState::Mute => ReaderChange::Mute,
            };
            (seen.name, change)
        }
        ReaderReport::Event(ReaderEvent::Gone { name }) => (name, ReaderChange::NoReader),
        ReaderReport::Event(ReaderEvent::ServiceLost) => {
            for role in [ReaderRole::Agent, ReaderRole::Customer] {
                arrivals.send(Input::Reader(role, ReaderChange::ServiceGone));
            }
            return;
        }
        ReaderReport::Event(ReaderEvent::ServiceBack) => return,
    };
    match binding.role_of(&name) {
        Some(role) => arrivals.send(Input::Reader(role, change)),
        None => tracing::info!("a third reader is not used"),
    }
}

/// What a task may take from the vault.
struct VaultSecrets(Vault);

impl Secrets for VaultSecrets {
    fn get(&self, slot: VaultSlot) -> Option<Secret> {
        self.0.get(slot)
    }

    fn random(&self, buf: &mut [u8]) {
        // Without randomness the buffer stays zero and the card refuses the authentication: safe, and logged.
        if let Err(error) = getrandom::fill(buf) {
            tracing::error!(%error, "no randomness");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_nobody_named_take_the_roles_in_order_and_a_third_takes_none() {
        let mut binding = Binding::default();
        assert_eq!(binding.role_of("A 00 00"), Some(ReaderRole::Agent));
        assert_eq!(binding.role_of("B 01 00"), Some(ReaderRole::Customer));
        assert_eq!(binding.role_of("C 02 00"), None);
        assert_eq!(binding.role_of("A 00 00"), Some(ReaderRole::Agent));
    }

    #[test]
    fn a_named_reader_keeps_its_role_whatever_is_seen_first() {
        let mut binding = Binding { agent: Some("B 01 00".into()), customer: None };
        assert_eq!(binding.role_of("A 00 00"), Some(ReaderRole::Customer));
        assert_eq!(binding.role_of("B 01 00"), Some(ReaderRole::Agent));
    }
}
