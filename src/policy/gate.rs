//! The evidence gate as central runs it again: the desk's verdict is a claim (design, "policy"). The default is the NHS
//! combination, one photo document, one address document, three in all (`notes` domain 5.1 and 12b).

/// One document, as far as the gate looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown<'a> {
    /// Type id of the policy.
    pub kind: &'a str,
    /// `photo`, `address` or `other`.
    pub used_as: &'a str,
    /// Its number, if it has one.
    pub number: Option<&'a str>,
    /// The agent saw the original.
    pub original_seen: bool,
}

/// Types a household may share: their numbers do not tell one person from another.
const HOUSEHOLD: [&str; 11] = [
    "utility",
    "broadband",
    "council_tax",
    "bank_stmt",
    "credit_union",
    "mortgage",
    "tenancy",
    "electoral",
    "online_print",
    "marriage",
    "divorce",
];

/// Whether the documents meet the named target of the policy.
pub fn evidence_met(documents: &[Shown<'_>]) -> bool {
    let mut kinds: Vec<(&str, Option<&str>)> = Vec::new();
    let (mut photos, mut addresses) = (0, 0);
    for document in documents.iter().filter(|d| d.original_seen && d.kind != "work_badge") {
        // The same document twice is one document.
        if kinds.contains(&(document.kind, document.number)) {
            continue;
        }
        kinds.push((document.kind, document.number));
        match document.used_as {
            "photo" => photos += 1,
            "address" => addresses += 1,
            _ => {}
        }
    }
    photos >= 1 && addresses >= 1 && kinds.len() >= 3
}

/// Whether this document's number belongs to one person alone, so that the duplicate check may use it.
pub fn names_one_person(document: &Shown<'_>) -> bool {
    document.number.is_some() && !HOUSEHOLD.contains(&document.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: &'static str, used_as: &'static str) -> Shown<'static> {
        Shown { kind, used_as, number: Some("123456789"), original_seen: true }
    }

    #[test]
    fn one_photo_one_address_three_in_all() {
        let good = [shown("uk_passport", "photo"), shown("council_tax", "address"), shown("utility", "address")];
        assert!(evidence_met(&good));
        assert!(!evidence_met(&good[..2]));
        assert!(!evidence_met(&[shown("uk_passport", "photo"), shown("uk_licence", "photo"), shown("brp", "photo")]));
    }

    #[test]
    fn a_copy_a_badge_or_the_same_document_again_does_not_count() {
        let mut copy = shown("utility", "address");
        copy.original_seen = false;
        let two = [shown("uk_passport", "photo"), shown("council_tax", "address")];
        assert!(!evidence_met(&[two[0], two[1], copy]));
        assert!(!evidence_met(&[two[0], two[1], shown("work_badge", "photo")]));
        assert!(!evidence_met(&[two[0], two[1], two[1]]));
    }

    #[test]
    fn a_household_bill_names_nobody() {
        assert!(names_one_person(&shown("uk_passport", "photo")));
        assert!(!names_one_person(&shown("utility", "address")));
    }
}
