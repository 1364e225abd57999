//! The conformance suite of a PIV card: what the desk relies on, as functions over a factory of blank cards. It knows
//! nothing of how a card is made, so that a real applet behind a real reader can take the same examination.
//!
//! A blank card has the transport secrets of [`desk::Vault`].

pub mod desk;
mod faults;
mod people;
mod tears;

use ra_desk::card::channel::Channel;

/// When a card loses power, counted in APDUs from now.
#[derive(Debug, Clone, Copy)]
pub enum Cut {
    /// Before it executes the APDU.
    Before(usize),
    /// After it executed it, before the answer.
    After(usize),
}

/// A card under examination.
pub trait TestCard: Channel {
    /// Takes the power away and gives it back: every right is gone.
    fn power_cycle(&mut self);
    /// Lets the power fail; transmit says `CardGone` from then until the next power cycle.
    fn cut(&mut self, cut: Cut);
    /// APDUs executed so far.
    fn executed(&self) -> usize;
    /// Whether the card says how many PUK tries are left.
    fn says_puk_tries(&self) -> bool;
    /// Whether it leaves its maker without a CHUID. Some cards have one already, of a GUID of their own.
    fn comes_blank(&self) -> bool;
    /// The tear test takes every n-th APDU: 1, except where a card takes seconds to be put in.
    fn tear_stride(&self) -> usize;
    /// Bytes of a face this card surely has no room for.
    fn face_too_large(&self) -> usize;
}

/// A fresh blank card, each with its own serial and its own random keys.
pub type Factory<'a> = &'a mut dyn FnMut() -> Box<dyn TestCard>;

/// The whole examination.
pub fn suite(new_card: Factory<'_>) {
    people::a_blank_card_is_written_read_and_named(new_card);
    people::a_holder_blocks_the_passcode_and_is_unlocked(new_card);
    people::rights_end_with_the_power(new_card);
    people::the_puk_is_rotated_and_the_old_one_is_dead(new_card);
    faults::a_wrong_transport_key_writes_nothing(new_card);
    faults::the_last_puk_try_is_never_spent(new_card);
    faults::another_card_put_back_is_refused(new_card);
    faults::a_look_alike_fails_the_proof(new_card);
    faults::a_face_too_large_is_left_out(new_card);
    faults::a_key_made_again_unseen_is_noticed(new_card);
    tears::steps_repeated_after_they_were_done_do_no_harm(new_card);
    tears::a_tear_in_the_hand_over_is_recovered_with_tries_to_spare(new_card);
    tears::a_tear_before_or_after_any_apdu_ends_in_the_same_card(new_card);
}
