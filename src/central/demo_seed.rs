//! The demo's world: organisations, agents of every role, forty people with hard names (`notes` domain 12c), stock.
//! Nobody in it exists. Cards are written later by the demo, through the real encoder; here are only the doors to it.

use jiff::civil::{Date, date};
use uuid::Uuid;

use super::admin::NewStock;
use super::ca::{CaFault, CardSubject};
use super::grants::TransportKeys;
use super::handlers::random_guid;
use super::service::{Central, fresh, of_store, problem};
use super::store::{CertificateRow, GrantAsk, GrantBy, NewPerson};
use crate::card::task::Slot;
use crate::domain::{
    CardGuid, CardStatus, DeskId, Environment, GrantId, LegalName, Millis, OdsCode, Person, PersonId, Role, Secret,
    VisitId,
};
use crate::wire::event::digest_hex;
use crate::wire::message::{Grant, Organisation, Problem, ProblemCode};
use crate::wire::seal::{self, BLOB_INFO, Fresh};

mod people;

/// What the seed made.
pub struct Seeded {
    /// Organisations; the first is the demo desk's.
    pub organisations: Vec<Organisation>,
    /// One agent for each role, in the order of [`Role::ALL`]. The RA agent also holds the sponsor's role.
    pub agents: Vec<(Person, Role)>,
    /// Everybody else.
    pub people: Vec<Person>,
}

/// Name of the stock batch that takes any simulated card.
pub const BATCH: &str = "DEMO-2026-1";

/// Seeds an empty demo central. `photo` makes an artificial JPEG from a number; `keys` are those of the simulated blanks.
///
/// Errors: not a demo central, seeded already, the store.
pub fn seed(central: &Central, photo: &dyn Fn(u64) -> Vec<u8>, keys: TransportKeys) -> Result<Seeded, Problem> {
    if central.authority.environment() != Environment::Demo {
        return Err(problem(ProblemCode::OtherEnvironment, "only a demo central is seeded"));
    }
    if !central.store.organisations().map_err(of_store)?.is_empty() {
        return Err(problem(ProblemCode::NotAllowed, "this central is seeded already"));
    }
    let organisations = people::organisations()?;
    for organisation in &organisations {
        central.store.add_organisation(organisation).map_err(of_store)?;
    }
    central.add_stock(&NewStock {
        batch: BATCH.to_owned(),
        profile: "piv-p256".to_owned(),
        series: 9,
        static_9b: false,
        serial_prefix: None,
        any_card: true,
        serials: Vec::new(),
        keys,
    })?;
    let mut number = 0;
    let mut next_photo = || {
        number += 1;
        photo(number)
    };
    let mut agents = Vec::new();
    for (row, role) in people::AGENTS.iter().zip(Role::ALL) {
        let person = seed_person(central, &row.person(&organisations)?, Some(&next_photo()))?;
        agents.push((person, role));
    }
    let home = organisations.first().map(|first| first.code.clone());
    let home = home.ok_or_else(|| problem(ProblemCode::Internal, "the seed has no organisation"))?;
    for (person, role) in &agents {
        give_role(central, person, *role, &home)?;
        if let Some(number) = person.number.as_ref().filter(|_| role_examines(*role)) {
            let until = central.now().london_day().saturating_add(jiff::Span::new().months(6));
            central.store.set_training(number, Some(until)).map_err(of_store)?;
        }
        if *role == Role::RaAgent {
            give_role(central, person, Role::Sponsor, &home)?;
        }
    }
    let mut people = Vec::new();
    for row in people::PEOPLE {
        let jpeg = row.photo.then(&mut next_photo);
        people.push(seed_person(central, &row.person(&organisations)?, jpeg.as_deref())?);
    }
    Ok(Seeded { organisations, agents, people })
}

/// Who is trained to examine documents and compare faces in the demo; the ID checker is not, so that it is seen what that costs.
fn role_examines(role: Role) -> bool {
    matches!(role, Role::RaManager | Role::RaAgentAdvanced | Role::RaAgent)
}

fn give_role(central: &Central, person: &Person, role: Role, organisation: &OdsCode) -> Result<(), Problem> {
    let number = person.number.as_ref().ok_or_else(|| problem(ProblemCode::Internal, "no number was minted"))?;
    central.store.add_role(number, role, organisation, central.now()).map_err(of_store)
}

/// Makes one person, with a photo if there is one. The photo takes the way of every photo: sealed, named, opened, judged.
pub fn seed_person(central: &Central, new: &NewPerson, jpeg: Option<&[u8]>) -> Result<Person, Problem> {
    let now = central.now();
    let person = central.store.add_person(new, now).map_err(of_store)?;
    let Some(jpeg) = jpeg else { return Ok(person) };
    let fresh = Fresh::new(fresh::<32>()?);
    let sealed = seal::seal(central.authority.seal_public(), BLOB_INFO, b"", jpeg, fresh)
        .map_err(|_| problem(ProblemCode::Internal, "the photo could not be sealed"))?;
    let digest = digest_hex(&sealed);
    central.store.append_blob(None, &digest, 0, &sealed, now).map_err(of_store)?;
    central.judge_blob(&digest).map_err(of_store)?;
    central.store.set_photo(person.id, &digest, now).map_err(of_store)?;
    let person = central.store.person(person.id).map_err(of_store)?;
    person.ok_or_else(|| problem(ProblemCode::Internal, "the person is gone"))
}

/// How a seeded card is to be.
#[derive(Debug, Clone, Default)]
pub struct CardWish {
    /// Chip serial of the simulated card.
    pub chip_serial: Option<String>,
    /// Last day, today or before for an expired card; none: as the rules say.
    pub expires: Option<Date>,
}

/// Grants a card without an agent's hand. Each call is a visit of its own.
pub fn demo_grant(central: &Central, person: PersonId, desk: DeskId, wish: &CardWish) -> Result<Grant, Problem> {
    only_demo(central)?;
    let now = central.now();
    let life = jiff::Span::new().days(i64::from(central.rules.card_days) - 1);
    let usual = now.london_day().checked_add(life);
    let usual = usual.map_err(|_| problem(ProblemCode::Internal, "the card would outlive the calendar"))?;
    let ask = GrantAsk {
        grant: GrantId(Uuid::now_v7()),
        card: random_guid()?,
        person,
        visit: VisitId(Uuid::now_v7()),
        desk,
        chip_serial: wish.chip_serial.clone(),
        expires: wish.expires.unwrap_or(usual),
        key_version: central.authority.card_keys().version(),
        by: GrantBy::Seed,
        now,
    };
    let row = central.store.make_grant(&ask).map_err(of_store)?;
    central.grant_answer(&row).map(|grant| *grant)
}

/// Signs a card key's request (PKCS#10, DER) of a seeded card and records the certificate, as EST would. A card whose
/// last day is over gets a certificate that was signed before that day.
pub fn demo_certificate(central: &Central, grant: GrantId, slot: Slot, request: &[u8]) -> Result<Vec<u8>, Problem> {
    only_demo(central)?;
    let row = central.store.grant(grant).map_err(of_store)?;
    let row = row.ok_or_else(|| problem(ProblemCode::NotFound, "there is no such grant"))?;
    let number = row.person.number.clone().ok_or_else(|| problem(ProblemCode::Internal, "no number was minted"))?;
    let (card, expires) = (row.card.brief.guid, row.card.expires);
    let subject = CardSubject { guid: card, number, name: row.person.name.full(), slot, expires };
    let now = central.now();
    let last =
        expires.to_zoned_datetime(jiff::tz::TimeZone::UTC).map_or(now, |day| Millis(day.timestamp().as_millisecond()));
    let failed = |fault: CaFault| problem(ProblemCode::NotAllowed, &fault.to_string());
    let issued = central.authority.issue_card(request, &subject, now.min(last)).map_err(failed)?;
    let held = central.store.certificate(card, slot).map_err(of_store)?;
    let certificate = CertificateRow {
        serial: issued.serial,
        card,
        slot,
        spki: super::hand::spki_of(&issued.der).unwrap_or_default(),
        der: issued.der.clone(),
        not_after: issued.not_after,
    };
    let replaces = held.as_ref().map(|held| held.serial.as_str());
    if central.store.add_certificate(&certificate, replaces, now).map_err(of_store)? {
        Ok(issued.der)
    } else {
        Err(problem(ProblemCode::Busy, "another request for this slot is running"))
    }
}

/// Sets a seeded card's state.
pub fn demo_mark(central: &Central, card: CardGuid, status: CardStatus) -> Result<(), Problem> {
    only_demo(central)?;
    central.store.mark_card(card, status, central.now()).map_err(of_store)
}

fn only_demo(central: &Central) -> Result<(), Problem> {
    match central.authority.environment() {
        Environment::Demo => Ok(()),
        _ => Err(problem(ProblemCode::OtherEnvironment, "this is not a demo")),
    }
}

/// The transport keys of most PIV blanks and of the simulated ones (`notes` cards 2): no secret at all.
pub fn factory_keys() -> TransportKeys {
    TransportKeys {
        pin: Secret::new(b"123456".to_vec()),
        puk: Secret::new(b"12345678".to_vec()),
        management_key: Secret::new([1u8, 2, 3, 4, 5, 6, 7, 8].repeat(3)),
    }
}

/// One row of the seed.
struct Row {
    given: &'static str,
    family: &'static str,
    on_card: Option<&'static str>,
    born: (i16, i8, i8),
    verified: bool,
    organisation: usize,
    position: &'static str,
    photo: bool,
}

impl Row {
    fn person(&self, organisations: &[Organisation]) -> Result<NewPerson, Problem> {
        let bad = || problem(ProblemCode::Internal, "a row of the seed is wrong");
        let name = LegalName::parse(self.given, self.family).map_err(|_| bad())?;
        let (year, month, day) = self.born;
        Ok(NewPerson {
            person: PersonId(Uuid::now_v7()),
            name,
            name_on_card: self.on_card.map(str::to_owned),
            birth_date: date(year, month, day),
            birth_date_verified: self.verified,
            organisation: organisations.get(self.organisation).ok_or_else(bad)?.code.clone(),
            position: self.position.to_owned(),
            email: None,
        })
    }
}

#[cfg(test)]
mod tests;
