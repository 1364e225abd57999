//! What the desk forgets, and when (design, "Data").

use rusqlite::{Connection, params};

use super::fault::StoreFault;
use crate::domain::Millis;

/// Persons cached at most.
pub const PERSONS_MAX: u32 = 2_000;
/// Sealed events stay this long after central's final word: the window in which central may be restored and ask again.
pub const EVENTS_DAYS: i64 = 35;
/// Visits' copies and sealed blobs stay this long after central's final word.
pub const COPIES_DAYS: i64 = 7;
/// A person not used for this long leaves the cache.
pub const CACHE_DAYS: i64 = 35;

/// Forgets what is due at `now`. What central has not acknowledged is never touched.
pub(super) fn sweep(conn: &mut Connection, now: Millis) -> Result<(), StoreFault> {
    let days = |count: i64| now.0.saturating_sub(count * Millis::DAY);
    let tx = conn.transaction()?;
    // A visit goes when it was closed, and none of its events waits for central or heard its final word too lately.
    tx.execute(
        "DELETE FROM visit WHERE closed < ?1 AND NOT EXISTS (
           SELECT 1 FROM event WHERE event.visit = visit.id AND (final IS NULL OR final >= ?1))",
        params![days(COPIES_DAYS)],
    )?;
    tx.execute("DELETE FROM event WHERE acked IS NOT NULL AND final < ?1", params![days(EVENTS_DAYS)])?;
    tx.execute("DELETE FROM blob WHERE done < ?1", params![days(COPIES_DAYS)])?;
    tx.execute("DELETE FROM cache_person WHERE used < ?1", params![days(CACHE_DAYS)])?;
    tx.execute(
        "DELETE FROM cache_card WHERE used < ?1 OR person NOT IN (SELECT id FROM cache_person)",
        params![days(CACHE_DAYS)],
    )?;
    tx.execute(
        "DELETE FROM setting WHERE key LIKE ?1 || '%' AND value <> ?2",
        params![super::write::RECEIPT, super::write::RECEIPT_GIVEN],
    )?;
    tx.commit()?;
    Ok(())
}
