//! What an administrator does: inviting a desk, the first manager's code, stock. Used by the command line and the demo.

use jiff::civil::Date;
use uuid::Uuid;

use super::grants::TransportKeys;
use super::service::{Central, code_hash, of_store, one_time_code, problem};
use super::store::{Invite, NewPerson, PersonQuery, StockBatch};
use crate::domain::{DeskId, LegalName, Millis, OdsCode, Person, PersonId, Role};
use crate::wire::message::{Problem, ProblemCode};

/// How long an invite is good: a desk may be set up after a weekend.
pub const INVITE_MS: i64 = 7 * Millis::DAY;
/// How long a bootstrap code is good (design, "Keys and names").
pub const BOOTSTRAP_MS: i64 = 24 * Millis::HOUR;

/// What a new desk is told. No Debug: the code is a secret.
pub struct Invitation {
    /// The desk.
    pub desk: DeskId,
    /// One-time code.
    pub code: String,
    /// Until when.
    pub expires: Millis,
    /// SHA-256 of the Device CA's certificate.
    pub fingerprint: [u8; 32],
}

/// A code for the first manager's card. No Debug: the code is a secret.
pub struct Bootstrap {
    /// The person.
    pub person: Person,
    /// One-time code.
    pub code: String,
    /// Until when.
    pub expires: Millis,
}

/// A stock batch as it is put in.
pub struct NewStock {
    /// Name.
    pub batch: String,
    /// Profile word.
    pub profile: String,
    /// Series of the plastic.
    pub series: u8,
    /// 9B can't be changed and the profile allows that.
    pub static_9b: bool,
    /// Chip serials start so.
    pub serial_prefix: Option<String>,
    /// Serves any card.
    pub any_card: bool,
    /// Chip serials, one by one.
    pub serials: Vec<String>,
    /// What opens the blanks.
    pub keys: TransportKeys,
}

impl Central {
    /// Makes a desk and its one-time code.
    pub fn invite_desk(&self, name: &str, place: &str, organisation: &OdsCode) -> Result<Invitation, Problem> {
        let code = one_time_code()?;
        let now = self.now();
        let invite = Invite {
            desk: DeskId(Uuid::now_v7()),
            name: name.to_owned(),
            place: place.to_owned(),
            organisation: organisation.clone(),
            code_hash: code_hash(&code),
            expires: now.plus(INVITE_MS),
        };
        self.store.invite_desk(&invite, now).map_err(of_store)?;
        self.audit(Some(invite.desk), None, "desk_invited", invite.desk.to_string());
        let fingerprint = self.authority.fingerprint();
        Ok(Invitation { desk: invite.desk, code, expires: invite.expires, fingerprint })
    }

    /// Makes the first RA manager, or finds the one of that name and day, and a code for the card.
    pub fn bootstrap(&self, name: &LegalName, birth_date: Date, desk: DeskId) -> Result<Bootstrap, Problem> {
        let now = self.now();
        let row = self.store.desk(desk).map_err(of_store)?;
        let row = row.ok_or_else(|| problem(ProblemCode::NotFound, "there is no such desk"))?;
        let query = PersonQuery {
            given: Some(name.given.clone()),
            family: Some(name.family.clone()),
            birth_date: Some(birth_date),
            ..PersonQuery::default()
        };
        let hits = self.store.find_persons(&query).map_err(of_store)?.into_iter().map(|hit| hit.person);
        let known = hits.into_iter().find(|person| person.name == *name && person.birth_date == birth_date);
        let person = match known {
            Some(person) => person,
            None => {
                let new = NewPerson {
                    person: PersonId(Uuid::now_v7()),
                    name: name.clone(),
                    name_on_card: None,
                    birth_date,
                    birth_date_verified: true,
                    organisation: row.organisation.clone(),
                    position: "RA Manager".to_owned(),
                    email: None,
                };
                self.store.add_person(&new, now).map_err(of_store)?
            }
        };
        let number = person.number.clone().ok_or_else(|| problem(ProblemCode::Internal, "no number was minted"))?;
        let code = one_time_code()?;
        let expires = now.plus(BOOTSTRAP_MS);
        // First the code, which a manager who is there already forbids; then the role.
        self.store.add_bootstrap(&code_hash(&code), person.id, desk, expires).map_err(of_store)?;
        self.store.add_role(&number, Role::RaManager, &row.organisation, now).map_err(of_store)?;
        self.audit(Some(desk), None, "bootstrap_code", person.id.to_string());
        Ok(Bootstrap { person, code, expires })
    }

    /// Adds a stock batch.
    pub fn add_stock(&self, stock: &NewStock) -> Result<(), Problem> {
        let batch = StockBatch {
            batch: stock.batch.clone(),
            profile: stock.profile.clone(),
            series: stock.series,
            static_9b: stock.static_9b,
            serial_prefix: stock.serial_prefix.clone(),
            any_card: stock.any_card,
            sealed_keys: self.seal_transport(&stock.keys)?,
        };
        self.store.add_stock(&batch, &stock.serials, self.now()).map_err(of_store)?;
        self.audit(None, None, "stock_added", stock.batch.clone());
        Ok(())
    }
}
