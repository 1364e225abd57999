use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const TODAY: Date = date(2026, 11, 23);

fn demo() -> Terms {
    Terms { today: TODAY, demo: true }
}

fn real() -> Terms {
    Terms { today: TODAY, demo: false }
}

fn words(reading: &Reading) -> Vec<String> {
    reading.warnings.iter().map(ToString::to_string).collect()
}

/// A passport's zone of invented people, its digits made to agree.
fn passport(issuer: &str, name: &str, number: &str, birth: &str, expiry: &str) -> [String; 2] {
    let digit = |text: &str| mrz::check_digit(text).unwrap();
    let number = format!("{number:<<9}");
    let personal = "<".repeat(14);
    let mut second = format!("{number}{}{issuer:<<3}{birth}{}F{expiry}{}", digit(&number), digit(birth), digit(expiry));
    second.push_str(&format!("{personal}0"));
    let over = format!("{}{}{}", &second[..10], &second[13..20], &second[21..43]);
    second.push_str(&digit(&over).to_string());
    [format!("{:<<44}", format!("P<{issuer:<<3}{name}")), second]
}

const ERIKSSON: [&str; 2] =
    ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"];

#[test]
fn the_specimens_of_doc_9303_are_read_and_agree() {
    let specimens: [(Format, &[&str], &str, &str); 6] = [
        (Format::Td3, &ERIKSSON, "L898902C3", "1974-08-12"),
        (
            Format::Td1,
            &["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"],
            "D23145890",
            "1974-08-12",
        ),
        (
            Format::Td2,
            &["I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "D231458907UTO7408122F1204159<<<<<<<6"],
            "D23145890",
            "1974-08-12",
        ),
        (
            Format::MrvA,
            &["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226B<<<<<<<"],
            "L898902C",
            "1969-08-06",
        ),
        (
            Format::MrvB,
            &["V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<", "L898902C<3UTO6908061F9406236ZE184226"],
            "L898902C",
            "1969-08-06",
        ),
        // Part 5, note j: a number of eleven signs runs on in the optional field.
        (
            Format::Td1,
            &["I<UTOD23145890<7349<<<<<<<<<<<", "3407127M9507122UTO<<<<<<<<<<<2", "STEVENSON<<PETER<JOHN<<<<<<<<<"],
            "D23145890734",
            "1934-07-12",
        ),
    ];
    for (format, lines, number, birth) in specimens {
        let reading = read(lines, &demo()).unwrap();
        assert_eq!(reading.format, format);
        assert_eq!(reading.fields.document_number, number);
        assert_eq!(reading.fields.date_of_birth.to_string(), birth);
        assert!(reading.checks.all().iter().all(|(_, check)| *check != Check::Fail), "{format:?} {:?}", reading.checks);
        assert!(reading.valid(), "{format:?} {:?}", words(&reading));
        assert!(!read(lines, &real()).unwrap().valid(), "{format:?}");
    }
}

#[test]
fn the_specimens_of_germany_and_the_uk_are_read_and_refused_outside_a_demo() {
    let german = ["P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<", "C01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4"];
    let reading = read(&german, &demo()).unwrap();
    assert_eq!((reading.fields.issuing_country.as_str(), reading.fields.nationality.as_str()), ("D", "D"));
    assert_eq!((reading.fields.surname.as_str(), reading.fields.given_names.as_str()), ("MUSTERMANN", "ERIKA"));
    assert_eq!(reading.checks.personal_number, Check::Absent);
    assert!(reading.valid(), "{:?}", words(&reading));
    assert!(!read(&german, &real()).unwrap().valid());

    let british = ["P<GBRUK<SPECIMEN<<ANGELA<ZOE<<<<<<<<<<<<<<<<", "5333800068GBR8812049F2509286<<<<<<<<<<<<<<04"];
    let reading = read(&british, &demo()).unwrap();
    assert_eq!(reading.fields.surname, "UK SPECIMEN");
    assert!(reading.valid(), "{:?} {:?}", words(&reading), reading.checks);
    let refused = read(&british, &real()).unwrap();
    assert_eq!(words(&refused), ["specimen_number: document_number", "specimen_name: name", "expired: date_of_expiry"]);
    assert!(!refused.valid());
}

#[test]
fn an_ordinary_passport_gives_no_warning_at_all() {
    let zone = passport("GBR", "HARTLEY<<MARGARET<JOAN", "107734521", "860503", "310901");
    let reading = read(&zone, &real()).unwrap();
    assert_eq!(words(&reading), [""; 0]);
    assert!(reading.valid());
    assert_eq!(reading.fields.date_of_expiry.to_string(), "2031-09-01");
    assert_eq!(reading.fields.sex, 'F');
}

#[test]
fn each_wrong_digit_fails_its_own_field_and_the_composite() {
    let good = passport("GBR", "HARTLEY<<MARGARET", "107734521", "860503", "310901");
    for (column, field) in [(9, Field::DocumentNumber), (19, Field::DateOfBirth), (27, Field::DateOfExpiry)] {
        let mut second = good[1].clone();
        let wrong = if second.as_bytes()[column] == b'9' { "8" } else { "9" };
        second.replace_range(column..=column, wrong);
        let reading = read(&[good[0].clone(), second], &real()).unwrap();
        assert_eq!(reading.checks.of(field), Check::Fail);
        assert_eq!(reading.checks.composite, Check::Fail);
        assert!(!reading.valid());
    }
}

#[test]
fn the_century_is_judged_by_today_and_never_by_the_crate() {
    let of = |birth: &str, today: Date| {
        let zone = passport("GBR", "HARTLEY<<MARGARET", "107734521", birth, "310901");
        read(&zone, &Terms { today, demo: false }).unwrap().fields.date_of_birth.to_string()
    };
    assert_eq!(of("270101", TODAY), "1927-01-01");
    assert_eq!(of("270101", date(2045, 1, 1)), "2027-01-01");
    // A year equal to this year's: before today it is this year, after today a hundred years ago.
    assert_eq!(of("261123", TODAY), "2026-11-23");
    assert_eq!(of("261124", TODAY), "1926-11-24");
    // What would make the holder a child may be a hundred years older.
    let child = passport("GBR", "HARTLEY<<MARGARET", "107734521", "150601", "310901");
    assert_eq!(words(&read(&child, &real()).unwrap()), ["century_open: date_of_birth"]);
}

#[test]
fn an_expiry_more_than_16_years_ahead_is_an_error() {
    let of = |expiry: &str| {
        let zone = passport("GBR", "HARTLEY<<MARGARET", "107734521", "860503", expiry);
        let reading = read(&zone, &real()).unwrap();
        (reading.valid(), words(&reading))
    };
    assert_eq!(of("960101"), (false, vec!["expiry_too_far: date_of_expiry".to_owned()]));
    assert_eq!(of("421123"), (true, vec![]));
    assert!(!of("421124").0);
    assert_eq!(of("261123"), (true, vec![]));
    assert_eq!(of("261122"), (true, vec!["expired: date_of_expiry".to_owned()]));
    // Only the published specimens themselves may be so old, and only in a demo.
    let mine = passport("UTO", "HARTLEY<<MARGARET", "107734521", "860503", "960101");
    assert!(!read(&mine, &demo()).unwrap().valid());
}

#[test]
fn days_that_are_none_refuse_and_unknown_ones_are_told() {
    let of = |birth: &str| {
        let zone = passport("GBR", "HARTLEY<<MARGARET", "107734521", birth, "310901");
        let reading = read(&zone, &real()).unwrap();
        (reading.valid(), words(&reading).concat(), reading.fields.date_of_birth.to_string())
    };
    assert_eq!(of("860231"), (false, "not_a_day: date_of_birth".into(), "860231".into()));
    assert_eq!(of("000000"), (false, "not_a_day: date_of_birth".into(), "000000".into()));
    assert_eq!(of("8605<<"), (true, "date_partly_unknown: date_of_birth".into(), "8605<<".into()));
    assert_eq!(of("<<<<<<"), (true, "date_unknown: date_of_birth".into(), "<<<<<<".into()));
    assert_eq!(of("86O503"), (false, "not_a_date: date_of_birth".into(), "86O503".into()));
}

#[test]
fn a_filler_is_no_check_digit_but_behind_an_empty_personal_number() {
    // The number is chosen so that its digit is 0, which is what the crate takes a filler for.
    let mut zone = passport("GBR", "HARTLEY<<MARGARET", "107734520", "860503", "310901");
    let digit = mrz::check_digit("107734520").unwrap();
    let number = format!("10773452{}", (10 - digit) % 10);
    assert_eq!(mrz::check_digit(&number).unwrap(), 0);
    zone[1].replace_range(..10, &format!("{number}<"));
    let reading = read(&zone, &real()).unwrap();
    assert_eq!(reading.checks.document_number, Check::Fail);
    assert!(words(&reading).contains(&"digit_missing: document_number".to_owned()));
    assert!(!reading.valid());
}

#[test]
fn one_part_of_a_name_is_the_whole_name() {
    // Part 4, 4.2.3.1 f.
    let of = |name: &str| {
        let zone = passport("GBR", name, "107734521", "860503", "310901");
        let reading = read(&zone, &real()).unwrap();
        (reading.fields.surname.clone(), reading.fields.given_names.clone(), words(&reading))
    };
    let one = || vec!["one_name: name".to_owned()];
    assert_eq!(of("ARKFREITH"), ("ARKFREITH".into(), "".into(), one()));
    assert_eq!(of("SATRIYA<SUDARPA"), ("SATRIYA SUDARPA".into(), "".into(), one()));
    assert_eq!(of("VAN<DER<MUELLEN<<MARTIN"), ("VAN DER MUELLEN".into(), "MARTIN".into(), vec![]));
    assert_eq!(of("AL<BASRI<<HUDA<MUHAMMAD<JAWAD").1, "HUDA MUHAMMAD JAWAD");
    // Part 4, 4.2.3.2: it fills its cells.
    assert_eq!(
        of("NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("NILAVADHANANANDA".into(), "CHAYAPA DEJTHAMRONG K".into(), vec!["maybe_truncated: name".into()])
    );
    assert_eq!(of("HARTL3Y<<MARGARET").2, ["not_a_name: name"]);
    assert_eq!(of("<HARTLEY<<MARGARET").2, ["not_a_name: name"]);
    assert_eq!(of("").2[0], "name_missing: name");
}

#[test]
fn old_and_wrong_states_warn_and_do_not_refuse() {
    for (code, word) in [("ROM", "old_state"), ("ZIM", "old_state"), ("WSA", "unknown_state"), ("QXZ", "unknown_state")]
    {
        let reading = read(&passport(code, "HARTLEY<<MARGARET", "107734521", "860503", "310901"), &real()).unwrap();
        assert_eq!(words(&reading), [format!("{word}: issuing_country"), format!("{word}: nationality")]);
        assert!(reading.valid());
    }
    for code in ["D", "GBD", "GBN", "GBO", "GBP", "GBS", "UNO", "XXA", "XXB", "XXC", "XXX", "EUE", "XOM", "RKS", "IRL"]
    {
        let reading = read(&passport(code, "HARTLEY<<MARGARET", "107734521", "860503", "310901"), &real()).unwrap();
        assert!(reading.warnings.is_empty(), "{code}");
    }
}

#[test]
fn a_slip_that_explains_a_failing_digit_is_suggested_and_not_applied() {
    let good = passport("GBR", "HARTLEY<<MARGARET", "A0773S521", "860503", "310901");
    let mut typed = good.clone();
    typed[1].replace_range(5..6, "5"); // S typed as 5
    let reading = read(&typed, &real()).unwrap();
    assert_eq!(reading.checks.document_number, Check::Fail);
    assert_eq!(
        reading.suggestions(),
        [Suggestion { field: Field::DocumentNumber, line: 1, column: 5, read: '5', instead: 'S' }]
    );
    assert_eq!(reading.fields.document_number, "A07735521");
    // A letter in a date.
    let mut typed = good.clone();
    typed[1].replace_range(14..15, "G");
    assert!(read(&typed, &real()).unwrap().suggestions().is_empty());
    let zero = good[1][13..19].find('0').unwrap() + 13;
    let mut typed = good;
    typed[1].replace_range(zero..=zero, "O");
    let reading = read(&typed, &real()).unwrap();
    assert_eq!(reading.suggestions().first().map(|s| (s.field, s.instead)), Some((Field::DateOfBirth, '0')));
}

#[test]
fn what_no_digit_can_see_is_said() {
    let zone = passport("GBR", "HARTLEY<<MARGARET", "A1G734521", "860503", "310901");
    let swaps = read(&zone, &real()).unwrap().blind_swaps();
    let said: Vec<(usize, char)> = swaps.iter().map(|swap| (swap.column, swap.instead)).collect();
    assert_eq!(said, [(0, 'K'), (1, 'L'), (2, '6'), (8, 'L')]);
    // And it is true: the digits agree with each of them.
    for swap in swaps {
        let mut other = zone.clone();
        other[1].replace_range(swap.column..=swap.column, &swap.instead.to_string());
        assert!(read(&other, &real()).unwrap().checks.all().iter().all(|(_, check)| *check == Check::Pass));
    }
}

#[test]
fn what_is_no_zone_is_refused_with_its_line_and_field() {
    let said = |lines: &[&str]| read(lines, &real()).unwrap_err().to_string();
    assert_eq!(said(&[]), "line 1, field line: 0 lines; a zone has 2 of 36 or 44 signs, or 3 of 30");
    assert_eq!(said(&[ERIKSSON[0]]), "line 1, field line: 1 lines; a zone has 2 of 36 or 44 signs, or 3 of 30");
    assert_eq!(said(&[ERIKSSON[0], &ERIKSSON[1][..43]]), "line 2, field line: 43 signs instead of 44");
    assert_eq!(said(&["P<UTO", "L8"]), "line 1, field line: 5 signs; a zone has 2 lines of 36 or 44, or 3 of 30");
    let lower = ERIKSSON[1].to_lowercase();
    assert_eq!(
        said(&[ERIKSSON[0], &lower]),
        "line 2, field document_number: column 1: a sign that is not A-Z, 0-9 or <"
    );
    let arabic = ERIKSSON[1].replacen('7', "\u{667}", 1);
    assert!(said(&[ERIKSSON[0], &arabic]).starts_with("line 2, field date_of_birth: column 14"));
    let control = ERIKSSON[0].replacen("ANNA", "AN\u{1b}A", 1);
    assert!(said(&[&control, ERIKSSON[1]]).starts_with("line 1, field name: column 18"));
    let other = ERIKSSON[0].replacen('P', "X", 1);
    assert_eq!(said(&[&other, ERIKSSON[1]]), "line 1, field document_type: no document of this size begins so");
    let filler = ERIKSSON[1].replacen('L', "<", 1);
    assert_eq!(said(&[ERIKSSON[0], &filler]), "line 2, field document_number: it begins with a filler");
}

#[test]
fn a_reading_does_not_show_its_holder() {
    let reading = read(&ERIKSSON, &demo()).unwrap();
    let shown = format!("{reading:?}");
    assert!(!shown.contains("ERIKSSON") && !shown.contains("L898902C3"), "{shown}");
}

proptest! {
    #[test]
    fn no_text_stops_the_reader(lines in prop::collection::vec("\\PC{0,60}", 0..5)) {
        let _ = read(&lines, &real());
    }

    #[test]
    fn any_cells_of_the_right_shape_are_judged(format in 0..5usize, seed in prop::collection::vec(0..37u8, 90)) {
        let format = Format::ALL[format];
        let cell = |n: &u8| b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"[usize::from(*n)] as char;
        let mut text: Vec<char> = seed.iter().map(cell).collect();
        text[0] = match format { Format::Td3 => 'P', Format::MrvA | Format::MrvB => 'V', _ => 'I' };
        let lines: Vec<String> =
            text.chunks(format.width()).take(format.lines()).map(|line| line.iter().collect()).collect();
        prop_assume!(lines.iter().all(|line| line.len() == format.width()));
        if let Ok(reading) = read(&lines, &real()) {
            prop_assert_eq!(reading.format, format);
            for suggestion in reading.suggestions() {
                let mut mended = lines.clone();
                mended[suggestion.line]
                    .replace_range(suggestion.column..=suggestion.column, &suggestion.instead.to_string());
                let after = read(&mended, &real()).unwrap();
                prop_assert_eq!(after.checks.of(suggestion.field), Check::Pass);
            }
        }
    }

    #[test]
    fn one_wrong_sign_in_a_checked_field_is_seen_unless_it_is_blind(at in 0..9usize, other in 0..37u8) {
        let zone = passport("GBR", "HARTLEY<<MARGARET", "107734521", "860503", "310901");
        let other = char::from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"[usize::from(other)]);
        let was = char::from(zone[1].as_bytes()[at]);
        let mut wrong = zone.clone();
        wrong[1].replace_range(at..=at, &other.to_string());
        if let Ok(reading) = read(&wrong, &real()) {
            let blind = mrz::blindspot(was, other).is_blind() || was == other;
            prop_assert_eq!(reading.checks.document_number == Check::Pass, blind);
        }
    }
}
