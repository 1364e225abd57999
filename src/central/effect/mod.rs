//! What an event means at central: a pure decision, the same for every database (`notes` sync 1.2).
//!
//! The store loads a [`Context`], [`decide`] says the outcome and the [`Change`]s, the store applies them in the same
//! transaction. An event is stored whatever is decided here.

mod authority;
mod decide;
mod name_change;
mod register;
#[cfg(test)]
mod tests;

pub use decide::{SESSION_MAX_MS, decide, is_dead};
pub use register::clean_name;

use std::sync::Arc;

use crate::domain::{CardGuid, CardStatus, DeskId, Millis, Person, PersonId, UserNumber, VisitId};
use crate::policy::Policy;
use crate::wire::fact::{NameChange, Registration};
use crate::wire::message::Outcome;
use crate::wire::policy::PolicyPack;

use super::store::{AgentRow, BlobState, CardRow, RoleRow, SessionAsk};

/// What a decision looks at, loaded by the store.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// Central's time.
    pub now: Millis,
    /// When it happened: the desk's claim, but never after `now`.
    pub at: Millis,
    /// The agent whose certificate signed the fact, if it carries a hand that central knows.
    pub agent: Option<AgentRow>,
    /// Roles of the agent the header names.
    pub header_roles: Vec<RoleRow>,
    /// The card it is about.
    pub card: Option<CardRow>,
    /// Live cards of the holder with the number given, for a cancel without the card at hand.
    pub cards_by_number: Vec<CardRow>,
    /// The card's holder.
    pub holder: Option<Person>,
    /// The card was granted to the desk that speaks.
    pub own_grant: bool,
    /// The desk that speaks goes on with a card of another's grant: its agent had a session there then, opened with the
    /// agent's card, or a PUK of this card was released to it.
    pub continues_card: bool,
    /// The card was granted with a bootstrap code.
    pub bootstrap: bool,
    /// For a registration: the person with the proposed id, if there is one already. For a change of name: whose it is.
    pub existing: Option<Person>,
    /// For a registration: this desk made that person, in this visit.
    pub made_in_visit: bool,
    /// For a change of name: this visit changed it before.
    pub named_in_visit: bool,
    /// For a registration: that person has a photo and a card, so the likeness stands.
    pub likeness_stands: bool,
    /// For a registration: the photo sent is the one on record.
    pub same_photo: bool,
    /// For a registration: another person with one of the document numbers.
    pub same_document: Option<PersonId>,
    /// For both: another person with the same name and birth date.
    pub same_name: Option<PersonId>,
    /// For a registration: who else is very likely this person, the likeliest first.
    pub very_likely: Vec<PersonId>,
    /// For a registration: whether the organisation is known.
    pub organisation_known: bool,
    /// For both: the policy that held on the day the documents were seen.
    pub rule: Rule,
    /// For a registration: how far the photo is.
    pub photo: BlobState,
    /// For a registration: the number to be used if a person is made.
    pub next_number: Option<UserNumber>,
}

/// What a registration or a change of name is judged by.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Id, version and hash of the policy: recorded with the decision.
    pub stamp: String,
    /// The policy; none only in a broken build: then nobody is registered.
    pub policy: Option<Arc<Policy>>,
}

impl Rule {
    /// The rule of a policy. None: its bundle is not one this program can judge by.
    pub fn of(pack: &PolicyPack) -> Option<Self> {
        let stamp = format!("{} {} {}", pack.id, pack.version, pack.hash);
        Policy::from_bundle(&pack.bundle.0).ok().map(|policy| Self { stamp, policy: Some(Arc::new(policy)) })
    }
}

impl Default for Rule {
    /// The one this program was built with.
    fn default() -> Self {
        let policy = Policy::shipped();
        let stamp = policy.map_or("none".to_owned(), |p| format!("built-in {} {} {}", p.id(), p.version(), p.hash()));
        Self { stamp, policy: policy.cloned().map(Arc::new) }
    }
}

/// What is to be changed. Each is applied by the store and told to the desks it concerns.
#[derive(Debug, Clone)]
pub enum Change {
    /// A person is made with this number.
    MakePerson {
        /// What was sent.
        registration: Box<Registration>,
        /// The minted number.
        number: UserNumber,
        /// The photo is here and good.
        has_photo: bool,
    },
    /// The person has another name from now on; the former one is kept for the search.
    SetName {
        /// What was sent.
        change: Box<NameChange>,
    },
    /// The person's photo is another blob, here and good.
    SetPhoto {
        /// Who.
        person: PersonId,
        /// Which.
        digest: String,
    },
    /// The event's last word waits for this blob.
    AwaitBlob {
        /// Which.
        digest: String,
        /// Whose photo it will be.
        person: PersonId,
    },
    /// A card moves. Spoilt and cancelled revoke its certificates.
    SetCard {
        /// Which.
        card: CardGuid,
        /// Where to.
        status: CardStatus,
        /// Why, a stable word.
        reason: String,
    },
    /// The chip's serial became known.
    SetChip {
        /// Which.
        card: CardGuid,
        /// Its serial.
        serial: String,
    },
    /// This PUK number is on the card; open releases are settled.
    PukConfirmed {
        /// Which.
        card: CardGuid,
        /// n.
        n: u32,
    },
    /// This PUK number may be on the card.
    PukPossible {
        /// Which.
        card: CardGuid,
        /// n.
        n: u32,
    },
    /// Open releases of the card have their outcome.
    SettleReleases {
        /// Which.
        card: CardGuid,
    },
    /// A print of the card was meant.
    PrintIntended {
        /// Which.
        card: CardGuid,
        /// 1 for the first.
        attempt: u32,
    },
    /// Central heard of the card.
    Seen {
        /// Which.
        card: CardGuid,
    },
    /// An agent signed in at the desk, perhaps offline.
    OpenSession(SessionAsk),
    /// The desk's sessions that were open then ended.
    EndSessions {
        /// When.
        at: Millis,
    },
    /// What was granted in this visit and never written is void.
    VoidGrants {
        /// Which visit.
        visit: VisitId,
    },
    /// Something an RA manager should see.
    Note {
        /// Stable word.
        what: &'static str,
        /// Ids only.
        subject: String,
    },
}

/// A decision.
#[derive(Debug, Clone)]
pub struct Decision {
    /// What the desk is told.
    pub outcome: Outcome,
    /// What changes.
    pub changes: Vec<Change>,
}

impl Decision {
    /// An outcome without any change.
    pub fn only(outcome: Outcome) -> Self {
        Self { outcome, changes: Vec::new() }
    }
}

/// Where an event came from.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// Which desk.
    pub desk: DeskId,
}
