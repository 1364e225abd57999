//! What the tests of every room build on.

use uuid::Uuid;

use super::About;
use crate::domain::{DeskId, Environment};

/// The second desk of Truro: enrolled, on trial, with simulated devices.
pub fn about() -> About {
    About {
        desk: DeskId(Uuid::from_u128(9)),
        place: "Truro".to_owned(),
        name: "desk 2".to_owned(),
        organisation: Some("REF".parse().unwrap()),
        environment: Environment::Trial,
        simulated: true,
        phone: String::new(),
        equipment: Vec::new(),
        card_ca: Vec::new(),
        enrolled: true,
        no_manager_yet: false,
    }
}
