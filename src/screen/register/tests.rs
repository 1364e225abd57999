//! Every page of the visit is said in both languages, fits any size, and shows no more than it should.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::*;
use crate::document::same_person::Band;
use crate::domain::Role;
use crate::journey::input::{CameraFault, CentralFault, MeasureVerdict, NetworkView};
use crate::journey::key::Key;
use crate::journey::register::exam::{Ask, Exam};
use crate::journey::register::send::Standing;
use crate::journey::register::tests::{World, hit, likely, read_back, session};
use crate::screen::draw::{View, draw};
use crate::screen::page::Status;
use crate::screen::theme::{Theme, ThemeName};
use crate::screen::view;
use crate::wire::message::{Outcome, RefusalReason};
use crate::words::Lang;

/// The page as it is drawn, line by line, at any size and in any theme; every word must be there.
fn drawn(desk: &Desk, lang: Lang, (columns, rows): (u16, u16), theme: ThemeName) -> String {
    let words = Words::new(lang);
    let page = view::page(desk, &words);
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    let (status, theme) = (Status::default(), Theme::new(theme));
    draw(View { page: &page, status: &status, words: &words, theme: &theme, scroll: None }, area, &mut buffer);
    let line = |y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..rows).map(line).collect::<Vec<_>>().join("\n")
}

fn look(world: &World) -> String {
    for lang in Lang::ALL {
        let page = format!("{:?}", view::page(&world.desk, &Words::new(lang)));
        assert!(!page.contains('\u{27e6}'), "{}: {page}", lang.as_str());
        for size in [(40, 12), (120, 40), (1, 1)] {
            drawn(&world.desk, lang, size, ThemeName::Mono);
        }
    }
    drawn(&world.desk, Lang::En, (80, 25), ThemeName::Normal)
}

#[test]
fn every_page_of_a_usual_visit_has_its_words_in_both_languages_at_every_key() {
    let mut world = World::new();
    world.outcomes.push_back(Some(Outcome::AwaitingBlob));
    let mut whole = World::new();
    whole.all_answers();
    whole.typed("||");
    let mut pages = std::collections::BTreeSet::new();
    for key in whole.keys {
        look(&world);
        world.key(key);
        pages.insert(format!("{:?}", world.state().stage));
    }
    look(&world);
    assert!(pages.len() >= 13, "{pages:?}");
    world.key(Key::Char('y'));
    assert!(look(&world).contains("waits for the photo"));
}

#[test]
fn every_page_of_a_change_of_name_has_its_words_and_both_names_before_it_is_signed() {
    let person = hit(Some(crate::domain::CardStatus::Issued));
    let begun = |mut world: World| {
        let register = Register::rename(person.person.clone(), person.card.clone());
        world.begin(crate::journey::Job::Rename(Box::new(register)));
        world
    };
    let mut world = begun(World::new());
    assert!(look(&world).contains("No, this is somebody else"));
    world.typed("2");
    assert!(look(&world).contains("Which two documents"));
    world.key(Key::Esc);
    world.typed("3");
    assert!(look(&world).contains("A manager is asked for"));
    world.typed("|");
    look(&world);
    world.typed("ill|");
    let agent = "555100000009".parse().unwrap();
    world.desk.session = Some(crate::journey::Session { agent, ..session(Role::RaManager) });
    world.open();
    assert!(look(&world).contains("your own name"));
    world.typed("n");
    look(&world);
    world = begun(World::new());
    world.typed("1");
    assert!(look(&world).contains("Change of name"));
    world.typed("|");
    assert!(look(&world).contains("Siân Llyr Wyn"));
    world.typed("Siân Llyr|Bevan||3>Kernow Solicitors>01102026|");
    while world.state().stage == Stage::Exam {
        look(&world);
        world.examine_one();
    }
    look(&world);
    world.typed("|");
    assert!(look(&world).contains("compared with the centre"));
    world.typed("|");
    let confirm = look(&world);
    assert!(confirm.contains("Siân Llyr Wyn") && confirm.contains("Siân Llyr Bevan"), "{confirm}");
    for outcome in
        [Outcome::Applied, Outcome::Refused { reason: RefusalReason::RecordChanged }, Outcome::WithoutAuthority]
    {
        let mut world = begun(World::new());
        world.outcomes.push_back(Some(outcome));
        world.typed("1|Siân Llyr|Bevan||3>Kernow Solicitors>01102026|");
        world.examine();
        world.submit();
        look(&world);
        world.typed("x");
        look(&world);
    }
    for (stage, role) in [(Stage::Made, Role::RaAgent), (Stage::Made, Role::IdChecker), (Stage::Receipt, Role::RaAgent)]
    {
        world.state_mut().stage = stage;
        world.desk.session = Some(session(role));
        look(&world);
    }
    let mut world = begun(World::offline());
    assert!(look(&world).contains("no network"));
    world.typed("1");
    look(&world);
}

#[test]
fn every_word_of_a_failure_is_there() {
    let mut world = World::new();
    world.all_answers();
    let faults = [
        CameraFault::NotSetUp,
        CameraFault::FolderGone,
        CameraFault::NothingYet,
        CameraFault::Empty,
        CameraFault::NotAPicture,
        CameraFault::TooManyBytes,
        CameraFault::TooManyPixels { megapixels: 100 },
        CameraFault::TooSmall,
        CameraFault::Unreadable,
    ];
    for fault in faults {
        world.state_mut().stage = Stage::Photo;
        world.state_mut().photo.fault = Some(fault);
        look(&world);
    }
    use RefusalReason::*;
    for reason in [
        PossibleDuplicate,
        MaybeHere,
        DocumentInUse,
        EvidenceNotMet,
        NotAllowed,
        BadSignature,
        ContentDiffers,
        NotFound,
        OwnedByEsr,
        RecordChanged,
    ] {
        world.state_mut().stage = Stage::Refused(reason);
        look(&world);
    }
    for stage in [Stage::Flagged, Stage::Made, Stage::Receipt, Stage::Abandon, Stage::Signing, Stage::Remove(0)] {
        world.state_mut().stage = stage;
        look(&world);
    }
    for kind in crate::policy::documents::list().kinds.iter() {
        let words = [Words::new(Lang::En), Words::new(Lang::Cy)];
        assert!(words.iter().all(|w| w.has(&format!("document-kind-{}", kind.id))), "{}", kind.id);
        if kind.counts_as == crate::policy::documents::CountsAs::Rejected {
            assert!(words.iter().all(|w| w.has(&format!("document-why-{}", kind.id))), "{}", kind.id);
        }
    }
}

#[test]
fn what_central_does_not_answer_is_said_with_the_reference() {
    let mut world = World::new();
    world.all_answers();
    world.sync = Err(CentralFault::Unreachable);
    world.submit();
    for standing in [Standing::Slow, Standing::AwaitingPhoto, Standing::Unreached(CentralFault::Timeout)] {
        world.state_mut().sent.as_mut().unwrap().standing = standing;
        assert!(look(&world).contains("TR-"), "{standing:?}");
    }
}

#[test]
fn the_task_list_says_where_everything_stands() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|1~925665416|14102031|");
    world.examine();
    world.key(Key::Esc);
    world.key(Key::Esc);
    let page = look(&world);
    for part in [
        "New person: Siân Llyr Wyn",
        "1  Find the person first",
        "nobody like this found, 12:00",
        "1 of 3",
        "still needed: 2 with the address",
        "Cannot start yet: documents, photo, terms",
        "7  Card",
        "F3 Leave, saved",
    ] {
        assert!(page.contains(part), "{part} is missing:\n{page}");
    }
}

#[test]
fn a_document_number_is_masked_once_it_is_entered() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("|1~925665416");
    assert!(look(&world).contains("925665416"));
    world.typed("|");
    assert!(!look(&world).contains("925665416"));
    world.typed("14102031|");
    assert!(!look(&world).contains("92566") && look(&world).contains("5416"));
    world.examine();
    world.key(Key::Esc);
    assert!(!look(&world).contains("92566") && look(&world).contains("5416"));
    world.typed("1");
    assert!(!look(&world).contains("92566") && look(&world).contains("5416"));
}

#[test]
fn what_is_to_be_read_back_from_a_document_does_not_stand_on_the_screen() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    let mut asked = 0;
    for keys in ["|1~925665416|14102031|", "2WYN99608126SL9AB|01052030|", "3South West Water|01102026|"] {
        world.typed(keys);
        while let Some(draft) = world.state().draft.clone().filter(|_| world.state().stage == Stage::Exam) {
            if let Some(Ask::Control(detail)) = draft.exam.as_ref().and_then(Exam::now) {
                asked += 1;
                assert!(!look(&world).contains(&read_back(*detail, &draft.facts)), "{detail:?}: {}", look(&world));
            }
            world.examine_one();
        }
    }
    assert!(asked >= 2, "{asked}");
}

#[test]
fn people_found_are_shown_masked() {
    let mut world = World::new();
    world.hits = vec![hit(None)];
    world.typed("Siân Llyr|Wyn|12081986|");
    let page = look(&world);
    assert!(page.contains("5551..4417") && page.contains("born in 1986"), "{page}");
    assert!(!page.contains("0203") && !page.contains("August") && !page.contains("Staff nurse"), "{page}");
    world.typed("1");
    assert!(!look(&world).contains("0203"));
}

#[test]
fn who_is_very_likely_the_person_is_called_so_and_masked_on_every_page() {
    let mut world = World::new();
    world.hits = vec![likely(Band::Upper), PersonHit { band: Band::Middle, ..hit(None) }];
    world.typed("Siân|Wyn|12081986|");
    let page = look(&world);
    assert!(page.contains("Very likely the same person; no card") && page.contains("May be the same person"), "{page}");
    world.typed("1");
    assert!(look(&world).contains("Very likely the same person"));
    world.key(Key::Esc);
    world.typed("3");
    let page = look(&world);
    assert!(page.contains("Why is it none of these?") && page.contains("5551..4417"), "{page}");
    assert_eq!(page.matches("born in 1986").count(), 1, "only who is very likely: {page}");
    assert!(!page.contains("0203") && !page.contains("August") && !page.contains("Only an RA"), "{page}");
    world.typed("|");
    assert!(look(&world).contains("Say why, in words"));
    let mut namesake = World::new();
    namesake.hits = vec![likely(Band::Upper)];
    namesake.typed("Siân Llyr|Wyn|12081986|2");
    assert!(look(&namesake).contains("Only an RA"), "{}", look(&namesake));
}

#[test]
fn errors_stand_at_the_top_with_their_numbers_and_beside_their_fields() {
    let mut world = World::new();
    world.find_nobody();
    world.typed("|");
    for (id, text) in [("birth", "24 11 2026"), ("position", "12")] {
        world.state_mut().details.form.field_mut(id).unwrap().set(text);
    }
    world.typed("|");
    let page = look(&world);
    let text = "The date of birth must be in the past";
    assert_eq!(page.matches(text).count(), 2, "{page}");
    assert!(page.contains(&format!("1  Date of birth: {text}")), "{page}");
}

#[test]
fn the_terms_are_the_holders_page_in_the_holders_language() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.typed("5");
    let page = view::page(&world.desk, &Words::new(Lang::Cy));
    assert!(page.holder_view);
    let shown = format!("{page:?}");
    assert!(shown.contains("A ydych yn derbyn y telerau hyn?") && !shown.contains("Priya"), "{shown}");
}

#[test]
fn the_photo_says_what_is_wrong_with_it_and_how_to_mend_it() {
    let mut world = World::new();
    world.find_nobody();
    world.details();
    world.documents();
    world.quality = MeasureVerdict::Warn;
    world.typed("||");
    let page = look(&world);
    assert!(page.contains("Sharpness: good") && page.contains("not so good"), "{page}");
    assert!(page.contains("dark side"), "{page}");
}

#[test]
fn offline_is_said_before_and_after_the_search_and_the_reference_is_large() {
    let mut world = World::offline();
    assert!(look(&world).contains("Only the people this desk knows"));
    world.all_answers();
    assert!(matches!(world.desk.sync.network, NetworkView::Offline(_)));
    world.submit();
    let page = look(&world);
    assert!(page.contains("not yet received centrally") && page.contains("T R - "), "{page}");
}
