//! Rules over the checks of one document, as the policy files write them: `"tilt_hologram"`, `{ all = [...] }`,
//! `{ any = [...] }`, with `trained = true` where only a trained agent's answer counts, and `"@2"` or `"@seen"` for a rule that
//! stands elsewhere. References are put in while a policy is read, so that nothing can turn in a circle later.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};

/// The most parts of one rule once its references are put in. A file that doubles itself at each reference ends here.
const PARTS_MAX: usize = 500;

/// A rule as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// A check, `always`, or a reference that begins with `@`.
    Word(String),
    /// All or any of some.
    Parts {
        /// All of them; else one is enough.
        all: bool,
        /// Only a trained agent's answers count.
        trained: bool,
        /// The parts.
        parts: Vec<Written>,
    },
}

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Written;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a check, a reference such as \"@2\", { all = [...] } or { any = [...] }")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Written, E> {
                Ok(Written::Word(word.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Written, A::Error> {
                let (mut found, mut trained) = (None, false);
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "all" | "any" if found.is_none() => {
                            found = Some((key == "all", map.next_value::<Vec<Written>>()?));
                        }
                        "trained" => trained = map.next_value()?,
                        other => return Err(de::Error::unknown_field(other, &["all", "any", "trained"])),
                    }
                }
                let (all, parts) = found.ok_or_else(|| de::Error::missing_field("all or any"))?;
                Ok(Written::Parts { all, trained, parts })
            }
        }
        from.deserialize_any(Reader)
    }
}

/// A rule with its references put in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// Met by every document.
    Always,
    /// A check with the answer as expected.
    Check {
        /// Its id.
        id: String,
        /// Only a trained agent's answer counts.
        trained: bool,
    },
    /// Each of them.
    All(Vec<Rule>),
    /// One of them.
    Any(Vec<Rule>),
}

impl Rule {
    /// Puts the references of a written rule in. `find` knows the rules that can be referred to.
    ///
    /// Errors, for the editor of a policy: an unknown reference, a circle, an empty list, too many parts.
    pub(super) fn resolve<'a>(
        written: &'a Written,
        find: &dyn Fn(&str) -> Option<&'a Written>,
    ) -> Result<Rule, String> {
        Resolver { find, open: Vec::new(), parts: 0 }.resolve(written, false)
    }

    /// The ids of all its checks.
    pub fn checks(&self) -> Vec<&str> {
        match self {
            Rule::Always => Vec::new(),
            Rule::Check { id, .. } => vec![id],
            Rule::All(parts) | Rule::Any(parts) => parts.iter().flat_map(Rule::checks).collect(),
        }
    }
}

struct Resolver<'a, 'f> {
    find: &'f dyn Fn(&str) -> Option<&'a Written>,
    /// The references being put in, the outermost first.
    open: Vec<String>,
    parts: usize,
}

impl<'a> Resolver<'a, '_> {
    fn resolve(&mut self, written: &'a Written, trained: bool) -> Result<Rule, String> {
        self.parts += 1;
        if self.parts > PARTS_MAX {
            return Err(format!("with its references it has more than {PARTS_MAX} parts"));
        }
        match written {
            Written::Word(word) if word == "always" => Ok(Rule::Always),
            Written::Word(word) => match word.strip_prefix('@') {
                None => Ok(Rule::Check { id: word.clone(), trained }),
                Some(name) => {
                    if self.open.iter().any(|open| open == name) {
                        return Err(format!("a circle: @{} leads back to @{name}", self.open.join(" -> @")));
                    }
                    let there = (self.find)(name).ok_or_else(|| format!("nothing is called @{name}"))?;
                    self.open.push(name.to_owned());
                    let rule = self.resolve(there, trained);
                    self.open.pop();
                    rule
                }
            },
            Written::Parts { parts, .. } if parts.is_empty() => Err("an empty list of parts".to_owned()),
            Written::Parts { all, trained: here, parts } => {
                let parts: Result<Vec<Rule>, String> =
                    parts.iter().map(|part| self.resolve(part, trained || *here)).collect();
                parts.map(if *all { Rule::All } else { Rule::Any })
            }
        }
    }
}
