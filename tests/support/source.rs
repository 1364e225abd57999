//! Reading the repository's own source: plain scanning, no parser.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Path from the repository's root, with forward slashes.
    pub path: String,
    /// The text as it is.
    pub text: String,
    /// Whether it holds tests only: it is in a folder of tests, or its module is declared under `#[cfg(test)]`.
    pub is_test: bool,
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` that `wanted` takes, without what builds and version control leave behind.
pub fn files(folder: &str, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.retain(|path| wanted(&name(path)));
    found.sort();
    found
}

/// Every Rust file below these folders.
pub fn rust(folders: &[&str]) -> Vec<Source> {
    let paths = folders.iter().flat_map(|folder| files(folder, |path| path.ends_with(".rs")));
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        Source { path: name(&path), text, is_test: false }
    };
    let mut sources: Vec<Source> = paths.map(read).collect();
    let declared: Vec<String> = sources.iter().flat_map(|source| test_modules(&source.path, &source.text)).collect();
    for source in &mut sources {
        source.is_test = is_test_folder(&source.path) || declared.contains(&source.path);
    }
    sources
}

fn is_test_folder(path: &str) -> bool {
    path.starts_with("tests/") || path.contains("/tests/")
}

/// The files that a source declares as test modules: `#[cfg(test)] mod x;`, with or without `#[path = "..."]`.
pub fn test_modules(path: &str, text: &str) -> Vec<String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.trim_end_matches(".rs");
    let inner = if stem == "mod" || stem == "lib" { folder.to_owned() } else { format!("{folder}/{stem}") };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let after_test = lines.iter().enumerate().filter(|(_, line)| **line == "#[cfg(test)]");
    after_test
        .filter_map(|(index, _)| {
            let mut rest = lines[index + 1..].iter();
            let mut line = rest.next()?;
            if let Some(place) = line.strip_prefix("#[path = \"").and_then(|rest| rest.strip_suffix("\"]")) {
                return Some(format!("{folder}/{place}"));
            }
            while line.starts_with("#[") {
                line = rest.next()?;
            }
            let module = line.rsplit_once("mod ")?.1.strip_suffix(';')?;
            Some(format!("{inner}/{module}.rs"))
        })
        .collect()
}

/// The path from the repository's root.
pub fn name(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return; // a folder that is not there yet, such as benches
    };
    for entry in entries {
        let entry = entry.unwrap();
        let path = entry.path();
        let left_behind = ["target", ".git"].iter().any(|name| entry.file_name() == *name);
        if left_behind || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// A source with comments, and with comments and the insides of texts, made blank. Lines and columns stay as they are.
pub struct Blank {
    /// Without comments.
    pub no_comments: String,
    /// Without comments and without the insides of texts and signs.
    pub code: String,
}

impl Blank {
    /// Makes comments and texts blank.
    pub fn new(text: &str) -> Self {
        let signs: Vec<char> = text.chars().collect();
        let mut blank = Self { no_comments: String::new(), code: String::new() };
        let mut at = 0;
        while at < signs.len() {
            let rest = &signs[at..];
            let (length, kind) = piece(rest, at.checked_sub(1).map(|before| signs[before]));
            for sign in &rest[..length] {
                let line_end = *sign == '\n';
                blank.no_comments.push(if kind == Kind::Comment && !line_end { ' ' } else { *sign });
                let edge = kind == Kind::Text && *sign == '"';
                blank.code.push(if kind == Kind::Code || line_end || edge { *sign } else { ' ' });
            }
            at += length;
        }
        blank
    }

    /// The code without test modules (`#[cfg(test)] mod x { ... }`).
    pub fn production(&self) -> String {
        without_tests(&self.code, &self.code)
    }

    /// The code with its texts, without comments and test modules.
    pub fn production_with_texts(&self) -> String {
        without_tests(&self.no_comments, &self.code)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Code,
    Comment,
    Text,
}

/// How many signs the next piece has, and what it is.
fn piece(rest: &[char], before: Option<char>) -> (usize, Kind) {
    match rest {
        ['/', '/', ..] => (rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()), Kind::Comment),
        ['/', '*', ..] => (block_comment(rest), Kind::Comment),
        ['"', ..] => (text(rest), Kind::Text),
        ['r', '"' | '#', ..] if !before.is_some_and(is_word) || before == Some('b') => match raw_text(rest) {
            Some(length) => (length, Kind::Text),
            None => (1, Kind::Code),
        },
        ['\'', '\\', _, tail @ ..] => (3 + tail.iter().position(|c| *c == '\'').map_or(0, |end| end + 1), Kind::Text),
        ['\'', _, '\'', ..] => (3, Kind::Text),
        _ => (1, Kind::Code),
    }
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_'
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        match rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] if depth == 1 => return at + 2,
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    rest.len()
}

fn text(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

fn raw_text(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let start = 2 + hashes;
    let ends =
        |at: &usize| rest[*at] == '"' && rest[at + 1..].iter().take(hashes).filter(|c| **c == '#').count() == hashes;
    Some((start..rest.len()).find(ends).map_or(rest.len(), |end| end + 1 + hashes))
}

/// `text` with the lines of test modules emptied; `code` is the same text without comments and texts, for the braces.
fn without_tests(text: &str, code: &str) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let code_lines: Vec<&str> = code.lines().collect();
    let mut line = 0;
    while line < code_lines.len() {
        if code_lines[line].trim() != "#[cfg(test)]" {
            line += 1;
            continue;
        }
        let end = item_end(&code_lines, line + 1);
        lines[line..=end].fill("");
        line = end + 1;
    }
    lines.join("\n")
}

/// The last line of the item that starts on a line: where its braces close, or its semicolon.
pub fn item_end(code_lines: &[&str], start: usize) -> usize {
    let mut depth = 0;
    for (offset, line) in code_lines.iter().skip(start).enumerate() {
        for sign in line.chars() {
            match sign {
                '{' => depth += 1,
                '}' if depth == 1 => return start + offset,
                '}' => depth -= 1,
                ';' if depth == 0 => return start + offset,
                _ => {}
            }
        }
    }
    code_lines.len().saturating_sub(1)
}

/// The insides of the texts of a source without comments.
pub fn texts(no_comments: &str) -> Vec<String> {
    let signs: Vec<char> = no_comments.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < signs.len() {
        let (length, kind) = piece(&signs[at..], at.checked_sub(1).map(|before| signs[before]));
        let piece: String = signs[at..at + length].iter().collect();
        if kind == Kind::Text && piece.contains('"') {
            found.push(piece.trim_start_matches('r').trim_matches('#').trim_matches('"').to_owned());
        }
        at += length;
    }
    found
}
