//! The signed lists as they lie in the store, opened again at every reading: the signature is the reason to believe them,
//! not the place they lie in.

use serde::de::DeserializeOwned;

use super::exchange::{POLICIES, REVOCATIONS, ROSTER};
use crate::domain::Millis;
use crate::store::{Store, StoreFault};
use crate::wire::message::{Revocations, Roster};
use crate::wire::policy::PolicyBook;
use crate::wire::statement::{self, Expected, SCOPE_ALL, StatementHead, StatementKind};

/// A list and whether it still counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldList<T> {
    /// Version, times, environment.
    pub head: StatementHead,
    /// What it says.
    pub body: T,
    /// Trusted time is past its end: an old roster leaves a reduced session, an old revocation list stops card work.
    pub expired: bool,
}

/// The roster the desk holds. None: there is none, or it does not check.
pub fn held_roster(store: &Store) -> Result<Option<HeldList<Roster>>, StoreFault> {
    let Some(desk) = store.record()?.map(|record| record.desk) else { return Ok(None) };
    held(store, ROSTER, StatementKind::Roster, &desk.to_string())
}

/// The revocation list the desk holds. None: there is none, or it does not check.
pub fn held_revocations(store: &Store) -> Result<Option<HeldList<Revocations>>, StoreFault> {
    held(store, REVOCATIONS, StatementKind::Revocations, SCOPE_ALL)
}

/// The policies the desk holds, all versions. None: there are none, or the statement does not check.
pub fn held_policies(store: &Store) -> Result<Option<HeldList<PolicyBook>>, StoreFault> {
    held(store, POLICIES, StatementKind::Policy, SCOPE_ALL)
}

fn held<T: DeserializeOwned>(
    store: &Store,
    name: &str,
    kind: StatementKind,
    scope: &str,
) -> Result<Option<HeldList<T>>, StoreFault> {
    let (Some(record), Some((version, bytes))) = (store.record()?, store.statement(name)?) else {
        return Ok(None);
    };
    // Its end is judged below, so that an expired list can still be shown for what it is.
    let expected =
        Expected { environment: record.environment, kind, scope, known_version: version, now: Millis(i64::MIN) };
    match statement::open::<T>(&bytes, &record.statement_key.0, &expected) {
        Ok(opened) => {
            let expired = store.trusted_time()?.at > opened.head.expires;
            Ok(Some(HeldList { head: opened.head, body: opened.body, expired }))
        }
        Err(fault) => {
            tracing::error!(%fault, name, "a held list does not check");
            Ok(None)
        }
    }
}
