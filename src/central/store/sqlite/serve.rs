//! The trait, use case by use case: which transaction, which place.

use jiff::civil::Date;

use super::{SqliteStore, agents, blobs, cards, desks, events, feed, grants, people, policies, sessions, stock};
use crate::card::task::Slot;
use crate::central::store::*;
use crate::domain::{
    CardGuid, CardStatus, DeskId, GrantId, Millis, OdsCode, Person, PersonId, Role, UserNumber, VisitId,
};
use crate::wire::message::{FeedPage, Organisation, PersonHit, Revocations, Roster};
use crate::wire::policy::{PolicyBook, PolicyPack};

impl CentralStore for SqliteStore {
    fn ready(&self, now: Millis) -> Stored<()> {
        self.write(|tx| super::ready(tx, now))
    }

    fn restored(&self, now: Millis) -> Stored<()> {
        self.write(|tx| super::restored(tx, now))
    }

    fn add_organisation(&self, organisation: &Organisation) -> Stored<()> {
        self.write(|tx| desks::add_organisation(tx, organisation))
    }

    fn organisations(&self) -> Stored<Vec<Organisation>> {
        self.read(desks::organisations)
    }

    fn invite_desk(&self, invite: &Invite, now: Millis) -> Stored<()> {
        self.write(|tx| desks::invite(tx, invite, now))
    }

    fn redeem_invite(&self, code_hash: &[u8; 32], key_hash: &[u8; 32], now: Millis) -> Stored<DeskRow> {
        self.write(|tx| desks::redeem(tx, code_hash, key_hash, now))
    }

    fn enrol_desk(&self, desk: DeskId, key: &DeskKeyRow, replaces: Option<&str>, now: Millis) -> Stored<bool> {
        self.write(|tx| desks::enrol(tx, desk, key, replaces, now))
    }

    fn desk(&self, desk: DeskId) -> Stored<Option<DeskRow>> {
        self.read(|tx| desks::get(tx, desk))
    }

    fn desks(&self) -> Stored<Vec<DeskRow>> {
        self.read(desks::list)
    }

    fn desk_by_key(&self, spki: &[u8]) -> Stored<Option<(DeskRow, bool)>> {
        self.read(|tx| desks::by_key(tx, spki))
    }

    fn desk_keys(&self, desk: DeskId) -> Stored<Vec<DeskKeyRow>> {
        self.read(|tx| desks::keys(tx, desk))
    }

    fn revoke_desk(&self, desk: DeskId, reason: &str, now: Millis) -> Stored<()> {
        self.write(|tx| desks::revoke(tx, desk, reason, now))
    }

    fn release_desk(&self, desk: DeskId) -> Stored<u32> {
        self.write(|tx| desks::release(tx, desk))
    }

    fn add_person(&self, person: &NewPerson, now: Millis) -> Stored<Person> {
        self.write(|tx| people::add(tx, person, None, "central", now))
    }

    fn person(&self, person: PersonId) -> Stored<Option<Person>> {
        self.read(|tx| people::get(tx, person))
    }

    fn person_by_number(&self, number: &UserNumber) -> Stored<Option<Person>> {
        self.read(|tx| people::by_number(tx, number))
    }

    fn persons(&self, after: Option<&UserNumber>, limit: u32) -> Stored<Vec<Person>> {
        self.read(|tx| people::list(tx, after, limit))
    }

    fn persons_born(&self, day: Date) -> Stored<Vec<Person>> {
        self.read(|tx| people::born(tx, day))
    }

    fn find_persons(&self, query: &PersonQuery) -> Stored<Vec<PersonHit>> {
        self.read(|tx| people::find(tx, query))
    }

    fn set_photo(&self, person: PersonId, digest: &str, now: Millis) -> Stored<()> {
        self.write(|tx| people::set_photo(tx, person, digest, "central", now))
    }

    fn photo_of(&self, person: PersonId) -> Stored<Option<String>> {
        self.read(|tx| people::photo_of(tx, person))
    }

    fn former_names(&self, person: Option<PersonId>) -> Stored<Vec<FormerName>> {
        self.read(|tx| people::former_names(tx, person))
    }

    fn person_history(&self, person: PersonId) -> Stored<Vec<(u64, Millis, String)>> {
        self.read(|tx| people::history_of(tx, person))
    }

    fn add_role(&self, number: &UserNumber, role: Role, organisation: &OdsCode, now: Millis) -> Stored<()> {
        self.write(|tx| agents::add_role(tx, number, role, organisation, now))
    }

    fn withdraw_role(&self, number: &UserNumber, role: Role, organisation: &OdsCode, now: Millis) -> Stored<()> {
        self.write(|tx| agents::withdraw_role(tx, number, role, organisation, now))
    }

    fn set_training(&self, number: &UserNumber, until: Option<Date>) -> Stored<()> {
        self.write(|tx| agents::set_training(tx, number, until))
    }

    fn roles(&self, number: &UserNumber) -> Stored<Vec<RoleRow>> {
        self.read(|tx| agents::roles(tx, number))
    }

    fn roster(&self, desk: DeskId) -> Stored<(u64, Roster)> {
        self.read(|tx| agents::roster(tx, desk))
    }

    fn agent_by_certificate(&self, serial: &str) -> Stored<Option<AgentRow>> {
        self.read(|tx| agents::by_certificate(tx, serial))
    }

    fn add_bootstrap(&self, code_hash: &[u8; 32], person: PersonId, desk: DeskId, expires: Millis) -> Stored<()> {
        self.write(|tx| sessions::add_bootstrap(tx, code_hash, person, desk, expires))
    }

    fn bootstrap_person(&self, code_hash: &[u8; 32], desk: DeskId, visit: VisitId, now: Millis) -> Stored<PersonId> {
        self.write(|tx| sessions::bootstrap_person(tx, code_hash, desk, visit, now))
    }

    fn add_nonce(&self, desk: DeskId, nonce: &[u8; 32], expires: Millis, now: Millis) -> Stored<()> {
        self.write(|tx| sessions::add_nonce(tx, desk, nonce, expires, now))
    }

    fn open_session(&self, ask: &SessionAsk) -> Stored<()> {
        self.write(|tx| sessions::open(tx, ask))
    }

    fn session_live(&self, agent: Option<&UserNumber>, desk: DeskId, now: Millis) -> Stored<bool> {
        self.read(|tx| sessions::live(tx, agent, desk, now))
    }

    fn end_sessions(&self, desk: DeskId, now: Millis) -> Stored<()> {
        self.write(|tx| sessions::end(tx, desk, now))
    }

    fn add_stock(&self, batch: &StockBatch, serials: &[String], now: Millis) -> Stored<()> {
        self.write(|tx| stock::add(tx, batch, serials, now))
    }

    fn stock_of(&self, chip_serial: &str) -> Stored<Option<StockRow>> {
        self.read(|tx| stock::stock_of(tx, chip_serial))
    }

    fn make_grant(&self, ask: &GrantAsk) -> Stored<GrantRow> {
        self.write(|tx| grants::make(tx, ask))
    }

    fn fetch_grant(&self, grant: GrantId, desk: DeskId, now: Millis) -> Stored<GrantRow> {
        self.write(|tx| grants::fetch_again(tx, grant, desk, now))
    }

    fn grant(&self, grant: GrantId) -> Stored<Option<GrantRow>> {
        self.read(|tx| grants::get(tx, grant))
    }

    fn certificate(&self, card: CardGuid, slot: Slot) -> Stored<Option<CertificateRow>> {
        self.read(|tx| cards::certificate(tx, card, slot))
    }

    fn add_certificate(&self, row: &CertificateRow, replaces: Option<&str>, now: Millis) -> Stored<bool> {
        self.write(|tx| cards::add_certificate(tx, row, replaces, now))
    }

    fn release(&self, ask: &ReleaseAsk) -> Stored<ReleaseGiven> {
        self.write(|tx| grants::release(tx, ask))
    }

    fn card(&self, card: CardGuid) -> Stored<Option<CardRow>> {
        self.read(|tx| cards::get(tx, card))
    }

    fn latest_card(&self, person: PersonId) -> Stored<Option<CardRow>> {
        self.read(|tx| cards::latest(tx, person))
    }

    fn mark_card(&self, card: CardGuid, status: CardStatus, now: Millis) -> Stored<()> {
        self.write(|tx| cards::set_status(tx, card, status, "by_hand", now))
    }

    fn revocations(&self) -> Stored<(u64, Revocations)> {
        self.read(cards::revocations)
    }

    fn ship_policy(&self, pack: &PolicyPack, program: &str, now: Millis) -> Stored<()> {
        self.write(|tx| policies::ship(tx, pack, program, now))
    }

    fn propose_policy(&self, pack: &PolicyPack, by: &str, now: Millis) -> Stored<()> {
        self.write(|tx| policies::propose(tx, pack, by, now))
    }

    fn approve_policy(&self, id: &str, version: u32, by: &str, now: Millis) -> Stored<()> {
        self.write(|tx| policies::approve(tx, id, version, by, now))
    }

    fn policies(&self) -> Stored<Vec<PolicyRow>> {
        self.read(policies::list)
    }

    fn policy_book(&self) -> Stored<(u64, PolicyBook)> {
        self.read(policies::book)
    }

    fn append(&self, batch: &Batch) -> Stored<Appended> {
        self.write(|tx| events::append(tx, batch))
    }

    fn events(&self, desk: DeskId, epoch: u32, after: u64, limit: u32) -> Stored<Vec<EventRow>> {
        self.read(|tx| events::list(tx, desk, epoch, after, limit))
    }

    fn feed(&self, desk: DeskId, cursor: u64) -> Stored<FeedPage> {
        self.write(|tx| feed::page(tx, desk, cursor))
    }

    fn blob(&self, digest: &str) -> Stored<BlobState> {
        self.read(|tx| blobs::state(tx, digest))
    }

    fn append_blob(
        &self,
        desk: Option<DeskId>,
        digest: &str,
        offset: u64,
        bytes: &[u8],
        now: Millis,
    ) -> Stored<BlobState> {
        self.write(|tx| blobs::append(tx, desk, digest, offset, bytes, now))
    }

    fn discard_blob(&self, digest: &str) -> Stored<()> {
        self.write(|tx| blobs::discard(tx, digest))
    }

    fn blob_bytes(&self, digest: &str) -> Stored<Option<Vec<u8>>> {
        self.read(|tx| blobs::bytes(tx, digest))
    }

    fn settle_blob(&self, digest: &str, usable: bool, now: Millis) -> Stored<()> {
        self.write(|tx| blobs::settle(tx, digest, usable, now))
    }

    fn unsettled_blobs(&self) -> Stored<Vec<String>> {
        self.read(blobs::unsettled)
    }

    fn audit(&self, line: &AuditLine) -> Stored<()> {
        self.write(|tx| people::audit(tx, line))
    }

    fn audit_lines(&self, limit: u32) -> Stored<Vec<AuditLine>> {
        self.read(|tx| people::audit_lines(tx, limit))
    }
}
