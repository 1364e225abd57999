//! A whole visit on real parts: the built desk in a pseudo-terminal, pcscd with a PIV applet, an IPP printer, the built central.
//! Programs that others wrote judge what came out.
#![cfg(feature = "demo")]

mod support;

use support::desk::CUSTOMER;
use support::visits::{Parts, SIAN};

#[test]
fn from_a_bare_desk_to_a_card_in_a_hand() {
    let mut parts = Parts::with_manager();
    let (card, number) = parts.register_and_issue(&SIAN, 2, "482913");
    println!("{number}");
    parts.all_is_sent();
    println!("{:#?}", parts.central.events(&parts.invite.desk));
    println!("{}", parts.desk.screen());
    let _ = (card, CUSTOMER);
}
