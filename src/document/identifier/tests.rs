use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 23);

fn words(kind: Kind, typed: &str) -> Vec<&'static str> {
    judge(kind, typed, &Terms::on(TODAY)).reasons.iter().map(|reason| reason.as_str()).collect()
}

fn with(typed: &str, surname: &str, given: &str, birth: Date, sex: Option<char>) -> Vec<&'static str> {
    let holder = Holder { surname, given, birth: Some(birth), sex };
    let verdict = judge(Kind::GbDriver, typed, &Terms { holder: Some(holder), ..Terms::on(TODAY) });
    verdict.reasons.iter().map(|reason| reason.as_str()).collect()
}

/// The example of the published guides: Sarah Meredyth Morgan, born 5 July 1964.
const MORGAN: &str = "MORGA657054SM9IJ";

#[test]
fn a_gb_driver_number_agrees_with_its_holder() {
    let birth = date(1964, 7, 5);
    assert!(with(MORGAN, "Morgan", "Sarah Meredyth", birth, Some('F')).is_empty());
    assert!(with("morga 657054 sm9ij", "MORGAN", "Sarah Meredyth", birth, None).is_empty());
    assert_eq!(with(MORGAN, "Jones", "Sarah Meredyth", birth, None), ["surname_differs"]);
    assert_eq!(with(MORGAN, "Morgan", "Sarah", birth, None), ["initials_missing"]);
    assert_eq!(with(MORGAN, "Morgan", "Meredyth", birth, None), ["initials_differ"]);
    assert_eq!(with(MORGAN, "Morgan", "Sarah Meredyth", date(1964, 7, 6), None), ["birth_date_differs"]);
    assert_eq!(with(MORGAN, "Morgan", "Sarah Meredyth", date(1964, 5, 7), None), ["birth_date_differs"]);
    // The sign for the sex only finds typing errors; it never contradicts.
    let verdict = with(MORGAN, "Morgan", "Sarah Meredyth", birth, Some('M'));
    assert_eq!(verdict, ["typing_check"]);
    assert_eq!(Reason::TypingCheck.weight(), Weight::Warns);
    assert!(with(MORGAN, "Morgan", "Sarah Meredyth", birth, Some('<')).is_empty());
}

#[test]
fn short_folded_and_foreign_surnames_are_known() {
    let birth = date(1964, 7, 5);
    let number = |surname: &str| format!("{surname}657054SM9IJ");
    assert!(with(&number("FOX99"), "Fox", "Sarah May", birth, None).is_empty());
    assert!(with(&number("OBRIE"), "O'Brien", "Sarah May", birth, None).is_empty());
    assert!(with(&number("DELAC"), "De La Cruz", "Sarah May", birth, None).is_empty());
    assert!(with(&number("SMITH"), "Smith-Jones", "Sarah May", birth, None).is_empty());
    assert!(with(&number("MULLE"), "Müller", "Sarah May", birth, None).is_empty());
    assert!(with(&number("MUELL"), "Müller", "Sarah May", birth, None).is_empty());
    assert_eq!(with(&number("MCDON"), "MacDonald", "Sarah May", birth, None), ["mac_folded"]);
    assert!(with(&number("MCDON"), "McDonald", "Sarah May", birth, None).is_empty());
    assert_eq!(with(&number("FOX99"), "Foxley", "Sarah May", birth, None), ["surname_differs"]);
}

#[test]
fn the_form_of_a_gb_driver_number_is_held() {
    assert!(words(Kind::GbDriver, MORGAN).is_empty());
    assert_eq!(words(Kind::GbDriver, "MORGA657054SM9IJ35"), ["issue_number"]);
    assert_eq!(judge(Kind::GbDriver, "MORGA657054SM9IJ35", &Terms::on(TODAY)).normal, MORGAN);
    for (bad, word) in [
        ("MORGA657054SM9I", "length"),
        ("MORGA657054SM9IJ3", "length"),
        ("MORGA657054SM9I9", "sign"),
        ("99999657054SM9IJ", "sign"),
        ("MO9GA657054SM9IJ", "sign"),
        ("MORGA6570549M9IJ", "sign"),
        ("MORGA613054SM9IJ", "not_a_day"),
        ("MORGA650054SM9IJ", "not_a_day"),
        ("MORGA657324SM9IJ", "not_a_day"),
        ("MORGA652304SM9IJ", "not_a_day"), // 30 February
        ("МORGA657054SM9IJ", "length"),    // a Cyrillic М: two bytes
    ] {
        assert_eq!(words(Kind::GbDriver, bad), [word], "{bad}");
        assert!(!judge(Kind::GbDriver, bad, &Terms::on(TODAY)).valid);
    }
    assert_eq!(words(Kind::GbDriver, "MORGA657054SM1IJ"), ["tie_breaker"]);
    assert!(judge(Kind::GbDriver, "MORGA657054SM1IJ", &Terms::on(TODAY)).valid);
}

#[test]
fn a_northern_ireland_licence_says_nothing_of_its_holder() {
    assert_eq!(words(Kind::NiDriver, "12345678"), ["no_cross_check"]);
    assert_eq!(words(Kind::NiDriver, "1234567"), ["length"]);
    assert_eq!(words(Kind::NiDriver, "1234567A"), ["sign"]);
}

#[test]
fn a_uk_passport_number_is_nine_signs_and_no_specimens() {
    assert!(words(Kind::UkPassport, "107734521").is_empty());
    assert!(words(Kind::UkPassport, "A07734521").is_empty());
    assert_eq!(words(Kind::UkPassport, "10773452"), ["length"]);
    assert_eq!(words(Kind::UkPassport, "1A7734521"), ["sign"]);
    assert_eq!(words(Kind::UkPassport, "533380006"), ["specimen_refused"]);
    let demo = judge(Kind::UkPassport, "533380006", &Terms { demo: true, ..Terms::on(TODAY) });
    assert!(demo.valid && demo.has(Reason::Specimen));
}

#[test]
fn a_national_insurance_number_is_unique_without_its_last_letter() {
    for good in ["AB123456C", "ab 12 34 56 c", "CE123456A", "JK000001D"] {
        let verdict = judge(Kind::Nino, good, &Terms::on(TODAY));
        assert!(verdict.valid, "{good} {:?}", verdict.reasons);
        assert_eq!(verdict.key.as_deref(), verdict.normal.get(..8));
    }
    let keys = ["AB123456A", "AB123456B"].map(|nino| judge(Kind::Nino, nino, &Terms::on(TODAY)).key);
    assert_eq!(keys[0], keys[1]);
    for (bad, word) in [
        ("DA123456A", "prefix"),
        ("AF123456A", "prefix"),
        ("IA123456A", "prefix"),
        ("QA123456A", "prefix"),
        ("AU123456A", "prefix"),
        ("VA123456A", "prefix"),
        ("AO123456A", "prefix"),
        ("BG123456A", "prefix"),
        ("GB123456A", "prefix"),
        ("KN123456A", "prefix"),
        ("NK123456A", "prefix"),
        ("NT123456A", "prefix"),
        ("TN123456A", "prefix"),
        ("ZZ123456A", "prefix"),
        ("AB123456E", "suffix"),
        ("AB123456", "suffix"),
        ("AB12345C", "sign"),
        ("AB1234567C", "length"),
        ("A1123456C", "sign"),
        ("AB12345OC", "sign"),
        ("11A11111", "temporary"),
        ("TN010164F", "temporary"),
        ("OO123456A", "administrative"),
        ("NC123456A", "administrative"),
        ("MW123456A", "administrative"),
        ("QQ123456C", "example_refused"),
        ("ÄB123456C", "sign"),
        ("", "empty"),
    ] {
        assert_eq!(words(Kind::Nino, bad), [word], "{bad}");
        assert_eq!(judge(Kind::Nino, bad, &Terms::on(TODAY)).key, None);
    }
    let demo = judge(Kind::Nino, "QQ123456C", &Terms { demo: true, ..Terms::on(TODAY) });
    assert!(demo.valid && demo.has(Reason::Example));
}

#[test]
fn an_nhs_number_has_its_check_digit() {
    assert!(words(Kind::NhsNumber, "943 476 5919").is_empty()); // the Data Dictionary's example
    assert!(words(Kind::NhsNumber, "4010232137").is_empty());
    assert_eq!(words(Kind::NhsNumber, "9434765918"), ["check_digit"]);
    assert_eq!(words(Kind::NhsNumber, "9990548609"), ["test_range"]);
    assert!(judge(Kind::NhsNumber, "9990548609", &Terms::on(TODAY)).valid);
    assert_eq!(words(Kind::NhsNumber, "4444444444"), ["repeated"]);
    assert_eq!(words(Kind::NhsNumber, "943476591"), ["length"]);
    assert_eq!(words(Kind::NhsNumber, "94347659I9"), ["sign"]);
    assert_eq!(words(Kind::NhsNumber, "٩٤٣٤٧٦٥٩١٩"), ["sign"]);
    // Where the remainder asks for 10 there is no such number, whatever its last digit.
    for last in 0..10 {
        assert_eq!(words(Kind::NhsNumber, &format!("100000001{last}")), ["check_digit"], "{last}");
        assert_eq!(words(Kind::NhsNumber, &format!("400000008{last}")), ["check_digit"], "{last}");
    }
}

#[test]
fn a_share_code_says_its_purpose_and_lasts_90_days() {
    assert_eq!(words(Kind::ShareCode, "W12 ABC 345"), ["for_work"]);
    assert_eq!(words(Kind::ShareCode, "R12ABC345"), ["for_rent"]);
    assert_eq!(words(Kind::ShareCode, "s12abc345"), ["for_status"]);
    assert_eq!(words(Kind::ShareCode, "A12ABC345"), ["prefix"]);
    assert_eq!(words(Kind::ShareCode, "W12ABC34"), ["length"]);
    let with = |code: &str, made: Date, purpose: Option<char>| {
        let verdict = judge(Kind::ShareCode, code, &Terms { made: Some(made), purpose, ..Terms::on(TODAY) });
        verdict.reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(with("S12ABC345", date(2026, 8, 25), Some('S')), ["for_status"]); // the 90th day
    assert_eq!(with("S12ABC345", date(2026, 8, 24), None), ["for_status", "code_expired"]);
    assert_eq!(with("S12ABC345", date(2026, 11, 24), None), ["for_status", "future"]);
    assert_eq!(with("W12ABC345", TODAY, Some('s')), ["for_work", "wrong_purpose"]);
}

#[test]
fn a_permit_is_refused_with_the_way_out() {
    for number in ["ZU1234567", "anything"] {
        assert_eq!(words(Kind::Brp, number), ["brp_ended", "ask_share_code"]);
        assert!(!judge(Kind::Brp, number, &Terms::on(TODAY)).valid);
    }
}

#[test]
fn postcodes_keep_the_published_forms() {
    for good in ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 1HQ", "EC1A 1BB", "gir 0aa", "BF1 3AA"] {
        assert!(words(Kind::Postcode, good).is_empty(), "{good}");
    }
    assert_eq!(judge(Kind::Postcode, "ec1a1bb", &Terms::on(TODAY)).normal, "EC1A 1BB");
    for bad in ["Q1 1AA", "AI1 1AA", "A1I 1AA", "AA1C 1AA", "A1 1CA", "AAA 1AA", "11 1AA", "A1 AA1"] {
        assert_eq!(words(Kind::Postcode, bad), ["sign"], "{bad}");
    }
    assert_eq!(words(Kind::Postcode, "A11A"), ["length"]);
    assert_eq!(words(Kind::Postcode, "EC1A 1B\u{20ac}"), ["sign"]);
}

#[test]
fn codes_and_user_numbers_keep_their_form() {
    assert!(words(Kind::OdsCode, "rj1").is_empty());
    assert_eq!(words(Kind::OdsCode, "RJ"), ["length"]);
    assert_eq!(words(Kind::OdsCode, "RJ_1"), ["sign"]);
    assert!(words(Kind::Uuid, "5551 0203 4417").is_empty());
    assert_eq!(words(Kind::Uuid, "55510203441"), ["length"]);
    assert_eq!(words(Kind::Uuid, "55510203441A"), ["sign"]);
}

#[test]
fn a_date_is_a_real_day_that_has_come() {
    assert_eq!(judge(Kind::Date, "31/08/2026", &Terms::on(TODAY)).normal, "2026-08-31");
    assert_eq!(judge(Kind::Date, "2026-08-31", &Terms::on(TODAY)).normal, "2026-08-31");
    assert!(words(Kind::Date, "2026-11-23").is_empty());
    assert_eq!(words(Kind::Date, "2026-11-24"), ["future"]);
    assert_eq!(words(Kind::Date, "2026-02-29"), ["not_a_day"]);
    assert_eq!(words(Kind::Date, "31 04 2026"), ["not_a_day"]);
    assert_eq!(words(Kind::Date, "yesterday"), ["sign"]);
}

#[test]
fn every_type_has_its_word_and_every_reason_one_of_its_own() {
    for kind in Kind::ALL {
        assert_eq!(Kind::from_word(kind.as_str()), Some(kind));
        assert_eq!(Kind::from_word(&kind.as_str().to_uppercase().replace('-', "_")), Some(kind));
        assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{}\"", kind.as_str()));
    }
    assert_eq!(Kind::from_word("passwords"), None);
    let mut words: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Reason::ALL.len());
}

proptest! {
    #[test]
    fn no_text_stops_a_judge_and_blanks_change_nothing(kind in 0..11usize, typed in "\\PC{0,40}") {
        let kind = Kind::ALL[kind];
        let holder = Holder { surname: &typed, given: &typed, birth: Some(TODAY), sex: Some('F') };
        let terms = Terms { holder: Some(holder), made: Some(TODAY), purpose: Some('W'), ..Terms::on(TODAY) };
        let verdict = judge(kind, &typed, &terms);
        prop_assert!(!verdict.valid || !verdict.normal.is_empty());
        prop_assert!(verdict.valid || verdict.key.is_none());
    }

    #[test]
    fn an_nhs_number_with_one_wrong_digit_is_seen(nine in 100_000_000..999_999_999u32, at in 0..10usize, other in 0..10u8) {
        let sum: u32 = nine.to_string().chars().zip((2..=10).rev()).map(|(c, w)| c.to_digit(10).unwrap() * w).sum();
        let check = (11 - sum % 11) % 11;
        prop_assume!(check < 10);
        let number = format!("{nine}{check}");
        let mut wrong = number.clone();
        wrong.replace_range(at..=at, &other.to_string());
        prop_assert_eq!(judge(Kind::NhsNumber, &wrong, &Terms::on(TODAY)).valid, wrong == number);
    }
}
