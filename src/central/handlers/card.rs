//! What central knows of a card or a blank.

use super::{Answer, Ask, Reply};
use crate::central::service::{Central, of_store, problem};
use crate::central::store::{CardRow, DeskRow};
use crate::domain::{CardGuid, UserNumber};
use crate::wire::message::{Bytes, CardRecord, ProblemCode, StockRecord};

pub fn by_guid(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let guid: CardGuid = ask.id("guid")?;
    let card = central.store.card(guid).map_err(of_store)?;
    answer(central, card, desk)
}

/// For a cancel without the card at hand: the holder's live card, else the last one.
pub fn by_number(central: &Central, ask: &Ask, desk: &DeskRow) -> Answer {
    let number: UserNumber = ask.id("number")?;
    let person = central.store.person_by_number(&number).map_err(of_store)?;
    let card = person.map(|person| central.store.latest_card(person.id)).transpose().map_err(of_store)?;
    answer(central, card.flatten(), desk)
}

fn answer(central: &Central, card: Option<CardRow>, desk: &DeskRow) -> Answer {
    let unknown = || problem(ProblemCode::NotFound, "central knows no such card");
    let card = card.ok_or_else(unknown)?;
    let person = central.store.person(card.person).map_err(of_store)?.ok_or_else(unknown)?;
    central.audit(Some(desk.desk), None, "card_read", card.brief.guid.to_string());
    Reply::json(&CardRecord {
        card: card.brief,
        person,
        issue: card.issue,
        card_certificate: card.card_certificate.map(Bytes),
        last_seen: card.last_seen,
        prints: card.prints,
    })
}

pub fn stock(central: &Central, ask: &Ask, _: &DeskRow) -> Answer {
    let row = central.store.stock_of(ask.param("chip_serial")).map_err(of_store)?;
    let row = row.ok_or_else(|| problem(ProblemCode::NotFound, "no stock batch has this chip"))?;
    Reply::json(&StockRecord {
        batch: row.batch.batch,
        series: row.batch.series,
        profile: row.batch.profile,
        used_for: row.used_for,
    })
}
