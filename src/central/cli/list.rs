//! Commands that only look. Text from desks and files is sanitised before it is printed.

use std::sync::Arc;

use super::args::{EventWhat, PersonWhat};
use super::{CliFault, Out, say};
use crate::central::service::Central;
use crate::central::store::{DeskRow, EventRow};
use crate::domain::text::sanitise;
use crate::domain::{DeskId, UserNumber};
use crate::wire::event;
use crate::wire::fact::Fact;

/// Rows fetched at a time.
const PAGE: u32 = 200;

fn none(what: &str) -> CliFault {
    CliFault::unchanged(format!("Central knows no such {what}."), "Look it up with 'list'.")
}

fn standing(desk: &DeskRow) -> String {
    match (&desk.revoked, &desk.quarantined) {
        (Some(reason), _) => format!("REVOKED: {}", sanitise(reason)),
        (None, Some(reason)) => format!("QUARANTINED: {}", sanitise(reason)),
        _ if desk.enrolled => "enrolled".to_owned(),
        _ => "invited, not yet enrolled".to_owned(),
    }
}

pub fn desks(central: &Arc<Central>, out: Out<'_>) -> Result<(), CliFault> {
    for desk in central.store.desks()? {
        let name = sanitise(&format!("{} {}", desk.place, desk.name));
        say(out, format!("{}  {}  {name}  {}", desk.desk, desk.organisation, standing(&desk)))?;
    }
    Ok(())
}

pub fn desk(central: &Arc<Central>, id: DeskId, out: Out<'_>) -> Result<(), CliFault> {
    let desk = central.store.desk(id)?.ok_or_else(|| none("desk"))?;
    say(out, format!("Desk:         {}", desk.desk))?;
    say(out, format!("Name:         {}", sanitise(&format!("{} {}", desk.place, desk.name))))?;
    say(out, format!("Organisation: {}", desk.organisation))?;
    say(out, format!("Stands:       {}", standing(&desk)))?;
    say(out, format!("Epoch:        {}, last event {}", desk.epoch, desk.head_seq))?;
    say(out, format!("Last heard:   {}", desk.last_seen.map_or("never".to_owned(), |at| at.rfc3339())))
}

pub fn organisations(central: &Arc<Central>, out: Out<'_>) -> Result<(), CliFault> {
    let all = central.store.organisations()?;
    all.iter().try_for_each(|found| say(out, format!("{}  {}", found.code, sanitise(&found.name))))
}

pub fn agents(central: &Arc<Central>, out: Out<'_>) -> Result<(), CliFault> {
    each_person(central, |person, number| {
        let roles = central.store.roles(number)?;
        let held: Vec<String> = roles
            .iter()
            .filter(|row| row.withdrawn.is_none())
            .map(|row| format!("{} at {}", row.role.as_str(), row.organisation))
            .collect();
        if held.is_empty() {
            return Ok(());
        }
        say(out, format!("{number}  {}  {}", sanitise(&person.name.full()), held.join(", ")))
    })
}

pub fn agent(central: &Arc<Central>, number: &UserNumber, out: Out<'_>) -> Result<(), CliFault> {
    let person = central.store.person_by_number(number)?.ok_or_else(|| none("person"))?;
    say(out, format!("{number}  {}", sanitise(&person.name.full())))?;
    for row in central.store.roles(number)? {
        let until = row.withdrawn.map_or(String::new(), |at| format!(", withdrawn {}", at.rfc3339()));
        say(out, format!("  {} at {} since {}{until}", row.role.as_str(), row.organisation, row.added.rfc3339()))?;
    }
    Ok(())
}

fn each_person(
    central: &Arc<Central>,
    mut each: impl FnMut(&crate::domain::Person, &UserNumber) -> Result<(), CliFault>,
) -> Result<(), CliFault> {
    let mut after: Option<UserNumber> = None;
    loop {
        let page = central.store.persons(after.as_ref(), PAGE)?;
        let Some(last) = page.last().and_then(|person| person.number.clone()) else { return Ok(()) };
        for person in &page {
            if let Some(number) = &person.number {
                each(person, number)?;
            }
        }
        after = Some(last);
    }
}

pub fn person(central: &Arc<Central>, what: PersonWhat, out: Out<'_>) -> Result<(), CliFault> {
    match what {
        PersonWhat::List => each_person(central, |person, number| {
            let photo = if person.has_photo { "photo" } else { "no photo" };
            say(out, format!("{number}  {}  {}  {photo}", sanitise(&person.name.full()), person.organisation))
        }),
        PersonWhat::Show { number } => {
            let person = central.store.person_by_number(&number)?.ok_or_else(|| none("person"))?;
            say(out, format!("UUID:         {number}"))?;
            say(out, format!("Name:         {}", sanitise(&person.name.full())))?;
            say(out, format!("On the card:  {}", sanitise(&person.card_name())))?;
            let seen = if person.birth_date_verified { "" } else { ", not verified" };
            say(out, format!("Born:         {}{seen}", person.birth_date))?;
            say(out, format!("Works:        {}, {}", sanitise(&person.position), person.organisation))?;
            if let Some(card) = central.store.latest_card(person.id)? {
                let status = card.brief.status;
                say(
                    out,
                    format!(
                        "Card:         {}, {status:?}, issue {}, until {}",
                        card.brief.guid, card.issue, card.expires
                    ),
                )?;
            }
            for old in central.store.former_names(Some(person.id))? {
                say(out, format!("Formerly:     {}, until {}", sanitise(&old.name.full()), old.ended.rfc3339()))?;
            }
            for (version, at, what) in central.store.person_history(person.id)? {
                say(out, format!("  {version}  {}  {what}", at.rfc3339()))?;
            }
            Ok(())
        }
    }
}

fn epoch_of(central: &Arc<Central>, desk: DeskId, epoch: Option<u32>) -> Result<u32, CliFault> {
    let row = central.store.desk(desk)?.ok_or_else(|| none("desk"))?;
    Ok(epoch.unwrap_or(row.epoch))
}

pub fn event(central: &Arc<Central>, what: EventWhat, out: Out<'_>) -> Result<(), CliFault> {
    match what {
        EventWhat::List { desk, epoch } => {
            let epoch = epoch_of(central, desk, epoch)?;
            let mut after = 0;
            loop {
                let page = central.store.events(desk, epoch, after, PAGE)?;
                let Some(last) = page.last() else { return Ok(()) };
                after = last.seq;
                page.iter().try_for_each(|row| line(row, out))?;
            }
        }
        EventWhat::Show { desk, epoch, seq } => {
            let epoch = epoch_of(central, desk, epoch)?;
            let page = central.store.events(desk, epoch, seq.saturating_sub(1), 1)?;
            let row = page.first().filter(|row| row.seq == seq).ok_or_else(|| none("event"))?;
            line(row, out)?;
            let hash: String = event::event_hash(&row.raw).iter().map(|byte| format!("{byte:02x}")).collect();
            say(out, format!("  hash {hash}, {} bytes", row.raw.len()))?;
            let Ok(parsed) = event::parse(&row.raw) else { return say(out, "  its header can't be read") };
            let header = &parsed.header;
            let agent = header.agent.as_ref().map_or("nobody".to_owned(), ToString::to_string);
            say(out, format!("  desk time {}, signed in: {agent}", header.at.rfc3339()))?;
            say(out, format!("  by {}", sanitise(&header.software)))?;
            said_not_same(central, &parsed, out)
        }
    }
}

/// Who the agent said is somebody else than the person registered, and why: for whoever looks into a double.
fn said_not_same(central: &Arc<Central>, parsed: &event::Parsed, out: Out<'_>) -> Result<(), CliFault> {
    let body = event::open_body_bytes(parsed, central.authority.seal_private().expose());
    let Some(Fact::Register(registration)) = body.ok().and_then(|body| event::read_body(parsed, &body).ok()) else {
        return Ok(());
    };
    for said in &registration.not_same {
        let number = central.store.person(said.person)?.and_then(|person| person.number);
        let who = number.map_or_else(|| said.person.to_string(), |number| number.to_string());
        say(out, format!("  not the same person as {who}: {}", sanitise(&said.reason)))?;
    }
    Ok(())
}

fn line(row: &EventRow, out: Out<'_>) -> Result<(), CliFault> {
    let outcome = serde_json::to_string(&row.outcome).unwrap_or_default();
    let kind = sanitise(&row.kind);
    say(out, format!("{}/{}  {kind}  {}  {outcome}", row.epoch, row.seq, row.received.rfc3339()))
}

pub fn stock(central: &Arc<Central>, chip_serial: &str, out: Out<'_>) -> Result<(), CliFault> {
    let row = central.store.stock_of(chip_serial)?.ok_or_else(|| none("blank"))?;
    let used = row.used_for.map_or("not used".to_owned(), |card| format!("used for {card}"));
    say(out, format!("Batch {}, series {}, {}, {used}", row.batch.batch, row.batch.series, row.batch.profile))
}

pub fn audit(central: &Arc<Central>, last: u32, out: Out<'_>) -> Result<(), CliFault> {
    for line in central.store.audit_lines(last)? {
        let desk = line.desk.map_or("-".to_owned(), |desk| desk.to_string());
        let agent = line.agent.map_or("-".to_owned(), |agent| agent.to_string());
        say(out, format!("{}  {desk}  {agent}  {}  {}", line.at.rfc3339(), line.what, sanitise(&line.subject)))?;
    }
    Ok(())
}
