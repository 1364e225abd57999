//! The conformance suite of `CentralStore`: every database central can use passes every one of these. Each function in
//! `central_store/` takes the trait alone; what is SQLite's own (file, schema version) is here.

#![cfg(feature = "central")]

#[path = "central_store/cards.rs"]
mod cards;
#[path = "central_store/names.rs"]
mod names;
#[path = "central_store/people.rs"]
mod people;
#[path = "central_store/sync.rs"]
mod sync;
#[path = "central_store/world.rs"]
mod world;

use ra_desk::central::store::CentralStore;
use ra_desk::central::store::sqlite::SqliteStore;
use ra_desk::domain::Environment;
use ra_desk::wire::fact::Fact;
use world::{NOW, World};

macro_rules! conformance {
    ($($group:ident: $($name:ident),* $(,)?;)*) => {
        mod sqlite {
            use super::*;
            $($(#[test]
            fn $name() {
                let folder = tempfile::tempdir().unwrap();
                let store = SqliteStore::open(&folder.path().join("central.sqlite"), Environment::Trial).unwrap();
                $group::$name(&store);
            })*)*
        }
    };
}

conformance!(
    people:
    an_invite_is_spent_by_one_key_and_dies,
    a_revoked_desk_is_refused_with_the_reason,
    a_person_gets_a_number_and_is_found_by_what_people_type,
    a_nonce_is_good_once_for_its_desk_and_time,
    a_registration_waits_for_its_photo_and_then_has_a_person,
    a_photo_that_does_not_open_is_refused_later,
    a_photo_is_replaced_only_in_its_own_visit_and_before_a_card,
    duplicates_and_thin_evidence_are_refused,
    somebody_very_likely_on_record_is_registered_only_with_a_reason,
    a_registration_is_judged_by_the_policy_of_the_day_and_the_record_names_it,
    a_roster_has_who_may_work_here_and_nobody_else,
    ;
    names:
    a_changed_name_is_on_record_and_the_former_one_still_finds_its_holder,
    of_two_changes_of_one_name_the_second_is_refused,
    a_change_of_name_without_proof_right_or_another_name_is_refused,
    an_agent_with_a_new_name_is_in_the_roster_by_it,
    ;
    cards:
    a_grant_keeps_every_rule,
    secrets_are_given_again_only_to_an_agent_who_writes_the_card,
    no_photo_no_grant_and_no_stock_no_grant,
    a_bootstrap_code_makes_one_card_and_dies_with_the_first_manager,
    a_release_is_counted_capped_and_settled_by_its_outcome,
    a_card_goes_its_way_and_cancel_always_wins,
    a_cancel_by_number_ends_the_live_card_and_an_unknown_one_is_told,
    a_withdrawn_agents_fact_is_stored_flagged_and_without_effect,
    another_desk_needs_an_agent_of_its_own_to_go_on_with_a_card,
    nobody_serves_the_own_card,
    a_new_key_of_a_slot_revokes_the_old_one,
    ;
    sync:
    events_sent_again_get_the_stored_outcome,
    a_fork_and_a_clone_are_quarantined_until_a_new_epoch,
    a_clone_that_has_not_diverged_is_told_by_its_lease,
    an_event_that_follows_another_history_is_a_fork,
    a_restored_central_takes_any_lease_once_and_its_versions_jump,
    poison_keeps_its_place_and_blocks_nothing,
    the_feed_has_no_gap_and_a_cursor_ahead_starts_again,
    a_blob_that_grows_too_large_or_turns_out_wrong_starts_again,
    ;
);

#[test]
fn a_database_of_a_newer_program_or_another_environment_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("central.sqlite");
    SqliteStore::open(&path, Environment::Trial).unwrap().ready(NOW).unwrap();
    let other = SqliteStore::open(&path, Environment::Live).err().unwrap().to_string();
    assert!(other.contains("trial") && other.contains("live"), "{other}");
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    let newer = SqliteStore::open(&path, Environment::Trial).err().unwrap().to_string();
    assert!(newer.contains("schema 99") && newer.contains("run the newer program"), "{newer}");
}

#[test]
fn what_was_stored_is_there_after_the_process_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("central.sqlite");
    let open = || SqliteStore::open(&path, Environment::Trial).unwrap();
    let store = open();
    let world = World::new(&store);
    world.one(Fact::SessionEnded { reason: "idle".into() }, None);
    let desk = world.desk;
    drop(store);
    assert_eq!(open().events(desk, 1, 0, 9).unwrap().len(), 1);
    let raw = rusqlite::Connection::open(&path).unwrap();
    let mode: String = raw.query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let loose: i64 = raw
        .query_row(
            "SELECT COUNT(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0
                    AND name NOT LIKE 'sqlite_%'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(loose, 0, "every table is STRICT");
}
