//! First set-up: enrolling this desk by an invite, and the first RA Manager's card by a bootstrap code.

use super::command::Command;
use super::input::SecretState;
use super::key::Key;
use super::{Answer, Ctx, Desk, EffectId};
use crate::domain::VaultSlot;

/// The set-up on the screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SetUp {}

/// The secret field that has the focus.
pub fn secret_focus(_state: &SetUp) -> Option<VaultSlot> {
    None
}

/// Keys that work now.
pub fn commands(_state: &SetUp, _desk: &Desk) -> Vec<Command> {
    Vec::new()
}

/// One key.
pub fn key(_ctx: &mut Ctx<'_>, _key: Key, _command: Option<&'static str>) {}

/// Pasted text.
pub fn paste(_ctx: &mut Ctx<'_>, _text: &str) {}

/// A secret field was edited.
pub fn secret(_ctx: &mut Ctx<'_>, _slot: VaultSlot, _state: SecretState) {}

/// The card in the customer reader changed.
pub fn customer_reader(_ctx: &mut Ctx<'_>) {}

/// An answer.
pub fn answer(_ctx: &mut Ctx<'_>, _id: EffectId, _answer: Answer<'_>) {}
