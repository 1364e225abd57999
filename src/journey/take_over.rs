//! Taking over another agent's visit: the new agent accepts every check in their own name, or does it again (design, "People at
//! work"). The agent's card signs it; the visit is shown only after that.

use super::effect::EffectId;
use super::hand::{self, HandFault};
use super::{Ctx, Place, Session, open_visit};
use crate::domain::VisitId;
use crate::wire::act::{Act, ActKind, Signed, content};
use crate::wire::fact::Fact;

/// Asks the agent's card to sign.
pub fn begin(ctx: &mut Ctx<'_>, visit: VisitId) {
    let keeper = ctx.desk.visits.iter().find(|v| v.id == visit).and_then(|v| v.agent.clone());
    let content = keeper.and_then(|from| {
        let act = Box::new(Signed::to_come(ActKind::TakeOver, visit, ctx.desk.about.desk));
        content(&Fact::TakenOver { visit, from: from.number, act })
    });
    let id = hand::begin(ctx, ActKind::TakeOver, visit, None, content);
    ctx.desk.taking_over = Some((id, visit));
}

/// The card signed, or did not. True if the answer was for a taking over.
pub fn signed(ctx: &mut Ctx<'_>, id: EffectId, result: &Result<Signed<Act>, HandFault>) -> bool {
    let Some((_, visit)) = ctx.desk.taking_over.filter(|(asked, _)| *asked == id) else { return false };
    ctx.desk.taking_over = None;
    let keeper = ctx.desk.session.as_ref().map(Session::keeper);
    match (result, keeper) {
        (Ok(act), Some(keeper)) => {
            let mut from = None;
            if let Some(taken) = ctx.desk.visits.iter_mut().find(|v| v.id == visit) {
                from = taken.agent.replace(keeper);
            }
            if let Some(from) = from {
                ctx.event(Fact::TakenOver { visit, from: from.number, act: Box::new(act.clone()) });
            }
            open_visit(ctx, visit);
        }
        _ => {
            if let Place::Home(home) = &mut ctx.desk.place {
                home.take_over = None;
                home.notice = Some("notice-not-taken-over");
            }
        }
    }
    true
}
