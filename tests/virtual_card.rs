//! The virtual card and the private daemon are what the other tests build on. Here programs that others
//! wrote say whether they are any good.

mod support;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use support::pcsc::{CardImage, FACTORY_KEY, Faults, PrivatePcscd};
use support::tools::{self, Said};

/// The factory's management key as an argument of yubico-piv-tool, which wants it in one word.
const FACTORY_KEY_ARG: &str = "-k010203040506070801020304050607080102030405060708";
/// The PIV applet selected by its full name.
const SELECT: &str = "00A404000BA000000308000010000100";
/// VERIFY with the factory PIN 123456.
const VERIFY: &str = "0020008008313233343536FFFF";
/// VERIFY without data: asks whether the PIN is verified, else how many tries are left.
const PIN_STATUS: &str = "00200080";

fn openssl(args: &[&str]) -> Said {
    tools::run(std::process::Command::new(tools::program("openssl", "openssl")).args(args))
}

/// Sends commands in one process, after selecting the applet, and gives their status words.
fn send(pcscd: &PrivatePcscd, commands: &[&str]) -> Vec<String> {
    let mut args = vec!["-s", SELECT];
    commands.iter().for_each(|command| args.extend(["-s", command]));
    let said = pcscd.opensc("opensc-tool", 0, &args).well();
    let words = said.out.lines().filter_map(|line| line.strip_prefix("Received (SW1=0x"));
    words.skip(1).map(|line| format!("{}{}", &line[..2], &line[10..12])).collect()
}

fn generate(pcscd: &PrivatePcscd, slot: usize, key: &str) -> String {
    pcscd.yubico(slot, &[FACTORY_KEY_ARG, "-a", "generate", "-s", key, "-A", "ECCP256"]).well().out
}

/// The value of a line of `yubico-piv-tool -a status`.
fn status_line(pcscd: &PrivatePcscd, slot: usize, name: &str) -> String {
    let said = pcscd.yubico(slot, &["-a", "status"]).well();
    let line = said.out.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name} in:\n{}", said.out)).trim().to_owned()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of plain characters")
}

#[test]
fn both_readers_are_listed_and_the_card_is_recognised_as_piv() {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("listed", 1);
    pcscd.insert(1, &card);
    let list = tools::run(pcscd.command(tools::program("opensc-tool", "opensc")).arg("-l")).well().out;
    let line = |slot: usize| list.lines().find(|line| line.contains(pcscd.reader_name(slot))).unwrap_or_default();
    assert!(line(0).contains("No"), "reader 0 should be empty:\n{list}");
    assert!(line(1).contains("Yes"), "reader 1 should hold a card:\n{list}");
    let name = pcscd.opensc("opensc-tool", 1, &["--name"]).well().out;
    assert!(name.contains("PIV") || name.contains("Personal Identity Verification"), "OpenSC calls it {name}");
    let dump = pcscd.opensc("pkcs15-tool", 1, &["-D"]).well().out;
    assert!(dump.contains("Card Holder Unique Identifier"), "{dump}");
}

#[test]
fn three_wrong_pins_block_the_card_and_the_puk_unblocks_it() {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("blocked", 2);
    pcscd.insert(0, &card);
    for said in ["2 tries", "1 tries", "locked"] {
        let wrong = pcscd.yubico(0, &["-a", "verify-pin", "-P", "000000"]).badly();
        assert!(wrong.all().contains(said), "expected {said} in:\n{}", wrong.all());
    }
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "123456"]).badly();
    pcscd.yubico(0, &["-a", "unblock-pin", "-P", "11111111", "-N", "735194"]).badly();
    pcscd.yubico(0, &["-a", "unblock-pin", "-P", "12345678", "-N", "735194"]).well();
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "735194"]).well();
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "123456"]).badly();
}

#[test]
fn changing_the_pin_with_a_wrong_one_costs_a_try_and_says_so() {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("changed", 3);
    pcscd.insert(0, &card);
    let wrong = "0024008010303030303030FFFF373335313934FFFF";
    assert_eq!(send(&pcscd, &[wrong, wrong, PIN_STATUS, wrong]), ["63C2", "63C1", "63C1", "6983"]);
}

#[test]
fn strangers_personalise_the_card_and_read_it_back() {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("whole", 4);
    pcscd.insert(0, &card);
    let dir = tempfile::tempdir().expect("a folder");
    let file = |name: &str| dir.path().join(name);
    for key in ["9a", "9c", "9e"] {
        let (public, request, cert) = (file("public.pem"), file("request.csr"), file("card.crt"));
        fs::write(&public, generate(&pcscd, 0, key)).expect("a public key");
        // The request is signed by the new key inside the card.
        let subject = ["-s", "CN=Specimen", "-P", "123456"];
        let args = ["certificates", "request", key, path(&public), path(&request)];
        pcscd.ykman_piv(0, &[&args[..], &subject].concat()).well();
        let verified = openssl(&["req", "-in", path(&request), "-noout", "-verify"]).well();
        assert!(verified.all().contains("verify OK"), "{key}: {}", verified.all());
        let ca = file("ca.key");
        openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path(&ca)]).well();
        openssl(&[
            "x509",
            "-req",
            "-in",
            path(&request),
            "-signkey",
            path(&ca),
            "-force_pubkey",
            path(&public),
            "-days",
            "2",
            "-out",
            path(&cert),
        ])
        .well();
        pcscd.yubico(0, &[FACTORY_KEY_ARG, "-a", "import-certificate", "-s", key, "-i", path(&cert)]).well();
    }
    // Chained PUT DATA, GET RESPONSE, and an object that only the PIN opens.
    let face: Vec<u8> = (0..7_000_u32).map(|n| (n * 7 % 251) as u8).collect();
    let object = file("face.obj");
    fs::write(&object, &face).expect("an object");
    let import = ["objects", "import", "0x5fc108", path(&object), "-m", FACTORY_KEY, "-P", "123456"];
    pcscd.ykman_piv(0, &import).well();
    pcscd.ykman_piv(0, &["objects", "export", "0x5fc108", path(&file("back")), "-P", "123456"]).well();
    assert!(fs::read(file("back")).expect("the object") == face, "the object came back changed");
    // Another management key; the old one is refused from then on.
    let new_key = "A1A2A3A4A5A6A7A8B1B2B3B4B5B6B7B8C1C2C3C4C5C6C7C8";
    pcscd.yubico(0, &[FACTORY_KEY_ARG, "-a", "set-mgm-key", "-n", new_key]).well();
    pcscd.yubico(0, &[FACTORY_KEY_ARG, "-a", "generate", "-s", "9d", "-A", "ECCP256"]).badly();
    pcscd.yubico(0, &[&format!("-k{new_key}"), "-a", "generate", "-s", "9d", "-A", "ECCP256"]).well();
    // After all that, and in another reader, everything is still there and works.
    pcscd.remove(0);
    pcscd.insert(1, &card);
    let dump = pcscd.opensc("pkcs15-tool", 1, &["-D"]).well().out;
    for label in
        ["Certificate for PIV Authentication", "Certificate for Digital Signature", "Certificate for Card Auth"]
    {
        assert!(dump.contains(label), "no {label} in:\n{dump}");
    }
    for key in ["9a", "9c"] {
        let cert = file("read.crt");
        let read = pcscd.yubico(1, &["-a", "read-certificate", "-s", key]).well();
        fs::write(&cert, read.out).expect("a certificate");
        let pin = ["-a", "verify-pin", "-P", "123456"];
        let sign = ["-a", "test-signature", "-s", key, "-i", path(&cert)];
        let said = pcscd.yubico(1, &[&pin[..], &sign].concat()).well();
        assert!(said.all().contains("Successful ECDSA verification"), "{key}: {}", said.all());
    }
}

#[test]
fn a_power_cycle_clears_the_verified_pin() {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("power", 5);
    pcscd.insert(0, &card);
    for reset in ["cold", "warm"] {
        assert_eq!(send(&pcscd, &[PIN_STATUS, VERIFY, PIN_STATUS]), ["63C3", "9000", "9000"]);
        pcscd.opensc("opensc-tool", 0, &[&format!("--reset={reset}")]).well();
        assert_eq!(send(&pcscd, &[PIN_STATUS]), ["63C3"], "rights outlived a {reset} reset");
    }
}

#[test]
fn every_card_has_its_own_number_and_keys_and_never_makes_a_key_twice() {
    let mut pcscd = PrivatePcscd::start();
    let (one, two) = (CardImage::new("one", 6), CardImage::new("two", 7).with_serial(0x0123_4567));
    pcscd.insert(0, &one);
    pcscd.insert(1, &two);
    let chuids = [0, 1].map(|slot| status_line(&pcscd, slot, "CHUID:"));
    let serials = [0, 1].map(|slot| status_line(&pcscd, slot, "Serial Number:"));
    assert_ne!(chuids[0], chuids[1], "two cards have one GUID");
    assert_eq!(serials, ["6".to_owned(), 0x0123_4567.to_string()]);
    let mut keys = vec![generate(&pcscd, 0, "9a"), generate(&pcscd, 1, "9a"), generate(&pcscd, 0, "9a")];
    pcscd.remove(0);
    pcscd.insert(0, &one);
    assert_eq!(status_line(&pcscd, 0, "CHUID:"), chuids[0], "the same image is another card");
    keys.push(generate(&pcscd, 0, "9a"));
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 4, "a key was made twice");
}

/// The number of the PIN change among the commands of `yubico-piv-tool -a change-pin`, from a rehearsal.
fn number_of_the_pin_change(pcscd: &mut PrivatePcscd) -> u64 {
    let rehearsal = CardImage::new("rehearsal", 8);
    pcscd.insert(0, &rehearsal);
    change_pin(pcscd).well();
    pcscd.remove(0);
    let log = rehearsal.apdu_log();
    let line = log.iter().find(|line| line.contains(" 00 24 00 80 10 "));
    let line = line.unwrap_or_else(|| panic!("no PIN change in {log:?}"));
    assert!(line.ends_with(" 9000"), "{line}");
    line.split(' ').next().and_then(|number| number.parse().ok()).expect("a number")
}

fn change_pin(pcscd: &PrivatePcscd) -> Said {
    pcscd.yubico(0, &["-a", "change-pin", "-P", "123456", "-N", "482913"])
}

#[test]
fn a_card_that_dies_before_a_command_has_not_carried_it_out() {
    let mut pcscd = PrivatePcscd::start();
    let number = number_of_the_pin_change(&mut pcscd);
    let card = CardImage::new("before", 9);
    pcscd.insert_with(0, &card, Faults { die_before: Some(number), ..Faults::default() });
    change_pin(&pcscd).badly();
    pcscd.wait_left(0);
    let last = card.apdu_log().pop().unwrap_or_default();
    assert_eq!(last, format!("{number} 00 24 00 80 10 died-before"));
    pcscd.insert(0, &card);
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "482913"]).badly();
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "123456"]).well();
}

#[test]
fn a_card_that_dies_after_a_command_has_carried_it_out() {
    let mut pcscd = PrivatePcscd::start();
    let number = number_of_the_pin_change(&mut pcscd);
    let card = CardImage::new("after", 10);
    pcscd.insert_with(0, &card, Faults { die_after: Some(number), ..Faults::default() });
    change_pin(&pcscd).badly();
    pcscd.wait_left(0);
    let last = card.apdu_log().pop().unwrap_or_default();
    assert_eq!(last, format!("{number} 00 24 00 80 10 9000 died-after"));
    pcscd.insert(0, &card);
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "123456"]).badly();
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "482913"]).well();
}

#[test]
fn a_copied_card_lives_its_own_life() {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("original", 11);
    pcscd.insert(0, &card);
    pcscd.remove(0);
    let copy = card.copy("copy");
    pcscd.insert(0, &card);
    pcscd.insert(1, &copy);
    assert_eq!(status_line(&pcscd, 0, "CHUID:"), status_line(&pcscd, 1, "CHUID:"));
    change_pin(&pcscd).well();
    pcscd.yubico(1, &["-a", "verify-pin", "-P", "123456"]).well();
    pcscd.yubico(0, &["-a", "verify-pin", "-P", "123456"]).badly();
}

#[test]
fn the_daemon_can_crash_and_come_back_behind_the_same_socket() {
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("crash", 12);
    pcscd.insert(0, &card);
    pcscd.kill_daemon();
    pcscd.opensc("opensc-tool", 0, &["--atr"]).badly();
    pcscd.start_daemon();
    pcscd.insert(0, &card);
    pcscd.opensc("opensc-tool", 0, &["--atr"]).well();
}

/// Without quick acknowledgement every command costs 44 ms whatever the computer. Two runs that differ in
/// nothing but the number of commands; the best of a few, since a busy computer only ever adds.
#[test]
fn a_command_takes_less_than_half_of_the_delayed_acknowledgement() {
    const COMMANDS: u32 = 100;
    const TRAP: Duration = Duration::from_millis(44);
    let mut pcscd = PrivatePcscd::start();
    let card = CardImage::new("quick", 13);
    pcscd.insert(0, &card);
    let time = |count: u32| {
        let commands = vec![PIN_STATUS; count as usize];
        let started = Instant::now();
        assert_eq!(send(&pcscd, &commands).len(), commands.len());
        started.elapsed()
    };
    let best = |count| (0..5).map(|_| time(count)).min().expect("five runs");
    let each = best(COMMANDS).saturating_sub(best(0)) / COMMANDS;
    println!("one command there and back: {each:?}");
    assert!(each < TRAP / 2, "a command takes {each:?}");
}
