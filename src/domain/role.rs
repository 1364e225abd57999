//! The roles of a Registration Authority. What each may do is policy (`policy::roles`), not here.

use serde::{Deserialize, Serialize};

/// A role at one organisation (`notes` domain 3.1). A session has exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// RA Manager, R5080.
    RaManager,
    /// RA Agent (Advanced).
    RaAgentAdvanced,
    /// RA Agent, R5090.
    RaAgent,
    /// Sponsor, B1300.
    Sponsor,
    /// RA Agent ID Checker, B0267.
    IdChecker,
    /// Local Smartcard Administrator, also "unlocker".
    Lsa,
}

impl Role {
    /// Every role, in order of authority.
    pub const ALL: [Role; 6] =
        [Role::RaManager, Role::RaAgentAdvanced, Role::RaAgent, Role::Sponsor, Role::IdChecker, Role::Lsa];

    /// The stable word in statements, events, policy files and word keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::RaManager => "ra_manager",
            Role::RaAgentAdvanced => "ra_agent_advanced",
            Role::RaAgent => "ra_agent",
            Role::Sponsor => "sponsor",
            Role::IdChecker => "id_checker",
            Role::Lsa => "lsa",
        }
    }

    /// The role with this stable word.
    pub fn from_word(word: &str) -> Option<Role> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}
