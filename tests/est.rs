//! Enrolment as real clients see it: strongSwan's `pki` enrols, renews and fetches the CA over the loopback, OpenSSL
//! judges what it was given, and ureq plays the desk where a case needs a request no proper client sends.

#[path = "est_support/mod.rs"]
mod support;

use ra_desk::card::task::Slot;
use ra_desk::central::ca::{card_in, desk_in};
use ra_desk::domain::{CardGuid, Millis};
use support::{Central, Key, base64, serial_of, wrapped};

#[test]
fn strongswan_fetches_the_ca_and_openssl_finds_it_the_one_of_the_invite() {
    let central = Central::start();
    let said = central.pki(
        &[
            "--estca",
            "--url",
            &central.url(""),
            "--cacert",
            &central.ca("root.crt"),
            "--cacert",
            &central.ca("device-ca.crt"),
            "--caout",
            &central.path("fetched.pem"),
            "--outform",
            "pem",
        ],
        b"",
    );
    assert!(said.ok, "{}", said.error);
    let root = central.openssl(&["x509", "-in", &central.path("fetched.pem"), "-outform", "DER"], b"");
    assert_eq!(root.output, central.authority.root_certificate());
    let device = central.openssl(&["x509", "-in", &central.path("fetched-1.pem"), "-outform", "DER"], b"");
    assert_eq!(device.output, central.authority.device_ca());
}

#[test]
fn strongswan_enrols_with_a_one_time_code_and_renews_with_its_certificate() {
    let central = Central::start();
    let desk = central.invite("OTTER-9482");
    let first = central.strongswan_key("first");
    let given = central.strongswan_enrol(&first, &["--userpass", "desk:OTTER-9482"]);
    assert!(given.ok, "{}", given.error);
    assert_eq!(desk_in(&given.output), Some(desk));
    let judged = central.verify("device-ca.crt", &given.output);
    assert!(judged.ok, "{}", judged.error);

    // Renewal with a new key, over TLS with the old one.
    std::fs::write(central.path("first.crt"), &given.output).unwrap();
    let second = central.strongswan_key("second");
    let (certificate, key) = (central.path("first.crt"), central.path("first.key"));
    let renewed = central.strongswan_enrol(&second, &["--cert", &certificate, "--key", &key]);
    assert!(renewed.ok, "{}", renewed.error);
    assert_eq!(desk_in(&renewed.output), Some(desk));
    assert_ne!(renewed.output, given.output);
    let judged = central.verify("device-ca.crt", &renewed.output);
    assert!(judged.ok, "{}", judged.error);
    assert!(central.memory.is_superseded(&serial_of(&given.output)), "a new key takes the old certificate's place");
}

#[test]
fn strongswan_is_refused_with_a_wrong_code_and_with_a_used_one() {
    let central = Central::start();
    central.invite("OTTER-9482");
    let key = central.strongswan_key("first");
    let refused = |request: &[u8], more: &[&str]| {
        let said = central.strongswan_enrol(request, more);
        assert!(!said.ok && said.error.contains("HTTP 401"), "{}", said.error);
    };
    refused(&key, &["--userpass", "desk:OTTER-9483"]);
    refused(&key, &[]);
    assert_eq!(central.memory.issued(), 0);
    assert!(central.strongswan_enrol(&key, &["--userpass", "desk:OTTER-9482"]).ok);
    let other = central.strongswan_key("other");
    refused(&other, &["--userpass", "desk:OTTER-9482"]);
    assert_eq!(central.memory.issued(), 1);
}

#[test]
fn a_lost_answer_is_given_again_for_the_same_key() {
    let central = Central::start();
    central.invite("OTTER-9482");
    let key = Key::p256(&central, "a");
    let first = central.enrol_desk("OTTER-9482", &key.request).unwrap();
    let again = central.enrol_desk("OTTER-9482", &key.request).unwrap();
    assert_eq!(first, again);
    assert_eq!(central.memory.issued(), 1);
}

#[test]
fn a_renewal_whose_answer_was_lost_is_fetched_again_with_the_superseded_certificate_and_nothing_else_is() {
    let central = Central::start();
    let (old, certificate) = central.new_desk("one");
    let (new, third) = (Key::p256(&central, "new"), Key::p256(&central, "third"));
    let client = central.client(Some((&certificate, &old)));
    let renewed = client.post("desk/simplereenroll", &base64(&new.request)).certificate().unwrap();
    // The answer is lost: the desk still has the old certificate alone.
    let again = client.post("desk/simplereenroll", &base64(&new.request)).certificate().unwrap();
    assert_eq!(renewed, again);
    let refused = client.post("desk/simplereenroll", &base64(&third.request));
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(refused.text.contains("newer certificate"), "{}", refused.text);
    let grant = central.grant(&certificate);
    assert_eq!(client.post(&format!("{grant}-9a/simpleenroll"), &base64(&third.request)).status, 403);
    // With the new one the desk goes on.
    let client = central.client(Some((&renewed, &new)));
    assert!(client.post("desk/simplereenroll", &base64(&third.request)).certificate().is_ok());
}

#[test]
fn the_same_key_renewed_late_gets_a_new_certificate_and_renewed_early_the_same() {
    let central = Central::start();
    let (key, certificate) = central.new_desk("one");
    let client = central.client(Some((&certificate, &key)));
    central.memory.let_pass(2 * Millis::DAY);
    assert_eq!(client.post("desk/simplereenroll", &base64(&key.request)).certificate().unwrap(), certificate);
    // A demo's certificates last 7 days.
    central.memory.let_pass(2 * Millis::DAY);
    let renewed = client.post("desk/simplereenroll", &base64(&key.request)).certificate().unwrap();
    assert_ne!(renewed, certificate);
}

#[test]
fn a_request_with_a_bad_proof_is_refused_and_does_not_cost_the_code() {
    let central = Central::start();
    central.invite("OTTER-9482");
    let key = Key::p256(&central, "a");
    let mut forged = key.request.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    let refused = central.enrol_desk("OTTER-9482", &forged).unwrap_err();
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("did not prove to hold the key"), "{}", refused.text);
    assert!(central.enrol_desk("OTTER-9482", &key.request).is_ok(), "the code is still good");
}

#[test]
fn a_wrong_code_is_a_401_that_names_the_way_out() {
    let central = Central::start();
    central.invite("OTTER-9482");
    let key = Key::p256(&central, "a");
    let refused = central.enrol_desk("WRONG", &key.request).unwrap_err();
    assert_eq!(refused.status, 401);
    assert!(refused.header("www-authenticate").starts_with("Basic "));
    assert!(refused.text.contains("Ask for a new invite"), "{}", refused.text);
    let without = central.client(None).post("desk/simpleenroll", &base64(&key.request));
    assert_eq!(without.status, 401);
}

#[test]
fn a_request_comes_as_one_line_as_many_or_as_der_and_the_answer_is_one_line() {
    let central = Central::start();
    central.invite("OTTER-9482");
    let key = Key::p256(&central, "a");
    let client = central.client(None).with_code("OTTER-9482");
    let one_line = client.post("desk/simpleenroll", &base64(&key.request));
    let many_lines = client.post("desk/simpleenroll", &wrapped(&key.request));
    let der = client.post("desk/simpleenroll", &key.request);
    assert_eq!(one_line.status, 200, "{}", one_line.text);
    assert!(!one_line.text.contains(['\n', '\r', ' ']), "strongSwan 5.9.8 can't read wrapped lines");
    assert_eq!(one_line.header("content-type"), "application/pkcs7-mime; smime-type=certs-only");
    assert_eq!(one_line.header("content-transfer-encoding"), "base64");
    assert_eq!(one_line.text, many_lines.text);
    assert_eq!(one_line.text, der.text);
    for nonsense in [&b"not base64!"[..], b"", b"AAAA", &[0x30, 0x82, 1, 2]] {
        assert_eq!(client.post("desk/simpleenroll", nonsense).status, 400);
    }
    assert_eq!(client.post("desk/simpleenroll", &[b'A'; 20_000]).status, 413);
    assert_eq!(client.post("kitchen/simpleenroll", &key.request).status, 404);
}

#[test]
fn a_card_key_gets_its_certificate_through_a_desk_and_a_new_key_revokes_the_old_one() {
    let central = Central::start();
    let (key, certificate) = central.new_desk("one");
    let grant = central.grant(&certificate);
    let client = central.client(Some((&certificate, &key)));
    let path = format!("{grant}-{}/simpleenroll", Slot::Authentication.label());
    let card = Key::p256(&central, "card");
    let first = client.post(&path, &base64(&card.request)).certificate().unwrap();
    assert_eq!(card_in(&first), Some(CardGuid([9; 16])));
    let judged = central.verify("card-ca.crt", &first);
    assert!(judged.ok, "{}", judged.error);
    assert_eq!(client.post(&path, &base64(&card.request)).certificate().unwrap(), first, "the same key, the same");
    assert!(!central.memory.is_revoked(&serial_of(&first)));
    let again = Key::p256(&central, "card-again");
    let second = client.post(&path, &base64(&again.request)).certificate().unwrap();
    assert_ne!(first, second);
    assert!(central.memory.is_revoked(&serial_of(&first)));
    assert!(!central.memory.is_revoked(&serial_of(&second)));
}

#[test]
fn an_rsa_key_of_a_card_is_fine_and_an_rsa_key_of_a_desk_is_not() {
    let central = Central::start();
    let (key, certificate) = central.new_desk("one");
    let grant = central.grant(&certificate);
    let client = central.client(Some((&certificate, &key)));
    let rsa = Key::make(&central, "rsa", &["-newkey", "rsa:2048"]);
    let given = client.post(&format!("{grant}-9d/simpleenroll"), &base64(&rsa.request)).certificate().unwrap();
    let judged = central.verify("card-ca.crt", &given);
    assert!(judged.ok, "{}", judged.error);
    let refused = client.post("desk/simplereenroll", &base64(&rsa.request));
    assert_eq!(refused.status, 400);
    assert!(refused.text.contains("must be P-256"), "{}", refused.text);
}

#[test]
fn a_card_key_is_not_given_without_a_desk_nor_to_another_desk() {
    let central = Central::start();
    let (_, certificate) = central.new_desk("one");
    let (other_key, other) = central.new_desk("two");
    let grant = central.grant(&certificate);
    let card = Key::p256(&central, "card");
    let path = format!("{grant}-9a/simpleenroll");
    let nobody = central.client(None).post(&path, &base64(&card.request));
    assert_eq!(nobody.status, 403);
    assert!(nobody.text.contains("needs a desk's certificate"), "{}", nobody.text);
    assert_eq!(central.client(Some((&other, &other_key))).post(&path, &base64(&card.request)).status, 404);
    assert_eq!(central.client(None).post("desk/simplereenroll", &base64(&card.request)).status, 403);
}

#[test]
fn a_revoked_desk_is_told_so_by_a_403_and_not_by_a_broken_handshake() {
    let central = Central::start();
    let (key, certificate) = central.new_desk("one");
    central.memory.revoke(&serial_of(&certificate));
    let refused = central.client(Some((&certificate, &key))).post("desk/simplereenroll", &base64(&key.request));
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("was revoked"), "{}", refused.text);
}

#[test]
fn a_certificate_of_the_card_ca_is_no_desk() {
    let central = Central::start();
    let (key, certificate) = central.new_desk("one");
    let grant = central.grant(&certificate);
    let card = Key::p256(&central, "card");
    let path = format!("{grant}-9a/simpleenroll");
    let of_card = central.client(Some((&certificate, &key))).post(&path, &base64(&card.request)).certificate().unwrap();
    // TLS 1.2, where the server judges the client's certificate before the handshake ends, on both sides.
    let ask = |certificate: &[u8], name: &str| {
        let pem = central.openssl(&["x509", "-inform", "DER"], certificate);
        std::fs::write(central.path("shown.crt"), pem.output).unwrap();
        let (shown, key, root) = (central.path("shown.crt"), central.path(name), central.ca("root.crt"));
        let address = central.url("").replace("https://", "");
        let arguments = ["s_client", "-connect", &address, "-tls1_2", "-quiet", "-cert", &shown, "-key", &key];
        let request = b"GET /.well-known/est/cacerts HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        central.openssl(&[&arguments[..], &["-CAfile", &root]].concat(), request)
    };
    let desk = ask(&certificate, "desk-one.pem");
    assert!(desk.output.starts_with(b"HTTP/1.1 200"), "{}", desk.error);
    let refused = ask(&of_card, "card.pem");
    assert!(refused.output.is_empty() && refused.error.contains("alert unknown ca"), "{}", refused.error);
}

#[test]
fn two_requests_at_once_leave_one_certificate_in_force() {
    let central = Central::start();
    let (key, certificate) = central.new_desk("one");
    let grant = central.grant(&certificate);
    let path = format!("{grant}-9a/simpleenroll");
    let keys: Vec<Key> = (0..4).map(|n| Key::p256(&central, &format!("card-{n}"))).collect();
    let given: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let running: Vec<_> = keys
            .iter()
            .map(|card| {
                let (client, path) = (central.client(Some((&certificate, &key))), &path);
                scope.spawn(move || client.post(path, &base64(&card.request)).certificate())
            })
            .collect();
        running.into_iter().filter_map(|thread| thread.join().unwrap().ok()).collect()
    });
    let live = given.iter().filter(|der| !central.memory.is_revoked(&serial_of(der))).count();
    assert_eq!(live, 1, "of {} given", given.len());
}

#[test]
fn a_request_that_is_overtaken_tries_again_and_says_so_when_it_never_wins() {
    let central = Central::start();
    central.invite("OTTER-9482");
    let key = Key::p256(&central, "a");
    central.memory.overtake(1_000);
    let refused = central.enrol_desk("OTTER-9482", &key.request).unwrap_err();
    assert_eq!(refused.status, 503);
    assert!(!refused.header("retry-after").is_empty());
    assert_eq!(central.memory.issued(), 0);
    central.memory.overtake(2);
    assert!(central.enrol_desk("OTTER-9482", &key.request).is_ok());
}
