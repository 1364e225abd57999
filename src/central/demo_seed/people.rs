//! The people of the demo. All made up; the names are hard on purpose.

use super::Row;
use crate::central::service::problem;
use crate::wire::message::{Organisation, Problem, ProblemCode};

pub fn organisations() -> Result<Vec<Organisation>, Problem> {
    [
        ("REF", "Royal Cornwall Hospitals (demo)"),
        ("RK9", "Plymouth Hospitals (demo)"),
        ("L82001", "Lander Surgery (demo)"),
    ]
    .into_iter()
    .map(|(code, name)| {
        let code = code.parse().map_err(|_| problem(ProblemCode::Internal, "an ODS code of the seed is wrong"))?;
        Ok(Organisation { code, name: name.to_owned() })
    })
    .collect()
}

const fn row(given: &'static str, family: &'static str, born: (i16, i8, i8), position: &'static str) -> Row {
    Row { given, family, on_card: None, born, verified: true, organisation: 0, position, photo: true }
}

const fn on_card(row: Row, text: &'static str) -> Row {
    Row { on_card: Some(text), ..row }
}

const fn at(row: Row, organisation: usize) -> Row {
    Row { organisation, ..row }
}

const fn no_photo(row: Row) -> Row {
    Row { photo: false, ..row }
}

/// A profile from an older system: its birth date is a filler.
const fn migrated(row: Row) -> Row {
    Row { verified: false, photo: false, born: (1900, 1, 1), ..row }
}

/// One for each role, in the order of `Role::ALL`.
pub const AGENTS: [Row; 6] = [
    row("Morwenna", "Trevanion", (1971, 3, 14), "RA Manager"),
    row("Gethin", "Prys-Davies", (1979, 8, 2), "RA Agent (Advanced)"),
    row("Priya", "Shah", (1988, 11, 23), "RA Agent"),
    row("Adaeze", "Okonjo", (1983, 5, 9), "Ward manager"),
    row("Tomasz", "Łuczak", (1992, 1, 30), "ID checker"),
    row("Niamh", "Ní Dhomhnaill", (1990, 12, 5), "Ward clerk"),
];

/// Everybody else.
pub const PEOPLE: &[Row] = &[
    row("Siân Llŷr", "Wyn", (1986, 5, 3), "Staff nurse"),
    row("", "Sukarno", (1980, 6, 6), "Healthcare assistant"),
    row("Aoife", "O'Brien-Ffoulkes", (1991, 2, 28), "Physiotherapist"),
    row("Rhian", "D\u{2019}Souza", (1984, 9, 17), "Pharmacist"),
    row("Ọlátúndé", "Adébáyọ̀", (1977, 7, 21), "Consultant"),
    row("Thị Ngọc Ánh", "Nguyễn", (1995, 10, 10), "Radiographer"),
    row("Łukasz", "Wiśniewski", (1982, 4, 4), "Porter"),
    row("Zoë", "Müller-Lüdenscheidt", (1989, 8, 8), "Dietitian"),
    row("محمد", "الفارسي", (1993, 3, 3), "Junior doctor"),
    on_card(row("Владимира", "Петренко", (1987, 12, 12), "Midwife"), "Vladymyra Petrenko"),
    row("Jean-Luc", "St. John", (1975, 1, 1), "Anaesthetist"),
    row("Máire", "Mac Giolla Bhríde", (1969, 11, 11), "Health visitor"),
    row("Ian", "McAllister", (1998, 6, 30), "Student nurse"),
    row("Ian", "MacAllister", (1998, 6, 30), "Student nurse"),
    row("Sarah", "Jones", (1990, 4, 12), "Staff nurse"),
    at(row("Sarah", "Jones", (1990, 4, 12), "Practice nurse"), 2),
    row("Amy Louise", "Tregenza", (2001, 2, 14), "Apprentice"),
    row("Ella Louise", "Tregenza", (2001, 2, 14), "Apprentice"),
    on_card(row("Elizabeth", "Carlyon", (1966, 10, 2), "Sister"), "Bess Carlyon"),
    on_card(
        row("Krishnamurthy Venkatasubramanian", "Thiruvananthapuram Raghavachari", (1978, 5, 25), "Surgeon"),
        "K. V. Raghavachari",
    ),
    row("Ọ̀ṣun", "Fálọlá", (1994, 8, 19), "Occupational therapist"),
    row("Björn", "Þórsson", (1985, 7, 7), "Biomedical scientist"),
    row("Ğizem", "Işıklı", (1996, 9, 9), "Sonographer"),
    row("José María", "Núñez de la Peña", (1981, 3, 19), "Registrar"),
    row("Gwenllian", "ap Rhys", (1973, 12, 24), "Speech therapist"),
    row("Xiǎo-Míng", "Ōuyáng", (1999, 1, 15), "Pharmacy technician"),
    row("Wei", "Li", (2000, 2, 29), "Healthcare scientist"),
    row("Đặng", "Trương", (1997, 5, 5), "Staff nurse"),
    row("Anne-Marie", "Le Page", (1964, 8, 1), "Volunteer"),
    migrated(row("Harold", "Nankivell", (1900, 1, 1), "Estates")),
    migrated(row("Doreen", "Pascoe", (1900, 1, 1), "Bank nurse")),
    no_photo(row("Chidiebere", "Nwosu", (1992, 12, 31), "Locum doctor")),
    no_photo(row("Tamsyn", "Penhaligon", (2003, 9, 1), "Receptionist")),
    row("Kerensa", "Bolitho", (1988, 3, 27), "Paramedic"),
    row("Alex", "Rowe", (1990, 7, 15), "Porter"),
    at(row("Francesca", "D'Angelo", (1983, 6, 18), "Locum GP"), 2),
    at(row("Iestyn", "Llewelyn-Owen", (1972, 4, 23), "Community nurse"), 2),
    at(row("Beatrix", "van der Merwe", (1979, 10, 29), "Theatre nurse"), 1),
    at(row("Siobhán", "Nic an tSaoir", (1986, 1, 8), "Clinical coder"), 1),
    row("Q", "Vu", (1995, 11, 3), "Cleaner"),
];
