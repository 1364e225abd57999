//! Which role may do what (notes domain 3.2, Care Identity Management's guidance index (S10)).

use super::pack::{Permission, Policy};
use crate::domain::Role;

/// A task of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// Create a profile: capture identity, documents, photo.
    Register,
    /// Change what a profile says: the legal name, on evidence.
    ChangeDetails,
    /// Issue a card: write, print, hand over.
    Issue,
    /// Unlock a card: reset its passcode.
    Unlock,
    /// Cancel a card for ever.
    Cancel,
    /// Vouch for a holder whose likeness is poor.
    Vouch,
}

impl Task {
    /// Its row in the policy.
    fn id(self) -> &'static str {
        match self {
            Task::Register => "register",
            Task::ChangeDetails => "change_details",
            Task::Issue => "issue",
            Task::Unlock => "unlock",
            Task::Cancel => "cancel",
            Task::Vouch => "vouch",
        }
    }
}

/// Whether a role may do a task, by the policy this program was built with. With a broken build nobody may do anything.
pub fn may(role: Role, task: Task) -> bool {
    permission(role, task.id()) == Permission::Yes
}

/// How far a role may do a task of the role matrix; a task that is not in it nobody may do.
pub fn permission(role: Role, task: &str) -> Permission {
    let row = Policy::shipped().and_then(|policy| policy.tasks().iter().find(|row| row.id == task));
    row.map_or(Permission::No, |row| row.permission(role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_checker_registers_but_does_not_issue_cancel_or_unlock() {
        assert!(may(Role::IdChecker, Task::Register) && may(Role::IdChecker, Task::ChangeDetails));
        for task in [Task::Issue, Task::Unlock, Task::Cancel] {
            assert!(!may(Role::IdChecker, task), "{task:?}");
        }
    }

    #[test]
    fn sponsors_and_unlockers_only_unlock() {
        for role in [Role::Sponsor, Role::Lsa] {
            assert!(may(role, Task::Unlock));
            for task in [Task::Register, Task::ChangeDetails, Task::Issue, Task::Cancel, Task::Vouch] {
                assert!(!may(role, task), "{role:?} {task:?}");
            }
        }
    }

    #[test]
    fn the_matrix_says_the_same_as_the_guidance_index() {
        let row = |task: &str| {
            Role::ALL.map(|role| match permission(role, task) {
                Permission::Yes => 'y',
                Permission::No => '-',
                Permission::Request => 'r',
                Permission::Window => 'w',
                Permission::Assignable => 'a',
            })
        };
        // RAM, RAA(A), RAA, Sponsor, IDC, LSA (notes domain 3.2).
        for (task, who) in [
            ("find", "yyyyyy"),
            ("register", "yyy-y-"),
            ("verify_migrated", "yyy-y-"),
            ("change_details", "yyyry-"),
            ("change_own_contact", "yyyyyy"),
            ("close_profile", "yyyr--"),
            ("issue", "yyy---"),
            ("unlock", "yyyy-y"),
            ("repair", "yyy---"),
            ("clear", "yyy---"),
            ("renew_due", "yyyw-w"),
            ("renew_expired", "yyy---"),
            ("cancel", "yyy---"),
            ("authenticators", "yyy---"),
            ("assign_position", "yyya--"),
            ("manage_positions", "yy----"),
            ("approve_requests", "yyy---"),
            ("reports", "yyy---"),
        ] {
            assert_eq!(row(task).iter().collect::<String>(), who, "{task}");
        }
        assert_eq!(permission(Role::RaManager, "no_such_task"), Permission::No);
    }
}
