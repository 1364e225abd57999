//! What stands on the screens the killed desks come by, and what is done there.

use ra_desk::journey::{Job, issue, reset};

/// What the desk says of a card, and how far its own records are with it: 0 nothing, 1 written, 2 printed, 3 handed over.
pub const NAMES: [(&str, usize); 5] = [
    ("HALF WRITTEN: step", 0),
    ("BLANK, IN STOCK", 0),
    ("WRITTEN, NOT PRINTED", 1),
    ("PRINTED, NOT HANDED OVER", 2),
    ("This card is GOOD", 3),
];
/// Screens, the most particular first, and what is pressed on them: keys, or what `Lane::act` does. A form is known by its
/// labels ([`FIELDS`]).
pub const STEPS: [(&str, &str); 29] = [
    ("F5 Try again", "trouble"),
    ("is live", "<ret>"),
    ("The passcode is reset", "<ret>"),
    ("type your new passcode again", "passcode"),
    ("Please choose your new passcode", "passcode"),
    ("Yes, it is the person in the photo", "1"),
    ("y Yes, the same person", "y"),
    ("y Yes, the same", "y"),
    ("1 Good", "tray"),
    ("Enter Print once", "<ret>"),
    ("Printing the card for", "wait"),
    ("Writing the card for", "wait"),
    ("Enter Write this card", "<ret>"),
    ("Put a blank card", "blank"),
    ("Look at the document:", "y"),
    ("Nobody like this: register a new person", "1"),
    ("Type or swipe the lines", "<F4>"),
    ("document 2 of 3", "row:Gas, water, electricity"),
    ("document 3 of 3", "row:Bank, building society"),
    ("Which document?", "row:UK passport"),
    ("Take the picture", "<ret>"),
    ("Background: good", "<ret>"),
    ("Do you accept these terms?", "y"),
    ("y Sign and send", "y"),
    ("Check the answers", "<ret>"),
    ("New person:", "task"),
    ("Waiting for the centre's word", "wait"),
    ("1 Go on", "1"),
    (HOME, "home"),
];

/// What the first screen alone says.
pub const HOME: &str = "/ Find a person";

/// Labels of fields and the form they are on.
pub const FIELDS: [(&str, &str); 12] = [
    ("Forenames", "a search"),
    ("Surname", "a search"),
    ("Date of birth", "a search"),
    ("UUID or document number", "a search"),
    ("Position", "the details"),
    ("Organisation", "the details"),
    ("Name on card", "the details"),
    ("E-mail", "the details"),
    ("Issued by", "a document"),
    ("Dated", "a document"),
    ("Good until", "a document"),
    ("Number", "a document"),
];
/// The field in which a detail of a document is read back.
pub const READ_BACK: &str = "As printed";

/// Every family of stages, as the desk's own records name them, that must have been hit by a kill.
pub const FAMILIES: [&str; 22] = [
    "nothing open",
    "register Find",
    "register Found",
    "register Tasks",
    "register Details",
    "register Kind",
    "register Document",
    "register Exam",
    "register Photo",
    "register Likeness",
    "register Terms",
    "register Check",
    "register Confirm",
    "issue Blank",
    "issue Check",
    "issue Write",
    "issue Print",
    "issue Likeness",
    "issue Passcode",
    "issue Live",
    "reset Likeness",
    "reset Passcode",
];

/// The first word of a stage, with its job; of a printing and a new passcode the step too.
pub fn stage(job: &Job) -> String {
    let word = |stage: &dyn std::fmt::Debug| {
        let text = format!("{stage:?}");
        text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned()
    };
    let (stage, step) = match job {
        Job::Register(state) => (word(&state.stage), String::new()),
        Job::Issue(state) => match &state.stage {
            issue::Stage::Print(print) => ("Print".to_owned(), word(&print.step)),
            issue::Stage::Passcode(new) => ("Passcode".to_owned(), word(&new.stage)),
            stage => (word(stage), String::new()),
        },
        Job::Reset(state) => match &state.stage {
            reset::Stage::Passcode(new) => ("Passcode".to_owned(), word(&new.stage)),
            stage => (word(stage), String::new()),
        },
        Job::Cancel(_) => panic!("nobody cancels here"),
    };
    format!("{} {stage} {step}", job.word()).trim_end().to_owned()
}

/// A number that is always the same for a screen.
pub fn number(place: &str) -> usize {
    place.bytes().map(usize::from).sum()
}
