//! Policies: what holds when, and who agreed on it.

use std::sync::Arc;

use super::args::PolicyWhat;
use super::serve::shown;
use super::{CliFault, Out, say};
use crate::central::service::Central;
use crate::domain::text::sanitise;
use crate::wire::policy::{BUNDLE_MAX, PolicyPack};

/// Does what was asked.
pub fn run(central: &Arc<Central>, what: PolicyWhat, out: Out<'_>) -> Result<(), CliFault> {
    match what {
        PolicyWhat::List => {
            for row in central.store.policies()? {
                let (pack, approved) = (&row.pack, row.approved_by.as_deref().map(sanitise));
                let until = pack.until.map_or_else(|| "until further notice".to_owned(), |day| format!("until {day}"));
                let standing = approved.map_or("NOT YET APPROVED".to_owned(), |name| format!("approved by {name}"));
                let by = sanitise(&row.proposed_by);
                say(
                    out,
                    format!("{} {}  from {} {until}  proposed by {by}, {standing}", pack.id, pack.version, pack.from),
                )?;
                say(out, format!("    SHA-256 {}", pack.hash))?;
            }
            Ok(())
        }
        PolicyWhat::Propose { file, id, version, from, until, by } => {
            let bundle = std::fs::read(&file)
                .map_err(|e| CliFault::unchanged(format!("{}: {e}", shown(&file)), "Give a file that can be read."))?;
            let pack = PolicyPack::new(&id, version, from, until, bundle).ok_or_else(|| {
                let next = format!(
                    "An id has lower-case letters, figures and hyphens; the file 1 to {BUNDLE_MAX} bytes; the days are in order."
                );
                CliFault::unchanged("This is no policy.", &next)
            })?;
            if let Err(wrong) = crate::policy::Policy::from_bundle(&pack.bundle.0) {
                return Err(CliFault::unchanged(
                    format!("Central can't judge by this policy: {wrong}"),
                    "Mend it; `ra-desk policy lint` checks the files it is made of.",
                ));
            }
            central.store.propose_policy(&pack, &by, central.now())?;
            central.audit(None, None, "policy_proposed", format!("{id} {version} {}", pack.hash));
            say(out, format!("Proposed: {id} {version}, SHA-256 {}", pack.hash))?;
            say(out, "No desk is told of it before somebody else has approved it.")
        }
        PolicyWhat::Approve { id, version, by } => {
            central.store.approve_policy(&id, version, &by, central.now())?;
            central.audit(None, None, "policy_approved", format!("{id} {version}"));
            say(out, format!("Approved: {id} {version}. Desks get it with their next roster."))
        }
    }
}
