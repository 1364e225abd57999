//! The evidence gate: three documents, one with a photo, one with the address, one of either (notes domain 5.1, S12).
//!
//! Pure and free of everything above: desk and central ask the same question of the same rule. The desk's verdict is a claim;
//! central runs it again (design, "policy").

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::decision::Status;
use super::documents::{CountsAs, Kind, Part, plain_number};
use super::evaluate::own_faults;
use super::facts::DocumentFacts;
use super::pack::Policy;

/// Documents the rule asks for.
pub const DOCUMENTS_MIN: usize = 3;

/// What a document is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsedAs {
    /// To show who it is.
    Photo,
    /// To show where the holder lives.
    Address,
    /// Recorded only.
    Other,
}

impl UsedAs {
    /// The stable word in events.
    pub fn as_str(self) -> &'static str {
        match self {
            UsedAs::Photo => "photo",
            UsedAs::Address => "address",
            UsedAs::Other => "other",
        }
    }

    /// The use with this stable word; an unknown word counts for nothing.
    pub fn from_word(word: &str) -> UsedAs {
        match word {
            "photo" => UsedAs::Photo,
            "address" => UsedAs::Address,
            _ => UsedAs::Other,
        }
    }
}

/// What is still needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A document with a photo.
    Photo,
    /// Something with the address.
    Address,
    /// So many more documents of either sort, beside those named above.
    More(u8),
    /// One whose number belongs to the holder alone: else nobody can be told from a namesake.
    Number,
}

/// Why a document does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The list has no such type.
    UnknownKind,
    /// This type is never accepted.
    Rejected,
    /// It can't be used for this.
    WrongUse,
    /// Its number is missing.
    NumberMissing,
    /// Its number is not written as on such documents.
    NumberForm,
    /// Nobody knows who issued it.
    IssuerMissing,
    /// Its date is missing.
    IssuedMissing,
    /// Its date is after the day it was seen.
    IssuedInFuture,
    /// It is older than the list allows.
    TooOld,
    /// The last day it is good is missing.
    ExpiresMissing,
    /// It was not good any more on the day it was seen.
    Expired,
    /// Nobody knows since when the holder lives in the United Kingdom.
    EnteredMissing,
    /// The holder has lived in the United Kingdom for longer than such a document is taken.
    EnteredTooLong,
    /// It is here already.
    Twice,
    /// Only one of its group counts, and one is here already.
    OncePerGroup,
    /// Another address document comes from the same provider.
    SameProvider,
    /// The agent did not see the original.
    NotSeen,
}

impl Fault {
    /// The part of the document that is to be mended.
    pub fn part(self) -> Option<Part> {
        match self {
            Fault::NumberMissing | Fault::NumberForm | Fault::Twice => Some(Part::Number),
            Fault::IssuerMissing | Fault::SameProvider => Some(Part::Issuer),
            Fault::IssuedMissing | Fault::IssuedInFuture | Fault::TooOld => Some(Part::Issued),
            Fault::ExpiresMissing | Fault::Expired => Some(Part::Expires),
            Fault::EnteredMissing | Fault::EnteredTooLong => Some(Part::Entered),
            Fault::UnknownKind | Fault::Rejected | Fault::WrongUse | Fault::OncePerGroup | Fault::NotSeen => None,
        }
    }
}

/// What the rule says of some documents.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// The rule is met.
    pub met: bool,
    /// What is still needed; empty when it is met.
    pub missing: Vec<Missing>,
    /// Documents that do not count: place in the list, and every reason.
    pub faults: Vec<(usize, Fault)>,
}

/// Judges documents by the policy this program was built with; a broken build has none, and nothing counts. `day_seen` is the
/// civil day on which the agent saw them. A document with a fault does not count, and does no harm.
///
/// What is wrong with one document is the evaluator's answer; only the count of three is this rule's own. A document that does
/// not say what it is used for is used for what its type counts for, a photo first.
pub fn judge(documents: &[DocumentFacts], day_seen: Date) -> Verdict {
    Policy::shipped().map(|policy| judge_by(policy, documents, day_seen)).unwrap_or_default()
}

/// Judges documents by a policy.
pub fn judge_by(policy: &Policy, documents: &[DocumentFacts], day_seen: Date) -> Verdict {
    let mut verdict = Verdict::default();
    let mut counted: Vec<Counted> = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        let Some(kind) = policy.kind(&document.kind) else {
            verdict.faults.push((at, Fault::UnknownKind));
            continue;
        };
        let one = Counted { document, kind, used_as: document.used_as.unwrap_or(first_use(kind)) };
        let mut faults = faults_of(policy, one, day_seen);
        faults.extend(beside(one, &counted));
        if faults.is_empty() {
            counted.push(one);
        }
        verdict.faults.extend(faults.into_iter().map(|fault| (at, fault)));
    }
    verdict.missing = missing(&counted);
    verdict.met = verdict.missing.is_empty();
    verdict
}

/// A document, its type and its use.
#[derive(Clone, Copy)]
struct Counted<'a> {
    document: &'a DocumentFacts,
    kind: &'a Kind,
    used_as: UsedAs,
}

fn first_use(kind: &Kind) -> UsedAs {
    match kind.counts_as {
        CountsAs::Photo | CountsAs::PhotoOrAddress => UsedAs::Photo,
        CountsAs::Address => UsedAs::Address,
        CountsAs::Other | CountsAs::Rejected => UsedAs::Other,
    }
}

/// What is wrong with a document by itself.
fn faults_of(policy: &Policy, one: Counted, day_seen: Date) -> Vec<Fault> {
    let fits = matches!(
        (one.kind.counts_as, one.used_as),
        (CountsAs::Photo | CountsAs::PhotoOrAddress, UsedAs::Photo)
            | (CountsAs::Address | CountsAs::PhotoOrAddress, UsedAs::Address)
            | (CountsAs::Other, UsedAs::Other)
    );
    let found = own_faults(policy, one.document, day_seen);
    let mut faults: Vec<Fault> = found.iter().filter_map(|(rule, status)| fault(rule, *status)).collect();
    if !fits && !faults.contains(&Fault::Rejected) {
        faults.insert(0, Fault::WrongUse);
    }
    faults
}

/// The fault a rule of the evaluator stands for.
fn fault(rule: &str, status: Status) -> Option<Fault> {
    Some(match rule {
        "known" => Fault::UnknownKind,
        "taken" => Fault::Rejected,
        "original" => Fault::NotSeen,
        "number" if status == Status::Unknown => Fault::NumberMissing,
        "number" | "purpose" => Fault::NumberForm,
        "issuer" => Fault::IssuerMissing,
        "issued" => Fault::IssuedMissing,
        "issued_in_future" => Fault::IssuedInFuture,
        "too_old" => Fault::TooOld,
        "expires" => Fault::ExpiresMissing,
        "expired" => Fault::Expired,
        "entered" if status == Status::Unknown => Fault::EnteredMissing,
        "entered" => Fault::EnteredTooLong,
        _ => return None,
    })
}

/// What is wrong with it beside those that count already.
fn beside(one: Counted, counted: &[Counted]) -> Option<Fault> {
    let number = |d: &DocumentFacts| d.number.as_deref().map(plain_number).filter(|n| !n.is_empty());
    let issuer = |d: &DocumentFacts| provider(d.issuer.as_deref().unwrap_or_default());
    counted.iter().find_map(|other| {
        let numbers = (number(one.document), number(other.document));
        if numbers.0.is_some() && one.kind.id == other.kind.id && numbers.0 == numbers.1 {
            Some(Fault::Twice)
        } else if one.kind.once.is_some() && one.kind.once == other.kind.once {
            Some(Fault::OncePerGroup)
        } else if (one.used_as, other.used_as) == (UsedAs::Address, UsedAs::Address)
            && issuer(one.document) == issuer(other.document)
        {
            Some(Fault::SameProvider)
        } else {
            None
        }
    })
}

/// A provider's name as it is compared: letters and figures only, small, without the words every company bears.
pub(super) fn provider(issuer: &str) -> String {
    const EVERYBODY: [&str; 6] = ["plc", "ltd", "limited", "the", "uk", "co"];
    let words = issuer.to_lowercase().replace(['\'', '\u{2019}', '.'], "");
    let words: Vec<&str> = words.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let own: String = words.iter().filter(|w| !EVERYBODY.contains(w)).copied().collect();
    if own.is_empty() { words.concat() } else { own }
}

fn missing(counted: &[Counted]) -> Vec<Missing> {
    let used = |as_what| counted.iter().filter(|one| one.used_as == as_what).count();
    let (photos, addresses) = (used(UsedAs::Photo), used(UsedAs::Address));
    let mut missing = Vec::new();
    if photos == 0 {
        missing.push(Missing::Photo);
    }
    if addresses == 0 {
        missing.push(Missing::Address);
    }
    let more = DOCUMENTS_MIN.saturating_sub(photos + addresses + missing.len());
    if more > 0 {
        missing.push(Missing::More(u8::try_from(more).unwrap_or(u8::MAX)));
    }
    if !counted.iter().any(|one| one.kind.personal && one.document.number.is_some()) {
        missing.push(Missing::Number);
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const SEEN: Date = date(2026, 11, 23);

    fn passport() -> DocumentFacts {
        DocumentFacts {
            used_as: Some(UsedAs::Photo),
            number: Some("925665416".into()),
            issuer: Some("United Kingdom".into()),
            expires: Some(date(2031, 10, 14)),
            original_seen: true,
            ..DocumentFacts::of("d1", "uk_passport")
        }
    }

    fn licence(used_as: UsedAs) -> DocumentFacts {
        DocumentFacts {
            kind: "uk_licence".into(),
            used_as: Some(used_as),
            number: Some("MORGA657054SM9IJ".into()),
            ..passport()
        }
    }

    fn bill(issuer: &str) -> DocumentFacts {
        DocumentFacts {
            used_as: Some(UsedAs::Address),
            issuer: Some(issuer.into()),
            issued: Some(date(2026, 10, 1)),
            original_seen: true,
            ..DocumentFacts::of("d2", "utility")
        }
    }

    fn faults(document: DocumentFacts) -> Vec<Fault> {
        judge(&[document], SEEN).faults.into_iter().map(|(_, fault)| fault).collect()
    }

    #[test]
    fn one_photo_one_address_and_one_of_either_meet_the_rule() {
        assert!(judge(&[passport(), licence(UsedAs::Photo), bill("Water")], SEEN).met);
        assert!(judge(&[passport(), licence(UsedAs::Address), bill("Water")], SEEN).met);
    }

    #[test]
    fn what_is_missing_is_named() {
        let missing = |documents: &[DocumentFacts]| judge(documents, SEEN).missing;
        assert_eq!(missing(&[]), [Missing::Photo, Missing::Address, Missing::More(1), Missing::Number]);
        assert_eq!(missing(&[passport()]), [Missing::Address, Missing::More(1)]);
        assert_eq!(missing(&[passport(), licence(UsedAs::Photo)]), [Missing::Address]);
        assert_eq!(missing(&[passport(), bill("Water")]), [Missing::More(1)]);
        let evisa =
            DocumentFacts { kind: "evisa".into(), number: Some("W12ABC345".into()), issued: Some(SEEN), ..passport() };
        assert_eq!(missing(&[evisa, bill("Water"), bill("Power")]), [Missing::Number]);
    }

    #[test]
    fn a_licence_is_photo_or_address_and_never_both() {
        let verdict = judge(&[licence(UsedAs::Photo), licence(UsedAs::Address), bill("Water")], SEEN);
        assert!(!verdict.met);
        assert_eq!(verdict.faults, [(1, Fault::Twice)]);
        let paper =
            DocumentFacts { kind: "paper_licence".into(), number: Some("12345678".into()), ..licence(UsedAs::Address) };
        assert_eq!(judge(&[licence(UsedAs::Photo), paper], SEEN).faults, [(1, Fault::OncePerGroup)]);
    }

    #[test]
    fn two_address_documents_of_one_provider_are_one() {
        let verdict = judge(&[passport(), bill("British Gas"), bill("BRITISH GAS plc.")], SEEN);
        assert_eq!(verdict.faults, [(2, Fault::SameProvider)]);
        assert!(judge(&[passport(), bill("British Gas"), bill("South West Water")], SEEN).met);
    }

    #[test]
    fn the_last_day_counts_and_the_day_after_does_not() {
        let expiring = |day| DocumentFacts { expires: Some(day), ..passport() };
        assert_eq!(faults(expiring(SEEN)), []);
        assert_eq!(faults(expiring(date(2026, 11, 22))), [Fault::Expired]);
        let dated = |day| DocumentFacts { issued: Some(day), ..bill("Water") };
        assert_eq!(faults(dated(date(2026, 5, 23))), []);
        assert_eq!(faults(dated(date(2026, 5, 22))), [Fault::TooOld]);
        assert_eq!(faults(dated(SEEN)), []);
        assert_eq!(faults(dated(date(2026, 11, 24))), [Fault::IssuedInFuture]);
    }

    #[test]
    fn what_is_not_given_or_not_seen_does_not_count() {
        assert_eq!(faults(DocumentFacts { number: None, ..passport() }), [Fault::NumberMissing]);
        assert_eq!(faults(DocumentFacts { number: Some("12".into()), ..passport() }), [Fault::NumberForm]);
        assert_eq!(faults(DocumentFacts { expires: None, ..passport() }), [Fault::ExpiresMissing]);
        assert_eq!(faults(DocumentFacts { issuer: Some(" ".into()), ..bill("") }), [Fault::IssuerMissing]);
        assert_eq!(faults(DocumentFacts { issued: None, ..bill("Water") }), [Fault::IssuedMissing]);
        assert_eq!(faults(DocumentFacts { original_seen: false, ..bill("Water") }), [Fault::NotSeen]);
        assert_eq!(faults(DocumentFacts { used_as: Some(UsedAs::Photo), ..bill("Water") }), [Fault::WrongUse]);
        assert_eq!(faults(DocumentFacts { kind: "work_badge".into(), ..passport() }), [Fault::Rejected]);
        assert_eq!(faults(DocumentFacts { kind: "library_card".into(), ..passport() }), [Fault::UnknownKind]);
    }

    #[test]
    fn a_document_that_does_not_count_does_no_harm() {
        let badge = DocumentFacts { kind: "work_badge".into(), ..passport() };
        let verdict = judge(&[badge, passport(), licence(UsedAs::Address), bill("Water")], SEEN);
        assert!(verdict.met);
        assert_eq!(verdict.faults, [(0, Fault::Rejected)]);
    }
}
