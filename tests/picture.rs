//! README's picture is of the kiosk as it is: it is drawn here from the program's own screen, and compared.
//!
//! `UPDATE_PICTURE=1 cargo test --test picture` draws it anew.
#![cfg(feature = "demo")]

mod support;

use std::fmt::Write as _;
use std::fs;

use der::Encode;
use jiff::civil::date;
use p256::ecdsa::SigningKey;
use ra_desk::card::task::{CardIdentity, CardReport, CertificateFacts, Slot};
use ra_desk::central::ca::{Authority, CardSubject};
use ra_desk::domain::{
    CardGuid, CardStatus, DeskId, Environment, GrantId, LegalName, Millis, Person, PersonId, PersonStatus, Role,
};
use ra_desk::journey::home::{CardLook, Home, Known};
use ra_desk::journey::input::{NetworkView, PrinterView, ReaderChange, StatementFacts, SyncView};
use ra_desk::journey::{About, Desk, Place, Session};
use ra_desk::screen::theme::ThemeName;
use ra_desk::screen::view;
use ra_desk::wire::message::{CardBrief, CardRecord, Revocations};
use ra_desk::words::{Lang, Words};
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use support::snapshot::shoot;
use support::tools::root;
use uuid::Uuid;

/// 2026-11-22T14:02:00Z.
const NOW: Millis = Millis(1_795_356_120_000);
/// A cell in the picture, in pixels.
const CELL: (f32, f32) = (9.6, 20.0);

#[test]
fn the_picture_of_the_readme_is_the_kiosk_as_it_is() {
    let words = Words::new(Lang::En);
    let desk = desk();
    let shot =
        shoot(&view::page(&desk, &words), &view::status(&desk).words(&words), &words, (80, 25), ThemeName::Normal);
    let drawn = svg(&shot.buffer);
    let path = root().join("docs/kiosk.svg");
    if std::env::var_os("UPDATE_PICTURE").is_some() {
        fs::write(&path, &drawn).expect("docs can be written");
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "docs/kiosk.svg is not the kiosk as it is: draw it with UPDATE_PICTURE=1, then look at it");
}

/// A holder. Nobody of that name is meant.
fn holder() -> Person {
    Person {
        id: PersonId(Uuid::nil()),
        number: Some("555102034417".parse().unwrap()),
        name: LegalName::parse("Siân Llŷr", "Wyn").unwrap(),
        name_on_card: None,
        birth_date: date(1986, 8, 12),
        birth_date_verified: true,
        organisation: "REF".parse().unwrap(),
        position: "Staff nurse".into(),
        email: None,
        has_photo: true,
        status: PersonStatus::Active,
        version: 1,
    }
}

/// A desk with a locked card in its customer reader.
fn desk() -> Desk {
    let dir = tempfile::tempdir().unwrap();
    let ca = Authority::init(&dir.path().join("ca"), Environment::Trial, "Picture", NOW.plus(-Millis::DAY)).unwrap();
    let guid: CardGuid = "04A1B2C3D4E5F60718293A4B5C6D77F2".parse().unwrap();
    let person = holder();
    let certificates = [Slot::Authentication, Slot::CardAuthentication].map(|slot| {
        let subject = CardSubject {
            guid,
            number: person.number.clone().unwrap(),
            name: person.name.full(),
            slot,
            expires: date(2028, 5, 3),
        };
        let issued = ca.issue_card(&request(), &subject, NOW).unwrap();
        (slot, CertificateFacts::from_der(&issued.der).unwrap())
    });
    let report = CardReport {
        atr: vec![0x3B],
        is_piv: true,
        identity: CardIdentity { guid: Some(guid), chip_serial: None },
        tries_left: Some(0),
        certificates: certificates.into_iter().collect(),
        chuid_expires: Some(date(2028, 5, 3)),
        unreadable: Vec::new(),
    };
    let card = CardBrief { guid, status: CardStatus::Issued, grant: GrantId(Uuid::nil()), series: 9 };
    let last_seen = Some(NOW.plus(-Millis::DAY));
    let record = CardRecord { card, person, issue: 1, card_certificate: None, last_seen, prints: 0 };
    let known = Known { record: Some(record), answered: true, ..Known::default() };
    let about = About {
        desk: DeskId(Uuid::nil()),
        place: "Truro clinic".into(),
        name: "desk 2".into(),
        organisation: Some("REF".parse().unwrap()),
        environment: Environment::Trial,
        simulated: false,
        phone: "01632 960 123".into(),
        equipment: Vec::new(),
        card_ca: ca.card_ca().to_vec(),
        enrolled: true,
        no_manager_yet: false,
    };
    let mut desk = Desk::new(about, Vec::new(), NOW);
    desk.session = Some(Session {
        agent: "555102030000".parse().unwrap(),
        name: "Priya Shah".into(),
        card: "00".repeat(16).parse().unwrap(),
        role: Role::RaAgent,
        organisation: "REF".parse().unwrap(),
        organisation_name: "Royal Cornwall".into(),
        started: NOW,
        certificate: Vec::new(),
        reduced: false,
    });
    let list = Revocations { cards: Vec::new(), serials: Vec::new() };
    let facts = StatementFacts { version: 1, expires: NOW.plus(Millis::DAY) };
    desk.revocations = Some((std::sync::Arc::new(list), facts));
    desk.readers.agent = ReaderChange::Card { atr: vec![0x3B], count: 1 };
    desk.readers.customer = ReaderChange::Card { atr: vec![0x3B], count: 1 };
    desk.printer = PrinterView::Ready;
    desk.sync = SyncView { network: NetworkView::Online, ..SyncView::default() };
    desk.place = Place::Home(Home { card: CardLook::Known(Box::new(report), Box::new(known)), ..Home::default() });
    desk
}

fn request() -> Vec<u8> {
    use x509_cert::builder::{Builder, RequestBuilder};
    let key = SigningKey::from_slice(&[7; 32]).unwrap();
    let builder = RequestBuilder::new("CN=x".parse().unwrap()).unwrap();
    builder.build::<_, p256::ecdsa::DerSignature>(&key).unwrap().to_der().unwrap()
}

/// The cells as an SVG picture: a dark ground, one text per run of a style.
fn svg(buffer: &Buffer) -> String {
    let (w, h) = (f32::from(buffer.area.width) * CELL.0, f32::from(buffer.area.height) * CELL.1);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\">\n\
         <rect width=\"{w}\" height=\"{h}\" fill=\"#10141a\"/>\n\
         <g font-family=\"DejaVu Sans Mono, Menlo, Consolas, monospace\" font-size=\"16\" xml:space=\"preserve\">\n"
    );
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let reversed = cell.modifier.contains(Modifier::REVERSED);
            let (left, top) = (f32::from(x) * CELL.0, f32::from(y) * CELL.1);
            let (ink, ground) = if reversed { ("#10141a", Some(colour(cell.fg))) } else { (colour(cell.fg), None) };
            if let Some(ground) = ground {
                let _ = writeln!(
                    out,
                    "<rect x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{}\" fill=\"{ground}\"/>",
                    CELL.0, CELL.1
                );
            }
            let sign = match cell.symbol() {
                " " | "" => continue,
                "&" => "&amp;",
                "<" => "&lt;",
                ">" => "&gt;",
                sign => sign,
            };
            let weight = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
            let _ = writeln!(out, "<text x=\"{left}\" y=\"{}\" fill=\"{ink}\"{weight}>{sign}</text>", top + 15.0);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn colour(colour: Color) -> &'static str {
    match colour {
        Color::Black => "#10141a",
        Color::Red | Color::LightRed => "#ff7b72",
        Color::Green | Color::LightGreen => "#7ee787",
        Color::Yellow | Color::LightYellow => "#f2cc60",
        Color::Blue | Color::LightBlue => "#79c0ff",
        Color::Magenta | Color::LightMagenta => "#d2a8ff",
        Color::Cyan | Color::LightCyan => "#76e3ea",
        Color::DarkGray => "#8b949e",
        _ => "#e6edf3",
    }
}
