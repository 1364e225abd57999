//! The parts of a whole visit together, and its steps as an agent and a holder do them: key by key, by what the screen says.

use std::thread;

use jiff::ToSpan as _;
use jiff::civil::Date;
use ra_desk::device::photo::{jpeg, test_portrait};
use ra_desk::domain::Millis;

use super::central::{Central, Invite};
use super::desk::{AGENT, CUSTOMER, Desk};
use super::gate::Gate;
use super::pcsc::{CardImage, PrivatePcscd};
use super::printer::EvePrinter;

/// The first RA Manager.
pub const MANAGER: &str = "Ann Manager";
/// The passcode the first RA Manager chooses.
pub const MANAGER_PIN: &str = "739146";

/// Somebody to be registered. Nobody real.
#[derive(Debug, Clone, Copy)]
pub struct Newcomer {
    pub given: &'static str,
    pub family: &'static str,
    /// Day, month, year.
    pub birth: &'static str,
    pub passport: &'static str,
    pub licence: &'static str,
    /// Of the drawn portrait.
    pub portrait: u64,
}

impl Newcomer {
    /// The name as screens say it.
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// Siân.
pub const SIAN: Newcomer = Newcomer {
    given: "Siân Llyr",
    family: "Wyn",
    birth: "12 08 1986",
    passport: "925665416",
    licence: "WYN99608126SL9AB",
    portrait: 1,
};

/// Owen.
pub const OWEN: Newcomer = Newcomer {
    given: "Owen",
    family: "O'Shea",
    birth: "03 05 1979",
    passport: "514286602",
    licence: "OSHEA705039O99XY",
    portrait: 2,
};

/// Daemon, printer, central, desk: everything a visit needs.
pub struct Parts {
    pub desk: Desk,
    pub central: Central,
    pub pcscd: PrivatePcscd,
    pub printer: EvePrinter,
    /// What lies between the desk and the printer.
    pub gate: Gate,
    pub invite: Invite,
    /// The first RA Manager's card and number, once made.
    pub manager: Option<(CardImage, String)>,
}

impl Parts {
    /// All parts, the desk bare: not enrolled.
    pub fn start() -> Self {
        let central = Central::start();
        let invite = central.invite();
        let pcscd = PrivatePcscd::start();
        let printer = EvePrinter::start();
        let gate = Gate::to(printer.port());
        let desk = Desk::start(&pcscd, Some(&gate.uri()));
        Self { desk, central, pcscd, printer, gate, invite, manager: None }
    }

    /// All parts, the desk enrolled, the first RA Manager signed in with a card made here.
    pub fn with_manager() -> Self {
        let mut parts = Self::start();
        parts.enrol();
        parts.first_manager(1);
        parts.sign_in();
        parts
    }

    /// The desk enrols with its invite.
    #[track_caller]
    pub fn enrol(&mut self) {
        self.desk.at("First set-up of this desk", &format!("{}<ret>", self.invite.host));
        self.desk.keys(&format!("{}<ret>", self.invite.fingerprint));
        self.desk.see("Now the one-time code");
        self.desk.type_slowly(&self.invite.code);
        self.desk.keys("<ret>");
        self.desk.see("This desk is enrolled");
    }

    /// The first RA Manager's card, by the bootstrap code. It has no photo yet, so nothing is printed on it.
    #[track_caller]
    pub fn first_manager(&mut self, seed: u64) {
        let paper = self.central.bootstrap(&self.invite.desk, MANAGER, "1980-02-03");
        let card = CardImage::new("blank", seed);
        self.desk.keys("<F10>");
        self.desk.see("Type the bootstrap code");
        self.desk.type_slowly(&paper.code);
        self.desk.keys("<ret>");
        self.desk.see("Put a blank card");
        self.pcscd.insert(CUSTOMER, &card);
        self.desk.at("Enter Write this card", "<ret>");
        self.desk.at("Enter Choose the passcode", "<ret>");
        self.choose_passcode(MANAGER_PIN);
        self.desk.at("is live", "<ret>");
        self.pcscd.remove(CUSTOMER);
        self.manager = Some((card, paper.number));
    }

    /// The RA Manager signs in.
    #[track_caller]
    pub fn sign_in(&mut self) {
        let (card, _) = self.manager.as_ref().expect("there is a manager");
        self.desk.see("Put your own smartcard");
        self.pcscd.insert(AGENT, card);
        self.passcode();
    }

    /// The desk is started again and the RA Manager signs in again, with the card that never left the reader.
    #[track_caller]
    pub fn start_desk_again(&mut self) {
        self.desk.start_again();
        self.passcode();
    }

    #[track_caller]
    fn passcode(&mut self) {
        self.desk.see("Passcode for Ann Manager");
        self.desk.type_slowly(MANAGER_PIN);
        self.desk.keys("<ret>");
        self.desk.see("/ Find a person");
    }

    /// The holder chooses a passcode, twice.
    #[track_caller]
    pub fn choose_passcode(&mut self, pin: &str) {
        self.desk.see("Please choose your new passcode");
        self.desk.type_slowly(pin);
        self.desk.keys("<ret>");
        self.desk.see("Please type your new passcode again");
        self.desk.type_slowly(pin);
        self.desk.keys("<ret>");
    }

    /// Everything up to the question whether it shall be sent: found nobody, details, documents, photo, terms, check.
    #[track_caller]
    pub fn fill_in(&mut self, who: &Newcomer) {
        let desk = &mut self.desk;
        desk.choose("Find or register a person");
        desk.at("Find the person first", &format!("{}<ret>{}<ret>{}<ret>", who.given, who.family, who.birth));
        desk.see("Nobody found");
        desk.choose("Nobody like this");
        desk.choose("Details");
        desk.at("Details, exactly as on the documents", "Nurse<ret>");
        desk.choose("Identity documents");
        let today = Millis(jiff::Timestamp::now().as_millisecond()).london_day();
        let (later, lately) =
            (today.checked_add(3.years()).expect("a day"), today.checked_sub(30.days()).expect("a day"));
        let typed = |day: Date| day.strftime("%d %m %Y").to_string();
        desk.choose("UK passport");
        desk.at("Type or swipe the lines", "<F4>");
        desk.at("Zone", &format!("{}<ret>{}<ret>", who.passport, typed(later)));
        examine(desk, who.passport, later);
        desk.choose("UK photocard driving licence");
        desk.keys(&format!("{}<ret>{}<ret>", who.licence, typed(later)));
        examine(desk, who.licence, later);
        desk.choose("Gas, water, electricity");
        desk.keys(&format!("Water<ret>{}<ret>", typed(lately)));
        examine(desk, "", lately);
        desk.see("New person:");
        // Only a picture that arrives while the page is open is taken: one from before may be another holder's.
        desk.choose("Photo");
        let picture = jpeg(&test_portrait(who.portrait), 92).expect("a picture");
        desk.see("Let the person sit");
        desk.drop_photo("IMG_0001.JPG", &picture);
        desk.keys("<ret>");
        desk.see("Enter Accept");
        desk.see("Background: good");
        desk.keys("<ret>");
        desk.at("y Yes, the same", "y");
        desk.choose("Terms of use");
        desk.at("y Yes, I accept", "y");
        desk.choose("Check and send");
        desk.at("Check the answers", "<ret>");
        desk.at("y Sign and send", "y");
    }

    /// From the blank in the customer reader to the question before the first byte.
    #[track_caller]
    pub fn put_blank(&mut self, seed: u64) -> CardImage {
        let card = CardImage::new("blank", seed);
        self.desk.see("Put a blank card");
        self.pcscd.insert(CUSTOMER, &card);
        self.desk.see("Enter Write this card");
        card
    }

    /// The written card is printed, and it is good.
    #[track_caller]
    pub fn print(&mut self) {
        self.desk.at("Enter Print once", "<ret>");
        self.desk.at("1 Good", "1");
    }

    /// The card comes into the holder's hand with a passcode of the holder's own.
    #[track_caller]
    pub fn hand_over(&mut self, pin: &str) {
        self.desk.at("y Yes, the same person", "y");
        self.choose_passcode(pin);
        self.desk.at("is live", "<ret>");
        self.desk.see("The card is live and in the holder's hand");
    }

    /// Registers somebody and brings a card into the holder's hand: the card and the holder's number.
    #[track_caller]
    pub fn register_and_issue(&mut self, who: &Newcomer, seed: u64, pin: &str) -> (CardImage, String) {
        self.fill_in(who);
        let card = self.put_blank(seed);
        self.desk.keys("<ret>");
        self.print();
        self.hand_over(pin);
        self.pcscd.remove(CUSTOMER);
        (card, self.number_of(who))
    }

    /// The number central gave.
    #[track_caller]
    pub fn number_of(&self, who: &Newcomer) -> String {
        let persons = self.central.persons();
        let line = persons.iter().find(|line| line.contains(&who.name()));
        let line = line.unwrap_or_else(|| panic!("no {} among {persons:#?}", who.name()));
        line.split("  ").next().expect("a number").replace(' ', "")
    }

    /// Waits until nothing waits for central any more.
    #[track_caller]
    pub fn all_is_sent(&mut self) {
        self.desk.see("nothing waiting");
    }
}

impl Drop for Parts {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("the desk's last lines:\n{}", self.desk.log_tail());
        }
    }
}

/// Answers the examination of a document: all as expected, the detail read back as it stands on the document.
#[track_caller]
fn examine(desk: &mut Desk, number: &str, day: Date) {
    const QUESTION: &str = "Look at the document:";
    desk.see(QUESTION);
    for _ in 0..40 {
        let before = desk.screen();
        let Some(count) = before.lines().find(|line| line.contains(QUESTION)).map(str::to_owned) else { return };
        let answer = if before.contains("the last 3 signs") {
            format!("{}<ret>", &number[number.len() - 3..])
        } else if before.contains("the year in which it ends") {
            format!("{}<ret>", day.year())
        } else if before.contains("the day of the month") {
            format!("{}<ret>", day.strftime("%d"))
        } else {
            "y".to_owned()
        };
        desk.keys(&answer);
        desk.see_gone(&count);
    }
    panic!("the examination never ends on\n{}", desk.screen());
}
