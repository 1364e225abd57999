use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use uuid::Uuid;

use super::*;
use crate::central::ca::Authority;
use crate::central::service::Rules;
use crate::central::store::NewPerson;
use crate::central::store::sqlite::SqliteStore;
use crate::domain::{Environment, LegalName, PersonId};
use crate::wire::message::Organisation;

const BORN: Date = date(1986, 5, 3);

struct World {
    central: Central,
    _folder: tempfile::TempDir,
}

impl World {
    fn new(at_once: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (clock, environment) = (crate::central::system_clock(), Environment::Demo);
        let authority = Authority::init(&folder.path().join("ca"), environment, "Test", clock()).unwrap();
        let store = SqliteStore::open(&folder.path().join("db"), environment).unwrap();
        let trust = Organisation { code: "RJ1".parse().unwrap(), name: "Test Trust".into() };
        store.add_organisation(&trust).unwrap();
        let mut central = Central::new(Arc::new(store), Arc::new(authority), clock, Rules::default()).unwrap();
        central.likeness = Arc::new(Likeness { state: Mutex::default(), at_once });
        Self { central, _folder: folder }
    }

    fn add(&self, n: u128, family: &str, given: &str, birth_date: Date) -> PersonId {
        let person = NewPerson {
            person: PersonId(Uuid::from_u128(n)),
            name: LegalName::parse(given, family).unwrap(),
            name_on_card: None,
            birth_date,
            birth_date_verified: true,
            organisation: "RJ1".parse().unwrap(),
            position: "Nurse".into(),
            email: None,
        };
        self.central.store.add_person(&person, self.central.now()).unwrap().id
    }

    fn found(&self, family: &str, given: &str, birth: Date) -> Vec<PersonId> {
        self.hits(family, given, birth).iter().map(|hit| hit.person.id).collect()
    }

    fn hits(&self, family: &str, given: &str, birth: Date) -> Vec<PersonHit> {
        let query = PersonQuery {
            family: Some(family.into()),
            given: Some(given.into()),
            birth_date: Some(birth),
            ..PersonQuery::default()
        };
        self.central.find_persons(&query).unwrap()
    }
}

#[test]
fn a_person_is_found_under_another_spelling_and_a_slip_of_the_date() {
    let world = World::new(AT_ONCE);
    let (kathryn, other) =
        (world.add(1, "Hartley", "Kathryn", BORN), world.add(2, "Okafor", "Chidi", date(1970, 1, 9)));
    assert_eq!(world.found("Hartly", "Catherine", date(1986, 3, 5)), [kathryn]);
    assert_eq!(world.found("Chidi", "Okafor", date(1970, 1, 9))[0], other);
    assert!(world.found("Quite", "Unlike", date(1999, 9, 9)).is_empty());
    // Neither a name alone nor a date alone is a likeness; both still find letter by letter.
    let by_name = PersonQuery { family: Some("Hartl".into()), ..PersonQuery::default() };
    assert_eq!(world.central.find_persons(&by_name).unwrap().len(), 1);
}

#[test]
fn whoever_came_after_the_index_was_built_is_found_by_letters() {
    let world = World::new(AT_ONCE);
    world.add(1, "Hartley", "Kathryn", BORN);
    world.found("Hartley", "Kathryn", BORN);
    let new = world.add(2, "Featherstonehaugh", "Ruth", date(1990, 2, 2));
    assert_eq!(world.found("Featherstonehaugh", "Ruth", date(1990, 2, 2)), [new]);
}

#[test]
fn every_hit_says_how_likely_it_is_the_likeliest_first() {
    let world = World::new(AT_ONCE);
    let other = world.add(3, "Okafor", "Chidi", BORN);
    let (kathryn, sister) = (world.add(1, "Hartley", "Kathryn", BORN), world.add(2, "Hartley", "Ruth", BORN));
    let hits = world.hits("Hartley", "Catherine", BORN);
    let said: Vec<_> = hits.iter().map(|hit| (hit.person.id, hit.band)).collect();
    assert_eq!(said, [(kathryn, Band::Upper), (sister, Band::Middle), (other, Band::Lower)]);
    // A number leads to the person whatever the name says.
    let number = hits[2].person.number.clone();
    let query = PersonQuery { number, family: Some("Hartley".into()), ..PersonQuery::default() };
    let hits = world.central.find_persons(&query).unwrap();
    assert!(hits[0].person.id == other && hits[0].strong && hits[0].band == Band::Lower);
    assert!(hits.iter().all(|hit| hit.band == Band::Lower), "no birth date, no band");
}

#[test]
fn whoever_came_after_the_index_was_built_has_a_band_too() {
    let world = World::new(AT_ONCE);
    world.found("Hartley", "Kathryn", BORN);
    let new = world.add(2, "Featherstonehaugh", "Ruth", BORN);
    let hits = world.hits("Fetherstonehaugh", "Ruth", BORN);
    assert_eq!((hits[0].person.id, hits[0].band), (new, Band::Upper));
}

#[test]
fn a_large_service_answers_by_letters_until_its_index_is_ready() {
    let world = World::new(1);
    for n in 0..30 {
        world.add(n + 10, "Smith", "David", date(1950, 1, 1 + (n % 28) as i8));
    }
    let kathryn = world.add(1, "Hartley", "Kathryn", BORN);
    // The first answer waits for nothing; what agrees letter by letter is in it.
    assert!(world.found("Hartley", "Kathryn", BORN).contains(&kathryn));
    let patience = Instant::now() + Duration::from_secs(60);
    while world.found("Hartly", "Catherine", date(1986, 3, 5)).is_empty() {
        assert!(Instant::now() < patience, "the index was never ready");
        std::thread::sleep(Duration::from_millis(5));
    }
}
