//! Journeys through the real engine: every file of `tests/journeys/` is one, in a world of its own. `tests/kiosk/script.rs`
//! says how they are written.

mod kiosk;

use kiosk::Kiosk;
use kiosk::script;

/// One test for each journey, so that they fail, and run, one by one.
macro_rules! journeys {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let began = std::time::Instant::now();
                let mut kiosk = Kiosk::new();
                let made = began.elapsed();
                script::run(&mut kiosk, &script::folder().join(concat!(stringify!($name), ".journey")));
                println!("made in {made:?}, walked in {:?}, {} keys", began.elapsed() - made, kiosk.keys);
            }
        )*

        /// The names above.
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

journeys! {
    bad_print
    burst
    cancel_offline
    cancel_online
    card_pulled_in_reset
    card_pulled_parks
    danger_ahead
    danger_burst
    diagnosis
    double_used
    double_with_reason
    half_written
    half_written_spoilt
    idle
    language
    likeness_documents
    manager_confirms
    name_change
    name_change_offline
    network_cut
    one_reader
    own_card
    passcode_refused
    passcode_reset
    paste_in_passcode
    print_out_of_cards
    queue
    register_offline
    register_online
    reset_offline
    scanner
    sign_in
    sign_in_last_try
    sign_in_last_try_right
    small_terminal
    taken_over
    two_roles
    use_this_person
}

#[test]
fn every_journey_of_the_folder_is_walked() {
    let mut found: Vec<String> = std::fs::read_dir(script::folder())
        .expect("the folder of the journeys")
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .collect();
    found.sort();
    let mut named: Vec<&str> = NAMES.to_vec();
    named.sort_unstable();
    assert_eq!(found, named);
}
