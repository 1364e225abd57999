use jiff::civil::date;
use proptest::prelude::*;

use super::super::Check;
use super::*;

const TERMS: Terms = Terms { today: date(2026, 11, 23), demo: true };
const FIRST: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<";
const SECOND: &str = "L898902C36UTO7408122F1204159ZE184226B<<<<<10";

fn typed(text: &str) -> Grid {
    let mut grid = Grid::new();
    for sign in text.chars() {
        assert_eq!(grid.type_sign(sign), Typed::Taken, "{sign}");
    }
    grid
}

fn verdict(grid: &Grid, field: Field) -> Verdict {
    grid.fields().iter().find(|state| state.place.field == field).unwrap().verdict
}

#[test]
fn each_field_is_judged_as_its_last_cell_is_typed() {
    let mut grid = typed(FIRST);
    assert_eq!(grid.cursor(), (1, 0));
    assert_eq!(verdict(&grid, Field::Name), Verdict::ByEye);
    assert_eq!(verdict(&grid, Field::DocumentNumber), Verdict::Empty);
    for sign in "L898902C3".chars() {
        grid.type_sign(sign);
    }
    assert_eq!(verdict(&grid, Field::DocumentNumber), Verdict::Typing);
    grid.type_sign('6');
    assert_eq!(verdict(&grid, Field::DocumentNumber), Verdict::Pass);
    for sign in SECOND.chars().skip(10).take(9) {
        grid.type_sign(sign);
    }
    grid.type_sign('3');
    assert_eq!(verdict(&grid, Field::DateOfBirth), Verdict::Fail);
    assert_eq!(grid.outcome(&TERMS), Outcome::Incomplete);
    grid.backspace();
    for sign in SECOND.chars().skip(19) {
        grid.type_sign(sign);
    }
    assert!(grid.fields().iter().all(|state| matches!(state.verdict, Verdict::Pass | Verdict::ByEye)));
    let Outcome::Read(reading) = grid.outcome(&TERMS) else { panic!("not read") };
    assert!(reading.valid());
    assert_eq!(grid.type_sign('X'), Typed::Full);
}

#[test]
fn small_letters_dots_commas_and_blanks_are_what_they_stand_for() {
    let grid = typed(&FIRST.to_lowercase().replacen('<', ".", 3).replacen('<', ",", 2).replace('<', " "));
    assert_eq!(grid.rows()[0], FIRST);
    let mut grid = Grid::new();
    assert_eq!(grid.type_sign('é'), Typed::NotASign);
    assert_eq!(grid.type_sign('X'), Typed::NotAType);
    assert_eq!(grid.format(), None);
}

#[test]
fn the_form_follows_the_first_letter_and_the_agent_may_change_it() {
    for (first, format) in
        [('P', Format::Td3), ('I', Format::Td1), ('A', Format::Td1), ('C', Format::Td1), ('V', Format::MrvA)]
    {
        assert_eq!(typed(&first.to_string()).format(), Some(format));
    }
    let mut grid = typed("I<UTO");
    grid.other_format();
    assert_eq!((grid.format(), grid.cursor()), (Some(Format::Td2), (0, 5)));
    assert_eq!(grid.rows()[0].trim_end(), "I<UTO");
    // Typing the first letter again keeps what was chosen; another one changes it.
    grid.go(Move::Home);
    grid.type_sign('A');
    assert_eq!(grid.format(), Some(Format::Td2));
    grid.go(Move::Home);
    grid.type_sign('P');
    assert_eq!(grid.format(), Some(Format::Td3));
    let mut last = typed("I");
    last.backspace();
    assert_eq!(last, Grid::new());
}

#[test]
fn a_whole_zone_is_pasted_whatever_its_line_ends() {
    for between in ["\n", "\r\n", "\r", "\t", ""] {
        let mut grid = typed("I<UTO");
        assert_eq!(grid.paste(&format!(" {FIRST}{between}{SECOND}\r\n")), Pasted::Whole(Format::Td3));
        assert!(matches!(grid.outcome(&TERMS), Outcome::Read(_)));
    }
    let mut grid = Grid::new();
    let td2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6";
    assert_eq!(grid.paste(td2), Pasted::Whole(Format::Td2));
    let visa = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL898902C<3UTO6908061F9406236ZE184226";
    assert_eq!(grid.paste(visa), Pasted::Whole(Format::MrvB));
}

#[test]
fn a_part_is_typed_and_what_does_not_fit_changes_nothing() {
    let mut grid = Grid::new();
    assert_eq!(grid.paste(FIRST), Pasted::Part(44));
    let before = grid.clone();
    assert_eq!(grid.paste("L898\u{1b}902"), Pasted::Refused);
    assert_eq!(grid.paste(&SECOND.repeat(2)), Pasted::Refused);
    assert_eq!(grid.paste(" \r\n"), Pasted::Refused);
    assert_eq!(grid, before);
    assert_eq!(grid.paste(SECOND), Pasted::Part(44));
}

#[test]
fn a_sign_too_many_or_too_few_is_mended_without_typing_the_line_again() {
    let mut grid = typed("P<UTOERIIKSSON<<ANNA");
    for _ in 0..12 {
        grid.go(Move::Left);
    }
    assert_eq!(grid.cursor(), (0, 8));
    grid.delete();
    assert_eq!(grid.rows()[0].trim_end(), "P<UTOERIKSSON<<ANNA");
    grid.insert();
    grid.type_sign('X');
    assert_eq!(grid.rows()[0].trim_end(), "P<UTOERIXKSSON<<ANNA");
    // A full line gives up a filler, never a letter.
    let mut full = typed(&"P<UTO".chars().chain(std::iter::repeat_n('A', 39)).collect::<String>());
    full.go(Move::Up);
    let before = full.clone();
    full.insert();
    assert_eq!(full, before);
}

#[test]
fn the_cursor_goes_by_cells_lines_and_fields() {
    let mut grid = typed("P<UTO");
    grid.go(Move::NextField);
    assert_eq!(grid.cursor(), (1, 0));
    assert_eq!(grid.field(), Some(Field::DocumentNumber));
    grid.go(Move::PreviousField);
    assert_eq!(grid.cursor(), (0, 5));
    grid.go(Move::PreviousField);
    assert_eq!(grid.field(), Some(Field::IssuingCountry));
    grid.go(Move::End);
    assert_eq!(grid.cursor(), (0, 5));
    grid.go(Move::Down);
    grid.go(Move::Home);
    grid.go(Move::Left);
    assert_eq!(grid.cursor(), (0, 43));
    grid.go(Move::Right);
    assert_eq!(grid.cursor(), (1, 0));
}

#[test]
fn a_suggestion_is_shown_and_taken_only_when_told() {
    let mut grid = typed(&format!("{FIRST}L8989O2C36"));
    let state = grid.fields().into_iter().find(|state| state.place.field == Field::DocumentNumber).unwrap();
    assert_eq!(state.verdict, Verdict::Fail);
    let suggestion = state.suggestion.unwrap();
    assert_eq!((suggestion.column, suggestion.read, suggestion.instead), (5, 'O', '0'));
    assert_eq!(&grid.rows()[1][..10], "L8989O2C36");
    grid.accept(&suggestion);
    assert_eq!(verdict(&grid, Field::DocumentNumber), Verdict::Pass);
    let before = grid.clone();
    grid.accept(&suggestion); // no longer there
    assert_eq!(grid, before);
}

#[test]
fn a_letter_in_a_date_or_for_a_digit_is_seen_at_once() {
    let grid = typed(&format!("{FIRST}L898902C3"));
    let with = |rest: &str| {
        let mut grid = grid.clone();
        rest.chars().for_each(|sign| assert_eq!(grid.type_sign(sign), Typed::Taken));
        grid
    };
    assert_eq!(verdict(&with("B"), Field::DocumentNumber), Verdict::WrongSign);
    assert_eq!(verdict(&with("6UTO74O8122"), Field::DateOfBirth), Verdict::WrongSign);
    assert_eq!(verdict(&typed(&FIRST.replacen("ANNA", "ANN4", 1)), Field::Name), Verdict::WrongSign);
}

#[test]
fn a_long_number_waits_for_its_rest() {
    let mut grid = typed("I<UTOD23145890<");
    assert_eq!(verdict(&grid, Field::DocumentNumber), Verdict::Typing);
    "7349<<<<<<<<<<<".chars().for_each(|sign| {
        grid.type_sign(sign);
    });
    assert_eq!(verdict(&grid, Field::DocumentNumber), Verdict::Pass);
}

#[test]
fn a_grid_survives_a_snapshot_and_does_not_show_its_cells() {
    let grid = typed("P<UTOERIKSSON");
    let again: Grid = serde_json::from_str(&serde_json::to_string(&grid).unwrap()).unwrap();
    assert_eq!(again, grid);
    assert!(!format!("{grid:?}").contains("ERIK"));
}

proptest! {
    #[test]
    fn no_keys_break_the_grid(keys in prop::collection::vec((0..12u8, "[A-Z0-9<.a-z é]"), 0..300)) {
        let mut grid = Grid::new();
        for (act, sign) in keys {
            match act {
                0 => grid.backspace(),
                1 => grid.delete(),
                2 => grid.insert(),
                3 => grid.other_format(),
                4 => grid.go(Move::Left),
                5 => grid.go(Move::PreviousField),
                6 => grid.go(Move::Up),
                7 => grid.go(Move::NextField),
                _ => { grid.type_sign(sign.chars().next().unwrap()); }
            }
            let (line, column) = grid.cursor();
            if let Some(format) = grid.format() {
                prop_assert!(line < format.lines() && column <= format.width());
                prop_assert!(grid.rows().iter().all(|row| row.len() == format.width() && row.is_ascii()));
                prop_assert_eq!(grid.rows().len(), format.lines());
            }
            grid.fields();
            grid.outcome(&TERMS);
        }
    }

    #[test]
    fn the_grid_and_the_reader_say_the_same_of_a_whole_zone(signs in "[A-Z0-9<]{83}") {
        let mut grid = Grid::new();
        prop_assume!(grid.paste(&format!("P<UTO{signs}")) == Pasted::Whole(Format::Td3));
        if let Outcome::Read(reading) = grid.outcome(&TERMS) {
            for state in grid.fields() {
                let fails = matches!(state.verdict, Verdict::Fail)
                    || (state.verdict == Verdict::WrongSign && reading.checks.of(state.place.field) == Check::Fail);
                let check = reading.checks.of(state.place.field);
                prop_assert!(check != Check::Fail || fails, "{:?} {:?}", state.place.field, state.verdict);
                prop_assert!(check != Check::Pass || state.verdict != Verdict::Fail, "{:?}", state.place.field);
            }
        }
    }
}
