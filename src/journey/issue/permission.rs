//! Central's permission: the agent's hand, the grant, the plan made of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::blank::Blank;
use super::write::Work;
use super::{Card, Issue, Stage, Who};
use crate::card::task::CardPlan;
use crate::domain::{GrantId, VaultSlot, VisitId};
use crate::journey::effect::{CentralCall, Effect, StoreQuery, VaultCommand};
use crate::journey::input::{CentralAnswer, CentralFault, ClockView, StoreAnswer};
use crate::journey::trouble::Trouble;
use crate::journey::wait::Wait;
use crate::journey::{Ctx, Desk, Next, Owner, VisitEvent, card_work_allowed, hand};
use crate::wire::act::{Act, ActKind, Signed, content};
use crate::wire::fact::Fact;
use crate::wire::message::{GrantRequest, GrantTerms, ProblemCode};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Central must have heard that the last card is spoilt, else it gives the same grant again.
    Tell,
    /// The agent's card signs the request.
    Hand,
    /// The grant. Asked again as it was it is the same grant, so that a lost answer is harmless.
    Grant(Box<Signed<Act>>),
    /// The first RA Manager's grant, by the code in the vault.
    Bootstrap,
    /// The grant of a half-written card again.
    Again(GrantId),
    /// The face for the chip, from this visit's working copy.
    Face(Box<GrantTerms>),
}

impl Ask {
    /// The very same request makes a lost answer harmless; but who took the visit over asks in their own name.
    pub(super) fn shown(&mut self, desk: &Desk) {
        let now = desk.session.as_ref().map(|session| &session.certificate);
        if matches!(self, Ask::Grant(act) if Some(&act.certificate) != now) {
            *self = Ask::Hand;
        }
    }
}

/// Why writing can't be started now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyNot {
    /// There is no blank that was looked at.
    NoBlank,
    /// The clock is in doubt.
    Clock,
    /// Central can't be reached.
    Offline,
    /// The photo is not here.
    NoPhoto,
    /// Nobody writes his or her own card.
    OwnCard,
    /// The list of cancelled cards has run out, or there is none.
    OldList,
}

/// Whether writing can be started, and if not, why.
pub fn why_not(state: &Issue, desk: &Desk) -> Option<WhyNot> {
    let own = desk.session.as_ref().map(|session| &session.agent);
    let number = state.person().and_then(|person| person.number.as_ref());
    let known = matches!(state.who, Who::Known(_));
    match state.stage {
        Stage::Check(_) if desk.clock == ClockView::Doubtful => Some(WhyNot::Clock),
        Stage::Check(_) if number.is_some() && own == number => Some(WhyNot::OwnCard),
        Stage::Check(_) if !desk.is_online() => Some(WhyNot::Offline),
        Stage::Check(_) if !card_work_allowed(desk, desk.minute) => Some(WhyNot::OldList),
        Stage::Check(_) if known && state.photo.jpeg.is_none() => Some(WhyNot::NoPhoto),
        Stage::Check(_) => None,
        _ => Some(WhyNot::NoBlank),
    }
}

/// The agent said yes.
pub(super) fn start(state: &mut Issue, ctx: &mut Ctx<'_>) {
    if why_not(state, ctx.desk).is_some() {
        return;
    }
    let Stage::Check(blank) = &state.stage else { return };
    let first = if state.is_first() { Ask::Bootstrap } else { Ask::Hand };
    state.trouble = None;
    state.stage = Stage::Permission(blank.clone(), if state.tell_first { Ask::Tell } else { first });
}

pub(super) fn go(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId) {
    let Stage::Permission(blank, ask) = &state.stage else { return };
    let chip_serial = blank.identity.chip_serial.clone();
    let call = match ask {
        Ask::Tell => CentralCall::Sync,
        Ask::Hand => {
            let Some(person) = state.person().map(|person| person.id) else { return };
            let act = Signed::to_come(ActKind::CertificateRequest, id, ctx.desk.about.desk);
            let content = content(&GrantRequest { person, visit: id, chip_serial, act });
            state.wait = Wait::hand(hand::begin(ctx, ActKind::CertificateRequest, id, None, content));
            return;
        }
        Ask::Grant(act) => {
            let Some(person) = state.person().map(|person| person.id) else { return };
            CentralCall::Grant(Box::new(GrantRequest { person, visit: id, chip_serial, act: (**act).clone() }))
        }
        Ask::Bootstrap => CentralCall::Bootstrap { visit: id, chip_serial },
        Ask::Again(grant) => CentralCall::GrantAgain(*grant),
        Ask::Face(_) => {
            state.wait = Wait::effect(ctx.store(Owner::Visit(id), StoreQuery::Photo(id)));
            return;
        }
    };
    state.wait = Wait::effect(ctx.central(Owner::Visit(id), call));
}

pub(super) fn answered(state: &mut Issue, ctx: &mut Ctx<'_>, id: VisitId, event: &VisitEvent<'_>) -> Next {
    let Stage::Permission(blank, ask) = state.stage.clone() else { return Next::Stay };
    match (ask, event) {
        (Ask::Tell, VisitEvent::Central(_, Ok(_))) => {
            state.tell_first = false;
            let ask = if state.is_first() { Ask::Bootstrap } else { Ask::Hand };
            state.stage = Stage::Permission(blank, ask);
        }
        (Ask::Hand, VisitEvent::Hand(_, Ok(act))) => {
            state.stage = Stage::Permission(blank, Ask::Grant(Box::new(act.clone())));
        }
        (Ask::Hand, VisitEvent::Hand(_, Err(fault))) => state.trouble = Some((*fault).into()),
        (ask, VisitEvent::Central(_, Ok(CentralAnswer::Granted(terms)))) => {
            return granted(state, ctx, blank, &ask, terms);
        }
        (_, VisitEvent::Central(_, Ok(_))) => state.trouble = Some(Trouble::Central(CentralFault::NotUnderstood)),
        (ask, VisitEvent::Central(_, Err(fault))) => refused(state, blank, &ask, *fault),
        (Ask::Face(terms), VisitEvent::Store(_, answer)) => {
            let face = match answer {
                StoreAnswer::Photo(Some((_, face))) => Some(face.clone()),
                // No working copy here: the card is written without a face, which the plan allows.
                _ => None,
            };
            begin(state, ctx, id, &blank, &terms, face);
        }
        _ => {}
    }
    Next::Stay
}

fn refused(state: &mut Issue, blank: Box<Blank>, ask: &Ask, fault: CentralFault) {
    state.trouble = Some(Trouble::Central(fault));
    let new_ask = match (ask, fault) {
        (_, fault) if fault.is_passing() => return,
        // The signature is too old or was not taken: the agent's card signs anew.
        (
            Ask::Grant(_),
            CentralFault::Problem(ProblemCode::StaleNonce | ProblemCode::BadSignature | ProblemCode::ContentDiffers),
        ) => Some(Ask::Hand),
        (Ask::Bootstrap, CentralFault::Problem(ProblemCode::BadCode)) => {
            state.code = false;
            state.stage = Stage::Code;
            return;
        }
        (Ask::Again(_), _) => return,
        _ => None,
    };
    state.stage = match new_ask {
        Some(ask) => Stage::Permission(blank, ask),
        None => Stage::Check(blank),
    };
}

fn granted(state: &mut Issue, ctx: &mut Ctx<'_>, blank: Box<Blank>, ask: &Ask, terms: &GrantTerms) -> Next {
    // The secrets came with it; the passcode of this encoding is made here and kept by nobody.
    state.secrets = true;
    ctx.effects.push(Effect::Vault(VaultCommand::Random(VaultSlot::EncodePin)));
    let expected = state.person().is_none_or(|person| person.id == terms.person.id)
        && (!matches!(ask, Ask::Again(_)) || state.card() == Some(terms.card));
    if terms.environment != ctx.desk.about.environment {
        state.trouble = Some(Trouble::Central(CentralFault::Problem(ProblemCode::OtherEnvironment)));
        state.stage = Stage::Check(blank);
    } else if !expected {
        state.trouble = Some(Trouble::Central(CentralFault::NotUnderstood));
        state.stage = Stage::Check(blank);
    } else {
        if let Who::FirstManager(person) = &mut state.who {
            *person = Some(Box::new(terms.person.clone()));
        }
        state.stage = Stage::Permission(blank, Ask::Face(Box::new(terms.clone())));
        return Next::Name(terms.person.name.full());
    }
    Next::Stay
}

/// The plan is made; the intent is recorded before the first byte reaches the card.
fn begin(
    state: &mut Issue,
    ctx: &mut Ctx<'_>,
    id: VisitId,
    blank: &Blank,
    terms: &GrantTerms,
    face: Option<Arc<[u8]>>,
) {
    let plan = CardPlan {
        guid: terms.card,
        number: terms.number.clone(),
        name: terms.person.card_name(),
        organisation: terms.organisation.clone(),
        expires: terms.expires,
        environment: terms.environment,
        keys: terms.keys.clone(),
        face_jpeg: face.map(|face| face.to_vec()),
        public_keys: BTreeMap::new(),
        certificates: BTreeMap::new(),
        static_9b: terms.static_9b,
    };
    // Of a card that another visit began, nothing is known: every step is looked at before it is run.
    let replaced = blank.identity.guid.filter(|_| !blank.begun);
    state.card = Some(Card {
        grant: terms.grant,
        guid: terms.card,
        number: terms.number.clone(),
        chip_serial: blank.identity.chip_serial.clone(),
        certificate: None,
        printed: false,
        work: Some(Box::new(Work::new(plan, terms.puk_n, blank.begun, replaced))),
    });
    ctx.event(Fact::WriteIntended { visit: id, grant: terms.grant, card: terms.card });
    state.stage = Stage::Write;
}
