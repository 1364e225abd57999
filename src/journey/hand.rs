//! The agent's hand: nonce, signature by 9A on the agent's card, done (design, "Agent's hand").
//!
//! Online the nonce is central's; offline it is the head of the desk's chain.

use serde::{Deserialize, Serialize};

use super::ctx::Ctx;
use super::effect::{CentralCall, EffectId, StoreQuery};
use super::input::{CentralAnswer, CentralFault, NetworkView, ReaderRole, StoreAnswer};
use super::{Answer, Owner};
use crate::card::task::{CardAnswer, CardFault, CardIdentity, CardTask};
use crate::domain::{CardGuid, VisitId};
use crate::wire::act::{Act, ActKind, Signed, act_bytes};

/// Why there is no signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandFault {
    /// Nobody is signed in.
    NoSession,
    /// Central gave no nonce.
    Central(CentralFault),
    /// The chain could not be read.
    Store,
    /// The agent's card did not sign.
    Card(CardFault),
}

/// One signature on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hand {
    kind: ActKind,
    visit: VisitId,
    card: Option<CardGuid>,
    content: Option<[u8; 32]>,
    signing: Option<Act>,
}

/// Starts one; the answer comes to the visit as [`super::visit::VisitEvent::Hand`] with the id given back. `content`:
/// [`crate::wire::act::content`] of what will be submitted with it.
pub fn begin(
    ctx: &mut Ctx<'_>,
    kind: ActKind,
    visit: VisitId,
    card: Option<CardGuid>,
    content: Option<[u8; 32]>,
) -> EffectId {
    let id = ctx.new_id(Owner::Visit(visit));
    ctx.desk.hands.insert(id, Hand { kind, visit, card, content, signing: None });
    // An act that central is asked for right after the signature wants central's nonce, whatever the network was last.
    if ctx.desk.sync.network == NetworkView::Online || !works_offline(kind) {
        ctx.central(Owner::Hand(id), CentralCall::Nonce);
    } else {
        ctx.store(Owner::Hand(id), StoreQuery::Head);
    }
    id
}

/// An answer for a hand. Gives the result once there is one.
pub fn answer(ctx: &mut Ctx<'_>, id: EffectId, answer: &Answer<'_>) -> Option<Result<Signed<Act>, HandFault>> {
    let hand = ctx.desk.hands.get(&id)?.clone();
    let done = match answer {
        Answer::Central(Ok(CentralAnswer::Nonce(nonce))) => sign(ctx, id, hand, &nonce.nonce.0),
        Answer::Central(Ok(_)) => Some(Err(HandFault::Central(CentralFault::NotUnderstood))),
        // The network has gone since it was asked: what may be signed offline goes on with the head of the chain.
        Answer::Central(Err(fault)) if fault.is_passing() && works_offline(hand.kind) => {
            ctx.store(Owner::Hand(id), StoreQuery::Head);
            None
        }
        Answer::Central(Err(fault)) => Some(Err(HandFault::Central(*fault))),
        Answer::Store(StoreAnswer::Head(place)) => sign(ctx, id, hand, &place.head),
        Answer::Store(_) => Some(Err(HandFault::Store)),
        Answer::Card(Ok(CardAnswer::Signature(signature))) => signed(ctx, hand, signature),
        Answer::Card(Ok(_)) => Some(Err(HandFault::Card(CardFault::Unsupported))),
        Answer::Card(Err(fault)) => Some(Err(HandFault::Card(*fault))),
        Answer::Printer(_) | Answer::Camera(_) => None,
    };
    if done.is_some() {
        ctx.desk.hands.remove(&id);
    }
    done
}

/// Acts that are recorded here and sent later; the others ask central right after the signature.
fn works_offline(kind: ActKind) -> bool {
    match kind {
        ActKind::Submit | ActKind::Cancel | ActKind::TakeOver => true,
        ActKind::CertificateRequest | ActKind::PukRelease | ActKind::HandOver => false,
    }
}

fn sign(ctx: &mut Ctx<'_>, id: EffectId, mut hand: Hand, nonce: &[u8]) -> Option<Result<Signed<Act>, HandFault>> {
    let Some(session) = ctx.desk.session.clone() else { return Some(Err(HandFault::NoSession)) };
    let Ok(nonce) = <[u8; 32]>::try_from(nonce) else {
        return Some(Err(HandFault::Central(CentralFault::NotUnderstood)));
    };
    let (kind, visit, card, content) = (hand.kind, hand.visit, hand.card, hand.content);
    let act = Act { kind, visit, card, desk: ctx.desk.about.desk, nonce, content };
    let message = act_bytes(&act);
    hand.signing = Some(act);
    ctx.desk.hands.insert(id, hand);
    let expect = CardIdentity { guid: Some(session.card), chip_serial: None };
    ctx.card(Owner::Hand(id), ReaderRole::Agent, CardTask::Sign { message }, Some(expect));
    None
}

fn signed(ctx: &mut Ctx<'_>, hand: Hand, signature: &[u8]) -> Option<Result<Signed<Act>, HandFault>> {
    let (Some(session), Some(act)) = (&ctx.desk.session, hand.signing) else { return Some(Err(HandFault::NoSession)) };
    Some(Ok(Signed { statement: act, signature: signature.to_vec(), certificate: session.certificate.clone() }))
}
