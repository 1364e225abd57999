//! Tests of the key room. OpenSSL judges what it makes: nothing here is compared with our own reading alone.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use der::Encode;
use p256::ecdsa::SigningKey;
use proptest::prelude::*;
use tempfile::TempDir;
use x509_cert::builder::Builder;
use x509_cert::request::RequestBuilder;

use super::*;
use crate::central::system_clock;

/// Runs `openssl`; gives whether it succeeded, and what it said on both outputs.
fn openssl(arguments: &[&str], input: &[u8]) -> (bool, String) {
    use std::io::Write;
    let mut child = Command::new("openssl")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("`openssl` judges these tests and is missing: install the Debian package `openssl`");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

struct Room {
    dir: TempDir,
    authority: Authority,
    now: Millis,
}

fn room(environment: Environment) -> Room {
    let dir = tempfile::tempdir().unwrap();
    let now = system_clock()();
    let authority = Authority::init(&dir.path().join("ca"), environment, "Truro", now).unwrap();
    Room { dir, authority, now }
}

impl Room {
    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn ca(&self, name: &str) -> String {
        self.path("ca").join(name).to_str().unwrap().to_owned()
    }

    /// `openssl verify -x509_strict` against the root, through one CA.
    fn verify(&self, ca: &str, der: &[u8], more: &[&str]) -> (bool, String) {
        let (ok, pem) = openssl(&["x509", "-inform", "DER"], der);
        assert!(ok, "{pem}");
        let root = self.ca("root.crt");
        let ca = self.ca(ca);
        let mut arguments = vec!["verify", "-x509_strict", "-CAfile", &root, "-untrusted", &ca];
        arguments.extend(more);
        openssl(&arguments, pem.as_bytes())
    }
}

fn key() -> SigningKey {
    SigningKey::from(&make::fresh_key().unwrap())
}

fn request(key: &SigningKey, subject: &str) -> Vec<u8> {
    let builder = RequestBuilder::new(subject.parse().unwrap()).unwrap();
    builder.build::<_, p256::ecdsa::DerSignature>(key).unwrap().to_der().unwrap()
}

/// A request made by OpenSSL with a key of the given algorithm.
fn openssl_request(dir: &Path, arguments: &[&str]) -> Vec<u8> {
    let out = dir.join("request.der");
    let key = dir.join("request.key");
    let mut all = vec!["req", "-new", "-nodes", "-subj", "/CN=asked for", "-outform", "DER"];
    all.extend(["-keyout", key.to_str().unwrap(), "-out", out.to_str().unwrap()]);
    all.extend(arguments);
    let (ok, said) = openssl(&all, b"");
    assert!(ok, "{said}");
    std::fs::read(out).unwrap()
}

fn desk() -> DeskSubject {
    DeskSubject {
        desk: DeskId(uuid::Uuid::from_u128(0x0190_a5c4_0000_7000_8000_0102_0304_0506)),
        name: "desk 2".into(),
    }
}

fn card(slot: Slot) -> CardSubject {
    CardSubject {
        guid: CardGuid([7; 16]),
        number: "555102034417".parse().unwrap(),
        name: "Siân Llŷr, O=Evil".to_owned(),
        slot,
        expires: "2029-03-31".parse().unwrap(),
    }
}

#[test]
fn private_files_are_for_central_alone_and_everything_reads_back_the_same() {
    let room = room(Environment::Trial);
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&room.path("ca")), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(room.path("ca")).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
        files += 1;
    }
    assert_eq!(files, 11);
    let again = Authority::load(&room.path("ca")).unwrap();
    assert_eq!(again.fingerprint(), room.authority.fingerprint());
    assert_eq!(again.environment(), Environment::Trial);
    assert_eq!(again.name(), "Truro");
    assert!(again.seal_private().same_as(room.authority.seal_private()));
    let puk = |authority: &Authority| authority.card_keys().puk(CardGuid([1; 16]), 1, 1);
    assert!(puk(&again).same_as(&puk(&room.authority)));
}

#[test]
fn an_authority_is_never_overwritten() {
    let room = room(Environment::Demo);
    let before = room.authority.fingerprint();
    let again = Authority::init(&room.path("ca"), Environment::Live, "Other", room.now);
    assert!(matches!(again, Err(CaFault::AlreadyThere(_))));
    assert_eq!(Authority::load(&room.path("ca")).unwrap().fingerprint(), before);
}

#[test]
fn a_cut_off_init_is_told_and_never_used() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("ca.making")).unwrap();
    std::fs::write(dir.path().join("ca.making/root.key"), "half").unwrap();
    let ca = dir.path().join("ca");
    assert!(matches!(Authority::load(&ca), Err(CaFault::HalfMade(_))));
    let fault = Authority::init(&ca, Environment::Demo, "Truro", system_clock()()).err().unwrap();
    assert!(matches!(&fault, CaFault::HalfMade(path) if path.ends_with("ca.making")), "{fault}");
    assert!(fault.to_string().contains("Remove it and run init again"), "{fault}");
    assert!(matches!(Authority::load(&dir.path().join("nowhere")), Err(CaFault::NotThere(_))));
}

#[test]
fn a_torn_folder_is_told_file_by_file() {
    for file in
        ["authority.json", "root.crt", "device-ca.key", "card-ca.crt", "statement.key", "seal.key", "card-master-1.key"]
    {
        let room = room(Environment::Demo);
        let path = room.path("ca").join(file);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let fault = Authority::load(&room.path("ca")).err().unwrap();
        assert!(matches!(&fault, CaFault::Torn { file: named, .. } if named == file), "{file}: {fault}");
        std::fs::remove_file(&path).unwrap();
        let fault = Authority::load(&room.path("ca")).err().unwrap();
        assert!(matches!(&fault, CaFault::Missing { file: named, .. } if named == file), "{file}: {fault}");
    }
}

#[test]
fn one_changed_bit_in_a_file_is_told_even_where_any_bits_would_do() {
    let room = room(Environment::Demo);
    let path = room.path("ca").join("card-master-1.key");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[7] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let fault = Authority::load(&room.path("ca")).err().unwrap();
    assert!(matches!(&fault, CaFault::Torn { file, .. } if file == "card-master-1.key"), "{fault}");
    assert!(fault.to_string().contains("Put the folder back from its backup"), "{fault}");
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let room = room(Environment::Demo);
    let key = room.path("ca").join("device-ca.key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(Authority::load(&room.path("ca")), Err(CaFault::Exposed(path)) if path == key));
}

#[test]
fn the_roots_key_may_be_locked_away() {
    let room = room(Environment::Live);
    std::fs::remove_file(room.path("ca").join("root.key")).unwrap();
    let authority = Authority::load(&room.path("ca")).unwrap();
    assert!(authority.issue_desk(&request(&key(), "CN=x"), &desk(), room.now).is_ok());
}

#[test]
fn openssl_accepts_every_kind_of_certificate_in_strict_mode() {
    let room = room(Environment::Trial);
    let (ok, said) = openssl(
        &[
            "verify",
            "-x509_strict",
            "-CAfile",
            &room.ca("root.crt"),
            &room.ca("device-ca.crt"),
            &room.ca("card-ca.crt"),
            &room.ca("statement.crt"),
        ],
        b"",
    );
    assert!(ok, "{said}");
    let issued = room.authority.issue_desk(&request(&key(), "CN=x"), &desk(), room.now).unwrap();
    let (ok, said) = room.verify("device-ca.crt", &issued.der, &["-purpose", "sslclient"]);
    assert!(ok, "{said}");
    assert!(!room.verify("device-ca.crt", &issued.der, &["-purpose", "sslserver"]).0, "a desk is no server");
    assert!(!room.verify("card-ca.crt", &issued.der, &[]).0, "a desk is not of the Card CA");
    let (server, _) = room.authority.issue_server(&["localhost", "127.0.0.1", "::1"], room.now).unwrap();
    let (ok, said) = room.verify("device-ca.crt", &server.der, &["-purpose", "sslserver", "-verify_ip", "127.0.0.1"]);
    assert!(ok, "{said}");
    assert!(!room.verify("device-ca.crt", &server.der, &["-purpose", "sslclient"]).0, "a server is no desk");
    for slot in [Slot::Authentication, Slot::Signature, Slot::KeyManagement, Slot::CardAuthentication] {
        let issued = room.authority.issue_card(&request(&key(), "CN=x"), &card(slot), room.now).unwrap();
        let (ok, said) = room.verify("card-ca.crt", &issued.der, &[]);
        assert!(ok, "{slot:?}: {said}");
    }
}

#[test]
fn a_card_certificate_says_whose_it_is_and_each_slot_what_it_may_do() {
    let room = room(Environment::Trial);
    let text = |slot| {
        let issued = room.authority.issue_card(&request(&key(), "CN=Mallory"), &card(slot), room.now).unwrap();
        let (ok, said) = openssl(
            &[
                "x509",
                "-inform",
                "DER",
                "-noout",
                "-subject",
                "-nameopt",
                "RFC2253,utf8,-esc_msb",
                "-ext",
                "keyUsage,extendedKeyUsage,subjectAltName,basicConstraints",
                "-enddate",
            ],
            &issued.der,
        );
        assert!(ok, "{said}");
        said
    };
    let nine_a = text(Slot::Authentication);
    assert!(nine_a.contains(r"subject=CN=Siân Llŷr\, O=Evil,serialNumber=555102034417,OU=trial,O=RA Desk"), "{nine_a}");
    assert!(nine_a.contains("URI:urn:uuid:07070707-0707-0707-0707-070707070707"), "{nine_a}");
    assert!(nine_a.contains("TLS Web Client Authentication, Microsoft Smartcard Login"), "{nine_a}");
    // The last second of 31 March in London, which is on summer time by then.
    assert!(nine_a.contains("notAfter=Mar 31 22:59:59 2029 GMT"), "{nine_a}");
    assert!(nine_a.contains("CA:FALSE") && !nine_a.contains("Mallory"), "{nine_a}");
    assert!(text(Slot::Signature).contains("Digital Signature, Non Repudiation"));
    assert!(text(Slot::KeyManagement).contains("Key Agreement"));
    let nine_e = text(Slot::CardAuthentication);
    assert!(nine_e.contains("X509v3 Extended Key Usage: critical"), "{nine_e}");
    assert!(nine_e.contains("2.16.840.1.101.3.6.8") && !nine_e.contains("Client"), "{nine_e}");
}

#[test]
fn the_cas_have_their_path_lengths_and_their_life() {
    let of = |environment, file: &str| {
        let room = room(environment);
        openssl(
            &[
                "x509",
                "-in",
                &room.ca(file),
                "-noout",
                "-dates",
                "-ext",
                "basicConstraints,keyUsage",
                "-checkend",
                &(7 * 86_400 + 60).to_string(),
            ],
            b"",
        )
    };
    let (lasts, said) = of(Environment::Trial, "root.crt");
    assert!(lasts && said.contains("CA:TRUE, pathlen:1") && said.contains("Certificate Sign, CRL Sign"), "{said}");
    let (lasts, said) = of(Environment::Trial, "card-ca.crt");
    assert!(lasts && said.contains("CA:TRUE, pathlen:0"), "{said}");
    assert!(!of(Environment::Demo, "device-ca.crt").0, "a demo ends after a week");
}

#[test]
fn a_certificate_never_outlives_its_ca_and_none_comes_from_a_dead_one() {
    let room = room(Environment::Demo);
    let csr = request(&key(), "CN=x");
    let issued = room.authority.issue_desk(&csr, &desk(), room.now).unwrap();
    assert_eq!(issued.not_after, room.authority.device_ca_ends());
    let late = room.now.plus(8 * Millis::DAY);
    assert!(matches!(room.authority.issue_desk(&csr, &desk(), late), Err(CaFault::NoLifeLeft)));
    let mut expired = card(Slot::Authentication);
    expired.expires = "2020-01-01".parse().unwrap();
    assert!(matches!(room.authority.issue_card(&csr, &expired, room.now), Err(CaFault::NoLifeLeft)));
    let live = super::tests::room(Environment::Live);
    let ninety = live.authority.issue_desk(&csr, &desk(), live.now).unwrap();
    assert_eq!(ninety.not_after.since(live.now) / Millis::DAY, 89, "90 days, cut to whole seconds");
}

#[test]
fn serial_numbers_have_sixteen_bytes_and_differ() {
    let room = room(Environment::Demo);
    let csr = request(&key(), "CN=x");
    let serials: std::collections::BTreeSet<String> =
        (0..20).map(|_| room.authority.issue_desk(&csr, &desk(), room.now).unwrap().serial).collect();
    assert_eq!(serials.len(), 20);
    assert!(serials.iter().all(|serial| serial.len() == 32 && matches!(&serial[..1], "4" | "5" | "6" | "7")));
}

#[test]
fn what_a_certificate_names_is_read_back() {
    let room = room(Environment::Demo);
    let csr = request(&key(), "CN=x");
    let issued = room.authority.issue_desk(&csr, &desk(), room.now).unwrap();
    assert_eq!(desk_in(&issued.der), Some(desk().desk));
    assert_eq!(environment_in(&issued.der), Some(Environment::Demo));
    let issued = room.authority.issue_card(&csr, &card(Slot::Authentication), room.now).unwrap();
    assert_eq!(card_in(&issued.der), Some(CardGuid([7; 16])));
    assert_eq!(environment_in(room.authority.card_ca()), Some(Environment::Demo));
    assert_eq!(desk_in(b"nonsense"), None);
}

#[test]
fn a_request_whose_proof_is_bad_is_refused() {
    let csr = request(&key(), "CN=somebody");
    assert!(ProvenRequest::check(&csr).is_ok());
    // Another name in the signed part: still good DER, and the signature does not fit any more.
    let at = csr.windows(8).position(|w| w == b"somebody").unwrap();
    let mut forged = csr.clone();
    forged[at] = b'z';
    assert_eq!(ProvenRequest::check(&forged).err(), Some(RequestFault::BadProof));
    assert_eq!(ProvenRequest::check(&csr[..csr.len() - 1]).err(), Some(RequestFault::NotARequest));
    let longer = [csr.as_slice(), b"\0"].concat();
    assert_eq!(ProvenRequest::check(&longer).err(), Some(RequestFault::NotARequest));
    assert_eq!(ProvenRequest::check(&vec![0x30; REQUEST_MAX + 1]).err(), Some(RequestFault::NotARequest));
}

proptest! {
    #[test]
    fn no_changed_byte_of_a_request_is_ever_believed(at in any::<prop::sample::Index>(), flip in 1u8..=255) {
        let mut csr = request(&SigningKey::from_slice(&[5; 32]).unwrap(), "CN=somebody");
        let at = at.index(csr.len());
        csr[at] ^= flip;
        prop_assert!(ProvenRequest::check(&csr).is_err());
    }

    #[test]
    fn no_bytes_make_the_readers_fall_over(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(ProvenRequest::check(&bytes).is_err());
        prop_assert_eq!(CertDer::read(&bytes), None);
        prop_assert_eq!(desk_in(&bytes), None);
    }
}

#[test]
fn rsa_2048_is_good_for_a_card_and_not_for_a_desk() {
    let room = room(Environment::Trial);
    let csr = openssl_request(room.dir.path(), &["-newkey", "rsa:2048"]);
    let issued = room.authority.issue_card(&csr, &card(Slot::KeyManagement), room.now).unwrap();
    let (ok, said) = room.verify("card-ca.crt", &issued.der, &[]);
    assert!(ok, "{said}");
    let (_, said) = openssl(&["x509", "-inform", "DER", "-noout", "-ext", "keyUsage"], &issued.der);
    assert!(said.contains("Key Encipherment"), "an RSA 9D key deciphers: {said}");
    let refused = room.authority.issue_desk(&csr, &desk(), room.now);
    assert!(matches!(refused, Err(CaFault::Request(RequestFault::DeskKeyNotP256))));
    let mut forged = csr;
    let last = forged.len() - 1;
    forged[last] ^= 1;
    assert_eq!(ProvenRequest::check(&forged).err(), Some(RequestFault::BadProof));
}

#[test]
fn other_keys_and_other_digests_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let fault = |arguments: &[&str]| ProvenRequest::check(&openssl_request(dir.path(), arguments)).err();
    assert_eq!(fault(&["-newkey", "rsa:1024"]), Some(RequestFault::WrongKey));
    assert_eq!(fault(&["-newkey", "rsa:3072"]), Some(RequestFault::WrongKey));
    assert_eq!(fault(&["-newkey", "rsa:2048", "-pkeyopt", "rsa_keygen_pubexp:3"]), Some(RequestFault::WrongKey));
    assert_eq!(fault(&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]), Some(RequestFault::WrongKey));
    assert_eq!(fault(&["-newkey", "ed25519"]), Some(RequestFault::WrongKey));
    assert_eq!(fault(&["-newkey", "rsa:2048", "-sha1"]), Some(RequestFault::WrongAlgorithm));
    assert_eq!(
        fault(&["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha512"]),
        Some(RequestFault::WrongAlgorithm)
    );
}

#[test]
fn a_server_name_that_is_none_is_refused() {
    let room = room(Environment::Demo);
    for name in ["", "a b", "a..b", "*.example.org", &"a".repeat(64)] {
        assert!(matches!(room.authority.issue_server(&[name], room.now), Err(CaFault::BadName(_))), "{name}");
    }
    assert!(matches!(room.authority.issue_server(&[], room.now), Err(CaFault::BadName(_))));
}

#[test]
fn openssl_finds_a_revoked_card_in_the_list_and_no_other() {
    let room = room(Environment::Trial);
    let issue = || room.authority.issue_card(&request(&key(), "CN=x"), &card(Slot::Authentication), room.now).unwrap();
    let (revoked, good) = (issue(), issue());
    for (serials, lost) in [(vec![revoked.serial.clone()], true), (vec![], false)] {
        let crl = room.authority.card_crl(&serials, room.now).unwrap();
        let file = room.path("card.crl");
        let (ok, pem) = openssl(&["crl", "-inform", "DER"], &crl);
        assert!(ok, "{pem}");
        std::fs::write(&file, pem).unwrap();
        let check = ["-crl_check", "-CRLfile", file.to_str().unwrap()];
        let (ok, said) = room.verify("card-ca.crt", &good.der, &check);
        assert!(ok, "{said}");
        let (ok, said) = room.verify("card-ca.crt", &revoked.der, &check);
        assert_eq!(!ok && said.contains("certificate revoked"), lost, "{said}");
    }
    for bad in ["", "xyz", "0", "é1"] {
        assert!(matches!(room.authority.card_crl(&[bad.to_owned()], room.now), Err(CaFault::BadSerial)), "{bad}");
    }
}

#[test]
fn the_statement_signature_is_judged_by_openssl() {
    let room = room(Environment::Demo);
    let signature = room.path("signature");
    std::fs::write(&signature, room.authority.sign_statement(b"a message")).unwrap();
    let public = room.path("statement.pub");
    let (ok, pem) = openssl(&["pkey", "-pubin", "-inform", "DER"], room.authority.statement_key());
    assert!(ok, "{pem}");
    std::fs::write(&public, pem).unwrap();
    let verify = ["dgst", "-sha256", "-verify", public.to_str().unwrap(), "-signature", signature.to_str().unwrap()];
    assert!(openssl(&verify, b"a message").0);
    assert!(!openssl(&verify, b"another message").0);
    // And the certificate of the signer says the same key.
    let (_, from_certificate) = openssl(&["x509", "-in", &room.ca("statement.crt"), "-noout", "-pubkey"], b"");
    assert_eq!(from_certificate, std::fs::read_to_string(&public).unwrap());
}

#[test]
fn what_is_sealed_to_the_public_key_opens_with_the_private_one() {
    use hpke::aead::AesGcm256;
    use hpke::kdf::HkdfSha256;
    use hpke::kem::DhP256HkdfSha256;
    use hpke::{Deserializable, Kem, OpModeR, OpModeS};
    let room = room(Environment::Demo);
    let public = <DhP256HkdfSha256 as Kem>::PublicKey::from_bytes(room.authority.seal_public()).unwrap();
    let private = <DhP256HkdfSha256 as Kem>::PrivateKey::from_bytes(room.authority.seal_private().expose()).unwrap();
    let (capped, sealed) = hpke::single_shot_seal::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeS::Base,
        &public,
        b"info",
        b"body",
        b"aad",
    )
    .unwrap();
    let opened = hpke::single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeR::Base,
        &private,
        &capped,
        b"info",
        &sealed,
        b"aad",
    );
    assert_eq!(opened.unwrap(), b"body");
}
