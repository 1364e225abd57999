use proptest::prelude::*;

use super::*;

fn grade(one: (&str, &str), other: (&str, &str)) -> Grade {
    let there = compare(Written::whole(one.0, one.1), Written::whole(other.0, other.1));
    let back = compare(Written::whole(other.0, other.1), Written::whole(one.0, one.1));
    assert_eq!(there, back, "{one:?} {other:?}");
    there
}

#[test]
fn capitals_blanks_and_the_form_of_the_apostrophe_make_no_difference() {
    assert_eq!(grade(("O\u{2019}Brien", "Siân  Wyn"), ("o'brien", "SIÂN WYN")), Grade::Equal);
    assert_eq!(grade(("Ẹ\u{300}", "Ada"), ("ẹ\u{300}", "ada")), Grade::Equal);
    assert_eq!(grade(("Straße", "Eva"), ("STRASSE", "EVA")), Grade::Equal);
}

#[test]
fn transliteration_by_the_table_and_by_taking_accents_off_both_count() {
    for (printed, zones) in [
        ("Müller", &["MUELLER", "MULLER", "MUXXLLER"][..]),
        ("Åström", &["AASTROEM", "ASTROM"]),
        ("Núñez", &["NUNEZ", "NUNXXEZ"]),
        ("Łukasiewicz", &["LUKASIEWICZ"]),
        ("Nguyễn", &["NGUYEN"]),
        ("Gümüşoğlu", &["GUEMUESOGLU", "GUMUSOGLU"]),
        ("Đặng", &["DANG"]),
        ("Þórsdóttir", &["THORSDOTTIR"]),
        ("O'Connor", &["OCONNOR", "O CONNOR"]),
        ("Smith-Jones", &["SMITH JONES", "SMITHJONES"]),
        ("Иванов", &["IVANOV"]),
        ("Ọlátúnjí", &["OLATUNJI"]),
    ] {
        for zone in zones {
            assert_eq!(grade((printed, "Anna"), (zone, "ANNA")), Grade::Transliterated, "{printed} {zone}");
        }
    }
    assert_eq!(grade(("Müller", "Anna"), ("MILLER", "ANNA")), Grade::Differs);
}

#[test]
fn initials_missing_middle_names_and_changed_order_are_told_apart() {
    assert_eq!(grade(("Hartley", "Margaret Joan"), ("Hartley", "M J")), Grade::Initial);
    assert_eq!(grade(("Hartley", "Margaret Joan"), ("Hartley", "Margaret J.")), Grade::Initial);
    assert_eq!(grade(("Hartley", "Margaret Joan"), ("Hartley", "Margaret")), Grade::MissingMiddle);
    assert_eq!(grade(("Hartley", "Margaret Joan Ruth"), ("Hartley", "Margaret Ruth")), Grade::MissingMiddle);
    assert_eq!(grade(("Hartley", "Margaret Joan"), ("Hartley", "M")), Grade::MissingMiddle);
    assert_eq!(grade(("Hartley", "Margaret"), ("Margaret", "Hartley")), Grade::Swapped);
    assert_eq!(grade(("Sudarpa", "Satriya"), ("Satriya Sudarpa", "")), Grade::Swapped);
    assert_eq!(grade(("Hartley", "Joan"), ("Hartley", "Margaret Joan")), Grade::Differs);
    assert_eq!(grade(("Hartley", "Joan"), ("Hartley", "Jean")), Grade::Differs);
    assert_eq!(grade(("Hartley", "Margaret"), ("Jones", "Margaret")), Grade::Differs);
    assert_eq!(grade(("Hartley", "Margaret"), ("Hartley", "")), Grade::Differs);
}

#[test]
fn single_names_are_names() {
    assert_eq!(grade(("Sukarno", ""), ("SUKARNO", "")), Grade::Equal);
    assert_eq!(grade(("Arkfreith", ""), ("Arkfrith", "")), Grade::Differs);
    assert_eq!(grade(("", ""), ("", "")), Grade::Differs);
    assert_eq!(grade(("'", "."), ("-", "")), Grade::Differs);
}

#[test]
fn a_name_that_fills_its_cells_may_be_cut_and_any_other_may_not() {
    // Part 4, 4.2.3.2 and 4.2.3.3.
    for (surname, given, cut) in [
        ("Nilavadhanananda", "Chayapa Dejthamrong Krasuang", ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG K")),
        ("Nilavadhanananda", "Arnpol Petch Charonguang", ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGU")),
        (
            "Bennelong Wooloomooloo Warrandyte Warnambool",
            "Dingo Potoroo",
            ("BENNELONG WOOLOOM WARRAND WARNAM", "DINGO"),
        ),
    ] {
        let zone = Written { surname: cut.0, given: cut.1, maybe_truncated: true };
        let printed = Written::whole(surname, given);
        let grade = compare(zone, printed);
        assert!(grade <= Grade::Initial && grade != Grade::Equal, "{cut:?} {grade:?}");
        assert_eq!(compare(printed, zone), grade);
        assert_eq!(grade.asks(), Asks::Tick);
    }
    assert_eq!(grade(("Warnambool", "Dingo"), ("Warnam", "Dingo")), Grade::Differs);
    let zone = Written { surname: "WARNAM", given: "DINGO", maybe_truncated: true };
    assert_eq!(compare(zone, Written::whole("Warnambool", "Dingo")), Grade::Truncated);
    // Cut cells are never longer than what was printed.
    assert_eq!(compare(Written::whole("Warn", "Dingo"), zone), Grade::Differs);
}

#[test]
fn scripts_no_table_leads_between_are_said_and_stop() {
    assert_eq!(grade(("王", "小明"), ("WANG", "XIAOMING")), Grade::OtherScript);
    assert_eq!(grade(("محمد", ""), ("MOHAMMED", "")), Grade::OtherScript);
    assert_eq!(grade(("王", "小明"), ("王", "小明")), Grade::Equal);
    assert_eq!(Grade::OtherScript.asks(), Asks::Explanation);
}

proptest! {
    #[test]
    fn no_names_stop_the_comparison_and_order_makes_no_difference(
        a in "\\PC{0,30}", b in "\\PC{0,30}", c in "\\PC{0,30}", d in "\\PC{0,30}", cut in any::<bool>(),
    ) {
        let one = Written { surname: &a, given: &b, maybe_truncated: cut };
        let other = Written::whole(&c, &d);
        prop_assert_eq!(compare(one, other), compare(other, one));
    }

    #[test]
    fn a_name_is_itself(surname in "[A-Za-zÀ-ž' -]{1,20}", given in "[A-Za-zÀ-ž' -]{0,20}") {
        prop_assume!(surname.chars().any(char::is_alphabetic));
        prop_assert_eq!(compare(Written::whole(&surname, &given), Written::whole(&surname, &given)), Grade::Equal);
        prop_assert!(grade((&surname, &given), (&surname.to_uppercase(), &given.to_lowercase())) <= Grade::Transliterated);
    }
}
