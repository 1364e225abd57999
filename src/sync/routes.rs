//! Every route of `wire::message` as a typed method.

use std::time::Duration;

use super::client::{ANSWER_MAX, ASK, Client, TRANSFER};
use super::fault::CentralFault;
use crate::card::task::Slot;
use crate::domain::{CardGuid, DeskId, GrantId, PersonId, Secret, UserNumber};
use crate::store::BLOB_MAX;
use crate::wire::message::{
    BootstrapRequest, CardRecord, DeskRecord, Grant, GrantRequest, Hello, Nonce, PersonHits, Push, Pushed, Release,
    ReleaseRequest, SessionOpened, SessionRequest, StockRecord,
};
use crate::wire::statement::STATEMENT_MAX;

/// What persons are searched by; empty parts are not sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonQuery {
    /// Forenames or their beginning.
    pub given: String,
    /// Surname or its beginning.
    pub family: String,
    /// Birth date.
    pub birth_date: Option<jiff::civil::Date>,
    /// The 12 digits.
    pub number: Option<UserNumber>,
    /// A document number.
    pub document: String,
}

impl Client {
    /// `GET /v1/hello`.
    pub fn hello(&self) -> Result<Hello, CentralFault> {
        self.get("/v1/hello", &[])
    }

    /// First certificate, with the one-time code of the invite.
    pub fn enrol_desk(&self, code: &Secret, csr: &[u8]) -> Result<Vec<u8>, CentralFault> {
        self.est("/.well-known/est/desk/simpleenroll", csr, Some(code))
    }

    /// Next certificate, with the present one.
    pub fn renew_desk(&self, csr: &[u8]) -> Result<Vec<u8>, CentralFault> {
        self.est("/.well-known/est/desk/simplereenroll", csr, None)
    }

    /// The certificate of a key on a card under a grant.
    pub fn enrol_card(&self, grant: GrantId, slot: Slot, csr: &[u8]) -> Result<Vec<u8>, CentralFault> {
        self.est(&format!("/.well-known/est/{grant}-{}/simpleenroll", slot.label()), csr, None)
    }

    /// `GET /v1/desks/{desk}`.
    pub fn desk_record(&self, desk: DeskId) -> Result<DeskRecord, CentralFault> {
        self.get(&format!("/v1/desks/{desk}"), &[])
    }

    /// `POST /v1/desks/{desk}/events`.
    pub fn push(&self, desk: DeskId, push: &Push) -> Result<Pushed, CentralFault> {
        self.post(&format!("/v1/desks/{desk}/events"), push, TRANSFER)
    }

    /// `GET /v1/desks/{desk}/feed?cursor=`: a signed statement.
    pub fn feed(&self, desk: DeskId, cursor: u64) -> Result<Vec<u8>, CentralFault> {
        self.statement(&format!("/v1/desks/{desk}/feed"), &[("cursor", &cursor.to_string())])
    }

    /// `GET /v1/desks/{desk}/roster`: a signed statement.
    pub fn roster(&self, desk: DeskId) -> Result<Vec<u8>, CentralFault> {
        self.statement(&format!("/v1/desks/{desk}/roster"), &[])
    }

    /// `GET /v1/revocations`: a signed statement.
    pub fn revocations(&self) -> Result<Vec<u8>, CentralFault> {
        self.statement("/v1/revocations", &[])
    }

    /// `GET /v1/policies`: a signed statement.
    pub fn policies(&self) -> Result<Vec<u8>, CentralFault> {
        self.statement("/v1/policies", &[])
    }

    fn statement(&self, path: &str, query: &[(&str, &str)]) -> Result<Vec<u8>, CentralFault> {
        let limit = u64::try_from(STATEMENT_MAX).unwrap_or(ANSWER_MAX);
        Ok(self.get_bytes(path, query, limit, TRANSFER)?.to_vec())
    }

    /// `POST /v1/nonces`.
    pub fn nonce(&self) -> Result<Nonce, CentralFault> {
        self.post("/v1/nonces", &(), ASK)
    }

    /// `POST /v1/sessions`.
    pub fn open_session(&self, request: &SessionRequest) -> Result<SessionOpened, CentralFault> {
        self.post("/v1/sessions", request, ASK)
    }

    /// `DELETE /v1/sessions`: this desk's sessions are over.
    pub fn end_sessions(&self) -> Result<(), CentralFault> {
        self.delete("/v1/sessions")
    }

    /// `GET /v1/persons`.
    pub fn find_persons(&self, query: &PersonQuery) -> Result<PersonHits, CentralFault> {
        let birth = query.birth_date.map(|date| date.to_string()).unwrap_or_default();
        let number = query.number.as_ref().map_or("", |number| number.digits());
        let pairs = [
            ("given", query.given.as_str()),
            ("family", query.family.as_str()),
            ("birth_date", birth.as_str()),
            ("number", number),
            ("document", query.document.as_str()),
        ];
        let asked: Vec<_> = pairs.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        self.get("/v1/persons", &asked)
    }

    /// `GET /v1/persons/{person}/photo`: the likeness central holds, as an image file.
    pub fn photo(&self, person: PersonId) -> Result<Vec<u8>, CentralFault> {
        let limit = u64::try_from(BLOB_MAX).unwrap_or(ANSWER_MAX);
        Ok(self.get_bytes(&format!("/v1/persons/{person}/photo"), &[], limit, TRANSFER)?.to_vec())
    }

    /// `GET /v1/cards/{guid}`.
    pub fn card(&self, card: CardGuid) -> Result<CardRecord, CentralFault> {
        self.get(&format!("/v1/cards/{card}"), &[])
    }

    /// `GET /v1/cards/by-number/{number}`: the latest card of a person, when the plastic is not at hand.
    pub fn card_by_number(&self, number: &UserNumber) -> Result<CardRecord, CentralFault> {
        self.get(&format!("/v1/cards/by-number/{}", number.digits()), &[])
    }

    /// `GET /v1/stock/{chip_serial}`.
    pub fn stock(&self, chip_serial: &str) -> Result<StockRecord, CentralFault> {
        // The serial comes from a card: only what can't change the path is sent.
        if chip_serial.is_empty() || chip_serial.len() > 64 || !chip_serial.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(CentralFault::Setup("the chip serial"));
        }
        self.get(&format!("/v1/stock/{chip_serial}"), &[])
    }

    /// `POST /v1/grants`.
    pub fn grant(&self, request: &GrantRequest) -> Result<Grant, CentralFault> {
        self.post("/v1/grants", request, ASK)
    }

    /// `GET /v1/grants/{grant}`: the same grant again, for a desk that started anew in the middle.
    pub fn grant_again(&self, grant: GrantId) -> Result<Grant, CentralFault> {
        self.get(&format!("/v1/grants/{grant}"), &[])
    }

    /// `POST /v1/bootstrap`.
    pub fn bootstrap(&self, request: &BootstrapRequest) -> Result<Grant, CentralFault> {
        self.post("/v1/bootstrap", request, ASK)
    }

    /// `POST /v1/grants/{grant}/release`.
    pub fn release(&self, grant: GrantId, request: &ReleaseRequest) -> Result<Release, CentralFault> {
        self.post(&format!("/v1/grants/{grant}/release"), request, ASK)
    }

    /// Bytes central has of a blob.
    pub fn blob_offset(&self, digest: &str) -> Result<u64, CentralFault> {
        self.blob_head(&format!("/v1/blobs/{digest}"))
    }

    /// The next bytes of a blob; gives how many central has after it.
    pub fn blob_append(&self, digest: &str, offset: u64, total: u64, bytes: &[u8]) -> Result<u64, CentralFault> {
        self.blob_patch(&format!("/v1/blobs/{digest}"), offset, total, bytes)
    }
}

/// Longest an online question takes, for whoever shows that it is running.
pub const LONGEST_ASK: Duration = TRANSFER;
