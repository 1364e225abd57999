//! A whole visit on real parts: the built desk in a pseudo-terminal, pcscd with a PIV applet, an IPP printer, the built central.
//! Programs that others wrote judge what came out.
#![cfg(feature = "demo")]

mod support;

use support::central::Central;
use support::desk::{CUSTOMER, Desk};
use support::pcsc::{CardImage, FACTORY_KEY, FACTORY_PIN, PrivatePcscd};
use support::printer::EvePrinter;

const MANAGER_PIN: &str = "739146";

fn blank(pcscd: &mut PrivatePcscd, slot: usize, seed: u64) -> CardImage {
    let card = CardImage::new("blank", seed);
    let empty = tempfile::NamedTempFile::new().expect("an empty file");
    pcscd.insert(slot, &card);
    let file = empty.path().to_str().expect("a plain path");
    pcscd.ykman_piv(slot, &["objects", "import", "0x5fc102", file, "-m", FACTORY_KEY, "-P", FACTORY_PIN]).well();
    pcscd.remove(slot);
    card
}

#[test]
fn from_a_bare_desk_to_a_card_in_a_hand() {
    let mut pcscd = PrivatePcscd::start();
    let printer = EvePrinter::start();
    let central = Central::start();
    let invite = central.invite();
    let bootstrap = central.bootstrap(&invite.desk, "Ann Manager", "1980-02-03");
    let first = blank(&mut pcscd, CUSTOMER, 1);
    let mut desk = Desk::start(&pcscd, Some(&printer.uri()));
    desk.see("First set-up of this desk");
    desk.keys(&format!("{}<ret>", invite.host));
    desk.keys(&format!("{}<ret>", invite.fingerprint));
    desk.see("Now the one-time code");
    desk.type_slowly(&invite.code);
    desk.keys("<ret>");
    desk.see("This desk is enrolled");
    println!("{}", desk.screen());
    desk.keys("<F10>");
    desk.see("Type the bootstrap code");
    desk.type_slowly(&bootstrap.code);
    desk.keys("<ret>");
    desk.see("Put a blank card");
    println!("{}", desk.screen());
    pcscd.insert(CUSTOMER, &first);
    desk.see("Write this card");
    println!("{}", desk.screen());
    desk.keys("<ret>");
    let at = std::time::Instant::now();
    desk.see("Hand the card to");
    println!("{:?}\n{}", at.elapsed(), desk.screen());
    desk.keys("<ret>");
    desk.see("Please choose your new passcode");
    desk.type_slowly(MANAGER_PIN);
    desk.keys("<ret>");
    desk.see("again");
    desk.type_slowly(MANAGER_PIN);
    desk.keys("<ret>");
    desk.see("is live");
    println!("{}", desk.screen());
}
