//! One document by itself: is it taken, is it good on the day, what was checked, what does that earn.

use jiff::Span;
use jiff::civil::Date;

use super::check::{Checked, reached};
use super::part::{Part, step};
use crate::policy::dates::{is_recent, last_day};
use crate::policy::decision::{Act, List, Status, Step};
use crate::policy::documents::{CountsAs, Kind, NumberForm, Part as Field, plain_number};
use crate::policy::evidence::{UsedAs, provider};
use crate::policy::facts::{DocumentFacts, Facts};
use crate::policy::gpg45::Piece;
use crate::policy::pack::Policy;

/// What is wrong with a document whatever it is used for, judged alone and on line: the word of each rule and how it stands.
pub(in crate::policy) fn own_faults(policy: &Policy, document: &DocumentFacts, day: Date) -> Vec<(String, Status)> {
    let facts = Facts { online: true, ..Facts::of_day(day) };
    let judged = Bench { policy, facts: &facts }.judge(document.clone(), Vec::new(), false);
    let open = judged.base.children.iter().filter(|part| !part.is_met());
    open.map(|part| (part.rule.trim_start_matches("document.").to_owned(), part.status)).collect()
}

/// A document, judged by itself.
pub(super) struct Judged<'a> {
    pub document: DocumentFacts,
    pub kind: Option<&'a Kind>,
    /// Ids of the same document, shown again.
    pub again: Vec<String>,
    /// What must hold for any use, then the uses.
    pub base: Part,
    pub uses: Vec<(List, Part)>,
    /// As proof of a change of name.
    pub name_change: Option<Part>,
    /// A check found something that only forgery or another person explains.
    pub incident: Option<String>,
    /// What it is worth for GPG45.
    pub piece: Piece,
    /// Two address documents of one provider count as one.
    pub provider: String,
}

/// What the documents of a visit are judged by.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub policy: &'a Policy,
    pub facts: &'a Facts,
}

impl<'a> Bench<'a> {
    pub fn checked<'b>(&self, document: &'b DocumentFacts, vouched: bool) -> Checked<'b>
    where
        'a: 'b,
    {
        let trained_until = self.facts.agent.trained_until;
        let training = trained_until.is_some_and(|last| self.seen(document) <= last);
        Checked { policy: self.policy, document, training, online: self.facts.online, vouched }
    }

    fn seen(&self, document: &DocumentFacts) -> Date {
        document.seen.unwrap_or(self.facts.day_seen)
    }

    /// Judges a document. `vouched`: a manager answers for the likeness.
    pub fn judge(&self, mut document: DocumentFacts, again: Vec<String>, vouched: bool) -> Judged<'a> {
        let kind = self.policy.list.kind_on(&document.kind, self.seen(&document));
        if let Some(kind) = kind {
            // A decision is read by more people than the visit: some types say more of their holder than these need to know.
            document.kind = kind.recorded().to_owned();
        }
        let checked = self.checked(&document, vouched);
        let incident = checked.incident().map(str::to_owned);
        let base = self.base(&document, kind, &checked);
        let uses = kind.map(|kind| self.uses(&document, kind, &checked)).unwrap_or_default();
        let name_change = kind.and_then(|kind| kind.name_change_if.as_ref()).map(|rule| {
            let parts = vec![base.clone(), checked.weigh(rule, true)];
            Part::all("document.name_change", "", parts)
        });
        let piece = match kind {
            Some(kind) if base.is_met() => {
                Piece { strength: reached(&kind.strength, &checked), validity: reached(&kind.validity, &checked) }
            }
            _ => Piece::default(),
        };
        let provider = self.policy.provider_key(document.issuer.as_deref().unwrap_or_default());
        Judged { kind, again, base, uses, name_change, incident, piece, provider, document }
    }

    fn uses(&self, document: &DocumentFacts, kind: &Kind, checked: &Checked) -> Vec<(List, Part)> {
        let wanted = |list: List| match document.used_as {
            None => true,
            Some(UsedAs::Photo) => list == List::Photo,
            Some(UsedAs::Address) => list == List::Address,
            Some(UsedAs::Other) => list == List::Nonphoto,
        };
        let part = |(list, rule): &(List, _)| {
            let rule = Part { rule: format!("document.{}", list.as_str()), ..checked.weigh(rule, true) };
            (*list, rule.with_source(&kind.source))
        };
        kind.uses.iter().filter(|(list, _)| wanted(*list)).map(part).collect()
    }

    /// What must hold whatever it is used for.
    fn base(&self, document: &DocumentFacts, kind: Option<&Kind>, checked: &Checked) -> Part {
        let id = document.id.as_str();
        let Some(kind) = kind else {
            let parts = vec![Part::refused("document.known", vec![format!("{id}.kind={}", document.kind)])];
            return Part::all("document", "", parts);
        };
        if kind.counts_as == CountsAs::Rejected {
            // Not a way to mend this document, but the way out for the holder.
            let instead = kind.instead.as_deref().map(|what| step(self.policy, Act::Bring, None, Some(what)));
            let mut part =
                Part::refused("document.taken", vec![format!("{id}.kind={}", document.kind)]).with_source(&kind.source);
            part.children =
                instead.map(|way| Part::unmet("document.instead", vec![], Some(vec![way]))).into_iter().collect();
            return Part::all("document", &kind.source, vec![part]);
        }
        let mut parts = vec![Part::met("document.taken", vec![format!("{id}.kind={}", document.kind)])];
        if let Some(check) = checked.incident() {
            parts.push(Part::refused("document.genuine", vec![format!("{id}.{check}=not_as_expected")]));
        }
        parts.push(self.original(document, kind));
        parts.extend(self.number(document, kind));
        parts.extend(self.issuer(document, kind));
        parts.extend(self.dates(document, kind));
        parts.extend(self.addressee(document));
        Part::all("document", &kind.source, parts)
    }

    fn original(&self, document: &DocumentFacts, kind: &Kind) -> Part {
        let rule = "document.original";
        if document.original_seen {
            return Part::met(rule, vec![format!("{}.original_seen", document.id)]);
        }
        let mut steps = vec![step(self.policy, Act::SeeOriginal, Some(&document.id), None)];
        if kind.online && !self.facts.online {
            steps.push(step(self.policy, Act::GoOnline, None, None));
        }
        Part::unknown(rule, vec![], Some(steps))
    }

    /// A field that is to be typed, or typed again.
    fn typing(&self, document: &DocumentFacts, field: Field) -> Option<Vec<Step>> {
        Some(vec![step(self.policy, Act::Type, Some(&document.id), Some(field.as_str()))])
    }

    fn number(&self, document: &DocumentFacts, kind: &Kind) -> Vec<Part> {
        if !kind.asks(Field::Number) {
            return Vec::new();
        }
        let rule = "document.number";
        let typed = document.number.as_deref().unwrap_or_default();
        let number = plain_number(typed);
        let facts = vec![format!("{}.number", document.id)];
        let again = || self.typing(document, Field::Number);
        if number.is_empty() {
            let needed = kind.needs(Field::Number);
            return if needed { vec![Part::unknown(rule, vec![], again())] } else { Vec::new() };
        }
        if document.number_is_digest {
            return vec![Part::met(rule, facts)];
        }
        let form = if kind.number.fits(&number) {
            Part::met(rule, facts.clone())
        } else {
            Part::unmet(rule, facts.clone(), again())
        };
        let mut parts = vec![form];
        if let (Some(letters), NumberForm::ShareCode) = (&kind.prefixes, kind.number) {
            let right = number.chars().next().is_some_and(|first| letters.contains(first));
            let name = "document.purpose";
            parts.push(if right { Part::met(name, facts) } else { Part::unmet(name, facts, None) });
        }
        parts
    }

    fn issuer(&self, document: &DocumentFacts, kind: &Kind) -> Option<Part> {
        let rule = "document.issuer";
        let given = document.issuer.as_deref().is_some_and(|issuer| !provider(issuer).is_empty());
        match (kind.needs(Field::Issuer), given) {
            (false, _) => None,
            (true, true) => Some(Part::met(rule, vec![format!("{}.issuer", document.id)])),
            (true, false) => Some(Part::unknown(rule, vec![], self.typing(document, Field::Issuer))),
        }
    }

    fn dates(&self, document: &DocumentFacts, kind: &Kind) -> Vec<Part> {
        let (id, seen) = (&document.id, self.seen(document));
        let mut parts = Vec::new();
        match document.issued {
            Some(issued) => {
                let facts = vec![format!("{id}.issued={issued}"), format!("seen={seen}")];
                let young = kind.months.is_none_or(|months| is_recent(issued, months, seen))
                    && kind.days.is_none_or(|days| seen <= issued.saturating_add(Span::new().days(i64::from(days))));
                parts.push(match (issued > seen, young) {
                    (true, _) => Part::unmet("document.issued_in_future", facts, None),
                    (false, false) => Part::unmet("document.too_old", facts, None),
                    (false, true) => Part::met("document.recent", facts),
                });
            }
            None if kind.needs(Field::Issued) => {
                parts.push(Part::unknown("document.issued", vec![], self.typing(document, Field::Issued)));
            }
            None => {}
        }
        match document.expires {
            Some(expires) => {
                let facts = vec![format!("{id}.expires={expires}"), format!("seen={seen}")];
                let good = seen <= last_day(expires, kind.grace_months);
                parts.push(if good {
                    Part::met("document.in_date", facts)
                } else {
                    Part::unmet("document.expired", facts, None)
                });
            }
            None if kind.no_expiry && document.no_expiry => {
                parts.push(Part::met("document.in_date", vec![format!("{id}.no_expiry")]));
            }
            None if kind.needs(Field::Expires) || kind.no_expiry => {
                parts.push(Part::unknown("document.expires", vec![], self.typing(document, Field::Expires)));
            }
            None => {}
        }
        parts.extend(self.entered(document, kind, seen));
        parts
    }

    fn entered(&self, document: &DocumentFacts, kind: &Kind, seen: Date) -> Option<Part> {
        let months = kind.entry_months?;
        let Some(entered) = document.entered_uk else {
            return Some(Part::unknown("document.entered", vec![], self.typing(document, Field::Entered)));
        };
        let facts = vec![format!("{}.entered_uk={entered}", document.id), format!("seen={seen}")];
        let good = entered <= seen && is_recent(entered, months, seen);
        Some(if good { Part::met("document.entered", facts) } else { Part::unmet("document.entered", facts, None) })
    }

    /// A bill to whoever lives there says nothing about the holder.
    fn addressee(&self, document: &DocumentFacts) -> Option<Part> {
        let name = document.name.as_ref()?;
        let line = format!("{} {}", name.given, name.family).to_lowercase();
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let nobody = self.policy.combinations.names.nobody.contains(&line);
        nobody.then(|| Part::unmet("document.addressee", vec![format!("{}.name", document.id)], None))
    }
}

impl Judged<'_> {
    /// What it takes to have it count for a use: the way as one part.
    pub fn use_as(&self, list: List) -> Option<Part> {
        let (_, part) = self.uses.iter().find(|(known, _)| *known == list)?;
        Some(Part::all("document", "", vec![self.base.clone(), part.clone()]))
    }

    /// It bears a number that belongs to one person alone.
    pub fn has_number(&self) -> bool {
        let typed = self.document.number.as_deref().is_some_and(|number| !plain_number(number).is_empty());
        typed && self.kind.is_some_and(|kind| kind.personal)
    }

    /// Words of what is wrong or not known, the worst first.
    pub fn reasons(&self) -> Vec<String> {
        let mut found: Vec<(Status, String)> = Vec::new();
        let mut open: Vec<&Part> = vec![&self.base];
        if self.base.status != Status::Refused {
            let best = self.uses.iter().map(|(_, part)| part).min_by_key(|part| part.status);
            open.extend(best.filter(|part| !part.is_met()));
        }
        while let Some(part) = open.pop() {
            if part.is_met() {
                continue;
            }
            if part.children.is_empty() || part.rule == "document.taken" {
                found.push((part.status, part.rule.trim_start_matches("document.").to_owned()));
            } else {
                open.extend(&part.children);
            }
        }
        found.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        found.dedup();
        found.into_iter().map(|(_, word)| word).collect()
    }

    /// As one part of the tree.
    pub fn part(&self) -> Part {
        let mut children = vec![self.base.clone()];
        if self.base.status != Status::Refused && !self.uses.is_empty() {
            let uses = self.uses.iter().map(|(_, part)| part.clone()).collect();
            children.push(Part::any("document.uses", "", uses));
        }
        let source = self.kind.map(|kind| kind.source.as_str()).unwrap_or_default();
        Part {
            facts: vec![self.document.id.clone()],
            ..Part::all(format!("document.{}", self.document.kind), source, children)
        }
    }

    /// Whether it counts for some use.
    pub fn status(&self) -> Status {
        let used = self.uses.iter().map(|(_, part)| part.status).chain(self.name_change.iter().map(|part| part.status));
        self.base.status.max(used.min().unwrap_or(Status::Met))
    }
}
