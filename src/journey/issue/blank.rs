//! The blank in the customer reader: what it is, and why it is not taken.

use serde::{Deserialize, Serialize};

use super::{Issue, Stage};
use crate::card::task::{CardAnswer, CardFault, CardIdentity, CardReport, CardTask};
use crate::domain::{CardGuid, VisitId};
use crate::journey::effect::CentralCall;
use crate::journey::input::{CentralAnswer, CentralFault, ReaderRole};
use crate::journey::trouble::Trouble;
use crate::journey::wait::Wait;
use crate::journey::{Ctx, Desk, Owner, VisitEvent};
use crate::wire::message::{ProblemCode, StockRecord};

/// The newest series that is replaced only, never written (notes domain 7).
pub const OLD_SERIES_MAX: u8 = 6;

/// What is known of the card in the customer reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// No card.
    Empty,
    /// A card, to be read.
    Here,
    /// A blank, of which central's stock record is asked.
    Stock(Box<Blank>),
    /// Not taken.
    Refused(Refusal),
}

/// A blank that may be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// Its chip serial, if it offers one; its GUID if it is half written already, or if its maker wrote one.
    pub identity: CardIdentity,
    /// An earlier visit began to write it.
    #[serde(default)]
    pub begun: bool,
    /// Central's stock record; none for a card without a serial.
    pub stock: Option<StockRecord>,
}

impl Blank {
    /// A card that an earlier visit began to write.
    pub fn half_written(guid: CardGuid, chip_serial: Option<String>) -> Self {
        Self { identity: CardIdentity { guid: Some(guid), chip_serial }, begun: true, stock: None }
    }
}

/// Why a card is not taken as a blank. Each has its sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// No PIV card.
    NotPiv,
    /// Somebody's card already.
    SomebodysCard,
    /// The agent's own card.
    OwnCard,
    /// Central's stock does not have it.
    NotInStock,
    /// A series that is replaced only.
    OldSeries(u8),
}

/// What a card is, as far as the card itself tells.
fn judge(report: &CardReport, desk: &Desk) -> Result<Blank, Refusal> {
    let own = desk.session.as_ref().map(|session| session.card);
    if !report.is_piv {
        return Err(Refusal::NotPiv);
    }
    if own.is_some() && report.identity.guid == own {
        return Err(Refusal::OwnCard);
    }
    // Some makers write a CHUID on their blanks: then the stock list decides, by the chip's serial.
    let empty = report.certificates.is_empty() && report.unreadable.is_empty();
    if !(report.is_blank() || empty && report.identity.chip_serial.is_some()) {
        return Err(Refusal::SomebodysCard);
    }
    Ok(Blank { identity: report.identity.clone(), begun: false, stock: None })
}

fn in_stock(blank: Blank, stock: &StockRecord) -> Result<Blank, Refusal> {
    if stock.used_for.is_some() {
        return Err(Refusal::SomebodysCard);
    }
    if stock.series <= OLD_SERIES_MAX {
        return Err(Refusal::OldSeries(stock.series));
    }
    Ok(Blank { stock: Some(stock.clone()), ..blank })
}

/// Reads the card, then asks central.
pub(super) fn go(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    let Stage::Blank(look) = &mut state.stage else { return };
    if *look == Look::Empty && ctx.desk.readers.has_card(ReaderRole::Customer) {
        *look = Look::Here;
    }
    match look {
        Look::Here => {
            state.wait = Wait::effect(ctx.card(Owner::Visit(id), ReaderRole::Customer, CardTask::Read, None));
        }
        Look::Stock(blank) => match &blank.identity.chip_serial {
            Some(serial) => {
                let call = CentralCall::Stock(serial.clone());
                state.wait = Wait::effect(ctx.central(Owner::Visit(id), call));
            }
            None => state.stage = Stage::Check(blank.clone()),
        },
        Look::Empty | Look::Refused(_) => {}
    }
}

/// The card or central answered.
pub(super) fn answered(state: &mut Issue, ctx: &Ctx<'_>, event: &VisitEvent<'_>) {
    let Stage::Blank(look) = state.stage.clone() else { return };
    match (look, event) {
        (Look::Here, VisitEvent::Card(_, Ok(CardAnswer::Report(report)))) => {
            state.stage = Stage::Blank(match judge(report, ctx.desk) {
                Ok(blank) => Look::Stock(Box::new(blank)),
                Err(refusal) => Look::Refused(refusal),
            });
        }
        (Look::Here, VisitEvent::Card(_, Err(CardFault::NotPiv))) => {
            state.stage = Stage::Blank(Look::Refused(Refusal::NotPiv));
        }
        // Taken out while it was read: a card that is in now is read.
        (_, VisitEvent::Card(_, Err(CardFault::Removed))) => state.stage = Stage::Blank(Look::Empty),
        (_, VisitEvent::Card(_, Err(fault))) => state.trouble = Some(Trouble::Card(*fault)),
        (Look::Stock(blank), VisitEvent::Central(_, Ok(CentralAnswer::Stock(stock)))) => {
            state.stage = match in_stock(*blank, stock) {
                Ok(blank) => Stage::Check(Box::new(blank)),
                Err(refusal) => Stage::Blank(Look::Refused(refusal)),
            };
        }
        (
            Look::Stock(_),
            VisitEvent::Central(_, Err(CentralFault::Problem(ProblemCode::NotFound | ProblemCode::NotInStock))),
        ) => state.stage = Stage::Blank(Look::Refused(Refusal::NotInStock)),
        (Look::Stock(_), VisitEvent::Central(_, Err(fault))) => state.trouble = Some(Trouble::Central(*fault)),
        (Look::Stock(_), VisitEvent::Central(_, Ok(_))) => {
            state.trouble = Some(Trouble::Central(CentralFault::NotUnderstood));
        }
        // An answer for a card that is gone in the meantime.
        _ => {}
    }
}
