//! A whole visit on real parts: the built desk in a pseudo-terminal, pcscd with a PIV applet, an IPP printer, the built central.
//! Programs that others wrote judge what came out.
#![cfg(feature = "demo")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::central::Central;
use support::desk::{AGENT, CUSTOMER};
use support::pcsc::{CardImage, FACTORY_KEY, FACTORY_PIN, PrivatePcscd};
use support::tools::{self, Said};
use support::visits::{MANAGER_PIN, Newcomer, Parts, SIAN};

/// What Siân chooses at the hand-over.
const FIRST_PIN: &str = "482913";
/// What Siân chooses after the card was locked.
const SECOND_PIN: &str = "73519462";

fn openssl(args: &[&str]) -> Said {
    tools::run(Command::new(tools::program("openssl", "openssl")).args(args))
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path of plain characters")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The judges' own reader: the desk's stay the desk's.
struct Judges {
    pcscd: PrivatePcscd,
    folder: tempfile::TempDir,
}

impl Judges {
    fn start() -> Self {
        Self { pcscd: PrivatePcscd::start(), folder: tempfile::tempdir().expect("a folder for the judges") }
    }

    /// An object as `ykman` exports it.
    fn object(&self, id: &str, pin: &str) -> Vec<u8> {
        let file = self.folder.path().join("object");
        self.pcscd.ykman_piv(0, &["objects", "export", id, path(&file), "-P", pin]).well();
        fs::read(file).expect("the exported object")
    }

    /// Everything third parties can say about an issued card.
    fn judge(&mut self, card: &CardImage, central: &Central, number: &str, pin: &str, slots: &[&str]) {
        self.pcscd.insert(0, card);
        self.pcscd.yubico(0, &["-a", "verify-pin", "-P", pin]).well();
        self.listing();
        self.identity(central, number, pin);
        for slot in slots {
            self.certificate(central, number, pin, slot);
        }
        self.pkcs11(pin);
        // What the blank came with does not open it any more.
        self.pcscd.yubico(0, &["-a", "verify-pin", "-P", FACTORY_PIN]).badly();
        self.pcscd.yubico(0, &["-a", "verify-pin", "-P", pin]).well();
        let key = format!("-k{FACTORY_KEY}");
        self.pcscd.yubico(0, &[&key, "-a", "generate", "-s", "9d", "-A", "ECCP256"]).badly();
        self.pcscd.remove(0);
    }

    /// OpenSC sees a whole PIV card.
    fn listing(&self) {
        let dump = self.pcscd.opensc("pkcs15-tool", 0, &["-D"]).well().out;
        for part in [
            "Certificate for PIV Authentication",
            "Certificate for Digital Signature",
            "Certificate for Card Authentication",
            "PIV AUTH key",
            "SIGN key",
            "Card Holder Unique Identifier",
            "Card Capability Container",
            "Printed Information",
        ] {
            assert!(dump.contains(part), "no {part} in:\n{dump}");
        }
    }

    /// The card's GUID is central's, and the objects are on it.
    fn identity(&self, central: &Central, number: &str, pin: &str) {
        let recorded = central.person(number, "Card:");
        let chuid = hex(&self.object("0x5fc102", pin));
        let guid = recorded.split(',').next().unwrap_or_default();
        assert_eq!(guid.len(), 32, "{recorded}");
        assert!(chuid.contains(&format!("3410{guid}")), "central says {recorded}, the card {chuid}");
        let name = central.person(number, "On the card:");
        let printed = self.object("0x5fc109", pin);
        let first = name.split(' ').next().unwrap_or_default();
        assert!(String::from_utf8_lossy(&printed).contains(first), "{name} is not in {}", hex(&printed));
    }

    /// A certificate leads to central's root, bears the number, and the card has its key.
    fn certificate(&self, central: &Central, number: &str, pin: &str, slot: &str) {
        let file = self.folder.path().join("card.crt");
        let read = self.pcscd.yubico(0, &["-a", "read-certificate", "-s", slot]).well();
        fs::write(&file, read.out).expect("a certificate");
        let (root, issuer) = (central.certificate("root.crt"), central.certificate("card-ca.crt"));
        openssl(&["verify", "-CAfile", path(&root), "-untrusted", path(&issuer), path(&file)]).well();
        let subject = openssl(&["x509", "-in", path(&file), "-noout", "-subject"]).well().out;
        assert!(subject.contains(number), "no {number} in {subject}");
        if slot != "9e" {
            let pin = ["-a", "verify-pin", "-P", pin];
            let sign = ["-a", "test-signature", "-s", slot, "-i", path(&file)];
            let said = self.pcscd.yubico(0, &[&pin[..], &sign].concat()).well();
            assert!(said.all().contains("Successful ECDSA verification"), "{slot}: {}", said.all());
        }
    }

    /// PKCS#11 by its lines: it tests RSA alone, and reports one error (random numbers) on a perfect card.
    fn pkcs11(&self, pin: &str) {
        let tool = tools::program("pkcs11-tool", "opensc");
        let args = ["--slot-index", "0", "--login", "--pin", pin];
        let said = tools::run(self.pcscd.command(&tool).args(args).arg("--test"));
        assert!(!said.all().contains("ERR:") || said.all().contains("C_GenerateRandom"), "{}", said.all());
        assert!(said.all().contains("Signatures"), "{}", said.all());
        let list = tools::run(self.pcscd.command(&tool).args(args).arg("-O")).well().out;
        for part in ["Private Key Object; EC", "Certificate Object; type = X.509 cert"] {
            assert!(list.contains(part), "no {part} in:\n{list}");
        }
    }
}

/// The desk names what the judges see: third parties and `card show` read the same bytes.
fn as_shown(pcscd: &PrivatePcscd) -> serde_json::Value {
    let mut show = pcscd.command(env!("CARGO_BIN_EXE_ra-desk"));
    let said = tools::run(show.args(["card", "show", "--reader", pcscd.reader_name(0), "--json"])).well();
    serde_json::from_str(&said.out).expect("JSON")
}

fn reset_after_three_wrong_tries(parts: &mut Parts, judges: &mut Judges, card: &CardImage, who: &Newcomer) {
    judges.pcscd.insert(0, card);
    for _ in 0..3 {
        judges.pcscd.yubico(0, &["-a", "verify-pin", "-P", "000000"]).badly();
    }
    judges.pcscd.yubico(0, &["-a", "verify-pin", "-P", FIRST_PIN]).badly();
    judges.pcscd.remove(0);
    parts.pcscd.insert(CUSTOMER, card);
    parts.desk.see("This card is LOCKED");
    parts.desk.see(&who.name());
    parts.desk.choose("Unlock: the holder chooses");
    parts.desk.see("Is this the person in front of you?");
    // The answer counts once the photo is there to be looked at.
    parts.desk.see("▀▀▀▀");
    parts.desk.choose("Yes, it is the person in the photo");
    parts.choose_passcode(SECOND_PIN);
    parts.desk.at("The passcode is reset", "<ret>");
    parts.desk.see("This card is GOOD");
    parts.pcscd.remove(CUSTOMER);
}

fn cancel(parts: &mut Parts, card: &CardImage, number: &str) {
    parts.pcscd.insert(CUSTOMER, card);
    parts.desk.see("This card is GOOD");
    parts.desk.choose("Cancel this card for ever");
    parts.desk.choose("Lost: the holder does not know");
    parts.desk.at("What happened?", "<ret><ret>");
    parts.desk.at("Is this the right card?", &format!("{}<ret>CANCEL", &number[8..]));
    parts.desk.at("Enter Cancel for ever", "<ret>");
    parts.desk.see("In effect since");
    parts.desk.keys("<ret>");
    parts.pcscd.remove(CUSTOMER);
    parts.pcscd.insert(CUSTOMER, card);
    parts.desk.see("This card is CANCELLED");
    parts.pcscd.remove(CUSTOMER);
}

fn nothing_waits(parts: &mut Parts) {
    parts.all_is_sent();
    parts.desk.choose("Look at the queue");
    parts.desk.at("Nothing waits. The centre has received everything.", "<esc>");
    parts.desk.see("What do you want to do?");
}

#[test]
fn a_whole_visit_from_a_bare_desk_to_a_cancelled_card() {
    let mut parts = Parts::with_manager();
    let mut judges = Judges::start();
    let (manager, manager_number) = parts.manager.take().expect("the manager's card");
    let (card, number) = parts.register_and_issue(&SIAN, 2, FIRST_PIN);
    assert_eq!(parts.printer.cards().len(), 1, "one card, printed once");
    parts.all_is_sent();
    judges.judge(&card, &parts.central, &number, FIRST_PIN, &["9a", "9c", "9e"]);
    reset_after_three_wrong_tries(&mut parts, &mut judges, &card, &SIAN);
    parts.all_is_sent();
    judges.judge(&card, &parts.central, &number, SECOND_PIN, &["9a", "9c", "9e"]);
    cancel(&mut parts, &card, &number);
    assert!(parts.central.person(&number, "Card:").contains("Cancelled"));
    nothing_waits(&mut parts);
    assert_eq!(parts.printer.cards().len(), 1, "one card, printed once");

    let events = parts.central.events(&parts.invite.desk);
    let numbers: Vec<u64> = events.iter().map(|event| event.seq).collect();
    assert_eq!(numbers, (1..=events.len() as u64).collect::<Vec<_>>(), "no gap and no double");
    for kind in ["register", "card_written", "printed_good", "handed_over", "passcode_reset", "cancel"] {
        assert!(events.iter().any(|event| event.kind == kind), "no {kind} among {events:#?}");
    }
    let refused: Vec<_> = events.iter().filter(|event| event.outcome.contains("refused")).collect();
    assert!(refused.is_empty(), "{refused:#?}");

    parts.desk.kill();
    parts.pcscd.remove(AGENT);
    let export = parts.desk.home().join("export");
    parts.desk.cli(&["audit", "export", "--out", path(&export)]).well();
    parts.desk.cli(&["audit", "verify", path(&export)]).well();
    judges.judge(&manager, &parts.central, &manager_number, MANAGER_PIN, &["9a", "9c", "9d", "9e"]);
}

#[test]
fn a_card_made_by_strangers_is_read_and_named_byte_for_byte() {
    let mut judges = Judges::start();
    let card = CardImage::new("strangers", 41);
    judges.pcscd.insert(0, &card);
    let file = |name: &str| judges.folder.path().join(name);
    let (key, certificate) = (file("ca.key"), file("card.crt"));
    let public = judges.pcscd.yubico(0, &[&format!("-k{FACTORY_KEY}"), "-a", "generate", "-s", "9a", "-A", "ECCP256"]);
    fs::write(file("public.pem"), public.well().out).expect("a public key");
    openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", path(&key)]).well();
    let subject = ["-subj", "/O=Strangers/CN=Specimen Stranger"];
    let request = ["req", "-new", "-key", path(&key), "-out"];
    openssl(&[&request[..], &[path(&file("request.csr"))], &subject].concat()).well();
    let sign =
        ["x509", "-req", "-in", path(&file("request.csr")), "-signkey", path(&key), "-days", "30"].map(str::to_owned);
    let public = ["-force_pubkey", path(&file("public.pem")), "-out", path(&certificate)].map(str::to_owned);
    let args: Vec<&str> = sign.iter().chain(&public).map(String::as_str).collect();
    openssl(&args).well();
    let import = [&format!("-k{FACTORY_KEY}"), "-a", "import-certificate", "-s", "9a", "-i", path(&certificate)];
    judges.pcscd.yubico(0, &import).well();
    let guid: Vec<u8> = (1..=16).map(|n| n * 11).collect();
    let chuid = [b"\x34\x10", &guid[..], b"\x35\x0820301231\x3E\x00\xFE\x00"].concat();
    fs::write(file("chuid"), chuid).expect("a CHUID");
    let (object, chuid) = ("0x5fc102", file("chuid"));
    let import = ["objects", "import", object, path(&chuid), "-m", FACTORY_KEY, "-P", FACTORY_PIN];
    judges.pcscd.ykman_piv(0, &import).well();

    let shown = as_shown(&judges.pcscd);
    assert_eq!(shown["guid"], hex(&guid));
    assert_eq!(shown["expires"], "2030-12-31");
    assert_eq!(shown["chip_serial"], "41");
    let found = &shown["certificates"][0];
    assert_eq!(found["name"], "Specimen Stranger");
    let der = file("card.der");
    openssl(&["x509", "-in", path(&certificate), "-outform", "DER", "-out", path(&der)]).well();
    assert_eq!(found["der"], hex(&fs::read(&der).expect("the certificate")), "not the bytes that were written");
}
