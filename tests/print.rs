//! The card's face, judged by PDF tools that are not ours, and the way to a real IPP printer.

#![cfg(feature = "desk")]

mod support;

use std::fs;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use ra_desk::device::photo::{Crop, Picture, jpeg, render, test_portrait};
use ra_desk::device::print::{
    CardFace, FaceFault, FaceSettings, Hold, IppPrinter, JobRef, JobState, PrintFault, Stem, Timeouts, face_pdf,
    face_preview,
};
use support::printer::{Behaviour, EvePrinter, need};

/// Names that card software gets wrong.
const NAMES: [&str; 12] = [
    "Siân Wyn ap Llŷr",
    "Ŵyn Tŷ-Mawr",
    "O'Brien-Ffoulkes",
    "D\u{2019}Souza",
    "\u{1eb8}\u{300}k\u{1ecd}\u{301} Ol\u{e1}t\u{fa}nd\u{e9} \u{1eb8}b\u{e8}",
    "Zażółć Gęślą",
    "Nguyễn Thị Hằng",
    "Sukarno",
    "محمد عبد الله",
    "שרה לוי",
    "Ελένη Παπαδοπούλου",
    "Wolfeschlegelsteinhausenbergerdorff Maximiliana-Theresa Xyzw",
];

fn photo() -> Vec<u8> {
    static PHOTO: OnceLock<Vec<u8>> = OnceLock::new();
    let make = || {
        let portrait = test_portrait(1);
        let crop = Crop::initial(portrait.width(), portrait.height());
        jpeg(&render(&portrait, crop, 480, 600), 90).unwrap()
    };
    PHOTO.get_or_init(make).clone()
}

fn face(name: &str) -> CardFace {
    CardFace {
        name: name.to_owned(),
        number_spaced: "5551 0203 4417".to_owned(),
        photo_jpeg: photo(),
        band_text: "Registration Authority".to_owned(),
        demo: true,
    }
}

fn pdf(name: &str) -> Vec<u8> {
    face_pdf(&face(name), &FaceSettings::default()).unwrap().bytes
}

/// Runs a tool on a PDF, in its own folder, and gives what it said.
fn judged(tool: &str, package: &str, bytes: &[u8], args: &[&str]) -> (String, tempfile::TempDir) {
    let tool = need(tool, package);
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("card.pdf"), bytes).unwrap();
    let output = Command::new(tool).current_dir(dir.path()).args(args).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}");
    (said, dir)
}

fn rastered(bytes: &[u8]) -> Picture {
    let (_, dir) = judged("pdftoppm", "poppler-utils", bytes, &["-r", "300", "-png", "card.pdf", "page"]);
    let png = fs::read(dir.path().join("page-1.png")).unwrap();
    let image = image::load_from_memory(&png).unwrap().into_rgb8();
    Picture::from_rgb(image.width(), image.height(), image.into_raw()).unwrap()
}

/// The text without the marks that tell a reader its direction.
fn extracted(bytes: &[u8]) -> Vec<String> {
    let (said, _dir) = judged("pdftotext", "poppler-utils", bytes, &["-enc", "UTF-8", "card.pdf", "-"]);
    let plain = said.replace(['\u{202a}', '\u{202b}', '\u{202c}', '\u{200e}', '\u{200f}', '\u{c}'], "");
    plain.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn a_card_is_a_clean_pdf_of_cr80_size_and_always_the_same() {
    let bytes = pdf("Siân Wyn");
    let (said, _dir) = judged("qpdf", "qpdf", &bytes, &["--check", "card.pdf"]);
    assert!(said.contains("No syntax or stream encoding errors"), "{said}");
    let (said, _dir) = judged("pdfinfo", "poppler-utils", &bytes, &["card.pdf"]);
    assert!(said.contains("Pages:           1"), "{said}");
    assert!(said.contains("242.646 x 153.014 pts") || said.contains("242.65 x 153.01 pts"), "{said}");
    assert_eq!(bytes, pdf("Siân Wyn"), "the journal's hash must mean the same card");
    assert_ne!(bytes, pdf("Siân Wynn"));
    assert!(bytes.len() < 150_000, "{} bytes", bytes.len());
}

#[test]
fn every_font_is_embedded_and_cut_to_what_is_used() {
    for name in ["Siân Wyn", "محمد عبد الله", "שרה לוי"] {
        let (said, _dir) = judged("pdffonts", "poppler-utils", &pdf(name), &["card.pdf"]);
        let fonts: Vec<&str> = said.lines().skip(2).collect();
        assert!(fonts.len() >= 2, "{said}");
        for font in fonts {
            let words: Vec<&str> = font.split_whitespace().collect();
            assert!(words[0].contains("+NotoSans"), "{font}");
            assert!(font.contains("yes yes yes"), "embedded, subset, with text: {font}");
        }
    }
}

#[test]
fn the_photo_goes_into_the_card_untouched() {
    let bytes = pdf("Siân Wyn");
    let (_, dir) = judged("pdfimages", "poppler-utils", &bytes, &["-all", "card.pdf", "photo"]);
    assert_eq!(fs::read(dir.path().join("photo-000.jpg")).unwrap(), photo());
}

#[test]
fn names_come_out_of_the_card_as_they_went_in() {
    for name in NAMES {
        let lines = extracted(&pdf(name));
        let all = lines.join(" ");
        assert!(all.contains("5551 0203 4417"), "{name}: {lines:?}");
        let wanted: Vec<&str> = name.split([' ', '-']).collect();
        assert!(wanted.iter().all(|part| all.contains(part)), "{name}: {lines:?}");
    }
}

#[test]
fn a_combining_pair_is_extracted_once_even_beside_its_bare_letter() {
    let all = extracted(&pdf("\u{1eb8}\u{300}k\u{1eb8} \u{1eb8}\u{300}")).join(" ");
    assert!(all.contains("\u{1eb8}\u{300}k\u{1eb8} \u{1eb8}\u{300}"), "{all:?}");
}

#[test]
fn black_text_is_pure_black_on_the_card() {
    let picture = rastered(&pdf("Siân Wyn"));
    // The name's line: right of the card, below the number.
    let (mut black, mut tinted) = (0, 0);
    for y in picture.height() * 86 / 100..picture.height() {
        for x in picture.width() / 2..picture.width() {
            match picture.pixel(x, y) {
                [0, 0, 0] => black += 1,
                [r, g, b] if r != g || g != b => tinted += 1,
                _ => {}
            }
        }
    }
    assert!(black > 500, "only {black} black pixels");
    assert_eq!(tinted, 0, "black text has a tint");
    let (said, _dir) =
        judged("qpdf", "qpdf", &pdf("Siân Wyn"), &["--qdf", "--object-streams=disable", "card.pdf", "-"]);
    assert!(!said.contains(" k\n") && said.contains("\n0 g\n"), "black must be DeviceGray, never CMYK");
}

#[test]
fn the_preview_is_the_card() {
    for name in ["\u{1eb8}\u{300}b\u{e8} Wyn", "محمد عبد الله", NAMES[11]] {
        let printed = rastered(&pdf(name));
        // 85.60 mm at 300 dpi; the tool rounds up to whole pixels.
        let preview = face_preview(&face(name), &FaceSettings::default(), 1011).unwrap();
        assert_eq!((printed.width(), preview.width()), (1012, 1011));
        assert_eq!(printed.height(), preview.height());
        let chip = |x: u32, y: u32| {
            x < printed.width() * 31 / 100 && y > printed.height() * 30 / 100 && y < printed.height() * 62 / 100
        };
        let mut differing = 0u32;
        let mut inked = 0u32;
        for y in 0..printed.height() {
            for x in 0..preview.width() {
                if chip(x, y) {
                    continue;
                }
                // A soft edge may be a pixel off and half as dark: the nearest of nine counts.
                let wanted = preview.pixel(x, y);
                let near = (0..9).map(|i| printed.pixel((x + i % 3).saturating_sub(1), (y + i / 3).saturating_sub(1)));
                let distance = |p: [u8; 3]| p.iter().zip(wanted).map(|(a, b)| u32::from(a.abs_diff(b))).max().unwrap();
                differing += u32::from(near.map(distance).min().unwrap() > 140);
                inked += u32::from(wanted != [255; 3]);
            }
        }
        assert!(differing * 1000 < inked, "{name}: {differing} of {inked} pixels differ");
    }
}

#[test]
fn bleed_makes_the_page_larger_and_leaves_the_card_where_it_is() {
    let bytes = face_pdf(&face("Siân Wyn"), &FaceSettings { bleed_mm: 1.5 }).unwrap().bytes;
    let (said, _dir) = judged("pdfinfo", "poppler-utils", &bytes, &["-box", "card.pdf"]);
    let boxed = |name: &str| -> Vec<f32> {
        let line = said.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().skip(1).map(|number| number.parse().unwrap()).collect()
    };
    assert_eq!(boxed("MediaBox:"), [0.0, 0.0, 251.15, 161.52]);
    assert_eq!(boxed("TrimBox:"), [4.25, 4.25, 246.90, 157.27]);
    let [_, _, blue] = rastered(&bytes).pixel(0, 0);
    assert!(blue > 100, "the band must run over the edge");
    let off = FaceSettings { bleed_mm: 4.0 };
    assert_eq!(face_pdf(&face("Al"), &off).unwrap_err(), FaceFault::Bleed);
}

#[test]
fn what_can_not_be_printed_is_refused_before_a_card_is_spent() {
    let fault = |face: CardFace| face_pdf(&face, &FaceSettings::default()).unwrap_err();
    assert_eq!(fault(face(" \u{200b} ")), FaceFault::NoName);
    assert_eq!(fault(face(&"W".repeat(60))), FaceFault::NameTooLong);
    assert_eq!(fault(face("Ann \u{ac00}")), FaceFault::NoGlyph('\u{ac00}'));
    assert_eq!(fault(CardFace { photo_jpeg: vec![1, 2, 3], ..face("Ann") }), FaceFault::Photo);
    let wide = jpeg(&render(&test_portrait(1), Crop::initial(640, 800), 600, 480), 80).unwrap();
    assert_eq!(fault(CardFace { photo_jpeg: wide, ..face("Ann") }), FaceFault::PhotoShape);
    assert_eq!(fault(CardFace { band_text: "long ".repeat(40), ..face("Ann") }), FaceFault::BandTextTooLong);
}

#[test]
#[should_panic(expected = "apt-get install some-package")]
fn a_missing_tool_fails_the_test_and_names_its_package() {
    need("no-such-tool", "some-package");
}

// ---- the printer ----

fn printer_at(eve: &EvePrinter) -> IppPrinter {
    let timeouts = Timeouts { connect: Duration::from_secs(5), ..Timeouts::default() };
    IppPrinter::new(&eve.uri(), timeouts).unwrap().with_media(eve.media())
}

/// Polls until the state is wanted. The longest wait of these tests is half a minute.
fn until(printer: &IppPrinter, job: &JobRef, wanted: impl Fn(&JobState) -> bool) -> JobState {
    let began = Instant::now();
    loop {
        let state = printer.poll(job).unwrap();
        if wanted(&state) {
            return state;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "the job stays {state:?}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn stems_become(printer: &IppPrinter, wanted: impl Fn(&[Stem]) -> bool) {
    let began = Instant::now();
    while !wanted(&printer.status().unwrap().stems) {
        assert!(began.elapsed() < Duration::from_secs(30), "the printer stays {:?}", printer.status());
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn sent(printer: &IppPrinter, name: &str, pdf: &[u8]) -> JobRef {
    printer.validate(name).unwrap();
    let job = printer.create_job(name).unwrap();
    printer.send_document(&job, pdf).unwrap();
    job
}

/// What the printer says of an attempt by its name alone, as a desk asks that has lost everything else.
fn found(printer: &IppPrinter, name: &str) -> Option<(JobRef, JobState)> {
    let job = printer.find_by_name(name).unwrap()?;
    let state = printer.poll(&job).unwrap();
    Some((job, state))
}

#[test]
fn a_card_is_printed_as_it_was_made() {
    let eve = EvePrinter::start();
    let printer = printer_at(&eve);
    let status = printer.status().unwrap();
    assert!(status.is_ready() && status.uuid.is_some() && status.up_time.is_some(), "{status:?}");
    let pdf = pdf("Siân Wyn");
    let job = sent(&printer, "ra-0001-a1", &pdf);
    assert!(job.uuid.is_some());
    assert_eq!(until(&printer, &job, JobState::is_final), JobState::Completed);
    assert_eq!(eve.cards(), [pdf]);
    assert_eq!(printer.find_by_name("ra-0001-a1").unwrap(), Some(job));
    assert_eq!(printer.find_by_name("ra-0001-a2").unwrap(), None);
}

#[test]
fn an_empty_tray_stops_the_job_and_a_new_card_ends_it() {
    let eve = EvePrinter::start();
    let printer = printer_at(&eve);
    eve.tell(Behaviour::MediaEmpty);
    let job = sent(&printer, "ra-0002-a1", &pdf("Siân Wyn"));
    stems_become(&printer, |stems| stems.contains(&Stem::MediaEmpty));
    assert!(!printer.status().unwrap().is_ready());
    assert!(matches!(printer.poll(&job).unwrap(), JobState::Processing(_)));
    assert!(eve.cards().is_empty());
    eve.tell(Behaviour::Good);
    assert_eq!(until(&printer, &job, JobState::is_final), JobState::Completed);
    stems_become(&printer, <[Stem]>::is_empty);
    assert_eq!(eve.cards().len(), 1);
}

#[test]
fn an_open_cover_ends_the_job_without_a_card() {
    let eve = EvePrinter::start();
    let printer = printer_at(&eve);
    eve.tell(Behaviour::CoverOpen);
    let job = sent(&printer, "ra-0003-a1", &pdf("Siân Wyn"));
    assert_eq!(until(&printer, &job, JobState::is_final), JobState::Aborted);
    stems_become(&printer, |stems| stems.contains(&Stem::CoverOpen));
    assert!(eve.cards().is_empty());
    assert_eq!(found(&printer, "ra-0003-a1"), Some((job, JobState::Aborted)));
}

#[test]
fn a_crash_before_the_document_blocks_the_printer_until_recovery_and_prints_one_card() {
    let eve = EvePrinter::start();
    // The desk that dies: it made a job and never sent the document.
    let job = printer_at(&eve).create_job("ra-0004-a1").unwrap();
    let printer = printer_at(&eve);
    assert_eq!(printer.create_job("ra-0005-a1"), Err(PrintFault::Busy));
    let waiting = JobState::Held(Hold::DataInsufficient);
    assert_eq!(found(&printer, "ra-0004-a1"), Some((job.clone(), waiting)));
    printer.cancel(&job).unwrap();
    assert_eq!(printer.poll(&job).unwrap(), JobState::Canceled);
    printer.cancel(&job).unwrap();
    let again = sent(&printer, "ra-0004-a1", &pdf("Siân Wyn"));
    assert_eq!(until(&printer, &again, JobState::is_final), JobState::Completed);
    assert_eq!(eve.cards().len(), 1);
}

#[test]
fn a_crash_after_the_document_is_adopted_and_never_printed_twice() {
    let eve = EvePrinter::start();
    eve.tell(Behaviour::Slow);
    let job = sent(&printer_at(&eve), "ra-0006-a1", &pdf("Siân Wyn"));
    let printer = printer_at(&eve);
    let (adopted, state) = found(&printer, "ra-0006-a1").unwrap();
    assert!(adopted == job && !state.is_final(), "{state:?}");
    eve.tell(Behaviour::Good);
    assert_eq!(until(&printer, &job, JobState::is_final), JobState::Completed);
    assert_eq!(found(&printer, "ra-0006-a1"), Some((job, JobState::Completed)));
    assert_eq!(eve.cards().len(), 1);
}

#[test]
fn a_printer_that_forgot_its_jobs_makes_the_desk_ask() {
    let mut eve = EvePrinter::start();
    let printer = printer_at(&eve);
    let job = sent(&printer, "ra-0007-a1", &pdf("Siân Wyn"));
    until(&printer, &job, JobState::is_final);
    eve.restart();
    // Another card gets the same job number: it must not be taken for the lost one.
    let other = sent(&printer, "ra-0008-a1", &pdf("Ann Lee"));
    assert_eq!(other.id, job.id);
    assert_eq!(found(&printer, "ra-0007-a1"), None);
    until(&printer, &other, JobState::is_final);
    assert_eq!(eve.cards().len(), 2);
}

/// A wire to the printer that passes `forward` bytes of one call and then is cut; no answer comes back.
fn cut_wire(eve: &EvePrinter, forward: usize) -> IppPrinter {
    use std::io::{Read, Write};
    let wire = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = wire.local_addr().unwrap().port();
    let target = eve.port();
    std::thread::spawn(move || {
        let (mut desk, _) = wire.accept().unwrap();
        let mut printer = std::net::TcpStream::connect(("localhost", target)).unwrap();
        let (mut left, mut part) = (forward, [0u8; 1024]);
        desk.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        while left > 0 {
            let most = left.min(part.len());
            let Ok(count @ 1..) = desk.read(&mut part[..most]) else { break };
            printer.write_all(&part[..count]).unwrap();
            left -= count;
        }
        // The printer gets time to act on what it has; the desk hears nothing.
        std::thread::sleep(Duration::from_millis(500));
    });
    let quick = Timeouts { document: Duration::from_secs(3), ..Timeouts::default() };
    IppPrinter::new(&format!("ipp://127.0.0.1:{port}/ipp/print"), quick).unwrap().with_media(eve.media())
}

#[test]
fn a_wire_cut_while_the_document_is_sent_never_makes_two_cards() {
    let eve = EvePrinter::start();
    let pdf = pdf("Siân Wyn");
    for (turn, forward) in [100, 1_000, pdf.len() / 2, usize::MAX].into_iter().enumerate() {
        let name = format!("ra-02{turn:02}-a1");
        let printer = printer_at(&eve);
        let before = eve.cards().len();
        let job = printer.create_job(&name).unwrap();
        let fault = cut_wire(&eve, forward).send_document(&job, &pdf).unwrap_err();
        assert!(matches!(fault, PrintFault::Timeout | PrintFault::Unreachable), "{fault}");
        let (adopted, state) = found(&printer, &name).expect("the printer knows its jobs");
        println!("cut after {forward}: {state:?}");
        assert_eq!(adopted, job);
        if state == JobState::Held(Hold::DataInsufficient) {
            printer.cancel(&job).unwrap();
            let again = sent(&printer, &name, &pdf);
            until(&printer, &again, JobState::is_final);
            assert_eq!(eve.cards().len(), before + 1, "cut after {forward}");
        } else {
            until(&printer, &job, JobState::is_final);
            assert!(eve.cards().len() <= before + 1, "cut after {forward}");
        }
    }
}

#[test]
fn a_medium_the_printer_lacks_is_told_before_a_job_is_made() {
    let eve = EvePrinter::start();
    let printer = IppPrinter::new(&eve.uri(), Timeouts::default()).unwrap().with_media("iso_a4_210x297mm");
    assert_eq!(printer.validate("ra-0009-a1"), Err(PrintFault::Refused(0x040b)));
}

#[test]
fn a_printer_that_is_off_mute_or_no_printer_is_told_apart_in_time() {
    let quick = Timeouts {
        connect: Duration::from_secs(2),
        call: Duration::from_millis(500),
        document: Duration::from_millis(500),
    };
    let at = |port: u16| IppPrinter::new(&format!("ipp://127.0.0.1:{port}/ipp/print"), quick).unwrap();
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = mute.local_addr().unwrap().port();
    let began = Instant::now();
    assert_eq!(at(port).status(), Err(PrintFault::Timeout));
    assert!(began.elapsed() < Duration::from_secs(5));
    let web = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (_first, _) = mute.accept().unwrap();
        let (mut second, _) = mute.accept().unwrap();
        // The whole request is taken first: closing with bytes unread would be a reset connection.
        second.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        let mut request = Vec::new();
        let _ = second.read_to_end(&mut request);
        second.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello").unwrap();
    });
    assert_eq!(at(port).status(), Err(PrintFault::NotUnderstood));
    web.join().unwrap();
    assert_eq!(at(port).status(), Err(PrintFault::Unreachable));
    for bad in ["", "printer", "ipps://127.0.0.1/", "file:///etc/passwd"] {
        assert_eq!(IppPrinter::new(bad, quick).err(), Some(PrintFault::BadAddress), "{bad}");
    }
}
