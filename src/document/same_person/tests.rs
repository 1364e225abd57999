use jiff::civil::date;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;

const BORN: Date = date(1986, 5, 3);

fn id(n: u128) -> PersonId {
    PersonId(Uuid::from_u128(n))
}

/// An index of one person of the name, among many others.
fn among(surname: &str, given: &str, birth: Date) -> Index {
    let mut builder = Builder::new();
    let surnames = ["Smith", "Jones", "Patel", "Khan", "Nguyen", "Okafor", "Kowalski", "Williams"];
    let givens = ["David", "Sarah", "Priya", "Amina", "Linh", "Chidi", "Anna", "Thomas"];
    for n in 0..4_000usize {
        let born = date(1950 + (n % 50) as i16, 1 + (n % 12) as i8, 1 + (n % 28) as i8);
        builder.add(id(1_000 + n as u128), surnames[n % 8], givens[n / 8 % 8], born);
    }
    builder.add(id(1), surname, given, birth);
    builder.build()
}

fn band(record: (&str, &str, Date), claim: (&str, &str, Date)) -> Option<Band> {
    let index = among(record.0, record.1, record.2);
    let claim = Claim { surname: claim.0, given: claim.1, birth: Some(claim.2) };
    index.search(&claim, 20).iter().find(|found| found.person == id(1)).map(Candidate::band)
}

#[test]
fn the_same_record_is_found_first_and_probably_the_same() {
    let index = among("Hartley", "Margaret Joan", BORN);
    let found = index.search(&Claim { surname: "HARTLEY", given: "Margaret Joan", birth: Some(BORN) }, 20);
    assert_eq!(found[0].person, id(1));
    assert_eq!(found[0].band(), Band::Upper);
}

#[test]
fn slips_of_names_and_dates_are_found() {
    let record = ("Hartley", "Margaret Joan", BORN);
    for claim in [
        ("Hartly", "Margaret", BORN),
        ("Heartley", "Margret", BORN),
        ("Hartley", "Margaret", date(1986, 3, 5)), // day and month changed over
        ("Hartley", "Margaret", date(1986, 5, 8)), // one figure
        ("Margaret", "Hartley", BORN),             // names changed over
        ("Hartley", "M", BORN),
        ("Hartley-Jones", "Margaret", BORN),
    ] {
        assert!(band(record, claim) >= Some(Band::Middle), "{claim:?}");
    }
}

#[test]
fn each_measure_finds_what_the_other_misses() {
    // Sound joins these, letters alone do not.
    for (one, other) in [("Catherine", "Kathryn"), ("Mohammed", "Muhammad")] {
        assert!(band(("Hartley", one, BORN), ("Hartley", other, BORN)) >= Some(Band::Middle), "{one} {other}");
    }
    // Letters join these, sound parts them.
    for (one, other) in [("Johnson", "Johnston"), ("Adebayo", "Adebayor")] {
        assert!(band((one, "Ruth", BORN), (other, "Ruth", BORN)) >= Some(Band::Middle), "{one} {other}");
    }
}

#[test]
fn accents_are_folded_both_ways() {
    for (record, claim) in [("Müller", "MUELLER"), ("Müller", "MULLER"), ("MUELLER", "Müller"), ("Mueller", "Muller")]
    {
        assert!(band((record, "Eva", BORN), (claim, "Eva", BORN)) >= Some(Band::Middle), "{record} {claim}");
    }
    assert!(band(("Ọlátúnjí", "Ẹniọlá", BORN), ("Olatunji", "Eniola", BORN)) == Some(Band::Upper));
    assert!(band(("王", "小明", BORN), ("王", "小明", BORN)) >= Some(Band::Middle));
    assert!(band(("Sukarno", "", BORN), ("", "Sukarno", BORN)) >= Some(Band::Middle));
}

#[test]
fn others_are_not_taken_for_one_person() {
    // Twins share all but the forename; people of one common name share all but the birth date.
    assert!(band(("Smith", "Ruth", BORN), ("Smith", "Colin", BORN)) < Some(Band::Upper));
    assert_eq!(band(("Smith", "David", BORN), ("Smith", "David", date(1961, 11, 30))), None);
    assert_eq!(band(("Hartley", "Margaret", BORN), ("Okafor", "Chidi", date(1990, 1, 9))), None);
}

#[test]
fn a_rare_name_weighs_more_than_a_common_one() {
    let index = among("Featherstonehaugh", "David", date(1980, 7, 7));
    let bits = |surname: &str, birth: Date| {
        let found = index.search(&Claim { surname, given: "David", birth: Some(birth) }, 50);
        found.first().map_or(f32::MIN, |found| found.bits)
    };
    // Smith, David: 1950-01-01 is on record.
    assert!(bits("Featherstonehaugh", date(1980, 7, 7)) > bits("Smith", date(1950, 1, 1)) + 3.0);
}

#[test]
fn an_unknown_birth_date_neither_agrees_nor_differs_and_its_block_is_no_trap() {
    let mut builder = Builder::new();
    for n in 0..6_000u128 {
        builder.add(id(n + 10), "Nobody", &format!("N{n}"), UNKNOWN);
    }
    builder.add(id(1), "Featherstonehaugh", "Margaret", UNKNOWN);
    let index = builder.build();
    let found = index.search(&Claim { surname: "Featherstonehaugh", given: "Margaret", birth: Some(BORN) }, 20);
    assert_eq!(found.iter().map(|one| one.person).collect::<Vec<_>>(), [id(1)]);
    assert!(index.search(&Claim { surname: "Quite", given: "Other", birth: Some(UNKNOWN) }, 20).is_empty());
}

const UNKNOWN: Date = date(1900, 1, 1);

#[test]
fn a_former_name_leads_to_the_person_once() {
    let mut builder = Builder::new();
    builder.add(id(1), "Hartley", "Margaret", BORN);
    builder.add(id(1), "Featherstonehaugh", "Margaret", BORN);
    let index = builder.build();
    let found = index.search(&Claim { surname: "Featherstonehaugh", given: "Margaret", birth: Some(BORN) }, 20);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].band(), Band::Upper);
    assert!(Builder::new().build().search(&Claim { surname: "A", given: "B", birth: None }, 20).is_empty());
}

#[test]
fn a_record_beside_the_index_weighs_as_one_in_it_and_each_person_is_found_once() {
    let claim = Claim { surname: "Hartly", given: "Margaret", birth: Some(BORN) };
    let known = |n, surname| Known { person: id(n), surname, given: "Margaret Joan", birth: BORN };
    let index = among("Hartley", "Margaret Joan", BORN);
    let inside = index.search(&claim, 20)[0];
    let both = index.search_with(&claim, [known(2, "Hartley"), known(1, "Hartley")], 20);
    assert_eq!(both.iter().filter(|one| one.person == id(1)).count(), 1);
    let beside = both.iter().find(|one| one.person == id(2)).unwrap();
    assert_eq!((beside.bits, beside.band()), (inside.bits, inside.band()));
    // Under any of several names, and by the one that fits best.
    let names = [known(3, "Quite-Other"), known(3, "Hartley"), known(3, "Featherstonehaugh")];
    let found = Index::default().search_with(&claim, names, 20);
    assert_eq!(found.iter().map(|one| (one.person, one.band())).collect::<Vec<_>>(), [(id(3), Band::Upper)]);
    let stranger = Known { given: "Chidi", ..known(3, "Okafor") };
    assert!(Index::default().search_with(&claim, [stranger], 20).is_empty());
    assert_eq!(index.search_with(&claim, [known(2, "Hartley")], 1).len(), 1);
}

#[test]
fn a_former_name_changes_nothing_for_whoever_asks_by_the_present_one() {
    let search = |former: bool| {
        let mut builder = Builder::new();
        builder.add(id(1), "Hartley", "Margaret", BORN);
        if former {
            builder.add(id(1), "Featherstonehaugh", "Margaret", BORN);
        }
        let index = builder.build();
        let claim = |surname| Claim { surname, given: "Margaret", birth: Some(BORN) };
        [claim("Hartley"), claim("Featherstonehaugh")]
            .map(|claim| index.search(&claim, 20).first().map(Candidate::band))
    };
    assert_eq!(search(false)[0], Some(Band::Upper));
    assert!(search(false)[1] < Some(Band::Upper));
    assert_eq!(search(true), [Some(Band::Upper), Some(Band::Upper)]);
}

#[test]
fn an_index_tells_nobody_a_name() {
    assert_eq!(format!("{:?}", among("Hartley", "Margaret", BORN)), "Index { len: 4001, .. }");
}

#[test]
fn the_keys_are_the_same_in_every_build_of_this_version() {
    let name = names::Name::new("Hartley");
    let sound = name.sounds().next().unwrap();
    assert_eq!(KEYS_VERSION, 1);
    assert_eq!(
        [names::key_of_birth(BORN), names::key_of_year(sound, 1986), names::key_of_names(sound, sound)],
        [533_758_837, 1_541_627_980, 134_004_148],
        "a change of the keys is a new version"
    );
}

proptest! {
    #[test]
    fn no_names_stop_the_search_and_a_record_finds_itself(surname in "\\PC{1,20}", given in "\\PC{0,20}") {
        let index = among(&surname, &given, BORN);
        let found = index.search(&Claim { surname: &surname, given: &given, birth: Some(BORN) }, 20);
        if surname.chars().filter(|c| c.is_alphabetic()).count() > 2 {
            prop_assert!(found.iter().any(|one| one.person == id(1)));
        }
    }
}
