//! Commands that change something.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::args::{AgentWhat, Bootstrap, DeskWhat, Init, OrganisationWhat, StockWhat};
use super::serve::shown;
use super::{CliFault, Out, list, say};
use crate::central::admin::NewStock;
use crate::central::ca::Authority;
use crate::central::config::Config;
use crate::central::embedded::{AUTHORITY, DATABASE};
use crate::central::grants::TransportKeys;
use crate::central::service::Central;
use crate::central::store::sqlite::SqliteStore;
use crate::central::system_clock;
use crate::domain::{LegalName, Secret};
use crate::wire::message::Organisation;

pub fn init(args: &Init, out: Out<'_>) -> Result<(), CliFault> {
    let data = &args.data.data;
    let made = std::fs::create_dir_all(data);
    made.map_err(|e| CliFault::unchanged(format!("{}: {e}", shown(data)), "Give a folder that can be written."))?;
    let authority = Authority::init(&data.join(AUTHORITY), args.environment, &args.name, system_clock()());
    let authority = authority.map_err(|fault| CliFault::unchanged(fault, "Give --data a new, empty folder."))?;
    SqliteStore::open(&data.join(DATABASE), args.environment)?;
    say(out, format!("Made central '{}' for {} in {}", args.name, args.environment, shown(data)))?;
    say(out, format!("Fingerprint: {}", fingerprint(&authority.fingerprint())))?;
    say(out, format!("Take {}/root.key away and lock it up: it is not needed to run.", shown(&data.join(AUTHORITY))))
}

fn fingerprint(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn desk(central: &Arc<Central>, what: DeskWhat, config: &Config, out: Out<'_>) -> Result<(), CliFault> {
    match what {
        DeskWhat::Invite { name, place, organisation } => {
            let invitation = central.invite_desk(&name, &place, &organisation)?;
            let host = config.names.first().map_or("localhost", String::as_str);
            say(out, format!("Desk:        {}", invitation.desk))?;
            say(out, format!("Host:        {host}:{}", config.listen.port()))?;
            say(out, format!("Code:        {}   once, until {}", invitation.code, invitation.expires.rfc3339()))?;
            say(out, format!("Fingerprint: {}", fingerprint(&invitation.fingerprint)))
        }
        DeskWhat::List => list::desks(central, out),
        DeskWhat::Show { desk } => list::desk(central, desk, out),
        DeskWhat::Revoke { desk, reason } => {
            central.store.revoke_desk(desk, &reason, central.now())?;
            central.audit(Some(desk), None, "desk_revoked", desk.to_string());
            say(out, "Revoked. The desk is told at its next request, with the reason.")
        }
        DeskWhat::Release { desk } => {
            let epoch = central.store.release_desk(desk)?;
            central.audit(Some(desk), None, "desk_released", desk.to_string());
            say(out, format!("Released. The desk goes on in epoch {epoch}."))
        }
    }
}

pub fn bootstrap(central: &Arc<Central>, args: &Bootstrap, out: Out<'_>) -> Result<(), CliFault> {
    let words: Vec<&str> = args.person.split_whitespace().collect();
    let (family, given) = words.split_last().map_or(("", String::new()), |(last, rest)| (*last, rest.join(" ")));
    let name = LegalName::parse(&given, family)
        .map_err(|(_, error)| CliFault::unchanged(error, "Give --person \"Forenames Surname\"."))?;
    let made = central.bootstrap(&name, args.birth_date, args.desk)?;
    let number = made.person.number.as_ref().map(ToString::to_string).unwrap_or_default();
    say(out, format!("Person:  {}, UUID {number}", made.person.name.full()))?;
    say(out, format!("Code:    {}   once, at this desk, until {}", made.code, made.expires.rfc3339()))?;
    say(out, "It is dead as soon as any RA manager has a card.")
}

pub fn organisation(central: &Arc<Central>, what: OrganisationWhat, out: Out<'_>) -> Result<(), CliFault> {
    match what {
        OrganisationWhat::Add { code, name } => {
            let name = crate::domain::text::sanitise(&name);
            central.store.add_organisation(&Organisation { code: code.clone(), name })?;
            central.audit(None, None, "organisation_added", code.to_string());
            say(out, format!("Added {code}."))
        }
        OrganisationWhat::List => list::organisations(central, out),
    }
}

pub fn agent(central: &Arc<Central>, what: AgentWhat, out: Out<'_>) -> Result<(), CliFault> {
    let now = central.now();
    match what {
        AgentWhat::Add { number, role, organisation } => {
            central.store.add_role(&number, role, &organisation, now)?;
            central.audit(None, Some(&number), "role_given", role.as_str().to_owned());
            say(out, format!("{number} is {} at {organisation}.", role.as_str()))
        }
        AgentWhat::Withdraw { number, role, organisation } => {
            central.store.withdraw_role(&number, role, &organisation, now)?;
            central.audit(None, Some(&number), "role_withdrawn", role.as_str().to_owned());
            say(out, format!("{number} is no longer {} at {organisation}.", role.as_str()))
        }
        AgentWhat::Train { number, until, none: _ } => {
            central.store.set_training(&number, until)?;
            let day = until.map_or("none".to_owned(), |day| day.to_string());
            central.audit(None, Some(&number), "trained_until", day.clone());
            say(out, format!("{number} is trained until: {day}."))
        }
        AgentWhat::List => list::agents(central, out),
        AgentWhat::Show { number } => list::agent(central, &number, out),
    }
}

pub fn stock(central: &Arc<Central>, what: StockWhat, out: Out<'_>) -> Result<(), CliFault> {
    match what {
        StockWhat::Add { batch, profile, series, transport_keys, serials, serial_prefix, any_card, static_9b } => {
            let keys = read_keys(&transport_keys)?;
            let serials = serials.map_or(Ok(Vec::new()), |path| read_serials(&path))?;
            if serials.is_empty() && serial_prefix.is_none() && !any_card {
                return Err(CliFault::unchanged(
                    "No card would belong to this batch.",
                    "Give --serials, --serial-prefix or --any-card.",
                ));
            }
            let count = serials.len();
            let stock = NewStock { batch, profile, series, static_9b, serial_prefix, any_card, serials, keys };
            central.add_stock(&stock)?;
            say(out, format!("Added batch {} with {count} chip serials. Delete the file of keys.", stock.batch))
        }
        StockWhat::Show { chip_serial } => list::stock(central, &chip_serial, out),
    }
}

/// Largest file of keys looked at: three short lines.
const KEYS_MAX: u64 = 1_024;
/// Largest file of serials looked at: a hundred thousand cards.
const SERIALS_MAX: u64 = 8 * 1024 * 1024;

fn read_keys(path: &Path) -> Result<TransportKeys, CliFault> {
    let wrong =
        |what: &str| CliFault::unchanged(what, "Three lines: PIN, PUK, 9B key in hexadecimal (16, 24 or 32 bytes).");
    let mut text = Zeroizing::new(String::new());
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(KEYS_MAX).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(KEYS_MAX).read_to_string(&mut text))
    };
    read.map_err(|error| wrong(&format!("{} can't be read: {error}", shown(path))))?;
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let [pin, puk, key] = lines[..] else { return Err(wrong("The file of keys does not have three lines.")) };
    let digits = |text: &str| (6..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if !digits(pin) || puk.len() != 8 {
        return Err(wrong("The PIN has 6 to 8 signs and the PUK has 8."));
    }
    let key = hex(key).filter(|key| [16, 24, 32].contains(&key.expose().len()));
    let management_key = key.ok_or_else(|| wrong("The 9B key is not 16, 24 or 32 bytes in hexadecimal."))?;
    Ok(TransportKeys {
        pin: Secret::new(pin.as_bytes().to_vec()),
        puk: Secret::new(puk.as_bytes().to_vec()),
        management_key,
    })
}

fn hex(text: &str) -> Option<Secret> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    bytes.map(Secret::new)
}

fn read_serials(path: &Path) -> Result<Vec<String>, CliFault> {
    let mut text = String::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(SERIALS_MAX).read_to_string(&mut text))
        .map_err(|error| CliFault::unchanged(format!("{}: {error}", shown(path)), "One chip serial a line."))?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
