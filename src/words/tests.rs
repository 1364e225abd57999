//! The two languages held together, and the words held to the source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::*;

/// The messages of a word file: id -> the values it wants. Plain scanning: ids start a line, values are `$name`.
fn messages(text: &str) -> Vec<(String, BTreeSet<String>)> {
    let mut found: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in text.lines() {
        if line.starts_with('#') {
            continue;
        }
        let starts = line.starts_with(|c: char| c.is_ascii_alphabetic());
        if let (true, Some((id, _))) = (starts, line.split_once('=')) {
            found.push((id.trim().to_owned(), BTreeSet::new()));
        }
        if let Some((_, values)) = found.last_mut() {
            values.extend(line.split('$').skip(1).map(|rest| {
                rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '-').collect::<String>()
            }));
        }
    }
    found
}

fn all_messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let text = |file: &WordFile| if lang == Lang::En { file.en } else { file.cy };
    FILES.iter().flat_map(|file| messages(text(file))).collect()
}

/// Where two languages differ: ids that one of them lacks, and ids whose values differ.
fn differences(en: &BTreeMap<String, BTreeSet<String>>, cy: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let ids: BTreeSet<&String> = en.keys().chain(cy.keys()).collect();
    ids.into_iter().filter(|id| en.get(*id) != cy.get(*id)).cloned().collect()
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("words/tests.rs") {
            found.push(path);
        }
    }
}

fn source() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    files.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// The ids asked for as `.get("...")`/`.with("...")` on something called words, however the call is wrapped.
fn asked_for(source: &str) -> BTreeSet<String> {
    let code: String =
        source.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut ids = BTreeSet::new();
    for call in [".get(", ".with("] {
        for (at, _) in code.match_indices(call) {
            let before = code[..at].trim_end();
            let name: String = before.chars().rev().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let name: String = name.chars().rev().collect();
            if !matches!(name.as_str(), "words" | "w" | "en" | "cy") {
                continue;
            }
            let rest = code[at + call.len()..].trim_start();
            if let Some(id) = rest.strip_prefix('"').and_then(|rest| rest.split('"').next()) {
                ids.insert(id.to_owned());
            }
        }
    }
    ids
}

fn is_run_time(id: &str) -> bool {
    RUN_TIME_PREFIXES.iter().any(|prefix| id.starts_with(prefix))
}

/// The ids of the commands: the first text behind each `Command::new(`. Their labels are `key-<id>`.
fn commands(source: &str) -> BTreeSet<String> {
    let calls = source.split("Command::new(").skip(1);
    calls.filter_map(|rest| rest.split(')').next().and_then(|_| rest.split('"').nth(1))).map(str::to_owned).collect()
}

/// Texts that have the form of an id and begin like one, and are none: a slip in an id that is chosen before it is looked up.
fn slips(source: &str, ids: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let code: Vec<&str> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let begins: BTreeSet<&str> = ids.keys().filter_map(|id| id.split_once('-').map(|(first, _)| first)).collect();
    let like_an_id = |text: &str| {
        let parts: Vec<&str> = text.split('-').collect();
        let plain = |part: &&str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        parts.len() > 1 && parts.iter().all(plain) && begins.contains(parts[0])
    };
    let texts = code.iter().flat_map(|line| line.split('"').skip(1).step_by(2));
    // A part of an id is what another part is put to at run time: `fault-card-mute` for its three lines, `sign-in` for help.
    let is_part = |text: &str| {
        let (start, end) = (format!("{text}-"), format!("-{text}"));
        ids.keys().any(|id| id.starts_with(&start) || id.ends_with(&end))
    };
    texts.filter(|text| like_an_id(text) && !ids.contains_key(*text) && !is_part(text)).map(str::to_owned).collect()
}

/// Ids that no source names, whole and in quotes.
fn unused<'a>(ids: impl Iterator<Item = &'a String>, sources: &[(PathBuf, String)]) -> Vec<&'a String> {
    ids.filter(|id| !is_run_time(id) && !sources.iter().any(|(_, text)| text.contains(&format!("\"{id}\"")))).collect()
}

#[test]
fn every_word_file_parses_and_no_id_stands_twice() {
    for lang in Lang::ALL {
        let mut seen = BTreeSet::new();
        for file in FILES {
            let text = if lang == Lang::En { file.en } else { file.cy };
            if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
                panic!("{}/{}.ftl: {errors:?}", lang.as_str(), file.name);
            }
            for (id, _) in messages(text) {
                assert!(seen.insert(id.clone()), "{}/{}.ftl: {id} stands twice", lang.as_str(), file.name);
            }
        }
    }
}

#[test]
fn every_word_file_in_the_folder_is_part_of_the_program() {
    for lang in Lang::ALL {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/words").join(lang.as_str());
        for entry in fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            assert!(FILES.iter().any(|file| format!("{}.ftl", file.name) == name), "{name} is not in FILES");
        }
    }
}

#[test]
fn both_languages_have_the_same_ids_with_the_same_values() {
    let different = differences(&all_messages(Lang::En), &all_messages(Lang::Cy));
    assert!(different.is_empty(), "missing in one language, or with other values: {different:?}");
}

#[test]
fn every_message_can_be_said_in_both_languages_with_the_values_it_wants() {
    for lang in Lang::ALL {
        let words = Words::new(lang);
        for (id, values) in all_messages(lang) {
            for number in [0_i64, 1, 2, 3, 6, 11] {
                let given: Vec<(&str, Arg<'_>)> = values.iter().map(|v| (v.as_str(), number.into())).collect();
                let said = words.with(&id, &given);
                assert!(!said.contains('\u{27e6}') && !said.trim().is_empty(), "{} {id}: {said}", lang.as_str());
            }
        }
    }
}

#[test]
fn every_id_the_source_asks_for_exists() {
    let ids = all_messages(Lang::En);
    for (path, text) in source() {
        for id in asked_for(&text) {
            assert!(ids.contains_key(&id), "{}: there is no word {id}", path.display());
        }
    }
}

#[test]
fn every_command_has_a_label() {
    let ids = all_messages(Lang::En);
    for (path, text) in source().into_iter().filter(|(path, _)| path.to_string_lossy().contains("src/journey/")) {
        for command in commands(&text) {
            assert!(ids.contains_key(&format!("key-{command}")), "{}: there is no word key-{command}", path.display());
        }
    }
}

#[test]
fn ids_chosen_before_they_are_looked_up_exist() {
    let ids = all_messages(Lang::En);
    for (path, text) in source() {
        let is_screen = ["src/screen/", "src/plain/"].iter().any(|room| path.to_string_lossy().contains(room));
        let slips = if is_screen { slips(&text, &ids) } else { Vec::new() };
        assert!(slips.is_empty(), "{}: not in the word files: {slips:?}", path.display());
    }
}

#[test]
fn no_word_is_unused() {
    let ids = all_messages(Lang::En);
    let sources = source();
    let unused = unused(ids.keys(), &sources);
    assert!(unused.is_empty(), "no source names these words: {unused:?}");
}

#[test]
fn a_missing_word_or_value_is_seen_and_not_guessed() {
    let words = Words::new(Lang::En);
    assert_eq!(words.get("no-such-word"), "\u{27e6}no-such-word\u{27e7}");
    assert_eq!(words.get("status-queue"), "\u{27e6}status-queue\u{27e7}");
    assert!(words.has("status-queue") && !words.has("no-such-word"));
}

#[test]
fn values_stand_in_the_sentence_without_invisible_marks() {
    let words = Words::new(Lang::Cy);
    assert_eq!(words.with("status-offline-since", &[("time", "09:14".into())]), "ALL-LEIN ers 09:14");
    assert_eq!(words.with("status-queue", &[("count", 1041.into())]), "1041 yn aros");
}

#[test]
fn the_checks_of_this_file_can_fail() {
    let en = messages("a = one { $x }\nb = two\n").into_iter().collect();
    let cy = messages("a = un { $y }\n").into_iter().collect();
    assert_eq!(differences(&en, &cy), ["a", "b"]);
    let asked = asked_for("words.get(\"a\"); words\n    .with(\n  \"b\", &[]); map.get(\"c\"); // words.get(\"d\")\n");
    assert_eq!(asked, ["a", "b", "d"].map(str::to_owned).into());
    assert_eq!(asked_for("    // words.get(\"d\")"), BTreeSet::new());
    let ids: BTreeMap<_, _> = messages("card-good = a\ncard-bad = b\n").into_iter().collect();
    assert_eq!(slips("\"card-good\" \"card-god\" \"other-x\" \"card\"\n// \"card-x\"", &ids), ["card-god"]);
    assert_eq!(commands("Command::new(Key::F(1), \"help\")"), ["help".to_owned()].into());
    let sources = [(PathBuf::new(), "words.get(\"a\")".to_owned())];
    assert_eq!(unused(["a".to_owned(), "b".to_owned(), "role-x".to_owned()].iter(), &sources), ["b"]);
}
