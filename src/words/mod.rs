//! The words: every sentence on a screen, in English and Welsh, from the Fluent files in `assets/words`.
//!
//! The files are part of the program. A word file is added with one line in `FILES`. `tests` in this room hold the two
//! languages together: same keys, same arguments, nothing unused, nothing missing.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

#[cfg(test)]
mod tests;

/// One pair of word files.
struct WordFile {
    name: &'static str,
    en: &'static str,
    cy: &'static str,
}

impl WordFile {
    fn text(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::Cy => self.cy,
        }
    }
}

macro_rules! word_file {
    ($name:literal) => {
        WordFile {
            name: $name,
            en: include_str!(concat!("../../assets/words/en/", $name, ".ftl")),
            cy: include_str!(concat!("../../assets/words/cy/", $name, ".ftl")),
        }
    };
}

/// Every word file, one line each. Ids are grouped by file; an id may stand in one file only.
const FILES: &[WordFile] = &[
    word_file!("cancel"),
    word_file!("common"),
    word_file!("demo"),
    word_file!("documents"),
    word_file!("evidence"),
    word_file!("examination"),
    word_file!("faults"),
    word_file!("home"),
    word_file!("issue"),
    word_file!("passcode"),
    word_file!("queue"),
    word_file!("register"),
    word_file!("rename"),
    word_file!("reset"),
    word_file!("setup"),
    word_file!("signin"),
];

/// Starts of ids that are put together at run time, so that no literal of the whole id stands in the source.
#[cfg(test)]
const RUN_TIME_PREFIXES: &[&str] = &[
    "cancel-field-",
    "cancel-reason-",
    "check-",
    "combination-",
    "contradiction-",
    "demo-",
    "document-counts-",
    "document-kind-",
    "document-why-",
    "endorser-ask-",
    "event-",
    "exam-control-",
    "fault-",
    "field-",
    "finding-",
    "help-",
    "hint-",
    "job-",
    "key-",
    "level-",
    "month-",
    "next-",
    "photo-fault-",
    "photo-measure-",
    "photo-mend-",
    "refusal-",
    "refused-",
    "rename-short-",
    "rename-task-",
    "reset-document-",
    "reset-field-",
    "role-",
    "send-flagged-",
    "sign-in-",
    "task-",
    "trouble-",
    "zone-field-",
    "zone-warning-",
];

/// A language the desk speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Welsh.
    Cy,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Cy];

    /// The language F6 changes to.
    #[must_use]
    pub fn other(self) -> Lang {
        match self {
            Lang::En => Lang::Cy,
            Lang::Cy => Lang::En,
        }
    }

    /// `en` or `cy`, as in settings and folder names.
    pub fn as_str(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Cy => "cy",
        }
    }

    /// The language as Fluent knows it: it chooses the plural rules.
    fn id(self) -> LanguageIdentifier {
        self.as_str().parse().unwrap_or_default()
    }
}

/// A value put into a sentence: a text, or a number that also chooses the plural form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg<'a> {
    /// A text, shown as it is.
    Text(Cow<'a, str>),
    /// A whole number, shown without separators.
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Arg::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Arg::Text(Cow::Owned(text))
    }
}

macro_rules! arg_from_number {
    ($($number:ty),*) => {$(
        impl From<$number> for Arg<'_> {
            fn from(number: $number) -> Self {
                Arg::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )*};
}
arg_from_number!(u8, u16, u32, u64, usize, i32, i64);

/// The words of one language.
///
/// A file is parsed when one of its sentences is first wanted: a desk shows its first screen from a few of them, and most
/// days one language alone. To parse all of both took a third of the start.
pub struct Words {
    lang: Lang,
    /// In which file an id stands.
    places: OnceLock<HashMap<&'static str, usize>>,
    /// As [`FILES`].
    bundles: [OnceLock<FluentBundle<FluentResource>>; FILES.len()],
}

impl Words {
    /// The words of a language. Nothing is parsed yet.
    pub fn new(lang: Lang) -> Self {
        Self { lang, places: OnceLock::new(), bundles: [const { OnceLock::new() }; FILES.len()] }
    }

    /// The language of these words.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The sentence with this id; `⟦id⟧` where there is none, so that it is seen and not guessed.
    pub fn get(&self, id: &str) -> String {
        self.with(id, &[])
    }

    /// The sentence with this id and these values: `words.with("queue-waiting", &[("count", 3.into())])`.
    ///
    /// A missing id or value shows as `⟦id⟧`.
    pub fn with(&self, id: &str, values: &[(&str, Arg<'_>)]) -> String {
        self.look_up(id, values).unwrap_or_else(|| format!("\u{27e6}{id}\u{27e7}"))
    }

    /// Whether there is a sentence with this id.
    pub fn has(&self, id: &str) -> bool {
        self.bundle_of(id).is_some_and(|bundle| bundle.has_message(id))
    }

    /// The parsed file with this id. None if no file has it.
    fn bundle_of(&self, id: &str) -> Option<&FluentBundle<FluentResource>> {
        let places = self.places.get_or_init(|| places(self.lang));
        let at = *places.get(id)?;
        let (bundle, file) = (self.bundles.get(at)?, FILES.get(at)?);
        Some(bundle.get_or_init(|| parse(file, self.lang)))
    }

    fn look_up(&self, id: &str, values: &[(&str, Arg<'_>)]) -> Option<String> {
        let bundle = self.bundle_of(id)?;
        let pattern = bundle.get_message(id)?.value()?;
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            let value = match value {
                Arg::Text(text) => FluentValue::from(text.as_ref()),
                Arg::Number(number) => FluentValue::from(*number),
            };
            args.set(*name, value);
        }
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&args), &mut errors);
        errors.is_empty().then(|| text.into_owned())
    }
}

/// Every id and its file. An id starts its line (Fluent 1.0 grammar, `Entry`); what else starts a line is a comment or a blank.
fn places(lang: Lang) -> HashMap<&'static str, usize> {
    let lines = FILES.iter().enumerate().flat_map(|(at, file)| file.text(lang).lines().map(move |line| (line, at)));
    lines
        .filter(|(line, _)| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|(line, at)| Some((line.split_once('=')?.0.trim_end(), at)))
        .collect()
}

/// The files were checked when the program was built, so this can't fail: a file that would not parse shows as missing
/// words, and `tests` refuse it.
fn parse(file: &WordFile, lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.id()]);
    // Direction marks round every value would be drawn as boxes by a console font.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(file.text(lang).to_owned()).unwrap_or_else(|(partial, errors)| {
        tracing::error!(file = file.name, lang = lang.as_str(), count = errors.len(), "a word file is broken");
        partial
    });
    bundle.add_resource_overriding(resource);
    bundle
}
