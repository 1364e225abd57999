//! The rules of the house that no compiler holds. Plain scanning of the source; each rule has a test that shows it can fail.

mod support;

use std::collections::BTreeMap;
use std::fs;

use support::source::{Blank, Source, files, item_end, name, root, rust, test_modules, texts};

/// Rooms that do no IO, read no clock and draw nothing.
const CORE: [&str; 6] = ["domain", "document", "policy", "card", "wire", "journey"];

/// What the core never mentions.
const NOT_IN_CORE: [&str; 14] = [
    "std::fs",
    "std::net",
    "std::thread",
    "std::process",
    "std::env",
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "ratatui",
    "crossterm",
    "rusqlite",
    "tokio",
    "tracing",
];

/// What production code never does, unless the same line says why it can't fail.
const NOT_OUTSIDE_TESTS: [&str; 7] =
    [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!(", "dbg!("];

/// The same-line reason that allows one of them.
const REASON: &str = "// can't fail:";

const FILE_LINES_MAX: usize = 600;
const FUNCTION_LINES_MAX: usize = 70;

/// Texts in `screen` and `plain` that look like sentences and are none.
const NO_SENTENCES: [&str; 0] = [];

// ---- rules: each takes a source and gives what is wrong with it -------------------------------------------------------

/// The rooms and what each may know, from the table in `src/lib.rs`.
fn rooms(lib: &str) -> BTreeMap<String, Vec<String>> {
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | ").filter(|row| row.contains('`')));
    let mut rooms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut open: Vec<(String, String)> = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_end_matches('|').split(" | ").map(str::trim).collect();
        if let [room, _, knows] = cells[..] {
            open.push((room.trim_matches(['[', ']', '`']).to_owned(), knows.to_owned()));
        }
    }
    let desk: Vec<String> = open.iter().map(|(room, _)| room.clone()).filter(|room| room != "central").collect();
    for (room, knows) in open {
        let known = match knows.as_str() {
            "nothing of ours" => Vec::new(),
            "all of the desk" => desk.clone(),
            list => list
                .split([',', ' '])
                .filter(|word| !word.is_empty() && *word != "the" && *word != "and")
                .flat_map(|word| if word == "core" { CORE.map(str::to_owned).to_vec() } else { vec![word.to_owned()] })
                .collect(),
        };
        rooms.insert(room, known);
    }
    rooms
}

/// The room a file belongs to: `src/card/tlv.rs` and `src/card.rs` are in `card`.
fn room_of(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    let (room, _) = rest.split_once(['/', '.'])?;
    (!["lib", "main", "bin"].contains(&room)).then_some(room)
}

/// The first words behind every `crate::` or `super::`, groups in braces included.
fn crate_names(code: &str, path: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices(path) {
        let rest = &code[at + path.len()..];
        match rest.strip_prefix('{') {
            None => names.push(first_word(rest)),
            Some(group) => names.extend(group_items(group).iter().map(|item| first_word(item))),
        }
    }
    names
}

fn first_word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The items of a brace group, up to its closing brace; inner groups stay whole.
fn group_items(group: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0;
    for sign in group.chars() {
        match sign {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(item) = items.last_mut() {
            item.push(sign);
        }
    }
    items.retain(|item| !item.trim().is_empty());
    items
}

fn layering(source: &Source, rooms: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let Some(room) = room_of(&source.path) else {
        return Vec::new();
    };
    let Some(known) = rooms.get(room) else {
        return vec![format!("{}: the room {room} is not in the table of src/lib.rs", source.path)];
    };
    let blank = Blank::new(&source.text);
    let mut names = crate_names(&blank.code, "crate::");
    if source.path == format!("src/{room}/mod.rs") {
        names.extend(crate_names(&blank.production(), "super::")); // there `super` is the crate
    }
    // The demo is the one place where a desk and a central live in one process.
    let demo = source.path.starts_with("src/driver/demo/");
    let allowed = |name: &String| *name == room || known.contains(name) || (demo && name == "central");
    let strange = names.iter().filter(|name| rooms.contains_key(*name) && !allowed(name));
    strange.map(|name| format!("{}: {room} may not know {name}", source.path)).collect()
}

fn core_purity(source: &Source) -> Vec<String> {
    let is_core = room_of(&source.path).is_some_and(|room| CORE.contains(&room));
    if !is_core || source.is_test {
        return Vec::new();
    }
    let code = Blank::new(&source.text).production();
    let found = NOT_IN_CORE.iter().filter(|word| has_word(&code, word));
    found.map(|word| format!("{}: the core never mentions {word}", source.path)).collect()
}

/// Whether a word stands in the code by itself.
fn has_word(code: &str, word: &str) -> bool {
    let is_word = |sign: Option<char>| sign.is_some_and(|c| c.is_alphanumeric() || c == '_');
    code.match_indices(word)
        .any(|(at, _)| !is_word(code[..at].chars().next_back()) && !is_word(code[at + word.len()..].chars().next()))
}

fn sizes(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_LINES_MAX {
        wrong.push(format!("{}: {lines} lines, {FILE_LINES_MAX} at most", source.path));
    }
    let code = Blank::new(&source.text).code;
    let code: Vec<&str> = code.lines().collect();
    for (index, line) in code.iter().enumerate().filter(|(_, line)| starts_function(line)) {
        let length = item_end(&code, index) - index + 1;
        if length > FUNCTION_LINES_MAX {
            wrong.push(format!(
                "{}:{}: {} has {length} lines, {FUNCTION_LINES_MAX} at most",
                source.path,
                index + 1,
                line.trim()
            ));
        }
    }
    wrong
}

fn starts_function(line: &str) -> bool {
    let words = line.split_whitespace().take_while(|word| !word.contains(['"', '(']) || word.starts_with("pub("));
    let words: Vec<&str> = words.collect();
    let first = line.trim_start();
    let start = words.iter().position(|word| *word == "fn");
    let qualifiers = ["pub", "const", "async", "extern", "fn"];
    first.starts_with("fn ")
        || start.is_some_and(|at| words[..at].iter().all(|w| qualifiers.contains(w) || w.starts_with("pub(")))
}

fn failing_words(source: &Source) -> Vec<String> {
    if source.is_test || !source.path.starts_with("src/") {
        return Vec::new();
    }
    let code = Blank::new(&source.text).production();
    let lines = code.lines().zip(source.text.lines()).enumerate();
    lines
        .filter(|(_, (_, written))| !written.contains(REASON))
        .flat_map(|(index, (code, _))| {
            NOT_OUTSIDE_TESTS.iter().filter(move |word| has_call(code, word)).map(move |word| (index, word))
        })
        .map(|(index, word)| format!("{}:{}: {word} outside tests without `{REASON} ...`", source.path, index + 1))
        .collect()
}

/// Whether a macro or method stands in a line, and not as the end of another name.
fn has_call(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| {
        word.starts_with('.') || !code[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_')
    })
}

fn skipped_and_unsafe(source: &Source) -> Vec<String> {
    let code = Blank::new(&source.text).code;
    let mut wrong = Vec::new();
    if code.contains("#[ignore") {
        wrong.push(format!("{}: an ignored test tests nothing", source.path));
    }
    if has_word(&code, "unsafe") {
        wrong.push(format!("{}: unsafe", source.path));
    }
    wrong
}

/// Paths of the machine something was written on. `kiosk-image` describes a machine of its own.
fn machine_paths(path: &str, bytes: &[u8]) -> Vec<String> {
    let own = path.starts_with("kiosk-image/");
    let everywhere = [concat!("/wo", "rk/"), concat!("/Use", "rs/")];
    let elsewhere = [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/tm", "p/")];
    let wanted = everywhere.iter().chain(elsewhere.iter().filter(|_| !own));
    let text = String::from_utf8_lossy(bytes);
    let stands = |place: &str| {
        text.match_indices(place).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            // Inside a longer path or address it is no place of a machine.
            !before.is_some_and(|c| c.is_alphanumeric() || ".-_}~/".contains(c))
        })
    };
    wanted.filter(|place| stands(place)).map(|place| format!("{path}: a machine's path, {place}...")).collect()
}

/// Sentences belong to the word files: a text with a capital, small letters, a space and a small word.
fn sentences(source: &Source) -> Vec<String> {
    let is_drawn = ["src/screen/", "src/plain/"].iter().any(|room| source.path.starts_with(room));
    if !is_drawn || source.is_test {
        return Vec::new();
    }
    let found = texts(&Blank::new(&source.text).production_with_texts());
    let found = found.into_iter().filter(|text| is_sentence(text) && !NO_SENTENCES.contains(&text.as_str()));
    found.map(|text| format!("{}: {text:?} belongs to the word files", source.path)).collect()
}

fn is_sentence(text: &str) -> bool {
    let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
    let small =
        |word: &str| word.len() > 1 && word.trim_end_matches(['.', ',', '?', '!', ':']).chars().all(char::is_lowercase);
    let capital = |word: &str| {
        let mut signs = word.chars();
        signs.next().is_some_and(char::is_uppercase) && signs.as_str().chars().any(char::is_lowercase)
    };
    words.windows(2).any(|pair| capital(pair[0]) && small(pair[1]))
}

/// Labels of keys come from the word files and are never empty.
fn key_labels(source: &Source) -> Vec<String> {
    if !source.path.starts_with("src/") || source.is_test {
        return Vec::new();
    }
    let code = Blank::new(&source.text).production_with_texts();
    let mut wrong = Vec::new();
    for call in [".key(Key::", ".key_range(Key::", "KeyHint::new(Key::"] {
        for (at, _) in code.match_indices(call) {
            let label = last_argument(&code[at + call.len()..]);
            if label.starts_with('"') || label.starts_with("String::new") || label.starts_with("Text::new") {
                wrong.push(format!("{}: {call}..{label}) has no label from the word files", source.path));
            }
        }
    }
    wrong
}

/// The last argument of a call whose arguments start here.
fn last_argument(arguments: &str) -> &str {
    let mut depth = 0;
    let mut start = 0;
    for (at, sign) in arguments.char_indices() {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' if depth == 0 => return arguments[start..at].trim(),
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 && !arguments[at + 1..].trim_start().starts_with(')') => start = at + 1,
            _ => {}
        }
    }
    arguments[start..].trim()
}

// ---- the rules held to the source -------------------------------------------------------------------------------------

fn all_rust() -> Vec<Source> {
    rust(&["src", "tests", "benches", "examples"])
}

fn hold(rule: impl Fn(&Source) -> Vec<String>) {
    let sources = all_rust();
    assert!(sources.len() > 20, "the source was not found");
    let wrong: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn every_room_knows_only_the_rooms_the_code_map_names() {
    let rooms = rooms(&fs::read_to_string(root().join("src/lib.rs")).unwrap());
    hold(|source| layering(source, &rooms));
}

#[test]
fn the_core_does_no_io_reads_no_clock_and_draws_nothing() {
    hold(core_purity);
}

#[test]
fn files_and_functions_are_short() {
    hold(sizes);
}

#[test]
fn production_code_does_not_stop_the_program() {
    hold(failing_words);
}

#[test]
fn no_test_is_ignored_and_nothing_is_unsafe() {
    hold(skipped_and_unsafe);
}

#[test]
fn no_file_names_a_place_of_the_machine_it_was_written_on() {
    let all = files(".", |path| !path.ends_with(".snap.new"));
    assert!(all.len() > 20, "the files were not found");
    let wrong: Vec<String> = all.iter().flat_map(|path| machine_paths(&name(path), &fs::read(path).unwrap())).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn only_the_word_files_hold_sentences_of_the_screen() {
    hold(sentences);
}

#[test]
fn every_key_of_the_key_bar_has_a_label_from_the_word_files() {
    hold(key_labels);
}

// ---- each rule shown able to fail -------------------------------------------------------------------------------------

fn source(path: &str, text: &str) -> Source {
    Source { path: path.to_owned(), text: text.to_owned(), is_test: path.starts_with("tests/") }
}

/// The rule finds something in `bad` and nothing in `good`.
fn can_fail(rule: impl Fn(&Source) -> Vec<String>, path: &str, bad: &[&str], good: &[&str]) {
    for text in bad {
        assert!(!rule(&source(path, text)).is_empty(), "not found in {path}: {text}");
    }
    for text in good {
        assert_eq!(rule(&source(path, text)), Vec::<String>::new(), "wrongly found in {path}: {text}");
    }
}

#[test]
fn the_layering_rule_can_fail() {
    let rooms = rooms(&fs::read_to_string(root().join("src/lib.rs")).unwrap());
    assert_eq!(rooms.len(), 15, "the table of src/lib.rs was not understood: {:?}", rooms.keys());
    assert!(rooms["domain"].is_empty() && rooms["sync"].contains(&"store".to_owned()));
    let rule = |source: &Source| layering(source, &rooms);
    can_fail(
        rule,
        "src/card/x.rs",
        &[
            "use crate::journey::Key;",
            "use crate::{domain::Role,\n store::{self, Db}};",
            "fn f() -> crate::screen::Page {}",
        ],
        &[
            "use crate::domain::Role; use crate::card::task;",
            "// use crate::store;",
            "const X: &str = \"crate::store\";",
        ],
    );
    can_fail(rule, "src/card/mod.rs", &["use super::store::Db;"], &["use super::domain::Role;"]);
    can_fail(rule, "src/central/x.rs", &["use crate::journey::Key;"], &["use crate::wire::fact;"]);
    can_fail(rule, "src/driver/x.rs", &["use crate::central::ca;"], &["use crate::store::Store;"]);
    can_fail(rule, "src/driver/demo/x.rs", &[], &["use crate::central::ca;"]);
    can_fail(rule, "src/attic/x.rs", &[""], &[]);
}

#[test]
fn the_purity_rule_can_fail() {
    can_fail(
        core_purity,
        "src/policy/x.rs",
        &["use std::fs;", "let t = SystemTime::now();", "use ratatui::Frame;", "let t = Timestamp::now();"],
        &["// no std::fs here", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n", "let tokiox = 1;"],
    );
    can_fail(core_purity, "src/store/x.rs", &[], &["use std::fs;"]);
}

#[test]
fn the_size_rule_can_fail() {
    let long = format!("pub fn long() {{\n{}}}\n", "    f(\"}\");\n".repeat(FUNCTION_LINES_MAX));
    let fine = format!("pub fn fine() {{\n{}}}\n", "    f(\"{\");\n".repeat(FUNCTION_LINES_MAX - 2));
    let file = "// x\n".repeat(FILE_LINES_MAX + 1);
    can_fail(sizes, "src/a/x.rs", &[&long, &file], &[&fine, &file[5..]]);
    assert!(starts_function("    pub(crate) const fn f<'a>("));
    assert!(!starts_function("    let f: fn(u8) = g;"));
}

#[test]
fn the_rule_against_stopping_can_fail() {
    can_fail(
        failing_words,
        "src/store/x.rs",
        &[
            "fn f() { x.unwrap(); }",
            "x.expect(\"y\")",
            "panic!(\"y\")",
            "let a = dbg!(x);",
            "#[cfg(test)]\nuse a;\nb.unwrap();",
        ],
        &[
            "x.expect(\"y\") // can't fail: it was just put there",
            "#[cfg(test)]\nmod tests {\n fn f() { x.unwrap(); }\n}",
            "#[expect(clippy::all)] fn f() {}",
            "// x.unwrap()",
            "x.unwrap_or(0)",
            "let s = \"panic!(\";",
        ],
    );
    can_fail(failing_words, "tests/x.rs", &[], &["x.unwrap()"]);
}

#[test]
fn modules_declared_for_tests_are_known_as_tests_and_others_are_not() {
    let text =
        "mod a;\n#[cfg(test)]\nmod b;\n#[cfg(test)]\n#[path = \"c_tests.rs\"]\nmod tests;\n#[cfg(test)]\nmod d {\n}\n";
    assert_eq!(test_modules("src/x/mod.rs", text), ["src/x/b.rs", "src/x/c_tests.rs"]);
    assert_eq!(test_modules("src/x/y.rs", text), ["src/x/y/b.rs", "src/x/c_tests.rs"]);
}

#[test]
fn the_rule_against_skipping_and_unsafe_can_fail() {
    let ignored = concat!("#[ig", "nore]\n#[test] fn f() {}");
    can_fail(
        skipped_and_unsafe,
        "tests/x.rs",
        &[ignored, "fn f() { unsafe { g() } }"],
        &["#![forbid(unsafe_code)]", "// unsafe", "\"unsafe\""],
    );
}

#[test]
fn the_rule_against_machine_paths_can_fail() {
    let place = concat!("/wo", "rk/x");
    assert!(!machine_paths("a.md", format!("see {place}").as_bytes()).is_empty());
    assert!(!machine_paths("kiosk-image/a", place.as_bytes()).is_empty());
    assert!(!machine_paths("a.md", concat!("`/tm", "p/x`").as_bytes()).is_empty());
    assert!(machine_paths("kiosk-image/a", concat!("mount /tm", "p/x").as_bytes()).is_empty());
    assert!(machine_paths("a.md", format!("https://example.org{place}").as_bytes()).is_empty());
}

#[test]
fn the_sentence_rule_can_fail() {
    can_fail(
        sentences,
        "src/screen/x.rs",
        &["let t = \"Nothing has changed.\";", "page(r#\"Put your card in\"#)"],
        &[
            "words.get(\"nothing-changed\")",
            "// \"Nothing has changed.\"",
            "format!(\"{a}   {b}\")",
            "#[cfg(test)]\nmod tests {\n const T: &str = \"Nothing has changed.\";\n}",
        ],
    );
    can_fail(sentences, "src/store/x.rs", &[], &["\"Nothing has changed.\""]);
}

#[test]
fn the_key_label_rule_can_fail() {
    can_fail(
        key_labels,
        "src/screen/x.rs",
        &["page.key(Key::Enter, \"Go\")", "page.key(Key::Char(','), \"\")", "KeyHint::new(Key::F(1), String::new())"],
        &[
            "page.key(Key::Enter, words.get(\"go\"))",
            "page.key(\n  Key::Enter,\n  words.with(\"go\", &[(\"a\", b.into())]),\n)",
        ],
    );
}
