//! What things are: ids, person, card, role, dates, secrets. No IO, no clock, no drawing.

pub mod card;
pub mod crop;
pub mod id;
pub mod person;
pub mod role;
pub mod secret;
pub mod text;
pub mod time;

pub use card::{CancelReason, CardGuid, CardStatus};
pub use crop::Crop;
pub use id::{DeskId, Environment, GrantId, OdsCode, PersonId, ReceiptRef, UserNumber, VisitId};
pub use person::{LegalName, Person, PersonStatus};
pub use role::Role;
pub use secret::{Secret, VaultSlot};
pub use time::Millis;
