//! `ra-desk evidence` and `ra-desk policy lint`: what the evaluator says of a file of facts, and what is wrong with a policy.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Read, Write};
use std::marker::PhantomData;
use std::path::Path;
use std::process::ExitCode;

use jiff::civil::Date;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};

use super::{Failure, today};
use crate::policy::decision::{Node, Step};
use crate::policy::facts::{EXAMPLE, Facts};
use crate::policy::pack::{BUNDLE_MAX, FILE_MAX, FILES, PolicyError};
use crate::policy::{Decision, Policy, PolicySet, evaluate};
use crate::words::{Lang, Words};

/// A file of facts, at most: bytes.
const FACTS_MAX: u64 = 1024 * 1024;

/// The policy of this program.
pub fn policy() -> Result<Policy, Failure> {
    Policy::load().map_err(|error| {
        Failure::harmless(
            format!("The policy can't be read: {error}."),
            "Install RA Desk again: a file of the program is damaged.",
        )
    })
}

/// What is wrong with an input.
pub struct Bad {
    /// The line of the text, where one is known.
    line: Option<usize>,
    /// The field.
    pub field: String,
    /// Why.
    pub what: String,
}

impl Bad {
    /// About a field, wherever it stands.
    pub fn field(field: &str, what: impl Into<String>) -> Self {
        Bad { line: None, field: field.to_owned(), what: what.into() }
    }
}

/// A value that stands as an object with named fields. A list in its place is no form of it.
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Reader<T> {
            type Value = Object<T>;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }
        from.deserialize_map(Reader(PhantomData))
    }
}

/// A value from JSON, or the field that is wrong and why.
pub fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, Bad> {
    let mut form = serde_json::Deserializer::from_str(text);
    let Object(value) = serde_path_to_error::deserialize::<_, Object<T>>(&mut form)
        .map_err(|error| wrong(&error.path().to_string(), error.inner()))?;
    form.end().map_err(|error| wrong(".", &error))?;
    Ok(value)
}

fn wrong(path: &str, error: &serde_json::Error) -> Bad {
    // The place within the text is said once, at the front.
    let what = error.to_string();
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what);
    // A field that is missing, stands twice or is not known is named in what is wrong, not in the way to it.
    let named = what.split('`').nth(1).filter(|_| what.contains(" field `"));
    let way = path.split('.').filter(|part| !part.is_empty() && named.is_none_or(|named| *part != named)).chain(named);
    let field = way.collect::<Vec<_>>().join(".");
    let field = if field.is_empty() { "line".to_owned() } else { field };
    Bad { line: Some(error.line()), field, what: what.to_owned() }
}

/// What is asked of the command.
#[derive(clap::Args)]
pub struct Asked {
    /// Facts of a visit, in JSON; `-` for standard input.
    #[arg(required_unless_present = "example")]
    file: Option<std::path::PathBuf>,
    /// For programs.
    #[arg(long)]
    json: bool,
    /// Print a file to start from, and end.
    #[arg(long)]
    example: bool,
    /// The day of the decision; without it, today.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

/// Judges a file of facts. 0: the gate is met; 1: it is not; 2: the file is not of the form.
pub fn run(asked: &Asked) -> Result<ExitCode, Failure> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut code = ExitCode::SUCCESS;
    let said = if asked.example {
        write!(out, "{EXAMPLE}")
    } else {
        let judged = asked.file.as_deref().map_or(Err(Bad::field("file", "none was named")), read);
        match judged.and_then(|facts| decide(&facts, asked.today)) {
            Ok(decision) => {
                code = if decision.met { ExitCode::SUCCESS } else { ExitCode::FAILURE };
                if asked.json {
                    serde_json::to_writer(&mut out, &decision).map_err(io::Error::from).and_then(|()| writeln!(out))
                } else {
                    tell(&decision, &mut out)
                }
            }
            Err(Bad { line, field, what }) => {
                code = ExitCode::from(2);
                let line = line.map(|line| format!("line {line}, ")).unwrap_or_default();
                writeln!(out, "{}", serde_json::json!({ "error": format!("{line}field {field}: {what}") }))
            }
        }
    };
    super::ended(said.and_then(|()| out.flush()).map(|()| true)).map(|_| code)
}

fn read(path: &Path) -> Result<Facts, Bad> {
    let text =
        if path == Path::new("-") { limited(std::io::stdin().lock(), FACTS_MAX) } else { text_of(path, FACTS_MAX) };
    let facts: Facts = from_json(&text.map_err(|what| Bad::field("file", what))?)?;
    match facts.fault() {
        Some((field, what)) => Err(Bad::field(&field, what)),
        None => Ok(facts),
    }
}

fn text_of(path: &Path, most: u64) -> Result<String, String> {
    limited(std::fs::File::open(path).map_err(|error| error.to_string())?, most)
}

/// All of a text that is not too long.
fn limited(from: impl Read, most: u64) -> Result<String, String> {
    let mut text = String::new();
    from.take(most + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if text.len() as u64 > most { Err(format!("more than {most} bytes")) } else { Ok(text) }
}

fn decide(facts: &Facts, day: Option<Date>) -> Result<Decision, Bad> {
    let set = PolicySet::shipped();
    let known: Vec<&str> = set.all().iter().map(Policy::id).collect();
    if let Some(id) = facts.policy.as_deref().filter(|id| !known.contains(id)) {
        return Err(Bad::field("policy", format!("{id:?} is not here; known: {}", known.join(", "))));
    }
    // With no policy of that day the newest says so itself: an answer, not a fault of the file.
    let policy = set.in_force(facts.day_seen).or(set.all().last());
    let policy = policy.ok_or_else(|| Bad::field("policy", "this program has none"))?;
    Ok(evaluate(policy, facts, day.unwrap_or_else(today)))
}

fn tell(decision: &Decision, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}: {} version {}", decision.status.as_str(), decision.policy.id, decision.policy.version)?;
    writeln!(out, "GPG45: {} {}", decision.gpg45.level.as_str(), decision.gpg45.met.join(" "))?;
    for why in &decision.provisional {
        writeln!(out, "provisional: {}", why.as_str())?;
    }
    for step in &decision.next {
        writeln!(out, "next: {}", step_line(step))?;
    }
    node(&decision.tree, 0, out)
}

fn step_line(step: &Step) -> String {
    let parts = [Some(step.act.as_str()), step.what.as_deref(), step.document.as_deref()];
    let parts: Vec<&str> = parts.into_iter().flatten().collect();
    format!("{} ({} s)", parts.join(" "), step.seconds)
}

fn node(shown: &Node, depth: usize, out: &mut impl Write) -> io::Result<()> {
    let (status, facts) = (shown.status.as_str(), shown.facts.join(" "));
    writeln!(out, "{:indent$}{status:8} {}  {facts}", "", shown.rule, indent = depth * 2)?;
    shown.children.iter().try_for_each(|child| node(child, depth + 1, out))
}

/// Looks a policy through: the one in a folder, or the shipped one. 0: nothing was found; 1: something was; 2: it can't be read.
pub fn lint(folder: Option<&Path>) -> Result<ExitCode, Failure> {
    let read = match folder {
        None => policy_files(),
        Some(folder) => files_in(folder),
    };
    let files = match read {
        Ok(files) => files,
        Err(what) => {
            println!("{what}");
            return Ok(ExitCode::from(2));
        }
    };
    let mut found: Vec<String> = Vec::new();
    match Policy::lint(files) {
        Ok(policy) => found.extend(missing_words(&policy)),
        Err(faults) => found.extend(faults.iter().map(PolicyError::to_string)),
    }
    for line in &found {
        println!("{line}");
    }
    if found.is_empty() {
        println!("nothing found");
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn policy_files() -> Result<BTreeMap<String, String>, String> {
    let policy = Policy::load().map_err(|error| error.to_string())?;
    serde_json::from_slice(&policy.to_bundle()).map_err(|error| error.to_string())
}

fn files_in(folder: &Path) -> Result<BTreeMap<String, String>, String> {
    let mut files = BTreeMap::new();
    for name in FILES {
        let path = folder.join(name);
        // One byte more than is allowed: the policy says itself that it is too long.
        let text = text_of(&path, (FILE_MAX + 1).min(BUNDLE_MAX) as u64);
        files.insert(name.to_owned(), text.map_err(|what| format!("{}: {what}", path.display()))?);
    }
    Ok(files)
}

/// Words a policy needs that stand in no word file.
fn missing_words(policy: &Policy) -> Vec<String> {
    let mut missing = Vec::new();
    for lang in Lang::ALL {
        let words = Words::new(lang);
        let unknown = policy.word_ids().into_iter().filter(|id| !words.has(id));
        missing.extend(unknown.map(|id| format!("assets/words/{}: {id} is missing", lang.as_str())));
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("facts.json");
        std::fs::write(&path, text).unwrap();
        match read(&path).and_then(|facts| decide(&facts, None)) {
            Ok(_) => "none".to_owned(),
            Err(bad) => format!("{:?} {}: {}", bad.line, bad.field, bad.what),
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_line_and_field() {
        assert_eq!(fault(EXAMPLE), "none");
        assert!(fault("{\n\"day_seen\": \"2026-02-30\"}").starts_with("Some(2) day_seen: "));
        assert!(fault("{}").starts_with("Some(1) day_seen: missing field"));
        assert!(fault("[]").starts_with("Some(1) line: "));
        let kind = EXAMPLE.replacen("\"kind\": \"uk_passport\"", "\"kind\": 3", 1);
        assert!(fault(&kind).contains("documents[0].kind: invalid type"), "{}", fault(&kind));
        let twin = EXAMPLE.replacen("\"id\": \"d2\"", "\"id\": \"d1\"", 1);
        assert_eq!(fault(&twin), "None documents[1].id: another document has this id");
        let other = EXAMPLE.replacen("nhs-ra-identity", "nowhere", 1);
        assert!(fault(&other).contains("policy: \"nowhere\" is not here; known: nhs-ra-identity"));
        let lost = EXAMPLE.replacen("\"document\": \"d3\"", "\"document\": \"d7\"", 1);
        assert!(fault(&lost).contains("explanations[1].document: no document has this id"));
        let long = EXAMPLE.replacen("Example Water", &"w".repeat(500), 1);
        assert!(fault(&long).contains("documents[2]: a text of more than 400 bytes"), "{}", fault(&long));
    }

    #[test]
    fn the_shipped_policy_passes_its_linter_and_has_every_word_in_both_languages() {
        let policy = policy().unwrap_or_else(|_| panic!("no policy"));
        assert_eq!(missing_words(&policy), Vec::<String>::new());
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/policy");
        let files = files_in(&folder).unwrap();
        assert_eq!(Policy::lint(files).unwrap().hash(), policy.hash());
    }

    #[test]
    fn a_type_without_words_is_found_in_both_languages() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/policy");
        let mut files = files_in(&folder).unwrap();
        let text = files.get_mut("documents.toml").unwrap();
        text.push_str("\n[[document]]\nid = \"library_card\"\ncounts_as = \"rejected\"\nsource = \"x\"\n");
        let missing = missing_words(&Policy::lint(files).unwrap());
        assert_eq!(missing.len(), 4, "{missing:?}");
        assert!(missing[0].starts_with("assets/words/") && missing[0].contains("document-kind-library_card"));
    }
}
