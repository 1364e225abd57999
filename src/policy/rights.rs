//! Who may do what (`notes` domain 3.2). Central's seam: its own check of a desk's claim.

use crate::domain::Role;

/// A kind of work at central.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// Make a person.
    Register,
    /// Write, print and hand over a card.
    IssueCard,
    /// Reset a passcode.
    ResetPasscode,
    /// Cancel a card.
    CancelCard,
    /// Take over a visit.
    TakeOver,
}

/// Whether a role allows a kind of work (`notes` domain 3.2, the matrix).
pub fn may(role: Role, task: Task) -> bool {
    let issues = matches!(role, Role::RaManager | Role::RaAgentAdvanced | Role::RaAgent);
    match task {
        Task::Register => issues || role == Role::IdChecker,
        Task::IssueCard | Task::CancelCard => issues,
        Task::ResetPasscode => issues || matches!(role, Role::Sponsor | Role::Lsa),
        // Who may take a visit over is decided again by each act in it.
        Task::TakeOver => true,
    }
}

/// Whether the holder of a role works for the RA, so that the card gets a key-management key too (design, "The card").
pub fn is_ra_person(role: Role) -> bool {
    matches!(role, Role::RaManager | Role::RaAgentAdvanced | Role::RaAgent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_of_the_notes_holds() {
        let allowed = |task| Role::ALL.into_iter().filter(|role| may(*role, task)).collect::<Vec<_>>();
        assert_eq!(allowed(Task::Register), [Role::RaManager, Role::RaAgentAdvanced, Role::RaAgent, Role::IdChecker]);
        assert_eq!(allowed(Task::CancelCard), [Role::RaManager, Role::RaAgentAdvanced, Role::RaAgent]);
        assert_eq!(
            allowed(Task::ResetPasscode),
            [Role::RaManager, Role::RaAgentAdvanced, Role::RaAgent, Role::Sponsor, Role::Lsa]
        );
    }
}
