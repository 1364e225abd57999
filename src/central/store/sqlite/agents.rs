//! The roster: who may do what where; and the agent behind a certificate.

use jiff::civil::Date;
use rusqlite::{Connection, params};

use super::row::{all, from_word, one, parsed};
use super::{ROSTER, current, desks, next, people};
use crate::central::store::{AgentRow, RoleRow, StoreError, Stored};
use crate::domain::{DeskId, Millis, OdsCode, Role, UserNumber};
use crate::wire::message::{ProblemCode, Roster, RosterEntry};
use crate::{card::task::Slot, domain::CardStatus};

pub fn add_role(tx: &Connection, number: &UserNumber, role: Role, organisation: &OdsCode, now: Millis) -> Stored<()> {
    let known = people::by_number(tx, number)?.is_some() && desks::knows_organisation(tx, organisation.as_str())?;
    if !known {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    }
    tx.execute(
        "INSERT INTO roster (number, role, organisation, added_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (number, role, organisation) DO UPDATE SET added_at = excluded.added_at, withdrawn_at = NULL",
        params![number.digits(), role.as_str(), organisation.as_str(), now.0],
    )?;
    next(tx, ROSTER)?;
    Ok(())
}

pub fn withdraw_role(
    tx: &Connection,
    number: &UserNumber,
    role: Role,
    organisation: &OdsCode,
    now: Millis,
) -> Stored<()> {
    let changed = tx.execute(
        "UPDATE roster SET withdrawn_at = ?4
         WHERE number = ?1 AND role = ?2 AND organisation = ?3 AND withdrawn_at IS NULL",
        params![number.digits(), role.as_str(), organisation.as_str(), now.0],
    )?;
    if changed == 0 {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    }
    next(tx, ROSTER)?;
    Ok(())
}

pub fn set_training(tx: &Connection, number: &UserNumber, until: Option<Date>) -> Stored<()> {
    if people::by_number(tx, number)?.is_none() {
        return Err(StoreError::Refused(ProblemCode::NotFound));
    }
    match until {
        Some(day) => tx.execute(
            "INSERT INTO training (number, until) VALUES (?1, ?2)
             ON CONFLICT (number) DO UPDATE SET until = excluded.until",
            params![number.digits(), day.to_string()],
        )?,
        None => tx.execute("DELETE FROM training WHERE number = ?1", params![number.digits()])?,
    };
    next(tx, ROSTER)?;
    Ok(())
}

pub fn roles(tx: &Connection, number: &UserNumber) -> Stored<Vec<RoleRow>> {
    all(
        tx,
        "SELECT role, organisation, added_at, withdrawn_at FROM roster WHERE number = ?1 ORDER BY organisation, role",
        params![number.digits()],
        |row| {
            Ok(RoleRow {
                role: from_word(row, "role")?,
                organisation: parsed(row, "organisation")?,
                added: Millis(row.get("added_at")?),
                withdrawn: row.get::<_, Option<i64>>("withdrawn_at")?.map(Millis),
            })
        },
    )
}

/// Those who issue cards.
fn works_for_ra(role: Role) -> bool {
    matches!(role, Role::RaManager | Role::RaAgentAdvanced | Role::RaAgent)
}

/// Whether the person's card gets a key-management key.
pub fn ra_person(tx: &Connection, number: Option<&UserNumber>) -> Stored<bool> {
    let Some(number) = number else { return Ok(false) };
    Ok(roles(tx, number)?.iter().any(|row| row.withdrawn.is_none() && works_for_ra(row.role)))
}

/// Everybody with a role at the desk's organisation, with their roles there.
pub fn roster(tx: &Connection, desk: DeskId) -> Stored<(u64, Roster)> {
    let desk = desks::get(tx, desk)?.ok_or(StoreError::Refused(ProblemCode::NotFound))?;
    let rows = all(
        tx,
        "SELECT r.number, r.role, r.organisation, p.given, p.family, t.until FROM roster r
         JOIN persons p ON p.number = r.number LEFT JOIN training t ON t.number = r.number
         WHERE r.organisation = ?1 AND r.withdrawn_at IS NULL AND p.status = 'active' ORDER BY r.number, r.role",
        params![desk.organisation.as_str()],
        |row| {
            let name = crate::domain::LegalName { given: row.get("given")?, family: row.get("family")? };
            Ok((
                parsed::<UserNumber>(row, "number")?,
                name.full(),
                from_word::<Role>(row, "role")?,
                parsed::<OdsCode>(row, "organisation")?,
                row.get::<_, Option<String>>("until")?.and_then(|day| day.parse().ok()),
            ))
        },
    )?;
    let mut agents: Vec<RosterEntry> = Vec::new();
    for (number, name, role, organisation, trained_until) in rows {
        match agents.last_mut().filter(|entry| entry.number == number) {
            Some(entry) => entry.roles.push((role, organisation)),
            None => agents.push(RosterEntry { number, name, roles: vec![(role, organisation)], trained_until }),
        }
    }
    Ok((current(tx, ROSTER)?, Roster { organisations: desks::organisations(tx)?, agents }))
}

fn slot(row: &rusqlite::Row<'_>) -> Stored<Slot> {
    let label: String = row.get("slot")?;
    Slot::from_label(&label).ok_or_else(|| super::row::damaged("slot"))
}

pub fn by_certificate(tx: &Connection, serial: &str) -> Stored<Option<AgentRow>> {
    let found = one(
        tx,
        "SELECT c.slot, c.der, c.revoked_at, k.guid, k.status, k.person FROM card_certificates c
         JOIN cards k ON k.guid = c.guid WHERE c.serial = ?1",
        params![serial],
        |row| {
            Ok((
                slot(row)?,
                row.get::<_, Vec<u8>>("der")?,
                row.get::<_, Option<i64>>("revoked_at")?.map(Millis),
                parsed(row, "guid")?,
                from_word::<CardStatus>(row, "status")?,
                parsed(row, "person")?,
            ))
        },
    )?;
    let Some((slot, certificate, revoked, card, card_status, person)) = found else { return Ok(None) };
    let Some(holder) = people::get(tx, person)? else { return Ok(None) };
    let Some(number) = holder.number.clone() else { return Ok(None) };
    let roles = roles(tx, &number)?;
    Ok(Some(AgentRow {
        number,
        person,
        name: holder.name.full(),
        card,
        card_status,
        slot,
        certificate,
        revoked,
        roles,
    }))
}

/// Whether some RA manager has a card in hand: from then on no bootstrap code is good.
pub fn manager_exists(tx: &Connection) -> Stored<bool> {
    let found = one(
        tx,
        "SELECT r.number FROM roster r JOIN persons p ON p.number = r.number JOIN cards k ON k.person = p.person
         WHERE r.role = 'ra_manager' AND r.withdrawn_at IS NULL AND k.status = 'issued' LIMIT 1",
        [],
        |_| Ok(()),
    )?;
    Ok(found.is_some())
}
