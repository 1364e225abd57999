//! Which role may do what (notes domain 3.2, Care Identity Management's guidance index (S10)).

use crate::domain::Role;

/// A task of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// Create a profile: capture identity, documents, photo.
    Register,
    /// Issue a card: write, print, hand over.
    Issue,
    /// Unlock a card: reset its passcode.
    Unlock,
    /// Cancel a card for ever.
    Cancel,
    /// Vouch for a holder whose likeness is poor.
    Vouch,
}

/// Whether a role may do a task.
pub fn may(role: Role, task: Task) -> bool {
    use Role::{IdChecker, Lsa, RaAgent, RaAgentAdvanced, RaManager, Sponsor};
    match task {
        Task::Register => matches!(role, RaManager | RaAgentAdvanced | RaAgent | IdChecker),
        Task::Issue | Task::Cancel => matches!(role, RaManager | RaAgentAdvanced | RaAgent),
        Task::Unlock => matches!(role, RaManager | RaAgentAdvanced | RaAgent | Sponsor | Lsa),
        Task::Vouch => role == RaManager,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_checker_registers_but_does_not_issue_cancel_or_unlock() {
        assert!(may(Role::IdChecker, Task::Register));
        for task in [Task::Issue, Task::Unlock, Task::Cancel] {
            assert!(!may(Role::IdChecker, task), "{task:?}");
        }
    }

    #[test]
    fn sponsors_and_unlockers_only_unlock() {
        for role in [Role::Sponsor, Role::Lsa] {
            assert!(may(role, Task::Unlock));
            for task in [Task::Register, Task::Issue, Task::Cancel, Task::Vouch] {
                assert!(!may(role, task), "{role:?} {task:?}");
            }
        }
    }
}
